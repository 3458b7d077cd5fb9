//! What went over a connection, in numbers, and as Prometheus reads them.

use std::fmt::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::connection::Status;

/// Names each number once.
macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// The numbers of one subsystem at one connection.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counts {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        /// The same while it goes on.
        #[derive(Debug, Default)]
        pub(crate) struct Tally {
            $(pub(crate) $name: AtomicU64,)+
        }

        impl Tally {
            pub(crate) fn counts(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed),)+ }
            }
        }

        impl Counts {
            fn each(&self) -> [(&'static str, &'static str, u64); [$(stringify!($name)),+].len()] {
                [$((stringify!($name), concat!($($doc),+), self.$name),)+]
            }
        }
    };
}

counts! {
    /// Messages that were given to the client, and on JetStream stored.
    published,
    /// Questions that were sent.
    asked,
    /// Questions that were answered, failures of the other side among them.
    answered,
    /// Messages and questions that could not be sent, stored or answered.
    undelivered,
    /// Messages that came.
    received,
    /// Messages whose handlers went well.
    handled,
    /// Messages that were not taken: no handler, no room, a stopped subsystem, or another program's subject.
    refused,
    /// Messages whose handlers failed, or did not come to their end.
    failed,
    /// Replies that were sent, failures among them.
    replied,
    /// Messages of a stream that were acknowledged.
    acked,
    /// Messages of a stream that were given back, to be delivered again.
    naked,
    /// Messages of a stream that were given up: dead letters.
    terminated,
    /// Times that a slow handler's message was kept from being delivered again.
    prolonged,
    /// Times that messages could not be had from a stream.
    pull_errors,
}

pub(crate) fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What a connection has done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NatsStats {
    /// Whether it is there.
    pub status: Status,
    /// How often it was made anew.
    pub reconnects: u64,
    /// Times that the client threw messages away, because they came faster than they were looked at.
    pub overruns: u64,
    /// The subsystems that use it, by name.
    pub subsystems: Vec<(Arc<str>, Counts)>,
}

impl NatsStats {
    /// In the text format of Prometheus.
    pub fn prometheus(&self) -> String {
        let mut text = String::new();
        self.write_prometheus(&mut text).expect("because a `String` takes everything");
        text
    }

    fn write_prometheus(&self, out: &mut String) -> fmt::Result {
        header(out, "connected", "gauge", "Whether there is a connection.")?;
        writeln!(out, "mycelia_nats_connected {}", u64::from(self.status == Status::Connected))?;
        header(out, "reconnects_total", "counter", "Connections that were made anew.")?;
        writeln!(out, "mycelia_nats_reconnects_total {}", self.reconnects)?;
        header(out, "overruns_total", "counter", "Times that the client threw messages away.")?;
        writeln!(out, "mycelia_nats_overruns_total {}", self.overruns)?;
        for (index, (name, help, _)) in Counts::default().each().into_iter().enumerate() {
            header(out, &format!("{name}_total"), "counter", help.trim())?;
            for (subsystem, counts) in &self.subsystems {
                let (_, _, count) = counts.each()[index];
                writeln!(out, "mycelia_nats_{name}_total{{subsystem=\"{subsystem}\"}} {count}")?;
            }
        }
        Ok(())
    }
}

fn header(out: &mut String, metric: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP mycelia_nats_{metric} {help}\n# TYPE mycelia_nats_{metric} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_prometheus() {
        let tally = Tally::default();
        add(&tally.acked);
        let subsystems = vec![("orders".into(), tally.counts())];
        let stats = NatsStats { status: Status::Connected, reconnects: 2, overruns: 0, subsystems };
        let text = stats.prometheus();
        for line in [
            "mycelia_nats_connected 1",
            "mycelia_nats_reconnects_total 2",
            "# HELP mycelia_nats_acked_total Messages of a stream that were acknowledged.",
            "# TYPE mycelia_nats_acked_total counter",
            "mycelia_nats_acked_total{subsystem=\"orders\"} 1",
            "mycelia_nats_naked_total{subsystem=\"orders\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
