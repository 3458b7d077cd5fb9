//! What a match captured.

use std::borrow::Cow;
use std::fmt;

use crate::percent;
use crate::search::Spans;

/// A route that takes a path, and what it captured.
#[derive(Clone)]
#[non_exhaustive]
pub struct Match<'r, 'p, T> {
    /// What was inserted with the pattern.
    pub value: &'r T,
    /// The pattern, as it was written.
    pub pattern: &'r str,
    /// What stands in the path for parameters and wildcards.
    pub params: Params<'r, 'p>,
}

impl<T: fmt::Debug> fmt::Debug for Match<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Match")
            .field("pattern", &self.pattern)
            .field("value", &self.value)
            .field("params", &self.params)
            .finish()
    }
}

/// What stands in a path for the parameters and wildcards of a pattern. The texts are parts of the path, as it was given.
#[derive(Clone)]
pub struct Params<'r, 'p> {
    names: &'r [String],
    path: &'p str,
    spans: Spans,
}

impl<'r, 'p> Params<'r, 'p> {
    #[inline]
    pub(crate) fn new(names: &'r [String], path: &'p str, spans: Spans) -> Self {
        Self { names, path, spans }
    }

    /// The text for `name`; `None` also when an optional parameter is not there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'p str> {
        self.iter().find(|(own, _)| *own == name).map(|(_, text)| text)
    }

    /// The text for `name` with its escapes decoded, `%2F` too. A segment whose escapes are malformed, or are not UTF-8, is
    /// left as it is.
    #[must_use]
    pub fn decoded(&self, name: &str) -> Option<Cow<'p, str>> {
        self.get(name).map(percent::decode_value)
    }

    /// Names and texts, in the order of the pattern. What `*` took has no name and is left out.
    pub fn iter(&self) -> impl Iterator<Item = (&'r str, &'p str)> + use<'_, 'r, 'p> {
        self.names
            .iter()
            .zip(self.spans.iter())
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, (start, end))| (name.as_str(), &self.path[start..end]))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Params<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
