//! What a user of a context sees.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![allow(unsafe_code)] // `ContextPool::adopt`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};
use std::time::Duration;

use krepis_context::{
    Cause, Context, ContextId, ContextPool, CreateError, Key, Options, SetError, StaleContext, Time, Trace,
    TraceFlags, Value, WELL_KNOWN,
};

fn small() -> Options {
    Options { contexts: 64, pages: 4, page_size: 1024, ..Options::default() }
}

fn pool() -> ContextPool {
    ContextPool::new(&small()).unwrap()
}

#[test]
fn fields_have_types() {
    let context = pool().create().unwrap();
    context.set("text", "caf\u{e9}").unwrap();
    context.set("bytes", &[1_u8, 2, 255]).unwrap();
    context.set("whole", -7_i64).unwrap();
    context.set("float", 0.5).unwrap();
    context.set("yes", true).unwrap();
    context.set("", "empty name").unwrap();
    context.set("tenant.id", "acme").unwrap();
    assert_eq!(context.get_str("text"), Some("caf\u{e9}"));
    assert_eq!(context.get_bytes("bytes"), Some(&[1, 2, 255][..]));
    assert_eq!(context.get_i64("whole"), Some(-7));
    assert_eq!(context.get_f64("float"), Some(0.5));
    assert_eq!(context.get_bool("yes"), Some(true));
    assert_eq!(context.get_str(""), Some("empty name"));
    assert_eq!(context.get_str(WELL_KNOWN[3]), Some("acme"));
    assert_eq!((context.get_str("whole"), context.get_i64("text")), (None, None));
    assert_eq!(context.get("no such field"), None);
}

#[test]
fn the_last_value_counts_and_the_first_stays_readable() {
    let context = pool().create().unwrap();
    context.set("a", 1).unwrap();
    context.set("b", "first").unwrap();
    let first = context.get_str("b").unwrap();
    context.set("b", "second").unwrap();
    assert_eq!((first, context.get_str("b")), ("first", Some("second")));
    context.set("a", "a text now").unwrap();
    let fields: Vec<_> = context.entries().map(|(key, value)| (key.as_str(), value)).collect();
    assert_eq!(fields, [("b", Value::Str("second")), ("a", Value::Str("a text now"))]);
    assert_eq!(context.delete("b"), Ok(true));
    assert_eq!(context.delete("b"), Ok(false));
    assert_eq!((context.get("b"), context.entries().count()), (None, 1));
}

#[test]
fn setting_what_is_there_takes_no_room() {
    let context = pool().create().unwrap();
    for _ in 0..if cfg!(miri) { 50 } else { 10_000 } {
        context.set("same", "value").unwrap();
    }
    assert_eq!(context.pool().statistics().pages_in_use, 0);
}

#[test]
fn children_see_through() {
    let parent = pool().create().unwrap();
    parent.set("a", 1).unwrap();
    parent.set("b", 2).unwrap();
    parent.set("c", 3).unwrap();
    let child = parent.child().unwrap();
    child.set("b", 20).unwrap();
    assert_eq!(child.delete("c"), Ok(true));
    let grandchild = child.child().unwrap();
    grandchild.set("d", 400).unwrap();
    parent.set("late", 5).unwrap();
    let all: Vec<_> =
        grandchild.entries().map(|(key, value)| (key.as_str(), value.as_i64().unwrap())).collect();
    assert_eq!(all, [("d", 400), ("b", 20), ("a", 1), ("late", 5)]);
    assert_eq!((parent.get_i64("b"), parent.get_i64("c"), parent.get_i64("d")), (Some(2), Some(3), None));
    assert_eq!(grandchild.parent().unwrap().parent().unwrap(), parent);
    drop((parent, child));
    assert_eq!(grandchild.get_i64("a"), Some(1), "a child keeps those above it");
    let pool = grandchild.pool();
    drop(grandchild);
    assert_eq!(pool.statistics().in_use, 0);
}

#[test]
fn depth_is_bounded() {
    let mut context = pool().create().unwrap();
    for _ in 0..64 {
        context = match context.child() {
            Ok(child) => child,
            Err(CreateError::Exhausted { .. }) => return assert_eq!(context.pool().statistics().in_use, 64),
            Err(error) => panic!("{error}"),
        };
    }
    let pool = ContextPool::new(&Options { contexts: 100, ..small() }).unwrap();
    let mut context = pool.create().unwrap();
    for _ in 0..64 {
        context = context.child().unwrap();
    }
    assert_eq!(context.child().unwrap_err(), CreateError::TooDeep { max: 64 });
}

#[test]
fn exhaustion_is_an_error_and_passes() {
    let pool = pool();
    let mut contexts: Vec<_> = (0..64).map(|_| pool.create().unwrap()).collect();
    assert_eq!(pool.create().unwrap_err(), CreateError::Exhausted { capacity: 64 });
    contexts.pop();
    pool.create().unwrap();
    assert_eq!(pool.statistics().high_water, 64);
}

#[test]
fn stale_names_do_not_resolve() {
    let pool = pool();
    let context = pool.create().unwrap();
    let id = context.id();
    assert_eq!(pool.resolve(id).unwrap(), context);
    assert_eq!(ContextId::from_u64(id.to_u64()), id);
    context.set("secret", "of the first").unwrap();
    drop(context);
    assert_eq!(pool.resolve(id).unwrap_err(), StaleContext { id });
    let next = pool.create().unwrap();
    assert_eq!(next.id().slot, id.slot, "the slot is used again");
    assert_eq!(next.get("secret"), None);
    assert_eq!(pool.resolve(id).unwrap_err(), StaleContext { id });
    for bits in [0, 1, u64::MAX, id.to_u64() + 1, 1 << 32] {
        assert!(pool.resolve(ContextId::from_u64(bits)).is_err());
    }
}

#[test]
fn raw_references_keep_a_context() {
    let pool = pool();
    let context = pool.create().unwrap();
    context.set("a", 1).unwrap();
    let id = context.into_raw();
    assert_eq!(pool.resolve(id).unwrap().get_i64("a"), Some(1));
    // SAFETY: the reference is that of `into_raw`, given back once.
    let context = unsafe { pool.adopt(id) }.unwrap();
    drop(context);
    assert!(pool.resolve(id).is_err());
}

#[test]
fn large_fields_go_to_pages_and_are_bounded() {
    let pool = pool();
    let context = pool.create().unwrap();
    let text = "x".repeat(620);
    context.set("a", &text).unwrap();
    context.set("b", &text).unwrap();
    context.set("c", 1).unwrap();
    assert_eq!((context.get_str("a"), context.get_str("b")), (Some(&*text), Some(&*text)));
    assert_eq!(context.get_i64("c"), Some(1));
    assert_eq!(pool.statistics().pages_in_use, 1);
    let error = context.set("d", &"x".repeat(700)).unwrap_err();
    assert_eq!(error, SetError::TooLarge { bytes: 717, max: 704 });
    for key in ["d", "e", "f"] {
        context.set(key, &text).unwrap();
    }
    assert_eq!(context.set("g", &text).unwrap_err(), SetError::Full { pages: 4 });
    let other = pool.create().unwrap();
    other.set("a", &text).unwrap();
    assert_eq!(other.set("b", &text).unwrap_err(), SetError::NoPage { pages: 4 });
    context.set("a", "short").unwrap();
    let keys: Vec<_> = context.entries().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["b", "c", "d", "e", "f", "a"]);
    drop(context);
    assert_eq!(pool.statistics().pages_in_use, 0);
    other.set("b", &text).unwrap();
}

#[test]
fn deadlines_only_shrink() {
    let parent = pool().create().unwrap();
    let at = |seconds| Time::from_nanos(0) + Duration::from_secs(seconds);
    assert_eq!((parent.deadline(), parent.remaining()), (None, None));
    assert!(parent.shrink_deadline(at(1000)));
    assert!(!parent.shrink_deadline(at(2000)));
    let child = parent.child().unwrap();
    assert!(!child.shrink_deadline(at(1500)));
    assert_eq!(child.deadline(), Some(at(1000)));
    assert!(child.shrink_deadline(at(500)));
    assert!(parent.shrink_deadline(at(100)));
    assert_eq!(child.deadline(), Some(at(100)), "a parent's deadline is its children's");
    assert_eq!(child.cause_at(at(99)), None);
    assert_eq!(child.cause_at(at(100)), Some(Cause::DeadlineExceeded));
    assert!(child.shrink_timeout(Duration::ZERO));
    assert!(child.is_done() && !parent.is_done());
    assert_eq!(child.remaining(), Some(Duration::ZERO));
    assert!(!child.cancel(Cause::ClientGone), "the deadline came first");
    assert_eq!(child.cause(), Some(Cause::DeadlineExceeded));
}

#[test]
fn cancellation_reaches_all_below() {
    let parent = pool().create().unwrap();
    let (child, sibling) = (parent.child().unwrap(), parent.child().unwrap());
    let grandchild = child.child().unwrap();
    assert!(child.cancel(Cause::ClientGone));
    assert!(!child.cancel(Cause::Shutdown));
    let causes = [&parent, &sibling, &child, &grandchild].map(Context::cause);
    assert_eq!(causes, [None, None, Some(Cause::ClientGone), Some(Cause::ClientGone)]);
    assert!(!grandchild.cancel(Cause::Shutdown));
    assert!(parent.cancel(Cause::Shutdown));
    assert_eq!(sibling.cause(), Some(Cause::Shutdown));
}

/// Notes what it is called with.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(&'static str, Cause)>>>);

impl Log {
    fn listen(&self, context: &Context, name: &'static str) -> krepis_context::ListenerId {
        let log = self.clone();
        context.on_cancel(move |cause| log.0.lock().unwrap().push((name, cause)))
    }

    fn take(&self) -> Vec<(&'static str, Cause)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[test]
fn listeners_are_told_once() {
    let pool = pool();
    let parent = pool.create().unwrap();
    let child = parent.child().unwrap();
    let grandchild = child.child().unwrap();
    let log = Log::default();
    log.listen(&grandchild, "grandchild");
    log.listen(&parent, "parent");
    let removed = log.listen(&parent, "removed");
    assert!(parent.remove_listener(removed));
    assert!(!parent.remove_listener(removed));
    assert!(parent.cancel(Cause::Overload));
    parent.cancel(Cause::Overload);
    assert_eq!(log.take(), [("parent", Cause::Overload), ("grandchild", Cause::Overload)]);
    log.listen(&child, "late");
    assert_eq!(log.take(), [("late", Cause::Overload)]);
    drop((parent, child, grandchild));
    let next = pool.create().unwrap();
    next.cancel(Cause::Cancelled);
    assert_eq!(log.take(), [], "listeners do not outlive their context");
    assert_eq!(Arc::strong_count(&log.0), 1);
}

#[test]
fn a_callback_may_use_contexts() {
    let pool = pool();
    let context = pool.create().unwrap();
    let other = pool.create().unwrap();
    let (id, inside) = (context.id(), other.clone());
    context.on_cancel(move |cause| {
        inside.cancel(cause);
        let same = inside.pool().resolve(id).unwrap();
        same.on_cancel(move |_| inside.set("told", true).unwrap());
    });
    context.cancel(Cause::Failed);
    assert_eq!((other.cause(), other.get_bool("told")), (Some(Cause::Failed), Some(true)));
}

#[test]
fn the_event_loop_drives_deadlines() {
    let pool = pool();
    let log = Log::default();
    let start = pool.now();
    let at = |seconds| start + Duration::from_secs(seconds);
    let parent = pool.create().unwrap();
    let child = parent.child().unwrap();
    log.listen(&child, "child");
    assert_eq!(pool.next_deadline(), None);
    parent.shrink_deadline(at(200));
    assert_eq!(pool.next_deadline(), Some(at(200)));
    let other = pool.create().unwrap();
    other.shrink_deadline(at(100));
    log.listen(&other, "other");
    let gone = pool.create().unwrap();
    gone.shrink_deadline(at(50));
    log.listen(&gone, "gone");
    drop(gone);
    assert_eq!(pool.poll_deadlines(at(60)), Some(at(100)));
    assert_eq!(log.take(), []);
    assert_eq!(pool.poll_deadlines(at(100)), Some(at(200)));
    assert_eq!(log.take(), [("other", Cause::DeadlineExceeded)]);
    assert_eq!(pool.poll_deadlines(at(300)), None);
    assert_eq!(log.take(), [("child", Cause::DeadlineExceeded)]);
    assert_eq!(parent.cause(), Some(Cause::DeadlineExceeded));
}

#[test]
fn deadlines_of_contexts_that_ended_do_not_pile_up() {
    let pool = pool();
    for _ in 0..if cfg!(miri) { 300 } else { 10_000 } {
        let context = pool.create().unwrap();
        context.shrink_timeout(Duration::from_secs(3600));
        context.on_cancel(|_| ());
    }
    // Only what is alive can be in the way of the next one: the list was cleared whenever it was full.
    let context = pool.create().unwrap();
    context.shrink_deadline(Time::from_nanos(1));
    context.on_cancel(|_| ());
    assert_eq!(context.cause(), Some(Cause::DeadlineExceeded));
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn futures_wait_for_the_end() {
    let context = pool().create().unwrap();
    let child = context.child().unwrap();
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&count));
    let mut task = std::task::Context::from_waker(&waker);
    let mut future = Box::pin(child.cancelled());
    assert_eq!(future.as_mut().poll(&mut task), Poll::Pending);
    assert_eq!(future.as_mut().poll(&mut task), Poll::Pending);
    let mut dropped = Box::pin(child.cancelled());
    assert_eq!(dropped.as_mut().poll(&mut task), Poll::Pending);
    drop(dropped);
    context.cancel(Cause::Shutdown);
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(future.as_mut().poll(&mut task), Poll::Ready(Cause::Shutdown));
    assert_eq!(Box::pin(child.cancelled()).as_mut().poll(&mut task), Poll::Ready(Cause::Shutdown));
    drop(future);
    drop((child, context));
    drop(waker);
    assert_eq!(Arc::strong_count(&count), 1);
}

#[test]
fn extensions_by_type() {
    struct Session(Arc<()>);
    let alive = Arc::new(());
    let pool = pool();
    let parent = pool.create().unwrap();
    assert!(parent.insert_extension(Session(Arc::clone(&alive))).is_ok());
    assert!(parent.insert_extension(Session(Arc::clone(&alive))).is_err());
    parent.insert_extension(7_u32).unwrap();
    let child = parent.child().unwrap();
    child.insert_extension(8_u32).unwrap();
    assert!(Arc::ptr_eq(&child.extension::<Session>().unwrap().0, &alive));
    assert_eq!((child.extension::<u32>(), parent.extension::<u32>()), (Some(&8), Some(&7)));
    assert_eq!(child.extension::<String>(), None);
    drop((parent, child));
    assert_eq!(Arc::strong_count(&alive), 1);
    assert_eq!(pool.create().unwrap().extension::<u32>(), None);
}

#[test]
fn traces_are_made_when_asked_for() {
    let parent = pool().create().unwrap();
    let child = parent.child().unwrap();
    assert_eq!(child.trace_if_set(), None);
    let trace = child.trace();
    assert_eq!(child.trace(), trace);
    assert_eq!(trace.trace_id, parent.trace().trace_id);
    assert_eq!(trace.parent_id, parent.trace().span_id);
    assert_eq!(parent.set_trace(&Trace::root(TraceFlags::SAMPLED)), Err(SetError::TraceIsSet));
    let next = pool().create().unwrap();
    let root = Trace::root(TraceFlags::SAMPLED);
    next.set_trace(&root).unwrap();
    assert_eq!(next.trace_if_set(), Some(root));
}

#[test]
fn options_are_checked() {
    let wrong = Options { slot_size: 300, ..small() };
    let error = ContextPool::new(&wrong).unwrap_err().to_string();
    assert_eq!(error, "option `slot_size` is 300: expected a multiple of 64 from 256 to 65536");
    assert!(Options { contexts: 1 << 24, ..small() }.bytes().unwrap_err().to_string().contains("4 GiB"));
    let smallest = Options { contexts: 1, slot_size: 256, pages: 0, pages_per_context: 0, ..small() };
    let pool = ContextPool::new(&smallest).unwrap();
    let context = pool.create().unwrap();
    assert_eq!(context.set("a", &"x".repeat(120)), Err(SetError::Full { pages: 0 }));
    context.set("a", "fits").unwrap();
    assert!(pool.create().is_err());
}

#[test]
fn statistics_add_up() {
    let pool = pool();
    for _ in 0..10 {
        let context = pool.create().unwrap();
        drop(context.child().unwrap());
    }
    let statistics = pool.statistics();
    assert_eq!((statistics.created, statistics.reused, statistics.in_use), (20, 18, 0));
    assert_eq!((statistics.high_water, statistics.slot_bytes), (2, 1024));
    assert!((statistics.reuse_rate() - 0.9).abs() < 1e-9);
}

#[test]
fn keys_that_share_a_bucket_are_told_apart() {
    let context = pool().create().unwrap();
    // The same length, beginning and end: the same hash.
    let keys: Vec<_> = (0..10).map(|number| format!("same{number}same")).collect();
    for (number, key) in keys.iter().enumerate() {
        context.set(key, number as i64).unwrap();
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(context.get_i64(Key::new(key)), Some(number as i64));
    }
}
