//! What a kernel has done, in numbers.

use std::sync::Arc;

use super::dead_letters::DeadLetterCounts;
use super::desk::{Desk, Status};
use super::error::{Failure, Reason};
use super::sync::lock;

/// How messages ended. Under the desk's lock, and in a run until it tells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tallies {
    pub(crate) handled: u64,
    pub(crate) failed: u64,
    pub(crate) panicked: u64,
    pub(crate) expired: u64,
    pub(crate) cancelled: u64,
    pub(crate) withdrawn: u64,
    pub(crate) dropped: u64,
    pub(crate) unhandled: u64,
    pub(crate) discarded: u64,
    pub(crate) lost: u64,
    pub(crate) rejected: u64,
    pub(crate) restarts: u64,
}

impl Tallies {
    #[inline]
    pub(crate) fn add(&mut self, other: &Self) {
        self.handled += other.handled;
        self.failed += other.failed;
        self.panicked += other.panicked;
        self.expired += other.expired;
        self.cancelled += other.cancelled;
        self.withdrawn += other.withdrawn;
        self.unhandled += other.unhandled;
        self.lost += other.lost;
    }

    pub(crate) fn count_failure(&mut self, failure: &Failure) {
        match failure {
            Failure::Error(_) => self.failed += 1,
            Failure::Panicked(_) => self.panicked += 1,
        }
    }

    pub(crate) fn count_dead(&mut self, reason: &Reason) {
        match reason {
            Reason::Expired => self.expired += 1,
            Reason::Cancelled => self.cancelled += 1,
            _ => self.unhandled += 1,
        }
    }
}

/// What a subsystem has done.
///
/// Every message that was accepted is in exactly one place: `accepted` is the sum of those that ended, of the ways listed
/// here, and of those `present`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubsystemStats {
    /// Its name.
    pub name: Arc<str>,
    /// Whether messages are handled.
    pub status: Status,
    /// Messages that were taken.
    pub accepted: u64,
    /// Messages that were not, because of the queue's bound or because the subsystem or the kernel was closed.
    pub rejected: u64,
    /// Messages whose handlers went well.
    pub handled: u64,
    /// Messages whose handlers returned errors: dead letters.
    pub failed: u64,
    /// Messages whose handlers panicked: dead letters.
    pub panicked: u64,
    /// Messages whose deadlines passed before they were started: dead letters.
    pub expired: u64,
    /// Messages whose requests were cancelled before they were started: dead letters.
    pub cancelled: u64,
    /// Questions whose askers left, and messages that were taken back, before they were started.
    pub withdrawn: u64,
    /// Messages that were dropped for newer ones: dead letters.
    pub dropped: u64,
    /// Messages whose handlers were taken away: dead letters.
    pub unhandled: u64,
    /// Messages that waited when the subsystem stopped: dead letters.
    pub discarded: u64,
    /// Messages that were started by a worker that went away: dead letters.
    pub lost: u64,
    /// Messages that wait, are delayed, or are being handled.
    pub present: u64,
    /// Of those, how many are in line.
    pub waiting: u64,
    /// The most that were ever present.
    pub high_water: u64,
    /// How many can wait: [`Options::capacity`](super::Options::capacity).
    pub capacity: u64,
    /// How many messages the pool has room for without asking the allocator.
    pub pool_size: u64,
    /// Restarts after failures.
    pub restarts: u64,
    /// Workers that are at it, and handlers that have begun and wait for something.
    pub running: u64,
    /// Of those, the handlers that wait.
    pub begun: u64,
    /// How many may run at once: [`Options::concurrency`](super::Options::concurrency).
    pub concurrency: u64,
}

impl SubsystemStats {
    pub(crate) fn of(desk: &Desk) -> Self {
        let line = lock(&desk.line);
        let (counts, tallies) = (line.queue.counts(), &line.tallies);
        Self {
            name: Arc::clone(&desk.name),
            status: line.status,
            accepted: counts.accepted,
            rejected: tallies.rejected,
            handled: tallies.handled,
            failed: tallies.failed,
            panicked: tallies.panicked,
            expired: tallies.expired,
            cancelled: tallies.cancelled,
            withdrawn: tallies.withdrawn,
            dropped: tallies.dropped,
            unhandled: tallies.unhandled,
            discarded: tallies.discarded,
            lost: tallies.lost,
            present: u64::from(counts.used),
            waiting: u64::from(counts.waiting),
            high_water: u64::from(counts.high_water),
            capacity: u64::from(desk.options.capacity),
            pool_size: u64::from(counts.slots),
            restarts: tallies.restarts,
            running: u64::from(line.running),
            begun: u64::from(line.tasks.begun()),
            concurrency: u64::from(desk.options.concurrency),
        }
    }

    /// Messages that came to their end, in whatever way.
    pub fn ended(&self) -> u64 {
        self.endings().iter().map(|(_, count)| count).sum()
    }

    /// Messages that came to their end, by how.
    pub fn endings(&self) -> [(&'static str, u64); 10] {
        let [failed, panicked, expired, cancelled, dropped, unhandled, discarded, lost] = self.deaths();
        let (handled, withdrawn) = (("handled", self.handled), ("withdrawn", self.withdrawn));
        [handled, withdrawn, failed, panicked, expired, cancelled, dropped, unhandled, discarded, lost]
    }

    /// Messages that became dead letters, by reason.
    pub fn deaths(&self) -> [(&'static str, u64); 8] {
        [
            ("failed", self.failed),
            ("panicked", self.panicked),
            ("expired", self.expired),
            ("cancelled", self.cancelled),
            ("dropped", self.dropped),
            ("unhandled", self.unhandled),
            ("discarded", self.discarded),
            ("lost", self.lost),
        ]
    }

    /// The pool that its messages have their slots in.
    pub fn pool(&self) -> PoolStats {
        PoolStats { pool_size: self.pool_size, created: self.created(), reused: self.reused() }
    }

    /// Slots of the pool that were made for a message.
    pub fn created(&self) -> u64 {
        self.pool_size
    }

    /// Messages that had a slot that another one had before.
    pub fn reused(&self) -> u64 {
        self.accepted.saturating_sub(self.pool_size)
    }

    /// The share of messages that had such a slot, from 0 to 1.
    pub fn reuse_rate(&self) -> f64 {
        self.pool().reuse_rate()
    }
}

/// What a pool of messages did: that of a subsystem, or all of a kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// How many messages it has room for without asking the allocator.
    pub pool_size: u64,
    /// Slots that were made for a message.
    pub created: u64,
    /// Messages that had a slot that another one had before.
    pub reused: u64,
}

impl PoolStats {
    /// The share of messages that had such a slot, from 0 to 1.
    #[must_use]
    pub fn reuse_rate(&self) -> f64 {
        let messages = self.created + self.reused;
        if messages == 0 { 0.0 } else { self.reused as f64 / messages as f64 }
    }
}

/// What a kernel has done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Its subsystems, in the order in which they were made.
    pub subsystems: Vec<SubsystemStats>,
    /// What became of dead letters.
    pub dead_letters: DeadLetterCounts,
}

impl Stats {
    /// The sum of one number over all subsystems.
    pub fn total(&self, number: impl Fn(&SubsystemStats) -> u64) -> u64 {
        self.subsystems.iter().map(number).sum()
    }

    /// The pools of all subsystems.
    #[must_use]
    pub fn pool(&self) -> PoolStats {
        PoolStats {
            pool_size: self.total(|one| one.pool_size),
            created: self.total(SubsystemStats::created),
            reused: self.total(SubsystemStats::reused),
        }
    }
}
