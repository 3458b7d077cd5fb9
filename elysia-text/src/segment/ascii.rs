//! Word boundaries of ASCII, 64 units at once: a bit for each.

use crate::simd::Block;
use crate::text::Text;

/// The segments of a block of ASCII that have not been taken yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AsciiSegments {
    /// Where the first bit is in the text.
    start: usize,
    /// Where segments end.
    ends: u64,
    /// Letters and digits.
    word_like: u64,
}

impl AsciiSegments {
    /// Those at `start`, where a segment begins; none unless enough is ASCII to pay for the question.
    pub(super) fn at<T: Text>(text: T, start: usize) -> Self {
        match text.ascii_block(start) {
            Some((block, len)) => Self::of(&block, len, start),
            None => Self::default(),
        }
    }

    /// Where the next segment ends, and whether it is word-like.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(usize, bool)> {
        if self.ends == 0 {
            return None;
        }
        let end = self.start + self.ends.trailing_zeros() as usize;
        let segment = self.ends.wrapping_sub(1) & !self.ends;
        let is_word_like = self.word_like & segment != 0;
        self.word_like &= !segment;
        self.ends &= self.ends - 1;
        Some((end, is_word_like))
    }

    fn of(bytes: &[u8; 64], len: usize, start: usize) -> Self {
        let block = Block::new(bytes);
        let letters = block.between(0x20, b'a', b'z');
        let digits = block.between(0, b'0', b'9');
        let (low_lines, spaces) = (block.any_of([b'_']), block.any_of([b' ']));
        let (returns, feeds) = (block.any_of([b'\r']), block.any_of([b'\n']));
        let in_both = block.any_of([b'.', b'\'']);
        let in_words = in_both | block.any_of([b':']);
        let in_numbers = in_both | block.any_of([b',', b';']);

        // A bit for each unit that no boundary is before: WB5, WB8 to WB10, WB13a and WB13b; WB3d; WB3.
        let words = letters | digits | low_lines;
        let joined = words & words << 1 | spaces & spaces << 1 | feeds & returns << 1;
        // WB6 and WB7, WB11 and WB12.
        let middles = in_words & letters << 1 & letters >> 1 | in_numbers & digits << 1 & digits >> 1;
        let ends = !(joined | middles | middles << 1);
        Self { start, ends: ends & decided(block.highest_bits(), len), word_like: letters | digits }
    }
}

/// The places after the first unit where enough is known: the units before, at and after them are ASCII.
fn decided(others: u64, len: usize) -> u64 {
    match others.trailing_zeros() {
        // The end of the text is a boundary, and the zeros after it are no letters.
        64 if len < 64 => (2_u64 << len).wrapping_sub(2),
        ascii => (1_u64 << (ascii.max(1) - 1)).wrapping_sub(2) & !1,
    }
}
