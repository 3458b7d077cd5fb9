//! What Unicode says of each code point, packed: `properties.bin` is made and checked by `generate.rs`
//! (`UPDATE=1 cargo test -p elysia-text tables`) from the crates of ICU4X, one Unicode version for all tables.

mod folding;
#[cfg(all(test, not(miri)))]
mod generate;
#[cfg(all(test, not(miri)))]
mod generate_folding;
#[cfg(all(test, not(miri), feature = "normalization"))]
mod generate_normalization;
#[cfg(feature = "normalization")]
mod inert;
#[cfg(any(test, target_arch = "wasm32"))]
mod lazy;
#[cfg(feature = "normalization")]
mod normalization;
mod trie;

pub(crate) use folding::{Folding, folding};
#[cfg(feature = "normalization")]
pub(crate) use inert::Inert;
#[cfg(feature = "normalization")]
pub(crate) use normalization::{Entry, entry};

use trie::Packed;

/// The version of Unicode that the tables are of.
pub const UNICODE_VERSION: (u8, u8, u8) = (18, 0, 0);

static PACKED: &[u8] = include_bytes!("properties.bin");

#[cfg(not(target_arch = "wasm32"))]
static TRIE: trie::Trie<{ Packed::blocks_in(PACKED) }> = trie::Trie::unpack(PACKED);
#[cfg(target_arch = "wasm32")]
static TRIE: lazy::LazyTrie<{ Packed::blocks_in(PACKED) }> = lazy::LazyTrie::new();

/// What segmentation needs to know of a code point.
#[inline]
pub(crate) fn properties(code_point: u32) -> Properties {
    #[cfg(not(target_arch = "wasm32"))]
    let value = LOW.get(code_point as usize).copied().unwrap_or_else(|| TRIE.get(code_point));
    #[cfg(target_arch = "wasm32")]
    let value = TRIE.get(PACKED, code_point);
    Properties(value)
}

/// What has one or two bytes in UTF-8, in one step instead of three: Latin, Greek, Cyrillic, Hebrew, Arabic.
#[cfg(not(target_arch = "wasm32"))]
static LOW: [u32; 0x800] = {
    let mut low = [0; 0x800];
    let mut code_point = 0;
    while code_point < low.len() {
        low[code_point] = TRIE.get(code_point as u32);
        code_point += 1;
    }
    low
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Properties(u32);

impl Properties {
    const WORD: u32 = 5;
    const KIND: u32 = 10;
    const WIDTH: u32 = 13;
    const PICTOGRAPHIC: u32 = 1 << 15;
    const EMOJI_PRESENTATION: u32 = 1 << 16;
    const EMOJI: u32 = 1 << 17;
    const WHITE_SPACE: u32 = 1 << 18;
    const EMOJI_MODIFIER: u32 = 1 << 19;

    /// `Grapheme_Cluster_Break` with what rule GB9c asks (UAX #29, section 3).
    #[inline]
    pub(crate) fn grapheme(self) -> Grapheme {
        Grapheme::ALL[self.grapheme_number()]
    }

    /// The number of [`Properties::grapheme`], less than 32.
    #[inline]
    pub(crate) fn grapheme_number(self) -> usize {
        (self.0 & 31) as usize
    }

    /// `Word_Break` (UAX #29, section 4).
    #[inline]
    pub(crate) fn word(self) -> WordBreak {
        WordBreak::ALL[self.word_number()]
    }

    /// The number of [`Properties::word`], less than 32.
    #[inline]
    pub(crate) fn word_number(self) -> usize {
        (self.0 >> Self::WORD & 31) as usize
    }

    #[inline]
    pub(crate) fn category(self) -> Category {
        Category::ALL[(self.0 >> Self::KIND & 7) as usize]
    }

    /// Whether a word with this in it is one to a reader: a letter, an ideograph, a digit.
    #[inline]
    pub(crate) fn is_word_like(self) -> bool {
        matches!(self.category(), Category::Letter | Category::Number)
    }

    /// Columns of a terminal: 0, 1 or 2 (UAX #11: `W` and `F` are 2, `A` is 1).
    #[inline]
    pub(crate) fn width(self) -> usize {
        (self.0 >> Self::WIDTH & 3) as usize
    }

    /// `Extended_Pictographic`.
    #[inline]
    pub(crate) fn is_pictographic(self) -> bool {
        self.0 & Self::PICTOGRAPHIC != 0
    }

    /// `Emoji_Presentation`: shown as an emoji unless U+FE0E follows.
    #[inline]
    pub(crate) fn is_emoji_by_itself(self) -> bool {
        self.0 & Self::EMOJI_PRESENTATION != 0
    }

    /// `Emoji`: also digits and what U+FE0F makes an emoji.
    #[inline]
    pub(crate) fn is_emoji(self) -> bool {
        self.0 & Self::EMOJI != 0
    }

    /// `Emoji_Modifier`: the skin tones.
    #[inline]
    pub(crate) fn is_emoji_modifier(self) -> bool {
        self.0 & Self::EMOJI_MODIFIER != 0
    }

    /// `White_Space`.
    #[inline]
    pub(crate) fn is_white_space(self) -> bool {
        self.0 & Self::WHITE_SPACE != 0
    }
}

/// An enumeration whose numbers are in the tables.
macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            pub(crate) const COUNT: usize = [$(Self::$variant),+].len();

            /// By number, filled up so that no number of so many bits is outside.
            pub(crate) const ALL: [Self; Self::COUNT.next_power_of_two()] = {
                let listed = [$(Self::$variant),+];
                let mut all = [listed[0]; Self::COUNT.next_power_of_two()];
                let mut at = 0;
                while at < listed.len() {
                    all[at] = listed[at];
                    at += 1;
                }
                all
            };
        }
    };
}

pub(crate) use numbered;

numbered!(Grapheme {
    Other,
    CarriageReturn,
    LineFeed,
    Control,
    Extend,
    ConjunctExtend,
    ConjunctLinker,
    ConjunctConsonant,
    Joiner,
    RegionalIndicator,
    Prepend,
    SpacingMark,
    HangulL,
    HangulV,
    HangulT,
    HangulLv,
    HangulLvt,
    Pictographic,
    BaseLinker,
});

numbered!(WordBreak {
    Other,
    CarriageReturn,
    LineFeed,
    Newline,
    Extend,
    Joiner,
    Format,
    Katakana,
    HebrewLetter,
    Letter,
    SingleQuote,
    DoubleQuote,
    MidNumLet,
    MidLetter,
    MidNum,
    Numeric,
    ExtendNumLet,
    RegionalIndicator,
    Space,
});

numbered!(
    /// General categories as far as tokens differ: `Letter` is `Alphabetic` but not `N*`.
    Category { Other, Letter, Mark, Number, Punctuation, Symbol, Space }
);
