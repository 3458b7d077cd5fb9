//! The graph of services as plain data, and the rules that it must obey.
//!
//! A front end (the Rust [`Builder`](crate::Builder), or a container in another language) describes its registrations
//! as [`Node`]s; [`Graph::check`] resolves every dependency and finds all problems at once. Nothing here knows how an
//! instance is made, so the rules and their words are the same wherever a container lives.
//!
//! ```
//! use krepis_di::graph::{Build, Graph, Lifetime, Need, Node, Problem};
//!
//! let mut graph = Graph::new();
//! let (cache, session) = (graph.service("Cache"), graph.service("Session"));
//! let holder = graph.node(Node::new(cache, Lifetime::Singleton).needs(Need::One, session));
//! let held = graph.node(Node::new(session, Lifetime::Scoped));
//!
//! let analysis = graph.check(Build::Sync);
//! assert_eq!(analysis.problems, [Problem::Captive { path: vec![holder, held] }]);
//! ```

mod check;
mod names;
mod problem;
mod render;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use check::Analysis;
pub(crate) use names::short_name;
pub use problem::{Problem, Report};
pub use render::{Picture, Role, Text};

/// How long an instance lives, and who shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lifetime {
    /// One instance for the container.
    Singleton,
    /// One instance for each scope.
    Scoped,
    /// A new instance each time.
    Transient,
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Singleton => "singleton",
            Self::Scoped => "scoped",
            Self::Transient => "transient",
        })
    }
}

/// How a dependency is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// One instance, of the last registration.
    One,
    /// One instance, or nothing when there is no registration.
    Optional,
    /// An instance of every registration, in their order; none is fine.
    All,
    /// One instance, made at its first use: may lie on a cycle.
    Lazy,
}

/// Whether `build` may wait for async factories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// Nothing is made by `build`: an async service can only be asked for asynchronously.
    Sync,
    /// Async singletons are made by `build`, so that sync services may depend on them.
    Async,
}

/// A service (a type, a trait, a token, with or without a key) by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceId(pub u32);

/// A registration by its number, in the order of registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// What a dependency points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Whatever provides this service.
    Service(ServiceId),
    /// This very registration: an alias or a decorator means no other.
    Node(NodeId),
}

/// Where a registration was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nobody knows.
    #[default]
    Unknown,
    /// In Rust.
    Rust(&'static std::panic::Location<'static>),
    /// Elsewhere, as `file:line:column`.
    Text(Arc<str>),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("an unknown place"),
            Self::Rust(location) => location.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// One registration.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it provides.
    pub service: ServiceId,
    /// How long its instances live.
    pub lifetime: Lifetime,
    /// What its factory takes, in order.
    pub dependencies: Vec<(Need, Target)>,
    /// Its factory returns a future.
    pub is_async: bool,
    /// Only reachable through [`Target::Node`]: a decorator took its place.
    pub hidden: bool,
    /// What stands behind the service when that is not obvious, such as `decorator` or `alias of Db`.
    pub note: Option<Cow<'static, str>>,
    /// Where it was registered.
    pub origin: Origin,
}

impl Node {
    /// A registration without dependencies.
    pub fn new(service: ServiceId, lifetime: Lifetime) -> Self {
        Self {
            service,
            lifetime,
            dependencies: Vec::new(),
            is_async: false,
            hidden: false,
            note: None,
            origin: Origin::Unknown,
        }
    }

    /// Adds a dependency on a service.
    #[must_use]
    pub fn needs(mut self, need: Need, service: ServiceId) -> Self {
        self.dependencies.push((need, Target::Service(service)));
        self
    }

    /// Says where the registration was written.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }
}

#[derive(Clone, Debug)]
struct Service {
    name: Cow<'static, str>,
    key: Option<Cow<'static, str>>,
    /// The service that answers for any key, when nothing has this one.
    wildcard: Option<ServiceId>,
    /// It answers for any key.
    any: bool,
    /// Of an any-key service: the keyed services that it stands in for.
    keys: Vec<ServiceId>,
    /// Listed registrations, in order.
    nodes: Vec<NodeId>,
}

/// Services and what provides them.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    services: Vec<Service>,
    nodes: Vec<Node>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service. A Rust path (`app::Db`) is shown by its last segments where they are unambiguous.
    pub fn service(&mut self, name: impl Into<Cow<'static, str>>) -> ServiceId {
        self.add(name.into(), None, None)
    }

    /// Adds a keyed service; `wildcard` is the service that answers when nothing is registered under the key.
    pub fn keyed_service(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        key: impl Into<Cow<'static, str>>,
        wildcard: Option<ServiceId>,
    ) -> ServiceId {
        self.add(name.into(), Some(key.into()), wildcard)
    }

    /// Adds a service that answers for keys that have no registration of their own; `key` is how its key is shown. All of it
    /// is all registrations of the keyed services that it is the wildcard of.
    pub fn any_key_service(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        key: impl Into<Cow<'static, str>>,
    ) -> ServiceId {
        let id = self.add(name.into(), Some(key.into()), None);
        self.services[id.0 as usize].any = true;
        id
    }

    fn add(
        &mut self,
        name: Cow<'static, str>,
        key: Option<Cow<'static, str>>,
        wildcard: Option<ServiceId>,
    ) -> ServiceId {
        let id = ServiceId(index(self.services.len()));
        self.services.push(Service { name, key, wildcard, any: false, keys: Vec::new(), nodes: Vec::new() });
        if let Some(wildcard) = wildcard {
            self.services[wildcard.0 as usize].keys.push(id);
        }
        id
    }

    /// Adds a registration. Later ones win.
    ///
    /// # Panics
    /// When the node names a service that is not in the graph.
    pub fn node(&mut self, node: Node) -> NodeId {
        let id = NodeId(index(self.nodes.len()));
        if !node.hidden {
            self.services[node.service.0 as usize].nodes.push(id);
        }
        self.nodes.push(node);
        id
    }

    /// The registrations, in their order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(at, node)| (NodeId(index(at)), node))
    }

    /// How many registrations there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A registration.
    ///
    /// # Panics
    /// When the node is not of this graph.
    pub fn at(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }

    /// The shown name of a registration's service, with its key.
    pub fn name(&self, node: NodeId) -> String {
        let service = &self.services[self.at(node).service.0 as usize];
        let name = short_name(&service.name);
        service.key.as_ref().map_or_else(|| name.clone(), |key| format!("{name}[{key}]"))
    }

    /// Resolves every dependency and finds everything that is wrong, in an order that does not depend on the order
    /// of registration.
    pub fn check(&self, build: Build) -> Analysis {
        check::check(self, build)
    }

    /// The registrations that a dependency is given: the last one, or all of them.
    pub fn targets(&self, need: Need, target: Target) -> Vec<NodeId> {
        match (target, need) {
            (Target::Node(node), _) => vec![node],
            (Target::Service(service), Need::All) => self.all(service),
            (Target::Service(service), _) => self.last(service).into_iter().collect(),
        }
    }

    /// The registration that answers for a service: its last one, or else the last one for any key.
    pub fn last(&self, service: ServiceId) -> Option<NodeId> {
        let service = &self.services[service.0 as usize];
        let own = service.nodes.last().copied();
        own.or_else(|| self.services[service.wildcard?.0 as usize].nodes.last().copied())
    }

    /// All registrations of a service, in order. Asked of an any-key service: those of all its keys.
    fn all(&self, service: ServiceId) -> Vec<NodeId> {
        let service = &self.services[service.0 as usize];
        if service.keys.is_empty() && !service.any {
            return service.nodes.clone();
        }
        let mut family: Vec<NodeId> =
            service.keys.iter().flat_map(|key| &self.services[key.0 as usize].nodes).copied().collect();
        family.sort_unstable();
        family
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("because nobody registers four billion services")
}

#[cfg(test)]
mod tests;
