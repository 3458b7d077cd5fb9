//! Every order in which two or three threads can send, work, wait and go, within `loom`'s bounds.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p mycelia-router --lib --release loom_tests --target-dir target/loom`

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Poll, Waker};

use loom::sync::Mutex;
use loom::sync::atomic::AtomicBool;
use loom::thread;

use super::parking::block_on;
use super::workers::work;
use super::{AskError, Body, Kernel, Message, Options, Overflow, Reason, Subsystem};

/// With few preemptions almost all orders that matter are seen, and the test ends.
fn model(preemptions: usize, test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = 100_000;
    builder.check(test);
}

fn counting(options: Options) -> (Kernel, Subsystem, Arc<AtomicUsize>) {
    let kernel = Kernel::new();
    let subsystem = kernel.subsystem_with("s", options).unwrap();
    let handled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handled);
    subsystem.on("x", move |_: &mut Message| Body::new(count.fetch_add(1, SeqCst))).unwrap();
    (kernel, subsystem, handled)
}

fn accounted(subsystem: &Subsystem) {
    let stats = subsystem.stats();
    assert_eq!(stats.accepted, stats.ended() + stats.present, "{stats:?}");
    assert_eq!(stats.present, 0, "{stats:?}");
}

#[test]
fn a_worker_that_falls_asleep_is_woken() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options::default());
        let stop = Arc::new(AtomicBool::new(false));
        let worker = {
            let (core, stop) = (Arc::clone(&kernel.directory.core), Arc::clone(&stop));
            thread::spawn(move || work(&core, &stop))
        };
        // This thread only waits: the worker has to do it.
        let answer = block_on(None, kernel.ask("s://x", ())).unwrap();
        assert_eq!(answer.get::<usize>(), Some(&0));
        stop.store(true, SeqCst);
        kernel.directory.core.ready.stir();
        worker.join().unwrap();
        assert_eq!(handled.load(SeqCst), 1);
        accounted(&subsystem);
    });
}

#[test]
fn two_workers_hand_out_each_message_once() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options { concurrency: 2, ..Options::default() });
        let other = kernel.clone();
        kernel.send("s://x", ()).unwrap();
        let thread = thread::spawn(move || {
            other.send("s://x", ()).unwrap();
            other.run_until_idle();
        });
        kernel.run_until_idle();
        thread.join().unwrap();
        kernel.run_until_idle();
        assert_eq!(handled.load(SeqCst), 2);
        accounted(&subsystem);
    });
}

#[test]
fn a_sender_that_waits_is_let_in() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options { capacity: 1, ..Options::default() });
        kernel.send("s://x", ()).unwrap();
        let other = kernel.clone();
        // Only waits for room.
        let thread = thread::spawn(move || block_on(None, other.send_async("s://x", ())).unwrap());
        kernel.run_until_idle();
        thread.join().unwrap();
        kernel.run_until_idle();
        assert_eq!(handled.load(SeqCst), 2);
        accounted(&subsystem);
    });
}

#[test]
fn a_sender_that_gives_up_leaves_its_place_to_the_next() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options { capacity: 1, ..Options::default() });
        kernel.send("s://x", ()).unwrap();
        let (one, two) = (kernel.clone(), kernel.clone());
        let brief = thread::spawn(move || {
            let mut sending = std::pin::pin!(one.send_async("s://x", ()));
            sending.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop())).is_ready()
        });
        let patient = thread::spawn(move || block_on(None, two.send_async("s://x", ())).unwrap());
        kernel.run_until_idle();
        let sent = brief.join().unwrap();
        kernel.run_until_idle();
        patient.join().unwrap();
        kernel.run_until_idle();
        assert_eq!(handled.load(SeqCst), 2 + usize::from(sent));
        accounted(&subsystem);
    });
}

#[test]
fn a_question_that_is_taken_back_is_handled_or_not() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options::default());
        let ask = kernel.ask("s://x", ());
        let thread = thread::spawn(move || drop(ask));
        kernel.run_until_idle();
        thread.join().unwrap();
        let stats = subsystem.stats();
        assert_eq!((stats.handled as usize, stats.handled + stats.withdrawn), (handled.load(SeqCst), 1));
        accounted(&subsystem);
    });
}

/// What a handler waits for.
struct Gate(Mutex<(bool, Option<Waker>)>);

impl Gate {
    fn open(&self) {
        let waker = {
            let mut state = self.0.lock().unwrap();
            state.0 = true;
            state.1.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }
}

#[test]
fn a_handler_that_is_woken_goes_on() {
    model(3, || {
        let kernel = Kernel::new();
        let subsystem = kernel.subsystem("s").unwrap();
        let gate = Arc::new(Gate(Mutex::new((false, None))));
        let seen = Arc::clone(&gate);
        subsystem
            .on_async("x", move |_: Message| {
                let gate = Arc::clone(&seen);
                std::future::poll_fn(move |task| {
                    let mut state = gate.0.lock().unwrap();
                    if state.0 {
                        return Poll::Ready(());
                    }
                    state.1 = Some(task.waker().clone());
                    Poll::Pending
                })
            })
            .unwrap();
        kernel.send("s://x", ()).unwrap();
        let opener = Arc::clone(&gate);
        let thread = thread::spawn(move || opener.open());
        kernel.run_until_idle();
        thread.join().unwrap();
        kernel.run_until_idle();
        assert_eq!(subsystem.stats().handled, 1);
        accounted(&subsystem);
    });
}

#[test]
fn whoever_waits_for_the_end_sees_it() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options::default());
        let chain = kernel.subsystem("chain").unwrap();
        let weak = kernel.downgrade();
        chain
            .on("x", move |_: &mut Message| drop(weak.upgrade().map(|kernel| kernel.send("s://x", ()))))
            .unwrap();
        kernel.send("chain://x", ()).unwrap();
        let other = kernel.clone();
        let thread = thread::spawn(move || {
            other.run_until_idle();
        });
        // This thread only waits.
        block_on(None, kernel.drain());
        assert_eq!(handled.load(SeqCst), 1, "what the handler sent was handled before");
        thread.join().unwrap();
        accounted(&subsystem);
    });
}

#[test]
fn shutdown_answers_everyone() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options::default());
        let other = kernel.clone();
        let thread = thread::spawn(move || other.shutdown());
        let ask = kernel.ask("s://x", ());
        kernel.run_until_idle();
        thread.join().unwrap();
        kernel.run_until_idle();
        match block_on(None, ask) {
            Ok(_) => assert_eq!(handled.load(SeqCst), 1),
            Err(AskError::Refused(_) | AskError::Lost(Reason::Shutdown | Reason::NoHandler)) => {
                assert_eq!(handled.load(SeqCst), 0);
            }
            Err(other) => panic!("{other}"),
        }
        accounted(&subsystem);
    });
}

#[test]
fn dropping_for_newer_ones_forgets_nothing() {
    model(3, || {
        let options = Options { capacity: 1, overflow: Overflow::DropOldest, ..Options::default() };
        let (kernel, subsystem, handled) = counting(options);
        let other = kernel.clone();
        kernel.send("s://x", ()).unwrap();
        let thread = thread::spawn(move || drop(other.send("s://x", ())));
        kernel.run_until_idle();
        thread.join().unwrap();
        kernel.run_until_idle();
        let stats = subsystem.stats();
        assert_eq!((stats.handled as usize, stats.handled + stats.dropped), (handled.load(SeqCst), 2));
        accounted(&subsystem);
    });
}

#[test]
fn takers_are_woken() {
    model(3, || {
        let (kernel, subsystem, _) = counting(Options::default());
        let taker = subsystem.taker();
        let thread = thread::spawn(move || {
            let mut lease = block_on(None, std::pin::pin!(taker.take(4))).unwrap();
            lease.start().unwrap().done();
        });
        kernel.send("s://x", ()).unwrap();
        thread.join().unwrap();
        accounted(&subsystem);
    });
}

#[test]
fn two_takers_have_each_message_once() {
    model(3, || {
        let (kernel, subsystem, _) = counting(Options { concurrency: 2, ..Options::default() });
        let (one, two) = (subsystem.taker(), subsystem.taker());
        kernel.send("s://x", ()).unwrap();
        let thread = thread::spawn(move || {
            let mut lease = block_on(None, std::pin::pin!(one.take(1))).unwrap();
            lease.start().unwrap().done();
        });
        // The second one comes when both may wait.
        kernel.send("s://x", ()).unwrap();
        let mut lease = block_on(None, std::pin::pin!(two.take(1))).unwrap();
        lease.start().unwrap().done();
        drop(lease);
        thread.join().unwrap();
        assert_eq!(subsystem.stats().handled, 2);
        accounted(&subsystem);
    });
}

#[test]
fn what_a_lease_gives_back_wakes_the_next_taker() {
    model(3, || {
        let (kernel, subsystem, _) = counting(Options::default());
        let (one, two) = (subsystem.taker(), subsystem.taker());
        kernel.send_batch("s://x", [(), ()]).unwrap();
        let mut lease = one.try_take(2).unwrap();
        // Waits until the lease, which is all that the concurrency allows, is dropped.
        let thread = thread::spawn(move || {
            let mut lease = block_on(None, std::pin::pin!(two.take(2))).unwrap();
            lease.start().unwrap().done();
            assert!(lease.start().is_none());
        });
        lease.start().unwrap().done();
        drop(lease);
        thread.join().unwrap();
        assert_eq!(subsystem.stats().handled, 2);
        accounted(&subsystem);
    });
}

#[test]
fn a_taker_that_goes_away_leaves_its_place_to_the_next() {
    model(3, || {
        let (kernel, subsystem, _) = counting(Options::default());
        let (one, two) = (subsystem.taker(), subsystem.taker());
        let mut taking = std::pin::pin!(one.take(1));
        let mut task = std::task::Context::from_waker(Waker::noop());
        assert!(taking.as_mut().poll(&mut task).is_pending());
        let patient = thread::spawn(move || {
            let mut lease = block_on(None, std::pin::pin!(two.take(1))).unwrap();
            lease.start().unwrap().done();
        });
        // Wakes the one that waits longest, which goes without looking.
        kernel.send("s://x", ()).unwrap();
        taking.set(one.take(1));
        patient.join().unwrap();
        accounted(&subsystem);
    });
}

#[test]
fn takers_see_the_end() {
    model(3, || {
        let (_kernel, subsystem, _) = counting(Options::default());
        let taker = subsystem.taker();
        let thread = thread::spawn(move || assert!(block_on(None, std::pin::pin!(taker.take(1))).is_none()));
        subsystem.stop();
        thread.join().unwrap();
    });
}

#[test]
fn an_event_loop_is_told_of_work() {
    model(3, || {
        let (kernel, subsystem, handled) = counting(Options::default());
        let other = kernel.clone();
        let thread = thread::spawn(move || drop(other.send("s://x", ())));
        while handled.load(SeqCst) == 0 {
            block_on(None, kernel.work());
            kernel.run_until_idle();
        }
        thread.join().unwrap();
        accounted(&subsystem);
    });
}
