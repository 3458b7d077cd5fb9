#![allow(missing_docs, clippy::unwrap_used)]
//! A test for each line of `tests/di/behaviours.txt`, named after it, and no other.

mod support;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use krepis_di::{
    AnyKey, BoxError, Builder, Inner, Keyed, Lazy, Provider, Registration, RequestedKey, ResolveError, Scope,
    Service, ServiceKey, key,
};
use support::{Log, block_on, both, pause, same};

#[test]
fn every_behaviour_has_a_test() {
    let list = include_str!("../../tests/di/behaviours.txt").lines();
    let listed: Vec<String> = list
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").expect("because a line is `id: sentence`").0.replace('-', "_"))
        .collect();
    let source: Vec<&str> = include_str!("specification.rs").lines().collect();
    let tested = source.windows(2).filter(|lines| lines[0] == "#[test]");
    let tested: Vec<String> = tested
        .filter_map(|lines| Some(lines[1].strip_prefix("fn ")?.strip_suffix("() {")?.to_owned()))
        .skip(1)
        .collect();
    assert_eq!(tested, listed);
}

// Services of all tests. `A` needs nothing, `B` needs `A`, `C` needs `B`.

#[derive(Debug)]
struct A(u32);
#[derive(Debug)]
struct B(Arc<A>);
#[derive(Debug)]
struct C(Arc<B>);

trait Named: Send + Sync + std::fmt::Debug {
    fn name(&self) -> String;
}

impl Named for A {
    fn name(&self) -> String {
        format!("A{}", self.0)
    }
}

impl Named for B {
    fn name(&self) -> String {
        "B".into()
    }
}

key!(One = "one");

/// Makes an `A` with the next number each time.
fn counter() -> impl Fn() -> A + Send + Sync + 'static {
    let made = AtomicU32::new(0);
    move || A(made.fetch_add(1, Ordering::Relaxed) + 1)
}

fn named<'b>(registration: Registration<'b, A>) -> Registration<'b, A> {
    registration.provide(|a| -> Arc<dyn Named> { a })
}

fn names(all: &[Arc<dyn Named>]) -> Vec<String> {
    all.iter().map(|one| one.name()).collect()
}

fn numbers(all: &[Arc<A>]) -> Vec<u32> {
    all.iter().map(|one| one.0).collect()
}

#[track_caller]
fn fails<T: ?Sized>(result: Result<Arc<T>, ResolveError>, text: &str) {
    assert_eq!(result.err().expect("because it fails").to_string(), text);
}

#[track_caller]
fn disposed<T: ?Sized>(result: Result<Arc<T>, ResolveError>, owner: &str) {
    fails(result, &format!("the {owner} is disposed"));
}

/// The first line of each problem of `build`.
fn problems(builder: &Builder) -> Vec<String> {
    let error = builder.build().expect_err("because it is unsound");
    error.report().problems().iter().map(|text| text.lines().next().unwrap_or_default().to_owned()).collect()
}

fn ok<T>(value: T) -> Result<T, BoxError> {
    Ok(value)
}

const A_IS_SCOPED: &str = "A is scoped: create a scope and resolve it there";
const NOTHING_PROVIDES_A: &str = "nothing provides A: register it";

// Registration and identity

#[test]
fn class_is_made() {
    let mut builder = Builder::new();
    named(builder.singleton(|| A(1)));
    assert_eq!(builder.build().unwrap().get::<dyn Named>().unwrap().name(), "A1");
}

#[test]
fn own_type() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    assert_eq!(builder.build().unwrap().get::<A>().unwrap().0, 1);
}

#[test]
fn factory_is_called() {
    let mut builder = Builder::new();
    let seven = 7;
    builder.transient(move || A(seven));
    assert_eq!(builder.build().unwrap().get::<A>().unwrap().0, 7);
}

#[test]
fn factory_dependencies() {
    let mut builder = Builder::new();
    builder.instance(1_u8);
    builder.instance(2_u16);
    builder.instance(3_u32);
    builder.singleton(|a: Arc<u32>, b: Arc<u8>, c: Arc<u16>| format!("{a} {b} {c}"));
    assert_eq!(*builder.build().unwrap().get::<String>().unwrap(), "3 1 2");
}

#[test]
fn instance_is_given() {
    let given = Arc::new(A(1));
    let mut builder = Builder::new();
    builder.shared_instance(Arc::clone(&given));
    assert!(same(&builder.build().unwrap().get::<A>().unwrap(), &given));
}

#[test]
fn singleton_same() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    let container = builder.build().unwrap();
    assert!(same(&container.get::<A>().unwrap(), &container.get::<A>().unwrap()));
}

#[test]
fn singleton_same_in_scopes() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    let first = one.get::<A>().unwrap();
    assert!(same(&first, &two.get::<A>().unwrap()));
    assert!(same(&first, &two.child().get::<A>().unwrap()));
    assert!(same(&first, &container.get::<A>().unwrap()));
}

#[test]
fn singleton_lazy() {
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    builder.singleton(move || notes.add("made"));
    let container = builder.build().unwrap();
    container.scope();
    assert!(log.take().is_empty());
    container.get::<()>().unwrap();
    assert_eq!(log.take(), ["made"]);
}

#[test]
fn singleton_shared_dependency() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    builder.singleton(B);
    builder.transient(|a: Arc<A>| (a,));
    let container = builder.build().unwrap();
    assert!(same(&container.get::<B>().unwrap().0, &container.get::<(Arc<A>,)>().unwrap().0));
}

#[test]
fn scoped_same_in_scope() {
    let mut builder = Builder::new();
    builder.scoped(counter());
    let container = builder.build().unwrap();
    let scope = container.scope();
    assert!(same(&scope.get::<A>().unwrap(), &scope.get::<A>().unwrap()));
}

#[test]
fn scoped_differs_between_scopes() {
    let mut builder = Builder::new();
    builder.scoped(counter());
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    assert_eq!((one.get::<A>().unwrap().0, two.get::<A>().unwrap().0), (1, 2));
}

#[test]
fn scoped_shared_dependency() {
    let mut builder = Builder::new();
    builder.scoped(counter());
    builder.scoped(B);
    builder.scoped(|a: Arc<A>| (a,));
    let container = builder.build().unwrap();
    let scope = container.scope();
    assert!(same(&scope.get::<B>().unwrap().0, &scope.get::<(Arc<A>,)>().unwrap().0));
}

#[test]
fn transient_new_each_time() {
    let mut builder = Builder::new();
    builder.transient(counter());
    let container = builder.build().unwrap();
    let scope = container.scope();
    let all = [container.get::<A>(), container.get::<A>(), scope.get::<A>(), scope.get::<A>()];
    assert_eq!(numbers(&all.map(Result::unwrap)), [1, 2, 3, 4]);
}

#[test]
fn transient_new_each_dependency() {
    let mut builder = Builder::new();
    builder.transient(counter());
    builder.singleton(|one: Arc<A>, two: Arc<A>| (one, two));
    let pair = builder.build().unwrap().get::<(Arc<A>, Arc<A>)>().unwrap();
    assert_eq!((pair.0.0, pair.1.0), (1, 2));
}

#[test]
fn transient_holds_scoped() {
    let mut builder = Builder::new();
    builder.scoped(counter());
    builder.transient(B);
    let container = builder.build().unwrap();
    let (scope, other) = (container.scope(), container.scope());
    let (one, two) = (scope.get::<B>().unwrap(), scope.get::<B>().unwrap());
    assert!(!same(&one, &two) && same(&one.0, &two.0));
    assert!(!same(&one.0, &other.get::<B>().unwrap().0));
}

#[test]
fn scoped_holds_singleton() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    builder.scoped(B);
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    assert!(same(&one.get::<B>().unwrap().0, &two.get::<B>().unwrap().0));
}

#[test]
fn last_wins() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.instance(A(2));
    builder.transient(|| A(3));
    assert_eq!(builder.build().unwrap().get::<A>().unwrap().0, 3);
}

#[test]
fn earlier_not_made() {
    let mut builder = Builder::new();
    builder.singleton(|| -> A { panic!("because nobody asks for it") });
    builder.singleton(|| A(2));
    assert_eq!(builder.build().unwrap().get::<A>().unwrap().0, 2);
}

#[test]
fn factory_once() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    builder.singleton(B);
    builder.scoped(C);
    let container = builder.build().unwrap();
    let scope = container.scope().into_shared();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                assert_eq!(container.get::<A>().unwrap().0, 1);
                assert_eq!(scope.get::<C>().unwrap().0.0.0, 1);
                assert_eq!(container.scope().get_ref::<B>().unwrap().0.0, 1);
            });
        }
    });
}

#[test]
fn if_absent_skips() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(|| A(2)).if_absent();
    let container = builder.build().unwrap();
    assert_eq!(numbers(&container.get_all::<A>().unwrap()), [1]);
}

#[test]
fn if_absent_counts() {
    let mut builder = Builder::new();
    builder.singleton(|| A(2)).if_absent();
    builder.singleton(|| A(3)).if_absent();
    let container = builder.build().unwrap();
    assert_eq!(numbers(&container.get_all::<A>().unwrap()), [2]);
}

#[test]
fn if_absent_any_order() {
    let mut builder = Builder::new();
    builder.singleton(|| A(2)).if_absent();
    builder.singleton(|| A(1));
    let container = builder.build().unwrap();
    assert_eq!(numbers(&container.get_all::<A>().unwrap()), [1]);
}

#[test]
fn condition_false() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).when(|services| services.has::<u8>());
    assert!(!builder.build().unwrap().has::<A>());
}

#[test]
fn condition_true() {
    let mut builder = Builder::new();
    builder.instance(1_u8).keyed("one");
    builder.singleton(|| A(1)).when(|services| !services.has::<u8>() && services.has_keyed::<u8>("one"));
    assert!(builder.build().unwrap().has::<A>());
}

#[test]
fn condition_any_order() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).when(|services| services.has::<u8>());
    builder.instance(1_u8);
    assert!(builder.build().unwrap().has::<A>());
}

#[test]
fn module_registers() {
    fn storage(builder: &mut Builder) {
        builder.singleton(|| A(1));
        builder.module(|builder: &mut Builder| {
            builder.singleton(B);
        });
    }
    let mut builder = Builder::new();
    builder.module(storage);
    assert_eq!(builder.build().unwrap().get::<B>().unwrap().0.0, 1);
}

#[test]
fn alias_same_instance() {
    let mut builder = Builder::new();
    named(builder.singleton(counter()));
    let container = builder.build().unwrap();
    let alias = container.get::<dyn Named>().unwrap();
    assert!(std::ptr::addr_eq(Arc::as_ptr(&alias), Arc::as_ptr(&container.get::<A>().unwrap())));
}

#[test]
fn alias_keeps_lifetime() {
    let mut builder = Builder::new();
    named(builder.scoped(counter()));
    let container = builder.build().unwrap();
    fails(container.get::<dyn Named>(), "dyn Named is scoped: create a scope and resolve it there");
    let (one, two) = (container.scope(), container.scope());
    assert_eq!(one.get::<dyn Named>().unwrap().name(), "A1");
    assert_eq!(two.get::<dyn Named>().unwrap().name(), "A2");
    assert_eq!(one.get::<dyn Named>().unwrap().name(), "A1");
}

// Several of one service

#[test]
fn all_in_order() {
    let mut builder = Builder::new();
    named(builder.singleton(|| A(3)));
    builder.instance(A(1));
    named(builder.transient(|| A(2)));
    let container = builder.build().unwrap();
    assert_eq!(names(&container.get_all().unwrap()), ["A3", "A2"]);
    assert_eq!(numbers(&container.get_all().unwrap()), [3, 1, 2]);
}

#[test]
fn all_empty() {
    assert!(Builder::new().build().unwrap().get_all::<A>().unwrap().is_empty());
}

#[test]
fn all_single() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    assert_eq!(numbers(&builder.build().unwrap().get_all().unwrap()), [1]);
}

#[test]
fn all_distinct() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(|| A(1));
    let all = builder.build().unwrap().get_all::<A>().unwrap();
    assert_eq!(all.len(), 2);
    assert!(!same(&all[0], &all[1]));
}

#[test]
fn all_last_is_the_one() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(|| A(2));
    let container = builder.build().unwrap();
    assert!(same(&container.get_all::<A>().unwrap()[1], &container.get::<A>().unwrap()));
}

#[test]
fn all_lifetimes() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.scoped(|| A(2));
    builder.transient(|| A(3));
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    let (a, b, c) = (one.get_all::<A>().unwrap(), one.get_all::<A>().unwrap(), two.get_all::<A>().unwrap());
    let shared = |x: &[Arc<A>], y: &[Arc<A>]| (0..3).map(|at| same(&x[at], &y[at])).collect::<Vec<_>>();
    assert_eq!(shared(&a, &b), [true, true, false]);
    assert_eq!(shared(&a, &c), [true, false, false]);
}

#[test]
fn all_as_dependency() {
    let mut builder = Builder::new();
    builder.singleton(|all: Vec<Arc<dyn Named>>| names(&all).join("+"));
    named(builder.singleton(|| A(1)));
    named(builder.singleton(|| A(2)));
    assert_eq!(*builder.build().unwrap().get::<String>().unwrap(), "A1+A2");
}

#[test]
fn all_as_dependency_empty() {
    let mut builder = Builder::new();
    builder.singleton(|all: Vec<Arc<dyn Named>>| all.len());
    assert_eq!(*builder.build().unwrap().get::<usize>().unwrap(), 0);
}

#[test]
fn all_transients_new() {
    let mut builder = Builder::new();
    builder.transient(counter());
    builder.singleton(|| A(100));
    let container = builder.build().unwrap();
    assert_eq!(numbers(&container.get_all().unwrap()), [1, 100]);
    assert_eq!(numbers(&container.get_all().unwrap()), [2, 100]);
}

// What is there

#[test]
fn missing_try() {
    assert!(Builder::new().build().unwrap().try_get::<A>().unwrap().is_none());
}

#[test]
fn missing_get() {
    let container = Builder::new().build().unwrap();
    fails(container.get::<A>(), NOTHING_PROVIDES_A);
    fails(container.get_keyed::<A>("one"), "nothing provides A[\"one\"]: register it");
}

#[test]
fn has_registered() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    builder.instance(1_u8).keyed(3);
    let container = builder.build().unwrap();
    assert!(container.has::<A>() && container.scope().has::<A>());
    assert!(container.has_keyed::<u8>(3) && !container.has::<u8>());
}

#[test]
fn has_not_implementation() {
    let mut builder = Builder::new();
    builder.shared_instance::<dyn Named>(Arc::new(A(1)));
    let container = builder.build().unwrap();
    assert!(container.has::<dyn Named>() && !container.has::<A>());
    fails(container.get::<A>(), NOTHING_PROVIDES_A);
}

#[test]
fn optional_absent() {
    let mut builder = Builder::new();
    builder.singleton(|a: Option<Arc<A>>| a.is_none());
    assert!(*builder.build().unwrap().get::<bool>().unwrap());
}

#[test]
fn optional_present() {
    let mut builder = Builder::new();
    builder.singleton(|a: Option<Arc<A>>| a.map_or(0, |a| a.0));
    builder.singleton(|| A(1));
    assert_eq!(*builder.build().unwrap().get::<u32>().unwrap(), 1);
}

#[test]
fn lazy_deferred() {
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    builder.singleton(move || {
        notes.add("made");
        A(1)
    });
    builder.singleton(|a: Lazy<A>| (a,));
    let holder = builder.build().unwrap();
    let lazy = holder.get::<(Lazy<A>,)>().unwrap();
    assert!(log.take().is_empty());
    assert_eq!(lazy.0.get().unwrap().0, 1);
    assert_eq!(log.take(), ["made"]);
}

#[test]
fn lazy_same() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    builder.scoped(|a: Lazy<A>| (a,));
    let container = builder.build().unwrap();
    let scope = container.scope();
    let lazy = scope.get::<(Lazy<A>,)>().unwrap();
    assert!(same(&lazy.0.get().unwrap(), &container.get::<A>().unwrap()));
}

#[test]
fn lazy_breaks_cycle() {
    struct Left(Lazy<Right>);
    struct Right(Arc<Left>);
    let mut builder = Builder::new();
    builder.singleton(Left);
    builder.singleton(Right);
    let container = builder.build().unwrap();
    let left = container.get::<Left>().unwrap();
    assert!(same(&left.0.get().unwrap().0, &left));
}

// Keys

#[test]
fn key_apart() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed("one");
    builder.singleton(|| A(2)).keyed("two");
    let container = builder.build().unwrap();
    assert_eq!(container.get_keyed::<A>("one").unwrap().0, 1);
    assert_eq!(container.get_keyed::<A>("two").unwrap().0, 2);
    fails(container.get_keyed::<A>("three"), "nothing provides A[\"three\"]: register it");
}

#[test]
fn key_not_unkeyed() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed("one");
    let container = builder.build().unwrap();
    fails(container.get::<A>(), NOTHING_PROVIDES_A);
    assert!(container.get_all::<A>().unwrap().is_empty());
}

#[test]
fn unkeyed_not_keyed() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    let container = builder.build().unwrap();
    fails(container.get_keyed::<A>("one"), "nothing provides A[\"one\"]: register it");
    assert!(!container.has_keyed::<A>("one"));
}

#[test]
fn key_last_wins() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed("one");
    builder.singleton(|| A(2)).keyed("one");
    builder.singleton(|| A(3)).keyed("two");
    assert_eq!(builder.build().unwrap().get_keyed::<A>("one").unwrap().0, 2);
}

#[test]
fn key_all() {
    let mut builder = Builder::new();
    for (number, key) in [(1, "one"), (2, "two"), (3, "one")] {
        builder.singleton(move || A(number)).keyed(key);
    }
    builder.singleton(|| A(4));
    let container = builder.build().unwrap();
    assert_eq!(numbers(&container.get_all_keyed("one").unwrap()), [1, 3]);
    assert!(container.get_all_keyed::<A>("four").unwrap().is_empty());
}

#[test]
fn key_dependency() {
    let mut builder = Builder::new();
    builder.singleton(|a: Keyed<One, Arc<A>>, all: Keyed<One, Vec<Arc<A>>>| (a.0.0, all.len()));
    builder.singleton(|| A(1)).keyed("one");
    builder.singleton(|| A(2));
    assert_eq!(*builder.build().unwrap().get::<(u32, usize)>().unwrap(), (1, 1));
}

#[test]
fn key_requested() {
    let mut builder = Builder::new();
    builder.singleton(|RequestedKey(key)| key).keyed(AnyKey);
    builder.transient(|RequestedKey(key)| key.to_string()).keyed("own");
    let container = builder.build().unwrap();
    assert_eq!(*container.get_keyed::<ServiceKey>("asked").unwrap(), "asked".into());
    assert_eq!(*container.get_keyed::<String>("own").unwrap(), "\"own\"");
}

#[test]
fn key_singleton() {
    let mut builder = Builder::new();
    builder.singleton(counter()).keyed("one");
    let container = builder.build().unwrap();
    let one = container.get_keyed::<A>("one").unwrap();
    assert!(same(&one, &container.scope().get_keyed::<A>("one").unwrap()));
}

#[test]
fn key_scoped() {
    let mut builder = Builder::new();
    builder.scoped(counter()).keyed("one");
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    let get = |scope: &Scope| scope.get_keyed::<A>("one").unwrap().0;
    assert_eq!((get(&one), get(&two), get(&one)), (1, 2, 1));
    fails(container.get_keyed::<A>("one"), "A[\"one\"] is scoped: create a scope and resolve it there");
}

#[test]
fn key_transient() {
    let mut builder = Builder::new();
    builder.transient(counter()).keyed("one");
    let container = builder.build().unwrap();
    let get = || container.get_keyed::<A>("one").unwrap().0;
    assert_eq!((get(), get()), (1, 2));
}

#[test]
fn key_instance() {
    let mut builder = Builder::new();
    builder.instance(A(1)).keyed(ServiceKey::Number(1));
    assert_eq!(builder.build().unwrap().get_keyed::<A>(1).unwrap().0, 1);
}

#[test]
fn any_key_answers() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed(AnyKey);
    let container = builder.build().unwrap();
    assert_eq!(container.get_keyed::<A>("one").unwrap().0, 1);
    assert_eq!(container.get_keyed::<A>(2).unwrap().0, 1);
    assert!(container.has_keyed::<A>("whatever"));
}

#[test]
fn any_key_not_unkeyed() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed(AnyKey);
    let container = builder.build().unwrap();
    fails(container.get::<A>(), NOTHING_PROVIDES_A);
    assert!(!container.has::<A>() && container.get_all::<A>().unwrap().is_empty());
}

#[test]
fn any_key_singleton_per_key() {
    let mut builder = Builder::new();
    builder.singleton(counter()).keyed(AnyKey);
    let container = builder.build().unwrap();
    let get = |key: &'static str| container.get_keyed::<A>(key).unwrap().0;
    assert_eq!((get("one"), get("two"), get("one")), (1, 2, 1));
}

#[test]
fn any_key_scoped_per_key() {
    let mut builder = Builder::new();
    builder.scoped(counter()).keyed(AnyKey);
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    let get = |scope: &Scope, key: &'static str| scope.get_keyed::<A>(key).unwrap().0;
    assert_eq!((get(&one, "a"), get(&one, "b"), get(&two, "a"), get(&one, "a")), (1, 2, 3, 1));
}

#[test]
fn any_key_specific_wins() {
    for any_last in [true, false] {
        let mut builder = Builder::new();
        if !any_last {
            builder.singleton(|| A(0)).keyed(AnyKey);
        }
        builder.singleton(|| A(1)).keyed("one");
        if any_last {
            builder.singleton(|| A(0)).keyed(AnyKey);
        }
        let container = builder.build().unwrap();
        assert_eq!(container.get_keyed::<A>("one").unwrap().0, 1);
        assert_eq!(container.get_keyed::<A>("two").unwrap().0, 0);
    }
}

#[test]
fn any_key_all() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed("one");
    builder.singleton(|| A(0)).keyed(AnyKey);
    builder.singleton(|| A(2)).keyed("two");
    builder.singleton(|| A(3)).keyed("one");
    builder.singleton(|| A(4));
    let container = builder.build().unwrap();
    assert_eq!(numbers(&container.get_all_keyed(AnyKey).unwrap()), [1, 2, 3]);
}

#[test]
fn any_key_not_in_all() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed("one");
    builder.singleton(|| A(0)).keyed(AnyKey);
    let container = builder.build().unwrap();
    assert_eq!(numbers(&container.get_all_keyed("one").unwrap()), [1]);
}

#[test]
fn key_types() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).keyed(1);
    builder.singleton(|| A(2)).keyed("1");
    let container = builder.build().unwrap();
    assert_eq!(container.get_keyed::<A>(1).unwrap().0, 1);
    assert_eq!(container.get_keyed::<A>("1").unwrap().0, 2);
    assert_eq!(container.get_keyed::<A>("1".to_owned()).unwrap().0, 2);
}

// Scopes

#[test]
fn scope_has_singletons() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    assert_eq!(builder.build().unwrap().scope().get::<A>().unwrap().0, 1);
}

#[test]
fn scoped_from_root() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    let container = builder.build().unwrap();
    fails(container.get::<A>(), A_IS_SCOPED);
    assert_eq!(container.get_ref::<A>().unwrap_err().to_string(), A_IS_SCOPED);
    fails(block_on(container.get_async::<A>()), A_IS_SCOPED);
}

#[test]
fn scoped_from_root_through_transient() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    builder.transient(B);
    builder.transient(C);
    let container = builder.build().unwrap();
    fails(container.get::<C>(), "C needs a scoped service: create a scope and resolve it there");
}

#[test]
fn scoped_from_root_try() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    assert_eq!(builder.build().unwrap().try_get::<A>().unwrap_err().to_string(), A_IS_SCOPED);
}

#[test]
fn scoped_from_root_all() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.scoped(|| A(2));
    builder.singleton(|| A(3));
    assert_eq!(builder.build().unwrap().get_all::<A>().unwrap_err().to_string(), A_IS_SCOPED);
}

#[test]
fn nested_scope_own_instances() {
    let mut builder = Builder::new();
    builder.scoped(counter());
    let container = builder.build().unwrap();
    let scope = container.scope();
    let child = scope.child();
    let grandchild = child.child();
    let all = [scope.get::<A>(), child.get::<A>(), grandchild.get::<A>(), child.get::<A>()];
    assert_eq!(numbers(&all.map(Result::unwrap)), [1, 2, 3, 2]);
}

#[test]
fn nested_scope_outlived() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(counter()).on_dispose(log.disposed("A"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    let mine = scope.get::<A>().unwrap();
    let child = scope.child();
    child.get::<A>().unwrap();
    child.dispose().unwrap();
    assert_eq!(log.take(), ["A"]);
    assert!(same(&scope.get::<A>().unwrap(), &mine));
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["A"]);
}

#[test]
fn scope_value_given() {
    let mut builder = Builder::new();
    builder.scope_value::<A>();
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.provide(A(1)).unwrap();
    assert_eq!(scope.get::<A>().unwrap().0, 1);
}

#[test]
fn scope_value_differs() {
    let mut builder = Builder::new();
    builder.scope_value::<A>();
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    one.provide(A(1)).unwrap();
    two.provide(A(2)).unwrap();
    assert_eq!((one.get::<A>().unwrap().0, two.get::<A>().unwrap().0), (1, 2));
}

#[test]
fn scope_value_dependency() {
    let mut builder = Builder::new();
    builder.scope_value::<A>();
    builder.scoped(B);
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.provide(A(1)).unwrap();
    assert_eq!(scope.get::<B>().unwrap().0.0, 1);
}

#[test]
fn scope_value_absent() {
    let mut builder = Builder::new();
    builder.scope_value::<A>();
    builder.scoped(B);
    let container = builder.build().unwrap();
    let text = "A was not provided to this scope by who created it";
    fails(container.scope().get::<A>(), text);
    fails(container.scope().get::<B>(), text);
}

#[test]
fn scope_value_nested() {
    let mut builder = Builder::new();
    builder.scope_value::<A>();
    let container = builder.build().unwrap();
    let scope = container.scope();
    let early = scope.child();
    scope.provide(A(1)).unwrap();
    let (late, own) = (scope.child(), scope.child());
    own.provide(A(2)).unwrap();
    assert!(same(&early.get::<A>().unwrap(), &scope.get::<A>().unwrap()));
    assert!(same(&late.child().get::<A>().unwrap(), &scope.get::<A>().unwrap()));
    assert_eq!(own.get::<A>().unwrap().0, 2);
    assert_eq!(own.child().get::<A>().unwrap().0, 2);
}

#[test]
fn scope_disposed_get() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    let container = builder.build().unwrap();
    let scope = container.scope().into_shared();
    scope.get::<A>().unwrap();
    scope.dispose().unwrap();
    disposed(scope.get::<A>(), "scope");
    assert!(scope.get_all::<A>().is_err() && scope.get_ref::<A>().is_err());
    disposed(block_on(scope.get_async::<A>()), "scope");
}

#[test]
fn scope_disposed_create() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    let container = builder.build().unwrap();
    let scope = container.scope().into_shared();
    let child = scope.child();
    scope.dispose().unwrap();
    // The types of Rust let it be created, and nothing be done with it.
    disposed(scope.child().get::<A>(), "scope");
    disposed(child.child().get::<A>(), "scope");
}

#[test]
fn container_disposed_get() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    let container = builder.build().unwrap();
    container.get::<A>().unwrap();
    container.dispose().unwrap();
    disposed(container.get::<A>(), "container");
}

#[test]
fn container_disposed_scope() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    let container = builder.build().unwrap();
    let (scope, shared) = (container.scope(), container.scope().into_shared());
    scope.get::<A>().unwrap();
    container.dispose().unwrap();
    disposed(scope.get::<A>(), "container");
    disposed(shared.get::<A>(), "container");
    disposed(scope.child().get::<A>(), "container");
    disposed(container.scope().get::<A>(), "container");
}

#[test]
fn scope_reuse_is_fresh() {
    let mut builder = Builder::new();
    builder.scoped(counter());
    builder.scoped(|| Mutex::new(0_u32));
    let container = builder.build().unwrap();
    for number in 1..=3 {
        let scope = container.scope();
        assert_eq!(scope.get::<A>().unwrap().0, number);
        assert_eq!(std::mem::replace(&mut *scope.get_ref::<Mutex<u32>>().unwrap().lock().unwrap(), 9), 0);
    }
    assert_eq!(container.pool().created, 1);
}

#[test]
fn scope_stale_handle() {
    let mut builder = Builder::new();
    builder.scoped(counter());
    builder.scoped(|a: Lazy<A>, provider: Provider| (a, provider));
    let container = builder.build().unwrap();
    let first = container.scope();
    let handles = first.get::<(Lazy<A>, Provider)>().unwrap();
    handles.0.get().unwrap();
    drop(first);
    let second = container.scope();
    second.get::<A>().unwrap();
    assert_eq!(container.pool().created, 1, "the memory of the first");
    disposed(handles.0.get(), "scope");
    disposed(handles.1.get::<A>(), "scope");
}

// Disposal

#[test]
fn dispose_scoped() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(|| A(1)).on_dispose(log.disposed("hook"));
    let notes = log.clone();
    builder.scoped(move || notes.dropped("dropped"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get_ref::<support::Dropped>().unwrap();
    scope.get::<A>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["hook", "dropped"]);
}

#[test]
fn dispose_scoped_transients() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.transient(counter()).on_dispose(log.disposed("A"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<A>().unwrap();
    scope.get::<A>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["A", "A"]);
}

#[test]
fn dispose_not_singletons() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).on_dispose(log.disposed("A"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<A>().unwrap();
    scope.dispose().unwrap();
    assert!(log.take().is_empty());
    assert_eq!(container.get::<A>().unwrap().0, 1);
}

#[test]
fn dispose_container_singletons() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).on_dispose(log.disposed("A"));
    let container = builder.build().unwrap();
    container.get::<A>().unwrap();
    container.dispose().unwrap();
    assert_eq!(log.take(), ["A"]);
    let container = builder.build().unwrap();
    container.get::<A>().unwrap();
    drop(container);
    assert_eq!(log.take(), ["A"]);
}

#[test]
fn dispose_container_transients() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.transient(|| A(1)).on_dispose(log.disposed("A"));
    builder.singleton(B);
    let container = builder.build().unwrap();
    container.get::<B>().unwrap();
    container.dispose().unwrap();
    assert_eq!(log.take(), ["A"]);
    // A transient of its own would stay as long as the container: it wants a scope.
    fails(
        builder.build().unwrap().get::<A>(),
        "A is disposed with its scope: create a scope and resolve it there",
    );
}

#[test]
fn dispose_singleton_from_scope() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.transient(|| A(1)).on_dispose(log.disposed("A"));
    builder.singleton(B).on_dispose(log.disposed("B"));
    builder.scoped(C).on_dispose(log.disposed("C"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<C>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["C"]);
    container.dispose().unwrap();
    assert_eq!(log.take(), ["B", "A"]);
}

#[test]
fn dispose_reverse() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(|| 1_u8).on_dispose(log.disposed("u8"));
    builder.scoped(|| 1_u16).on_dispose(log.disposed("u16"));
    builder.scoped(|| 1_u32).on_dispose(log.disposed("u32"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<u16>().unwrap();
    scope.get::<u32>().unwrap();
    scope.get::<u8>().unwrap();
    scope.get::<u16>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["u8", "u32", "u16"]);
}

#[test]
fn dispose_dependents_first() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(C).on_dispose(log.disposed("C"));
    builder.scoped(|| A(1)).on_dispose(log.disposed("A"));
    builder.scoped(B).on_dispose(log.disposed("B"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<C>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["C", "B", "A"]);
}

#[test]
fn dispose_children_first() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scope_value::<&'static str>();
    let notes = log.clone();
    builder.scoped(|name: Arc<&'static str>| A(u32::from(name.as_bytes()[0]))).on_dispose(move |a: &A| {
        notes.add(char::from_u32(a.0).unwrap());
        ok(())
    });
    let container = builder.build().unwrap();
    let open = |scope: Scope, name: &'static str| {
        scope.provide(name).unwrap();
        scope.get::<A>().unwrap();
        scope
    };
    let parent = open(container.scope(), "p");
    let first = open(parent.child(), "1");
    let second = open(parent.child(), "2");
    let inner = open(first.child(), "i");
    parent.dispose().unwrap();
    assert_eq!(log.take(), ["2", "i", "1", "p"]);
    disposed(inner.get::<A>(), "scope");
    drop((first, second, inner));
    assert!(log.take().is_empty());
}

#[test]
fn dispose_once() {
    let log = Log::new();
    let mut builder = Builder::new();
    named(builder.scoped(|| A(1))).provide(|a| -> Arc<dyn Service> { a }).on_dispose(log.disposed("A"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<dyn Named>().unwrap();
    scope.get::<dyn Service>().unwrap();
    scope.get::<A>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["A"]);
}

#[test]
fn dispose_twice() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(|| A(1)).on_dispose(log.disposed("A"));
    builder.singleton(|| 1_u8).on_dispose(log.disposed("u8"));
    let container = builder.build().unwrap();
    let scope = container.scope().into_shared();
    scope.get::<A>().unwrap();
    scope.get::<u8>().unwrap();
    scope.dispose().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["A"]);
    container.dispose().unwrap();
    container.dispose().unwrap();
    drop(scope);
    drop(container);
    assert_eq!(log.take(), ["u8"]);
}

#[test]
fn dispose_not_given_instances() {
    let log = Log::new();
    let given = Arc::new(log.dropped("dropped"));
    let mut builder = Builder::new();
    builder.shared_instance(Arc::clone(&given));
    let container = builder.build().unwrap();
    container.get::<support::Dropped>().unwrap();
    container.dispose().unwrap();
    drop((container, builder));
    assert!(log.take().is_empty());
    drop(given);
    assert_eq!(log.take(), ["dropped"]);
}

#[test]
fn dispose_not_scope_values() {
    let log = Log::new();
    let given = Arc::new(log.dropped("dropped"));
    let mut builder = Builder::new();
    builder.scope_value::<Arc<support::Dropped>>();
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.provide(Arc::clone(&given)).unwrap();
    scope.get::<Arc<support::Dropped>>().unwrap();
    scope.dispose().unwrap();
    assert!(log.take().is_empty());
    assert_eq!(Arc::strong_count(&given), 1, "only let go of");
}

#[test]
fn dispose_unmade() {
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    builder
        .scoped(move || {
            notes.add("made");
            A(1)
        })
        .on_dispose(log.disposed("A"));
    let container = builder.build().unwrap();
    container.scope().dispose().unwrap();
    container.dispose().unwrap();
    assert!(log.take().is_empty());
}

#[test]
fn dispose_error_goes_on() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(|| A(1)).on_dispose(log.disposed("A"));
    builder.scoped(B).on_dispose(|_| Err("no"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<B>().unwrap();
    assert_eq!(scope.dispose().unwrap_err().to_string(), "B could not be disposed: no");
    assert_eq!(log.take(), ["A"]);
}

#[test]
fn dispose_errors_together() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1)).on_dispose(|_| Err("no"));
    builder.singleton(B).on_dispose(|_| -> Result<(), BoxError> { panic!("ouch") });
    let container = builder.build().unwrap();
    container.get::<B>().unwrap();
    let error = container.dispose().unwrap_err();
    assert_eq!(error.to_string(), "B could not be disposed: it panicked: ouch; A could not be disposed: no");
    assert_eq!(error.failures().len(), 2);
}

#[test]
fn dispose_factory() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.try_scoped(|| ok(A(1))).on_dispose(log.disposed("A"));
    builder.scoped_async(|| async { ok(1_u8) }).on_dispose(log.disposed("u8"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<A>().unwrap();
    block_on(scope.get_async::<u8>()).unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["u8", "A"]);
}

#[test]
fn dispose_custom() {
    let mut builder = Builder::new();
    builder.singleton(|| AtomicBool::new(false)).on_dispose(|closed| {
        closed.store(true, Ordering::Relaxed);
        ok(())
    });
    let container = builder.build().unwrap();
    let closed = container.get::<AtomicBool>().unwrap();
    container.dispose().unwrap();
    assert!(closed.load(Ordering::Relaxed));
}

#[test]
fn dispose_async() {
    let log = Log::new();
    let hook = |what: &'static str| {
        let log = log.clone();
        move || {
            let log = log.clone();
            async move {
                log.add(format!("{what} begins"));
                pause().await;
                log.add(format!("{what} ends"));
                ok(())
            }
        }
    };
    let (a, b) = (hook("A"), hook("B"));
    let mut builder = Builder::new();
    builder.scoped(|| A(1)).on_dispose_async(move |_| a());
    builder.scoped(B).on_dispose_async(move |_| b());
    builder.scoped(C).on_dispose(log.disposed("C"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<C>().unwrap();
    block_on(scope.dispose_async()).unwrap();
    assert_eq!(log.take(), ["C", "B begins", "B ends", "A begins", "A ends"]);
}

#[test]
fn dispose_async_only_sync() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(|| A(1)).on_dispose(log.disposed("A"));
    builder.scoped(B).on_dispose_async(|_| async { ok(()) });
    builder.scoped(C).on_dispose(log.disposed("C"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<C>().unwrap();
    assert_eq!(
        scope.dispose().unwrap_err().to_string(),
        "B could not be disposed: it is disposed asynchronously: use dispose_async"
    );
    assert_eq!(log.take(), ["C", "A"]);
}

#[test]
fn dispose_partial() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(|| A(1)).on_dispose(log.disposed("A"));
    builder.transient(B).on_dispose(log.disposed("B"));
    builder.try_scoped(|_: Arc<B>| -> Result<C, &str> { Err("no") });
    let container = builder.build().unwrap();
    let scope = container.scope();
    assert!(scope.get::<C>().is_err());
    assert!(log.take().is_empty());
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["B", "A"]);
}

// Failure

#[test]
fn failing_factory() {
    let mut builder = Builder::new();
    builder.try_singleton(|| "seven x".parse::<u32>().map(A));
    let error = builder.build().unwrap().get::<A>().unwrap_err();
    assert_eq!(error.to_string(), "the factory of A failed: invalid digit found in string");
    assert!(std::error::Error::source(&error).unwrap().is::<std::num::ParseIntError>());
}

/// Fails the first time.
fn second_try() -> impl Fn() -> Result<A, &'static str> + Send + Sync + 'static {
    let make = counter();
    move || if make().0 == 1 { Err("not yet") } else { Ok(A(7)) }
}

#[test]
fn failing_factory_again() {
    let mut builder = Builder::new();
    builder.try_singleton(second_try());
    let container = builder.build().unwrap();
    fails(container.get::<A>(), "the factory of A failed: not yet");
    assert_eq!(container.get::<A>().unwrap().0, 7);
}

#[test]
fn failing_factory_nothing_kept() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.try_scoped(second_try()).on_dispose(log.disposed("A"));
    let container = builder.build().unwrap();
    let scope = container.scope();
    assert!(scope.get::<A>().is_err());
    scope.dispose().unwrap();
    assert!(log.take().is_empty());
}

#[test]
fn failing_dependency() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.try_singleton(second_try());
    let notes = log.clone();
    builder.singleton(move |a| {
        notes.add("made");
        B(a)
    });
    let container = builder.build().unwrap();
    fails(container.get::<B>(), "the factory of A failed: not yet");
    assert!(log.take().is_empty());
    container.get::<B>().unwrap();
    assert_eq!(log.take(), ["made"]);
}

// Validation

#[test]
fn missing_reported() {
    let mut builder = Builder::new();
    builder.singleton(B);
    assert_eq!(problems(&builder), ["missing service: B needs A, which nothing provides"]);
}

#[test]
fn missing_suggestion() {
    struct Database;
    struct Databases;
    let mut builder = Builder::new();
    builder.singleton(|_: Arc<Database>| A(1));
    builder.instance(Databases);
    let error = builder.build().unwrap_err().to_string();
    assert!(error.ends_with("\n     did you mean Databases?"), "{error}");
}

#[test]
fn cycle_self() {
    let mut builder = Builder::new();
    builder.singleton(|_: Arc<A>| A(1));
    assert_eq!(problems(&builder), ["cycle: A -> A"]);
}

#[test]
fn cycle_path() {
    let mut builder = Builder::new();
    builder.singleton(|_: Arc<C>| A(1));
    builder.singleton(B);
    builder.singleton(C);
    assert_eq!(problems(&builder), ["cycle: A -> C -> B -> A"]);
}

#[test]
fn cycle_through_all() {
    let mut builder = Builder::new();
    builder.singleton(|_: Vec<Arc<dyn Named>>| A(1));
    builder.singleton(B).provide(|b| -> Arc<dyn Named> { b });
    assert_eq!(problems(&builder), ["cycle: A -> dyn Named -> B -> A"]);
}

#[test]
fn captive_direct() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    builder.singleton(B);
    assert_eq!(problems(&builder), ["captive dependency: singleton B would keep scoped A"]);
}

#[test]
fn captive_through_transient() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    builder.transient(B);
    builder.singleton(C);
    assert_eq!(
        problems(&builder),
        ["captive dependency: singleton C would keep scoped A, through C -> B -> A"]
    );
}

#[test]
fn captive_lazy() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    builder.singleton(|_: Lazy<A>| ());
    assert_eq!(problems(&builder), ["captive dependency: singleton () would keep scoped A"]);
}

#[test]
fn captive_all() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.scoped(|| A(2));
    builder.singleton(|_: Vec<Arc<A>>| ());
    assert_eq!(problems(&builder), ["captive dependency: singleton () would keep scoped A#2"]);
}

#[test]
fn captive_any_order() {
    let registrations: [fn(&mut Builder); 3] = [
        |builder| {
            builder.scoped(|| A(1));
        },
        |builder| {
            builder.transient(B);
        },
        |builder| {
            builder.singleton(C);
        },
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut builder = Builder::new();
        order.iter().for_each(|at| registrations[*at](&mut builder));
        assert_eq!(
            problems(&builder),
            ["captive dependency: singleton C would keep scoped A, through C -> B -> A"]
        );
    }
}

#[test]
fn scoped_of_transient_is_fine() {
    let mut builder = Builder::new();
    builder.transient(|| A(1));
    builder.scoped(B);
    assert_eq!(builder.build().unwrap().scope().get::<B>().unwrap().0.0, 1);
}

#[test]
fn replaced_not_checked_as_wanted() {
    let mut builder = Builder::new();
    builder.scoped(|| A(1));
    builder.singleton(|| A(2));
    builder.singleton(B);
    assert_eq!(builder.build().unwrap().get::<B>().unwrap().0.0, 2);
}

#[test]
fn all_problems_together() {
    let mut builder = Builder::new();
    builder.singleton(|_: Arc<u8>| ());
    builder.singleton(|_: Arc<u32>| 1_u16);
    builder.singleton(|_: Arc<u16>| 1_u32);
    builder.scoped(|| A(1));
    builder.singleton(B);
    assert_eq!(
        problems(&builder),
        [
            "missing service: () needs u8, which nothing provides",
            "cycle: u16 -> u32 -> u16",
            "captive dependency: singleton B would keep scoped A",
        ]
    );
}

#[test]
fn origin_reported() {
    let mut builder = Builder::new();
    let line = line!() + 1;
    builder.singleton(B);
    let error = builder.build().unwrap_err().to_string();
    assert!(error.contains(&format!("B (singleton) registered at {}:{line}:13", file!())), "{error}");
}

#[test]
fn validate_does_not_throw() {
    let mut builder = Builder::new();
    builder.singleton(B);
    let report = builder.validate();
    assert!(report.problems()[0].starts_with("missing service: B needs A, which nothing provides"));
    builder.instance(A(1));
    assert!(builder.validate().problems().is_empty());
}

// Decorators

/// Decorates with a text around the name.
#[derive(Debug)]
struct Around(Arc<dyn Named>, &'static str);

impl Named for Around {
    fn name(&self) -> String {
        format!("{}({})", self.1, self.0.name())
    }
}

fn decorate(builder: &mut Builder, text: &'static str) {
    builder
        .decorate(move |Inner(inner): Inner<dyn Named>| -> Arc<dyn Named> { Arc::new(Around(inner, text)) });
}

#[test]
fn decorator_wraps() {
    let mut builder = Builder::new();
    decorate(&mut builder, "loud");
    named(builder.singleton(|| A(1)));
    let container = builder.build().unwrap();
    assert_eq!(container.get::<dyn Named>().unwrap().name(), "loud(A1)");
    assert_eq!(container.get::<A>().unwrap().name(), "A1");
}

#[test]
fn decorator_order() {
    let mut builder = Builder::new();
    named(builder.singleton(|| A(1)));
    decorate(&mut builder, "inner");
    decorate(&mut builder, "outer");
    assert_eq!(builder.build().unwrap().get::<dyn Named>().unwrap().name(), "outer(inner(A1))");
}

#[test]
fn decorator_lifetime() {
    let mut builder = Builder::new();
    named(builder.scoped(counter()));
    decorate(&mut builder, "loud");
    let container = builder.build().unwrap();
    assert!(container.get::<dyn Named>().is_err());
    let (one, two) = (container.scope(), container.scope());
    assert!(same(&one.get::<dyn Named>().unwrap(), &one.get::<dyn Named>().unwrap()));
    assert_eq!(two.get::<dyn Named>().unwrap().name(), "loud(A2)");
}

#[test]
fn decorator_dependencies() {
    let mut builder = Builder::new();
    named(builder.singleton(|| A(1)));
    builder.instance("dependency");
    builder.decorate(|text: Arc<&'static str>, inner: Inner<dyn Named>| -> Arc<dyn Named> {
        Arc::new(Around(inner.0, *text))
    });
    assert_eq!(builder.build().unwrap().get::<dyn Named>().unwrap().name(), "dependency(A1)");
}

#[test]
fn decorator_each() {
    let mut builder = Builder::new();
    named(builder.singleton(|| A(1)));
    decorate(&mut builder, "loud");
    named(builder.transient(|| A(2)));
    assert_eq!(names(&builder.build().unwrap().get_all().unwrap()), ["loud(A1)", "loud(A2)"]);
}

#[test]
fn decorator_disposal() {
    struct Loud(#[allow(dead_code)] Arc<dyn Service>, #[allow(dead_code)] support::Dropped);
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    builder
        .scoped(move || notes.dropped("inner dropped"))
        .on_dispose(log.disposed("inner"))
        .provide(|it| -> Arc<dyn Service> { it });
    let notes = log.clone();
    builder.decorate(move |Inner(inner): Inner<dyn Service>| -> Arc<dyn Service> {
        Arc::new(Loud(inner, notes.dropped("decorator dropped")))
    });
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get::<dyn Service>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["inner", "decorator dropped", "inner dropped"]);
}

// Async

/// Makes an `A` with the next number, after a pause.
fn counter_async()
-> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = Result<A, BoxError>> + Send>> + Send + Sync {
    let make = counter();
    move || {
        let a = make();
        Box::pin(async move {
            pause().await;
            Ok(a)
        })
    }
}

#[test]
fn async_get() {
    let mut builder = Builder::new();
    builder.singleton_async(counter_async());
    let container = builder.build().unwrap();
    assert_eq!(block_on(container.get_async::<A>()).unwrap().0, 1);
}

#[test]
fn async_once() {
    let mut builder = Builder::new();
    builder.singleton_async(counter_async());
    let container = builder.build().unwrap();
    let (one, two) = block_on(both(container.get_async::<A>(), container.get_async::<A>()));
    assert!(same(&one.unwrap(), &two.unwrap()));
    assert_eq!(block_on(container.get_async::<A>()).unwrap().0, 1);
}

#[test]
fn async_sync_get_not_ready() {
    let mut builder = Builder::new();
    builder.singleton_async(counter_async());
    let container = builder.build().unwrap();
    fails(container.get::<A>(), "A is made asynchronously and is not ready: use get_async");
}

#[test]
fn async_sync_get_ready() {
    let mut builder = Builder::new();
    builder.singleton_async(counter_async());
    let container = builder.build().unwrap();
    let made = block_on(container.get_async::<A>()).unwrap();
    assert!(same(&container.get::<A>().unwrap(), &made));
}

#[test]
fn async_build() {
    let mut builder = Builder::new();
    let log = Log::new();
    let notes = log.clone();
    builder.singleton_async(move |a: Arc<A>| {
        notes.add("B");
        async { ok(B(a)) }
    });
    builder.singleton(C);
    let (notes, make) = (log.clone(), counter_async());
    builder.singleton_async(move || {
        notes.add("A");
        make()
    });
    let container = block_on(builder.build_async()).unwrap();
    assert_eq!(log.take(), ["A", "B"]);
    assert_eq!(container.get::<C>().unwrap().0.0.0, 1);
}

#[test]
fn async_behind_sync() {
    let mut builder = Builder::new();
    builder.singleton_async(counter_async());
    builder.singleton(B);
    assert_eq!(problems(&builder), ["async behind sync: B needs A, whose factory is async"]);
}

#[test]
fn async_fails_again() {
    let mut builder = Builder::new();
    let make = second_try();
    builder.singleton_async(move || {
        let made = make();
        async {
            pause().await;
            made
        }
    });
    let container = builder.build().unwrap();
    fails(block_on(container.get_async::<A>()), "the factory of A failed: not yet");
    assert_eq!(block_on(container.get_async::<A>()).unwrap().0, 7);
}

#[test]
fn async_scoped() {
    let mut builder = Builder::new();
    builder.scoped_async(counter_async());
    let container = builder.build().unwrap();
    let (one, two) = (container.scope(), container.scope());
    let get = |scope: &Scope| block_on(scope.get_async::<A>()).unwrap().0;
    assert_eq!((get(&one), get(&two), get(&one)), (1, 2, 1));
}

#[test]
fn async_sync_service() {
    let mut builder = Builder::new();
    builder.singleton(counter());
    let container = builder.build().unwrap();
    assert!(same(&block_on(container.get_async::<A>()).unwrap(), &container.get::<A>().unwrap()));
}

// Override and snapshot

/// Gives an instance in the place of what there is.
fn instead<T: Service>(instance: T) -> impl FnOnce(&mut Builder) {
    |builder| {
        builder.instance(instance);
    }
}

#[test]
fn override_gives() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    let container = builder.build().unwrap();
    let other = container.with_override(instead(A(2))).unwrap();
    assert_eq!(other.get::<A>().unwrap().0, 2);
}

#[test]
fn override_dependents() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(B);
    builder.singleton(C);
    let container = builder.build().unwrap();
    let before = container.get::<C>().unwrap();
    let other = container.with_override(instead(A(2))).unwrap();
    let after = other.get::<C>().unwrap();
    assert!(!same(&before, &after));
    assert_eq!(after.0.0.0, 2);
}

#[test]
fn override_restores() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(B);
    let container = builder.build().unwrap();
    let before = container.get::<B>().unwrap();
    let other = container.with_override(instead(A(2))).unwrap();
    assert_eq!(other.get::<B>().unwrap().0.0, 2);
    drop(other);
    assert!(same(&container.get::<B>().unwrap(), &before));
}

#[test]
fn override_keeps_others() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.singleton(counter()).on_dispose(log.disposed("A"));
    builder.singleton(B).on_dispose(log.disposed("B"));
    builder.instance(1_u8);
    builder.singleton(|b: Arc<B>, number: Arc<u8>| (b, *number));
    let container = builder.build().unwrap();
    let a = container.get::<A>().unwrap();
    let other = container.with_override(instead(2_u8)).unwrap();
    let pair = other.get::<(Arc<B>, u8)>().unwrap();
    assert_eq!(pair.1, 2);
    assert!(same(&pair.0.0, &a));
    assert!(same(&other.get::<B>().unwrap(), &container.get::<B>().unwrap()), "made first by the override");
    other.dispose().unwrap();
    assert!(log.take().is_empty(), "they are the container's");
    container.dispose().unwrap();
    assert_eq!(log.take(), ["B", "A"]);
}

#[test]
fn override_validates() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(B);
    let container = builder.build().unwrap();
    let before = container.get::<B>().unwrap();
    let error = container
        .with_override(|builder| {
            builder.scoped(|| A(2));
        })
        .unwrap_err();
    assert!(error.to_string().contains("singleton B would keep scoped A"), "{error}");
    assert!(same(&container.get::<B>().unwrap(), &before));
}

#[test]
fn override_nested() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(B);
    let container = builder.build().unwrap();
    let second = container.with_override(instead(A(2))).unwrap();
    let before = second.get::<B>().unwrap();
    let third = second.with_override(instead(A(3))).unwrap();
    assert_eq!(third.get::<B>().unwrap().0.0, 3);
    drop(third);
    assert!(same(&second.get::<B>().unwrap(), &before));
    drop(second);
    assert_eq!(container.get::<B>().unwrap().0.0, 1);
}

#[test]
fn snapshot_restores() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    let mut container = builder.build().unwrap();
    let snapshot = container.clone();
    let first = container.get::<A>().unwrap();
    for number in 2..4 {
        container = container.with_override(instead(A(number))).unwrap();
        assert_eq!(container.get::<A>().unwrap().0, number);
    }
    container = snapshot;
    assert!(same(&container.get::<A>().unwrap(), &first));
}
