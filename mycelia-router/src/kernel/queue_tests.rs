//! The queue against a plain list of messages.

use std::collections::HashMap;

use proptest::prelude::*;

use super::queue::{Batch, Item, NO_LANE, Queue, Ticket};

/// A number, 0 when there is none.
#[derive(Default, Debug, PartialEq)]
struct Number(u64);

impl Item for Number {
    fn move_to(&mut self, to: &mut Self) {
        assert_eq!(to.0, 0, "moved over something");
        to.0 = std::mem::take(&mut self.0);
    }
}

const CAPACITY: u32 = 12;
const RUNS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Push {
        priority: u8,
        lane: Option<u8>,
        delayed: bool,
    },
    /// As many as there is room for, without a lane.
    PushAll {
        priority: u8,
        count: usize,
    },
    Activate(usize),
    Take {
        run: usize,
        most: usize,
    },
    /// Some of the messages of a run are over, the others go back.
    Settle {
        run: usize,
        started: usize,
    },
    /// A message of a run goes on beside it; those before are over, and the others go back.
    Begin {
        run: usize,
        at: usize,
    },
    End(usize),
    Remove(usize),
    DropOldest,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lane = prop_oneof![2 => Just(None), 3 => (0..3_u8).prop_map(Some)];
    let step = prop_oneof![
        6 => (0..4_u8, lane, prop::bool::weighted(0.15))
            .prop_map(|(priority, lane, delayed)| Step::Push { priority, lane, delayed }),
        1 => (0..99_usize).prop_map(Step::Activate),
        4 => (0..RUNS, 1..5_usize).prop_map(|(run, most)| Step::Take { run, most }),
        3 => (0..RUNS, 0..6_usize).prop_map(|(run, started)| Step::Settle { run, started }),
        1 => (0..RUNS, 0..3_usize).prop_map(|(run, at)| Step::Begin { run, at }),
        1 => (0..4_u8, 0..6_usize).prop_map(|(priority, count)| Step::PushAll { priority, count }),
        1 => (0..99_usize).prop_map(Step::End),
        1 => (0..99_usize).prop_map(Step::Remove),
        1 => Just(Step::DropOldest),
    ];
    prop::collection::vec(step, 1..120)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Delayed,
    Waiting,
    Taken(u64),
}

#[derive(Clone, Debug)]
struct Known {
    ticket: Ticket,
    number: u64,
    priority: u8,
    lane: u8,
    /// When it came into line.
    order: u64,
    place: Place,
}

struct Model {
    queue: Queue<Number>,
    known: Vec<Known>,
    batches: Vec<Batch<Number>>,
    runs: [u64; RUNS],
    begun: Vec<(Ticket, u8)>,
    clock: u64,
}

impl Model {
    fn new() -> Self {
        Self {
            queue: Queue::new(CAPACITY),
            known: Vec::new(),
            batches: (0..RUNS).map(|_| Batch::new()).collect(),
            runs: [1, 2, 3],
            begun: Vec::new(),
            clock: 3,
        }
    }

    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Push { priority, lane, delayed } => self.push(priority, lane.unwrap_or(NO_LANE), delayed),
            Step::PushAll { priority, count } => self.push_all(priority, count),
            Step::Activate(pick) => {
                let order = self.tick();
                if let Some(at) = self.pick(pick, Place::Delayed) {
                    let ticket = self.known[at].ticket;
                    assert!(self.queue.activate(ticket) && !self.queue.activate(ticket));
                    self.known[at].place = Place::Waiting;
                    self.known[at].order = order;
                }
            }
            Step::Take { run, most } => self.take(run, most),
            Step::Settle { run, started } => self.settle(run, started),
            Step::Begin { run, at } => {
                if at < self.batches[run].len() {
                    let mut over = Vec::new();
                    for before in 0..at {
                        let taken = self.batches[run].get_mut(before);
                        taken.item = Number(0);
                        over.push(taken.ticket);
                    }
                    self.known.retain(|known| !over.contains(&known.ticket));
                    let taken = self.batches[run].get_mut(at);
                    let (ticket, lane) = (taken.ticket, taken.lane);
                    taken.item = Number(0);
                    self.queue.begin(lane);
                    self.batches[run].leave(at);
                    self.settle_batch(run, at + 1);
                    self.begun.push((ticket, lane));
                    self.place(ticket, Place::Taken(0));
                }
            }
            Step::End(pick) => {
                if !self.begun.is_empty() {
                    let (ticket, lane) = self.begun.swap_remove(pick % self.begun.len());
                    self.over(ticket, lane);
                }
            }
            Step::Remove(pick) => {
                if !self.known.is_empty() {
                    let known = self.known[pick % self.known.len()].clone();
                    self.remove(&known);
                }
            }
            Step::DropOldest => {
                let oldest = self.queue.oldest();
                let waits = self.known.iter().any(|known| known.place == Place::Waiting);
                assert_eq!(oldest.is_some(), waits);
                if let Some(oldest) = oldest {
                    self.remove(&self.find(oldest));
                }
            }
        }
        self.check();
    }

    fn push(&mut self, priority: u8, lane: u8, delayed: bool) {
        let order = self.tick();
        let full = self.known.len() as u32 >= CAPACITY;
        let fill = |item: &mut Number| {
            assert_eq!(item.0, 0, "an empty slot");
            item.0 = order;
        };
        let ticket = if delayed {
            self.queue.push_delayed(priority, lane, fill)
        } else {
            self.queue.push(priority, lane, fill)
        };
        assert_eq!(ticket.is_none(), full);
        let place = if delayed { Place::Delayed } else { Place::Waiting };
        let number = order;
        self.known.extend(ticket.map(|ticket| Known { ticket, number, priority, lane, order, place }));
    }

    fn push_all(&mut self, priority: u8, count: usize) {
        let mut numbers: Vec<u64> = (0..count.min(self.queue.room() as usize)).map(|_| self.tick()).collect();
        let before = self.queue.counts().accepted;
        let mut filled = Vec::new();
        self.queue.push_all(priority, &mut numbers, |item, number| {
            assert_eq!(item.0, 0, "an empty slot");
            item.0 = std::mem::take(number);
            filled.push(item.0);
        });
        // Their names are those that the queue hands out later.
        for (at, number) in filled.into_iter().enumerate() {
            let ticket = self.queue.ticket_of(before + 1 + at as u64);
            let (lane, order, place) = (NO_LANE, number, Place::Waiting);
            self.known.push(Known { ticket, number, priority, lane, order, place });
        }
    }

    fn take(&mut self, run: usize, most: usize) {
        let before = self.batches[run].len();
        if before > 0 {
            return;
        }
        self.runs[run] = self.tick();
        let number = self.runs[run];
        self.queue.take(number, most, &mut self.batches[run]);
        assert!(self.batches[run].len() <= most);
        for at in 0..self.batches[run].len() {
            let taken = self.batches[run].get_mut(at);
            let (ticket, value) = (taken.ticket, taken.item.0);
            let known =
                self.known.iter().find(|known| known.ticket == ticket).expect("a known message").clone();
            assert_eq!((known.place, known.number), (Place::Waiting, value));
            // Of those of its lane and priority, it is the first. Those without a lane may overtake each other: when two runs
            // give some back, the later one's are before the other's.
            let same = |other: &&Known| {
                other.place == Place::Waiting && (other.priority, other.lane) == (known.priority, known.lane)
            };
            let first = self.known.iter().filter(same).map(|other| other.order).min();
            assert!(known.lane == NO_LANE || first == Some(known.order), "{first:?} before {known:?}");
            if known.lane == NO_LANE {
                let urgent = |other: &&Known| {
                    other.place == Place::Waiting && other.lane == NO_LANE && other.priority < known.priority
                };
                assert_eq!(self.known.iter().find(urgent).map(|other| other.number), None);
            }
            self.place(ticket, Place::Taken(number));
        }
    }

    fn settle(&mut self, run: usize, started: usize) {
        let started = started.min(self.batches[run].len());
        let mut over = Vec::new();
        for at in 0..started {
            let taken = self.batches[run].get_mut(at);
            taken.item = Number(0);
            over.push(taken.ticket);
        }
        self.known.retain(|known| !over.contains(&known.ticket));
        self.settle_batch(run, started);
    }

    /// As `settle`, but the model knows of those that were started.
    fn settle_batch(&mut self, run: usize, started: usize) {
        let batch = &mut self.batches[run];
        let back: Vec<_> = batch.iter_mut().skip(started).map(|taken| taken.ticket).collect();
        self.queue.settle_batch(batch, started);
        assert_eq!(batch.len(), 0);
        back.into_iter().for_each(|ticket| self.place(ticket, Place::Waiting));
    }

    fn over(&mut self, ticket: Ticket, lane: u8) {
        self.queue.release(ticket, lane);
        self.known.retain(|known| known.ticket != ticket);
    }

    fn remove(&mut self, known: &Known) {
        let mut item = Number(0);
        let removed = self.queue.remove(known.ticket, &mut item).is_some();
        assert_eq!(removed, matches!(known.place, Place::Waiting | Place::Delayed));
        if removed {
            assert_eq!(item.0, known.number);
            self.known.retain(|other| other.ticket != known.ticket);
            assert!(self.queue.remove(known.ticket, &mut Number(0)).is_none(), "its name finds nothing");
        }
    }

    fn find(&self, ticket: Ticket) -> Known {
        self.known.iter().find(|known| known.ticket == ticket).expect("because it is known").clone()
    }

    fn place(&mut self, ticket: Ticket, place: Place) {
        let known = self.known.iter_mut().filter(|known| known.ticket == ticket);
        known.for_each(|known| known.place = place);
    }

    fn pick(&self, pick: usize, place: Place) -> Option<usize> {
        let all: Vec<_> = (0..self.known.len()).filter(|&at| self.known[at].place == place).collect();
        (!all.is_empty()).then(|| all[pick % all.len()])
    }

    fn check(&self) {
        let counts = self.queue.counts();
        let waiting = self.known.iter().filter(|known| known.place == Place::Waiting).count();
        assert_eq!((counts.used as usize, counts.waiting as usize), (self.known.len(), waiting));
        assert!(counts.slots <= CAPACITY && counts.high_water <= CAPACITY);
        // A lane has one holder, who has one message if that has begun.
        let mut holders: HashMap<u8, Vec<u64>> = HashMap::new();
        for known in self.known.iter().filter(|known| known.lane != NO_LANE) {
            if let Place::Taken(run) = known.place {
                holders.entry(known.lane).or_default().push(run);
            }
        }
        for holders in holders.values() {
            assert!(holders.iter().all(|run| *run == holders[0] && (*run != 0 || holders.len() == 1)));
        }
    }

    /// Everything can be handled.
    fn drain(&mut self) {
        (0..RUNS).for_each(|run| self.settle(run, usize::MAX));
        std::mem::take(&mut self.begun).into_iter().for_each(|(ticket, lane)| self.over(ticket, lane));
        while let Some(at) = self.pick(0, Place::Delayed) {
            let order = self.tick();
            assert!(self.queue.activate(self.known[at].ticket));
            (self.known[at].place, self.known[at].order) = (Place::Waiting, order);
        }
        while !self.known.is_empty() {
            let before = self.known.len();
            self.take(0, 3);
            self.settle(0, usize::MAX);
            assert!(self.known.len() < before, "nothing was handed out of {:?}", self.known);
        }
        assert!(self.queue.is_idle() && !self.queue.has_ready());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 1 } else { 2000 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_a_list_of_messages(steps in steps()) {
        let mut model = Model::new();
        steps.iter().for_each(|step| model.step(step));
        model.drain();
    }
}

#[test]
fn what_is_begun_has_its_place_besides() {
    let mut queue = Queue::<Number>::new(2);
    assert!(queue.push(0, NO_LANE, |item| item.0 = 1).is_some());
    assert!(queue.push(0, NO_LANE, |item| item.0 = 2).is_some() && queue.is_full());
    queue.set_beside(1);
    assert_eq!(queue.room(), 1);
    assert!(queue.push(0, NO_LANE, |item| item.0 = 3).is_some() && queue.is_full());
    assert_eq!(queue.any().and_then(|ticket| queue.remove(ticket, &mut Number(0))), Some(()));
}
