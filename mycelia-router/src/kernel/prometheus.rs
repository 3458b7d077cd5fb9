//! The numbers of a kernel as Prometheus reads them: the text format, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::{self, Display, Write};

use super::desk::Status;
use super::stats::{Stats, SubsystemStats};

/// The content type of [`Stats::write_prometheus`], for whoever answers Prometheus over HTTP.
pub const PROMETHEUS_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

const STATUSES: [(Status, &str); 4] = [
    (Status::Active, "active"),
    (Status::Paused, "paused"),
    (Status::Resting, "resting"),
    (Status::Stopped, "stopped"),
];

impl Stats {
    /// In the text format of Prometheus: counters that only grow, by subsystem, and gauges of what is there now.
    ///
    /// ```
    /// use mycelia_router::kernel::Kernel;
    ///
    /// let kernel = Kernel::new();
    /// kernel.subsystem("orders")?;
    /// assert!(kernel.stats().prometheus().contains("mycelia_messages_accepted_total{subsystem=\"orders\"} 0\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn prometheus(&self) -> String {
        let mut text = String::new();
        self.write_prometheus(&mut text).expect("because a `String` takes everything");
        text
    }

    /// As [`prometheus`](Self::prometheus), into what can be written to.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_prometheus(&self, out: &mut impl Write) -> fmt::Result {
        let mut page = Page { out, all: &self.subsystems };
        page.messages()?;
        page.work()?;
        page.pool()?;
        page.dead_letters()?;
        let dead = &self.dead_letters;
        page.one("dead_letters_kept", Gauge, "Dead letters that can be looked at and replayed.", dead.kept)?;
        page.one(
            "dead_letters_forgotten_total",
            Counter,
            "Dead letters that newer ones displaced.",
            dead.forgotten,
        )?;
        page.one("dead_letters_replayed_total", Counter, "Dead letters that were sent again.", dead.replayed)
    }
}

/// What is said of a metric.
#[derive(Clone, Copy)]
enum Type {
    Counter,
    Gauge,
}

use Type::{Counter, Gauge};

struct Page<'a, W> {
    out: &'a mut W,
    all: &'a [SubsystemStats],
}

impl<W: Write> Page<'_, W> {
    fn messages(&mut self) -> fmt::Result {
        self.each("messages_accepted_total", Counter, "Messages that were taken.", |one| one.accepted)?;
        self.each("messages_rejected_total", Counter, "Messages that were not taken.", |one| one.rejected)?;
        self.header("messages_ended_total", Counter, "Messages that came to their end, by how.")?;
        self.labelled("messages_ended_total", "how", SubsystemStats::endings)?;
        self.each(
            "messages_present",
            Gauge,
            "Messages that wait, are delayed or are being handled.",
            |one| one.present,
        )?;
        self.each("messages_waiting", Gauge, "Messages in line.", |one| one.waiting)?;
        self.each("messages_present_most", Gauge, "The most messages that were ever present.", |one| {
            one.high_water
        })?;
        self.each("queue_capacity", Gauge, "Messages that can wait.", |one| one.capacity)
    }

    fn work(&mut self) -> fmt::Result {
        self.each("handlers_running", Gauge, "Workers at it and handlers that have begun.", |one| {
            one.running
        })?;
        self.each("handlers_begun", Gauge, "Handlers that have begun and wait for something.", |one| {
            one.begun
        })?;
        self.each("concurrency", Gauge, "The most handlers that may run at once.", |one| one.concurrency)?;
        self.each("restarts_total", Counter, "Restarts after failures.", |one| one.restarts)?;
        self.header("subsystem_status", Gauge, "1 for the status that the subsystem has.")?;
        self.labelled("subsystem_status", "status", |one| {
            STATUSES.map(|(status, name)| (name, u64::from(status == one.status)))
        })
    }

    fn pool(&mut self) -> fmt::Result {
        self.each("pool_slots", Gauge, "Messages that the pool has memory for.", |one| one.pool_size)?;
        self.each("pool_created_total", Counter, "Slots that were made.", SubsystemStats::created)?;
        self.each(
            "pool_reused_total",
            Counter,
            "Messages in a slot that another one had.",
            SubsystemStats::reused,
        )?;
        self.each(
            "pool_reuse_ratio",
            Gauge,
            "The share of messages in such a slot.",
            SubsystemStats::reuse_rate,
        )
    }

    fn dead_letters(&mut self) -> fmt::Result {
        self.header("dead_letters_total", Counter, "Dead letters, by reason.")?;
        self.labelled("dead_letters_total", "reason", SubsystemStats::deaths)
    }

    fn header(&mut self, metric: &str, kind: Type, help: &str) -> fmt::Result {
        let kind = match kind {
            Counter => "counter",
            Gauge => "gauge",
        };
        writeln!(self.out, "# HELP mycelia_{metric} {help}\n# TYPE mycelia_{metric} {kind}")
    }

    /// A number of the whole kernel.
    fn one(&mut self, metric: &str, kind: Type, help: &str, number: impl Display) -> fmt::Result {
        self.header(metric, kind, help)?;
        writeln!(self.out, "mycelia_{metric} {number}")
    }

    /// A number of each subsystem.
    fn each<N: Display>(
        &mut self,
        metric: &str,
        kind: Type,
        help: &str,
        number: impl Fn(&SubsystemStats) -> N,
    ) -> fmt::Result {
        self.header(metric, kind, help)?;
        self.all.iter().try_for_each(|one| {
            writeln!(self.out, "mycelia_{metric}{{subsystem=\"{}\"}} {}", Label(&one.name), number(one))
        })
    }

    /// Several numbers of each subsystem, told apart by a label.
    fn labelled<const N: usize>(
        &mut self,
        metric: &str,
        label: &str,
        numbers: impl Fn(&SubsystemStats) -> [(&'static str, u64); N],
    ) -> fmt::Result {
        self.all.iter().try_for_each(|one| {
            let name = Label(&one.name);
            numbers(one).into_iter().try_for_each(|(value, number)| {
                writeln!(self.out, "mycelia_{metric}{{subsystem=\"{name}\",{label}=\"{value}\"}} {number}")
            })
        })
    }
}

/// The value of a label: a backslash, a quote and the end of a line are written as escapes.
struct Label<'a>(&'a str);

impl Display for Label<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            '\\' => formatter.write_str("\\\\"),
            '"' => formatter.write_str("\\\""),
            '\n' => formatter.write_str("\\n"),
            char => formatter.write_char(char),
        })
    }
}
