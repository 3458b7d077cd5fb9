//! What can go wrong.

use crate::pool::ContextId;

/// A pool cannot be made like this.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// An option is outside of what the layout allows.
    #[error("option `{what}` is {value}: expected a multiple of {unit} from {min} to {max}")]
    Option {
        /// Its name.
        what: &'static str,
        /// What it was.
        value: u32,
        /// The least it can be.
        min: u32,
        /// The most it can be.
        max: u32,
        /// What it has to be a multiple of.
        unit: u32,
    },
    /// Offsets in a region are 32 bits.
    #[error("a region of {bytes} bytes is too large: it has to be less than 4 GiB")]
    TooLarge {
        /// How many bytes these options need.
        bytes: u64,
    },
    /// The memory given is smaller than what the options need.
    #[error("the memory has {len} bytes, and these options need {needed}: see `Options::bytes`")]
    TooSmall {
        /// Its length.
        len: usize,
        /// What is needed.
        needed: usize,
    },
    /// The memory given does not begin at a cache line.
    #[error("the memory has to be aligned to {needed} bytes")]
    Alignment {
        /// The alignment.
        needed: usize,
    },
}

/// No context could be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// All slots are in use.
    #[error("all {capacity} contexts of the pool are in use: raise `Options::contexts`, or release some")]
    Exhausted {
        /// How many contexts the pool has.
        capacity: u32,
    },
    /// Too many contexts stand above this one.
    #[error("a context can have {max} others above it: create a child of one further up")]
    TooDeep {
        /// How many can.
        max: u32,
    },
}

/// A field could not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// The entry does not fit in a page.
    #[error("a field of {bytes} bytes is too large: an entry has at most {max}")]
    TooLarge {
        /// Name, value and what the entry needs besides.
        bytes: usize,
        /// What fits.
        max: usize,
    },
    /// The context has as many pages as it can have.
    #[error("the context is full: it has its {pages} pages; setting a field again takes space again")]
    Full {
        /// How many that is.
        pages: u32,
    },
    /// The pool has no page left.
    #[error("all {pages} pages of the pool are in use: raise `Options::pages`")]
    NoPage {
        /// How many it has.
        pages: u32,
    },
    /// Someone else has been writing to the context all the time.
    #[error("another thread writes to the context and does not finish")]
    Busy,
    /// The trace was set, or asked for, before.
    #[error("the context already has a trace: set it before anyone asks for it")]
    TraceIsSet,
}

/// The context that was meant is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("context {id} is over: its slot is free or belongs to another one")]
pub struct StaleContext {
    /// What was asked for.
    pub id: ContextId,
}

/// Bytes from outside are not a context.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// More bytes than [`Limits`](crate::codec::Limits) allow.
    #[error("{len} bytes are more than the {max} that a context may have")]
    TooLong {
        /// How many.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// More fields than [`Limits`](crate::codec::Limits) allow.
    #[error("more than the {max} fields that a context may have")]
    TooMany {
        /// The limit.
        max: usize,
    },
    /// The bytes do not have the format.
    #[error("not a context in {format}: {what} at byte {at}")]
    Malformed {
        /// The format.
        format: &'static str,
        /// What is wrong.
        what: &'static str,
        /// Where.
        at: usize,
    },
    /// The text is not JSON.
    #[error("not a context in JSON: {0}")]
    Json(String),
    /// There is no context to put it in.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// It does not fit.
    #[error(transparent)]
    Set(#[from] SetError),
}
