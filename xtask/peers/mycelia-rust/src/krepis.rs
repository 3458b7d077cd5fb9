//! mycelia-router: its table, and its kernel with one subsystem.

use harness::Figure;
use mycelia_router::Router;
use mycelia_router::kernel::{Body, Kernel, Message, Options, Target, Workers};

use crate::measures::{self, CAPACITY, QUEUED, Stamped, chunks, chunks_of, consume, here, messages};
use crate::routers::{Table, find};

pub(crate) fn figure(name: &str) -> Option<Figure> {
    if let Some(table) = Table::of(name) {
        return Some(routes(table));
    }
    Some(match name {
        "send" => {
            let (kernel, target) = (kernel(CAPACITY), "bench://send");
            let target = kernel.target(target).expect("it is there");
            chunks(
                move |number| {
                    target.send(number).expect("there is room");
                },
                move || {
                    kernel.run_until_idle();
                },
            )
        }
        "across" => {
            let crew = Crew::new("bench://send");
            messages(move |count| {
                let crew = &crew;
                for number in 0..count {
                    if crew.target.send(number).is_err() {
                        crew.target.send_blocking(number).expect("there will be room");
                    }
                }
                crew.kernel.idle().wait();
            })
        }
        "ask" => {
            let kernel = kernel(CAPACITY);
            let target = kernel.target("bench://ask").expect("it is there");
            let mut number = 0;
            let ask = move |number: u64| {
                let answer = target.ask(number);
                kernel.run_until_idle();
                answer.wait().expect("it is answered").take::<u64>().expect("with a number")
            };
            assert_eq!(ask(7), 8);
            Figure::calls(move || {
                number += 1;
                ask(number)
            })
        }
        "round-trip" => {
            let (crew, here) = (Crew::new("bench://ask"), here());
            measures::round_trips(move |number| {
                let crew = &crew;
                let answer = here.block_on(crew.target.ask(number));
                answer.expect("it is answered").take::<u64>().expect("with a number")
            })
        }
        "latency" => {
            let crew = Crew::new("bench://late");
            measures::latency(move |stamped| {
                let crew = &crew;
                crew.target.send(stamped).expect("there is room");
            })
        }
        "queued" => Figure::build(|| {
            let kernel = kernel(QUEUED as usize);
            let target = kernel.target("bench://send").expect("it is there");
            (0..QUEUED).for_each(|number| {
                target.send(number).expect("there is room");
            });
            kernel
        }),
        _ => return None,
    })
}

/// A thousand messages at a time.
pub(crate) fn batch(name: &str) -> Option<Figure> {
    Some(match name {
        "send" => {
            let kernel = kernel(CAPACITY);
            let target = kernel.target("bench://send").expect("it is there");
            messages(move |count| {
                for range in chunks_of(count) {
                    target.send_batch(range).expect("there is room");
                    kernel.run_until_idle();
                }
            })
        }
        "across" => {
            let crew = Crew::new("bench://send");
            messages(move |count| {
                let crew = &crew;
                for range in chunks_of(count) {
                    crew.target.send_batch_blocking(range).expect("there will be room");
                }
                crew.kernel.idle().wait();
            })
        }
        _ => return None,
    })
}

/// Messages to an address, not to a target that was found before.
pub(crate) fn by_address(name: &str) -> Option<Figure> {
    (name == "send").then(|| {
        let kernel = kernel(CAPACITY);
        let sender = kernel.clone();
        chunks(
            move |number| {
                sender.send("bench://send", number).expect("there is room");
            },
            move || {
                kernel.run_until_idle();
            },
        )
    })
}

/// The same, a thousand as a sequence.
pub(crate) fn sequence(name: &str) -> Option<Figure> {
    (name == "send").then(|| {
        let kernel = kernel(CAPACITY);
        messages(move |count| {
            let mut sequence = kernel.sequence();
            for range in chunks_of(count) {
                for number in range {
                    sequence.push("bench://send", number).expect("it is there");
                }
                sequence.send().expect("there is room");
                kernel.run_until_idle();
            }
        })
    })
}

fn routes(table: Table) -> Figure {
    let mut router = Router::new();
    for (value, pattern) in table.patterns.iter().enumerate() {
        router.insert(pattern, value).expect("the patterns go together");
    }
    router.compile();
    find(table.paths, move |path| router.at(path).map(|found| *found.value))
}

fn kernel(capacity: usize) -> Kernel {
    let kernel = Kernel::new();
    let options = Options { capacity: capacity as u32, ..Options::default() };
    let bench = kernel.subsystem_with("bench", options).expect("it is the only one");
    bench
        .on("send", |message: &mut Message| consume(*message.get::<u64>().expect("it is a number")))
        .and_then(|bench| {
            bench.on("late", |message: &mut Message| {
                message.get::<Stamped>().expect("it is stamped").arrive();
            })
        })
        .and_then(|bench| {
            bench.on("ask", |message: &mut Message| {
                Body::new(message.take::<u64>().expect("it is a number") + 1)
            })
        })
        .expect("the routes go together");
    kernel
}

/// A kernel with a worker on another thread, which ends with it: a closure has to take all of it, or it is alone.
struct Crew {
    target: Target,
    kernel: Kernel,
    _workers: Workers,
}

impl Crew {
    fn new(address: &str) -> Self {
        let kernel = kernel(CAPACITY);
        let target = kernel.target(address).expect("it is there");
        let workers = kernel.workers(1).expect("a thread can be started");
        Self { target, kernel, _workers: workers }
    }
}
