//! Loops over many units at once, chosen at run time: [`avx2`] where the processor has it, else [`portable`], which is
//! also what short texts take. Every kernel gives the answer of the plain loop that the tests compare it with.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(any(feature = "normalization", not(target_arch = "wasm32")))]
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "there the forms need only a part of it"))]
mod masks;
mod portable;

use core::ops::ControlFlow;

#[cfg(feature = "normalization")]
pub(crate) use inert::{candidates, candidates_latin1, candidates_utf16};
#[cfg(any(feature = "normalization", not(target_arch = "wasm32")))]
pub(crate) use masks::Block;

use crate::text::{Latin1, Utf16};

/// Below so many units the question for the processor and the handling of the rest cost more than they save.
#[cfg(target_arch = "x86_64")]
const SHORT: usize = 32;

/// `$kernel` of [`avx2`] for `$units` that are no short text, or at least `$least`, if the processor has what it needs;
/// else of [`portable`].
macro_rules! dispatch {
    ($units:expr, $kernel:ident($($argument:expr),*), $portable:expr) => {
        dispatch!($units, SHORT, $kernel($($argument),*), $portable)
    };
    ($units:expr, $least:expr, $kernel:ident($($argument:expr),*), $portable:expr) => {{
        #[cfg(target_arch = "x86_64")]
        if $units.len() >= $least && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            // SAFETY: the kernels need the features `avx2` and `popcnt` and nothing else; both have just been found.
            #[allow(unsafe_code, reason = "functions with target features are safe to call only where these are known")]
            return unsafe { avx2::$kernel($($argument),*) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = $units;
        $portable
    }};
}

#[cfg(feature = "normalization")]
mod inert;

/// How many bytes at the start are ASCII.
#[inline]
pub(crate) fn ascii_prefix(bytes: &[u8]) -> usize {
    // Text that is not ASCII asks this for each code point.
    match bytes.first() {
        Some(0..0x80) => ascii_prefix_of_some(bytes),
        _ => 0,
    }
}

fn ascii_prefix_of_some(bytes: &[u8]) -> usize {
    dispatch!(bytes, ascii_prefix(bytes), portable::ascii_prefix(bytes))
}

/// How many units at the start are ASCII.
#[inline]
pub(crate) fn ascii_prefix_utf16(units: &[u16]) -> usize {
    match units.first() {
        Some(0..0x80) => ascii_prefix_of_some_utf16(units),
        _ => 0,
    }
}

fn ascii_prefix_of_some_utf16(units: &[u16]) -> usize {
    dispatch!(units, ascii_prefix_utf16(units), portable::ascii_prefix_utf16(units))
}

/// Where word `number` starts (the first is number 0): the code point that is no `White_Space` after one that is, or at
/// the beginning unless that `is_inside` a word. If so many do not start, how many do.
pub(crate) fn word_start(text: &str, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
    let bytes = text.as_bytes();
    dispatch!(bytes, word_start(bytes, is_inside, number), portable::word_start(text, is_inside, number))
}

/// As [`word_start`].
pub(crate) fn word_start_latin1(
    text: Latin1<'_>,
    is_inside: bool,
    number: usize,
) -> ControlFlow<usize, usize> {
    let bytes = text.0;
    dispatch!(
        bytes,
        word_start_latin1(bytes, is_inside, number),
        portable::word_start_latin1(text, is_inside, number)
    )
}

/// As [`word_start`].
pub(crate) fn word_start_utf16(text: Utf16<'_>, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
    let units = text.0;
    dispatch!(
        units,
        word_start_utf16(units, is_inside, number),
        portable::word_start_utf16(text, is_inside, number)
    )
}

/// How many bytes at the start are printable ASCII, U+0020 to U+007E.
pub(crate) fn printable_prefix(bytes: &[u8]) -> usize {
    portable::printable_prefix(bytes)
}

/// As [`printable_prefix`].
pub(crate) fn printable_prefix_utf16(units: &[u16]) -> usize {
    portable::printable_prefix_utf16(units)
}

/// How many word segments (UAX #29) with a letter or a digit there are in `bytes`, which are ASCII.
pub(crate) fn ascii_words(bytes: &[u8]) -> usize {
    dispatch!(bytes, ascii_words(bytes), portable::ascii_words(bytes.len(), |at| bytes[at]))
}

/// As [`ascii_words`].
pub(crate) fn ascii_words_utf16(units: &[u16]) -> usize {
    dispatch!(units, ascii_words_utf16(units), portable::ascii_words(units.len(), |at| units[at] as u8))
}

/// `White_Space`: a list so short and so stable that asking it costs less than the tables.
#[inline]
pub(crate) fn is_white_space(code_point: u32) -> bool {
    match code_point {
        0x09..=0x0D | 0x20 | 0x85 | 0xA0 => true,
        0..0x1680 => false,
        0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
