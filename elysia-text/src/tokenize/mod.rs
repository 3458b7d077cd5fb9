//! The words, numbers, marks and addresses of a text.

use crate::tables::properties;
use crate::text::Text;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A segment of UAX #29 with a letter in it.
    Word,
    /// A segment of UAX #29 that begins with a digit and has no letters: `3.14`, `1,000`.
    Number,
    /// Punctuation, one character or cluster.
    Punctuation,
    /// A symbol that is no emoji: `+`, `€`.
    Symbol,
    /// An emoji, a flag, a keycap or a sequence of emoji.
    Emoji,
    /// A URL: `https://example.com/a?b#c`, `www.example.com`.
    Url,
    /// An e-mail address.
    Email,
    /// A run of white space.
    Space,
    /// Anything else: control characters, unassigned code points.
    Other,
}

impl Kind {
    /// Every kind, by number.
    pub const ALL: [Self; 9] = [
        Self::Word,
        Self::Number,
        Self::Punctuation,
        Self::Symbol,
        Self::Emoji,
        Self::Url,
        Self::Email,
        Self::Space,
        Self::Other,
    ];
}

/// A set of [`Kind`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// Every kind, so that tokens cover the text.
    pub const ALL: Self = Self((1 << 9) - 1);
    /// Everything but white space and [`Kind::Other`].
    pub const VISIBLE: Self = Self((1 << 7) - 1);

    /// None.
    pub const NONE: Self = Self(0);

    /// These and `kind`.
    #[must_use]
    pub const fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// Whether `kind` is one of these.
    #[must_use]
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }
}

/// What [`tokenize`] looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokenization {
    kinds: Kinds,
    addresses: bool,
}

impl Default for Tokenization {
    fn default() -> Self {
        Self { kinds: Kinds::VISIBLE, addresses: true }
    }
}

impl Tokenization {
    /// All that can be seen, with URLs and e-mail addresses as one token each.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives tokens of these kinds only.
    #[must_use]
    pub const fn kinds(self, kinds: Kinds) -> Self {
        Self { kinds, ..self }
    }

    /// Longest.
    #[must_use]
    pub const fn longest(self, _longest: usize) -> Self {
        self
    }

    /// Whether URLs and e-mail addresses are tokens (they are unless told otherwise), or words and punctuation.
    #[must_use]
    pub const fn addresses(self, addresses: bool) -> Self {
        Self { addresses, ..self }
    }
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<T> {
    /// The part itself, which lies in the text.
    pub text: T,
    /// Where it begins, in units of the text.
    pub start: usize,
    /// What it is.
    pub kind: Kind,
}

/// The tokens of a text; see [`tokenize`].
#[derive(Clone, Debug)]
pub struct Tokens<T> {
    text: T,
    at: usize,
    options: Tokenization,
}

/// The tokens of `text`, in order.
pub fn tokenize<T: Text>(text: T, options: Tokenization) -> Tokens<T> {
    Tokens { text, at: 0, options }
}

impl<T: Text> Tokens<T> {
    /// Begins at `at`, where a token ended.
    #[must_use]
    pub fn starting_at(self, at: usize) -> Self {
        Self { at, ..self }
    }
}

impl<T: Text> Token<T> {
    /// Where it ends, in units of the text.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

impl<T: Text> Iterator for Tokens<T> {
    type Item = Token<T>;

    fn next(&mut self) -> Option<Token<T>> {
        while self.at < self.text.len() {
            let start = self.at;
            let is_space = |at: usize| properties(self.text.decode(at).0).is_white_space();
            let kind = if is_space(start) { Kind::Space } else { Kind::Word };
            while self.at < self.text.len() && is_space(self.at) == is_space(start) {
                self.at = self.text.decode(self.at).1;
            }
            if self.options.kinds.contains(kind) {
                return Some(Token { text: self.text.slice(start..self.at), start, kind });
            }
        }
        None
    }
}
