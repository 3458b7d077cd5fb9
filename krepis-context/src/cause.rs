//! Why a context is over before its work is.

use std::fmt;

/// Why a context was cancelled. The number is what the slot and the codecs carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Cause {
    /// Someone said so.
    Cancelled = 1,
    /// Its deadline passed.
    DeadlineExceeded = 2,
    /// Who asked has gone.
    ClientGone = 3,
    /// The server ends.
    Shutdown = 4,
    /// There is too much to do.
    Overload = 5,
    /// A part of the same work failed, so that the rest is of no use.
    Failed = 6,
}

impl Cause {
    const ALL: [Self; 6] = [
        Self::Cancelled,
        Self::DeadlineExceeded,
        Self::ClientGone,
        Self::Shutdown,
        Self::Overload,
        Self::Failed,
    ];

    /// The cause with this number. A number of a later version reads as [`Cause::Cancelled`], 0 as none.
    #[inline]
    pub fn from_code(code: u8) -> Option<Self> {
        let place = usize::from(code).checked_sub(1)?;
        Some(Self::ALL.get(place).copied().unwrap_or(Self::Cancelled))
    }

    /// Its number.
    #[inline]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Its name: lower case, with dashes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::DeadlineExceeded => "deadline-exceeded",
            Self::ClientGone => "client-gone",
            Self::Shutdown => "shutdown",
            Self::Overload => "overload",
            Self::Failed => "failed",
        }
    }

    /// The cause with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
