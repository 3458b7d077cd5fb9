#![allow(missing_docs, clippy::unwrap_used)]
//! Random containers against a plain model: which problems there are, and who gets which instance until when.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use krepis_di::graph::{Lifetime, Need, Problem};
use krepis_di::{
    BoxError, BuildError, Builder, Container, KeyType, Keyed, Lazy, Scope, ServiceKey, SharedScope,
};
use proptest::prelude::*;
use proptest::sample::select;
use support::block_on;

/// How many types of services there are.
const TYPES: usize = 3;
const NEEDS: [Need; 4] = [Need::One, Need::Optional, Need::All, Need::Lazy];

/// A service, as it is asked for: its type, and its key if it has one.
type Service = (usize, Option<i64>);

#[derive(Clone, Debug)]
struct Row {
    service: Service,
    lifetime: Lifetime,
    is_async: bool,
    needs: Vec<(Need, Service)>,
}

/// What all instances are: which registration made it, the how-manieth it is, and what it was given.
struct Instance {
    number: u64,
    given: Vec<u64>,
    journal: Arc<Journal>,
}

/// What happened: instances that were made, and those that were dropped, in order.
#[derive(Default)]
struct Journal {
    made: AtomicU64,
    makers: Mutex<Vec<usize>>,
    dropped: Mutex<Vec<u64>>,
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.journal.dropped.lock().unwrap().push(self.number);
    }
}

/// A type of its own for each number.
struct Node<const I: usize>(Instance);

struct First;

impl KeyType for First {
    fn key() -> ServiceKey {
        1.into()
    }
}

/// One dependency of a factory, whatever it is: its numbers, in order.
trait Given: krepis_di::Dependency {
    fn numbers(&self) -> Vec<u64>;
}

impl<const I: usize> Given for Arc<Node<I>> {
    fn numbers(&self) -> Vec<u64> {
        vec![self.0.number]
    }
}

impl<const I: usize> Given for Option<Arc<Node<I>>> {
    fn numbers(&self) -> Vec<u64> {
        self.iter().map(|node| node.0.number).collect()
    }
}

impl<const I: usize> Given for Vec<Arc<Node<I>>> {
    fn numbers(&self) -> Vec<u64> {
        self.iter().map(|node| node.0.number).collect()
    }
}

impl<const I: usize> Given for Lazy<Node<I>> {
    fn numbers(&self) -> Vec<u64> {
        Vec::new()
    }
}

impl Given for () {
    fn numbers(&self) -> Vec<u64> {
        Vec::new()
    }
}

macro_rules! keyed {
    ($($given:ty)*) => {$(
        impl<const I: usize> Given for Keyed<First, $given> {
            fn numbers(&self) -> Vec<u64> {
                self.0.numbers()
            }
        }
    )*};
}

keyed!(Arc<Node<I>> Option<Arc<Node<I>>> Vec<Arc<Node<I>>> Lazy<Node<I>>);

/// Goes on with a type for a number.
macro_rules! with_type {
    ($number:expr, $next:ident($($argument:expr),*)) => {
        match $number {
            0 => $next::<0>($($argument),*),
            1 => $next::<1>($($argument),*),
            _ => $next::<2>($($argument),*),
        }
    };
    ($number:expr, $next:ident::<$($given:ty),*>($($argument:expr),*)) => {
        match $number {
            0 => $next::<0, $($given),*>($($argument),*),
            1 => $next::<1, $($given),*>($($argument),*),
            _ => $next::<2, $($given),*>($($argument),*),
        }
    };
}

fn register(builder: &mut Builder, at: usize, row: &Row, journal: &Arc<Journal>) {
    with_type!(row.service.0, first(builder, at, row, journal));
}

fn first<const I: usize>(builder: &mut Builder, at: usize, row: &Row, journal: &Arc<Journal>) {
    match row.needs.first() {
        None => add::<I, (), ()>(builder, at, row, journal),
        Some((need, service)) => with_type!(service.0, first_given(builder, at, row, journal, *need, I)),
    }
}

fn first_given<const J: usize>(
    builder: &mut Builder,
    at: usize,
    row: &Row,
    journal: &Arc<Journal>,
    need: Need,
    own: usize,
) {
    match (need, row.needs[0].1.1) {
        (Need::One, None) => second::<Arc<Node<J>>>(builder, at, row, journal, own),
        (Need::Optional, None) => second::<Option<Arc<Node<J>>>>(builder, at, row, journal, own),
        (Need::All, None) => second::<Vec<Arc<Node<J>>>>(builder, at, row, journal, own),
        (Need::Lazy, None) => second::<Lazy<Node<J>>>(builder, at, row, journal, own),
        (Need::One, Some(_)) => second::<Keyed<First, Arc<Node<J>>>>(builder, at, row, journal, own),
        (Need::Optional, Some(_)) => {
            second::<Keyed<First, Option<Arc<Node<J>>>>>(builder, at, row, journal, own);
        }
        (Need::All, Some(_)) => second::<Keyed<First, Vec<Arc<Node<J>>>>>(builder, at, row, journal, own),
        (Need::Lazy, Some(_)) => second::<Keyed<First, Lazy<Node<J>>>>(builder, at, row, journal, own),
    }
}

/// The second dependency has no key, to keep the number of factories that are compiled in bounds.
fn second<A: Given>(builder: &mut Builder, at: usize, row: &Row, journal: &Arc<Journal>, own: usize) {
    match row.needs.get(1) {
        None => with_type!(own, add::<A, ()>(builder, at, row, journal)),
        Some((Need::All, (other, _))) => with_type!(*other, second_all::<A>(builder, at, row, journal, own)),
        Some((_, (other, _))) => with_type!(*other, second_one::<A>(builder, at, row, journal, own)),
    }
}

fn second_one<const K: usize, A: Given>(
    builder: &mut Builder,
    at: usize,
    row: &Row,
    journal: &Arc<Journal>,
    own: usize,
) {
    with_type!(own, add::<A, Arc<Node<K>>>(builder, at, row, journal));
}

fn second_all<const K: usize, A: Given>(
    builder: &mut Builder,
    at: usize,
    row: &Row,
    journal: &Arc<Journal>,
    own: usize,
) {
    with_type!(own, add::<A, Vec<Arc<Node<K>>>>(builder, at, row, journal));
}

fn add<const I: usize, A: Given, B: Given>(
    builder: &mut Builder,
    at: usize,
    row: &Row,
    journal: &Arc<Journal>,
) {
    let journal = Arc::clone(journal);
    let make = move |a: A, b: B| {
        journal.makers.lock().unwrap().push(at);
        let number = journal.made.fetch_add(1, Ordering::Relaxed);
        let given = [a.numbers(), b.numbers()].concat();
        Node::<I>(Instance { number, given, journal: Arc::clone(&journal) })
    };
    let make_async = {
        let make = make.clone();
        move |a: A, b: B| std::future::ready(Ok::<_, BoxError>(make(a, b)))
    };
    let registration = match (row.lifetime, row.is_async) {
        (Lifetime::Singleton, false) => builder.singleton(make),
        (Lifetime::Scoped, false) => builder.scoped(make),
        (Lifetime::Transient, false) => builder.transient(make),
        (Lifetime::Singleton, true) => builder.singleton_async(make_async),
        (Lifetime::Scoped, true) => builder.scoped_async(make_async),
        (Lifetime::Transient, true) => builder.transient_async(make_async),
    };
    if let Some(key) = row.service.1 {
        registration.keyed(key);
    }
}

fn build(rows: &[Row], journal: &Arc<Journal>) -> Result<Container, BuildError> {
    let mut builder = Builder::new();
    rows.iter().enumerate().for_each(|(at, row)| register(&mut builder, at, row, journal));
    builder.build()
}

// The model.

struct Model<'r>(&'r [Row]);

impl Model<'_> {
    fn all(&self, service: Service) -> Vec<usize> {
        (0..self.0.len()).filter(|at| self.0[*at].service == service).collect()
    }

    fn targets(&self, need: Need, service: Service) -> Vec<usize> {
        let all = self.all(service);
        if need == Need::All { all } else { all.last().copied().into_iter().collect() }
    }

    fn edges(&self, at: usize) -> Vec<(Need, usize)> {
        let edge = |&(need, service): &(Need, Service)| {
            self.targets(need, service).into_iter().map(move |target| (need, target))
        };
        self.0[at].needs.iter().flat_map(edge).collect()
    }

    fn eager(&self, at: usize) -> Vec<usize> {
        self.edges(at).into_iter().filter(|(need, _)| *need != Need::Lazy).map(|(_, target)| target).collect()
    }

    /// What can be reached in a step or more, through nodes for which `through` holds.
    fn reach(
        &self,
        at: usize,
        next: impl Fn(usize) -> Vec<usize>,
        through: impl Fn(usize) -> bool,
    ) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut queue = next(at);
        while let Some(node) = queue.pop() {
            if reached.insert(node) && through(node) {
                queue.extend(next(node));
            }
        }
        reached
    }

    fn missing(&self) -> BTreeSet<(usize, Service)> {
        let of = |at: usize| {
            let wanted = self.0[at].needs.iter().filter(|(need, _)| matches!(need, Need::One | Need::Lazy));
            wanted
                .filter(|(_, service)| self.all(*service).is_empty())
                .map(move |(_, service)| (at, *service))
        };
        (0..self.0.len()).flat_map(of).collect()
    }

    /// All edges that lie on a cycle.
    fn cyclic(&self) -> BTreeSet<(usize, usize)> {
        let reaches = |from: usize, to: usize| {
            from == to || self.reach(from, |at| self.eager(at), |_| true).contains(&to)
        };
        (0..self.0.len())
            .flat_map(|at| self.eager(at).into_iter().map(move |target| (at, target)))
            .filter(|(at, target)| reaches(*target, *at))
            .collect()
    }

    /// Singletons with the dependency by which they would keep something scoped.
    fn captives(&self) -> BTreeSet<(usize, usize)> {
        let lifetime = |at: usize| self.0[at].lifetime;
        let next = |at: usize| self.edges(at).into_iter().map(|(_, target)| target).collect::<Vec<_>>();
        let holds = |at: usize| {
            lifetime(at) == Lifetime::Scoped
                || lifetime(at) == Lifetime::Transient
                    && self
                        .reach(at, next, |node| lifetime(node) == Lifetime::Transient)
                        .into_iter()
                        .any(|node| lifetime(node) == Lifetime::Scoped)
        };
        (0..self.0.len())
            .filter(|at| lifetime(*at) == Lifetime::Singleton)
            .flat_map(|at| next(at).into_iter().map(move |target| (at, target)))
            .filter(|(_, target)| holds(*target))
            .collect()
    }

    fn async_behind_sync(&self) -> BTreeSet<(usize, usize)> {
        (0..self.0.len())
            .filter(|at| !self.0[*at].is_async)
            .flat_map(|at| self.eager(at).into_iter().map(move |target| (at, target)))
            .filter(|(_, target)| self.0[*target].is_async)
            .collect()
    }
}

type Found = (BTreeSet<usize>, BTreeSet<(usize, usize)>, BTreeSet<(usize, usize)>, BTreeSet<(usize, usize)>);

/// The problems as sets: who misses something, edges on cycles, captives, async behind sync.
fn found(problems: &[Problem], renumber: impl Fn(u32) -> usize) -> Found {
    let mut found = Found::default();
    for problem in problems {
        let nodes: Vec<usize> = problem.nodes().iter().map(|node| renumber(node.0)).collect();
        match problem {
            Problem::Missing { .. } => {
                found.0.insert(nodes[0]);
            }
            Problem::Cycle { .. } => {
                let again = nodes.iter().skip(1).chain(&nodes[..1]);
                found.1.extend(nodes.iter().copied().zip(again.copied()));
            }
            Problem::Captive { .. } => {
                found.2.insert((nodes[0], nodes[1]));
            }
            _ => {
                found.3.insert((nodes[0], nodes[1]));
            }
        }
    }
    found
}

fn service() -> impl Strategy<Value = Service> {
    (0..TYPES, prop_oneof![3 => Just(None), 1 => Just(Some(1))])
}

fn lifetime() -> impl Strategy<Value = Lifetime> {
    select(vec![Lifetime::Singleton, Lifetime::Scoped, Lifetime::Transient])
}

fn row(is_async: impl Strategy<Value = bool>) -> impl Strategy<Value = Row> {
    let one = (select(NEEDS.to_vec()), service());
    let two = (select(vec![Need::One, Need::All]), (0..TYPES, Just(None)));
    let needs = (one, two, 0..3_usize).prop_map(|(one, two, count)| vec![one, two][..count].to_vec());
    (service(), lifetime(), is_async, needs).prop_map(|(service, lifetime, is_async, needs)| Row {
        service,
        lifetime,
        is_async,
        needs,
    })
}

fn config(cases: u32) -> ProptestConfig {
    let cases = if cfg!(miri) { 4 } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn problems_are_those_of_the_model(rows in prop::collection::vec(row(prop::bool::weighted(0.2)), 0..9)) {
        let journal = Arc::default();
        let problems = build(&rows, &journal).err().map(|error| error.problems().to_vec()).unwrap_or_default();
        let model = Model(&rows);
        let expected: Found = (
            model.missing().into_iter().map(|(at, _)| at).collect(),
            model.cyclic(),
            model.captives(),
            model.async_behind_sync(),
        );
        let missing = problems.iter().filter(|problem| matches!(problem, Problem::Missing { .. })).count();
        prop_assert_eq!(missing, model.missing().len());
        prop_assert_eq!(found(&problems, |node| node as usize), expected);
    }

    #[test]
    fn problems_do_not_depend_on_the_order_of_different_services(
        rows in prop::collection::vec(row(prop::bool::weighted(0.2)), 0..9),
        seed in any::<u64>(),
    ) {
        // Of one service the order matters, of different ones it does not: sort by a shuffled number of the service.
        let rank = |service: &Service| (service.0 as u64 * 2 + service.1.unwrap_or(0).unsigned_abs() + 1).wrapping_mul(seed | 1);
        let mut other: Vec<usize> = (0..rows.len()).collect();
        other.sort_by_key(|at| rank(&rows[*at].service));
        let moved: Vec<Row> = other.iter().map(|at| rows[*at].clone()).collect();
        let problems = |rows: &[Row]| {
            build(rows, &Arc::default()).err().map(|error| error.problems().to_vec()).unwrap_or_default()
        };
        prop_assert_eq!(
            found(&problems(&rows), |node| node as usize),
            found(&problems(&moved), |node| other[node as usize])
        );
        let lines = |rows: &[Row]| {
            let report = build(rows, &Arc::default()).err().map(|error| error.report().clone());
            report.map_or_else(Vec::new, |report| {
                report.problems().iter().map(|text| text.lines().next().unwrap_or_default().to_owned()).collect()
            })
        };
        prop_assert_eq!(lines(&rows), lines(&moved), "also in the same order");
    }
}

// Instances.

#[derive(Clone, Debug)]
enum Step {
    /// Asks the scope of this number, or the container.
    Get(usize, usize),
    All(usize, usize),
    Open,
    Child(usize),
    Share(usize),
    Close(usize),
    Dispose(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..6_usize, 0..TYPES).prop_map(|(scope, of)| Step::Get(scope, of)),
        2 => (0..6_usize, 0..TYPES).prop_map(|(scope, of)| Step::All(scope, of)),
        2 => Just(Step::Open),
        2 => (0..6_usize).prop_map(Step::Child),
        1 => (0..6_usize).prop_map(Step::Share),
        2 => (0..6_usize).prop_map(Step::Close),
        1 => (0..6_usize).prop_map(Step::Dispose),
    ]
}

/// A scope as the test has it.
enum Open {
    Own(Scope),
    Shared(SharedScope),
}

/// A scope as the model has it: which instance each registration has, in the order in which they were made.
#[derive(Default)]
struct Slots {
    instances: BTreeMap<usize, u64>,
    order: Vec<u64>,
    parent: Option<usize>,
    disposed: bool,
}

/// Makes what the model says is made next, and what it is given.
struct World<'r> {
    model: Model<'r>,
    root: Slots,
    scopes: Vec<Slots>,
    /// The registration of each instance, and what it was given.
    made: Vec<(usize, Vec<u64>)>,
    /// Instances that were let go of, in order; without transients, which the factories here drop.
    dropped: Vec<u64>,
}

impl World<'_> {
    /// The instance of a registration, or `None` where that is an error.
    fn get(&mut self, at: usize, scope: Option<usize>) -> Option<u64> {
        let row = &self.model.0[at];
        let scope = if row.lifetime == Lifetime::Singleton { None } else { scope };
        if row.lifetime == Lifetime::Scoped && scope.is_none() {
            return None;
        }
        if row.lifetime == Lifetime::Transient && scope.is_none() && self.needs_scope(at) {
            return None;
        }
        if row.lifetime != Lifetime::Transient
            && let Some(instance) = self.slots(scope).instances.get(&at)
        {
            return Some(*instance);
        }
        // What is async is awaited before the factory takes what is not.
        let targets = self.model.eager(at);
        let (first, then): (Vec<usize>, Vec<usize>) =
            (0..targets.len()).partition(|place| self.model.0[targets[*place]].is_async);
        let mut given = vec![0; targets.len()];
        for place in first.into_iter().chain(then) {
            given[place] = self.get(targets[place], scope)?;
        }
        let number = self.made.len() as u64;
        self.made.push((at, given));
        if row.lifetime != Lifetime::Transient {
            let slots = self.slots(scope);
            slots.instances.insert(at, number);
            slots.order.push(number);
        }
        Some(number)
    }

    fn needs_scope(&self, at: usize) -> bool {
        let next = |at: usize| self.model.edges(at).into_iter().map(|(_, target)| target).collect::<Vec<_>>();
        let transient = |node: usize| self.model.0[node].lifetime == Lifetime::Transient;
        let reached = self.model.reach(at, next, transient);
        reached.into_iter().any(|node| self.model.0[node].lifetime == Lifetime::Scoped)
    }

    fn slots(&mut self, scope: Option<usize>) -> &mut Slots {
        match scope {
            Some(scope) => &mut self.scopes[scope],
            None => &mut self.root,
        }
    }

    fn dispose(&mut self, scope: usize) {
        self.scopes[scope].disposed = true;
        for child in 0..self.scopes.len() {
            if self.scopes[child].parent == Some(scope) && !self.scopes[child].disposed {
                self.dispose(child);
            }
        }
    }

    /// The instances of a scope are let go of, the newest first.
    fn close(&mut self, scope: Option<usize>) {
        let order = std::mem::take(&mut self.slots(scope).order);
        self.dropped.extend(order.into_iter().rev());
    }
}

fn transient(world: &World<'_>, instance: u64) -> bool {
    world.model.0[world.made[usize::try_from(instance).unwrap()].0].lifetime == Lifetime::Transient
}

fn ask(open: &Open, of: usize, all: bool) -> Option<Vec<(u64, Vec<u64>)>> {
    fn one<const I: usize>(open: &Open, all: bool) -> Option<Vec<(u64, Vec<u64>)>> {
        let nodes = match (open, all) {
            (Open::Own(scope), false) => block_on(scope.get_async::<Node<I>>()).map(|node| vec![node]),
            (Open::Own(scope), true) => block_on(scope.get_all_async::<Node<I>>()),
            (Open::Shared(scope), false) => block_on(scope.get_async::<Node<I>>()).map(|node| vec![node]),
            (Open::Shared(scope), true) => block_on(scope.get_all_async::<Node<I>>()),
        };
        nodes.ok().map(|nodes| nodes.iter().map(|node| (node.0.number, node.0.given.clone())).collect())
    }
    with_type!(of, one(open, all))
}

fn ask_root(container: &Container, of: usize, all: bool) -> Option<Vec<(u64, Vec<u64>)>> {
    fn one<const I: usize>(container: &Container, all: bool) -> Option<Vec<(u64, Vec<u64>)>> {
        let nodes = match all {
            false => block_on(container.get_async::<Node<I>>()).map(|node| vec![node]),
            true => block_on(container.get_all_async::<Node<I>>()),
        };
        nodes.ok().map(|nodes| nodes.iter().map(|node| (node.0.number, node.0.given.clone())).collect())
    }
    with_type!(of, one(container, all))
}

/// Makes any rows sound: without the needs that are on a cycle or captive, and nothing missing.
fn sound(mut rows: Vec<Row>) -> Vec<Row> {
    loop {
        let model = Model(&rows);
        let missing = model.missing().into_iter().map(|(at, _)| at);
        let wrong =
            model.cyclic().into_iter().chain(model.captives()).map(|(at, _)| at).chain(missing).next();
        let Some(at) = wrong else { break };
        rows[at].needs.pop();
    }
    // Whoever depends on something async is async.
    while let Some((at, _)) = Model(&rows).async_behind_sync().first().copied() {
        rows[at].is_async = true;
    }
    rows
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn instances_are_those_of_the_model(
        rows in prop::collection::vec(row(prop::bool::weighted(0.15)), 1..9).prop_map(sound),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let journal: Arc<Journal> = Arc::default();
        let container = build(&rows, &journal).unwrap();
        let mut world = World {
            model: Model(&rows),
            root: Slots::default(),
            scopes: Vec::new(),
            made: Vec::new(),
            dropped: Vec::new(),
        };
        let mut open: Vec<Option<Open>> = Vec::new();
        for step in steps {
            match step {
                Step::Get(scope, of) | Step::All(scope, of) => {
                    let all = matches!(step, Step::All(..));
                    let need = if all { Need::All } else { Need::One };
                    let targets = world.model.targets(need, (of, None));
                    let (real, owner) = match open.get(scope) {
                        Some(Some(real)) => (ask(real, of, all), Some(scope)),
                        Some(None) => continue,
                        None => (ask_root(&container, of, all), None),
                    };
                    let disposed = owner.is_some_and(|scope| world.scopes[scope].disposed);
                    let expected: Option<Vec<u64>> = if disposed || (!all && targets.is_empty()) {
                        None
                    } else {
                        targets.into_iter().map(|target| world.get(target, owner)).collect()
                    };
                    let expected = expected.map(|numbers| -> Vec<_> {
                        let given = |number: u64| world.made[usize::try_from(number).unwrap()].1.clone();
                        numbers.into_iter().map(|number| (number, given(number))).collect()
                    });
                    prop_assert_eq!(real, expected);
                }
                Step::Open => {
                    open.push(Some(Open::Own(container.scope())));
                    world.scopes.push(Slots::default());
                }
                Step::Child(parent) => {
                    let child = match open.get(parent) {
                        Some(Some(Open::Own(scope))) => scope.child(),
                        Some(Some(Open::Shared(scope))) => scope.child(),
                        _ => continue,
                    };
                    open.push(Some(Open::Own(child)));
                    let disposed = world.scopes[parent].disposed;
                    world.scopes.push(Slots { parent: Some(parent), disposed, ..Slots::default() });
                }
                Step::Share(scope) => {
                    if let Some(place) = open.get_mut(scope) {
                        *place = place.take().map(|open| match open {
                            Open::Own(scope) => Open::Shared(scope.into_shared()),
                            shared @ Open::Shared(_) => shared,
                        });
                    }
                }
                Step::Close(scope) => {
                    if open.get_mut(scope).and_then(Option::take).is_some() {
                        world.dispose(scope);
                        world.close(Some(scope));
                    }
                }
                Step::Dispose(scope) => {
                    if let Some(Some(Open::Shared(shared))) = open.get(scope) {
                        shared.dispose().unwrap();
                        world.dispose(scope);
                    }
                }
            }
        }
        let made = world.made.len();
        let makers: Vec<usize> = world.made.iter().map(|(at, _)| *at).collect();
        prop_assert_eq!(&*journal.makers.lock().unwrap(), &makers, "made in the order of the model");
        // Everything goes: the scopes in any order, then the container.
        for (scope, place) in open.iter_mut().enumerate() {
            if place.take().is_some() {
                world.dispose(scope);
                world.close(Some(scope));
            }
        }
        prop_assert_eq!(container.pool().idle, container.pool().created);
        drop(container);
        world.close(None);
        let dropped = journal.dropped.lock().unwrap().clone();
        let held: Vec<u64> = dropped.iter().copied().filter(|instance| !transient(&world, *instance)).collect();
        prop_assert_eq!(held, std::mem::take(&mut world.dropped), "the newest of each scope first");
        let mut each = dropped;
        each.sort_unstable();
        prop_assert_eq!(each, (0..made as u64).collect::<Vec<_>>(), "each once, and nothing leaked");
    }
}
