//! Hangul syllables and their conjoining jamo: arithmetic (the Unicode Standard, section 3.12).

const SYLLABLES: u32 = 0xAC00;
const LEADING: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
/// One before the first: no trailing consonant counts as one.
const TRAILING: u32 = 0x11A7;
const LEADING_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAILING_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = LEADING_COUNT * VOWEL_COUNT * TRAILING_COUNT;

#[inline]
pub(super) fn is_syllable(code_point: u32) -> bool {
    code_point.wrapping_sub(SYLLABLES) < SYLLABLE_COUNT
}

/// The two or three jamo of a syllable.
#[inline]
pub(super) fn decompose(syllable: u32, jamo: &mut [u32; 3]) -> Option<&[u32]> {
    let number = syllable.wrapping_sub(SYLLABLES);
    if number >= SYLLABLE_COUNT {
        return None;
    }
    let (leading_vowel, trailing) = (number / TRAILING_COUNT, number % TRAILING_COUNT);
    *jamo =
        [LEADING + leading_vowel / VOWEL_COUNT, VOWELS + leading_vowel % VOWEL_COUNT, TRAILING + trailing];
    Some(if trailing == 0 { &jamo[..2] } else { &jamo[..] })
}

/// A leading consonant with a vowel, or a syllable of these with a trailing consonant.
#[inline]
pub(super) fn compose(first: u32, second: u32) -> Option<u32> {
    let (leading, vowel) = (first.wrapping_sub(LEADING), second.wrapping_sub(VOWELS));
    if leading < LEADING_COUNT && vowel < VOWEL_COUNT {
        return Some(SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT);
    }
    let (syllable, trailing) = (first.wrapping_sub(SYLLABLES), second.wrapping_sub(TRAILING));
    let has_none = syllable < SYLLABLE_COUNT && syllable.is_multiple_of(TRAILING_COUNT);
    (has_none && (1..TRAILING_COUNT).contains(&trailing)).then(|| first + trailing)
}
