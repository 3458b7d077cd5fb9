//! Letters and digits of ASCII, eight bytes at once in a register of any machine: words are too short for more.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * EACH;

/// How many bytes at the start are ASCII letters and digits.
#[inline]
pub(crate) fn alphanumeric_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(eight) = bytes[at..].first_chunk() {
        let others = !alphanumerics(u64::from_le_bytes(*eight)) & HIGH;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

/// The high bit of each byte says whether it is a letter or a digit; the other bits say nothing.
#[inline]
const fn alphanumerics(bytes: u64) -> u64 {
    let ascii = bytes & !HIGH;
    let lower = ascii | 0x20 * EACH;
    let letters = (lower + from(b'a')) & !(lower + above(b'z'));
    let digits = (ascii + from(b'0')) & !(ascii + above(b'9'));
    (letters | digits) & !bytes
}

/// Added to a byte less than 0x80, sets its high bit if it is at least `least`.
const fn from(least: u8) -> u64 {
    (0x80 - least) as u64 * EACH
}

/// Added to a byte less than 0x80, sets its high bit if it is more than `most`.
const fn above(most: u8) -> u64 {
    (0x7F - most) as u64 * EACH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for place in 0..20 {
            for byte in 0..=255 {
                let mut bytes = *b"aZ09zA5mN1yB8kQ3xC7p";
                bytes[place] = byte;
                let expected = if byte.is_ascii_alphanumeric() { bytes.len() } else { place };
                assert_eq!(alphanumeric_prefix(&bytes), expected, "{byte} at {place}");
            }
        }
    }
}
