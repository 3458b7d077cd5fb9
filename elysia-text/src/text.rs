//! What a text is here: code points that lie in UTF-8, UTF-16 or Latin-1.

use core::ops::Range;

/// A text in memory. Offsets are in its own units: bytes of UTF-8 for `&str`, code units for [`Utf16`], bytes for
/// [`Latin1`].
///
/// A code point is a `u32` here, because UTF-16 of JavaScript may have lone surrogates: they count as code points of
/// their own.
pub trait Text: Copy + sealed::Sealed {
    /// Length in units.
    fn len(self) -> usize;

    /// Whether there is no unit.
    fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The units of `range`, which must lie on code points' boundaries.
    #[must_use]
    fn slice(self, range: Range<usize>) -> Self;

    /// The unit at `at`, if that is less than the length.
    fn unit(self, at: usize) -> Option<u32>;

    /// The code point that begins at `at` (on a boundary, less than the length), and where the next one begins.
    fn decode(self, at: usize) -> (u32, usize);

    /// The code point that ends at `end` (on a boundary, more than 0), and where it begins.
    fn decode_before(self, end: usize) -> (u32, usize);

    /// `at`, which is less than the length, or where the code point begins that it is in.
    fn floor(self, at: usize) -> usize;

    /// Where the run of ASCII ends that begins at `from`.
    fn ascii_run_end(self, from: usize) -> usize;

    /// 64 units from `from` on, or fewer and zeros, and how many; what is not ASCII has the highest bit. Nothing unless
    /// the first 16 are ASCII.
    #[doc(hidden)]
    fn ascii_block(self, from: usize) -> Option<([u8; 64], usize)>;
}

/// A text of one byte a character: U+0000 to U+00FF, as V8 keeps most strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latin1<'a>(pub &'a [u8]);

/// A text in UTF-16 that may be ill-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utf16<'a>(pub &'a [u16]);

impl Text for &str {
    fn len(self) -> usize {
        str::len(self)
    }

    #[inline]
    fn slice(self, range: Range<usize>) -> Self {
        // The message of an index tells so much of the text that the checks get slow.
        self.get(range).expect("the ends of a range are boundaries of code points")
    }

    #[inline]
    fn unit(self, at: usize) -> Option<u32> {
        self.as_bytes().get(at).copied().map(u32::from)
    }

    #[inline]
    fn decode(self, at: usize) -> (u32, usize) {
        let bits = |byte: u8, mask: u8| u32::from(byte & mask);
        match self.as_bytes()[at..] {
            [one, ..] if one < 0x80 => (u32::from(one), at + 1),
            [one, two, ..] if one < 0xE0 => (bits(one, 0x1F) << 6 | bits(two, 0x3F), at + 2),
            [one, two, three, ..] if one < 0xF0 => {
                (bits(one, 0x0F) << 12 | bits(two, 0x3F) << 6 | bits(three, 0x3F), at + 3)
            }
            [one, two, three, four, ..] => {
                let high = bits(one, 0x07) << 18 | bits(two, 0x3F) << 12;
                (high | bits(three, 0x3F) << 6 | bits(four, 0x3F), at + 4)
            }
            // No boundary, or the end: a text has neither here.
            _ => (0, at + 1),
        }
    }

    #[inline]
    fn decode_before(self, end: usize) -> (u32, usize) {
        let bytes = self.as_bytes();
        let mut start = end - 1;
        while bytes[start] & 0xC0 == 0x80 {
            start -= 1;
        }
        (self.decode(start).0, start)
    }

    fn floor(self, at: usize) -> usize {
        self.floor_char_boundary(at)
    }

    #[inline]
    fn ascii_run_end(self, from: usize) -> usize {
        from + crate::simd::ascii_prefix(&self.as_bytes()[from..])
    }

    #[inline]
    fn ascii_block(self, from: usize) -> Option<([u8; 64], usize)> {
        ascii_block(&self.as_bytes()[from..])
    }
}

impl Text for Latin1<'_> {
    fn len(self) -> usize {
        self.0.len()
    }

    #[inline]
    fn slice(self, range: Range<usize>) -> Self {
        Latin1(&self.0[range])
    }

    #[inline]
    fn unit(self, at: usize) -> Option<u32> {
        self.0.get(at).copied().map(u32::from)
    }

    #[inline]
    fn decode(self, at: usize) -> (u32, usize) {
        (u32::from(self.0[at]), at + 1)
    }

    #[inline]
    fn decode_before(self, end: usize) -> (u32, usize) {
        (u32::from(self.0[end - 1]), end - 1)
    }

    fn floor(self, at: usize) -> usize {
        at
    }

    #[inline]
    fn ascii_run_end(self, from: usize) -> usize {
        from + crate::simd::ascii_prefix(&self.0[from..])
    }

    #[inline]
    fn ascii_block(self, from: usize) -> Option<([u8; 64], usize)> {
        ascii_block(&self.0[from..])
    }
}

impl Text for Utf16<'_> {
    fn len(self) -> usize {
        self.0.len()
    }

    #[inline]
    fn slice(self, range: Range<usize>) -> Self {
        Utf16(&self.0[range])
    }

    #[inline]
    fn unit(self, at: usize) -> Option<u32> {
        self.0.get(at).copied().map(u32::from)
    }

    #[inline]
    fn decode(self, at: usize) -> (u32, usize) {
        let first = self.0[at];
        if first & 0xFC00 == 0xD800
            && let Some(&second) = self.0.get(at + 1)
            && second & 0xFC00 == 0xDC00
        {
            return (join_surrogates(first, second), at + 2);
        }
        (u32::from(first), at + 1)
    }

    #[inline]
    fn decode_before(self, end: usize) -> (u32, usize) {
        let last = self.0[end - 1];
        if last & 0xFC00 == 0xDC00 && end >= 2 && self.0[end - 2] & 0xFC00 == 0xD800 {
            return (join_surrogates(self.0[end - 2], last), end - 2);
        }
        (u32::from(last), end - 1)
    }

    fn floor(self, at: usize) -> usize {
        let is_inside = at > 0 && self.0[at] & 0xFC00 == 0xDC00 && self.0[at - 1] & 0xFC00 == 0xD800;
        at - usize::from(is_inside)
    }

    #[inline]
    fn ascii_run_end(self, from: usize) -> usize {
        from + crate::simd::ascii_prefix_utf16(&self.0[from..])
    }

    #[inline]
    fn ascii_block(self, from: usize) -> Option<([u8; 64], usize)> {
        let units = &self.0[from..];
        let first: &[u16; 16] = units.first_chunk()?;
        let narrow = |unit: u16| unit.min(0x80) as u8;
        if first.iter().fold(0, |all, unit| all | *unit) >= 0x80 {
            return None;
        }
        if let Some(block) = units.first_chunk::<64>() {
            return Some((block.map(narrow), 64));
        }
        let mut block = [0; 64];
        block.iter_mut().zip(units).for_each(|(byte, unit)| *byte = narrow(*unit));
        Some((block, units.len()))
    }
}

#[inline]
fn ascii_block(bytes: &[u8]) -> Option<([u8; 64], usize)> {
    let first: &[u8; 16] = bytes.first_chunk()?;
    if u128::from_ne_bytes(*first) & (u128::MAX / 0xFF * 0x80) != 0 {
        return None;
    }
    if let Some(block) = bytes.first_chunk() {
        return Some((*block, 64));
    }
    let mut block = [0; 64];
    block[..bytes.len()].copy_from_slice(bytes);
    Some((block, bytes.len()))
}

fn join_surrogates(high: u16, low: u16) -> u32 {
    0x10000 + (u32::from(high & 0x3FF) << 10 | u32::from(low & 0x3FF))
}

pub(crate) mod sealed {
    use core::ops::{ControlFlow, Range};

    use super::{Latin1, Utf16};
    use crate::simd;
    #[cfg(feature = "normalization")]
    use crate::tables::Inert;

    /// What each encoding has a loop of its own for.
    pub trait Sealed {
        /// Whether a unit is a byte of UTF-8.
        const IS_UTF8: bool;

        /// Where word `number` starts between white space, given whether one reaches up to here; or how many start.
        fn word_start(self, is_inside: bool, number: usize) -> ControlFlow<usize, usize>;

        /// Where the run of ASCII ends that begins at the beginning of `range`, if not after it. Only the beginning need
        /// be a boundary of code points.
        fn ascii_end(self, range: Range<usize>) -> usize;

        /// The same for printable ASCII, U+0020 to U+007E.
        fn printable_end(self, range: Range<usize>) -> usize;

        /// How many word segments (UAX #29) with a letter or a digit there are; the text is ASCII.
        fn ascii_words(self) -> usize;

        /// The next units (64 or fewer) from `from` on of which some may not be inert: where they begin, and a bit for each
        /// where such a character may begin; none at the end of the text.
        #[cfg(feature = "normalization")]
        fn candidates(self, from: usize, inert: &Inert) -> (usize, u64);
    }

    impl Sealed for &str {
        const IS_UTF8: bool = true;

        fn word_start(self, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
            simd::word_start(self, is_inside, number)
        }

        #[inline]
        fn ascii_end(self, range: Range<usize>) -> usize {
            range.start + simd::ascii_prefix(&self.as_bytes()[range])
        }

        #[inline]
        fn printable_end(self, range: Range<usize>) -> usize {
            range.start + simd::printable_prefix(&self.as_bytes()[range])
        }

        fn ascii_words(self) -> usize {
            simd::ascii_words(self.as_bytes())
        }

        #[cfg(feature = "normalization")]
        fn candidates(self, from: usize, inert: &Inert) -> (usize, u64) {
            simd::candidates(self, from, inert)
        }
    }

    impl Sealed for Latin1<'_> {
        const IS_UTF8: bool = false;

        fn word_start(self, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
            simd::word_start_latin1(self, is_inside, number)
        }

        #[inline]
        fn ascii_end(self, range: Range<usize>) -> usize {
            range.start + simd::ascii_prefix(&self.0[range])
        }

        #[inline]
        fn printable_end(self, range: Range<usize>) -> usize {
            range.start + simd::printable_prefix(&self.0[range])
        }

        fn ascii_words(self) -> usize {
            simd::ascii_words(self.0)
        }

        #[cfg(feature = "normalization")]
        fn candidates(self, from: usize, inert: &Inert) -> (usize, u64) {
            simd::candidates_latin1(self.0, from, inert)
        }
    }

    impl Sealed for Utf16<'_> {
        const IS_UTF8: bool = false;

        fn word_start(self, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
            simd::word_start_utf16(self, is_inside, number)
        }

        #[inline]
        fn ascii_end(self, range: Range<usize>) -> usize {
            range.start + simd::ascii_prefix_utf16(&self.0[range])
        }

        #[inline]
        fn printable_end(self, range: Range<usize>) -> usize {
            range.start + simd::printable_prefix_utf16(&self.0[range])
        }

        fn ascii_words(self) -> usize {
            simd::ascii_words_utf16(self.0)
        }

        #[cfg(feature = "normalization")]
        fn candidates(self, from: usize, inert: &Inert) -> (usize, u64) {
            simd::candidates_utf16(self.0, from, inert)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: impl Text, code_points: &[u32]) {
        let mut at = 0;
        let mut forwards = Vec::new();
        while at < text.len() {
            let (code_point, next) = text.decode(at);
            assert_eq!(text.decode_before(next), (code_point, at));
            forwards.push(code_point);
            at = next;
        }
        assert_eq!(forwards, code_points);
    }

    #[test]
    fn every_encoding_decodes_both_ways() {
        check("a\u{e9}\u{20ac}\u{1f600}", &[0x61, 0xE9, 0x20AC, 0x1F600]);
        check(Latin1(&[0x61, 0xE9, 0xFF]), &[0x61, 0xE9, 0xFF]);
        check(Utf16(&[0x61, 0xD83D, 0xDE00, 0x20AC]), &[0x61, 0x1F600, 0x20AC]);
    }

    #[test]
    fn lone_surrogates_are_code_points() {
        check(Utf16(&[0xDE00, 0xD83D, 0x61, 0xD83D]), &[0xDE00, 0xD83D, 0x61, 0xD83D]);
        check(Utf16(&[0xD83D, 0xD83D, 0xDE00]), &[0xD83D, 0x1F600]);
    }
}
