//! The questions that a container, a scope and a shared scope all answer.

use std::any::{TypeId, type_name};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::error::ResolveError;
use crate::instance::Service;
use crate::key::ServiceKey;
use crate::resolver::Resolver;
use crate::shared::{Place, Shared};
use crate::types::Entry;

/// A typed handle to a service of one container: reading by it is an array access.
///
/// Had from [`Container::key`](crate::Container::key), read with `at`.
pub struct Key<T: ?Sized> {
    pub(crate) container: u64,
    pub(crate) node: u32,
    pub(crate) place: Place,
    service: PhantomData<fn() -> Arc<T>>,
}

impl<T: ?Sized + Service> Key<T> {
    pub(crate) fn new(shared: &Shared) -> Result<Self, ResolveError> {
        let Entry { node, place, .. } = shared.find(TypeId::of::<T>(), type_name::<T>())?;
        Ok(Self { container: shared.id, node, place, service: PhantomData })
    }
}

impl<T: ?Sized> Clone for Key<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Key<T> {}

impl<T: ?Sized> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key<{}>", type_name::<T>())
    }
}

impl<'a> Resolver<'a> {
    #[inline]
    pub(crate) fn get<T: ?Sized + Service>(self) -> Result<Arc<T>, ResolveError> {
        let Entry { node, place, .. } = self.shared.find(TypeId::of::<T>(), type_name::<T>())?;
        // SAFETY: from the table of types.
        unsafe { self.arc_in(place, node) }
    }

    #[inline]
    pub(crate) fn get_ref<T: ?Sized + Service>(self) -> Result<&'a T, ResolveError> {
        let Entry { node, place, .. } = self.shared.find(TypeId::of::<T>(), type_name::<T>())?;
        // SAFETY: from the table of types.
        unsafe { self.reference_in(place, node) }
    }

    #[inline]
    pub(crate) fn at<T: ?Sized + Service>(self, key: Key<T>) -> Result<&'a T, ResolveError> {
        if key.container != self.shared.id {
            return Err(ResolveError::foreign_key());
        }
        // SAFETY: the key is of this container.
        unsafe { self.reference_in(key.place, key.node) }
    }

    pub(crate) fn get_keyed<T: ?Sized + Service>(self, key: &ServiceKey) -> Result<Arc<T>, ResolveError> {
        let target = self.shared.find_keyed(TypeId::of::<T>(), type_name::<T>(), key)?;
        self.arc(target.node, target.key.as_ref())
    }

    pub(crate) fn get_all<T: ?Sized + Service>(
        self,
        key: Option<ServiceKey>,
    ) -> Result<Vec<Arc<T>>, ResolveError> {
        let nodes = self.shared.find_all(TypeId::of::<T>(), key);
        nodes.iter().map(|node| self.arc(*node, None)).collect()
    }

    pub(crate) async fn get_async<T: ?Sized + Service>(self) -> Result<Arc<T>, ResolveError> {
        let entry = self.shared.find(TypeId::of::<T>(), type_name::<T>())?;
        self.arc_async(entry.node, None).await
    }

    pub(crate) async fn get_all_async<T: ?Sized + Service>(self) -> Result<Vec<Arc<T>>, ResolveError> {
        let nodes = self.shared.find_all(TypeId::of::<T>(), None);
        let mut all = Vec::with_capacity(nodes.len());
        for node in nodes {
            all.push(self.arc_async(*node, None).await?);
        }
        Ok(all)
    }
}

impl Shared {
    pub(crate) fn has<T: ?Sized + 'static>(&self, key: Option<ServiceKey>) -> bool {
        match key {
            None => self.find(TypeId::of::<T>(), "").is_ok(),
            Some(key) => self.find_keyed(TypeId::of::<T>(), "", &key).is_ok(),
        }
    }
}

/// Writes the questions as methods of a type that has `fn resolver(&self) -> Result<Resolver<'_>, ResolveError>`.
macro_rules! questions {
    ($owner:ident) => {
        impl $owner {
            /// An instance of the last registration of `T`, made if it is not there.
            ///
            /// # Errors
            /// See [`ResolveErrorKind`](crate::ResolveErrorKind).
            #[inline]
            pub fn get<T: ?Sized + Service>(&self) -> Result<Arc<T>, ResolveError> {
                self.resolver()?.get()
            }

            /// As [`get`](Self::get), by reference: the fastest way, without a count of owners. Not for transients.
            ///
            /// # Errors
            /// As `get`.
            #[inline]
            pub fn get_ref<T: ?Sized + Service>(&self) -> Result<&T, ResolveError> {
                self.resolver()?.get_ref()
            }

            /// As [`get`](Self::get), or `None` where nothing is registered.
            ///
            /// # Errors
            /// As `get`, but for a missing service.
            pub fn try_get<T: ?Sized + Service>(&self) -> Result<Option<Arc<T>>, ResolveError> {
                if self.has::<T>() { self.get().map(Some) } else { Ok(None) }
            }

            /// As [`get`](Self::get), where the factory, or those below it, may be async.
            ///
            /// # Errors
            /// As `get`.
            pub async fn get_async<T: ?Sized + Service>(&self) -> Result<Arc<T>, ResolveError> {
                self.resolver()?.get_async().await
            }

            /// An instance of each registration of `T`, in the order of registration.
            ///
            /// # Errors
            /// As [`get`](Self::get); none registered is an empty list.
            pub fn get_all<T: ?Sized + Service>(&self) -> Result<Vec<Arc<T>>, ResolveError> {
                self.resolver()?.get_all(None)
            }

            /// As [`get_all`](Self::get_all), where factories may be async.
            ///
            /// # Errors
            /// As there.
            pub async fn get_all_async<T: ?Sized + Service>(&self) -> Result<Vec<Arc<T>>, ResolveError> {
                self.resolver()?.get_all_async().await
            }

            /// As [`get`](Self::get), under a key: of the last registration under it, or else for any key.
            ///
            /// # Errors
            /// As `get`.
            pub fn get_keyed<T: ?Sized + Service>(
                &self,
                key: impl Into<ServiceKey>,
            ) -> Result<Arc<T>, ResolveError> {
                self.resolver()?.get_keyed(&key.into())
            }

            /// As [`get_all`](Self::get_all), under a key; under [`AnyKey`](crate::AnyKey) those of all keys.
            ///
            /// # Errors
            /// As there.
            pub fn get_all_keyed<T: ?Sized + Service>(
                &self,
                key: impl Into<ServiceKey>,
            ) -> Result<Vec<Arc<T>>, ResolveError> {
                self.resolver()?.get_all(Some(key.into()))
            }

            /// As [`get_keyed`](Self::get_keyed), by a token.
            ///
            /// # Errors
            /// As `get`.
            pub fn get_token<T: ?Sized + Service>(&self, token: Token<T>) -> Result<Arc<T>, ResolveError> {
                self.get_keyed(token)
            }

            /// Whether `T` is registered without a key.
            pub fn has<T: ?Sized + 'static>(&self) -> bool {
                self.shared().has::<T>(None)
            }

            /// Whether `T` is registered under a key, or for any.
            pub fn has_keyed<T: ?Sized + 'static>(&self, key: impl Into<ServiceKey>) -> bool {
                self.shared().has::<T>(Some(key.into()))
            }
        }
    };
}

pub(crate) use questions;
