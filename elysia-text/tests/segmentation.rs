//! Boundaries of grapheme clusters and words: Unicode's test files, models, rows of scripts.

mod unicode;

use std::sync::OnceLock;

use elysia_text::{
    Latin1, Text, Utf16, graphemes, is_grapheme_boundary, next_grapheme_boundary, previous_grapheme_boundary,
    words,
};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{GraphemeClusterSegmenter, WordSegmenter};
use proptest::prelude::*;

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
            hex => {
                let code_point = u32::from_str_radix(hex, 16).expect("a code point in hexadecimal");
                text.push(char::from_u32(code_point).expect("no surrogates"));
            }
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

/// Texts and their grapheme clusters, then their word segments, with `·` after those that are word-like.
#[test]
fn scripts_are_segmented() {
    let check = |text: &str, clusters: &[&str], segments: &[&str]| {
        assert_eq!(graphemes(text).map(|(_, cluster)| cluster).collect::<Vec<_>>(), clusters);
        let mark = |is_word_like| if is_word_like { "·" } else { "" };
        let found: Vec<_> = words(text).map(|it| [it.text, mark(it.is_word_like)].concat()).collect();
        assert_eq!(found, segments);
    };
    check("", &[], &[]);
    check("a\r\nb", &["a", "\r\n", "b"], &["a·", "\r\n", "b·"]);
    check("a  1", &["a", " ", " ", "1"], &["a·", "  ", "1·"]);
    check("can't 3.14", &["c", "a", "n", "'", "t", " ", "3", ".", "1", "4"], &["can't·", " ", "3.14·"]);
    check("a.1,b", &["a", ".", "1", ",", "b"], &["a·", ".", "1·", ",", "b·"]);
    // Hangul: syllables of letters, and with a tone mark.
    check(
        "\u{1112}\u{1161}\u{11AB}글",
        &["\u{1112}\u{1161}\u{11AB}", "글"],
        &["\u{1112}\u{1161}\u{11AB}글·"],
    );
    check("각\u{11A8}\u{302E}가", &["각\u{11A8}\u{302E}", "가"], &["각\u{11A8}\u{302E}가·"]);
    // Right to left: points, quotes inside of Hebrew, marks of Arabic.
    check("שָׁלוֹם", &["שָׁ", "ל", "וֹ", "ם"], &["שָׁלוֹם·"]);
    check("צה\"ל א'", &["צ", "ה", "\"", "ל", " ", "א", "'"], &["צה\"ל·", " ", "א'·"]);
    check("مُ ١٬٢", &["مُ", " ", "١", "٬", "٢"], &["مُ·", " ", "١٬٢·"]);
    // Emoji: joined, with skin tones, flags, keycaps.
    check("👩‍🚀👍🏽", &["👩‍🚀", "👍🏽"], &["👩‍🚀", "👍🏽"]);
    check("🇫🇮🇸🇪🇩", &["🇫🇮", "🇸🇪", "🇩"], &["🇫🇮", "🇸🇪", "🇩"]);
    check("1\u{FE0F}\u{20E3}a", &["1\u{FE0F}\u{20E3}", "a"], &["1\u{FE0F}\u{20E3}a·"]);
    // Thai without a dictionary; SARA AM is no mark, but belongs to the letter before.
    check("ที่น้ำ", &["ที่", "น้ำ"], &["ที่·", "น้·", "ำ·"]);
    // Conjuncts of Devanagari; ideographs are words each, Katakana is not divided.
    check("क्षि", &["क्षि"], &["क्षि·"]);
    check("漢字カタ", &["漢", "字", "カ", "タ"], &["漢·", "字·", "カタ·"]);
}

#[test]
fn lone_surrogates_are_segments_of_their_own() {
    let lone = [0x61, 0xD800, 0x62, 0xDC00, 0xD83D, 0xD83D, 0xDE00, 0xD800];
    assert_eq!(grapheme_boundaries(Utf16(&lone)), [0, 1, 2, 3, 4, 5, 7, 8]);
    assert_eq!(word_boundaries(Utf16(&lone)), [0, 1, 2, 3, 4, 5, 7, 8]);
    assert_eq!(
        graphemes(Utf16(&lone)).rev().map(|(start, _)| start).collect::<Vec<_>>(),
        [7, 5, 4, 3, 2, 1, 0]
    );
    // Marks join it as any other character.
    assert_eq!(grapheme_boundaries(Utf16(&[0xD800, 0x301])), [0, 2]);
    assert_eq!(word_boundaries(Utf16(&[0xD800, 0x301])), [0, 2]);
}

#[test]
fn boundaries_are_found_from_anywhere() {
    let text = "a\u{301}🇫🇮🇸🇪\r\n";
    let boundaries: Vec<_> = (0..=text.len() + 1).filter(|at| is_grapheme_boundary(text, *at)).collect();
    assert_eq!(boundaries, [0, 3, 11, 19, 21]);
    // Also from inside of a cluster.
    assert_eq!(next_grapheme_boundary(text, 7), Some(11));
    assert_eq!(next_grapheme_boundary(text, 15), Some(19));
    assert_eq!(previous_grapheme_boundary(text, 15), Some(11));
    assert_eq!(previous_grapheme_boundary(text, 1), Some(0));
    assert_eq!(previous_grapheme_boundary(text, 100), Some(19));
    assert_eq!((next_grapheme_boundary(text, 21), next_grapheme_boundary(text, 99)), (None, None));
    assert_eq!((previous_grapheme_boundary(text, 0), next_grapheme_boundary("", 0)), (None, None));
}

#[test]
fn what_is_left_can_be_asked_for() {
    let mut clusters = graphemes("aé\r\n");
    assert_eq!((clusters.next(), clusters.next_back()), (Some((0, "a")), Some((3, "\r\n"))));
    assert_eq!((clusters.as_text(), clusters.size_hint()), ("é", (1, Some(2))));
    let mut segments = words("two words");
    segments.next();
    assert_eq!((segments.as_text(), segments.size_hint()), (" words", (1, Some(6))));
}

/// Characters of all classes: those of Unicode's test files, and what does not occur there.
fn palette() -> &'static [char] {
    static PALETTE: OnceLock<Vec<char>> = OnceLock::new();
    PALETTE.get_or_init(|| {
        let rows = ["GraphemeBreakTest.txt", "WordBreakTest.txt"].map(rows).concat();
        let mut characters: Vec<_> = rows.iter().flat_map(|(text, _)| text.chars()).collect();
        characters.extend(
            "aZ09_'\".,:; \t-!éßжא中ー漢\u{200C}\u{1CF5}\u{1F3FD}\u{FE0F}\u{20E3}\u{FF9E}\u{2028}".chars(),
        );
        characters.sort_unstable();
        characters.dedup();
        characters
    })
}

fn any_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        8 => (0..palette().len()).prop_map(|index| palette()[index]),
        1 => prop::sample::select(vec!['a', '\'', '.', '1', ' ', '\r', '\u{300}', '\u{200D}', '\u{1F1EB}']),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..24).prop_map(|characters| characters.into_iter().collect())
}

/// ICU4X treats runs of scripts for which it has dictionaries apart, even without them (`Line_Break=SA`).
fn is_simple(text: &str) -> bool {
    let line_break = icu_properties::CodePointMapData::<icu_properties::props::LineBreak>::new();
    text.chars().all(|it| line_break.get(it) != icu_properties::props::LineBreak::ComplexContext)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boundaries_are_icus(text in any_text()) {
        let expected = |boundaries: Vec<usize>| if text.is_empty() { vec![0] } else { boundaries };
        let clusters = GraphemeClusterSegmenter::new_neo().segment_str(&text).collect();
        prop_assert_eq!(grapheme_boundaries(&*text), expected(clusters));
        if is_simple(&text) {
            let segmenter = WordSegmenter::new_neo_for_non_complex_scripts(WordBreakInvariantOptions::default());
            prop_assert_eq!(word_boundaries(&*text), expected(segmenter.segment_str(&text).collect()));
        }
    }

    #[test]
    fn boundaries_of_any_utf16_are_icus(units in prop::collection::vec(prop_oneof![any::<u16>(), 0xD7F0..0xE010_u16], 0..24)) {
        let expected = |boundaries: Vec<usize>| if units.is_empty() { vec![0] } else { boundaries };
        let clusters = GraphemeClusterSegmenter::new_neo().segment_utf16(&units).collect();
        prop_assert_eq!(grapheme_boundaries(Utf16(&units)), expected(clusters));
    }

    #[test]
    fn encodings_agree(text in any_text()) {
        let units = utf16_of(&text);
        prop_assert_eq!(in_utf16(&text, &grapheme_boundaries(&*text)), grapheme_boundaries(Utf16(&units)));
        prop_assert_eq!(in_utf16(&text, &word_boundaries(&*text)), word_boundaries(Utf16(&units)));
        let is_word_like = |it: Vec<bool>| it;
        prop_assert_eq!(
            is_word_like(words(&*text).map(|it| it.is_word_like).collect()),
            is_word_like(words(Utf16(&units)).map(|it| it.is_word_like).collect())
        );
    }

    #[test]
    fn latin1_agrees(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"a1_'.,:\r\n \xAD\xB7\xA9".to_vec())], 0..24)) {
        let text: String = bytes.iter().copied().map(char::from).collect();
        let units: Vec<_> = bytes.iter().copied().map(u16::from).collect();
        prop_assert_eq!(grapheme_boundaries(Latin1(&bytes)), grapheme_boundaries(Utf16(&units)));
        prop_assert_eq!(word_boundaries(Latin1(&bytes)), word_boundaries(Utf16(&units)));
        prop_assert_eq!(in_utf16(&text, &word_boundaries(&*text)), word_boundaries(Latin1(&bytes)));
    }

    #[test]
    fn segments_are_the_text(text in any_text()) {
        let clusters: Vec<_> = graphemes(&*text).collect();
        prop_assert_eq!(clusters.iter().map(|(_, cluster)| *cluster).collect::<String>(), &*text);
        prop_assert!(clusters.iter().all(|(start, cluster)| text[*start..].starts_with(cluster) && !cluster.is_empty()));
        prop_assert_eq!(words(&*text).map(|it| it.text).collect::<String>(), &*text);
        for segment in words(&*text) {
            prop_assert_eq!(segment.is_word_like, segment.text.chars().any(is_letter_or_number));
        }
    }

    #[test]
    fn backwards_is_forwards(text in any_text(), fronts in prop::collection::vec(any::<bool>(), 24)) {
        let clusters: Vec<_> = graphemes(&*text).collect();
        let mut backwards: Vec<_> = graphemes(&*text).rev().collect();
        backwards.reverse();
        prop_assert_eq!(&backwards, &clusters);
        // From both ends in turns.
        let (mut both, mut front, mut back) = (graphemes(&*text), Vec::new(), Vec::new());
        for is_front in fronts.iter().cycle() {
            match if *is_front { both.next() } else { both.next_back() } {
                Some(cluster) => if *is_front { front.push(cluster) } else { back.push(cluster) },
                None => break,
            }
        }
        front.extend(back.into_iter().rev());
        prop_assert_eq!(&front, &clusters);
    }

    #[test]
    fn boundaries_from_anywhere_are_those_of_the_whole(text in any_text()) {
        let boundaries = grapheme_boundaries(&*text);
        for at in 0..=text.len() {
            prop_assert_eq!(is_grapheme_boundary(&*text, at), boundaries.contains(&at));
        }
        for (at, _) in text.char_indices() {
            let next = boundaries.iter().copied().find(|boundary| *boundary > at);
            let previous = boundaries.iter().copied().rfind(|boundary| *boundary < at);
            prop_assert_eq!(next_grapheme_boundary(&*text, at), next);
            prop_assert_eq!(previous_grapheme_boundary(&*text, at), previous);
        }
    }
}

/// By the properties of ICU4X: those of Rust are of an older version.
fn is_letter_or_number(character: char) -> bool {
    use icu_properties::props::{Alphabetic, GeneralCategory, GeneralCategoryGroup};
    let category = icu_properties::CodePointMapData::<GeneralCategory>::new().get(character);
    let is_alphabetic = icu_properties::CodePointSetData::new::<Alphabetic>().contains(character);
    GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Number).contains(category)
        || is_alphabetic && !GeneralCategoryGroup::Mark.contains(category)
}
