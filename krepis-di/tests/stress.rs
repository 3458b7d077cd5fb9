#![allow(missing_docs, clippy::unwrap_used)]
//! Many threads, many services: nobody ever sees what is another scope's.

mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use krepis_di::{Builder, Keyed, Lazy, Provider, ResolveErrorKind, Scope, SharedScope};
use support::same;

const THREADS: u64 = if cfg!(miri) { 4 } else { 64 };
const SCOPES: u64 = if cfg!(miri) { 4 } else { 400 };

/// Which scope it is: provided by its creator.
struct Id(u64);
struct Session {
    id: Arc<Id>,
    text: String,
}
struct Late(Lazy<Session>);
struct Handle(Provider, Arc<Id>);
struct Shared(AtomicU64);

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.scope_value::<Id>();
    builder.singleton(|| Shared(AtomicU64::new(0)));
    builder.scoped(|id: Arc<Id>, shared: Arc<Shared>| {
        shared.0.fetch_add(1, Ordering::Relaxed);
        Session { text: id.0.to_string(), id }
    });
    builder
}

/// As [`builder`], with handles that lead back into the scope: no scope has one owner only.
fn builder_with_handles() -> Builder {
    let mut builder = builder();
    builder.scoped(Late);
    builder.transient(Handle);
    builder
}

#[track_caller]
fn check(session: &Session, id: u64) {
    assert_eq!((session.id.0, session.text.as_str()), (id, id.to_string().as_str()));
}

fn open(scope: Scope, id: u64) -> Scope {
    scope.provide(Id(id)).unwrap();
    scope
}

#[test]
fn threads_with_scopes_of_their_own() {
    let container = builder().build().unwrap();
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let container = &container;
            threads.spawn(move || {
                for number in 0..SCOPES {
                    let id = thread * SCOPES * 2 + number * 2;
                    let scope = open(container.scope(), id);
                    check(scope.get_ref().unwrap(), id);
                    if number % 3 == 0 {
                        let child = open(scope.child(), id + 1);
                        check(&child.get().unwrap(), id + 1);
                        check(&scope.child().get().unwrap(), id);
                    }
                    check(&scope.get().unwrap(), id);
                    if number % 2 == 0 {
                        scope.dispose().unwrap();
                    }
                }
            });
        }
    });
    let made = container.get::<Shared>().unwrap().0.load(Ordering::Relaxed);
    assert_eq!(made, THREADS * (SCOPES + 2 * SCOPES.div_ceil(3)));
    assert!(container.pool().created <= usize::try_from(THREADS).unwrap() * 3);
    assert_eq!(container.pool().idle, container.pool().created);
}

#[test]
fn scopes_and_handles_that_wander_between_threads() {
    let container = builder_with_handles().build().unwrap();
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..THREADS).map(|_| mpsc::channel()).unzip();
    std::thread::scope(|threads| {
        for (thread, received) in (0..).zip(receivers) {
            let (container, next) = (&container, senders[(thread as usize + 1) % senders.len()].clone());
            threads.spawn(move || {
                let mut stale: Vec<(Arc<Late>, u64)> = Vec::new();
                for number in 0..SCOPES {
                    let id = thread * SCOPES + number;
                    let scope = open(container.scope(), id).into_shared();
                    let (late, handle) = (scope.get::<Late>().unwrap(), scope.get::<Handle>().unwrap());
                    next.send((scope.clone(), scope.child(), Arc::clone(&late), id)).unwrap();
                    check(&late.0.get().unwrap(), id);
                    assert_eq!(handle.1.0, id);
                    if number % 5 == 0 {
                        scope.dispose().unwrap();
                    }
                    drop(scope);
                    if let Ok(session) = handle.0.get::<Session>() {
                        check(&session, id);
                    }
                    let (other, child, other_late, id): (SharedScope, Scope, Arc<Late>, u64) =
                        received.recv().unwrap();
                    for session in
                        [other.get::<Session>(), child.get(), other_late.0.get()].into_iter().flatten()
                    {
                        check(&session, id);
                    }
                    if number % 2 == 0 {
                        drop(other);
                        drop(child);
                    }
                    stale.push((other_late, id));
                    if let Some((late, id)) = stale.get(stale.len().wrapping_sub(9)) {
                        // Its memory serves other scopes by now; it may still be open elsewhere.
                        if let Ok(session) = late.0.get() {
                            check(&session, *id);
                        }
                    }
                }
            });
        }
    });
    drop(senders);
    assert_eq!(container.pool().idle, container.pool().created, "every scope came back");
}

#[test]
fn one_shared_scope_for_all_threads() {
    let container = builder_with_handles().build().unwrap();
    for id in 0..SCOPES / 4 {
        let scope = open(container.scope(), id).into_shared();
        let first = std::thread::scope(|threads| {
            let all: Vec<_> = (0..8)
                .map(|_| threads.spawn(|| (scope.get::<Session>().unwrap(), scope.get::<Late>().unwrap())))
                .collect();
            let all: Vec<_> = all.into_iter().map(|thread| thread.join().unwrap()).collect();
            assert!(all.iter().all(|one| same(&one.0, &all[0].0) && same(&one.1, &all[0].1)));
            Arc::clone(&all[0].1)
        });
        check(&first.0.get().unwrap(), id);
        drop(scope);
        assert!(first.0.get().is_err());
    }
}

#[test]
fn the_container_goes_while_scopes_are_open() {
    for _ in 0..if cfg!(miri) { 3 } else { 200 } {
        let container = builder_with_handles().build().unwrap();
        let scopes: Vec<Scope> = (0..4).map(|id| open(container.scope(), id)).collect();
        std::thread::scope(|threads| {
            for (id, scope) in (0..).zip(scopes) {
                threads.spawn(move || check(&scope.get().unwrap(), id));
            }
            drop(container);
        });
    }
}

#[test]
fn the_pool_is_bounded() {
    let container = builder().build().unwrap();
    let many = if cfg!(miri) { 40 } else { 3000 };
    let scopes: Vec<Scope> = (0..many).map(|id| open(container.scope(), id)).collect();
    drop(scopes);
    assert!(container.pool().idle <= 1024 + 8, "{:?}", container.pool());
    check(&open(container.scope(), 7).get().unwrap(), 7);
}

/// A service of its own type for each number.
struct Node<const N: usize>(u64);

const SERVICES: i64 = if cfg!(miri) { 100 } else { 10_000 };

#[test]
fn ten_thousand_services() {
    let mut builder = Builder::new();
    for number in 0..SERVICES {
        match number % 3 {
            0 => builder.singleton(move || Node::<0>(number.unsigned_abs())).keyed(number),
            1 => builder.scoped(move || Node::<0>(number.unsigned_abs())).keyed(number),
            _ => builder.transient(move || Node::<0>(number.unsigned_abs())).keyed(number),
        };
    }
    krepis_di::key!(Last = SERVICES - 1);
    builder.scoped(|last: Keyed<Last, Arc<Node<0>>>, all: Keyed<Every, Vec<Arc<Node<0>>>>| {
        Node::<1>(last.0.0 + all.0.iter().map(|node| node.0).sum::<u64>())
    });
    let container = builder.build().unwrap();
    let scope = container.scope();
    for number in (0..SERVICES).rev() {
        assert_eq!(scope.get_keyed::<Node<0>>(number).unwrap().0, number.unsigned_abs());
    }
    let last = SERVICES.unsigned_abs() - 1;
    assert_eq!(scope.get::<Node<1>>().unwrap().0, last + last * (last + 1) / 2);
}

krepis_di::key!(Every = krepis_di::AnyKey);

#[test]
fn ten_thousand_services_one_by_the_other() {
    let mut builder = Builder::new();
    for number in 0..SERVICES {
        builder
            .try_singleton(move |provider: Provider| match number + 1 < SERVICES {
                true => provider.get_keyed::<Node<0>>(number + 1).map(|next| Node::<0>(next.0 + 1)),
                false => Ok(Node(0)),
            })
            .keyed(number);
    }
    let container = builder.build().unwrap();
    // From the far end in steps that are short enough, and then at once.
    let deep = SERVICES > 256;
    let result = container.get_keyed::<Node<0>>(0);
    assert_eq!(result.is_err(), deep);
    if let Err(error) = result {
        let mut deepest = &error;
        while let ResolveErrorKind::Failed { source, .. } = deepest.kind() {
            deepest = source.downcast_ref().unwrap();
        }
        assert!(matches!(deepest.kind(), ResolveErrorKind::TooDeep { limit: 256, .. }), "{deepest}");
    }
    for number in (0..SERVICES).rev().filter(|number| number % 200 == 0) {
        container.get_keyed::<Node<0>>(number).unwrap();
    }
    assert_eq!(container.get_keyed::<Node<0>>(0).unwrap().0, SERVICES.unsigned_abs() - 1);
}

macro_rules! chain {
    ($builder:ident $($number:literal)*) => {
        $($builder.singleton(|next: Arc<Node<{ $number + 1 }>>| Node::<$number>(next.0 + 1));)*
    };
}

#[test]
fn a_wired_chain() {
    let mut builder = Builder::new();
    chain!(builder 9 3 0 5 1 8 2 6 4 7);
    builder.instance(Node::<10>(0));
    assert_eq!(builder.build().unwrap().get::<Node<0>>().unwrap().0, 10);
}
