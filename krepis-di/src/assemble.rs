//! From registrations to a container: conditions, the graph and its check, places, wires.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::block::Pool;
use crate::builder::{Builder, Condition, Registered, Services};
use crate::container::Container;
use crate::created::Created;
use crate::dependency::{Identity, Want};
use crate::error::BuildError;
use crate::graph::{self, Analysis, Build, Graph, Lifetime, Need, NodeId, Origin, Report, ServiceId};
use crate::instance::Slot;
use crate::key::ServiceKey;
use crate::keyed::KeyedSlots;
use crate::once::WaitRoom;
use crate::over;
use crate::shared::{Node, Place, Shared, Target, Wire, Written};
use crate::sync::{AtomicBool, AtomicU64, Ordering};
use crate::types::{Entry, TypeTable};

/// Makes a container; over another one, whose singletons it has as far as nothing differs.
pub(crate) fn assemble(
    builder: &Builder,
    build: Build,
    base: Option<&Container>,
) -> Result<Container, BuildError> {
    let mut drafts = drafts(builder);
    let mut graph = graph_of(&drafts);
    if let Some(base) = base {
        over::keep(base, &mut drafts, &graph);
        graph = graph_of(&drafts);
    }
    let analysis = graph.check(build);
    if !analysis.problems.is_empty() {
        return Err(BuildError::invalid(graph, analysis));
    }
    Ok(Container::new(wire(&drafts, builder.clone(), graph, analysis)))
}

/// What is wrong with the registrations.
pub(crate) fn validate(builder: &Builder, build: Build) -> Report {
    let graph = graph_of(&drafts(builder));
    graph.check(build).report(&graph)
}

fn drafts(builder: &Builder) -> Vec<Draft> {
    let mut chosen = choose(&builder.registered);
    register_missing(&mut chosen, builder);
    Draft::all(chosen, builder)
}

fn graph_of(drafts: &[Draft]) -> Graph {
    ServiceIds::new(drafts).graph(drafts)
}

/// Drops registrations whose condition does not hold, and aliases of dropped ones.
fn choose(registered: &[Registered]) -> Vec<Registered> {
    let keys: HashMap<u64, Option<ServiceKey>> =
        registered.iter().map(|one| (one.id, one.key.clone())).collect();
    let conditions: HashMap<u64, Condition> =
        registered.iter().filter_map(|one| Some((one.id, one.condition.clone()?))).collect();
    let all = registered.iter().map(|one| {
        let original = one.alias_of.unwrap_or(one.id);
        let key = keys.get(&original).cloned().unwrap_or_default();
        let condition = conditions.get(&original);
        (Registered { key, ..one.clone() }, condition)
    });
    let all: Vec<(Registered, Option<&Condition>)> = all.collect();
    let unconditional: HashSet<Identity> =
        all.iter().filter(|(_, condition)| condition.is_none()).map(|(one, _)| one.identity()).collect();
    let holds: Vec<bool> = (all.iter())
        .map(|(_, condition)| match condition {
            Some(Condition::When(condition)) => condition(&Services { identities: &unconditional }),
            _ => true,
        })
        .collect();
    let mut present: HashSet<Identity> = (all.iter().zip(&holds))
        .filter(|((_, condition), holds)| **holds && !matches!(condition, Some(Condition::IfAbsent)))
        .map(|((one, _), _)| one.identity())
        .collect();
    let mut kept = Vec::with_capacity(all.len());
    let mut dropped = HashSet::new();
    for ((one, condition), holds) in all.into_iter().zip(holds) {
        let absent = !matches!(condition, Some(Condition::IfAbsent))
            || (!dropped.contains(&one.alias_of.unwrap_or(one.id)) && present.insert(one.identity()));
        if holds && absent {
            kept.push(one);
        } else {
            dropped.insert(one.id);
        }
    }
    let originals: HashSet<u64> = kept.iter().map(|one| one.id).collect();
    kept.retain(|one| one.alias_of.is_none_or(|original| originals.contains(&original)));
    kept
}

/// Lets services register themselves that something wants, that can, and that nobody has registered.
fn register_missing(chosen: &mut Vec<Registered>, builder: &Builder) {
    let mut known: HashSet<Identity> = chosen.iter().map(Registered::identity).collect();
    let wants = chosen.iter().map(|one| &one.wants).chain(builder.decorators.iter().map(|one| &one.wants));
    let mut queue: Vec<Want> = wants.flat_map(|wants| wants.list.iter().cloned()).collect();
    let mut scratch = builder.clone();
    while let Some(want) = queue.pop() {
        let Some(register) = want.auto else { continue };
        if !known.insert(want.identity) {
            continue;
        }
        let before = scratch.registered.len();
        register(&mut scratch);
        for added in &scratch.registered[before..] {
            known.insert(added.identity());
            queue.extend(added.wants.list.iter().cloned());
            chosen.push(added.clone());
        }
    }
}

impl Registered {
    fn identity(&self) -> Identity {
        Identity { type_id: self.type_id, key: self.key.clone() }
    }
}

/// A node before the services have numbers: a registration, or a decorator around one.
pub(crate) struct Draft {
    pub(crate) registered: Registered,
    pub(crate) written: Written,
    /// Its instance is that of another container.
    pub(crate) kept: bool,
    /// The draft that a decorator or an alias means, and which want it answers.
    fixed: Option<(usize, usize)>,
    hidden: bool,
}

impl Draft {
    fn all(chosen: Vec<Registered>, builder: &Builder) -> Vec<Self> {
        let mut drafts: Vec<Self> = Vec::with_capacity(chosen.len());
        let mut outermost: HashMap<u64, usize> = HashMap::with_capacity(chosen.len());
        let originals: HashMap<u64, (Lifetime, bool)> =
            chosen.iter().map(|one| (one.id, (one.lifetime, one.is_async))).collect();
        let mut aliases = Vec::new();
        for registered in chosen {
            let original = registered.alias_of.map(|original| originals[&original]);
            let (lifetime, is_async) = original.unwrap_or((registered.lifetime, registered.is_async));
            let (id, type_id, keyed) = (registered.id, registered.type_id, registered.key.is_some());
            aliases.extend(registered.alias_of.map(|original| (drafts.len(), original)));
            let registered = Registered { lifetime, is_async, ..registered };
            let known = if id > builder.next { 0 } else { id };
            let written = Written { id: known, decorators: 0, identity: registered.identity() };
            drafts.push(Self { registered, written, kept: false, fixed: None, hidden: false });
            for decorator in
                builder.decorators.iter().filter(|decorator| decorator.type_id == type_id && !keyed)
            {
                let at = drafts.len() - 1;
                drafts[at].hidden = true;
                let inner = &drafts[at].registered;
                let registered = Registered {
                    wants: decorator.wants.clone(),
                    make: Arc::clone(&decorator.make),
                    ops: decorator.ops,
                    hooks: None,
                    note: Some("decorator".into()),
                    origin: decorator.origin,
                    ..inner.clone()
                };
                let want = decorator.wants.inner.expect("because `decorate` checked it");
                let inner = &drafts[at].written;
                let written = Written { decorators: inner.decorators + 1, ..inner.clone() };
                drafts.push(Self {
                    registered,
                    written,
                    kept: false,
                    fixed: Some((want, at)),
                    hidden: false,
                });
            }
            outermost.insert(id, drafts.len() - 1);
        }
        // Last, because an alias may stand before what took the place of its original.
        for (alias, original) in aliases {
            drafts[alias].fixed = Some((0, outermost[&original]));
        }
        drafts
    }
}

/// The number of each service that is registered or wanted.
#[derive(Default)]
struct ServiceIds {
    graph: Graph,
    ids: HashMap<Identity, ServiceId>,
}

impl ServiceIds {
    fn new(drafts: &[Draft]) -> Self {
        let mut services = Self::default();
        for Draft { registered, .. } in drafts {
            services.add(registered.identity(), registered.name);
            for want in &registered.wants.list {
                services.add(want.identity.clone(), want.name);
            }
        }
        services
    }

    fn add(&mut self, identity: Identity, name: &'static str) -> ServiceId {
        if let Some(id) = self.ids.get(&identity) {
            return *id;
        }
        let id = match &identity.key {
            None => self.graph.service(name),
            Some(ServiceKey::Any) => self.graph.any_key_service(name, ServiceKey::Any.to_string()),
            Some(key) => {
                let shown = key.to_string();
                let any = self.add(Identity { key: Some(ServiceKey::Any), ..identity.clone() }, name);
                self.graph.keyed_service(name, shown, Some(any))
            }
        };
        self.ids.insert(identity, id);
        id
    }

    fn graph(&mut self, drafts: &[Draft]) -> Graph {
        let mut graph = std::mem::take(&mut self.graph);
        for Draft { registered, fixed, hidden, .. } in drafts {
            let mut node = graph::Node::new(self.ids[&registered.identity()], registered.lifetime);
            node.is_async = registered.is_async;
            node.hidden = *hidden;
            node.note = registered.note.clone();
            node.origin = Origin::Rust(registered.origin);
            for (at, want) in registered.wants.list.iter().enumerate() {
                let target = match fixed {
                    Some((fixed, draft)) if *fixed == at => graph::Target::Node(node_id(*draft)),
                    _ => graph::Target::Service(self.ids[&want.identity]),
                };
                node.dependencies.push((want.need, target));
            }
            graph.node(node);
        }
        graph
    }
}

fn node_id(at: usize) -> NodeId {
    NodeId(number(at))
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("because nobody registers four billion services")
}

fn wire(drafts: &[Draft], builder: Builder, graph: Graph, analysis: Analysis) -> Shared {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    let (mut singletons, mut scoped) = (0, 0);
    let mut nodes = Vec::with_capacity(drafts.len());
    let mut by_identity: HashMap<Identity, Vec<u32>> = HashMap::with_capacity(drafts.len());
    let mut families: HashMap<TypeId, Vec<u32>> = HashMap::new();
    let (mut scopes_escape, mut has_hooks) = (false, false);
    for (at, Draft { registered, hidden, written, kept, .. }) in drafts.iter().enumerate() {
        if !hidden {
            by_identity.entry(registered.identity()).or_default().push(number(at));
            if registered.key.as_ref().is_some_and(|key| *key != ServiceKey::Any) {
                families.entry(registered.type_id).or_default().push(number(at));
            }
        }
        scopes_escape |= registered.wants.keeps_scope && registered.lifetime != Lifetime::Singleton;
        has_hooks |= registered.hooks.is_some();
        let any = registered.key == Some(ServiceKey::Any);
        let take = |count: &mut u32| std::mem::replace(count, *count + 1);
        nodes.push(Node {
            written: written.clone(),
            type_id: registered.type_id,
            key: registered.key.clone(),
            place: match registered.lifetime {
                Lifetime::Singleton if any => Place::SingletonByKey,
                Lifetime::Singleton => Place::Singleton(take(&mut singletons)),
                Lifetime::Scoped if any => Place::ScopedByKey,
                Lifetime::Scoped => Place::Scoped(take(&mut scoped)),
                Lifetime::Transient => Place::Transient,
            },
            make: Arc::clone(&registered.make),
            ops: registered.ops,
            wires: if *kept { Box::default() } else { wires(registered, &graph, node_id(at)) },
            hooks: registered.hooks.clone(),
            is_async: registered.is_async,
        });
    }
    let unkeyed: Vec<Entry> = (by_identity.iter())
        .filter(|(identity, _)| identity.key.is_none())
        .filter_map(|(identity, of_type)| {
            let node = *of_type.last()?;
            Some(Entry { type_id: identity.type_id, node, place: nodes[node as usize].place })
        })
        .collect();
    let async_scoped = (nodes.iter().filter(|node| node.is_async))
        .filter_map(|node| if let Place::Scoped(at) = node.place { Some(at) } else { None })
        .collect();
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    Shared {
        id,
        live: AtomicU64::new(id),
        nodes: nodes.into(),
        slots: (0..singletons).map(|_| Slot::new()).collect(),
        created: Created::with_capacity(singletons as usize),
        keyed: KeyedSlots::default(),
        types: TypeTable::new(unkeyed.into_iter()),
        services: by_identity.into_iter().map(|(identity, nodes)| (identity, nodes.into())).collect(),
        families: families.into_iter().map(|(type_id, nodes)| (type_id, nodes.into())).collect(),
        room: WaitRoom::new(),
        pool: Pool::new(),
        scoped: scoped as usize,
        async_scoped,
        scopes_escape,
        has_scope_values: drafts.iter().any(|draft| draft.registered.make.is_provided()),
        has_hooks,
        disposed: AtomicBool::new(false),
        builder,
        graph,
        analysis,
    }
}

/// What a registration's parameters are given, in their order.
fn wires(registered: &Registered, graph: &Graph, node: NodeId) -> Box<[Wire]> {
    let dependencies = &graph.at(node).dependencies;
    let wire = |(want, &(need, target)): (&Want, &(Need, graph::Target))| {
        let mut targets = graph
            .targets(need, target)
            .into_iter()
            .map(|node| Target { node: node.0, key: want.identity.key.clone() });
        match need {
            Need::All => Wire::All(targets.collect()),
            Need::Lazy => targets.next_back().map_or(Wire::None, Wire::Lazy),
            Need::One | Need::Optional => targets.next_back().map_or(Wire::None, Wire::One),
        }
    };
    registered.wants.list.iter().zip(dependencies).map(wire).collect()
}
