//! What a factory's parameters are taken from.

use std::slice;
use std::sync::Arc;
use std::vec;

use crate::error::ResolveError;
use crate::instance::{Ops, Raw, Reuse, Service};
use crate::key::ServiceKey;
use crate::provider::Provider;
use crate::resolver::Resolver;
use crate::shared::{Target, Wire};

/// Walks over what was wired for one registration, in the order of its parameters.
///
/// Every registration's wires were resolved by the types of its parameters, so that the types agree here.
pub struct Cursor<'a> {
    pub(crate) resolver: Resolver<'a>,
    node: u32,
    key: Option<&'a ServiceKey>,
    wires: slice::Iter<'a, Wire>,
    /// Transients whose factories are async, made before: one for each target, where it is one.
    prepared: Option<&'a mut Prepared>,
}

pub(crate) type Prepared = vec::IntoIter<Option<Owned>>;

/// An instance on its way.
pub(crate) struct Owned {
    instance: Option<Raw>,
    ops: &'static Ops,
}

impl Owned {
    /// `ops` are those of the instance.
    pub(crate) fn new(instance: Raw, ops: &'static Ops) -> Self {
        Self { instance: Some(instance), ops }
    }

    pub(crate) fn into_raw(mut self) -> Raw {
        self.instance.take().expect("because it is only taken here")
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(mut instance) = self.instance.take() {
            // SAFETY: the operations are those of the instance. A panic of its destructor ends here.
            unsafe { (self.ops.release)(&mut instance, Reuse::No, &mut None) };
        }
    }
}

impl<'a> Cursor<'a> {
    #[inline]
    pub(crate) fn new(
        resolver: Resolver<'a>,
        node: u32,
        key: Option<&'a ServiceKey>,
        prepared: Option<&'a mut Prepared>,
    ) -> Self {
        let wires = resolver.shared.node(node).wires.iter();
        Self { resolver, node, key, wires, prepared }
    }

    /// The shown name of what is being made.
    #[cold]
    pub(crate) fn service(&self) -> String {
        self.resolver.shared.name(self.node)
    }

    #[inline]
    fn next(&mut self) -> &'a Wire {
        self.wires.next().expect("because each parameter was wired")
    }

    #[inline]
    fn target<T: ?Sized + Service>(&mut self, target: &'a Target) -> Result<Arc<T>, ResolveError> {
        if let Some(prepared) = &mut self.prepared
            && let Some(Some(made)) = prepared.next()
        {
            // SAFETY: the target's registration is one of `T`.
            return Ok(unsafe { made.into_raw().into_arc::<T>() });
        }
        self.resolver.arc::<T>(target.node, target.key.as_ref())
    }

    #[inline]
    pub(crate) fn one<T: ?Sized + Service>(&mut self) -> Result<Arc<T>, ResolveError> {
        match self.next() {
            Wire::One(target) => self.target(target),
            _ => unreachable!("because a sound graph has every dependency"),
        }
    }

    pub(crate) fn optional<T: ?Sized + Service>(&mut self) -> Result<Option<Arc<T>>, ResolveError> {
        match self.next() {
            Wire::One(target) => self.target(target).map(Some),
            _ => Ok(None),
        }
    }

    pub(crate) fn all<T: ?Sized + Service>(&mut self) -> Result<Vec<Arc<T>>, ResolveError> {
        match self.next() {
            Wire::All(targets) => targets.iter().map(|target| self.target(target)).collect(),
            _ => unreachable!("because it was wired by the same parameter"),
        }
    }

    pub(crate) fn lazy(&mut self) -> (u32, Option<ServiceKey>) {
        match self.next() {
            Wire::Lazy(target) => (target.node, target.key.clone()),
            _ => unreachable!("because it was wired by the same parameter"),
        }
    }

    pub(crate) fn provider(&self) -> Provider {
        self.resolver.provider()
    }

    /// The operations of what is being made.
    pub(crate) fn ops(&self) -> &'static Ops {
        self.resolver.shared.node(self.node).ops
    }

    /// What is being made, as the scope around this one has it.
    pub(crate) fn inherited(&self) -> Option<Raw> {
        self.resolver.inherit(self.node)
    }

    /// The key asked for, of a service for any.
    pub(crate) fn asked_key(&self) -> Option<&'a ServiceKey> {
        self.key
    }

    /// The key asked for; that of the registration, if it is not for any.
    pub(crate) fn key(&self) -> ServiceKey {
        self.key.or(self.resolver.shared.node(self.node).key.as_ref()).cloned().unwrap_or(ServiceKey::Any)
    }
}
