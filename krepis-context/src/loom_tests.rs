//! Every order in which two or three threads can do what they do to a slot, within `loom`'s bounds.
//!
//! `RUSTFLAGS="--cfg loom" LOOM_MAX_PREEMPTIONS=3 cargo test -p krepis-context --release --lib loom_tests`

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use loom::thread;

use crate::{Cause, Context, ContextPool, Options, Time};

fn pool(contexts: u32) -> ContextPool {
    let options =
        Options { contexts, slot_size: 256, pages: 1, page_size: 1024, pages_per_context: 1, batch: 1 };
    ContextPool::new(&options).unwrap()
}

/// Counts what it hears.
fn listen(context: &Context) -> Arc<AtomicUsize> {
    let told = Arc::new(AtomicUsize::new(0));
    let heard = Arc::clone(&told);
    context.on_cancel(move |_| {
        heard.fetch_add(1, SeqCst);
    });
    told
}

#[test]
fn slots_have_one_owner() {
    loom::model(|| {
        let pool = pool(2);
        let other = pool.clone();
        let task = move |pool: &ContextPool, own: i64| {
            for _ in 0..2 {
                let context = pool.create().unwrap();
                assert_eq!(context.get_i64("own"), None);
                context.set("own", own).unwrap();
                assert_eq!(context.get_i64("own"), Some(own));
            }
        };
        let thread = thread::spawn(move || task(&other, 1));
        task(&pool, 2);
        thread.join().unwrap();
        assert_eq!(pool.statistics().in_use, 0);
    });
}

#[test]
fn a_name_is_of_one_context() {
    loom::model(|| {
        let pool = pool(1);
        let first = pool.create().unwrap();
        first.set("own", 1).unwrap();
        let (id, other) = (first.id(), pool.clone());
        let thread = thread::spawn(move || {
            if let Ok(context) = other.resolve(id) {
                assert_eq!(context.id(), id);
                assert_eq!(context.get_i64("own"), Some(1));
            }
        });
        drop(first);
        if let Ok(second) = pool.create() {
            second.set("own", 2).unwrap();
            assert_eq!(second.get_i64("own"), Some(2));
        }
        thread.join().unwrap();
        assert!(pool.resolve(id).is_err());
        assert_eq!(pool.statistics().in_use, 0);
    });
}

#[test]
fn the_last_handle_releases() {
    loom::model(|| {
        let pool = pool(2);
        let parent = pool.create().unwrap();
        let child = parent.child().unwrap();
        let clone = child.clone();
        let thread = thread::spawn(move || drop(clone));
        drop(parent);
        drop(child);
        thread.join().unwrap();
        assert_eq!(pool.statistics().in_use, 0);
    });
}

#[test]
fn fields_appear_whole_and_stay() {
    loom::model(|| {
        let pool = pool(1);
        let context = pool.create().unwrap();
        context.set("a", 1).unwrap();
        let writer = context.clone();
        let thread = thread::spawn(move || {
            writer.set("a", 2).unwrap();
            // Too large for what is left of the slot.
            writer.set("b", &"x".repeat(100)).unwrap();
        });
        let first = context.get_i64("a").unwrap();
        let second = context.get_i64("a").unwrap();
        assert!(first <= second);
        let b = context.get_str("b").map(str::len);
        assert!(matches!(b, None | Some(100)));
        // An iteration gives a key once, whatever is set meanwhile.
        let keys: Vec<_> = context.entries().map(|(key, _)| key.as_str()).collect();
        assert!(matches!(keys[..], ["a"] | ["a", "b"]), "{keys:?}");
        thread.join().unwrap();
        assert_eq!(context.get_i64("a"), Some(2));
    });
}

#[test]
fn one_cause_wins() {
    loom::model(|| {
        let pool = pool(1);
        let context = pool.create().unwrap();
        let told = listen(&context);
        let other = context.clone();
        let thread = thread::spawn(move || other.cancel(Cause::Shutdown));
        let mine = context.cancel(Cause::ClientGone);
        let theirs = thread.join().unwrap();
        assert!(mine != theirs);
        assert_eq!(context.cause(), Some(if mine { Cause::ClientGone } else { Cause::Shutdown }));
        assert_eq!(told.load(SeqCst), 1);
    });
}

#[test]
fn who_listens_while_it_ends_is_told_once() {
    loom::model(|| {
        let pool = pool(1);
        let context = pool.create().unwrap();
        let other = context.clone();
        let thread = thread::spawn(move || listen(&other));
        context.cancel(Cause::Failed);
        assert_eq!(thread.join().unwrap().load(SeqCst), 1);
    });
}

#[test]
fn a_child_hears_of_its_parent() {
    loom::model(|| {
        let pool = pool(2);
        let parent = pool.create().unwrap();
        let child = parent.child().unwrap();
        let thread = thread::spawn(move || listen(&child));
        parent.cancel(Cause::Failed);
        // The child may have gone before its parent was cancelled: then nobody is told.
        let told = thread.join().unwrap();
        assert!(told.load(SeqCst) <= 1);
        drop(parent);
        assert_eq!(pool.statistics().in_use, 0);
        assert_eq!(Arc::strong_count(&told), 1);
    });
}

#[test]
fn a_child_that_stays_is_told_once() {
    loom::model(|| {
        let pool = pool(2);
        let parent = pool.create().unwrap();
        let child = parent.child().unwrap();
        let listener = child.clone();
        let thread = thread::spawn(move || listen(&listener));
        parent.cancel(Cause::Failed);
        assert_eq!(thread.join().unwrap().load(SeqCst), 1);
        assert_eq!(child.cause(), Some(Cause::Failed));
    });
}

#[test]
fn a_deadline_with_a_listener_is_on_the_list() {
    loom::model(|| {
        let pool = pool(1);
        let context = pool.create().unwrap();
        let other = context.clone();
        let far = Time::from_nanos(i64::MAX / 2);
        let thread = thread::spawn(move || other.shrink_deadline(far));
        listen(&context);
        assert!(thread.join().unwrap());
        assert_eq!(pool.next_deadline(), Some(far));
    });
}
