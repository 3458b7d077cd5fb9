//! Loops over many units at once, chosen at run time: [`avx2`] where the processor has it, else [`portable`], which is
//! also what short texts take. Every kernel gives the answer of the plain loop that the tests compare it with.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

use crate::text::{Latin1, Utf16};

/// Below so many units the question for the processor and the handling of the rest cost more than they save.
#[cfg(target_arch = "x86_64")]
const SHORT: usize = 32;

/// `$kernel` of [`avx2`] for `$units` that are no short text, if the processor has what it needs; else of [`portable`].
macro_rules! dispatch {
    ($units:expr, $kernel:ident($($argument:expr),*), $portable:expr) => {{
        #[cfg(target_arch = "x86_64")]
        if $units.len() >= SHORT && is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            // SAFETY: the kernels need the features `avx2` and `popcnt` and nothing else; both have just been found.
            #[allow(unsafe_code, reason = "functions with target features are safe to call only where these are known")]
            return unsafe { avx2::$kernel($($argument),*) };
        }
        $portable
    }};
}

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

/// How many code points that are no `White_Space` follow one that is, or the beginning unless `is_inside` a word.
pub(crate) fn word_starts(text: &str, is_inside: bool) -> usize {
    dispatch!(text, word_starts(text.as_bytes(), is_inside), portable::word_starts(text, is_inside))
}

/// As [`word_starts`].
pub(crate) fn word_starts_latin1(text: Latin1<'_>, is_inside: bool) -> usize {
    dispatch!(text.0, word_starts_latin1(text.0, is_inside), portable::word_starts_latin1(text, is_inside))
}

/// As [`word_starts`].
pub(crate) fn word_starts_utf16(text: Utf16<'_>, is_inside: bool) -> usize {
    dispatch!(text.0, word_starts_utf16(text.0, is_inside), portable::word_starts_utf16(text, is_inside))
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
