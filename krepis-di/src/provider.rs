//! A handle to a scope, or to the container, that an instance may keep.

use std::any::{TypeId, type_name};
use std::fmt;
use std::sync::{Arc, Weak};

use crate::block::Link;
use crate::error::ResolveError;
use crate::instance::Service;
use crate::key::ServiceKey;
use crate::resolver::Resolver;
use crate::shared::Shared;

/// Resolves later, or what is only known later, from the scope in which it was made.
///
/// It keeps nothing alive: once the scope is over it gives an error, never another scope's instance.
#[derive(Clone)]
pub struct Provider {
    owner: Owner,
}

#[derive(Clone)]
enum Owner {
    Container(Weak<Shared>),
    Scope(Link),
}

impl Provider {
    pub(crate) fn of_container(shared: &Arc<Shared>) -> Self {
        Self { owner: Owner::Container(Arc::downgrade(shared)) }
    }

    pub(crate) fn of_scope(link: Link) -> Self {
        Self { owner: Owner::Scope(link) }
    }

    /// An instance of the last registration of `T`.
    ///
    /// # Errors
    /// See [`ResolveErrorKind`](crate::ResolveErrorKind).
    pub fn get<T: ?Sized + Service>(&self) -> Result<Arc<T>, ResolveError> {
        self.with(|resolver| {
            let entry = resolver.shared.find(TypeId::of::<T>(), type_name::<T>())?;
            resolver.arc(entry.node, None)
        })
    }

    /// As [`get`](Self::get), under a key.
    ///
    /// # Errors
    /// As there.
    pub fn get_keyed<T: ?Sized + Service>(&self, key: impl Into<ServiceKey>) -> Result<Arc<T>, ResolveError> {
        let key = key.into();
        self.with(|resolver| {
            let target = resolver.shared.find_keyed(TypeId::of::<T>(), type_name::<T>(), &key)?;
            resolver.arc(target.node, target.key.as_ref())
        })
    }

    /// As [`get`](Self::get), where a factory may be async.
    ///
    /// # Errors
    /// As there.
    pub async fn get_async<T: ?Sized + Service>(&self) -> Result<Arc<T>, ResolveError> {
        let entry = self.with(|resolver| resolver.shared.find(TypeId::of::<T>(), type_name::<T>()))?;
        self.resolve_node_async(entry.node, None).await
    }

    pub(crate) fn resolve_node<T: ?Sized + Service>(
        &self,
        node: u32,
        key: Option<&ServiceKey>,
    ) -> Result<Arc<T>, ResolveError> {
        self.with(|resolver| resolver.arc(node, key))
    }

    pub(crate) async fn resolve_node_async<T: ?Sized + Service>(
        &self,
        node: u32,
        key: Option<&ServiceKey>,
    ) -> Result<Arc<T>, ResolveError> {
        match &self.owner {
            Owner::Container(shared) => {
                let shared = shared.upgrade().ok_or_else(|| ResolveError::disposed("container"))?;
                Resolver::of_container(&shared)?.arc_async(node, key).await
            }
            Owner::Scope(link) => {
                let pin = link.pin().ok_or_else(|| ResolveError::disposed("scope"))?;
                Resolver::of_scope(pin.block())?.arc_async(node, key).await
            }
        }
    }

    fn with<R>(
        &self,
        resolve: impl FnOnce(Resolver<'_>) -> Result<R, ResolveError>,
    ) -> Result<R, ResolveError> {
        match &self.owner {
            Owner::Container(shared) => {
                let shared = shared.upgrade().ok_or_else(|| ResolveError::disposed("container"))?;
                resolve(Resolver::of_container(&shared)?)
            }
            Owner::Scope(link) => {
                let pin = link.pin().ok_or_else(|| ResolveError::disposed("scope"))?;
                resolve(Resolver::of_scope(pin.block())?)
            }
        }
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.owner {
            Owner::Container(_) => "Provider(container)",
            Owner::Scope(_) => "Provider(scope)",
        })
    }
}
