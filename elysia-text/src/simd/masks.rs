//! Which of 64 bytes are what: a bit for each. There is no kernel to choose: x86-64 always has what this needs.

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use portable::Block;
#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::Block;

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "functions with target features are safe to call only where these are known")]
mod sse2 {
    use std::arch::x86_64::*;

    /// 64 bytes in four vectors.
    #[derive(Clone, Copy)]
    pub(crate) struct Block([__m128i; 4]);

    impl Block {
        #[inline]
        pub(crate) fn new(bytes: &[u8; 64]) -> Self {
            // SAFETY: 16 bytes from each of these places on lie in the array, and the load wants no alignment; it needs
            // `sse2` and nothing else, which every x86-64 has, as do all that follow.
            Self([0, 16, 32, 48].map(|at| unsafe { _mm_loadu_si128(bytes.as_ptr().add(at).cast()) }))
        }

        /// The highest bit of each byte.
        #[inline]
        pub(crate) fn highest_bits(self) -> u64 {
            // SAFETY: needs only `sse2`.
            let [a, b, c, d] = self.0.map(|it| u64::from(unsafe { _mm_movemask_epi8(it) }.cast_unsigned()));
            a | b << 16 | c << 32 | d << 48
        }

        /// Which are one of `bytes`.
        #[inline]
        pub(crate) fn any_of<const COUNT: usize>(self, bytes: [u8; COUNT]) -> u64 {
            let is_any = |it: __m128i| {
                bytes.iter().fold(splat(0), |found, byte| {
                    // SAFETY: both need only `sse2`.
                    unsafe { _mm_or_si128(found, _mm_cmpeq_epi8(it, splat(*byte))) }
                })
            };
            Self(self.0.map(is_any)).highest_bits()
        }

        /// Which are `first` or more, which is not ASCII.
        #[inline]
        #[cfg(feature = "normalization")]
        pub(crate) fn at_least(self, first: u8) -> u64 {
            // SAFETY: both need only `sse2`.
            let is_more = |it: __m128i| unsafe { _mm_cmpeq_epi8(_mm_max_epu8(it, splat(first)), it) };
            Self(self.0.map(is_more)).highest_bits()
        }

        /// Which are from `first` to `last`, both included, after these `bits` are set in all.
        #[inline]
        pub(crate) fn between(self, bits: u8, first: u8, last: u8) -> u64 {
            let is_between = |it: __m128i| {
                // SAFETY: all need only `sse2`.
                unsafe {
                    let from_first = _mm_sub_epi8(_mm_or_si128(it, splat(bits)), splat(first));
                    _mm_cmpeq_epi8(_mm_min_epu8(from_first, splat(last - first)), from_first)
                }
            };
            Self(self.0.map(is_between)).highest_bits()
        }
    }

    #[inline]
    fn splat(byte: u8) -> __m128i {
        // SAFETY: needs only `sse2`.
        unsafe { _mm_set1_epi8(byte.cast_signed()) }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = LOWEST << 7;

    /// 64 bytes in eight words.
    #[derive(Clone, Copy)]
    pub(crate) struct Block([u64; 8]);

    impl Block {
        pub(crate) fn new(bytes: &[u8; 64]) -> Self {
            let mut words = [0; 8];
            for (word, eight) in words.iter_mut().zip(bytes.as_chunks().0) {
                *word = u64::from_le_bytes(*eight);
            }
            Self(words)
        }

        pub(crate) fn highest_bits(self) -> u64 {
            // Each of the eight bits is moved to a place of its own in the highest byte.
            let of_word = |word: u64| (word >> 7 & LOWEST).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            self.0.iter().rev().fold(0, |bits, word| bits << 8 | of_word(*word))
        }

        pub(crate) fn any_of<const COUNT: usize>(self, bytes: [u8; COUNT]) -> u64 {
            let is_any = |word: u64| {
                bytes.iter().fold(0, |found, byte| {
                    let differing = word ^ (u64::from(*byte) * LOWEST);
                    found | !(((differing & !HIGHEST) + !HIGHEST) | differing)
                })
            };
            Self(self.0.map(is_any)).highest_bits()
        }

        #[cfg(feature = "normalization")]
        pub(crate) fn at_least(self, first: u8) -> u64 {
            // No sum is more than 0xFF; it has the highest bit where the lower bits are at least so much.
            let is_more = |word: u64| word & ((word & !HIGHEST) + u64::from(0x80 - (first & 0x7F)) * LOWEST);
            Self(self.0.map(is_more)).highest_bits()
        }

        /// `last` is ASCII.
        pub(crate) fn between(self, bits: u8, first: u8, last: u8) -> u64 {
            let is_between = |word: u64| {
                let word = word | (u64::from(bits) * LOWEST);
                // No sum is more than 0xFF; it has the highest bit where the byte is at least so much.
                let is_at_least = |byte: u8| (word & !HIGHEST) + u64::from(0x80 - byte) * LOWEST;
                is_at_least(first) & !is_at_least(last + 1) & !word
            };
            Self(self.0.map(is_between)).highest_bits()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, portable};

    #[test]
    fn each_byte_has_its_bit() {
        // Miri takes an hour for all of them.
        let step = if cfg!(miri) { 15 } else { 1 };
        for at in (0..64).step_by(step) {
            for byte in (0..=255_u8).step_by(step) {
                let mut bytes = [b'b'; 64];
                bytes[at] = byte;
                let is_so = |is_so: bool| u64::from(is_so) << at;
                let others = !(1 << at);
                let (block, plain) = (Block::new(&bytes), portable::Block::new(&bytes));
                let expected = is_so(byte >= 0x80);
                assert_eq!((block.highest_bits(), plain.highest_bits()), (expected, expected));
                #[cfg(feature = "normalization")]
                for first in [0x80, 0xC2, 0xFF] {
                    let expected = is_so(byte >= first);
                    assert_eq!((block.at_least(first), plain.at_least(first)), (expected, expected));
                }
                let expected = is_so(matches!(byte, 0 | b'a' | 0xFF));
                assert_eq!(
                    (block.any_of([0, b'a', 0xFF]), plain.any_of([0, b'a', 0xFF])),
                    (expected, expected)
                );
                let expected = others | is_so(byte.is_ascii_alphabetic());
                let letters = (block.between(0x20, b'a', b'z'), plain.between(0x20, b'a', b'z'));
                assert_eq!(letters, (expected, expected));
                let expected = is_so(byte.is_ascii_digit());
                assert_eq!(
                    (block.between(0, b'0', b'9'), plain.between(0, b'0', b'9')),
                    (expected, expected)
                );
            }
        }
    }
}
