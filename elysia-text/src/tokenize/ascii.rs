//! The short way for ASCII, which decides most tokens of most texts by a table.

use super::options::Kind;
use crate::tables::{Category, Grapheme, properties};
use crate::text::Text;

/// Bits of [`CLASSES`]; the lowest four are the [`Kind`] of a token that the character begins.
const KIND: u8 = 0x0F;
const ALPHANUMERIC: u8 = 0x10;
/// May join the word before it to what follows: in the middle of a word or a number, or in an address.
const LINK: u8 = 0x20;
/// What a link may join a word to.
const LINKED: u8 = 0x40;

const UNDERSCORE: u32 = 0x5F;

/// So long a token is found here at most: what is cut off a longer one is not to be looked at for every piece.
const LONGEST: usize = 256;

/// By character.
static CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut at = 0;
    while at < 128 {
        let character = at as u8;
        classes[at] = match character {
            b'0'..=b'9' => Kind::Number as u8 | ALPHANUMERIC | LINKED,
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Word as u8 | ALPHANUMERIC | LINKED,
            b'\t'..=b'\r' | b' ' => Kind::Space as u8,
            b'$' | b'+' | b'<' | b'=' | b'>' | b'^' | b'`' | b'|' | b'~' => Kind::Symbol as u8,
            0..0x20 | 0x7F => Kind::Other as u8,
            _ => Kind::Punctuation as u8,
        };
        if is_atom_punctuation(character) || matches!(character, b'.' | b'@') {
            classes[at] |= LINK | LINKED;
        }
        if matches!(character, b':' | b',' | b';') {
            classes[at] |= LINK;
        }
        at += 1;
    }
    classes
};

/// What may stand in an atom besides letters and digits (`atext` of RFC 5322, which RFC 5321 takes over).
pub(super) const fn is_atom_punctuation(character: u8) -> bool {
    matches!(
        character,
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~'
    )
}

/// The end and the kind of the token at `start`, if the characters up to the one or two after it are ASCII and there
/// is nothing to it.
#[inline]
pub(super) fn token<T: Text>(text: T, start: usize) -> Option<(usize, Kind)> {
    let first = class(text, start)?;
    if first & ALPHANUMERIC != 0 {
        let mut end = start + 1;
        let after = loop {
            let class = class(text, end)?;
            if class & ALPHANUMERIC == 0 {
                break class;
            }
            if end - start == LONGEST {
                return None;
            }
            end += 1;
        };
        // An underscore joins whatever follows.
        if after & LINK != 0 && (text.unit(end) == Some(UNDERSCORE) || class(text, end + 1)? & LINKED != 0) {
            return None;
        }
        let is_number = first & KIND == Kind::Number as u8 && are_digits(text, start + 1, end);
        return Some((end, if is_number { Kind::Number } else { Kind::Word }));
    }
    let mut end = start + 1;
    if first & KIND == Kind::Space as u8 {
        while class(text, end).is_some_and(|class| class & KIND == Kind::Space as u8) {
            if end - start == LONGEST {
                return None;
            }
            end += 1;
        }
        return is_apart(text, end).then_some((end, Kind::Space));
    }
    if !is_apart(text, end) {
        return None;
    }
    let kind = match first & KIND {
        _ if text.unit(start) == Some(UNDERSCORE) => return None,
        kind if kind == Kind::Punctuation as u8 => Kind::Punctuation,
        kind if kind == Kind::Symbol as u8 => Kind::Symbol,
        _ => Kind::Other,
    };
    Some((end, kind))
}

/// Whether what begins at `at` is certain not to belong to a character of ASCII before that is no letter or digit.
#[inline]
fn is_apart<T: Text>(text: T, at: usize) -> bool {
    match text.unit(at) {
        Some(0..0x80) => true,
        Some(_) => is_letter(text, at),
        None => false,
    }
}

/// Whether a letter is at `at` that belongs to no cluster before it.
#[inline(never)]
fn is_letter<T: Text>(text: T, at: usize) -> bool {
    let properties = properties(text.decode(at).0);
    properties.category() == Category::Letter
        && matches!(properties.grapheme(), Grapheme::Other | Grapheme::HangulLv | Grapheme::HangulLvt)
}

fn are_digits<T: Text>(text: T, start: usize, end: usize) -> bool {
    (start..end).all(|at| matches!(text.unit(at), Some(0x30..=0x39)))
}

/// The place behind `at` if a space is there that is all there is between two words.
#[inline]
pub(super) fn after_space<T: Text>(text: T, at: usize) -> usize {
    let is_one =
        text.unit(at) == Some(0x20) && class(text, at + 1).is_some_and(|class| class & ALPHANUMERIC != 0);
    at + usize::from(is_one)
}

#[inline]
fn class<T: Text>(text: T, at: usize) -> Option<u8> {
    CLASSES.get(text.unit(at)? as usize).copied()
}
