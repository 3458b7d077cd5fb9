//! Everything at once: slow handlers, panics, errors, full queues, cancelled asks, killed workers, subsystems that give up. In
//! the end every message is in exactly one place.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use mycelia_router::kernel::{
    Ask, AskError, Body, Kernel, Message, Options, Overflow, Priority, Supervision, Workers,
};

const SENDERS: u64 = 3;
const MESSAGES: u64 = if cfg!(miri) { 40 } else { 20_000 };

/// Numbers that look like chance, the same every time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// What a message carries: how many of them there are is counted, so that none is forgotten or dropped twice.
struct Load {
    number: u64,
    alive: Arc<AtomicU64>,
}

impl Load {
    fn new(number: u64, alive: &Arc<AtomicU64>) -> Self {
        alive.fetch_add(1, Relaxed);
        Self { number, alive: Arc::clone(alive) }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Relaxed);
    }
}

fn handle(load: &Load) -> Result<Body, String> {
    match load.number % 50 {
        7 => panic!("number {}", load.number),
        13 => Err(format!("number {}", load.number)),
        17 => {
            thread::sleep(Duration::from_micros(50));
            Ok(Body::new(load.number))
        }
        _ => Ok(Body::new(load.number)),
    }
}

fn set_up(kernel: &Kernel, handled: &Arc<AtomicU64>) {
    let backoff = Duration::from_micros(100);
    let supervision =
        Supervision { backoff, max_backoff: backoff, max_restarts: u32::MAX, ..Supervision::default() };
    let all = [
        ("wait", 16, Overflow::Wait, 1),
        ("reject", 8, Overflow::Reject, 2),
        ("drop", 8, Overflow::DropOldest, 3),
        ("taken", 32, Overflow::Wait, 2),
    ];
    for (name, capacity, overflow, concurrency) in all {
        let options = Options { capacity, overflow, concurrency, supervision: supervision.clone() };
        let subsystem = kernel.subsystem_with(name, options).unwrap();
        let count = Arc::clone(handled);
        subsystem
            .on("sync", move |message: &mut Message| {
                count.fetch_add(1, Relaxed);
                handle(message.get::<Load>().unwrap())
            })
            .unwrap();
        let count = Arc::clone(handled);
        subsystem
            .on_async("async/{n}", move |mut message: Message| {
                count.fetch_add(1, Relaxed);
                async move {
                    assert!(message.param("n").is_some());
                    let load = message.take::<Load>().unwrap();
                    let mut turns = load.number % 3;
                    std::future::poll_fn(|task| {
                        if turns == 0 {
                            return std::task::Poll::Ready(());
                        }
                        turns -= 1;
                        task.waker().wake_by_ref();
                        std::task::Poll::Pending
                    })
                    .await;
                    handle(&load)
                }
            })
            .unwrap();
    }
    // One that gives up after a few failures.
    let supervision = Supervision { backoff: Duration::ZERO, max_restarts: 3, ..Supervision::default() };
    let brief = kernel.subsystem_with("brief", Options { supervision, ..Options::default() }).unwrap();
    let count = Arc::clone(handled);
    brief
        .on("sync", move |message: &mut Message| {
            count.fetch_add(1, Relaxed);
            handle(message.get::<Load>().unwrap())
        })
        .unwrap();
}

/// Sends, asks, changes its mind; gives how many messages were accepted and how many were not.
fn send(kernel: &Kernel, seed: u64, alive: &Arc<AtomicU64>) -> (u64, u64) {
    let mut dice = Dice(seed);
    let (mut accepted, mut refused) = (0, 0);
    let mut asks: Vec<Ask> = Vec::new();
    for number in 0..MESSAGES {
        let subsystem = ["wait", "reject", "drop", "taken", "brief"][dice.throw(5) as usize];
        let address = if dice.throw(2) == 0 || subsystem == "brief" {
            format!("{subsystem}://sync")
        } else {
            format!("{subsystem}://async/{number}")
        };
        let mut envelope = kernel.message(&address, Load::new(number, alive));
        if dice.throw(3) == 0 {
            envelope = envelope.key(dice.throw(4));
        }
        if dice.throw(10) == 0 {
            envelope = envelope.priority(Priority::Urgent);
        }
        if dice.throw(20) == 0 {
            envelope = envelope.after(Duration::from_micros(dice.throw(200)));
        }
        if dice.throw(20) == 0 {
            envelope = envelope.timeout(Duration::from_micros(dice.throw(300)));
        }
        let sent = match dice.throw(4) {
            0 => envelope.send().is_ok(),
            1 => {
                asks.push(envelope.ask());
                // Accepted, refused or waiting: the subsystems' numbers tell.
                if asks.len() > 8 {
                    let at = dice.throw(asks.len() as u64) as usize;
                    let ask = asks.swap_remove(at);
                    if dice.throw(2) == 0 { drop(ask) } else { drop(ask.wait()) }
                }
                continue;
            }
            _ => envelope.send_blocking().is_ok(),
        };
        *(if sent { &mut accepted } else { &mut refused }) += 1;
    }
    for ask in asks {
        match ask.wait() {
            Ok(_)
            | Err(AskError::Failed(_) | AskError::Lost(_) | AskError::TimedOut | AskError::Refused(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    (accepted, refused)
}

/// A worker from elsewhere, which dies now and then with work in its hands.
fn take(kernel: &Kernel, handled: &AtomicU64) {
    let taker = kernel.get("taken").unwrap().taker();
    let mut dice = Dice(99);
    while !kernel.is_closed() {
        let Some(mut lease) = taker.try_take(5) else {
            thread::yield_now();
            continue;
        };
        while let Some(work) = lease.start() {
            handled.fetch_add(1, Relaxed);
            match dice.throw(20) {
                0 => drop(work),
                1 => break,
                _ => work.done(),
            }
        }
    }
}

#[test]
fn every_message_is_accounted_for() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let expected =
            info.payload().downcast_ref::<String>().is_some_and(|text| text.starts_with("number "));
        if !expected {
            hook(info);
        }
    }));
    let dead = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&dead);
    let kernel = Kernel::builder()
        .dead_letters(64)
        .on_dead_letter(move |_| {
            count.fetch_add(1, Relaxed);
        })
        .build();
    let (alive, started) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    set_up(&kernel, &started);
    let mut workers: Workers = kernel.workers(2).unwrap();
    let taker = {
        let (kernel, started) = (kernel.clone(), Arc::clone(&started));
        thread::spawn(move || take(&kernel, &started))
    };
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (kernel, alive) = (kernel.clone(), Arc::clone(&alive));
            thread::spawn(move || send(&kernel, sender * 77 + 5, &alive))
        })
        .collect();
    // Workers come and go.
    while senders.iter().any(|sender| !sender.is_finished()) {
        workers.join();
        workers = kernel.workers(2).unwrap();
        kernel.get("brief").unwrap().restart();
        kernel.replay_dead_letters(|letter| letter.message.is::<Load>());
        thread::sleep(Duration::from_millis(2));
    }
    let sent = senders.into_iter().map(|sender| sender.join().unwrap());
    let (accepted, refused) = sent.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    kernel.drain().wait();
    let stats = kernel.stats();
    for one in &stats.subsystems {
        assert_eq!(one.accepted, one.ended(), "{one:?}");
        assert_eq!((one.present, one.waiting, one.begun), (0, 0, 0), "{one:?}");
        assert!(one.pool_size <= one.high_water && one.high_water <= 1024 + 1, "{one:?}");
    }
    let total = |number: fn(&mycelia_router::kernel::SubsystemStats) -> u64| stats.total(number);
    assert!(total(|one| one.accepted) >= accepted && total(|one| one.rejected) >= refused);
    assert_eq!(total(|one| one.handled + one.failed + one.panicked + one.lost), started.load(Relaxed));
    let dead_now = total(|one| {
        one.failed
            + one.panicked
            + one.expired
            + one.cancelled
            + one.dropped
            + one.unhandled
            + one.discarded
            + one.lost
    });
    assert_eq!((stats.dead_letters.total, dead.load(Relaxed)), (dead_now, dead_now));
    let counts = stats.dead_letters;
    assert_eq!(counts.total, counts.forgotten + counts.replayed + counts.kept as u64);
    kernel.shutdown();
    taker.join().unwrap();
    workers.join();
    drop(kernel.take_dead_letters());
    assert_eq!(alive.load(Relaxed), 0, "bodies that were forgotten");
    assert!(total(|one| one.panicked) > 0 && total(|one| one.lost) > 0 && total(|one| one.withdrawn) > 0);
}
