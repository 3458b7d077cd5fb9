//! What is said of a part of a text holds for the whole: over texts made at random, in parts of any size.

use elysia_text::{Kind, Text, Utf16, Words, tokenize, word_count};

use crate::batch::{self, Wanted};
use crate::cut::{self, MORE};
use crate::window;

const PIECES: &[&str] = &[
    "a",
    "Zebra",
    "it's",
    "1,000.5",
    "9",
    "_",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    ".",
    ",",
    "'",
    "\"",
    "-",
    "@",
    ":",
    "/",
    "#",
    "é",
    "e\u{301}",
    "\u{301}",
    "\u{200d}",
    "\u{ad}",
    "\u{fe0f}",
    "\u{fe0e}",
    "\u{a0}",
    "\u{3000}",
    "\u{0}",
    "ß",
    "я",
    "Привет",
    "שלום",
    "ג״",
    "مرحبا",
    "한글",
    "\u{1100}",
    "\u{1161}",
    "日本",
    "カタ",
    "ひら",
    "สวัสดี",
    "क्षि",
    "👍🏽",
    "👩‍👧",
    "🇰🇷",
    "🇫",
    "1️⃣",
    "❤",
    "€",
    "https://",
    "www.",
    "example.com",
    "/a?b=c",
    "first.last@",
    "mailto:",
    "。",
];

/// Marsaglia's xorshift32.
struct Random(u32);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % end
    }

    fn text(&mut self, pieces: usize) -> Vec<u16> {
        let mut text = Vec::new();
        for _ in 0..self.below(pieces) {
            match self.below(40) {
                0 => text.push([0xD83D, 0xDE00, 0xD800][self.below(3)]),
                _ => text.extend(PIECES[self.below(PIECES.len())].encode_utf16()),
            }
        }
        text
    }
}

fn for_texts(check: impl Fn(&mut Random, &[u16])) {
    let mut random = Random(0x5EED);
    for _ in 0..4000 {
        let text = random.text(40);
        check(&mut random, &text);
    }
}

/// The beginning of the text, and whether that is all of it.
fn part(text: &[u16], size: usize) -> (&[u16], bool) {
    text.get(..size).map_or((text, true), |part| (part, part.len() == text.len()))
}

#[test]
fn words_are_counted_in_parts() {
    for_texts(|random, text| {
        for words in [Words::WhiteSpace, Words::Unicode] {
            let (mut at, mut count, mut size) = (0, 0, 1 + random.below(20));
            while at < text.len() {
                let (part, all) = part(&text[at..], size);
                let (found, end) = window::count_words(part, all, words);
                (at, count) = (at + end, count + found);
                size = if end == 0 { 2 * size } else { 1 + random.below(20) };
            }
            assert_eq!(
                count,
                word_count(Utf16(text), words),
                "{words:?}: {:?}",
                String::from_utf16_lossy(text)
            );
        }
    });
}

#[test]
fn tokens_are_found_in_parts() {
    for_texts(|random, text| {
        let wanted = Wanted { kinds: 0x1FF, addresses: random.below(2) == 0, longest: 65_536 };
        let mut output = [0; batch::OUTPUT];
        let (mut at, mut tokens, mut size) = (0, Vec::new(), 1 + random.below(20));
        while at < text.len() {
            let (part, all) = part(&text[at..], size);
            let count = batch::tokens(part, all, 0, &wanted, &mut output);
            let found = output[1..=2 * count].chunks_exact(2);
            tokens.extend(
                found.map(|pair| (at + pair[0] as usize, at + (pair[1] >> 4) as usize, pair[1] & 15)),
            );
            at += output[0] as usize;
            size = if output[0] == 0 { 2 * size } else { 1 + random.below(20) };
        }
        assert_eq!(tokens, plain_tokens(text, &wanted), "{:?}", String::from_utf16_lossy(text));
    });
}

#[test]
fn batches_follow_each_other() {
    let mut random = Random(7);
    for _ in 0..20 {
        let text = random.text(8000);
        let wanted = Wanted { kinds: 0x1FF, addresses: true, longest: 65_536 };
        let mut output = [0; batch::OUTPUT];
        let (mut at, mut tokens) = (0, Vec::new());
        while at < text.len() {
            let count = batch::tokens(&text, true, at, &wanted, &mut output);
            let found = output[1..=2 * count].chunks_exact(2);
            tokens.extend(found.map(|pair| (pair[0] as usize, (pair[1] >> 4) as usize, pair[1] & 15)));
            at = output[0] as usize;
        }
        assert!(tokens == plain_tokens(&text, &wanted), "{:?}", String::from_utf16_lossy(&text));
    }
}

fn plain_tokens(text: &[u16], wanted: &Wanted) -> Vec<(usize, usize, u32)> {
    let tokens = tokenize(Utf16(text), wanted.options());
    tokens.map(|token| (token.start, token.start + token.text.len(), token.kind as u32)).collect()
}

#[test]
fn a_cut_that_the_beginning_tells_is_that_of_the_text() {
    for_texts(|random, text| {
        let unit = random.below(5);
        let ellipsis: Vec<u16> = ["", "…", "..."][random.below(3)].encode_utf16().collect();
        let limit = random.below(20);
        let of_all = cut::cut(text, true, limit, unit, &ellipsis);
        for end in 0..text.len() {
            let of_part = cut::cut(&text[..end], false, limit, unit, &ellipsis);
            let told = of_part == MORE || of_part == of_all;
            assert!(told, "{end} of {:?}, {limit} times {unit}", String::from_utf16_lossy(text));
        }
    });
}

#[test]
fn the_beginning_tells_where_it_is_much_longer_than_the_limit() {
    let text: Vec<u16> = "Ein schöner, langer Satz, 日本語 und 👩‍👧. ".repeat(20).encode_utf16().collect();
    for unit in 0..5 {
        assert_ne!(cut::cut(&text, false, 3, unit, &[]), MORE, "{unit}");
    }
}

#[test]
fn kinds_have_the_bits_of_javascript() {
    let all = [
        Kind::Word,
        Kind::Number,
        Kind::Punctuation,
        Kind::Symbol,
        Kind::Emoji,
        Kind::Url,
        Kind::Email,
        Kind::Space,
        Kind::Other,
    ];
    for (bit, kind) in all.into_iter().enumerate() {
        assert_eq!(kind as usize, bit);
        let wanted = Wanted { kinds: 1 << bit, addresses: true, longest: 8 };
        let text: Vec<u16> = "a 1 . + 😀 https://a.example a@b.example \u{1}".encode_utf16().collect();
        let found = tokenize(Utf16(&text), wanted.options()).map(|token| token.kind);
        assert_eq!(found.collect::<Vec<_>>()[..1], [kind]);
    }
}
