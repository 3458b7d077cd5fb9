//! What a kernel has done, in numbers, and as Prometheus reads them.

use std::fmt::{self, Write};
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
    /// How many messages the pool has room for without asking the allocator.
    pub pool_size: u64,
    /// Restarts after failures.
    pub restarts: u64,
    /// Handlers that have begun and wait for something.
    pub begun: u64,
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
            pool_size: u64::from(counts.slots),
            restarts: tallies.restarts,
            begun: u64::from(line.tasks.begun()),
        }
    }

    /// Messages that came to their end, in whatever way.
    pub fn ended(&self) -> u64 {
        self.endings().iter().map(|(_, count)| count).sum()
    }

    fn endings(&self) -> [(&'static str, u64); 10] {
        [
            ("handled", self.handled),
            ("failed", self.failed),
            ("panicked", self.panicked),
            ("expired", self.expired),
            ("cancelled", self.cancelled),
            ("withdrawn", self.withdrawn),
            ("dropped", self.dropped),
            ("unhandled", self.unhandled),
            ("discarded", self.discarded),
            ("lost", self.lost),
        ]
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
        if self.accepted == 0 { 0.0 } else { self.reused() as f64 / self.accepted as f64 }
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

    /// In the text format of Prometheus.
    pub fn prometheus(&self) -> String {
        let mut text = String::new();
        self.write_prometheus(&mut text).expect("because a `String` takes everything");
        text
    }

    fn write_prometheus(&self, out: &mut String) -> fmt::Result {
        let all = &self.subsystems;
        header(out, "messages_accepted_total", "counter", "Messages that were taken.")?;
        each(out, all, "messages_accepted_total", |one| one.accepted)?;
        header(out, "messages_rejected_total", "counter", "Messages that were not taken.")?;
        each(out, all, "messages_rejected_total", |one| one.rejected)?;
        header(out, "messages_ended_total", "counter", "Messages that came to their end, by how.")?;
        for one in all {
            for (how, count) in one.endings() {
                let name = &one.name;
                writeln!(out, "mycelia_messages_ended_total{{subsystem=\"{name}\",how=\"{how}\"}} {count}")?;
            }
        }
        header(out, "messages_present", "gauge", "Messages that wait, are delayed or are being handled.")?;
        each(out, all, "messages_present", |one| one.present)?;
        header(out, "messages_waiting", "gauge", "Messages in line.")?;
        each(out, all, "messages_waiting", |one| one.waiting)?;
        header(out, "pool_slots", "gauge", "Messages that the pool has room for.")?;
        each(out, all, "pool_slots", |one| one.pool_size)?;
        header(out, "pool_reused_total", "counter", "Messages in a slot that another one had before.")?;
        each(out, all, "pool_reused_total", SubsystemStats::reused)?;
        header(out, "restarts_total", "counter", "Restarts after failures.")?;
        each(out, all, "restarts_total", |one| one.restarts)?;
        header(out, "subsystem_active", "gauge", "Whether messages are handled.")?;
        each(out, all, "subsystem_active", |one| u64::from(one.status == Status::Active))?;
        header(out, "dead_letters_total", "counter", "Dead letters.")?;
        writeln!(out, "mycelia_dead_letters_total {}", self.dead_letters.total)?;
        header(out, "dead_letters_forgotten_total", "counter", "Dead letters that newer ones displaced.")?;
        writeln!(out, "mycelia_dead_letters_forgotten_total {}", self.dead_letters.forgotten)?;
        header(out, "dead_letters_replayed_total", "counter", "Dead letters that were sent again.")?;
        writeln!(out, "mycelia_dead_letters_replayed_total {}", self.dead_letters.replayed)?;
        header(out, "dead_letters", "gauge", "Dead letters that are kept.")?;
        writeln!(out, "mycelia_dead_letters {}", self.dead_letters.kept)
    }
}

fn header(out: &mut String, metric: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP mycelia_{metric} {help}\n# TYPE mycelia_{metric} {kind}")
}

/// Names of subsystems have no characters that would have to be escaped.
fn each(
    out: &mut String,
    all: &[SubsystemStats],
    metric: &str,
    number: impl Fn(&SubsystemStats) -> u64,
) -> fmt::Result {
    for one in all {
        writeln!(out, "mycelia_{metric}{{subsystem=\"{}\"}} {}", one.name, number(one))?;
    }
    Ok(())
}
