//! How the paths of a table are read.

/// How the paths of a table are read. The default takes them as they are: bytes that differ are different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Options {
    /// `%XX` in a path stands for its byte, in text and for constraints. Patterns are written decoded. `%2F` is not a slash
    /// and stays as it is, and so does a segment with an escape that is malformed or that is not UTF-8.
    pub percent_decoding: bool,
    /// Whether a slash at the end counts.
    pub trailing_slash: TrailingSlash,
    /// ASCII letters in the text of patterns stand for both cases. Parameters keep theirs.
    pub ignore_case: bool,
}

impl Options {
    /// Reads `%XX` in paths.
    #[must_use]
    pub const fn percent_decoding(mut self, yes: bool) -> Self {
        self.percent_decoding = yes;
        self
    }

    /// Says whether a slash at the end counts.
    #[must_use]
    pub const fn trailing_slash(mut self, rule: TrailingSlash) -> Self {
        self.trailing_slash = rule;
        self
    }

    /// Takes `A` for `a` in the text of patterns.
    #[must_use]
    pub const fn ignore_case(mut self, yes: bool) -> Self {
        self.ignore_case = yes;
        self
    }
}

/// Whether a slash at the end of a path counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub enum TrailingSlash {
    /// `/a` and `/a/` are two paths. A pattern that ends in `{/}` takes both.
    #[default]
    Strict,
    /// One slash after the last segment is not seen, neither in paths nor in patterns.
    Ignore,
}

/// `text` without the slash that [`TrailingSlash::Ignore`] does not see: one at the end, after something else.
pub(crate) fn trim_slash(text: &str) -> &str {
    match text.as_bytes() {
        [.., last, b'/'] if *last != b'/' => &text[..text.len() - 1],
        _ => text,
    }
}
