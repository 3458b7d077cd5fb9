//! Any text is segmented: boundaries lie between code points, segments are the text, from either end and in any encoding.
#![no_main]

use elysia_text::{Latin1, Text, Utf16, graphemes, is_grapheme_boundary, next_grapheme_boundary, words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let units: Vec<u16> = bytes.as_chunks().0.iter().copied().map(u16::from_le_bytes).collect();
    check(Utf16(&units));
    check(Latin1(bytes));
    let text = String::from_utf8_lossy(bytes);
    let utf8 = check(&*text);
    let utf16 = check(Utf16(&text.encode_utf16().collect::<Vec<_>>()));
    assert_eq!(utf8, utf16);
    for (start, cluster) in graphemes(&*text) {
        assert_eq!(&text[start..start + cluster.len()], cluster);
    }
});

/// How many clusters and segments there are.
fn check<T: Text>(text: T) -> (usize, usize) {
    let mut end = 0;
    let mut clusters = 0;
    for (start, cluster) in graphemes(text) {
        assert!(start == end && !cluster.is_empty());
        end += cluster.len();
        clusters += 1;
        assert!(is_grapheme_boundary(text, end));
        assert_eq!(next_grapheme_boundary(text, start), Some(end));
    }
    assert_eq!(end, text.len());
    for (start, cluster) in graphemes(text).rev() {
        assert_eq!(start + cluster.len(), end);
        end = start;
    }
    assert_eq!(end, 0);
    let mut segments = 0;
    for segment in words(text) {
        assert!(segment.start == end && !segment.text.is_empty());
        end += segment.text.len();
        segments += 1;
    }
    assert_eq!(end, text.len());
    (clusters, segments)
}
