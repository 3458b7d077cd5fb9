//! Threads that create, share, cancel and drop contexts at random, and end with nothing in use.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use krepis_context::{Cause, Context, ContextId, ContextPool, Options};

/// Enough to be different on every thread.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// Every field of a context names the context.
fn fill(context: &Context, random: &mut Random) {
    let own = context.id().to_u64().cast_signed();
    for number in 0..random.below(40) {
        if context.set(&format!("f{number}"), own).is_err() {
            return;
        }
    }
}

fn check(context: &Context) {
    let mut chain = vec![context.id().to_u64().cast_signed()];
    let mut above = context.parent();
    while let Some(parent) = above {
        chain.push(parent.id().to_u64().cast_signed());
        above = parent.parent();
    }
    for (key, value) in context.entries() {
        let owner = value.as_i64().unwrap();
        assert!(chain.contains(&owner), "{} of another context in {:?}", key.as_str(), context.id());
    }
}

fn soak(duration: Duration, threads: u64, rounds: u64) {
    let options = Options { contexts: 500, slot_size: 512, pages: 60, page_size: 1024, ..Options::default() };
    let pool = ContextPool::new(&options).unwrap();
    let ids: Vec<AtomicU64> = (0..64).map(|_| AtomicU64::new(0)).collect();
    let shared: Vec<Mutex<Option<Context>>> = (0..64).map(|_| Mutex::new(None)).collect();
    let (told, listened) = (Arc::new(AtomicU64::new(0)), AtomicU64::new(0));
    let end = Instant::now() + duration;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (pool, ids, shared, listened, told) = (&pool, &ids, &shared, &listened, &told);
            scope.spawn(move || {
                let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (thread + 1));
                for _ in 0..rounds {
                    if Instant::now() > end {
                        break;
                    }
                    let place = random.below(64) as usize;
                    match random.below(10) {
                        0..4 => {
                            let above = shared[random.below(64) as usize].lock().unwrap().clone();
                            let created = match &above {
                                Some(above) if random.below(2) == 0 => above.child(),
                                _ => pool.create(),
                            };
                            let Ok(context) = created else { continue };
                            fill(&context, &mut random);
                            if random.below(3) == 0 && !context.is_done() {
                                listened.fetch_add(1, Ordering::Relaxed);
                                let told = Arc::clone(told);
                                context.on_cancel(move |_| {
                                    told.fetch_add(1, Ordering::Relaxed);
                                });
                            }
                            context.shrink_timeout(Duration::from_micros(random.below(5_000)));
                            ids[place].store(context.id().to_u64(), Ordering::Relaxed);
                            *shared[place].lock().unwrap() = Some(context);
                        }
                        4..8 => {
                            // Names of long ago, and of contexts that end at this moment.
                            let id = ContextId::from_u64(ids[place].load(Ordering::Relaxed));
                            if let Ok(context) = pool.resolve(id) {
                                assert_eq!(context.id(), id);
                                check(&context);
                                fill(&context, &mut random);
                                check(&context);
                                if random.below(4) == 0 {
                                    context.cancel(Cause::Failed);
                                    assert!(context.is_done());
                                }
                            }
                        }
                        8 => drop(shared[place].lock().unwrap().take()),
                        _ => drop(pool.poll_deadlines(pool.now())),
                    }
                }
            });
        }
    });
    shared.iter().for_each(|context| drop(context.lock().unwrap().take()));
    let statistics = pool.statistics();
    assert_eq!((statistics.in_use, statistics.pages_in_use), (0, 0), "{statistics:?}");
    assert!(told.load(Ordering::Relaxed) <= listened.load(Ordering::Relaxed), "a listener is told once");
    println!("{statistics:?}, told {} of {}", told.load(Ordering::Relaxed), listened.load(Ordering::Relaxed));
}

#[test]
fn threads_end_with_nothing_in_use() {
    if cfg!(miri) {
        soak(Duration::from_secs(600), 3, 20);
    } else {
        soak(Duration::from_secs(2), 8, u64::MAX);
    }
}

/// `cargo test -p krepis-context --release --test stress -- --ignored --nocapture`
#[test]
#[ignore = "runs for a minute"]
fn soak_for_a_minute() {
    soak(Duration::from_secs(60), 8, u64::MAX);
}
