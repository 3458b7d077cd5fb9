//! Forms and clean-ups, against Unicode's own file, ICU4X and a plain model.

#![cfg(feature = "normalization")]

mod model;
mod unicode;

use std::borrow::Cow;

use elysia_text::{
    Form, Latin1, Normalization, NormalizedLatin1, Normalizer, PendingError, Utf16, is_normalized, normalize,
    normalize_latin1, normalize_utf16,
};
use icu_casemap::CaseMapper;
use model::{FORMS, icu, model, normalizations};
use proptest::prelude::*;

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// In both encodings; borrowed exactly where nothing changes.
#[track_caller]
fn check_form(text: &str, form: Form, expected: &str) {
    let found = normalize(text, form);
    assert_eq!(found, expected, "{form:?} of {}", text.escape_unicode());
    assert_eq!(matches!(found, Cow::Borrowed(_)), text == expected, "{form:?} of {}", text.escape_unicode());
    let units = utf16(text);
    let found = normalize_utf16(Utf16(&units), form);
    assert_eq!(found, utf16(expected), "{form:?} of {} in UTF-16", text.escape_unicode());
    assert_eq!(matches!(found, Cow::Borrowed(_)), text == expected);
    assert_eq!(is_normalized(text, form), text == expected);
    assert_eq!(is_normalized(Utf16(&units), form), text == expected);
}

#[test]
fn unicodes_test_file_passes() {
    let file = unicode::test_file("icu_normalizer", "tests/data/NormalizationTest.txt");
    let mut is_listed = vec![false; 0x11_0000];
    let (mut part, mut rows) = (String::new(), 0);
    for line in file.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.starts_with('@') {
            part = line.to_owned();
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let columns: Vec<String> = line.split(';').take(5).map(from_hex).collect();
        let [source, nfc, nfd, nfkc, nfkd] = &columns[..] else { panic!("five columns: {line}") };
        for column in [source, nfc, nfd] {
            check_form(column, Form::Nfc, nfc);
            check_form(column, Form::Nfd, nfd);
        }
        for column in [nfkc, nfkd] {
            check_form(column, Form::Nfc, nfkc);
            check_form(column, Form::Nfd, nfkd);
        }
        for column in &columns {
            check_form(column, Form::Nfkc, nfkc);
            check_form(column, Form::Nfkd, nfkd);
        }
        if part == "@Part1" {
            is_listed[source.chars().next().expect("a character") as usize] = true;
        }
        rows += 1;
    }
    assert!(rows > 19_000, "only {rows} rows");
    let unlisted = || (0..0x11_0000).filter(|char| !is_listed[*char as usize]).filter_map(char::from_u32);
    for form in FORMS {
        check_all_stay(unlisted(), form);
    }
}

/// Each of `chars` alone; between line feeds, where nothing joins, for many at once are faster.
fn check_all_stay(chars: impl Iterator<Item = char>, form: Form) {
    let alone: Vec<String> = chars.map(|char| format!("{char}\n")).collect();
    for some in alone.chunks(256) {
        let text = some.concat();
        if !is_normalized(text.as_str(), form) {
            some.iter().for_each(|char| check_form(char, form, char));
        }
        check_form(&text, form, &text);
    }
}

fn from_hex(column: &str) -> String {
    let char = |hex| char::from_u32(u32::from_str_radix(hex, 16).expect("a number")).expect("a character");
    column.split_whitespace().map(char).collect()
}

/// Alone, and between letters with marks that it may take.
#[test]
fn every_code_point_has_the_forms_of_icu() {
    // Those alone are separated by line feeds.
    let chars: Vec<char> = (0..0x11_0000).filter_map(char::from_u32).filter(|char| *char != '\n').collect();
    for form in FORMS {
        let mut staying = Vec::new();
        for some in chars.chunks(256) {
            let among: Vec<String> = some.iter().map(|char| format!("e{char}\u{323}\u{301}")).collect();
            // A letter joins nothing, so that each begins anew; one by one only where something is wrong.
            let text = among.concat();
            if normalize(&text, form) != icu(&text, form) {
                for among in &among {
                    assert_eq!(
                        normalize(among, form),
                        icu(among, form),
                        "{form:?}, {}",
                        among.escape_unicode()
                    );
                }
                panic!("{form:?} of all of {}", text.escape_unicode());
            }
            let alone: String = some.iter().flat_map(|char| [*char, '\n']).collect();
            for (char, expected) in some.iter().zip(icu(&alone, form).split_terminator('\n')) {
                match char.to_string() {
                    alone if alone == expected => staying.push(*char),
                    alone => check_form(&alone, form, expected),
                }
            }
        }
        assert!(staying.len() > 1_000_000, "{form:?}: {} stay", staying.len());
        check_all_stay(staying.into_iter(), form);
    }
}

/// Every code point, folded without a form.
#[test]
fn every_code_point_folds_as_in_icu() {
    for char in (0..0x11_0000).filter_map(char::from_u32) {
        let text = char.to_string();
        let found = normalize(&text, Normalization::none().case_fold());
        assert_eq!(found, CaseMapper::new().fold_string(&text), "U+{:04X}", u32::from(char));
    }
}

/// The Unicode Standard's D146; what is a key stays one.
#[test]
fn every_code_point_folds_with_a_compatible_form_as_in_icu() {
    for (index, to) in normalizations().into_iter().enumerate() {
        if to != Normalization::new(Form::Nfkc).case_fold()
            && to != Normalization::new(Form::Nfkd).case_fold()
        {
            continue;
        }
        for char in (0..0x3_0000).filter_map(char::from_u32) {
            let text = char.to_string();
            let found = normalize(&text, to);
            assert_eq!(found, model(&text, index), "U+{:04X} with {to:?}", u32::from(char));
            assert_eq!(normalize(&found, to), found, "U+{:04X} twice with {to:?}", u32::from(char));
        }
    }
}

#[test]
fn texts_of_many_scripts() {
    let rows = [
        // (text, NFC, NFD, NFKC, NFKD)
        ("plain", "plain", "plain", "plain", "plain"),
        ("café", "café", "cafe\u{301}", "café", "cafe\u{301}"),
        ("cafe\u{301}", "café", "cafe\u{301}", "café", "cafe\u{301}"),
        // Order of marks; one that composes behind one that does not.
        ("a\u{301}\u{323}", "ạ\u{301}", "a\u{323}\u{301}", "ạ\u{301}", "a\u{323}\u{301}"),
        ("a\u{315}\u{300}", "à\u{315}", "a\u{300}\u{315}", "à\u{315}", "a\u{300}\u{315}"),
        // Thai: SARA AM is only a compatibility composite; tone marks have a class.
        ("น้ำ", "น้ำ", "น้ำ", "น\u{e49}\u{e4d}\u{e32}", "น\u{e49}\u{e4d}\u{e32}"),
        // Hangul.
        (
            "한글",
            "한글",
            "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
            "한글",
            "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
        ),
        ("\u{1112}\u{1161}\u{11ab}", "한", "\u{1112}\u{1161}\u{11ab}", "한", "\u{1112}\u{1161}\u{11ab}"),
        ("가\u{11a7}", "가\u{11a7}", "\u{1100}\u{1161}\u{11a7}", "가\u{11a7}", "\u{1100}\u{1161}\u{11a7}"),
        // Arabic and Hebrew: order of vowel signs, presentation forms.
        ("\u{627}\u{653}", "\u{622}", "\u{627}\u{653}", "\u{622}", "\u{627}\u{653}"),
        (
            "\u{5e9}\u{5c1}\u{5bc}",
            "\u{5e9}\u{5bc}\u{5c1}",
            "\u{5e9}\u{5bc}\u{5c1}",
            "\u{5e9}\u{5bc}\u{5c1}",
            "\u{5e9}\u{5bc}\u{5c1}",
        ),
        ("\u{fb2a}", "\u{5e9}\u{5c1}", "\u{5e9}\u{5c1}", "\u{5e9}\u{5c1}", "\u{5e9}\u{5c1}"),
        ("\u{fefb}", "\u{fefb}", "\u{fefb}", "\u{644}\u{627}", "\u{644}\u{627}"),
        // Emoji with joiners stay; ligatures, fractions and wide letters are compatible with others.
        (
            "👩\u{200d}👩\u{200d}👧",
            "👩\u{200d}👩\u{200d}👧",
            "👩\u{200d}👩\u{200d}👧",
            "👩\u{200d}👩\u{200d}👧",
            "👩\u{200d}👩\u{200d}👧",
        ),
        ("ﬁ½Ａ", "ﬁ½Ａ", "ﬁ½Ａ", "fi1⁄2A", "fi1⁄2A"),
        ("ｶﾞ", "ｶﾞ", "ｶﾞ", "ガ", "カ\u{3099}"),
        // Beyond the first plane: a musical symbol, Kaithi, an ideograph of compatibility.
        ("\u{1d15e}", "\u{1d157}\u{1d165}", "\u{1d157}\u{1d165}", "\u{1d157}\u{1d165}", "\u{1d157}\u{1d165}"),
        ("\u{11099}\u{110ba}", "\u{1109a}", "\u{11099}\u{110ba}", "\u{1109a}", "\u{11099}\u{110ba}"),
        ("\u{2f800}", "\u{4e3d}", "\u{4e3d}", "\u{4e3d}", "\u{4e3d}"),
    ];
    for (text, nfc, nfd, nfkc, nfkd) in rows {
        for (form, expected) in FORMS.into_iter().zip([nfc, nfd, nfkc, nfkd]) {
            check_form(text, form, expected);
        }
    }
}

#[test]
fn lone_surrogates_stay() {
    let check = |units: &[u16], to: Normalization, expected: &[u16]| {
        assert_eq!(normalize_utf16(Utf16(units), to), expected, "{units:x?}, {to:?}");
    };
    check(&[0xD800, 0x65, 0x301, 0xDC00], Form::Nfc.into(), &[0xD800, 0xE9, 0xDC00]);
    check(&[0xD834, 0xD834, 0xDD5E], Form::Nfc.into(), &[0xD834, 0xD834, 0xDD57, 0xD834, 0xDD65]);
    check(&[0xDC00, 0xD800], Normalization::new(Form::Nfkd).trim(), &[0xDC00, 0xD800]);
    // What a control character kept apart becomes a pair before anything else is done.
    check(
        &[0xD834, 0x01, 0xDD5E],
        Normalization::new(Form::Nfc).strip_controls(),
        &[0xD834, 0xDD57, 0xD834, 0xDD65],
    );
    check(&[0x41, 0xD801], Normalization::none().case_fold(), &[0x61, 0xD801]);
}

#[test]
fn clean_ups() {
    let (none, nfc) = (Normalization::none(), Normalization::new(Form::Nfc));
    let rows = [
        (none, "a \u{1}\tb", "a \u{1}\tb"),
        (none.strip_controls(), "a\u{0}b\u{7f}\u{80}\tc\r\n\u{85}d", "ab\tc\r\n\u{85}d"),
        (none.collapse_white_space(), "  a \t b\u{3000}c\n", " a b c "),
        (none.collapse_white_space(), "a b c", "a b c"),
        (none.collapse_white_space(), "a\tb", "a b"),
        (none.trim(), " \u{a0}a b\u{2003}\n", "a b"),
        (none.trim(), " \n ", ""),
        (none.collapse_white_space().trim(), "\n a \n b \n", "a b"),
        // No white space, though some take it for that.
        (none.collapse_white_space().trim(), "\u{200b}a\u{feff}", "\u{200b}a\u{feff}"),
        (none.case_fold(), "Straße ΌΣΟΣ ﬃ İI", "strasse όσοσ ffi i\u{307}i"),
        (none.case_fold(), "Ꭰꭰ ÀÉ", "ᎠᎠ àé"),
        // The iota below becomes a letter, which must not stand between the marks: folded in NFD.
        (nfc.case_fold(), "\u{3b1}\u{345}\u{301}", "άι"),
        (nfc.case_fold(), "E\u{301} ᾼ Å", "é αι å"),
        // Capitals that only the form brings out, and what they compose with.
        (Normalization::new(Form::Nfkc).case_fold(), "№ ㎒ ℌ 𝐀\u{308} ⅷ", "no mhz h ä viii"),
        (Normalization::new(Form::Nfkd).case_fold(), "№ 𝐀\u{308}", "no a\u{308}"),
        (Normalization::new(Form::Nfkc).trim(), "\u{a8}a\u{2000}", "\u{308}a"),
        // Composed over what was taken out.
        (nfc.strip_controls(), "e\u{7}\u{301}", "é"),
        (nfc.strip_controls().case_fold().collapse_white_space().trim(), "\t A\u{1}  E\u{301}\t", "a é"),
    ];
    for (to, text, expected) in rows {
        assert_eq!(normalize(text, to), expected, "{} with {to:?}", text.escape_debug());
        assert_eq!(
            normalize_utf16(Utf16(&utf16(text)), to),
            utf16(expected),
            "{} with {to:?}",
            text.escape_debug()
        );
    }
}

#[test]
fn what_stays_or_is_only_trimmed_is_borrowed() {
    let all = Normalization::new(Form::Nfc).strip_controls().case_fold().collapse_white_space().trim();
    for (text, to, expected) in [
        ("", all, ""),
        ("a b", all, "a b"),
        ("\n a b\n", all, "a b"),
        ("\u{3000}日本語", Normalization::new(Form::Nfd).trim(), "日本語"),
        (" \t", Normalization::none().trim(), ""),
    ] {
        let units = utf16(text);
        let (found, found_utf16) = (normalize(text, to), normalize_utf16(Utf16(&units), to));
        assert_eq!(found, expected);
        assert_eq!(found_utf16, utf16(expected));
        assert!(matches!((found, found_utf16), (Cow::Borrowed(_), Cow::Borrowed(_))), "{text:?} with {to:?}");
    }
    assert_eq!(
        normalize_latin1(Latin1(b" caf\xe9 "), Normalization::new(Form::Nfc).trim()),
        NormalizedLatin1::Borrowed(b"caf\xe9")
    );
}

/// Every text of two characters, in every way.
#[test]
fn latin1_is_as_in_utf16() {
    for to in normalizations() {
        for (first, second) in (0..=0xFFu8).flat_map(|first| (0..=0xFFu8).map(move |second| (first, second)))
        {
            // All pairs for the beginning of the alphabet and a few others, to be quick.
            if first % 16 != 1 && !matches!(second, b' ' | b'A' | 0xC0 | 0xB5 | 0xDF) {
                continue;
            }
            let source = [first, second];
            let expected = normalize_utf16(Utf16(&[first.into(), second.into()]), to).into_owned();
            let found = match normalize_latin1(Latin1(&source), to) {
                NormalizedLatin1::Borrowed(bytes) => bytes.iter().copied().map(u16::from).collect(),
                NormalizedLatin1::Latin1(bytes) => bytes.into_iter().map(u16::from).collect(),
                NormalizedLatin1::Utf16(units) => {
                    assert!(units.iter().any(|unit| *unit > 0xFF), "{source:x?} fits");
                    units
                }
            };
            assert_eq!(found, expected, "{source:x?} with {to:?}");
        }
    }
}

#[test]
fn what_a_stream_holds_back_is_bounded() {
    let marks = "\u{301}".repeat(Normalizer::MOST_PENDING + 1);
    let mut made = String::new();
    let mut normalizer = Normalizer::new(Form::Nfd);
    assert_eq!(normalizer.push("a", &mut made), Ok(()));
    assert_eq!(normalizer.push(&marks, &mut made), Err(PendingError::Marks));
    assert_eq!(normalizer.push("b", &mut made), Err(PendingError::Marks));
    normalizer.finish(&mut made);
    assert_eq!(made, format!("a{marks}"));

    let spaces = " ".repeat(Normalizer::MOST_PENDING + 1);
    let mut normalizer = Normalizer::new(Normalization::none().trim());
    assert_eq!(normalizer.push("a", &mut String::new()), Ok(()));
    assert_eq!(normalizer.push(&spaces, &mut String::new()), Err(PendingError::WhiteSpace));
    let message = PendingError::WhiteSpace.to_string();
    assert_eq!(
        message,
        "expected no more than 16384 code points in a run of white space that may be the end, found more; \
         collapse it, or trim the whole text instead"
    );
    // Neither is held back where it comes to nothing, or to one space.
    let mut normalizer = Normalizer::new(Normalization::none().trim());
    assert_eq!(normalizer.push(&spaces, &mut String::new()), Ok(()));
    let mut normalizer = Normalizer::new(Normalization::none().trim().collapse_white_space());
    assert_eq!(normalizer.push("a", &mut String::new()), Ok(()));
    assert_eq!(normalizer.push(&spaces, &mut String::new()), Ok(()));
}

/// Long enough that nothing but n log n will do.
#[test]
fn a_text_of_nothing_but_marks() {
    let text: String = (0..200_000).map(|at| if at % 2 == 0 { '\u{301}' } else { '\u{323}' }).collect();
    let expected = ["\u{323}".repeat(100_000), "\u{301}".repeat(100_000)].concat();
    assert_eq!(normalize(&text, Form::Nfd), expected);
    assert_eq!(normalize(&text, Form::Nfkc), expected);
}

/// Rich in what combines, decomposes, folds or is taken out.
fn char_of_interest() -> impl Strategy<Value = char> {
    let range = |first: char, last: char| proptest::char::range(first, last);
    prop_oneof![
        3 => range('\0', '\u{7f}'),
        3 => range('\u{300}', '\u{36f}'),
        1 => prop_oneof![Just('\u{345}'), Just('\u{323}'), Just('\u{301}'), Just('\u{f73}'), Just('\u{344}')],
        2 => prop_oneof![Just('e'), Just('A'), Just('ê'), Just('Ố'), Just('α'), Just('Ω'), Just('ß'), Just('İ')],
        1 => prop_oneof![Just(' '), Just('\u{a0}'), Just('\u{3000}'), Just('\u{a8}'), Just('\n'), Just('\u{1}')],
        1 => range('\u{80}', '\u{24f}'),
        1 => range('\u{370}', '\u{3ff}'),
        1 => range('\u{900}', '\u{dff}'),
        1 => range('\u{f40}', '\u{fbc}'),
        2 => range('\u{1100}', '\u{1112}'),
        2 => range('\u{1161}', '\u{1175}'),
        2 => range('\u{11a7}', '\u{11c2}'),
        1 => range('가', '힣'),
        1 => range('\u{1e00}', '\u{1fff}'),
        1 => range('\u{3040}', '\u{33ff}'),
        1 => range('\u{f900}', '\u{ffef}'),
        1 => range('\u{11080}', '\u{11500}'),
        1 => range('\u{1d100}', '\u{1d7ff}'),
        1 => any::<char>(),
    ]
}

fn text_of_interest() -> impl Strategy<Value = String> {
    proptest::collection::vec(char_of_interest(), 0..24).prop_map(|chars| chars.into_iter().collect())
}

fn units_of_interest() -> impl Strategy<Value = Vec<u16>> {
    let surrogates =
        proptest::collection::vec(prop_oneof![Just(0xD834), Just(0xDD5E), 0xD800..0xE000u16], 1..3);
    let piece =
        prop_oneof![3 => char_of_interest().prop_map(|char| utf16(&char.to_string())), 1 => surrogates];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn texts_have_the_forms_of_icu(text in text_of_interest()) {
        for form in FORMS {
            let expected = icu(&text, form);
            check_form(&text, form, &expected);
            check_form(&expected, form, &expected);
        }
    }

    #[test]
    fn ill_formed_utf16_has_the_forms_of_its_parts(units in units_of_interest()) {
        for form in FORMS {
            // Lone surrogates join nothing, so that what stands between them has a form of its own.
            let mut expected = Vec::new();
            let mut part = String::new();
            for decoded in char::decode_utf16(units.iter().copied()) {
                match decoded {
                    Ok(char) => part.push(char),
                    Err(lone) => {
                        expected.extend(utf16(&icu(&std::mem::take(&mut part), form)));
                        expected.push(lone.unpaired_surrogate());
                    }
                }
            }
            expected.extend(utf16(&icu(&part, form)));
            prop_assert_eq!(normalize_utf16(Utf16(&units), form), expected);
        }
    }

    #[test]
    fn clean_ups_are_as_in_the_model(text in text_of_interest(), index in 0..80usize) {
        let (to, expected, units) = (normalizations()[index], model(&text, index), utf16(&text));
        prop_assert_eq!(&normalize(&text, to), &expected, "{:?}", to);
        prop_assert_eq!(normalize_utf16(Utf16(&units), to), utf16(&expected), "{:?}", to);
    }

    #[test]
    fn chunks_make_no_difference(text in text_of_interest(), cuts in any::<u32>(), index in 0..80usize) {
        let to = normalizations()[index];
        let mut normalizer = Normalizer::new(to);
        let (mut made, mut chunk) = (String::new(), String::new());
        for (at, char) in text.chars().enumerate() {
            chunk.push(char);
            if cuts >> (at % 32) & 1 == 1 {
                normalizer.push(&std::mem::take(&mut chunk), &mut made).unwrap();
            }
        }
        normalizer.push(&chunk, &mut made).unwrap();
        normalizer.finish(&mut made);
        prop_assert_eq!(made, normalize(&text, to), "{:?}", to);
    }

    #[test]
    fn chunks_of_utf16_make_no_difference(units in units_of_interest(), cuts in any::<u32>(), index in 0..80usize) {
        let to = normalizations()[index];
        let mut normalizer = Normalizer::new(to);
        let (mut made, mut start) = (Vec::new(), 0);
        for at in 0..units.len() {
            if cuts >> (at % 32) & 1 == 1 {
                normalizer.push_utf16(&units[start..at], &mut made).unwrap();
                start = at;
            }
        }
        normalizer.push_utf16(&units[start..], &mut made).unwrap();
        normalizer.finish_utf16(&mut made);
        prop_assert_eq!(made, normalize_utf16(Utf16(&units), to).into_owned(), "{:?}", to);
    }
}
