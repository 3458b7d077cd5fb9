//! Words of texts, whole and in pieces, and beside `wc -w`.

use std::io::Write;
use std::process::{Command, Stdio};

use elysia_text::{Latin1, Text, Utf16, WordCounter, Words, word_count, words};
use proptest::prelude::*;

fn check(text: &str, white_space: usize, unicode: usize) {
    let utf16: Vec<u16> = text.encode_utf16().collect();
    for (words, expected) in [(Words::WhiteSpace, white_space), (Words::Unicode, unicode)] {
        assert_eq!(word_count(text, words), expected, "{words:?} of {text:?}");
        assert_eq!(word_count(Utf16(&utf16), words), expected, "{words:?} of {text:?} in UTF-16");
        if utf16.iter().all(|unit| *unit < 0x100) {
            let latin1: Vec<u8> = utf16.iter().map(|unit| *unit as u8).collect();
            assert_eq!(word_count(Latin1(&latin1), words), expected, "{words:?} of {text:?} in Latin-1");
        }
    }
}

#[test]
fn words_are_counted() {
    check("", 0, 0);
    check(" \t\r\n ", 0, 0);
    check("one", 1, 1);
    check("  one  two ", 2, 2);
    check("don't 3.14 1,000 a.b a. .b _ __a__ a_1", 9, 8);
    check("e-mail: x@y.z", 2, 4);
    check("a\u{a0}b\u{85}c\u{3000}d\u{2003}e\u{202f}f", 6, 5);
    check("zero\u{200b}width\u{2060}joiner", 1, 2);
    check("\u{441}\u{44a}\u{435}\u{448}\u{44c} \u{436}\u{435} \u{2014} \u{447}\u{430}\u{439}", 4, 3);
    check("\u{6211}\u{4eec} \u{8ba8}\u{8bba}", 2, 4);
    check("\u{d55c}\u{ad6d}\u{c5b4} \u{1112}\u{1161}\u{11ab}", 2, 2);
    check("\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{5e6}\u{5d4}\"\u{5dc}", 2, 2);
    check("\u{1f468}\u{200d}\u{1f469} \u{1f1e9}\u{1f1ea} ok", 3, 1);
    check("nai\u{308}ve cafe\u{301}", 2, 2);
    check("\u{2d2}:\u{2d2} a\u{301}\u{301}:\u{301}\u{301}b", 2, 1);
}

#[test]
fn lone_surrogates_are_no_white_space_and_no_words() {
    let units = [0xD83D, 0x20, 0x61, 0xDE00, 0x62, 0xD83D];
    assert_eq!(word_count(Utf16(&units), Words::WhiteSpace), 2);
    assert_eq!(word_count(Utf16(&units), Words::Unicode), 2);
}

#[test]
fn a_count_so_far_is_what_the_beginning_has() {
    let mut counter = WordCounter::new(Words::Unicode);
    for (piece, count) in [("a", 1), (":", 1), ("b", 1), ("'", 1), ("1", 2), (" ", 2), ("c", 3)] {
        counter.push(piece);
        assert_eq!(counter.count(), count, "after {piece:?}");
    }
    assert_eq!(counter.finish(), 3);
}

/// Printable text, for which the two agree; see [`Words::WhiteSpace`].
#[test]
fn wc_counts_the_same() {
    let text = "\n\u{441}\u{44a}\u{435}\u{448}\u{44c}\u{2003}\u{447}\u{430}\u{439}\u{3000}ok\u{a0}no\u{205f}\u{1680}yes \
                \u{1f600}\t\u{6211}\u{4eec}\u{202f}x\u{2007}y\u{b}z\u{c}\r\n- \u{2014} e\u{301}";
    for text in [text, "", "a", " a ", &text.repeat(1000)] {
        let started = Command::new("wc")
            .arg("-w")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut wc) = started else {
            eprintln!("skipped: there is no `wc` here");
            return;
        };
        wc.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let out = String::from_utf8(wc.wait_with_output().unwrap().stdout).unwrap();
        assert_eq!(out.trim(), word_count(text, Words::WhiteSpace).to_string(), "{text:?}");
    }
}

fn text() -> impl Strategy<Value = String> {
    let tricky = "ab1_.':,;\"- \r\n\u{301}\u{ad}\u{200d}\u{5d0}\u{30ab}\u{436}\u{4e00}\u{1f1e9}\u{1f600}\u{1f3fd}\u{2003}\u{2d2}\u{e9}";
    let character = prop_oneof![
        3 => Just('a'), 2 => Just(' '),
        6 => proptest::sample::select(tricky.chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    let ascii =
        proptest::string::string_regex("[a-c0-2_.':,; -]{60,160}").expect("an expression of characters");
    let mixed = proptest::collection::vec(character, 0..40).prop_map(String::from_iter);
    proptest::collection::vec(prop_oneof![ascii, mixed], 0..4).prop_map(|parts| parts.concat())
}

/// The pieces of `text` between cuts, each of which is a unit's offset modulo what is left.
fn pieces<'t, T: Text + 't>(
    text: T,
    cuts: &'t [usize],
    is_boundary: impl Fn(usize) -> bool + 't,
) -> impl Iterator<Item = T> + 't {
    let mut start = 0;
    cuts.iter().map(Some).chain([None]).map(move |cut| {
        let mut end = cut.map_or(text.len(), |cut| start + cut % (text.len() - start + 1));
        while !is_boundary(end) {
            end += 1;
        }
        let piece = text.slice(start..end);
        start = end;
        piece
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_are_segments_with_a_letter_or_number(text in text()) {
        let expected = words(text.as_str()).filter(|segment| segment.is_word_like).count();
        prop_assert_eq!(word_count(text.as_str(), Words::Unicode), expected);
        let utf16: Vec<u16> = text.encode_utf16().collect();
        prop_assert_eq!(word_count(Utf16(&utf16), Words::Unicode), expected);
        prop_assert_eq!(word_count(text.as_str(), Words::WhiteSpace), text.split_whitespace().count());
        prop_assert_eq!(word_count(Utf16(&utf16), Words::WhiteSpace), text.split_whitespace().count());
    }

    #[test]
    fn pieces_have_the_words_of_the_whole(
        text in text(), cuts in proptest::collection::vec(0..50_usize, 0..20), stray in any::<u16>(), at in any::<usize>(),
    ) {
        let mut utf16: Vec<u16> = text.encode_utf16().collect();
        utf16.insert(at % (utf16.len() + 1), stray);
        let latin1: Vec<u8> = utf16.iter().map(|unit| *unit as u8).collect();
        for words in [Words::WhiteSpace, Words::Unicode] {
            let mut counter = WordCounter::new(words);
            pieces(text.as_str(), &cuts, |at| text.is_char_boundary(at)).for_each(|piece| counter.push(piece));
            prop_assert_eq!(counter.finish(), word_count(text.as_str(), words));

            let mut counter = WordCounter::new(words);
            pieces(Utf16(&utf16), &cuts, |_| true).for_each(|piece| counter.push(piece));
            prop_assert_eq!(counter.finish(), word_count(Utf16(&utf16), words));

            let mut counter = WordCounter::new(words);
            pieces(Latin1(&latin1), &cuts, |_| true).for_each(|piece| counter.push(piece));
            prop_assert_eq!(counter.finish(), word_count(Latin1(&latin1), words));
        }
    }
}
