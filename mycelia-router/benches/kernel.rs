//! Messages through a kernel, sent in all ways: `cargo bench -p mycelia-router --bench kernel [-- FILTER]`. Beside channels and
//! actors they are measured by `cargo xtask bench mycelia`.
//!
//! Each figure is the best of several rounds of many messages, in which all take turns, so that what else the machine does
//! meets all of them.
#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use mycelia_router::kernel::{Body, Kernel, Message, Options, Target};

const MESSAGES: u64 = 400_000;
const ROUNDS: usize = 7;

struct Bench {
    name: &'static str,
    run: Box<dyn FnMut(u64) -> Duration>,
}

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let groups: [(&str, Vec<Bench>); 6] = [
        ("what the machine takes today", machine()),
        ("send and handle, one thread, 1,000 at a time", one_thread()),
        ("send and handle, one thread, one at a time", one_by_one()),
        ("ask and answer, one thread", ask()),
        ("send from one thread to another, as fast as it is taken", across()),
        ("ask across threads, one at a time", ask_across()),
    ];
    for (title, mut benches) in groups {
        if let Some(filter) = &filter {
            benches.retain(|bench| bench.name.contains(&**filter) || title.contains(&**filter));
        }
        if benches.is_empty() {
            continue;
        }
        println!("\n{title}");
        let mut best = vec![f64::MAX; benches.len()];
        let slow = if title.starts_with("ask across") { 20 } else { 1 };
        for _ in 0..ROUNDS {
            for (bench, best) in benches.iter_mut().zip(&mut best) {
                let count = MESSAGES / slow;
                let nanos = (bench.run)(count).as_nanos() as f64 / count as f64;
                *best = best.min(nanos);
            }
        }
        for (bench, nanos) in benches.iter().zip(best) {
            println!("  {:<44} {nanos:>9.1} ns {:>9.2} M/s", bench.name, 1e3 / nanos);
        }
    }
    sizes();
}

fn bench(name: &'static str, run: impl FnMut(u64) -> Duration + 'static) -> Bench {
    Bench { name, run: Box::new(run) }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The time that this thread had the processor, for what happens on it alone: others on the machine count less.
fn own_time(work: impl FnOnce()) -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let start = now();
    work();
    now() - start
}

static SUM: AtomicU64 = AtomicU64::new(0);

/// What every handler does: reads the message's number and keeps it.
fn consume(number: u64) {
    SUM.store(SUM.load(Relaxed).wrapping_add(number), Relaxed);
}

/// To compare figures of different days: what a lock costs while others use the machine.
fn machine() -> Vec<Bench> {
    let counter = AtomicU64::new(0);
    let lock = std::sync::Mutex::new(0_u64);
    vec![
        bench("an atomic addition", move |count| {
            own_time(|| {
                for _ in 0..count {
                    counter.fetch_add(1, Relaxed);
                }
            })
        }),
        bench("a std Mutex, locked and unlocked", move |count| {
            own_time(|| {
                for _ in 0..count {
                    *lock.lock().unwrap() += 1;
                }
            })
        }),
    ]
}

fn kernel(capacity: u32) -> (Kernel, Target) {
    let kernel = Kernel::new();
    let bench = kernel.subsystem_with("bench", Options { capacity, ..Options::default() }).unwrap();
    bench.on("send", |message: &mut Message| consume(*message.get::<u64>().unwrap())).unwrap();
    bench.on("user/{id}", |message: &mut Message| consume(*message.get::<u64>().unwrap())).unwrap();
    bench.on("ask", |message: &mut Message| Body::new(message.take::<u64>().unwrap() + 1)).unwrap();
    bench
        .on_async("async", |mut message: Message| async move { consume(message.take::<u64>().unwrap()) })
        .unwrap();
    let target = kernel.target("bench://send").unwrap();
    (kernel, target)
}

/// In chunks, so that nothing is ever full: what is measured is the way of a message, not waiting.
fn in_chunks(count: u64, mut send: impl FnMut(u64), mut handle: impl FnMut()) -> Duration {
    own_time(|| {
        for chunk in 0..count / 1000 {
            (0..1000).for_each(|number| send(chunk + number));
            handle();
        }
    })
}

fn current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn one_thread() -> Vec<Bench> {
    let mut benches = Vec::new();
    let (one, target) = kernel(2048);
    benches.push(bench("send to a target", move |count| {
        in_chunks(
            count,
            |number| {
                target.send(number).unwrap();
            },
            || assert_eq!(one.run_until_idle(), 1000),
        )
    }));
    let (one, target) = kernel(2048);
    benches.push(bench("send_batch to a target", move |count| {
        own_time(|| {
            for chunk in 0..count / 1000 {
                target.send_batch((0..1000_u64).map(|number| chunk + number)).unwrap();
                one.run_until_idle();
            }
        })
    }));
    let (one, _) = kernel(2048);
    benches.push(bench("send to a static address", move |count| {
        in_chunks(
            count,
            |number| {
                one.send("bench://send", number).unwrap();
            },
            || {
                one.run_until_idle();
            },
        )
    }));
    let (one, _) = kernel(2048);
    benches.push(bench("send_sequence to a static address", move |count| {
        own_time(|| {
            let mut sequence = one.sequence();
            for chunk in 0..count / 1000 {
                for number in 0..1000 {
                    sequence.push("bench://send", chunk + number).unwrap();
                }
                sequence.send().unwrap();
                one.run_until_idle();
            }
        })
    }));
    let (one, _) = kernel(2048);
    benches.push(bench("send to an address with a parameter", move |count| {
        in_chunks(
            count,
            |number| {
                one.send("bench://user/1234567", number).unwrap();
            },
            || {
                one.run_until_idle();
            },
        )
    }));
    let (one, _) = kernel(2048);
    let target = one.target("bench://async").unwrap();
    benches.push(bench("send to an async handler", move |count| {
        in_chunks(
            count,
            |number| {
                target.send(number).unwrap();
            },
            || {
                one.run_until_idle();
            },
        )
    }));
    let (one, _) = kernel(2048);
    let target = one.target("bench://send").unwrap();
    benches.push(bench("send with a key", move |count| {
        in_chunks(
            count,
            |number| {
                target.message(number).key(number).send().unwrap();
            },
            || {
                one.run_until_idle();
            },
        )
    }));
    benches
}

fn one_by_one() -> Vec<Bench> {
    let (one, target) = kernel(1024);
    vec![bench("send, run", move |count| {
        own_time(|| {
            for number in 0..count {
                target.send(number).unwrap();
                one.run_until_idle();
            }
        })
    })]
}

fn ask() -> Vec<Bench> {
    let (one, _) = kernel(1024);
    let target = one.target("bench://ask").unwrap();
    vec![bench("ask, run, read", move |count| {
        own_time(|| {
            for number in 0..count {
                let answer = target.ask(number);
                one.run_until_idle();
                consume(answer.wait().unwrap().take::<u64>().unwrap());
            }
        })
    })]
}

fn across() -> Vec<Bench> {
    let mut benches = Vec::new();
    let (one, target) = kernel(8192);
    let workers = one.workers(1).unwrap();
    benches.push(bench("send_blocking, 1 worker", move |count| {
        let _keep = &workers;
        timed(|| {
            for number in 0..count {
                if target.send(number).is_err() {
                    target.send_blocking(number).unwrap();
                }
            }
            one.idle().wait();
        })
    }));
    let (one, target) = kernel(8192);
    let workers = one.workers(1).unwrap();
    benches.push(bench("send_batch_blocking, 1 worker", move |count| {
        let _keep = &workers;
        timed(|| {
            for chunk in 0..count / 1000 {
                target.send_batch_blocking((0..1000).map(|number| chunk + number)).unwrap();
            }
            one.idle().wait();
        })
    }));
    benches
}

fn ask_across() -> Vec<Bench> {
    let (one, _) = kernel(1024);
    let target = one.target("bench://ask").unwrap();
    let workers = one.workers(1).unwrap();
    let handle = current_thread();
    let keep = (one, workers);
    vec![bench("ask, 1 worker, awaited", move |count| {
        let _keep = &keep;
        timed(|| {
            handle.block_on(async {
                for number in 0..count {
                    consume(target.ask(number).await.unwrap().take::<u64>().unwrap());
                }
            });
        })
    })]
}

fn sizes() {
    let (one, target) = kernel(1_000_000);
    let before = resident();
    (0..1_000_000_u64).for_each(|number| {
        target.send(number).unwrap();
    });
    let after = resident();
    println!("\nmemory of a million queued messages with a u64: {} bytes each", (after - before) / 1_000_000);
    one.shutdown();
}

fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
