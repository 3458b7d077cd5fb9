//! Tokens: of many shapes and languages, in every encoding, whole and in chunks.

use elysia_text::Kind::{Email, Emoji, Number, Other, Punctuation, Space, Symbol, Url, Word};
use elysia_text::{
    Kind, Kinds, Latin1, Text, Token, Tokenization, Tokenizer, Utf16, is_grapheme_boundary, tokenize, words,
};
use proptest::prelude::*;

/// The tokens of `text` that can be seen, and all of them.
fn check(text: &str, expected: &[(Kind, &str)]) {
    let found: Vec<_> = tokenize(text, Tokenization::new()).map(|token| (token.kind, token.text)).collect();
    assert_eq!(found, expected, "{text:?}");
    check_everything(text);
}

fn check_all(text: &str, expected: &[(Kind, &str)]) {
    let found: Vec<_> = all(text).into_iter().map(|token| (token.kind, token.text)).collect();
    assert_eq!(found, expected, "{text:?}");
    check_everything(text);
}

/// One token, with words around it.
fn check_one(kind: Kind, tokens: &[&str]) {
    for token in tokens {
        check(token, &[(kind, token)]);
        check(&format!("ok {token} \u{e9}t\u{e9}"), &[(Word, "ok"), (kind, token), (Word, "été")]);
    }
}

/// The text has no token of this kind.
fn check_none(kind: Kind, texts: &[&str]) {
    for text in texts {
        check_everything(text);
        let found = all(text).into_iter().find(|token| token.kind == kind);
        assert_eq!(found, None, "{text:?}");
    }
}

fn everything() -> Tokenization {
    Tokenization::new().kinds(Kinds::ALL)
}

fn all(text: &str) -> Vec<Token<&str>> {
    tokenize(text, everything()).collect()
}

#[test]
fn prose() {
    check(
        "The quick (\"brown\") fox can't jump 32.3 feet, right?",
        &[
            (Word, "The"),
            (Word, "quick"),
            (Punctuation, "("),
            (Punctuation, "\""),
            (Word, "brown"),
            (Punctuation, "\""),
            (Punctuation, ")"),
            (Word, "fox"),
            (Word, "can't"),
            (Word, "jump"),
            (Number, "32.3"),
            (Word, "feet"),
            (Punctuation, ","),
            (Word, "right"),
            (Punctuation, "?"),
        ],
    );
    check("e-mail", &[(Word, "e"), (Punctuation, "-"), (Word, "mail")]);
    check(
        "#tag @name C++ R&D",
        &[
            (Punctuation, "#"),
            (Word, "tag"),
            (Punctuation, "@"),
            (Word, "name"),
            (Word, "C"),
            (Symbol, "+"),
            (Symbol, "+"),
            (Word, "R"),
            (Punctuation, "&"),
            (Word, "D"),
        ],
    );
    check(
        "wait... 'so' end.",
        &[
            (Word, "wait"),
            (Punctuation, "."),
            (Punctuation, "."),
            (Punctuation, "."),
            (Punctuation, "'"),
            (Word, "so"),
            (Punctuation, "'"),
            (Word, "end"),
            (Punctuation, "."),
        ],
    );
    check_one(
        Word,
        &["abc123", "1st", "0x1F", "snake_case", "__init__", "a.b", "l\u{2019}eau", "o'clock", "_a"],
    );
    check("a: b", &[(Word, "a"), (Punctuation, ":"), (Word, "b")]);
    check("__ _", &[(Punctuation, "__"), (Punctuation, "_")]);
    check("", &[]);
}

#[test]
fn numbers() {
    check_one(
        Number,
        &[
            "0",
            "3.14",
            "1,000",
            "1,000.50",
            "192.168.0.1",
            "1'000",
            "2_000",
            "_1",
            "½",
            "²",
            "Ⅷ",
            "٣٫١٤",
            "१२३",
        ],
    );
    check("-5", &[(Punctuation, "-"), (Number, "5")]);
    check("€3.50", &[(Symbol, "€"), (Number, "3.50")]);
    check("50%", &[(Number, "50"), (Punctuation, "%")]);
    check("12:30", &[(Number, "12"), (Punctuation, ":"), (Number, "30")]);
    check("7.", &[(Number, "7"), (Punctuation, ".")]);
    check(".5", &[(Punctuation, "."), (Number, "5")]);
    check("1,a", &[(Number, "1"), (Punctuation, ","), (Word, "a")]);
    check(
        "2026-01-02",
        &[(Number, "2026"), (Punctuation, "-"), (Number, "01"), (Punctuation, "-"), (Number, "02")],
    );
}

#[test]
fn spaces_controls_and_the_rest() {
    check_all("a\r\n\tb", &[(Word, "a"), (Space, "\r\n\t"), (Word, "b")]);
    check_all(" \u{a0}\u{3000}\u{2028}x", &[(Space, " \u{a0}\u{3000}\u{2028}"), (Word, "x")]);
    check_all(
        "a\0\u{7f}\u{1b}b",
        &[(Word, "a"), (Other, "\0"), (Other, "\u{7f}"), (Other, "\u{1b}"), (Word, "b")],
    );
    check_all("\u{378}\u{200b}\u{e000}", &[(Other, "\u{378}"), (Other, "\u{200b}"), (Other, "\u{e000}")]);
    // Marks and joiners belong to what is before them, but not to a line's end.
    check_all("a \u{301}b", &[(Word, "a"), (Space, " \u{301}"), (Word, "b")]);
    check_all("\n\u{301}b", &[(Space, "\n"), (Other, "\u{301}"), (Word, "b")]);
    check_all(
        "a\u{ad}b!\u{301}\u{302}c",
        &[(Word, "a\u{ad}b"), (Punctuation, "!\u{301}\u{302}"), (Word, "c")],
    );
    check_all("+\u{338}1\u{301}2", &[(Symbol, "+\u{338}"), (Number, "1\u{301}2")]);
    check_all("\u{2028}\r\n\n", &[(Space, "\u{2028}\r\n\n")]);
}

#[test]
fn languages() {
    // Without a dictionary every letter of Thai is a word, but no cluster is cut (U+0E33 is in one with what is
    // before it).
    check("น้ำดื่ม", &[(Word, "น้ำ"), (Word, "ดื่"), (Word, "ม")]);
    check(
        "한국어 文字です。",
        &[(Word, "한국어"), (Word, "文"), (Word, "字"), (Word, "で"), (Word, "す"), (Punctuation, "。")],
    );
    check(
        "カタカナ「ﾊﾝｶｸ」",
        &[(Word, "カタカナ"), (Punctuation, "「"), (Word, "ﾊﾝｶｸ"), (Punctuation, "」")],
    );
    check("\u{1112}\u{1161}\u{11ab}글", &[(Word, "\u{1112}\u{1161}\u{11ab}글")]);
    check("צה\"ל, אל'", &[(Word, "צה\"ל"), (Punctuation, ","), (Word, "אל'")]);
    check(
        "مرحبا، \u{202b}١٢٣\u{202c} بكم\u{200f}؟",
        &[
            (Word, "مرحبا"),
            (Punctuation, "،"),
            (Number, "١٢٣\u{202c}"),
            (Word, "بكم\u{200f}"),
            (Punctuation, "؟"),
        ],
    );
    check("हिन्दी क्षेत्र।", &[(Word, "हिन्दी"), (Word, "क्षेत्र"), (Punctuation, "।")]);
    check(
        "Привет, мир! Ελλάδα; naïve cafe\u{301}s",
        &[
            (Word, "Привет"),
            (Punctuation, ","),
            (Word, "мир"),
            (Punctuation, "!"),
            (Word, "Ελλάδα"),
            (Punctuation, ";"),
            (Word, "naïve"),
            (Word, "cafe\u{301}s"),
        ],
    );
    check(
        "Tiếng Việt ở «Huế» — straße…",
        &[
            (Word, "Tiếng"),
            (Word, "Việt"),
            (Word, "ở"),
            (Punctuation, "«"),
            (Word, "Huế"),
            (Punctuation, "»"),
            (Punctuation, "—"),
            (Word, "straße"),
            (Punctuation, "…"),
        ],
    );
}

#[test]
fn emoji() {
    check_one(
        Emoji,
        &[
            "😀",
            "❤️",
            "☺️",
            "©️",
            "ℹ️",
            "Ⓜ️",
            "👍🏽",
            "☝🏽",
            "☝️🏽",
            "🇫🇮",
            "1️⃣",
            "#️⃣",
            "*⃣",
            "👩‍🚀",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "❤‍🔥",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "👁️‍🗨️",
            "🫱🏻‍🫲🏿",
        ],
    );
    check(
        "😀😀👍🏽🇫🇮🇸🇪1️⃣2️⃣",
        &[
            (Emoji, "😀"),
            (Emoji, "😀"),
            (Emoji, "👍🏽"),
            (Emoji, "🇫🇮"),
            (Emoji, "🇸🇪"),
            (Emoji, "1️⃣"),
            (Emoji, "2️⃣"),
        ],
    );
    check("☺ © 😀\u{fe0e} 🇫", &[(Symbol, "☺"), (Symbol, "©"), (Symbol, "😀\u{fe0e}"), (Symbol, "🇫")]);
    check(
        "a😀b 12️⃣3 aℹ️b ℹ",
        &[
            (Word, "a"),
            (Emoji, "😀"),
            (Word, "b"),
            (Number, "1"),
            (Emoji, "2️⃣"),
            (Number, "3"),
            (Word, "a"),
            (Emoji, "ℹ️"),
            (Word, "b"),
            (Word, "ℹ"),
        ],
    );
    // A modifier extends whatever is before it.
    check("🏽a🏽", &[(Emoji, "🏽"), (Word, "a🏽")]);
    // An emoji begins anew, whatever a joiner is on; and what was deferred is where it ends.
    check(
        "a\u{200d}😀 a.ℹ️ 1.2️⃣",
        &[
            (Word, "a\u{200d}"),
            (Emoji, "😀"),
            (Word, "a"),
            (Punctuation, "."),
            (Emoji, "ℹ️"),
            (Number, "1"),
            (Punctuation, "."),
            (Emoji, "2️⃣"),
        ],
    );
    check("1\u{fe0f} 🇫🇮🇸", &[(Number, "1\u{fe0f}"), (Emoji, "🇫🇮"), (Symbol, "🇸")]);
}

#[test]
fn urls() {
    check_one(
        Url,
        &[
            "http://example.com",
            "HTTPS://Example.COM:8080/a/b.html?q=1&r[]=2#frag-ment",
            "https://user:pa%20ss@example.com/",
            "http://192.168.0.1:80/",
            "http://[2001:db8::1]:8080/x",
            "http://[fe80::1%25eth0]/",
            "http://localhost:3000",
            "ftp://ftp.example.org/pub/",
            "ws://example.com/socket",
            "wss://example.com",
            "file:///etc/hosts",
            "soap.beep://example.com/",
            "git+ssh://git@github.com/a/b.git",
            "postgres://u:p@db.internal:5432/main",
            "app:///index.html",
            "www.example.com",
            "WWW.example.co.uk/path",
            "mailto:me@example.com",
            "mailto:o.k+tag@example.com?subject=Hi%20there",
            "http://müller.example/straße?ü=ö",
            "https://例え.テスト/パス",
            "http://пример.рф/путь",
            "http://xn--bcher-kva.example/",
            "https://en.wikipedia.org/wiki/Rust_(programming_language)",
            "https://en.wikipedia.org/wiki/Foo–Bar",
            "https://example.com/it's",
            "https://example.com/😀/👩‍🚀",
            "https://example.com/-",
            "http://my_host/x",
            "www.google.com/search?q=(business))+ok",
            "www.google.com/search?q=commonmark&hl=en",
            "http://http://x/",
            "http://a.b-c.example/%E2%82%AC~user/=&$",
        ],
    );
}

#[test]
fn where_urls_end() {
    let url = "https://example.com/a";
    for after in [
        ".", ",", "?", "!", ":", "*", "_", "~", "'", "\"", ";", ")", "]", "}", "<", ">", "...", ".)", "?!",
        ").", "),", "。", "、", "」", "）", "，", "』", "»", "”", "’", "…", " ", "\n", "\u{200b}",
        "\u{200f}", "|", "\\", "`", "&copy;", "'>", "&a;&b;",
    ] {
        for before in ["", "(", "«", "\"", "見よ", "「", "see:", "<", "[", "*", "_", "=", "메일"] {
            let text = format!("{before}{url}{after}");
            check_everything(&text);
            let found: Vec<_> = all(&text).into_iter().filter(|token| token.kind == Url).collect();
            assert_eq!(found, [Token { text: url, start: before.len(), kind: Url }], "{text:?}");
        }
    }
    for (text, url) in [
        ("(https://example.com/(a))", "https://example.com/(a)"),
        ("[text](https://example.com/a(b)c)!", "https://example.com/a(b)c"),
        ("[https://example.com](x)", "https://example.com"),
        ("https://example.com.", "https://example.com"),
        ("https://example.com:", "https://example.com"),
        ("https://example.com:80,", "https://example.com:80"),
        ("https://example.com?", "https://example.com"),
        ("https://example.com,b", "https://example.com"),
        ("https://example.comまで", "https://example.com"),
        ("https://example.com에서", "https://example.com"),
        ("https://example.com:80まで", "https://example.com:80"),
        ("href='https://example.com/a' title", "https://example.com/a"),
        ("{\"a\":\"https://example.com/a\\n\"}", "https://example.com/a"),
        ("www.example.com—", "www.example.com"),
        ("www.google.com/search?q=commonmark&hl;", "www.google.com/search?q=commonmark"),
        ("http://[::1]].", "http://[::1]"),
        ("mailto:a@example.com.", "mailto:a@example.com"),
        ("l'https://example.fr", "https://example.fr"),
        ("l\u{2019}https://example.fr", "https://example.fr"),
        ("end.https://example.com", "https://example.com"),
        ("https://example.com/a\u{301}.", "https://example.com/a\u{301}"),
    ] {
        check_everything(text);
        let found: Vec<_> =
            all(text).into_iter().filter(|token| token.kind == Url).map(|token| token.text).collect();
        assert_eq!(found, [url], "{text:?}");
    }
    check("see:https://example.com", &[(Word, "see"), (Punctuation, ":"), (Url, "https://example.com")]);
}

#[test]
fn what_is_no_url() {
    check_none(
        Url,
        &[
            "http://",
            "http:// x",
            "http:///x",
            "http://.",
            "http://-",
            "http://(",
            "http:/x.y",
            "http:x.y",
            "www.",
            "www. x.y",
            "www.x",
            "wwwx.example.com",
            "http:\u{f}\u{f}example.com",
            "www\u{e}example.com",
            "a.www.example.com",
            "://example.com",
            "1a://example.com",
            "mailto:",
            "mailto:x",
            "mailto:.a@b.cd",
            "mailto:@b.cd",
            "file://",
            "file:///",
            "http://[::1",
            "http://[1]",
            "http://[g::1]/",
            "a\\b:/c",
            "http://user@",
            "std::vec",
        ],
    );
    let found = tokenize("http://a.b c@d.ef", Tokenization::new().addresses(false)).map(|token| token.text);
    assert_eq!(found.collect::<Vec<_>>(), ["http", ":", "/", "/", "a.b", "c", "@", "d.ef"]);
}

#[test]
fn emails() {
    check_one(
        Email,
        &[
            "a@b.cd",
            "first.last+tag@sub.example.co.uk",
            "o'brien@example.com",
            "user=example.com@list.example.org",
            "_x@example.com",
            "1@2.com",
            "x@1.2.example",
            "müller@bücher.example",
            "почта@пример.рф",
            "a@xn--bcher-kva.example",
            "a@b-c.de",
        ],
    );
    let local = "l".repeat(64);
    let domain = format!("{}.example", "d".repeat(63));
    check_one(Email, &[&format!("{local}@{domain}")]);
    for (text, email) in [
        ("<a@b.cd>", "a@b.cd"),
        ("mail a@b.cd.", "a@b.cd"),
        ("a@b.cd, c", "a@b.cd"),
        ("(a@b.cd)", "a@b.cd"),
        ("mail:a@b.cd", "a@b.cd"),
        ("連絡はa@b.cdまで。", "a@b.cd"),
        ("a@b.cd에", "a@b.cd"),
        ("a@b.cd-", "a@b.cd"),
        ("x@y@z.com", "y@z.com"),
        ("+a@b.cd", "a@b.cd"),
        ("a..b@c.de", "b@c.de"),
        ("a@b.cd😀", "a@b.cd"),
        ("a@b.cd\u{200f}", "a@b.cd"),
    ] {
        check_everything(text);
        let found: Vec<_> =
            all(text).into_iter().filter(|token| token.kind == Email).map(|token| token.text).collect();
        assert_eq!(found, [email], "{text:?}");
    }
    check_none(
        Email,
        &[
            "a@b",
            "a@",
            "@b.cd",
            "a@.cd",
            "a.@b.cd",
            "a@b.",
            "a@b.1",
            "a@1.2.3.4",
            "a@b..cd",
            "a@-b.cd",
            "a@b.c_d",
            "a@b_c.de",
            "a @b.cd",
            "a@ b.cd",
            &format!("{local}l@b.cd"),
            &format!("a@{}.cd", "d".repeat(64)),
            &format!("a@{}cd", "d.".repeat(128)),
        ],
    );
}

#[test]
fn lone_surrogates_are_other() {
    let units = [0x61, 0xD83D, 0x62, 0xDE00, 0xD83D, 0xD83D, 0xDE00];
    let found: Vec<_> =
        tokenize(Utf16(&units), everything()).map(|token| (token.kind, token.text.0.to_vec())).collect();
    let expected: [(Kind, Vec<u16>); 6] = [
        (Word, vec![0x61]),
        (Other, vec![0xD83D]),
        (Word, vec![0x62]),
        (Other, vec![0xDE00]),
        (Other, vec![0xD83D]),
        (Emoji, vec![0xD83D, 0xDE00]),
    ];
    assert_eq!(found, expected);
    check_chunks_utf16(&units, everything(), 1);
}

#[test]
fn kinds_are_chosen() {
    let options = Tokenization::new().kinds(Kinds::NONE.with(Number).with(Space));
    let found: Vec<_> = tokenize("a 1, b", options).map(|token| (token.start, token.text)).collect();
    assert_eq!(found, [(1, " "), (2, "1"), (4, " ")]);
    assert_eq!(tokenize("a 1, b", options.kinds(Kinds::NONE)).count(), 0);
}

#[test]
fn long_tokens_are_cut() {
    for (text, expected) in [
        ("abcdef ghi", &["abcde", "f", " ", "ghi"][..]),
        ("éééé", &["éé", "éé"]),
        ("😀😀", &["😀", "😀"]),
        ("          ", &["     ", "     "]),
        ("12345678", &["12345", "678"]),
        ("e\u{301}\u{301}\u{301}", &["e\u{301}\u{301}", "\u{301}"]),
    ] {
        let options = everything().longest(5);
        let found: Vec<_> = tokenize(text, options).map(|token| token.text).collect();
        assert_eq!(found, expected, "{text:?}");
        check_chunks(text, options, 1);
    }
    let text = format!("http://example.com/{}", "a".repeat(70_000));
    let found: Vec<_> =
        tokenize(text.as_str(), Tokenization::new()).map(|token| (token.kind, token.text.len())).collect();
    assert_eq!(found, [(Url, 65_536), (Word, 70_019 - 65_536)]);
    assert_eq!(tokenize("😀", everything().longest(0)).count(), 1);
}

#[test]
fn segments_are_those_of_uax_29_where_nothing_is_said_to_differ() {
    for text in
        ["can't 32.3 a_b", "Ελλάδα; naïve", "한국어 カタカナ", "a\u{308}\u{200d}b:c 1,2;3", "צה\"ל x'y'"]
    {
        let expected: Vec<_> = words(text).map(|segment| segment.text).collect();
        let found: Vec<_> = all(text).into_iter().map(|token| token.text).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

/// What is true of every text.
fn check_everything(text: &str) {
    check_cover(text, everything());
    check_encodings(text);
    for size in [1, 3, 7] {
        check_chunks(text, everything(), size);
    }
}

/// Tokens cover the text, at boundaries of grapheme clusters if no token is cut, and none is too long.
fn check_cover(text: &str, options: Tokenization) {
    let mut at = 0;
    for token in tokenize(text, options) {
        assert_eq!(token.start, at, "{text:?}");
        assert_eq!(token.text, &text[at..at + token.text.len()]);
        at += token.text.len();
        assert!(is_grapheme_boundary(text, at), "{text:?} is cut inside a cluster at {at}");
    }
    assert_eq!(at, text.len(), "{text:?}");
}

fn check_encodings(text: &str) {
    let shape = |tokens: Vec<Token<&str>>, units: fn(&str) -> usize| {
        let mut start = 0;
        let shapes = tokens.iter().map(|token| {
            let from = start;
            start += units(token.text);
            (token.kind, from, start)
        });
        shapes.collect::<Vec<_>>()
    };
    let utf16: Vec<u16> = text.encode_utf16().collect();
    let found: Vec<_> = tokenize(Utf16(&utf16), everything())
        .map(|token| (token.kind, token.start, token.start + token.text.len()))
        .collect();
    assert_eq!(found, shape(all(text), |part| part.encode_utf16().count()), "{text:?}");
    let latin1: Result<Vec<u8>, _> =
        text.chars().map(|character| u8::try_from(u32::from(character))).collect();
    if let Ok(latin1) = latin1 {
        let found: Vec<_> = tokenize(Latin1(&latin1), everything())
            .map(|token| (token.kind, token.start, token.start + token.text.len()))
            .collect();
        assert_eq!(found, shape(all(text), |part| part.chars().count()), "{text:?}");
    }
}

fn check_chunks(text: &str, options: Tokenization, size: usize) {
    let expected: Vec<_> =
        tokenize(text, options).map(|token| (token.kind, token.start, token.text.to_owned())).collect();
    let mut found = Vec::new();
    let mut take = |token: Token<&str>| found.push((token.kind, token.start, token.text.to_owned()));
    let mut tokenizer = Tokenizer::new(options);
    let mut rest = text;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.ceil_char_boundary(size));
        tokenizer.push(chunk, &mut take);
        rest = after;
    }
    tokenizer.finish(&mut take);
    assert_eq!(found, expected, "{text:?} in chunks of {size}");
    check_chunks_utf16(&text.encode_utf16().collect::<Vec<_>>(), options, size);
}

fn check_chunks_utf16(text: &[u16], options: Tokenization, size: usize) {
    let expected: Vec<_> = tokenize(Utf16(text), options)
        .map(|token| (token.kind, token.start, token.text.0.to_vec()))
        .collect();
    let mut found = Vec::new();
    let mut take = |token: Token<Utf16<'_>>| found.push((token.kind, token.start, token.text.0.to_vec()));
    let mut tokenizer = Tokenizer::utf16(options);
    for chunk in text.chunks(size) {
        tokenizer.push(chunk, &mut take);
    }
    tokenizer.finish(&mut take);
    assert_eq!(found, expected, "{text:04x?} in chunks of {size}");
}

/// Texts made of what the rules tell apart.
fn texts() -> impl Strategy<Value = String> {
    const PARTS: [&str; 76] = [
        "a",
        "word",
        "Z",
        "1",
        "23",
        " ",
        "  ",
        "\r",
        "\n",
        "\t",
        ".",
        ",",
        ":",
        ";",
        "'",
        "\"",
        "_",
        "-",
        "+",
        "@",
        "#",
        "*",
        "/",
        "//",
        "://",
        "http://",
        "www.",
        "mailto:",
        "example.com",
        "a@b.cd",
        "(",
        ")",
        "[",
        "]",
        "[::1]",
        "?",
        "&",
        "&gt;",
        "%",
        "<",
        "\u{301}",
        "\u{308}",
        "\u{200d}",
        "\u{200c}",
        "\u{ad}",
        "\u{200f}",
        "\u{fe0f}",
        "\u{fe0e}",
        "\u{20e3}",
        "😀",
        "👩‍🚀",
        "🏽",
        "🇫",
        "🇮",
        "☺",
        "ℹ",
        "é",
        "ß",
        "я",
        "א",
        "文",
        "カ",
        "で",
        "น",
        "\u{e33}",
        "\u{1100}",
        "\u{1161}",
        "\u{11a8}",
        "한",
        "\u{600}",
        "क",
        "\u{94d}",
        "\u{3000}",
        "。",
        "\u{85}",
        "\u{e0067}",
    ];
    prop_oneof![
        prop::collection::vec(prop::sample::select(&PARTS[..]), 0..24).prop_map(|parts| parts.concat()),
        any::<String>(),
    ]
}

/// Texts without white space and emoji.
fn plain_texts() -> impl Strategy<Value = String> {
    const PARTS: [&str; 40] = [
        "a",
        "Z",
        "1",
        "23",
        ".",
        ",",
        ":",
        ";",
        "'",
        "\"",
        "_",
        "-",
        "@",
        "/",
        "\u{301}",
        "\u{308}",
        "\u{200d}",
        "\u{200c}",
        "\u{ad}",
        "\u{200f}",
        "\u{7f}",
        "é",
        "я",
        "א",
        "ש\u{5b8}",
        "文",
        "カ",
        "ﾞ",
        "で",
        "น",
        "\u{e33}",
        "\u{1100}",
        "\u{1161}",
        "\u{11a8}",
        "한",
        "\u{600}",
        "\u{d4e}",
        "क",
        "\u{94d}",
        "၁\u{1039}\u{1000}",
    ];
    prop::collection::vec(prop::sample::select(&PARTS[..]), 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_covered_in_any_encoding(text in texts()) {
        check_cover(&text, everything());
        check_cover(&text, everything().addresses(false));
        check_encodings(&text);
    }

    #[test]
    fn any_chunks_give_the_same(text in texts(), size in 1..20_usize, longest in 0..40_usize, addresses: bool) {
        check_chunks(&text, everything().addresses(addresses), size);
        let options = everything().addresses(addresses).longest(longest);
        check_chunks(&text, options, size);
        let mut at = 0;
        for token in tokenize(text.as_str(), options) {
            prop_assert!(!token.text.is_empty() && token.text.len() <= longest.max(4));
            prop_assert_eq!(token.start, at);
            at += token.text.len();
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn without_spaces_emoji_and_addresses_tokens_are_words_of_whole_clusters(text in plain_texts()) {
        let starts = words(text.as_str()).map(|segment| segment.start);
        let expected: Vec<_> = starts.filter(|start| is_grapheme_boundary(text.as_str(), *start)).collect();
        let found = tokenize(text.as_str(), everything().addresses(false)).map(|token| token.start);
        prop_assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn any_utf16_is_covered(units in prop::collection::vec(prop_oneof![0xD7FE..0xE001_u16, 0x20..0x80_u16, any::<u16>()], 0..24), size in 1..9_usize) {
        let tokens: Vec<_> = tokenize(Utf16(&units), everything()).collect();
        let joined: Vec<u16> = tokens.iter().flat_map(|token| token.text.0).copied().collect();
        prop_assert_eq!(&joined, &units);
        check_chunks_utf16(&units, everything(), size);
        check_chunks_utf16(&units, everything().longest(4), size);
    }
}
