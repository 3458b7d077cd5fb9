//! Texts that are looked at in parts, so that memory is bounded and a part stays in the processor's cache.

use elysia_text::{Text, Utf16, Words, word_count};

/// Up to where tokens and words of `text` are the same whatever follows it: at most its end, 0 if there is no such place.
///
/// That is the end of white space before a letter or a sign of ASCII: no rule of UAX #29 and no address reaches across,
/// and such a character is no mark that would belong to what is before.
pub(crate) fn decided(text: &[u16]) -> usize {
    let is_break = |pair: &[u16]| matches!(pair[0], 0x0A | 0x20) && is_start(pair[1]);
    text.windows(2).rposition(is_break).map_or(0, |at| at + 1)
}

/// Signs of ASCII, and letters of which the blocks have neither marks nor white space among them: Latin, Greek, Cyrillic,
/// Hebrew, Arabic, Devanagari, Thai, ideographs, Hangul.
fn is_start(unit: u16) -> bool {
    matches!(
        unit,
        0x21..=0x7E
            | 0xC0..=0x2AF
            | 0x391..=0x481
            | 0x5D0..=0x5EA
            | 0x620..=0x64A
            | 0x904..=0x939
            | 0xE01..=0xE30
            | 0x3400..=0x9FFF
            | 0xAC00..=0xD7A3
    )
}

/// The words up to where they are decided, and where that is.
pub(crate) fn count_words(text: &[u16], all: bool, words: Words) -> (usize, usize) {
    let end = if all { text.len() } else { decided(text) };
    (word_count(Utf16(text).slice(0..end), words), end)
}
