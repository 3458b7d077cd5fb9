//! Kernels for x86-64 with AVX2: 64 units a step, a bit for each.
#![allow(
    unsafe_code,
    reason = "loads of vectors; everything else that is called is safe where the features are known"
)]

use std::arch::x86_64::*;
use std::ops::ControlFlow;

#[cfg(feature = "normalization")]
use super::inert::{without_inert, without_inert_utf16};
#[cfg(feature = "normalization")]
use crate::tables::Inert;

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn ascii_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<128>() {
        let low = _mm256_or_si256(load::<0, _>(block), load::<32, _>(block));
        let high = _mm256_or_si256(load::<64, _>(block), load::<96, _>(block));
        if _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0 {
            break;
        }
        at += 128;
    }
    while let Some(block) = bytes[at..].first_chunk::<32>() {
        let others = bits(load::<0, _>(block));
        if others != 0 {
            return at + others.trailing_zeros() as usize;
        }
        at += 32;
    }
    at + super::portable::ascii_prefix(&bytes[at..])
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn ascii_prefix_utf16(units: &[u16]) -> usize {
    let ascii = _mm256_set1_epi16(0x7F);
    let mut at = 0;
    while let Some(block) = units[at..].first_chunk::<64>() {
        let low = _mm256_or_si256(load_units::<0, _>(block), load_units::<16, _>(block));
        let high = _mm256_or_si256(load_units::<32, _>(block), load_units::<48, _>(block));
        if _mm256_testc_si256(ascii, _mm256_or_si256(low, high)) == 0 {
            break;
        }
        at += 64;
    }
    at + super::portable::ascii_prefix_utf16(&units[at..])
}

/// `bytes` are UTF-8.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn word_start(bytes: &[u8], is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
    let mut starts = Starts::new(is_inside, number);
    let mut rest = bytes;
    while let Some(block) = rest.first_chunk() {
        starts.push(spaces_ahead(block))?;
        rest = &rest[64..];
    }
    let padded: [u8; 130] = pad(rest);
    starts.push(spaces_ahead(padded.first_chunk().expect("shorter than the array")))?;
    starts.push(spaces_ahead(padded.last_chunk().expect("shorter than the array")))?;
    ControlFlow::Continue(starts.count)
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn word_start_latin1(bytes: &[u8], is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
    let mut starts = Starts::new(is_inside, number);
    let (blocks, rest) = bytes.as_chunks();
    for block in blocks {
        starts.push(spaces_latin1(block))?;
    }
    starts.push(spaces_latin1(&pad(rest)))?;
    ControlFlow::Continue(starts.count)
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn word_start_utf16(units: &[u16], is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
    let mut starts = Starts::new(is_inside, number);
    let (blocks, rest) = units.as_chunks();
    for block in blocks {
        starts.push(spaces_utf16(block))?;
    }
    starts.push(spaces_utf16(&pad(rest)))?;
    ControlFlow::Continue(starts.count)
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn ascii_words(bytes: &[u8]) -> usize {
    let mut words = AsciiWords::default();
    let (blocks, rest) = bytes.as_chunks::<64>();
    for block in blocks {
        words.push(Classes::of(load::<0, _>(block), load::<32, _>(block)));
    }
    let rest: [u8; 64] = pad(rest);
    words.push(Classes::of(load::<0, _>(&rest), load::<32, _>(&rest)));
    words.finish()
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn ascii_words_utf16(units: &[u16]) -> usize {
    let mut words = AsciiWords::default();
    let (blocks, rest) = units.as_chunks();
    for block in blocks {
        words.push(Classes::of_utf16(block));
    }
    words.push(Classes::of_utf16(&pad(rest)));
    words.finish()
}

/// See [`candidates`](super::candidates); as far as there are whole blocks.
#[cfg(feature = "normalization")]
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn candidates(bytes: &[u8], from: usize, inert: &Inert) -> (usize, u64) {
    let others = |block| other_leads(block, inert);
    let mut at = from;
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<64>) {
        let (low, high) = (load::<0, _>(block), load::<32, _>(block));
        if bits(_mm256_or_si256(low, high)) != 0 {
            let mut found = join(others(low), others(high));
            if found.count_ones() > MANY_LEADS
                && let Some(block) = bytes[at..].first_chunk()
            {
                found = without_inert(found, block, inert);
            }
            if found != 0 {
                return (at, found);
            }
        }
        at += 64;
    }
    (at, 0)
}

/// Of 8 to 63 bytes: what is loaded twice has the same bits.
#[cfg(feature = "normalization")]
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn candidates_of_rest(bytes: &[u8], inert: &Inert) -> u64 {
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<32>(), bytes.last_chunk::<32>()) {
        let [low, high] = [first, last].map(|half| u64::from(other_leads(load::<0, _>(half), inert)));
        return low | high << (len - 32);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        let both = _mm256_inserti128_si256::<1>(load_rows(first), _mm256_castsi256_si128(load_rows(last)));
        let bits = u64::from(other_leads(both, inert));
        return bits & 0xFFFF | bits >> 16 << (len - 16);
    }
    let [Some(first), Some(last)] = [bytes.first_chunk(), bytes.last_chunk()] else { return u64::MAX };
    let [first, last] = [first, last].map(|eight| i64::from_le_bytes(*eight));
    let bits = u64::from(other_leads(_mm256_setr_epi64x(first, last, 0, 0), inert));
    bits & 0xFF | bits >> 8 << (len - 8)
}

/// Bytes that begin characters which need not be inert.
#[cfg(feature = "normalization")]
#[inline]
#[target_feature(enable = "avx2")]
fn other_leads(block: __m256i, inert: &Inert) -> u32 {
    let by_low_bits = load_rows(&inert.leads.by_low_bits);
    let by_high_bits =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8));
    let half = _mm256_set1_epi8(0xF);
    let low_bits = _mm256_shuffle_epi8(by_low_bits, _mm256_and_si256(block, half));
    let high_bits = _mm256_and_si256(_mm256_srli_epi16::<4>(block), half);
    !bits(no_bit(low_bits, _mm256_shuffle_epi8(by_high_bits, high_bits)))
}

/// As [`candidates`]; of units.
#[cfg(feature = "normalization")]
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn candidates_utf16(units: &[u16], from: usize, inert: &Inert) -> (usize, u64) {
    let rows = inert.pages.by_bits.each_ref().map(|rows| load_rows(rows));
    let bit_of = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128,
    ));
    let (low_byte, half) = (_mm256_set1_epi16(0xFF), _mm256_set1_epi8(0xF));
    let others = |first, second| {
        let low = pack(_mm256_and_si256(first, low_byte), _mm256_and_si256(second, low_byte));
        let high = pack(_mm256_srli_epi16::<8>(first), _mm256_srli_epi16::<8>(second));
        let low_bits = _mm256_and_si256(high, half);
        let [a, b, c, d] = rows.map(|rows| _mm256_shuffle_epi8(rows, low_bits));
        // By the highest bits of both bytes.
        let row = _mm256_blendv_epi8(_mm256_blendv_epi8(a, c, low), _mm256_blendv_epi8(b, d, low), high);
        let high_bits = _mm256_and_si256(_mm256_srli_epi16::<4>(high), half);
        !bits(no_bit(row, _mm256_shuffle_epi8(bit_of, high_bits)))
    };
    let plain = _mm256_set1_epi16(inert.pages.plain.cast_signed());
    let mut at = from;
    while let Some(block) = units.get(at..).and_then(<[u16]>::first_chunk::<64>) {
        let [a, b] = [load_units::<0, _>(block), load_units::<16, _>(block)];
        let [c, d] = [load_units::<32, _>(block), load_units::<48, _>(block)];
        let all = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
        if _mm256_testc_si256(plain, all) == 0 {
            let mut found = join(others(a, b), others(c, d));
            if found.count_ones() > MANY {
                found = without_inert_utf16(found, block, inert);
            }
            if found != 0 {
                return (at, found);
            }
        }
        at += 64;
    }
    (at, 0)
}

/// With so many candidates of 64 it is faster to look at all at once.
#[cfg(feature = "normalization")]
const MANY: u32 = 16;
#[cfg(feature = "normalization")]
const MANY_LEADS: u32 = 8;

#[cfg(feature = "normalization")]
#[inline]
#[target_feature(enable = "avx2")]
fn load_rows(rows: &[u8; 16]) -> __m256i {
    let [low, high] = [rows.first_chunk(), rows.last_chunk()]
        .map(|eight| i64::from_le_bytes(*eight.expect("8 bytes of 16")));
    _mm256_broadcastsi128_si256(_mm_set_epi64x(high, low))
}

/// Bytes that have no bit in common.
#[cfg(feature = "normalization")]
#[inline]
#[target_feature(enable = "avx2")]
fn no_bit(first: __m256i, second: __m256i) -> __m256i {
    _mm256_cmpeq_epi8(_mm256_and_si256(first, second), _mm256_setzero_si256())
}

/// The last units of a text and white space, in which no word starts.
fn pad<U: Copy + From<u8>, const LEN: usize>(rest: &[U]) -> [U; LEN] {
    let mut padded = [U::from(b' '); LEN];
    padded[..rest.len()].copy_from_slice(rest);
    padded
}

/// Where white space begins in 64 units, by how many units it has.
#[derive(Default)]
struct Spaces {
    one: u64,
    two: u64,
    three: u64,
}

/// Words that start in blocks of 64 units, one after the other, up to one that is looked for.
struct Starts {
    count: usize,
    number: usize,
    /// Units in the blocks so far.
    at: usize,
    /// Whether the unit before is white space, in the lowest bit.
    after_space: u64,
    /// Units at the beginning of the block that belong to white space which began in the one before.
    spilled: u64,
}

impl Starts {
    fn new(is_inside: bool, number: usize) -> Self {
        Self { count: 0, number, at: 0, after_space: u64::from(!is_inside), spilled: 0 }
    }

    /// Goes on until the word is found.
    #[inline]
    #[target_feature(enable = "popcnt")]
    fn push(&mut self, Spaces { one, two, three }: Spaces) -> ControlFlow<usize> {
        let spaces = one | two | two << 1 | three | three << 1 | three << 2 | self.spilled;
        self.spilled = two >> 63 | three >> 62 | three >> 63;
        let starts = !spaces & (spaces << 1 | self.after_space);
        self.after_space = spaces >> 63;
        let count = self.count + starts.count_ones() as usize;
        if count > self.number {
            let in_block = (self.count..self.number).fold(starts, |starts, _| starts & (starts - 1));
            return ControlFlow::Break(self.at + in_block.trailing_zeros() as usize);
        }
        self.count = count;
        self.at += 64;
        ControlFlow::Continue(())
    }
}

/// What 64 characters of ASCII are for UAX #29.
#[derive(Clone, Copy, Default)]
struct Classes {
    letters: u64,
    digits: u64,
    low_lines: u64,
    /// What joins two letters: `MidLetter`, `MidNumLet`, `Single_Quote`.
    between_letters: u64,
    /// What joins two digits: `MidNum`, `MidNumLet`, `Single_Quote`.
    between_digits: u64,
}

impl Classes {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(low: __m256i, high: __m256i) -> Self {
        let case = _mm256_set1_epi8(0x20);
        let letters = |block| bits(between(_mm256_or_si256(block, case), b'a', b'z'));
        let digits = |block| bits(between(block, b'0', b'9'));
        let low_lines = |block| bits(equal(block, b'_'));
        // As in `ascii_spaces`: the marks differ in their lowest four bits. Zero is no byte with such bits.
        let (dot, quote, comma) = (0x2E, 0x27, 0x2C);
        let (colon, semicolon) = (0x3A, 0x3B);
        let by_low_bits = |a, b, c, e| {
            _mm256_broadcastsi128_si256(_mm_setr_epi8(-1, 0, 0, 0, 0, 0, 0, quote, 0, 0, a, b, c, 0, e, 0))
        };
        let letter_marks = by_low_bits(colon, 0, 0, dot);
        let digit_marks = by_low_bits(0, semicolon, comma, dot);
        let between_letters =
            |block| bits(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(letter_marks, block), block));
        let between_digits = |block| bits(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(digit_marks, block), block));
        Self {
            letters: join(letters(low), letters(high)),
            digits: join(digits(low), digits(high)),
            low_lines: join(low_lines(low), low_lines(high)),
            between_letters: join(between_letters(low), between_letters(high)),
            between_digits: join(between_digits(low), between_digits(high)),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn of_utf16(block: &[u16; 64]) -> Self {
        let low = pack(load_units::<0, _>(block), load_units::<16, _>(block));
        let high = pack(load_units::<32, _>(block), load_units::<48, _>(block));
        Self::of(low, high)
    }
}

/// Words of ASCII in blocks of 64 characters, one after the other.
#[derive(Default)]
struct AsciiWords {
    count: usize,
    /// The block that is counted when the next one tells whether a mark at its end joins.
    block: Classes,
    /// Of the character before `block`, in the lowest bit: whether it is a letter, a digit, in a word.
    after_letter: u64,
    after_digit: u64,
    after_word: u64,
    /// Whether the block before ends in a word of nothing but low lines so far.
    after_low_lines: u64,
}

impl AsciiWords {
    #[inline]
    #[target_feature(enable = "popcnt")]
    fn push(&mut self, next: Classes) {
        let Classes { letters, digits, low_lines, between_letters, between_digits } = self.block;
        let by_letters = (letters << 1 | self.after_letter) & (letters >> 1 | next.letters << 63);
        let by_digits = (digits << 1 | self.after_digit) & (digits >> 1 | next.digits << 63);
        let counted = letters | digits;
        let words = counted | low_lines | between_letters & by_letters | between_digits & by_digits;
        let starts = words & !(words << 1 | self.after_word);
        // A word may begin with low lines; adding to the first one carries to what stands after the last.
        let leading = (starts | self.after_low_lines) & low_lines;
        let (sum, reaches_end) = low_lines.overflowing_add(leading);
        let after_leading = (sum | self.after_low_lines) & !low_lines;
        self.count += (counted & (starts | after_leading)).count_ones() as usize;
        self.after_letter = letters >> 63;
        self.after_digit = digits >> 63;
        self.after_word = words >> 63;
        self.after_low_lines = u64::from(reaches_end);
        self.block = next;
    }

    #[inline]
    #[target_feature(enable = "popcnt")]
    fn finish(mut self) -> usize {
        self.push(Classes::default());
        self.count
    }
}

/// White space that begins in the first 64 bytes of UTF-8; the last two are only looked at where it ends there.
#[inline]
#[target_feature(enable = "avx2,popcnt")]
fn spaces_ahead(block: &[u8; 66]) -> Spaces {
    let (low, high) = (load::<0, _>(block), load::<32, _>(block));
    let one = join(bits(ascii_spaces(low)), bits(ascii_spaces(high)));
    if bits(_mm256_or_si256(low, high)) == 0 {
        return Spaces { one, ..Spaces::default() };
    }
    // U+0085 and U+00A0 begin with 0xC2, U+1680 with 0xE1, U+2000 to U+205F with 0xE2, U+3000 with 0xE3.
    let leads_low = _mm256_or_si256(equal(low, 0xC2), between(low, 0xE1, 0xE3));
    let leads_high = _mm256_or_si256(equal(high, 0xC2), between(high, 0xE1, 0xE3));
    if bits(_mm256_or_si256(leads_low, leads_high)) == 0 {
        return Spaces { one, ..Spaces::default() };
    }
    let low = longer_spaces(low, load::<1, _>(block), load::<2, _>(block));
    let high = longer_spaces(high, load::<33, _>(block), load::<34, _>(block));
    Spaces { one, two: join(low.0, high.0), three: join(low.1, high.1) }
}

/// Where white space of two and of three bytes begins, given each byte and the two after it.
#[inline]
#[target_feature(enable = "avx2")]
fn longer_spaces(first: __m256i, second: __m256i, third: __m256i) -> (u32, u32) {
    let two = _mm256_and_si256(equal(first, 0xC2), _mm256_or_si256(equal(second, 0x85), equal(second, 0xA0)));
    let second_is_80 = equal(second, 0x80);
    let u2000_to_u203f = _mm256_and_si256(
        second_is_80,
        any([between(third, 0x80, 0x8A), between(third, 0xA8, 0xA9), equal(third, 0xAF)]),
    );
    let u205f = _mm256_and_si256(equal(second, 0x81), equal(third, 0x9F));
    let after_e2 = _mm256_or_si256(u2000_to_u203f, u205f);
    let third_is_80 = equal(third, 0x80);
    let three = any([
        _mm256_and_si256(equal(first, 0xE2), after_e2),
        _mm256_and_si256(equal(first, 0xE1), _mm256_and_si256(equal(second, 0x9A), third_is_80)),
        _mm256_and_si256(equal(first, 0xE3), _mm256_and_si256(second_is_80, third_is_80)),
    ]);
    (bits(two), bits(three))
}

#[inline]
#[target_feature(enable = "avx2")]
fn spaces_latin1(block: &[u8; 64]) -> Spaces {
    let low = latin1_spaces(load::<0, _>(block));
    let high = latin1_spaces(load::<32, _>(block));
    Spaces { one: join(bits(low), bits(high)), ..Spaces::default() }
}

#[inline]
#[target_feature(enable = "avx2")]
fn spaces_utf16(block: &[u16; 64]) -> Spaces {
    let low = utf16_spaces(load_units::<0, _>(block), load_units::<16, _>(block));
    let high = utf16_spaces(load_units::<32, _>(block), load_units::<48, _>(block));
    Spaces { one: join(low, high), ..Spaces::default() }
}

/// White space among 32 units of UTF-16. All of it lies in the Basic Multilingual Plane.
#[inline]
#[target_feature(enable = "avx2")]
fn utf16_spaces(first: __m256i, second: __m256i) -> u32 {
    let low_byte = _mm256_set1_epi16(0xFF);
    let low = pack(_mm256_and_si256(first, low_byte), _mm256_and_si256(second, low_byte));
    let latin1 = latin1_spaces(low);
    let units = _mm256_or_si256(first, second);
    if _mm256_testc_si256(low_byte, units) != 0 {
        return bits(latin1);
    }
    let high = pack(_mm256_srli_epi16::<8>(first), _mm256_srli_epi16::<8>(second));
    let in_first_block = _mm256_and_si256(equal(high, 0x00), latin1);
    let is_20 = equal(high, 0x20);
    let (is_16, is_30) = (equal(high, 0x16), equal(high, 0x30));
    if bits(any([is_16, is_20, is_30])) == 0 {
        return bits(in_first_block);
    }
    let after_20 = any([
        between(low, 0x00, 0x0A),
        between(low, 0x28, 0x29),
        _mm256_or_si256(equal(low, 0x2F), equal(low, 0x5F)),
    ]);
    let others = any([
        _mm256_and_si256(is_16, equal(low, 0x80)),
        _mm256_and_si256(is_20, after_20),
        _mm256_and_si256(is_30, equal(low, 0x00)),
    ]);
    bits(_mm256_or_si256(in_first_block, others))
}

/// The bytes of two vectors of units less than 0x100, in their order.
#[inline]
#[target_feature(enable = "avx2")]
fn pack(first: __m256i, second: __m256i) -> __m256i {
    _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(first, second))
}

/// U+0009 to U+000D and U+0020. A shuffle picks the one white space that ends with the same four bits, if there is one; for
/// bytes from 0x80 on it gives zero.
#[inline]
#[target_feature(enable = "avx2")]
fn ascii_spaces(block: __m256i) -> __m256i {
    let by_low_bits = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0, 0,
    ));
    _mm256_cmpeq_epi8(_mm256_shuffle_epi8(by_low_bits, block), block)
}

#[inline]
#[target_feature(enable = "avx2")]
fn latin1_spaces(block: __m256i) -> __m256i {
    any([ascii_spaces(block), equal(block, 0x85), equal(block, 0xA0)])
}

#[inline]
#[target_feature(enable = "avx2")]
fn any([a, b, c]: [__m256i; 3]) -> __m256i {
    _mm256_or_si256(_mm256_or_si256(a, b), c)
}

#[inline]
#[target_feature(enable = "avx2")]
fn equal(block: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(block, _mm256_set1_epi8(byte.cast_signed()))
}

/// Bytes from `low` to `high`, both included.
#[inline]
#[target_feature(enable = "avx2")]
fn between(block: __m256i, low: u8, high: u8) -> __m256i {
    let from_low = _mm256_sub_epi8(block, _mm256_set1_epi8(low.cast_signed()));
    let span = _mm256_set1_epi8((high - low).cast_signed());
    _mm256_cmpeq_epi8(_mm256_min_epu8(from_low, span), from_low)
}

/// The highest bit of each byte.
#[inline]
#[target_feature(enable = "avx2")]
fn bits(block: __m256i) -> u32 {
    _mm256_movemask_epi8(block).cast_unsigned()
}

#[inline]
fn join(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

#[inline]
#[target_feature(enable = "avx2")]
fn load<const AT: usize, const LEN: usize>(block: &[u8; LEN]) -> __m256i {
    const { assert!(AT + 32 <= LEN) };
    // SAFETY: 32 bytes from `AT` on lie in the array, as asserted; the load wants no alignment.
    unsafe { _mm256_loadu_si256(block.as_ptr().add(AT).cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_units<const AT: usize, const LEN: usize>(block: &[u16; LEN]) -> __m256i {
    const { assert!(AT + 16 <= LEN) };
    // SAFETY: 16 units from `AT` on lie in the array, as asserted; the load wants no alignment.
    unsafe { _mm256_loadu_si256(block.as_ptr().add(AT).cast()) }
}
