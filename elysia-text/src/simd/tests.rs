//! Every kernel against a plain loop: all lengths around the blocks, all positions in them.

use proptest::prelude::*;

use super::*;
use crate::tables::properties;
use crate::text::Text;

fn starts_of(text: impl Text, mut is_inside: bool) -> Vec<usize> {
    let (mut at, mut starts) = (0, Vec::new());
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        let is_space = properties(code_point).is_white_space();
        starts.extend((!is_space && !is_inside).then_some(at));
        (is_inside, at) = (!is_space, next);
    }
    starts
}

fn check_starts(text: &str) {
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let latin1: Vec<u8> = utf16.iter().map(|unit| *unit as u8).collect();
    for is_inside in [false, true] {
        let starts = starts_of(text, is_inside);
        check_found(&starts, |number| word_start(text, is_inside, number));
        check_found(&starts, |number| portable::word_start(text, is_inside, number));
        check_starts_utf16(&utf16, is_inside);
        let latin1 = Latin1(&latin1);
        let starts = starts_of(latin1, is_inside);
        check_found(&starts, |number| word_start_latin1(latin1, is_inside, number));
        check_found(&starts, |number| portable::word_start_latin1(latin1, is_inside, number));
    }
}

fn check_starts_utf16(units: &[u16], is_inside: bool) {
    let starts = starts_of(Utf16(units), is_inside);
    check_found(&starts, |number| word_start_utf16(Utf16(units), is_inside, number));
    check_found(&starts, |number| portable::word_start_utf16(Utf16(units), is_inside, number));
}

fn check_found(starts: &[usize], find: impl Fn(usize) -> ControlFlow<usize, usize>) {
    assert_eq!(find(usize::MAX), ControlFlow::Continue(starts.len()));
    assert_eq!(find(starts.len()), ControlFlow::Continue(starts.len()));
    let middle = starts.len() / 2;
    for (number, start) in starts.iter().enumerate() {
        if [0, middle, starts.len() - 1].contains(&number) {
            assert_eq!(find(number), ControlFlow::Break(*start));
        }
    }
}

fn check_prefix(bytes: &[u8], units: &[u16]) {
    let expected = bytes.iter().take_while(|byte| **byte < 0x80).count();
    assert_eq!(ascii_prefix(bytes), expected, "{bytes:x?}");
    assert_eq!(portable::ascii_prefix(bytes), expected, "{bytes:x?}");
    let expected = bytes.iter().take_while(|byte| matches!(byte, 0x20..=0x7E)).count();
    assert_eq!(printable_prefix(bytes), expected, "{bytes:x?}");
    let expected = units.iter().take_while(|unit| matches!(unit, 0x20..=0x7E)).count();
    assert_eq!(printable_prefix_utf16(units), expected, "{units:x?}");
    let expected = units.iter().take_while(|unit| **unit < 0x80).count();
    assert_eq!(ascii_prefix_utf16(units), expected, "{units:x?}");
    assert_eq!(portable::ascii_prefix_utf16(units), expected, "{units:x?}");
}

const LENGTHS: std::ops::Range<usize> = if cfg!(miri) { 0..40 } else { 0..300 };

#[test]
fn ascii_ends_wherever_the_first_other_unit_stands() {
    for len in LENGTHS {
        for alignment in 0..if cfg!(miri) { 2 } else { 9 } {
            let (mut bytes, mut units) = (vec![b'a'; len + alignment], vec![0x7E; len + alignment]);
            check_prefix(&bytes[alignment..], &units[alignment..]);
            if let Some(last) = bytes.last_mut() {
                *last = 0x80;
            }
            units.iter_mut().last().into_iter().for_each(|unit| *unit = 0x80);
            check_prefix(&bytes[alignment..], &units[alignment..]);
        }
        let mut units = vec![b'a'.into(); 2 * len + 1];
        units[len] = 0x6100;
        check_prefix(&[], &units);
    }
}

/// Each unit after units that are printable ASCII.
#[test]
fn ascii_ends_at_every_other_unit() {
    for unit in (0..=u16::MAX).step_by(if cfg!(miri) { 251 } else { 1 }) {
        let mut units = [0x61; 9];
        units[unit as usize % 9] = unit;
        check_prefix(&units.map(|unit| unit as u8), &units);
    }
}

#[test]
fn white_space_is_what_the_tables_say() {
    for code_point in 0..if cfg!(miri) { 0x3100 } else { 0x11_0000 } {
        assert_eq!(is_white_space(code_point), properties(code_point).is_white_space(), "U+{code_point:04X}");
    }
}

/// Each character of the Basic Multilingual Plane between letters, at a place where its bytes lie in two blocks.
#[cfg(not(miri))]
#[test]
fn every_character_is_told_from_white_space() {
    for character in '\0'..='\u{ffff}' {
        let before = "a".repeat(60 + character as usize % 8);
        check_starts(&format!("{before}{character}a{before}\u{4e00}{character}{before}"));
    }
    for unit in 0..=u16::MAX {
        let mut units = vec![0x61; 100];
        units[unit as usize % 100] = unit;
        check_starts_utf16(&units, true);
    }
}

/// Characters that are white space, resemble it in some byte, or are frequent.
fn character() -> impl Strategy<Value = char> {
    let tricky = "a \t\n\r\u{b}\u{c}\u{8}\u{e}\u{1c}\u{85}\u{a0}\u{80}\u{8a}\u{c2}\u{e2}\u{1680}\u{1681}\u{180e}\u{2000}\u{200a}\
        \u{200b}\u{200d}\u{2014}\u{2027}\u{2028}\u{2029}\u{202a}\u{202f}\u{205e}\u{205f}\u{2060}\u{3000}\u{3001}\u{3042}\u{feff}\u{2020}\u{2080}\
        \u{1f600}\u{20000}\u{2000a}\u{e0020}";
    prop_oneof![
        4 => Just(' '), 4 => Just('a'), 4 => Just('\u{436}'),
        8 => proptest::sample::select(tricky.chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ]
}

/// What decides about words in ASCII.
fn ascii() -> impl Strategy<Value = u8> {
    let tricky = b"aZ09_.':,;\" \r\n-@`/{[\0\x7F";
    prop_oneof![2 => Just(b'_'), 2 => Just(b'a'), 6 => proptest::sample::select(tricky.to_vec()), 1 => 0..0x80_u8]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 4 } else { 512 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_start_where_a_plain_loop_finds_them(characters in proptest::collection::vec(character(), 0..300)) {
        check_starts(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn ascii_has_the_words_of_uax_29(bytes in proptest::collection::vec(ascii(), 0..300)) {
        let text = str::from_utf8(&bytes).unwrap();
        let expected = crate::words(text).filter(|segment| segment.is_word_like).count();
        prop_assert_eq!(portable::ascii_words(bytes.len(), |at| bytes[at]), expected);
        prop_assert_eq!(ascii_words(&bytes), expected);
        prop_assert_eq!(ascii_words_utf16(&bytes.iter().map(|byte| u16::from(*byte)).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn ill_formed_utf16_is_counted(units in proptest::collection::vec(prop_oneof![Just(0x20), 0x2000..0x2070_u16, any::<u16>()], 0..300)) {
        check_starts_utf16(&units, false);
    }
}

#[cfg(feature = "normalization")]
mod candidates {
    use super::*;
    use crate::simd::inert::{plain, plain_utf16};
    use crate::tables::Inert;

    /// `find` goes over `len` units; of those that are `expected` none is missing, and others are only where they `may_be`.
    fn check_found(
        len: usize,
        expected: &[usize],
        may_be: impl Fn(usize) -> bool,
        find: impl Fn(usize) -> (usize, u64),
    ) {
        let (mut from, mut expected) = (0, expected.iter().copied().peekable());
        loop {
            let (at, found) = find(from);
            assert!(at >= from.min(len));
            assert_eq!(expected.next_if(|place| *place < at), None, "{at} from {from} of {len}");
            if found == 0 {
                return assert_eq!(expected.next(), None, "{at} from {from} of {len}");
            }
            for place in (0..64).filter(|bit| found >> bit & 1 == 1).map(|bit| at + bit) {
                assert!(place < len && may_be(place), "{place} of {len}");
                expected.next_if_eq(&place);
            }
            from = at + 64;
            assert_eq!(expected.next_if(|place| *place < from), None, "{at} from {from} of {len}");
        }
    }

    fn check(text: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let latin1: Vec<u8> = units.iter().map(|unit| *unit as u8).collect();
        for form in 0..4 {
            let inert = Inert::of(form);
            let others = |text: &mut dyn Iterator<Item = (usize, u32)>| -> Vec<usize> {
                text.filter(|(_, code_point)| !inert.has(*code_point)).map(|(at, _)| at).collect()
            };
            let (len, is_start) = (text.len(), |at| text.is_char_boundary(at));
            let expected = others(&mut text.char_indices().map(|(at, char)| (at, char.into())));
            check_found(len, &expected, is_start, |from| candidates(text, from, inert));
            check_found(len, &expected, is_start, |from| match plain(text.as_bytes(), from, inert) {
                (at, 0) => candidates(text, at, inert),
                found => found,
            });

            let mut at = 0;
            let mut places = text.chars().map(|char| {
                at += char.len_utf16();
                (at - char.len_utf16(), char.into())
            });
            let expected = others(&mut places);
            let (len, is_start) = (units.len(), |at: usize| units[at] & 0xFC00 != 0xDC00);
            check_found(len, &expected, is_start, |from| candidates_utf16(&units, from, inert));
            check_found(len, &expected, is_start, |from| match plain_utf16(&units, from, inert) {
                (at, 0) => candidates_utf16(&units, at, inert),
                found => found,
            });

            let expected = others(&mut latin1.iter().enumerate().map(|(at, byte)| (at, (*byte).into())));
            check_found(len, &expected, |_| true, |from| candidates_latin1(&latin1, from, inert));
        }
    }

    /// All in a row, and each among ASCII.
    #[cfg(not(miri))]
    #[test]
    fn every_character_that_is_not_inert_is_found() {
        let characters =
            ('\0'..='\u{2ffff}').chain('\u{e0000}'..='\u{e01ff}').chain('\u{10ff00}'..='\u{10ffff}');
        check(&characters.clone().collect::<String>());
        let before = "a".repeat(61);
        check(&characters.flat_map(|character| before.chars().chain([character])).collect::<String>());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 4 } else { 512 }, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn none_is_missing_wherever_it_stands(
            characters in proptest::collection::vec(prop_oneof![8 => Just('a'), 4 => proptest::char::range('\u{80}', '\u{3100}'), 1 => any::<char>()], 0..200),
        ) {
            check(&characters.into_iter().collect::<String>());
        }
    }
}
