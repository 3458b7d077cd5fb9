//! Full case folding (`CaseFolding.txt`, statuses C and F): `folding.bin` and `expansions.bin` are made and checked by
//! `generate_folding.rs`.

use super::trie::Packed;

pub(super) static PACKED: &[u8] = include_bytes!("folding.bin");

/// UTF-16 of what becomes more than one character (none is above U+FFFF), little endian: a length and the characters.
pub(super) static EXPANSIONS: &[u8] = include_bytes!("expansions.bin");

#[cfg(not(target_arch = "wasm32"))]
static TRIE: super::trie::Trie<{ Packed::blocks_in(PACKED) }> = super::trie::Trie::unpack(PACKED);
#[cfg(target_arch = "wasm32")]
static TRIE: super::lazy::LazyTrie<{ Packed::blocks_in(PACKED) }> = super::lazy::LazyTrie::new();

/// What `code_point` becomes.
#[inline]
pub(crate) fn folding(code_point: u32) -> Folding {
    #[cfg(not(target_arch = "wasm32"))]
    let value = TRIE.get(code_point);
    #[cfg(target_arch = "wasm32")]
    let value = TRIE.get(PACKED, code_point);
    Folding::of(code_point, value)
}

/// One to three code points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Folding {
    One(u32),
    /// Where in the expansions.
    Several(usize),
}

/// A value of the trie is one of these in its lower two bits, and a number above them.
pub(super) const SHIFTED: u32 = 1;
pub(super) const PAIRED: u32 = 2;
pub(super) const EXPANDED: u32 = 3;

impl Folding {
    /// Numbers: for [`SHIFTED`] the distance modulo 2^16 (a character folds to one of its own plane), for [`PAIRED`]
    /// the last bit of the upper-case ones of alternating pairs (so that a run of these is one value), for
    /// [`EXPANDED`] a place.
    #[inline]
    fn of(code_point: u32, value: u32) -> Self {
        let number = value >> 2;
        match value & 3 {
            SHIFTED => Self::One(code_point & !0xFFFF | (code_point + number) & 0xFFFF),
            PAIRED => Self::One(code_point + u32::from(code_point & 1 == number)),
            EXPANDED => Self::Several(number as usize),
            _ => Self::One(code_point),
        }
    }

    #[inline]
    pub(crate) fn for_each(self, mut each: impl FnMut(u32)) {
        match self {
            Self::One(code_point) => each(code_point),
            Self::Several(at) => {
                let (units, _) = EXPANSIONS.as_chunks::<2>();
                let length = usize::from(u16::from_le_bytes(units[at]));
                for unit in &units[at + 1..=at + length] {
                    each(u32::from(u16::from_le_bytes(*unit)));
                }
            }
        }
    }
}
