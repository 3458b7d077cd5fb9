//! Eight bytes at a time.

/// A text that can be read in words, also at its end.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    bytes: &'a [u8],
    /// The last eight bytes; of a shorter text all, moved up.
    tail: u64,
}

impl<'a> Words<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let tail = match bytes.last_chunk() {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => bytes.iter().fold(0, |tail, byte| tail >> 8 | u64::from(*byte) << 56),
        };
        Self { bytes, tail }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The eight bytes from `at`, which is at most the length; zeros where there are none.
    #[inline]
    pub(crate) fn at(&self, at: usize) -> u64 {
        match self.bytes.get(at..).and_then(<[u8]>::first_chunk) {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => {
                // In two steps: all eight may be missing.
                let missing = 4 * (at + 8 - self.bytes.len());
                self.tail >> missing >> missing
            }
        }
    }

    /// The first word of the text from `at` to `end`: its bytes, then zeros.
    #[inline]
    pub(crate) fn first(&self, at: usize, end: usize) -> u64 {
        let word = self.at(at);
        if end - at < 8 { word & ((1 << (8 * (end - at))) - 1) } else { word }
    }

    /// Where the segment that begins at `at` ends, and its first word: its bytes, then zeros.
    #[inline]
    pub(crate) fn segment(&self, at: usize) -> (usize, u64) {
        let word = self.at(at);
        let slash = slashes(word);
        if slash != 0 {
            let bits = slash.trailing_zeros() & !7;
            return (at + (bits / 8) as usize, word & ((1 << bits) - 1));
        }
        (self.slash_from(at + 8), word)
    }

    /// The first slash from `at`, or the end.
    #[inline]
    pub(crate) fn slash_from(&self, mut at: usize) -> usize {
        while at < self.bytes.len() {
            let slash = slashes(self.at(at));
            if slash != 0 {
                return at + (slash.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        self.bytes.len()
    }
}

/// A bit in each byte that is a slash; only the lowest one is reliable.
#[inline]
fn slashes(word: u64) -> u64 {
    let zero_where_slash = word ^ 0x2f2f_2f2f_2f2f_2f2f;
    zero_where_slash.wrapping_sub(0x0101_0101_0101_0101) & !zero_where_slash & 0x8080_8080_8080_8080
}

/// ASCII letters in lower case.
#[inline]
pub(crate) fn lower(word: u64) -> u64 {
    let low = word & 0x7f7f_7f7f_7f7f_7f7f;
    let from_a = low + 0x3f3f_3f3f_3f3f_3f3f;
    let past_z = low + 0x2525_2525_2525_2525;
    let upper = !word & 0x8080_8080_8080_8080 & (from_a ^ past_z);
    word | upper >> 2
}

#[cfg(test)]
mod tests {
    use super::{Words, lower};

    #[test]
    fn words_are_the_bytes_and_then_zeros() {
        for len in 0..40 {
            let bytes: Vec<u8> = (0..len).map(|index| b'0' + index).collect();
            let words = Words::new(&bytes);
            for at in 0..=bytes.len() {
                let mut expected = [0; 8];
                let some = &bytes[at..bytes.len().min(at + 8)];
                expected[..some.len()].copy_from_slice(some);
                assert_eq!(words.at(at), u64::from_le_bytes(expected), "{at} of {len}");
            }
        }
    }

    #[test]
    fn segments_end_at_slashes() {
        for len in 0..20 {
            for slash in 0..=len {
                let mut bytes = vec![b'.'; len];
                if let Some(byte) = bytes.get_mut(slash) {
                    *byte = b'/';
                }
                for after in bytes.iter_mut().skip(slash + 1) {
                    *after = b'0'; // One more than a slash: what a sloppy subtraction mistakes for one.
                }
                assert_eq!(Words::new(&bytes).segment(0).0, slash);
            }
        }
    }

    #[test]
    fn lower_is_that_of_ascii() {
        for byte in 0..=u8::MAX {
            let word = lower(u64::from_le_bytes([byte, b'A', b'z', b'[', byte, b'@', 0xff, b'Z']));
            let expected =
                [byte.to_ascii_lowercase(), b'a', b'z', b'[', byte.to_ascii_lowercase(), b'@', 0xff, b'z'];
            assert_eq!(word.to_le_bytes(), expected);
        }
    }
}
