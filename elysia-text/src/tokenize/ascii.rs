//! The short way for ASCII, which decides most tokens of most texts by a table.

use super::options::Kind;
use crate::text::Text;

/// Bits of [`CLASSES`]; the lowest four are the [`Kind`] of a token that the character begins.
const KIND: u8 = 0x0F;
const ALPHANUMERIC: u8 = 0x10;
/// May join the word before it to what follows: in the middle of a word or a number, or in an address.
const LINK: u8 = 0x20;
/// What a link may join a word to.
const LINKED: u8 = 0x40;
const DIGIT: u8 = 0x80;

/// By character.
static CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut at = 0;
    while at < 128 {
        let character = at as u8;
        classes[at] = match character {
            b'0'..=b'9' => Kind::Number as u8 | ALPHANUMERIC | LINKED | DIGIT,
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
    let class = class(text, start)?;
    let mut end = start + 1;
    if class & ALPHANUMERIC != 0 {
        let mut all = class;
        let after = loop {
            let after = self::class(text, end)?;
            if after & ALPHANUMERIC == 0 {
                break after;
            }
            all &= after;
            end += 1;
        };
        // An underscore joins whatever follows.
        if after & LINK != 0 && (text.unit(end) == Some(0x5F) || self::class(text, end + 1)? & LINKED != 0) {
            return None;
        }
        return Some((end, if all & DIGIT != 0 { Kind::Number } else { Kind::Word }));
    }
    if class & KIND == Kind::Space as u8 {
        while self::class(text, end)? & KIND == Kind::Space as u8 {
            end += 1;
        }
        return Some((end, Kind::Space));
    }
    self::class(text, end)?;
    let kind = match class & KIND {
        _ if text.unit(start) == Some(0x5F) => return None,
        class if class == Kind::Punctuation as u8 => Kind::Punctuation,
        class if class == Kind::Symbol as u8 => Kind::Symbol,
        _ => Kind::Other,
    };
    Some((end, kind))
}

#[inline]
fn class<T: Text>(text: T, at: usize) -> Option<u8> {
    CLASSES.get(text.unit(at)? as usize).copied()
}
