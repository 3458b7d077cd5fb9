//! Kernels in plain Rust, which look at the units that one `u64` holds at once.

use core::ops::ControlFlow;

use super::is_white_space;
use crate::text::{Latin1, Text, Utf16};

/// The lowest bit of each unit.
const BYTES: u64 = 0x0101_0101_0101_0101;
const UNITS: u64 = 0x0001_0001_0001_0001;

pub(super) fn ascii_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<32>() {
        let words = [0, 8, 16, 24].map(|at| word_of(&block[at..]).expect("8 bytes of 32"));
        if (words[0] | words[1] | words[2] | words[3]) & (BYTES << 7) != 0 {
            break;
        }
        at += 32;
    }
    while let Some(word) = word_of(&bytes[at..]) {
        let others = word & (BYTES << 7);
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii()).count()
}

pub(super) fn ascii_prefix_utf16(units: &[u16]) -> usize {
    let mut at = 0;
    while let Some(word) = word_of_utf16(&units[at..]) {
        let others = word & (UNITS * 0xFF80);
        if others != 0 {
            return at + others.trailing_zeros() as usize / 16;
        }
        at += 4;
    }
    at + units[at..].iter().take_while(|unit| **unit < 0x80).count()
}

pub(super) fn printable_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(word) = word_of(&bytes[at..]) {
        let others = unprintable(word, BYTES, 8);
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|byte| matches!(byte, b' '..=b'~')).count()
}

pub(super) fn printable_prefix_utf16(units: &[u16]) -> usize {
    let mut at = 0;
    while let Some(word) = word_of_utf16(&units[at..]) {
        let others = unprintable(word, UNITS, 16) | word & (UNITS * 0x7F80);
        if others != 0 {
            return at + others.trailing_zeros() as usize / 16;
        }
        at += 4;
    }
    at + units[at..].iter().take_while(|unit| matches!(unit, 0x20..=0x7E)).count()
}

/// Marks the highest bit of each unit that is no printable ASCII, if all before it are.
#[inline]
fn unprintable(word: u64, lowest: u64, width: u32) -> u64 {
    let highest = lowest << (width - 1);
    let low_bits = word & (lowest * 0x7F);
    let from_space = low_bits + (highest - lowest * 0x20);
    let from_delete = low_bits + (highest - lowest * 0x7F);
    (word | !from_space | from_delete) & highest
}

pub(super) fn word_start(text: &str, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
    let bytes = text.as_bytes();
    find_start(text, is_inside, number, 8, |at| word_of(&bytes[at..]).and_then(ascii_spaces_of_bytes))
}

pub(super) fn word_start_latin1(
    text: Latin1<'_>,
    is_inside: bool,
    number: usize,
) -> ControlFlow<usize, usize> {
    find_start(text, is_inside, number, 8, |at| word_of(&text.0[at..]).and_then(ascii_spaces_of_bytes))
}

pub(super) fn word_start_utf16(text: Utf16<'_>, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
    find_start(text, is_inside, number, 16, |at| {
        let word = word_of_utf16(&text.0[at..])?;
        (word & (UNITS * 0xFF80) == 0).then(|| ascii_spaces(word, UNITS, 16))
    })
}

/// `spaces_at` looks at the units of `width` bits at an offset, and if they are ASCII marks the highest bit of each that
/// is white space.
#[inline]
fn find_start<T: Text>(
    text: T,
    mut is_inside: bool,
    number: usize,
    width: u32,
    spaces_at: impl Fn(usize) -> Option<u64>,
) -> ControlFlow<usize, usize> {
    let (mut at, mut count) = (0, 0);
    let highest = if width == 8 { BYTES << 7 } else { UNITS << 15 };
    while at < text.len() {
        let (starts, next);
        if let Some(spaces) = spaces_at(at) {
            starts = !spaces & highest & (spaces << width | u64::from(!is_inside) << (width - 1));
            is_inside = spaces >> 63 == 0;
            next = at + (64 / width) as usize;
        } else {
            let (code_point, after) = text.decode(at);
            let is_space = is_white_space(code_point);
            starts = u64::from(!is_space && !is_inside);
            (is_inside, next) = (!is_space, after);
        }
        let in_group = starts.count_ones() as usize;
        if count + in_group > number {
            let starts = (count..number).fold(starts, |starts, _| starts & (starts - 1));
            return ControlFlow::Break(at + (starts.trailing_zeros() / width) as usize);
        }
        count += in_group;
        at = next;
    }
    ControlFlow::Continue(count)
}

/// A word is a run of letters, digits and low lines (WB5, WB8 to WB10, WB13a, WB13b) and of marks that join two letters
/// (WB6, WB7) or two digits (WB11, WB12).
#[inline]
pub(super) fn ascii_words(len: usize, byte: impl Fn(usize) -> u8) -> usize {
    let (mut count, mut is_counted) = (0, false);
    let mut before = 0_u8;
    for at in 0..len {
        let is_in_word = match byte(at) {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => {
                count += usize::from(!is_counted);
                is_counted = true;
                true
            }
            b'_' => true,
            mark @ (b'.' | b'\'' | b':' | b',' | b';') if is_counted && at + 1 < len => {
                let after = byte(at + 1);
                let joins_letters = !matches!(mark, b',' | b';');
                (joins_letters && before.is_ascii_alphabetic() && after.is_ascii_alphabetic())
                    || (mark != b':' && before.is_ascii_digit() && after.is_ascii_digit())
            }
            _ => false,
        };
        is_counted &= is_in_word;
        before = byte(at);
    }
    count
}

fn ascii_spaces_of_bytes(word: u64) -> Option<u64> {
    (word & (BYTES << 7) == 0).then(|| ascii_spaces(word, BYTES, 8))
}

/// Marks the highest bit of each unit of `word` that is U+0009 to U+000D or U+0020. All units are ASCII: no sum carries
/// into the next one.
#[inline]
fn ascii_spaces(word: u64, lowest: u64, width: u32) -> u64 {
    let highest = lowest << (width - 1);
    let at_least = |low: u64| word + (highest - lowest * low);
    let other_than_space = (word ^ (lowest * 0x20)) + (highest - lowest);
    (at_least(0x09) & !at_least(0x0E) | !other_than_space) & highest
}

#[inline]
fn word_of(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The first unit is the lowest.
#[inline]
fn word_of_utf16(units: &[u16]) -> Option<u64> {
    let [a, b, c, d] = *units.first_chunk()?;
    Some(u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32 | u64::from(d) << 48)
}
