//! Errors that cross engines.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// What a function threw, carried from one engine to another: its class by name, its message, Node's code where it has
/// one, and its stack.
///
/// `{error}` is `Name: message`; `{error:#}` adds the stack and the causes.
#[derive(Clone, Debug)]
pub struct CallError {
    inner: Box<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    name: String,
    message: String,
    code: Option<String>,
    stack: Vec<String>,
    cause: Option<CallError>,
}

impl CallError {
    /// An `Error`.
    pub fn new(message: impl Into<String>) -> Self {
        Self::named("Error", message)
    }

    /// A `TypeError` with the code `ERR_INVALID_ARG_TYPE`.
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::named("TypeError", message).with_code("ERR_INVALID_ARG_TYPE")
    }

    /// A `RangeError`.
    pub fn range_error(message: impl Into<String>) -> Self {
        Self::named("RangeError", message)
    }

    /// An error of the class `name`.
    pub fn named(name: impl Into<String>, message: impl Into<String>) -> Self {
        let (name, message) = (name.into(), message.into());
        Self { inner: Box::new(Inner { name, message, code: None, stack: Vec::new(), cause: None }) }
    }

    /// Any error of Rust, its sources as causes. A [`CallError`] inside stays what it is.
    pub fn of(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error = error.into();
        match error.downcast::<Self>() {
            Ok(same) => *same,
            Err(other) => Self::of_dyn(&*other),
        }
    }

    fn of_dyn(error: &(dyn Error + 'static)) -> Self {
        if let Some(same) = error.downcast_ref::<Self>() {
            return same.clone();
        }
        let mut made = Self::new(error.to_string());
        made.inner.cause = error.source().map(Self::of_dyn);
        made
    }

    /// With a code such as `ENOENT`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.inner.code = Some(code.into());
        self
    }

    /// With what it was caused by.
    #[must_use]
    pub fn with_cause(mut self, cause: Self) -> Self {
        self.inner.cause = Some(cause);
        self
    }

    /// With more frames below those that it has: those of an engine that it passed through.
    #[must_use]
    pub fn with_frames<S: Into<String>>(mut self, frames: impl IntoIterator<Item = S>) -> Self {
        self.inner.stack.extend(frames.into_iter().map(Into::into));
        self
    }

    /// With the newest `frames` only: the rest are those of who called, which sees them by itself.
    #[must_use]
    pub fn with_newest_frames(mut self, frames: usize) -> Self {
        self.inner.stack.truncate(frames);
        self
    }

    /// The class: `TypeError`.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The `code` property.
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// A frame per element, the newest first, of all engines that the error passed through: `find (users.lua:3)`.
    pub fn stack(&self) -> &[String] {
        &self.inner.stack
    }

    /// What caused it.
    pub fn cause(&self) -> Option<&Self> {
        self.inner.cause.as_ref()
    }
}

impl Display for CallError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.name(), self.message()) {
            (name, "") => f.write_str(name)?,
            ("", message) => f.write_str(message)?,
            (name, message) => write!(f, "{name}: {message}")?,
        }
        if f.alternate() {
            for frame in self.stack() {
                write!(f, "\n    at {frame}")?;
            }
            if let Some(cause) = self.cause() {
                write!(f, "\ncaused by: {cause:#}")?;
            }
        }
        Ok(())
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause().map(|cause| cause as &(dyn Error + 'static))
    }
}

impl From<&str> for CallError {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for CallError {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}
