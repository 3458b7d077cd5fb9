#![allow(missing_docs, clippy::unwrap_used)]
//! One test for each bug that there was.

mod support;

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};

use krepis_di::{
    AnyKey, BoxError, Builder, KeyType, Keyed, Lazy, Provider, ResolveErrorKind, Scope, ServiceKey,
};
use support::{Log, block_on, poll_once, same};

/// The memory was taken for unshared and used again: whoever kept the `Arc` read freed memory.
#[test]
fn an_async_hook_may_keep_the_instance() {
    let kept: Arc<Mutex<Vec<Arc<String>>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let mut builder = Builder::new();
    builder.scoped(|| "text".to_owned()).on_dispose_async(move |text| {
        keep.lock().unwrap().push(text);
        async { Ok::<_, BoxError>(()) }
    });
    let container = builder.build().unwrap();
    for _ in 0..2 {
        let scope = container.scope();
        assert_eq!(scope.get_ref::<String>().unwrap(), "text");
        block_on(scope.dispose_async()).unwrap();
    }
    assert!(kept.lock().unwrap().iter().all(|text| **text == "text"));
}

trait Repo: Send + Sync {
    fn name(&self) -> &'static str;
}

struct Db(&'static str);

impl Repo for Db {
    fn name(&self) -> &'static str {
        self.0
    }
}

/// `build` panicked: the alias meant a registration that was no longer there.
#[test]
fn what_is_replaced_or_removed_may_have_aliases() {
    let mut builder = Builder::new();
    builder.scoped(|| Db("one")).provide(|db| -> Arc<dyn Repo> { db });
    builder.replace(|builder| {
        builder.instance(Db("two"));
    });
    let container = builder.build().unwrap();
    // The alias follows, also in its lifetime.
    assert_eq!(container.get::<dyn Repo>().unwrap().name(), "two");
    builder.replace(|builder| {
        builder.instance(Db("three")).if_absent();
        builder.instance(Db("four")).when(|_| false);
    });
    assert!(builder.build().unwrap().get_all::<dyn Repo>().unwrap().is_empty(), "the last one is not there");
    builder.remove::<Db>();
    assert!(!builder.build().unwrap().has::<dyn Repo>());
}

struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("ouch");
    }
}

/// Only scopes that nothing can reach from elsewhere reported it.
#[test]
fn a_destructor_that_panics_is_reported_by_every_scope() {
    let text = "PanicsInDrop could not be disposed: it panicked: ouch";
    for reached in [false, true] {
        let mut builder = Builder::new();
        builder.scoped(|| PanicsInDrop);
        if reached {
            builder.scoped(|_: Provider| ());
        }
        let container = builder.build().unwrap();
        let scope = container.scope();
        scope.get::<PanicsInDrop>().unwrap();
        assert_eq!(scope.dispose().unwrap_err().to_string(), text);
        let scope = container.scope();
        let child = scope.child();
        child.get::<PanicsInDrop>().unwrap();
        assert_eq!(child.dispose().unwrap_err().to_string(), text);
    }
}

/// A handle kept the memory of its scope, that the container's state, and that all singletons.
#[test]
fn a_handle_keeps_nothing_alive() {
    let log = Log::new();
    let mut builder = Builder::new();
    let notes = log.clone();
    builder.singleton(move || notes.dropped("singleton"));
    builder.scoped(|lazy: Lazy<support::Dropped>, provider: Provider| (lazy, provider));
    let container = builder.build().unwrap();
    let scope = container.scope();
    let handles = scope.get::<(Lazy<support::Dropped>, Provider)>().unwrap();
    handles.0.get().unwrap();
    drop((scope, container));
    assert_eq!(log.take(), ["singleton"]);
    assert_eq!(handles.0.get().err().unwrap().to_string(), "the scope is disposed");
    assert!(handles.1.get::<u8>().is_err());
}

/// A shared scope could be disposed while it got a child: the child lived on.
#[test]
fn no_child_outlives_a_disposed_scope() {
    let log = Log::new();
    let mut builder = Builder::new();
    builder.scoped(|| 1_u8).on_dispose(log.disposed("u8"));
    let container = builder.build().unwrap();
    for _ in 0..if cfg!(miri) { 3 } else { 300 } {
        let scope = container.scope().into_shared();
        let barrier = Barrier::new(2);
        let child = std::thread::scope(|threads| {
            let child = threads.spawn(|| {
                barrier.wait();
                scope.child()
            });
            barrier.wait();
            scope.dispose().unwrap();
            child.join().unwrap()
        });
        assert_eq!(child.get::<u8>().err().unwrap().to_string(), "the scope is disposed");
    }
    assert!(log.take().is_empty());
}

struct Any;

impl KeyType for Any {
    fn key() -> ServiceKey {
        AnyKey.into()
    }
}

/// The registration for any key was among them, but only as long as there was no other.
#[test]
fn all_of_any_key_are_those_of_specific_keys() {
    let mut builder = Builder::new();
    builder.singleton(|| 0_u8).keyed(AnyKey);
    builder.singleton(|Keyed(all, ..): Keyed<Any, Vec<Arc<u8>>>| all.len());
    let container = builder.build().unwrap();
    assert_eq!(*container.get::<usize>().unwrap(), 0);
    assert!(container.get_all_keyed::<u8>(AnyKey).unwrap().is_empty());
}

/// The error was a cycle where there is none.
#[test]
fn a_long_way_down_is_not_a_cycle() {
    let mut builder = Builder::new();
    builder
        .transient(|provider: Provider| provider.get_keyed::<u32>(0).map(|_| ()).unwrap_err())
        .keyed("start");
    for number in 0..300_i64 {
        builder
            .try_transient(move |provider: Provider| provider.get_keyed::<u32>(number + 1).map(|next| *next))
            .keyed(number);
    }
    builder.instance(7_u32).keyed(300);
    let container = builder.build().unwrap();
    assert_eq!(*container.get_keyed::<u32>(50).unwrap(), 7);
    let error = container.get_keyed::<u32>(0).unwrap_err();
    let mut deepest = &error;
    while let ResolveErrorKind::Failed { source, .. } = deepest.kind() {
        deepest = source.downcast_ref().unwrap();
    }
    assert_eq!(
        deepest.to_string(),
        "u32[256] is needed through more than 256 services, one by the other: take one of them lazily, or make it before"
    );
}

/// A value of the scope around must not be taken for memory that may be used again.
#[test]
fn an_inherited_value_has_other_owners() {
    let mut builder = Builder::new();
    builder.scope_value::<String>();
    let container = builder.build().unwrap();
    for _ in 0..3 {
        let scope = container.scope();
        scope.provide("outer".to_owned()).unwrap();
        for own in [true, false, true] {
            let child = scope.child();
            if own {
                child.provide("inner".to_owned()).unwrap();
            }
            assert_eq!(child.get_ref::<String>().unwrap(), if own { "inner" } else { "outer" });
            drop(child);
            assert_eq!(scope.get_ref::<String>().unwrap(), "outer");
        }
    }
}

/// Services that registered themselves have numbers too, which meant others in an override.
#[test]
fn services_that_register_themselves_are_not_mistaken() {
    use krepis_di::{Auto, Injectable, Registration};
    struct Own<T>(T);
    impl Injectable for Own<u8> {
        fn register(builder: &mut Builder) -> Registration<'_, Self> {
            builder.singleton(|| Own(8))
        }
    }
    impl Injectable for Own<String> {
        fn register(builder: &mut Builder) -> Registration<'_, Self> {
            builder.singleton(|| Own("text".to_owned()))
        }
    }
    let mut builder = Builder::new();
    builder.singleton(|one: Auto<Own<u8>>, two: Auto<Own<String>>| (one.0, two.0));
    let container = builder.build().unwrap();
    container.warm_up().unwrap();
    let other = container
        .with_override(|builder| {
            builder.instance(1_u16);
        })
        .unwrap();
    let pair = other.get::<(Arc<Own<u8>>, Arc<Own<String>>)>().unwrap();
    assert_eq!((pair.0.0, pair.1.0.as_str()), (8, "text"));
    assert!(same(&pair, &container.get().unwrap()));
}

/// Leaks a future, but not for Miri, which looks at what statics point at.
fn leak<F>(future: Pin<Box<F>>, known: &'static AtomicPtr<()>) {
    known.store(std::ptr::from_ref(&*future).cast_mut().cast(), Ordering::Relaxed);
    std::mem::forget(future);
}

/// A leaked future left its place in the waiting room, which pointed at freed memory.
#[test]
fn leaked_futures_wait_for_nothing() {
    struct Held(Mutex<Option<Scope>>);
    struct Outer;
    struct Other;
    let mut builder = Builder::new();
    builder.scoped_async(std::future::pending::<Result<u8, BoxError>>).keyed(AnyKey);
    builder.scoped_async(|Keyed(..): Keyed<Seven, Arc<u8>>| async { Ok::<_, BoxError>(1_u16) });
    builder.scoped_async(|Keyed(..): Keyed<Seven, Arc<u8>>| async { Ok::<_, BoxError>(1_u32) });
    builder.instance(Held(Mutex::new(None)));
    let (started, starts) = mpsc::sync_channel(1);
    let starts = Mutex::new(starts);
    let (go, may_go) = mpsc::sync_channel(1);
    let may_go = Mutex::new(may_go);
    builder.try_singleton(move |held: Arc<Held>, provider: Provider| {
        let Some(scope) = held.0.lock().unwrap().take() else { return Ok(Outer) };
        let mut making = Box::pin(scope.get_async::<u16>());
        assert!(poll_once(making.as_mut()).is_pending());
        // Waits for what the first one makes, under the frame of this factory.
        let mut waiting = Box::pin(scope.get_async::<u32>());
        assert!(poll_once(waiting.as_mut()).is_pending());
        static LEAKED: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
        leak(waiting, &LEAKED);
        drop(making);
        drop(scope);
        // The other one looks who waits for this factory.
        go.send(()).unwrap();
        starts.lock().unwrap().recv().unwrap();
        provider.get::<Other>().map(|_| Outer)
    });
    builder.try_singleton(move |provider: Provider| {
        started.send(()).unwrap();
        provider.get::<Outer>().map(|_| Other)
    });
    let container = builder.build().unwrap();
    *container.get::<Held>().unwrap().0.lock().unwrap() = Some(container.scope());
    std::thread::scope(|threads| {
        let other = threads.spawn(|| {
            may_go.lock().unwrap().recv().unwrap();
            let _ = container.get::<Other>();
        });
        let error = container.get::<Outer>().err().unwrap().to_string();
        assert!(error.contains("needs itself"), "{error}");
        other.join().unwrap();
    });
}

krepis_di::key!(Seven = 7);

/// A disposed container went on through its scopes.
#[test]
fn a_waiting_future_sees_that_the_scope_is_gone() {
    let mut builder = Builder::new();
    builder.scoped_async(|| async { Ok::<_, BoxError>(1_u8) });
    let container = builder.build().unwrap();
    let scope = container.scope().into_shared();
    let future = pin!(scope.get_async::<u8>());
    container.dispose().unwrap();
    assert_eq!(block_on(future).unwrap_err().to_string(), "the container is disposed");
}

/// A leaked future left its slot in the making for ever, also in the next scope with the same memory.
#[test]
fn a_leaked_future_does_not_hold_up_the_next_scope() {
    struct Slow;
    let mut builder = Builder::new();
    let calls = Arc::new(Mutex::new(0));
    builder.scoped_async(move || {
        *calls.lock().unwrap() += 1;
        let is_first = *calls.lock().unwrap() == 1;
        async move {
            if is_first {
                std::future::pending::<()>().await;
            }
            Ok::<_, BoxError>(Slow)
        }
    });
    let container = builder.build().unwrap();
    let scope = container.scope();
    let mut future = Box::pin(scope.get_async::<Slow>());
    assert!(poll_once(future.as_mut()).is_pending());
    static LEAKED: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
    leak(future, &LEAKED);
    drop(scope);

    let scope = container.scope();
    assert_eq!(container.pool().created, 1);
    assert!(poll_once(pin!(scope.get_async::<Slow>())).is_ready());
}

/// Of two ways that are as short the one was shown that was registered first.
#[test]
fn the_words_of_a_captive_do_not_depend_on_the_order() {
    struct Holder;
    struct Through;
    let mut forth = Builder::new();
    forth.scoped(|| 1_u8);
    forth.scoped(|| 1_u16);
    let mut back = Builder::new();
    back.scoped(|| 1_u16);
    back.scoped(|| 1_u8);
    for builder in [&mut forth, &mut back] {
        builder.transient(|_: Arc<u8>, _: Arc<u16>| Through);
        builder.singleton(|_: Arc<Through>| Holder);
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains("would keep scoped u16, through Holder -> Through -> u16"), "{error}");
    }
}
