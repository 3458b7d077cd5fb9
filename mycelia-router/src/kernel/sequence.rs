//! Messages that go together.

use std::fmt;
use std::sync::Arc;

use super::body::Body;
use super::desk::{Desk, lane};
use super::directory::{Destination, Directory};
use super::error::{Refusal, SendError};
use crate::Snapshot;

/// Messages for any addresses, sent together: those for one subsystem under one lock, next to each other, and handled one
/// after the other in the order in which they were added, whatever the subsystem's concurrency is.
///
/// Its memory is used again when it is filled again.
///
/// ```
/// use mycelia_router::kernel::{Kernel, Message};
///
/// let kernel = Kernel::new();
/// kernel.subsystem("stock")?.on("reserve", |_: &mut Message| ())?;
/// kernel.subsystem("orders")?.on("created", |_: &mut Message| ())?.on("paid", |_: &mut Message| ())?;
///
/// let mut sequence = kernel.sequence();
/// sequence.push("orders://created", 7)?;
/// sequence.push("stock://reserve", 7)?;
/// sequence.push("orders://paid", 7)?;
/// assert_eq!(sequence.send()?, 3);
/// assert_eq!(kernel.run_until_idle(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sequence<'a> {
    /// The table as it was when the sequence was begun: looked up once for all messages.
    routes: Snapshot<Destination>,
    directory: &'a Directory,
    lane: u8,
    groups: Vec<Group<'a>>,
    /// Of the last message.
    last: usize,
}

struct Group<'a> {
    desk: Arc<Desk>,
    parts: Vec<Part<'a>>,
}

/// A message of a sequence.
pub(crate) struct Part<'a> {
    pub(crate) route: u32,
    pub(crate) text: &'a str,
    pub(crate) body: Body,
}

impl<'a> Sequence<'a> {
    pub(crate) fn new(directory: &'a Directory, number: u64) -> Self {
        let routes = directory.routes.load();
        Self { routes, directory, lane: lane(Some(number)), groups: Vec::new(), last: 0 }
    }

    /// Adds a message. Addresses are looked up in the route table as it was when the sequence was begun.
    ///
    /// # Errors
    ///
    /// The address has no handler.
    #[inline]
    pub fn push<T: Send + 'static>(&mut self, address: &'a str, body: T) -> Result<(), SendError> {
        let Some(found) = self.routes.at(address) else {
            return Err(SendError::new(self.directory.no_route(address), Body::new(body)));
        };
        let found = found.value;
        let known = self.groups.get(self.last).is_some_and(|group| Arc::ptr_eq(&group.desk, &found.desk));
        if !known {
            let place = self.groups.iter().position(|group| Arc::ptr_eq(&group.desk, &found.desk));
            self.last = place.unwrap_or(self.groups.len());
            if place.is_none() {
                self.groups.push(Group { desk: Arc::clone(&found.desk), parts: Vec::new() });
            }
        }
        let part = Part { route: found.route, text: found.text(address), body: Body::new(body) };
        self.groups[self.last].parts.push(part);
        Ok(())
    }

    /// How many messages it has.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.parts.len()).sum()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sends all messages, and gives how many that were. Afterwards it is empty.
    ///
    /// # Errors
    ///
    /// A subsystem did not accept all of its messages: those that it did not accept stay in the sequence, and those for other
    /// subsystems are sent. It can be sent again.
    pub fn send(&mut self) -> Result<usize, SequenceError> {
        let (mut accepted, mut first) = (0, None);
        for group in &mut self.groups {
            let (taken, refusal) = group.desk.offer_parts(self.lane, &mut group.parts);
            accepted += taken;
            group.parts.drain(..taken);
            first = first.or(refusal);
        }
        match first {
            None => Ok(accepted),
            Some(refusal) => Err(SequenceError { accepted, left: self.len(), refusal }),
        }
    }
}

impl fmt::Debug for Sequence<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sequence").field("len", &self.len()).finish()
    }
}

/// A sequence that was not sent whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal} ({accepted} messages of the sequence were accepted, {left} were not)")]
pub struct SequenceError {
    /// How many messages were accepted.
    pub accepted: usize,
    /// How many are left in the sequence.
    pub left: usize,
    /// Why the first of those was not accepted.
    pub refusal: Refusal,
}
