//! A built container: what never changes after `build`, and the singletons.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use crate::block::Pool;
use crate::builder::Builder;
use crate::created::Created;
use crate::dependency::Identity;
use crate::dispose::Hooks;
use crate::error::{ResolveError, ResolveErrorKind};
use crate::graph::{Analysis, Graph, NodeId};
use crate::instance::{Ops, Slot};
use crate::key::ServiceKey;
use crate::keyed::KeyedSlots;
use crate::make::Make;
use crate::once::WaitRoom;
use crate::sync::{AtomicBool, AtomicU64};
use crate::types::{Entry, TypeTable};

/// Everything of a container that its scopes and handles share.
pub(crate) struct Shared {
    /// Unique in the process, so that typed keys of other containers are noticed.
    pub(crate) id: u64,
    /// The same, until the container is disposed: what a typed key is compared with.
    pub(crate) live: AtomicU64,
    pub(crate) nodes: Box<[Node]>,
    /// The singletons, and the registration of each.
    pub(crate) slots: Box<[Slot]>,
    pub(crate) created: Created,
    pub(crate) keyed: KeyedSlots,
    /// The registration that answers for a type without a key.
    pub(crate) types: TypeTable,
    /// The registrations of a service, in order.
    pub(crate) services: HashMap<Identity, Box<[u32]>>,
    /// All keyed registrations of a type, in order.
    pub(crate) families: HashMap<TypeId, Box<[u32]>>,
    pub(crate) room: WaitRoom,
    pub(crate) pool: Pool,
    /// How many slots a scope has.
    pub(crate) scoped: usize,
    /// Those of them that futures fill: a leaked one leaves its slot in the making.
    pub(crate) async_scoped: Box<[u32]>,
    /// An instance of a scope may hold a handle to it: no scope is exclusive then.
    pub(crate) scopes_escape: bool,
    /// Some registration is a value that a scope's creator provides.
    pub(crate) has_scope_values: bool,
    /// Some registration has disposal hooks.
    pub(crate) has_hooks: bool,
    pub(crate) disposed: AtomicBool,
    /// What the container was built of.
    pub(crate) builder: Builder,
    pub(crate) graph: Graph,
    pub(crate) analysis: Analysis,
}

/// A registration, ready to make instances.
pub(crate) struct Node {
    /// What tells that it is the same registration as that of another container.
    pub(crate) written: Written,
    pub(crate) type_id: TypeId,
    pub(crate) key: Option<ServiceKey>,
    pub(crate) place: Place,
    pub(crate) make: Arc<dyn Make>,
    pub(crate) ops: &'static Ops,
    pub(crate) wires: Box<[Wire]>,
    pub(crate) hooks: Option<Hooks>,
    pub(crate) is_async: bool,
}

/// Which registration of a builder it is, and how many decorators are around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Written {
    /// The builder's number; 0 for a service that registered itself.
    pub(crate) id: u64,
    pub(crate) decorators: u32,
    pub(crate) identity: Identity,
}

/// Where an instance lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this slot of the container.
    Singleton(u32),
    /// In this slot of each scope.
    Scoped(u32),
    /// Nowhere.
    Transient,
    /// In a slot of the container for each key.
    SingletonByKey,
    /// In a slot of each scope for each key.
    ScopedByKey,
}

/// A dependency, resolved to registrations when the container was built.
pub(crate) enum Wire {
    One(Target),
    None,
    All(Box<[Target]>),
    Lazy(Target),
}

impl Wire {
    /// What must exist before the factory is called.
    pub(crate) fn eager(&self) -> &[Target] {
        match self {
            Self::One(target) => std::slice::from_ref(target),
            Self::All(targets) => targets,
            Self::None | Self::Lazy(_) => &[],
        }
    }
}

/// A registration, and the key it is asked with when it serves any.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) node: u32,
    pub(crate) key: Option<ServiceKey>,
}

impl Shared {
    #[inline]
    pub(crate) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    /// The shown name of a registration's service.
    pub(crate) fn name(&self, node: u32) -> String {
        self.graph.name(NodeId(node))
    }

    /// The registration that answers for a type.
    #[inline]
    pub(crate) fn find(&self, type_id: TypeId, name: &str) -> Result<Entry, ResolveError> {
        self.types.get(type_id).ok_or_else(|| missing(name, None))
    }

    pub(crate) fn find_keyed(
        &self,
        type_id: TypeId,
        name: &str,
        key: &ServiceKey,
    ) -> Result<Target, ResolveError> {
        let of = |key: &ServiceKey| {
            let nodes = self.services.get(&Identity { type_id, key: Some(key.clone()) });
            nodes.and_then(|nodes| nodes.last().copied())
        };
        if let Some(node) = of(key) {
            return Ok(Target { node, key: Some(key.clone()) });
        }
        match of(&ServiceKey::Any) {
            Some(node) => Ok(Target { node, key: Some(key.clone()) }),
            None => Err(missing(name, Some(key))),
        }
    }

    /// All registrations of a type (under a key), in order; under [`ServiceKey::Any`] those of all keys.
    pub(crate) fn find_all(&self, type_id: TypeId, key: Option<ServiceKey>) -> &[u32] {
        let nodes = match key {
            Some(ServiceKey::Any) => self.families.get(&type_id),
            key => self.services.get(&Identity { type_id, key }),
        };
        nodes.map_or(&[], |nodes| nodes)
    }
}

#[cold]
fn missing(name: &str, key: Option<&ServiceKey>) -> ResolveError {
    let service = match key {
        Some(key) => format!("{}[{key}]", crate::graph::short_name(name)),
        None => crate::graph::short_name(name),
    };
    ResolveError::new(ResolveErrorKind::Missing { service })
}
