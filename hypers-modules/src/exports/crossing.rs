//! What engines share when they turn their values into [`Value`](super::Value)s: bounds, and errors with a path.

use super::error::CallError;
use super::value::MAX_DEPTH;

/// How many values one crossing may make.
const MAX_VALUES: usize = 4 << 20;

/// The bounds of one crossing.
#[derive(Debug)]
pub struct Crossing {
    depth: usize,
    values: usize,
}

impl Default for Crossing {
    fn default() -> Self {
        Self { depth: MAX_DEPTH, values: MAX_VALUES }
    }
}

impl Crossing {
    /// A table of that many values begins.
    ///
    /// # Errors
    /// When it is too deep or too large.
    pub fn enter(&mut self, values: usize) -> Result<(), Uncrossable> {
        self.values = self
            .values
            .checked_sub(values)
            .ok_or_else(|| Uncrossable::new(format!("is too large: more than {MAX_VALUES} values")))?;
        self.depth = self.depth.checked_sub(1).ok_or_else(Uncrossable::too_deep)?;
        Ok(())
    }

    /// It ends.
    pub fn leave(&mut self) {
        self.depth += 1;
    }
}

/// A value that cannot cross, and where it is; the path grows while the error returns through the tables.
#[derive(Debug)]
pub struct Uncrossable {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: String,
    why: Why,
}

#[derive(Debug)]
enum Why {
    /// `is a symbol`.
    What(String),
    /// Looking at it threw.
    Thrown(CallError),
}

impl Uncrossable {
    /// `what` continues the sentence that the path begins: `is a symbol`.
    pub fn new(what: impl Into<String>) -> Self {
        Self { inner: Box::new(Inner { path: String::new(), why: Why::What(what.into()) }) }
    }

    /// A table that contains itself.
    pub fn cycle() -> Self {
        Self::new("contains itself")
    }

    pub(super) fn too_deep() -> Self {
        Self::new(format!("nests deeper than {MAX_DEPTH} levels"))
    }

    /// It is in this step of the table around it: `.name` or `[3]`.
    #[must_use]
    pub fn inside(mut self, step: &str) -> Self {
        self.inner.path.insert_str(0, step);
        self
    }

    /// The error; `root` is what the whole value is called: `exports`.
    pub fn at(self, root: &str) -> CallError {
        match self.inner.why {
            Why::What(what) => CallError::named("TypeError", format!("{root}{} {what}", self.inner.path)),
            Why::Thrown(error) => error,
        }
    }
}

impl From<CallError> for Uncrossable {
    fn from(error: CallError) -> Self {
        Self { inner: Box::new(Inner { path: String::new(), why: Why::Thrown(error) }) }
    }
}
