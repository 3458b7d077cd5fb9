//! Where a text has what a normalization form may not pass over ([`Inert`]).

use super::Block;
#[cfg(target_arch = "x86_64")]
use super::{SHORT, avx2};
use crate::tables::Inert;

/// The next 64 bytes from `from` on with one that may begin a character which is not inert: where they begin, and a bit for
/// each such byte; none at the end of the text.
pub(crate) fn candidates(text: &str, from: usize, inert: &Inert) -> (usize, u64) {
    let bytes = text.as_bytes();
    let (at, found) = in_blocks(bytes, from, inert);
    if found != 0 || at >= bytes.len() {
        return (at, found);
    }
    let rest = &bytes[at..];
    let mut block = [0; 64];
    block[..rest.len()].copy_from_slice(rest);
    (at, Block::new(&block).at_least(inert.leads.first))
}

/// As far as there are whole blocks.
fn in_blocks(bytes: &[u8], mut from: usize, inert: &Inert) -> (usize, u64) {
    dispatch!(bytes, candidates(bytes, from, &inert.leads), {
        while let Some(block) = bytes.get(from..).and_then(<[u8]>::first_chunk) {
            let found = Block::new(block).at_least(inert.leads.first);
            if found != 0 {
                return (from, found);
            }
            from += 64;
        }
        (from, 0)
    })
}

/// [`candidates`] for UTF-16.
pub(crate) fn candidates_utf16(units: &[u16], from: usize, inert: &Inert) -> (usize, u64) {
    let (at, found) = in_blocks_utf16(units, from, inert);
    if found != 0 || at >= units.len() {
        return (at, found);
    }
    (at, bits(&units[at..], inert))
}

fn in_blocks_utf16(units: &[u16], mut from: usize, inert: &Inert) -> (usize, u64) {
    dispatch!(units, candidates_utf16(units, from, inert), {
        while let Some(block) = units.get(from..).and_then(<[u16]>::first_chunk::<64>) {
            if block.iter().fold(0, |all, unit| all | unit) & !inert.pages.plain != 0 {
                let found = bits(block, inert);
                if found != 0 {
                    return (from, found);
                }
            }
            from += 64;
        }
        (from, 0)
    })
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

/// Those of up to 64 units that are not inert.
#[inline]
pub(super) fn bits(units: &[u16], inert: &Inert) -> u64 {
    let bit = |unit: &u16| u64::from(!inert.has_unit(*unit));
    units.iter().rev().fold(0, |bits, unit| bits << 1 | bit(unit))
}
