#![allow(missing_docs, clippy::unwrap_used)]
//! What is said when something fails, and what still works then.

mod support;

use std::error::Error;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::task::Poll;

use krepis_di::graph::Problem;
use krepis_di::{AnyKey, BoxError, Builder, Inner, Keyed, Lazy, Provider, ResolveError, ResolveErrorKind};
use support::{Log, block_on, both, pause, poll_once, same};

#[derive(Debug)]
struct A(u32);
#[derive(Debug)]
struct B(#[allow(dead_code)] Arc<A>);

fn ok<T>(value: T) -> Result<T, BoxError> {
    Ok(value)
}

#[track_caller]
fn text<T: ?Sized>(result: Result<Arc<T>, ResolveError>) -> String {
    result.err().expect("because it fails").to_string()
}

#[test]
fn every_kind_of_resolve_error_has_its_words() {
    let mut builder = Builder::new();
    builder.singleton_async(|| async { ok(1_u8) });
    builder.scoped(|| 1_u16);
    builder.transient(|_: Arc<u16>| 1_u32);
    builder.transient(|| 1_u64).on_dispose(|_| ok(()));
    builder.try_singleton(|| Err::<i8, _>("out of order"));
    builder.singleton(|| -> i16 { panic!("ouch {}", 1) });
    builder.singleton(|| -> i32 { std::panic::panic_any(7) });
    builder.scope_value::<i64>();
    builder.try_singleton(|provider: Provider| provider.get::<f32>().map(|_| 1_f32));
    builder.singleton(String::new).keyed(AnyKey);
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.provide(1_i64).unwrap();
    let foreign = builder.build().unwrap().key::<u16>().unwrap();
    for key in 0..1024 {
        container.get_keyed::<String>(key).unwrap();
    }
    for (error, expected) in [
        (text(container.get::<bool>()), "nothing provides bool: register it"),
        (text(container.get_keyed::<u8>("a")), "nothing provides u8[\"a\"]: register it"),
        (text(container.get::<u16>()), "u16 is scoped: create a scope and resolve it there"),
        (text(container.get::<u32>()), "u32 needs a scoped service: create a scope and resolve it there"),
        (text(container.get::<u64>()), "u64 is disposed with its scope: create a scope and resolve it there"),
        (text(container.get::<u8>()), "u8 is made asynchronously and is not ready: use get_async"),
        (text(container.get::<i8>()), "the factory of i8 failed: out of order"),
        (text(container.get::<i16>()), "the factory of i16 panicked: ouch 1"),
        (text(container.get::<i16>()), "the factory of i16 panicked: it did before, and is not tried again"),
        (text(container.get::<i32>()), "the factory of i32 panicked: a value that is not a text"),
        (text(container.scope().get::<i64>()), "i64 was not provided to this scope by who created it"),
        (text(container.get::<f32>()), "the factory of f32 failed: making f32 needs itself: f32 -> f32"),
        (scope.provide(2_i64).unwrap_err().to_string(), "this scope has i64 already"),
        (scope.provide(2_u16).unwrap_err().to_string(), "this scope has u16 already"),
        (scope.provide(true).unwrap_err().to_string(), "nothing provides bool: register it"),
        (
            scope.get_ref::<u32>().unwrap_err().to_string(),
            "u32 is transient, so that nothing holds what a reference would point at: use get",
        ),
        (scope.at(foreign).unwrap_err().to_string(), "the key is of another container"),
        (
            text(container.get_keyed::<String>("one more")),
            "String[any key] was asked for more than 1024 different keys",
        ),
    ] {
        assert_eq!(error, expected);
    }
    assert!(container.get_keyed::<String>(1023).is_ok(), "those that are kept are still there");
    assert!(matches!(container.get::<bool>().unwrap_err().kind(), ResolveErrorKind::Missing { .. }));
}

#[test]
fn a_build_error_is_a_report_with_origins() {
    let mut builder = Builder::new();
    let line = line!();
    builder.singleton(B);
    builder.scoped(|| A(1));
    builder.singleton_async(|_: Option<Arc<String>>| async { ok(1_u8) });
    builder.singleton(|_: Arc<u8>, _: Arc<A>, _: Arc<u16>| String::new());
    let error = builder.build().unwrap_err();
    let at = |offset: u32| format!("{}:{}:13", file!(), line + offset);
    let (b, a, u8, string) = (at(1), at(2), at(3), at(4));
    let expected = format!(
        "5 problems in the services
  1. missing service: String needs u16, which nothing provides
       String (singleton) registered at {string}
  2. cycle: String -> u8 -> String
       String (singleton) registered at {string}
       u8 (singleton) registered at {u8}
     break it with a lazy dependency, or move what both need into a third service
  3. captive dependency: singleton B would keep scoped A
       B (singleton) registered at {b}
       A (scoped) registered at {a}
     make B scoped, or A a singleton
  4. captive dependency: singleton String would keep scoped A
       String (singleton) registered at {string}
       A (scoped) registered at {a}
     make String scoped, or A a singleton
  5. async behind sync: String needs u8, whose factory is async
       String (singleton) registered at {string}
       u8 (singleton) registered at {u8}
     build asynchronously, which makes u8 first, or make the factory async too"
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.problems().len(), 5);
    assert!(matches!(error.problems()[0], Problem::Missing { .. }));
    assert!(error.source().is_none());
    assert_eq!(builder.validate().to_string(), error.to_string());
}

#[test]
fn an_async_build_fails_with_its_source_and_disposes_what_it_made() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.singleton_async(|| async { ok(A(1)) }).on_dispose(log.disposed("A"));
    builder.singleton_async(|_: Arc<A>| async { Err::<u8, _>("no") });
    let error = block_on(builder.build_async()).unwrap_err();
    assert_eq!(error.to_string(), "a singleton could not be made");
    assert_eq!(error.source().unwrap().to_string(), "the factory of u8 failed: no");
    assert!(error.problems().is_empty());
    assert_eq!(log.take(), ["A"]);
}

#[test]
fn errors_while_disposing_asynchronously_are_aggregated() {
    let mut builder = Builder::new();
    builder.singleton(|| 1_u8).on_dispose(|_| Err("sync"));
    builder.singleton(|| 1_u16).on_dispose_async(|_| async {
        pause().await;
        Err("async")
    });
    builder.singleton(|| 1_u32).on_dispose_async(|_| async {
        pause().await;
        panic!("in the future");
        #[expect(unreachable_code)]
        ok(())
    });
    builder
        .singleton(|| 1_u64)
        .on_dispose_async(|_| -> std::future::Ready<Result<(), BoxError>> { panic!("before") });
    let container = builder.build().unwrap();
    container.warm_up().unwrap();
    let error = block_on(container.dispose_async()).unwrap_err();
    let mut failures: Vec<String> =
        error.failures().iter().map(|failure| format!("{}: {}", failure.service, failure.error)).collect();
    failures.sort();
    assert_eq!(
        failures,
        ["u16: async", "u32: it panicked: in the future", "u64: it panicked: before", "u8: sync"]
    );
    assert!(error.source().is_some());
    block_on(container.dispose_async()).unwrap();
}

#[test]
fn a_panic_poisons_its_own_service_only() {
    let tries = Arc::new(AtomicU32::new(0));
    let mut builder = Builder::new();
    let count = Arc::clone(&tries);
    builder.scoped(move || -> A {
        count.fetch_add(1, Ordering::Relaxed);
        panic!("ouch")
    });
    builder.scoped(B);
    builder.scoped(|a: Lazy<A>| (a,));
    let container = builder.build().unwrap();
    for round in 1..=2 {
        let scope = container.scope();
        // `B` did not panic: it fails, and could be made if `A` could.
        assert_eq!(text(scope.get::<B>()), "the factory of A panicked: ouch");
        assert!(matches!(scope.get::<B>().unwrap_err().kind(), ResolveErrorKind::Panicked { .. }));
        assert!(scope.get::<(Lazy<A>,)>().unwrap().0.get().is_err());
        assert_eq!(tries.load(Ordering::Relaxed), round, "once in each scope");
        scope.dispose().unwrap();
    }
}

#[test]
fn an_async_panic_poisons_too() {
    let mut builder = Builder::new();
    builder.singleton_async(|| async {
        pause().await;
        panic!("ouch");
        #[expect(unreachable_code)]
        ok(A(1))
    });
    let container = builder.build().unwrap();
    let (one, two) = block_on(both(container.get_async::<A>(), container.get_async::<A>()));
    assert_eq!(text(one), "the factory of A panicked: ouch");
    assert_eq!(text(two), "the factory of A panicked: it did before, and is not tried again");
}

#[test]
fn a_cancelled_future_leaves_nothing_half_built() {
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    let held = Arc::new(AtomicBool::new(true));
    let gate = Arc::clone(&held);
    builder.transient(move || notes.dropped("dependency"));
    builder.scoped_async(move |dependency: Arc<support::Dropped>| {
        let gate = Arc::clone(&gate);
        async move {
            while gate.load(Ordering::Relaxed) {
                pause().await;
            }
            drop(dependency);
            ok(A(1))
        }
    });
    let container = builder.build().unwrap();
    let scope = container.scope().into_shared();
    {
        let making = pin!(scope.get_async::<A>());
        assert!(poll_once(making).is_pending());
        assert_eq!(text(scope.get::<A>()), "A is made asynchronously and is not ready: use get_async");
    }
    assert_eq!(log.take(), ["dependency"]);
    // One that waits takes over when the maker is cancelled.
    let mut waiting = Box::pin(scope.get_async::<A>());
    {
        let making = pin!(scope.get_async::<A>());
        assert!(poll_once(making).is_pending());
        assert!(poll_once(waiting.as_mut()).is_pending());
    }
    held.store(false, Ordering::Relaxed);
    let a = block_on(waiting).unwrap();
    assert!(same(&a, &scope.get::<A>().unwrap()));
    assert_eq!(log.take(), ["dependency", "dependency"]);
}

struct Left;
struct Right;

#[test]
fn tasks_that_wait_for_each_other_are_told() {
    let mut builder = Builder::new();
    builder.singleton_async(|provider: Provider| async move {
        pause().await;
        provider.get_async::<Right>().await.map(|_| Left)
    });
    builder.singleton_async(|provider: Provider| async move {
        pause().await;
        provider.get_async::<Left>().await.map(|_| Right)
    });
    let container = builder.build().unwrap();
    let (left, right) = block_on(both(container.get_async::<Left>(), container.get_async::<Right>()));
    let errors = [left.err().map(|error| error.to_string()), right.err().map(|error| error.to_string())];
    assert!(errors.iter().flatten().any(|error| error.contains("needs itself: ")), "{errors:?}");
}

#[test]
fn threads_that_wait_for_each_other_are_told() {
    let barrier = Arc::new(Barrier::new(2));
    let mut builder = Builder::new();
    let first = AtomicBool::new(true);
    let meet = Arc::clone(&barrier);
    builder.try_singleton(move |provider: Provider| {
        if first.swap(false, Ordering::Relaxed) {
            meet.wait();
        }
        provider.get::<Right>().map(|_| Left)
    });
    let first = AtomicBool::new(true);
    builder.try_singleton(move |provider: Provider| {
        if first.swap(false, Ordering::Relaxed) {
            barrier.wait();
        }
        provider.get::<Left>().map(|_| Right)
    });
    let container = builder.build().unwrap();
    std::thread::scope(|threads| {
        let left = threads.spawn(|| text(container.get::<Left>()));
        let right = text(container.get::<Right>());
        let left = left.join().unwrap();
        assert!(left.contains("needs itself: ") && right.contains("needs itself: "), "{left}; {right}");
    });
}

#[test]
fn a_cycle_through_transients_ends() {
    let mut builder = Builder::new();
    builder.try_transient(|provider: Provider| provider.get::<Right>().map(|_| Left));
    builder.try_transient(|provider: Provider| provider.get::<Left>().map(|_| Right));
    let error = text(builder.build().unwrap().get::<Left>());
    assert!(error.ends_with("making Left needs itself: Left -> Right -> Left"), "{error}");
}

#[test]
fn an_instance_that_comes_after_the_end_of_its_scope_is_disposed() {
    let log = Log::new();
    for hooked in [true, false] {
        let (started, starts) = mpsc::channel();
        let (go, goes) = mpsc::channel::<()>();
        let goes = std::sync::Mutex::new(goes);
        let mut builder = Builder::new();
        let notes = log.clone();
        let late = builder.scoped(move || {
            started.send(()).unwrap();
            goes.lock().unwrap().recv().unwrap();
            notes.dropped("dropped")
        });
        if hooked {
            late.on_dispose(log.disposed("hook"));
        }
        let container = builder.build().unwrap();
        let scope = container.scope().into_shared();
        std::thread::scope(|threads| {
            let late = threads.spawn(|| text(scope.get::<support::Dropped>()));
            starts.recv().unwrap();
            scope.dispose().unwrap();
            assert!(log.take().is_empty());
            go.send(()).unwrap();
            assert_eq!(late.join().unwrap(), "the scope is disposed");
        });
        assert_eq!(log.take(), if hooked { &["hook", "dropped"][..] } else { &["dropped"] });
    }
}

#[test]
fn a_cancelled_disposal_drops_the_instances_all_the_same() {
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    builder
        .scoped(move || notes.dropped("dropped"))
        .on_dispose_async(|_| std::future::pending::<Result<(), BoxError>>());
    let container = builder.build().unwrap();
    let scope = container.scope();
    scope.get_ref::<support::Dropped>().unwrap();
    let mut disposal = Box::pin(scope.dispose_async());
    assert!(matches!(poll_once(disposal.as_mut()), Poll::Pending));
    drop(disposal);
    assert_eq!(log.take(), ["dropped"]);
    assert_eq!(container.pool().idle, 1);
}

#[test]
fn the_container_lives_as_long_as_its_last_scope() {
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    builder.singleton(move || notes.dropped("singleton"));
    builder.scoped(|_: Arc<support::Dropped>, provider: Provider| (provider,));
    let container = builder.build().unwrap();
    let (first, second) = (container.scope(), container.scope());
    drop(container);
    let handle = first.get::<(Provider,)>().unwrap();
    drop(first);
    assert!(handle.0.get::<support::Dropped>().is_err());
    second.get::<support::Dropped>().unwrap();
    assert!(log.take().is_empty());
    drop(second);
    assert_eq!(log.take(), ["singleton"]);
}

#[test]
fn a_builder_is_a_snapshot_and_can_be_changed() {
    let mut builder = Builder::new();
    builder.singleton(|| A(1));
    builder.singleton(|| A(2));
    builder.singleton(|| A(3)).keyed("a");
    let snapshot = builder.clone();
    builder.replace(|builder| {
        builder.singleton(|| A(4));
        builder.singleton(|| A(5));
    });
    let all = |builder: &Builder| -> Vec<u32> {
        let container = builder.build().unwrap();
        let keyed = container.get_all_keyed::<A>("a").unwrap();
        container.get_all::<A>().unwrap().iter().chain(&keyed).map(|a| a.0).collect()
    };
    assert_eq!(all(&builder), [4, 5, 3]);
    builder.replace(|builder| {
        builder.singleton(|| A(6)).keyed("a");
    });
    assert_eq!(all(&builder), [4, 5, 6]);
    builder.remove::<A>();
    assert_eq!(all(&builder), [6]);
    builder = snapshot;
    assert_eq!(all(&builder), [1, 2, 3]);
}

#[test]
#[should_panic = "a decorator of u8 takes an Inner<u8>"]
fn a_decorator_takes_what_it_decorates() {
    Builder::new().decorate(|_: Inner<u16>| Arc::new(1_u8));
}

#[test]
fn an_override_of_what_was_built_asynchronously() {
    let mut builder = Builder::new();
    builder.singleton_async(|| async { ok(A(1)) });
    builder.singleton(B);
    builder.instance(1_u8);
    builder.singleton_async(|number: Arc<u8>| async move { ok(u16::from(*number)) });
    builder.singleton(|number: Arc<u16>| u32::from(*number));
    let container = block_on(builder.build_async()).unwrap();
    let replaced = |builder: &mut Builder| {
        builder.instance(2_u8);
    };
    let error = container.with_override(replaced).unwrap_err().to_string();
    assert!(error.contains("async behind sync: u32 needs u16"), "{error}");
    assert_eq!(error.matches("async behind sync").count(), 1, "A is there already: {error}");
    let other = block_on(container.with_override_async(replaced)).unwrap();
    assert_eq!((*other.get::<u32>().unwrap(), *container.get::<u32>().unwrap()), (2, 1));
    assert!(same(&other.get::<B>().unwrap(), &container.get::<B>().unwrap()));
}

krepis_di::key!(Seven = 7);

#[test]
fn async_transients_are_handed_over() {
    let made = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&made);
    let mut builder = Builder::new();
    builder.transient_async(move || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        async move { ok(A(number)) }
    });
    builder.transient_async(|| async { ok(A(100)) }).keyed(7);
    builder.scoped_async(
        |one: Arc<A>, seven: Keyed<Seven, Arc<A>>, none: Option<Arc<u8>>, all: Vec<Arc<A>>| async move {
            assert!(none.is_none());
            ok((one.0, seven.0.0, all[0].0))
        },
    );
    let container = builder.build().unwrap();
    let scope = container.scope();
    assert_eq!(*block_on(scope.get_async::<(u32, u32, u32)>()).unwrap(), (0, 100, 1));
    assert_eq!(made.load(Ordering::Relaxed), 2);
    assert_eq!(block_on(scope.get_all_async::<A>()).unwrap().len(), 1);
}
