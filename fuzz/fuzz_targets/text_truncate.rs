//! Truncation of any text by any limit: within it, on a boundary of clusters, the same in every encoding and in pieces.
#![no_main]

use elysia_text::{
    Latin1, Text, Truncation, Truncator, Unit, Utf16, Words, grapheme_count, graphemes, is_grapheme_boundary, width,
    word_count,
};
use libfuzzer_sys::fuzz_target;

const UNITS: [Unit; 5] = [Unit::Bytes, Unit::Characters, Unit::Graphemes, Unit::Words, Unit::Columns];
const ELLIPSES: [&str; 4] = ["", "…", "...", "漢字 "];

fuzz_target!(|data: &[u8]| {
    let [limit, how, data @ ..] = data else { return };
    let (limit, how) = (usize::from(*limit), usize::from(*how));
    let unit = UNITS[how % 5];
    let ellipsis = ELLIPSES[how / 5 % 4];
    let truncation = Truncation::new(limit, unit).ellipsis(ellipsis);

    let text = String::from_utf8_lossy(data);
    check(&text, truncation, limit, unit, ellipsis, how);
    let latin1: String = data.iter().copied().map(char::from).collect();
    let cut = truncation.cut(&*latin1);
    let in_latin1 = truncation.cut(Latin1(data));
    assert_eq!((in_latin1.end, in_latin1.has_ellipsis), (latin1[..cut.end].chars().count(), cut.has_ellipsis));

    let units: Vec<u16> = data.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let cut = truncation.cut(Utf16(&units));
    assert!(is_grapheme_boundary(Utf16(&units), cut.end));
    assert_eq!(width(Utf16(&units)), graphemes(Utf16(&units)).map(|(_, cluster)| width(cluster)).sum());
    assert_eq!(grapheme_count(Utf16(&units)), graphemes(Utf16(&units)).count());
});

fn check(text: &str, truncation: Truncation<'_>, limit: usize, unit: Unit, ellipsis: &str, how: usize) {
    let cut = truncation.cut(text);
    let kept = &text[..cut.end];
    assert!(is_grapheme_boundary(text, cut.end));
    let ellipsis_len = if cut.has_ellipsis && unit != Unit::Words { measure(ellipsis, unit) } else { 0 };
    assert!(measure(kept, unit) + ellipsis_len <= limit || kept == text);
    if kept == text {
        assert!(measure(text, unit) <= limit || text.is_empty());
        assert!(!cut.has_ellipsis || ellipsis_len <= limit);
    } else {
        assert!(measure(text, unit) > limit);
        let next = graphemes(text.slice(cut.end..text.len())).next().map_or(0, |(_, cluster)| cluster.len());
        let longer = measure(&text[..cut.end + next], unit) + ellipsis_len;
        assert!(unit == Unit::Words || longer > limit);
    }

    let utf16: Vec<u16> = text.encode_utf16().collect();
    let in_utf16 = truncation.cut(Utf16(&utf16));
    assert_eq!((in_utf16.end, in_utf16.has_ellipsis), (kept.encode_utf16().count(), cut.has_ellipsis));

    let (mut truncator, mut out, mut rest) = (Truncator::new(truncation), String::new(), text);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(how / 20 + 1));
        rest = after;
        if !truncator.push(piece, &mut out) {
            break;
        }
    }
    truncator.finish(&mut out);
    assert_eq!(out, truncation.apply(text));
}

fn measure(text: &str, unit: Unit) -> usize {
    match unit {
        Unit::Bytes => text.len(),
        Unit::Characters => text.chars().count(),
        Unit::Graphemes => graphemes(text).count(),
        Unit::Words => word_count(text, Words::WhiteSpace),
        Unit::Columns => graphemes(text).map(|(_, cluster)| width(cluster)).sum(),
    }
}
