//! What to look for, and what is found.

use crate::text::Text;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A segment of UAX #29 with a letter in it: `don't`, `abc123`.
    Word,
    /// A segment of UAX #29 with a digit or another number in it, but no letters: `3.14`, `1,000`, `½`.
    Number,
    /// Punctuation: one character with the marks on it, or a run of underscores.
    Punctuation,
    /// A symbol that is no emoji, with the marks on it: `+`, `€`, `©`.
    Symbol,
    /// One emoji: a flag, a keycap or a ZWJ sequence too (UTS #51, ED-17).
    Emoji,
    /// A URL: any scheme with `://` and a host or a path (RFC 3986, RFC 3987), `www.` and a host with a dot, `mailto:`
    /// and an address. It ends before white space, quotation marks, `<`, `>`, `|`, `\`, a backtick, a bracket that was not
    /// opened in it, and East Asian punctuation; what is last of it is not `?!.,:*_~'";`, an entity such as `&gt;`, a
    /// parenthesis that was not opened in it, or other punctuation that is no ASCII (GitHub Flavored Markdown, 6.9).
    Url,
    /// An e-mail address: a dot-atom of at most 64 characters that begins with a letter, a digit or an underscore
    /// (RFC 5321; letters of any script, RFC 6531), and a host with a dot, whose last label is no number.
    Email,
    /// A run of white space (`White_Space`), line ends in it.
    Space,
    /// Anything else: control characters, unassigned code points, lone surrogates, marks on nothing.
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
///
/// ```
/// use elysia_text::{Kind, Kinds, Tokenization, tokenize};
///
/// let links = Tokenization::new().kinds([Kind::Url, Kind::Email].into());
/// let found: Vec<_> = tokenize("ada@example.com, www.example.com", links).map(|token| token.text).collect();
/// assert_eq!(found, ["ada@example.com", "www.example.com"]);
/// assert!(!Kinds::VISIBLE.contains(Kind::Space));
/// ```
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

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::with)
    }
}

impl<const N: usize> From<[Kind; N]> for Kinds {
    fn from(kinds: [Kind; N]) -> Self {
        Self::from_iter(kinds)
    }
}

/// What [`tokenize`](crate::tokenize) looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokenization {
    pub(super) kinds: Kinds,
    pub(super) addresses: bool,
    pub(super) longest: usize,
}

impl Default for Tokenization {
    fn default() -> Self {
        Self { kinds: Kinds::VISIBLE, addresses: true, longest: 65_536 }
    }
}

impl Tokenization {
    /// No code point is longer in any encoding.
    const SHORTEST: usize = 4;

    /// All that can be seen, with URLs and e-mail addresses as one token each; no token longer than 65,536 units.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives tokens of these kinds only.
    #[must_use]
    pub const fn kinds(self, kinds: Kinds) -> Self {
        Self { kinds, ..self }
    }

    /// Whether URLs and e-mail addresses are tokens (they are unless told otherwise), or words and punctuation.
    #[must_use]
    pub const fn addresses(self, addresses: bool) -> Self {
        Self { addresses, ..self }
    }

    /// How long a token may be at most, in units of the text (bytes of UTF-8, code units of UTF-16); less than 4 counts
    /// as 4. A token that would be longer is cut between two code points, and what follows is looked at as if a text
    /// began there.
    #[must_use]
    pub const fn longest(self, longest: usize) -> Self {
        let longest = if longest < Self::SHORTEST { Self::SHORTEST } else { longest };
        Self { longest, ..self }
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

impl<T: Text> Token<T> {
    /// Where it ends, in units of the text.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}
