//! Truncation by every unit, whole and in pieces, beside a model that measures every beginning.

use elysia_text::{
    Cut, Latin1, Text, Truncation, Truncator, Unit, Utf16, Words, grapheme_count, graphemes, truncate, width,
    word_count,
};
use proptest::prelude::*;

const UNITS: [Unit; 5] = [Unit::Bytes, Unit::Characters, Unit::Graphemes, Unit::Words, Unit::Columns];

fn measure(text: &str, unit: Unit) -> usize {
    match unit {
        Unit::Bytes => text.len(),
        Unit::Characters => text.chars().count(),
        Unit::Graphemes => graphemes(text).count(),
        Unit::Words => word_count(text, Words::WhiteSpace),
        Unit::Columns => graphemes(text).map(|(_, cluster)| width(cluster)).sum(),
    }
}

/// Where `text` is cut, by trying.
fn model(text: &str, limit: usize, unit: Unit, ellipsis: &str) -> Cut {
    if measure(text, unit) <= limit {
        return Cut { end: text.len(), has_ellipsis: false };
    }
    let ellipsis_len = if unit == Unit::Words { 0 } else { measure(ellipsis, unit) };
    let has_ellipsis = !ellipsis.is_empty() && ellipsis_len <= limit;
    let budget = if has_ellipsis { limit - ellipsis_len } else { limit };
    let end_of_words = text
        .split_whitespace()
        .take(limit)
        .last()
        .map_or(0, |word| word.as_ptr() as usize - text.as_ptr() as usize + word.len());
    let fits = |end: usize| {
        if unit == Unit::Words { end <= end_of_words } else { measure(&text[..end], unit) <= budget }
    };
    let end = graphemes(text).map(|(start, _)| start).take_while(|start| fits(*start)).last().unwrap_or(0);
    Cut { end, has_ellipsis }
}

fn check(text: &str, limit: usize, unit: Unit, expected: &str) {
    assert_eq!(truncate(text, limit, unit), expected, "{limit} {unit:?} of {text:?}");
    assert_eq!(model(text, limit, unit, "").end, expected.len(), "the model of {limit} {unit:?} of {text:?}");
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let kept = truncate(Utf16(&utf16), limit, unit);
    assert_eq!(
        String::from_utf16(kept.0).expect("whole characters"),
        expected,
        "{limit} {unit:?} of {text:?} in UTF-16"
    );
}

#[test]
fn nothing_and_everything() {
    for text in ["", "a", "plain words", "e\u{301}\r\n", "👨‍👩‍👧‍👦 🇩🇪"] {
        for unit in UNITS {
            check(text, 0, unit, if measure(text, unit) == 0 { text } else { "" });
            check(text, 1000, unit, text);
            check(text, usize::MAX, unit, text);
        }
    }
}

#[test]
fn clusters_stay_whole() {
    let family = "👨‍👩‍👧‍👦";
    assert_eq!((family.len(), family.chars().count()), (25, 7));
    check(&format!("a{family}b"), 25, Unit::Bytes, "a");
    check(&format!("a{family}b"), 26, Unit::Bytes, &format!("a{family}"));
    check(&format!("a{family}b"), 7, Unit::Characters, "a");
    check(&format!("a{family}b"), 2, Unit::Graphemes, &format!("a{family}"));
    check(&format!("a{family}b"), 2, Unit::Columns, "a");
    check(&format!("a{family}b"), 3, Unit::Columns, &format!("a{family}"));
    check("e\u{301}e\u{301}", 1, Unit::Characters, "");
    check("e\u{301}e\u{301}", 5, Unit::Bytes, "e\u{301}");
    check("🇫🇮🇸🇪🇳🇴", 15, Unit::Bytes, "🇫🇮");
    check("🇫🇮🇸🇪🇳🇴", 3, Unit::Characters, "🇫🇮");
    check("🇫🇮🇸🇪🇳🇴", 2, Unit::Graphemes, "🇫🇮🇸🇪");
    check("🇫🇮🇸🇪🇳🇴", 5, Unit::Columns, "🇫🇮🇸🇪");
    check("a\r\nb", 2, Unit::Characters, "a");
    check("a\r\nb", 2, Unit::Graphemes, "a\r\n");
    check("a\r\nb", 1, Unit::Columns, "a\r\n");
    // Hangul: syllables of jamo, and precomposed.
    check(
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
        4,
        Unit::Characters,
        "\u{1112}\u{1161}\u{11ab}",
    );
    check("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", 3, Unit::Columns, "\u{1112}\u{1161}\u{11ab}");
    check("한국어", 7, Unit::Bytes, "한국");
    // Thai: a vowel sign and a tone mark above.
    check("ที่นี่", 2, Unit::Characters, "");
    check("ที่นี่", 1, Unit::Graphemes, "ที่");
    // Devanagari: a conjunct is one cluster.
    check("क्षत्र", 2, Unit::Characters, "");
    check("क्षत्र", 1, Unit::Graphemes, "क्ष");
    // Right to left: order in memory.
    check("שלום עולם", 5, Unit::Graphemes, "שלום ");
    check("مَرْحَبًا", 2, Unit::Graphemes, "مَرْ");
    // What comes before in a cluster.
    check("a\u{600}1", 2, Unit::Characters, "a");
}

#[test]
fn words_end_with_words() {
    check("one  two  three ", 2, Unit::Words, "one  two");
    check("one  two  ", 2, Unit::Words, "one  two  ");
    check(" \u{3000}one\u{2003}two", 1, Unit::Words, " \u{3000}one");
    check("  one", 0, Unit::Words, "");
    check("   ", 0, Unit::Words, "   ");
    // A cluster of a space, and one of what takes the space after it.
    check("a \u{301} b", 1, Unit::Words, "a");
    check("a \u{301} b", 2, Unit::Words, "a \u{301}");
    check("x\u{600} b", 1, Unit::Words, "x");
}

#[test]
fn columns_are_those_of_clusters() {
    let rows = [
        ("", 0),
        ("abc", 3),
        ("a\tb\n\u{7f}", 2),
        ("e\u{301}", 1),
        ("\u{301}", 0),
        ("東京", 4),
        ("ﾊﾝ", 2),
        ("Ａ", 2),
        ("한글", 4),
        ("\u{1112}\u{1161}\u{11ab}", 2),
        ("👩\u{200d}🚀", 2),
        ("👍🏽☝🏽", 4),
        ("☎", 1),
        ("☎\u{fe0f}", 2),
        ("1\u{fe0f}\u{20e3}", 2),
        ("12\u{fe0f}\u{20e3}", 3),
        ("🇫🇮", 2),
        ("♥\u{fe0f}\u{200d}🔥", 2),
        ("\u{200b}\u{2060}", 0),
        // The soft hyphen: terminals show it.
        ("\u{ad}", 1),
        ("ที่", 1),
        ("±", 1),
    ];
    for (text, columns) in rows {
        assert_eq!(width(text), columns, "{text:?}");
        let utf16: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(width(Utf16(&utf16)), columns, "{text:?} in UTF-16");
    }
}

#[test]
fn an_ellipsis_counts() {
    let check = |text: &str, limit, unit, ellipsis: &str, expected: &str| {
        let truncation = Truncation::new(limit, unit).ellipsis(ellipsis);
        assert_eq!(truncation.apply(text), expected, "{limit} {unit:?} of {text:?}");
        assert_eq!(truncation.cut(text), model(text, limit, unit, ellipsis), "{limit} {unit:?} of {text:?}");
    };
    check("Grüße", 5, Unit::Graphemes, "…", "Grüße");
    check("Grüße!", 5, Unit::Graphemes, "…", "Grüß…");
    check("Grüße!", 7, Unit::Bytes, "…", "Grü…");
    check("Grüße!", 5, Unit::Characters, "...", "Gr...");
    check("東京からの", 6, Unit::Columns, "…", "東京…");
    check("東京からの", 6, Unit::Columns, "……", "東京……");
    check("abcdef", 3, Unit::Graphemes, "...", "...");
    check("abcdef", 2, Unit::Graphemes, "...", "ab");
    check("abcdef", 0, Unit::Graphemes, "…", "");
    check("one two three", 2, Unit::Words, " and so on", "one two and so on");
    check("one two ", 2, Unit::Words, "…", "one two ");
    check("one two", 0, Unit::Words, "…", "…");
}

#[test]
fn lone_surrogates_are_characters_of_three_bytes() {
    let units = [0x61, 0xD83D, 0x62, 0xDE00, 0xD83D, 0xDE00];
    let kept = |limit, unit| truncate(Utf16(&units), limit, unit).0.len();
    assert_eq!(
        [0, 1, 3, 4, 5, 7, 8, 11, 12].map(|limit| kept(limit, Unit::Bytes)),
        [0, 1, 1, 2, 3, 3, 4, 4, 6]
    );
    assert_eq!([1, 2, 4, 5].map(|limit| kept(limit, Unit::Characters)), [1, 2, 4, 6]);
    assert_eq!([1, 2, 4, 5].map(|limit| kept(limit, Unit::Graphemes)), [1, 2, 4, 6]);
}

fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "b",
        "1",
        " ",
        "  ",
        "\r\n",
        "\r",
        "\n",
        "\t",
        "\u{301}",
        "\u{fe0f}",
        "\u{200d}",
        "👩",
        "🚀",
        "☝",
        "🏽",
        "🇫",
        "é",
        "ß",
        "ж",
        "漢",
        "한",
        "\u{1100}",
        "\u{1161}",
        "\u{11a8}",
        "क",
        "\u{94d}",
        "\u{600}",
        "\u{3000}",
        "\u{85}",
        "ที่",
        "ש",
        "word",
        "twenty characters...",
        "\u{10ffff}",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..30)
        .prop_map(|pieces| pieces.concat())
}

fn unit() -> impl Strategy<Value = Unit> {
    proptest::sample::select(UNITS.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_longest_beginning_is_kept(
        text in text(), limit in 0..40_usize, unit in unit(),
        ellipsis in proptest::sample::select(vec!["", "…", "...", "漢", "ab cd"]),
    ) {
        let truncation = Truncation::new(limit, unit).ellipsis(ellipsis);
        let cut = truncation.cut(&*text);
        prop_assert_eq!(cut, model(&text, limit, unit, ellipsis));

        let utf16: Vec<u16> = text.encode_utf16().collect();
        let in_utf16 = truncation.cut(Utf16(&utf16));
        prop_assert_eq!(in_utf16.has_ellipsis, cut.has_ellipsis);
        prop_assert_eq!(in_utf16.end, text[..cut.end].encode_utf16().count());

        let latin1: Vec<u8> = utf16.iter().map(|unit| *unit as u8).collect();
        let text: String = latin1.iter().copied().map(char::from).collect();
        let in_latin1 = truncation.cut(Latin1(&latin1));
        let cut = truncation.cut(&*text);
        prop_assert_eq!(in_latin1.has_ellipsis, cut.has_ellipsis);
        prop_assert_eq!(in_latin1.end, text[..cut.end].chars().count());
        prop_assert_eq!(width(Latin1(&latin1)), measure(&text, Unit::Columns));
    }

    #[test]
    fn pieces_are_cut_as_the_whole(
        text in text(), limit in 0..40_usize, unit in unit(), ellipsis in proptest::sample::select(vec!["", "…", "..."]),
        cuts in proptest::collection::vec(0..12_usize, 0..12),
    ) {
        let truncation = Truncation::new(limit, unit).ellipsis(ellipsis);
        let (mut truncator, mut out) = (Truncator::new(truncation), String::new());
        let mut rest = &*text;
        for cut in cuts.into_iter().chain([text.len()]) {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(cut));
            rest = after;
            if !truncator.push(piece, &mut out) {
                break;
            }
        }
        truncator.finish(&mut out);
        prop_assert_eq!(out, truncation.apply(&text));
    }

    #[test]
    fn pieces_of_utf16_are_cut_as_the_whole(
        text in text(), limit in 0..40_usize, unit in unit(), ellipsis in proptest::sample::select(vec!["", "…", "..."]),
        cuts in proptest::collection::vec(0..5_usize, 0..20), stray in 0xD700..0xE100_u16, at in any::<usize>(),
    ) {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        units.insert(at % (units.len() + 1), stray);
        let truncation = Truncation::new(limit, unit).ellipsis(ellipsis);
        let (mut truncator, mut out) = (Truncator::utf16(truncation), Vec::new());
        let mut rest = &*units;
        for cut in cuts.into_iter().chain([units.len()]) {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            rest = after;
            if !truncator.push(piece, &mut out) {
                break;
            }
        }
        truncator.finish(&mut out);
        let cut = truncation.cut(Utf16(&units));
        let mut expected = units[..cut.end].to_vec();
        expected.extend(ellipsis.encode_utf16().filter(|_| cut.has_ellipsis));
        prop_assert_eq!(out, expected);
    }

    #[test]
    fn ill_formed_utf16_is_cut_between_its_code_points(
        units in proptest::collection::vec(
            prop_oneof![Just(0x20), Just(0x61), Just(0x301), 0xD83D..0xD83F_u16, 0xDE00..0xDE02_u16, any::<u16>()], 0..40,
        ),
        limit in 0..40_usize, unit in unit(),
    ) {
        // Surrogates become U+FFFD, of as many bytes and columns as they have, if they are alone.
        let text = String::from_utf16_lossy(&units);
        let kept = truncate(Utf16(&units), limit, unit);
        if unit != Unit::Graphemes && unit != Unit::Columns {
            prop_assert!(measure(&String::from_utf16_lossy(kept.0), unit) <= limit);
        }
        prop_assert!(text.starts_with(&String::from_utf16_lossy(kept.0)));
        prop_assert!(elysia_text::is_grapheme_boundary(Utf16(&units), kept.len()));
    }

    #[test]
    fn width_and_count_are_those_of_the_clusters(text in text()) {
        prop_assert_eq!(width(&*text), measure(&text, Unit::Columns));
        prop_assert_eq!(grapheme_count(&*text), measure(&text, Unit::Graphemes));
    }
}
