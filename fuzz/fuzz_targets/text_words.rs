//! Words of any text: the same in every encoding, in pieces, and as a plain loop counts them.
#![no_main]

use elysia_text::{Latin1, Text, Utf16, WordCounter, Words, word_count, words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&seed, data)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(data);
    let utf16: Vec<u16> = text.encode_utf16().collect();
    check(&*text, seed, text.split_whitespace().count());
    check(Utf16(&utf16), seed, text.split_whitespace().count());
    let latin1: String = data.iter().copied().map(char::from).collect();
    check(Latin1(data), seed, latin1.split_whitespace().count());
    assert_eq!(word_count(&*text, Words::Unicode), word_count(Utf16(&utf16), Words::Unicode));
    assert_eq!(word_count(Latin1(data), Words::Unicode), word_count(&*latin1, Words::Unicode));

    // Also what is no UTF-16.
    let units: Vec<u16> = data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let lossy = String::from_utf16_lossy(&units);
    check(Utf16(&units), seed, lossy.split_whitespace().count());
});

fn check<T: Text>(text: T, seed: u8, between_white_space: usize) {
    assert_eq!(word_count(text, Words::WhiteSpace), between_white_space);
    assert_eq!(word_count(text, Words::Unicode), words(text).filter(|segment| segment.is_word_like).count());
    for mode in [Words::WhiteSpace, Words::Unicode] {
        let (mut counter, mut at) = (WordCounter::new(mode), 0);
        while at < text.len() {
            let mut end = at;
            for _ in 0..=seed % 90 {
                end = if end < text.len() { text.decode(end).1 } else { end };
            }
            counter.push(text.slice(at..end));
            at = end;
        }
        assert_eq!(counter.finish(), word_count(text, mode));
    }
}
