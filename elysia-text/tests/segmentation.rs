//! Boundaries of grapheme clusters and words: Unicode's test files, models, rows of scripts.

mod unicode;

use elysia_text::{Text, Utf16, graphemes, words};

fn grapheme_boundaries<T: Text>(text: T) -> Vec<usize> {
    let mut boundaries: Vec<_> = graphemes(text).map(|(start, _)| start).collect();
    boundaries.push(text.len());
    boundaries
}

fn word_boundaries<T: Text>(text: T) -> Vec<usize> {
    let mut boundaries: Vec<_> = words(text).map(|segment| segment.start).collect();
    boundaries.push(text.len());
    boundaries
}

/// Texts of a file of Unicode's, with where their boundaries are in UTF-8.
fn rows(file: &str) -> Vec<(String, Vec<usize>)> {
    let file = unicode::test_file("icu_segmenter", &format!("tests/testdata/{file}"));
    assert!(file.lines().next().is_some_and(|line| line.contains("-18.0.0")), "of another version");
    let rows = file.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    rows.filter(|row| !row.is_empty()).map(row_of).collect()
}

fn row_of(row: &str) -> (String, Vec<usize>) {
    let (mut text, mut boundaries) = (String::new(), Vec::new());
    for part in row.split_whitespace() {
        match part {
            "÷" => boundaries.push(text.len()),
            "×" => {}
            hex => text.push(char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap()),
        }
    }
    (text, boundaries)
}

fn in_utf16(text: &str, offsets: &[usize]) -> Vec<usize> {
    offsets.iter().map(|offset| text[..*offset].encode_utf16().count()).collect()
}

fn utf16_of(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

#[test]
fn unicodes_grapheme_break_test_passes() {
    let rows = rows("GraphemeBreakTest.txt");
    assert_eq!(rows.len(), 853);
    for (text, expected) in rows {
        assert_eq!(grapheme_boundaries(&*text), expected, "{text:?}");
        assert_eq!(grapheme_boundaries(Utf16(&utf16_of(&text))), in_utf16(&text, &expected), "{text:?}");
    }
}

#[test]
fn unicodes_word_break_test_passes() {
    let rows = rows("WordBreakTest.txt");
    assert_eq!(rows.len(), 1944);
    for (text, expected) in rows {
        assert_eq!(word_boundaries(&*text), expected, "{text:?}");
        assert_eq!(word_boundaries(Utf16(&utf16_of(&text))), in_utf16(&text, &expected), "{text:?}");
    }
}
