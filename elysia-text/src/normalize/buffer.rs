//! What a text is written to.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::text::{Latin1, Text, Utf16};

/// An owned text in one of the encodings.
pub(super) trait Buffer {
    type Text<'a>: Text;

    fn text(&self) -> Self::Text<'_>;

    fn with_capacity(units: usize) -> Self;

    /// Appends a code point that the encoding has.
    fn push(&mut self, code_point: u32);

    fn push_text(&mut self, text: Self::Text<'_>);

    /// Appends ASCII in lower case.
    fn push_ascii_lowercase(&mut self, ascii: Self::Text<'_>);

    /// Only this part of it.
    fn cut(self, range: Range<usize>) -> Self;
}

impl Buffer for String {
    type Text<'a> = &'a str;

    fn text(&self) -> &str {
        self
    }

    fn with_capacity(units: usize) -> Self {
        Self::with_capacity(units)
    }

    #[inline]
    fn push(&mut self, code_point: u32) {
        self.push(char::from_u32(code_point).unwrap_or(char::REPLACEMENT_CHARACTER));
    }

    #[inline]
    fn push_text(&mut self, text: &str) {
        self.push_str(text);
    }

    fn push_ascii_lowercase(&mut self, ascii: &str) {
        let start = self.len();
        self.push_str(ascii);
        self[start..].make_ascii_lowercase();
    }

    fn cut(mut self, range: Range<usize>) -> Self {
        self.truncate(range.end);
        self.drain(..range.start);
        self
    }
}

impl Buffer for Vec<u16> {
    type Text<'a> = Utf16<'a>;

    fn text(&self) -> Utf16<'_> {
        Utf16(self)
    }

    fn with_capacity(units: usize) -> Self {
        Self::with_capacity(units)
    }

    #[inline]
    fn push(&mut self, code_point: u32) {
        match code_point.checked_sub(0x1_0000) {
            None => self.push(code_point as u16),
            Some(rest) => self.extend([0xD800 | (rest >> 10) as u16, 0xDC00 | (rest & 0x3FF) as u16]),
        }
    }

    #[inline]
    fn push_text(&mut self, text: Utf16<'_>) {
        self.extend_from_slice(text.0);
    }

    fn push_ascii_lowercase(&mut self, ascii: Utf16<'_>) {
        let is_upper = |unit: u16| unit.wrapping_sub(u16::from(b'A')) < 26;
        self.extend(ascii.0.iter().map(|unit| unit | u16::from(is_upper(*unit)) << 5));
    }

    fn cut(mut self, range: Range<usize>) -> Self {
        self.truncate(range.end);
        self.drain(..range.start);
        self
    }
}

/// Latin-1, for what needs nothing above U+00FF.
impl Buffer for Vec<u8> {
    type Text<'a> = Latin1<'a>;

    fn text(&self) -> Latin1<'_> {
        Latin1(self)
    }

    fn with_capacity(units: usize) -> Self {
        Self::with_capacity(units)
    }

    #[inline]
    fn push(&mut self, code_point: u32) {
        debug_assert!(code_point <= 0xFF);
        self.push(code_point as u8);
    }

    #[inline]
    fn push_text(&mut self, text: Latin1<'_>) {
        self.extend_from_slice(text.0);
    }

    fn push_ascii_lowercase(&mut self, ascii: Latin1<'_>) {
        self.extend(ascii.0.iter().map(u8::to_ascii_lowercase));
    }

    fn cut(mut self, range: Range<usize>) -> Self {
        self.truncate(range.end);
        self.drain(..range.start);
        self
    }
}
