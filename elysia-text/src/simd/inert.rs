//! Where a text has what a normalization form may not pass over ([`Inert`]).

use super::Block;
#[cfg(target_arch = "x86_64")]
use super::avx2;
use crate::tables::Inert;

/// The next 64 bytes from `from` on with one that may begin a character which is not inert: where they begin, and a bit for
/// each such byte; none at the end of the text.
pub(crate) fn candidates(text: &str, from: usize, inert: &Inert) -> (usize, u64) {
    let bytes = text.as_bytes();
    let (at, found) = in_blocks(bytes, from, inert);
    if found != 0 || at >= bytes.len() {
        return (at, found);
    }
    (at, bits_of_rest(&bytes[at..], inert))
}

/// Those of fewer than 64 bytes that may begin characters which are not inert.
fn bits_of_rest(bytes: &[u8], inert: &Inert) -> u64 {
    let found = bits_from(inert.leads.first, bytes);
    if found == 0 {
        return 0;
    }
    dispatch!(bytes, 8, candidates_of_rest(bytes, inert), found)
}

/// Those of fewer than 64 bytes that are `first` or more.
#[inline]
fn bits_from(first: u8, bytes: &[u8]) -> u64 {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = LOWEST << 7;
    let bits = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        // No sum is more than 0xFF; it has the highest bit where the lower bits are at least so much.
        let is_more = word & ((word & !HIGHEST) + u64::from(0x80 - (first & 0x7F)) * LOWEST) & HIGHEST;
        (is_more >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    };
    let (words, rest) = bytes.as_chunks();
    let mut found = words.iter().rev().fold(0, |found, word| found << 8 | bits(word));
    if let Some(last) = bytes.last_chunk() {
        found |= bits(last) << (bytes.len() - 8);
    } else {
        for (at, byte) in rest.iter().enumerate() {
            found |= u64::from(*byte >= first) << at;
        }
    }
    found
}

/// Which of the `candidates` begin characters that are not inert; maybe all, if many do. A character may go on behind the
/// 64 bytes.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn without_inert(candidates: u64, bytes: &[u8; 67], inert: &Inert) -> u64 {
    let is_other = |at: u32| {
        let byte = |place: usize| usize::from(bytes[at as usize % 64 + place]);
        let lead = byte(0);
        let is_inert = if lead < 0xF0 {
            // No branch: in many languages it could not be foreseen how long a character is.
            let is_long = usize::from(lead >= 0xE0);
            let (short, long) = (lead & 0x1F, (lead << 6 | byte(1) & 0x3F) & 0x3FF);
            inert.has_in(short ^ (short ^ long) & is_long.wrapping_neg(), byte(1 + is_long))
        } else {
            let code_point =
                (lead & 7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | byte(3) & 0x3F;
            inert.has(code_point as u32)
        };
        u64::from(!is_inert)
    };
    if is_other(candidates.trailing_zeros()) & is_other(candidates.ilog2()) != 0 {
        return candidates;
    }
    let (mut rest, mut others) = (candidates, 0);
    while rest != 0 {
        let at = rest.trailing_zeros();
        rest &= rest - 1;
        others |= is_other(at) << at;
    }
    others
}

/// As far as there are whole blocks.
fn in_blocks(bytes: &[u8], from: usize, inert: &Inert) -> (usize, u64) {
    dispatch!(bytes, 64, candidates(bytes, from, inert), plain(bytes, from, inert))
}

pub(super) fn plain(bytes: &[u8], mut from: usize, inert: &Inert) -> (usize, u64) {
    while let Some(block) = bytes.get(from..).and_then(<[u8]>::first_chunk) {
        let found = Block::new(block).at_least(inert.leads.first);
        if found != 0 {
            return (from, found);
        }
        from += 64;
    }
    (from, 0)
}

/// [`candidates`] for UTF-16.
pub(crate) fn candidates_utf16(units: &[u16], from: usize, inert: &Inert) -> (usize, u64) {
    let (at, found) = in_blocks_utf16(units, from, inert);
    if found != 0 || at >= units.len() {
        return (at, found);
    }
    let rest = &units[at..];
    (at, if is_plain(rest, inert) { 0 } else { bits(rest, inert) })
}

fn in_blocks_utf16(units: &[u16], from: usize, inert: &Inert) -> (usize, u64) {
    dispatch!(units, 64, candidates_utf16(units, from, inert), plain_utf16(units, from, inert))
}

pub(super) fn plain_utf16(units: &[u16], mut from: usize, inert: &Inert) -> (usize, u64) {
    while let Some(block) = units.get(from..).and_then(<[u16]>::first_chunk::<64>) {
        if !is_plain(block, inert) {
            let found = bits(block, inert);
            if found != 0 {
                return (from, found);
            }
        }
        from += 64;
    }
    (from, 0)
}

fn is_plain(units: &[u16], inert: &Inert) -> bool {
    units.iter().fold(0, |all, unit| all | unit) & !inert.pages.plain == 0
}

/// [`candidates`] for Latin-1.
pub(crate) fn candidates_latin1(bytes: &[u8], from: usize, inert: &Inert) -> (usize, u64) {
    let mut from = from.min(bytes.len());
    if inert.pages.plain >= 0xFF {
        return (bytes.len(), 0);
    }
    loop {
        from += super::ascii_prefix(&bytes[from..]);
        let block = &bytes[from..bytes.len().min(from + 64)];
        let bit = |byte: &u8| u64::from(!inert.has_unit((*byte).into()));
        let found = block.iter().rev().fold(0, |bits, byte| bits << 1 | bit(byte));
        if found != 0 || block.is_empty() {
            return (from, found);
        }
        from += block.len();
    }
}

/// As [`without_inert`]; of units.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn without_inert_utf16(candidates: u64, units: &[u16; 64], inert: &Inert) -> u64 {
    let is_inert = |at: u32| inert.has_unit(units[at as usize % 64]);
    if is_inert(candidates.trailing_zeros()) | is_inert(candidates.ilog2()) {
        candidates & bits(units, inert)
    } else {
        candidates
    }
}

/// Those of up to 64 units that are not inert.
#[inline]
fn bits(units: &[u16], inert: &Inert) -> u64 {
    let bit = |unit: &u16| u64::from(!inert.has_unit(*unit));
    units.iter().rev().fold(0, |bits, unit| bits << 1 | bit(unit))
}
