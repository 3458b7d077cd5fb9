//! The rows that every build of this crate is tested with: this one, `krepis:text`, the WebAssembly package and the addon.

use elysia_text::{
    Form, Kind, Kinds, Latin1, Normalization, NormalizedLatin1, Text, Token, Tokenization, Truncation, Unit,
    Utf16, Words, normalize, normalize_latin1, normalize_utf16, tokenize, word_count,
};
use serde_json::Value;

/// The rows of a function, a line each. Those with lone surrogates, which strings of Rust cannot have, are for the others.
fn rows(function: &str) -> Vec<Vec<Value>> {
    let section = format!("\"{function}\": [");
    let lines = include_str!("rows.json").lines().skip_while(|line| line.trim() != section).skip(1);
    let lines: Vec<_> = lines.map(str::trim).take_while(|line| *line != "],").collect();
    let rows: Vec<Vec<Value>> =
        lines.iter().filter_map(|line| serde_json::from_str(line.trim_end_matches(',')).ok()).collect();
    assert!(
        rows.len() > 30 && lines.len() - rows.len() < 20,
        "{function}: {} of {}",
        rows.len(),
        lines.len()
    );
    rows
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|it| u8::try_from(u32::from(it)).ok()).collect()
}

#[test]
fn normalize_gives_what_the_rows_say() {
    for row in rows("normalize") {
        let [source, to, expected] = &row[..] else { panic!("{row:?}") };
        let (source, to, expected) = (text(source), normalization(to), text(expected));
        assert_eq!(normalize(source, to), expected, "{row:?}");
        assert_eq!(normalize_utf16(Utf16(&utf16(source)), to), utf16(expected), "{row:?}");
        let Some(bytes) = latin1(source) else { continue };
        let found = match normalize_latin1(Latin1(&bytes), to) {
            NormalizedLatin1::Borrowed(bytes) => bytes.iter().copied().map(char::from).collect(),
            NormalizedLatin1::Latin1(bytes) => bytes.into_iter().map(char::from).collect(),
            NormalizedLatin1::Utf16(units) => String::from_utf16(&units).expect("whole characters"),
        };
        assert_eq!(found, expected, "{row:?}");
    }
}

fn normalization(options: &Value) -> Normalization {
    let form = |name: &Value| match name.as_str() {
        None | Some("NFC") => Form::Nfc,
        Some("NFD") => Form::Nfd,
        Some("NFKC") => Form::Nfkc,
        Some("NFKD") => Form::Nfkd,
        Some(other) => panic!("no form: {other}"),
    };
    if !options.is_object() {
        return form(options).into();
    }
    let is_set = |name: &str| options[name].as_bool() == Some(true);
    let has_none = options.get("form").is_some_and(Value::is_null);
    let to = if has_none { Normalization::none() } else { form(&options["form"]).into() };
    let to = if is_set("stripControls") { to.strip_controls() } else { to };
    let to = if is_set("caseFold") { to.case_fold() } else { to };
    let to = if is_set("collapseWhitespace") { to.collapse_white_space() } else { to };
    if is_set("trim") { to.trim() } else { to }
}

#[test]
fn word_count_gives_what_the_rows_say() {
    for row in rows("wordCount") {
        let [source, mode, expected] = &row[..] else { panic!("{row:?}") };
        let words = if mode.as_str() == Some("unicode") { Words::Unicode } else { Words::WhiteSpace };
        let (source, expected) = (text(source), expected.as_u64().map(|count| count as usize));
        assert_eq!(Some(word_count(source, words)), expected, "{row:?}");
        assert_eq!(Some(word_count(Utf16(&utf16(source)), words)), expected, "{row:?}");
        let Some(bytes) = latin1(source) else { continue };
        assert_eq!(Some(word_count(Latin1(&bytes), words)), expected, "{row:?}");
    }
}

#[test]
fn truncate_gives_what_the_rows_say() {
    for row in rows("truncate") {
        let [source, limit, unit, options, expected] = &row[..] else { panic!("{row:?}") };
        let (unit, options) = if unit.is_object() { (&unit["unit"], unit) } else { (unit, options) };
        let unit = match unit.as_str() {
            None | Some("graphemes") => Unit::Graphemes,
            Some("bytes") => Unit::Bytes,
            Some("characters") => Unit::Characters,
            Some("words") => Unit::Words,
            Some("columns") => Unit::Columns,
            Some(other) => panic!("no unit: {other}"),
        };
        let limit = limit.as_u64().map_or(usize::MAX, |limit| limit as usize);
        let ellipsis = options["ellipsis"].as_str().unwrap_or_default();
        let truncation = Truncation::new(limit, unit).ellipsis(ellipsis);
        let (source, expected) = (text(source), text(expected));
        assert_eq!(truncation.apply(source), expected, "{row:?}");
        let units = utf16(source);
        let cut = truncation.cut(Utf16(&units));
        let mut kept = units[..cut.end].to_vec();
        kept.extend(if cut.has_ellipsis { utf16(ellipsis) } else { Vec::new() });
        assert_eq!(kept, utf16(expected), "{row:?}");
        let Some(bytes) = latin1(source) else { continue };
        let cut = truncation.cut(Latin1(&bytes));
        let kept: String = bytes[..cut.end].iter().copied().map(char::from).collect();
        assert_eq!(kept + if cut.has_ellipsis { ellipsis } else { "" }, expected, "{row:?}");
    }
}

#[test]
fn tokenize_gives_what_the_rows_say() {
    for row in rows("tokenize") {
        let [source, options, expected] = &row[..] else { panic!("{row:?}") };
        let (source, options) = (text(source), tokenization(options));
        let expected: Vec<_> = expected.as_array().expect("tokens").iter().map(token).collect();
        let units = utf16(source);
        assert_eq!(spans(tokenize(Utf16(&units), options)), expected, "{row:?}");
        let of_utf8 = tokenize(source, options).map(|token| {
            let start = source[..token.start].encode_utf16().count();
            (token.kind, start, start + token.text.encode_utf16().count())
        });
        // A token that is cut for its length is as long in each encoding's own units.
        if source.is_ascii() || !row[1]["longest"].is_number() {
            assert_eq!(of_utf8.collect::<Vec<_>>(), expected, "{row:?}");
        }
        let Some(bytes) = latin1(source) else { continue };
        assert_eq!(spans(tokenize(Latin1(&bytes), options)), expected, "{row:?}");
    }
}

fn spans<T: Text>(tokens: impl Iterator<Item = Token<T>>) -> Vec<(Kind, usize, usize)> {
    tokens.map(|token| (token.kind, token.start, token.end())).collect()
}

/// Kind, start and end, from `[text, kind, start, end]`.
fn token(row: &Value) -> (Kind, usize, usize) {
    let place = |at: usize| row[at].as_u64().expect("an offset") as usize;
    (kind(&row[1]), place(2), place(3))
}

fn kind(name: &Value) -> Kind {
    const NAMES: [&str; 9] =
        ["word", "number", "punctuation", "symbol", "emoji", "url", "email", "space", "other"];
    Kind::ALL[NAMES.iter().position(|known| *known == text(name)).expect("a kind")]
}

fn tokenization(options: &Value) -> Tokenization {
    let mut tokenization = Tokenization::new().addresses(options["addresses"].as_bool() != Some(false));
    if let Some(kinds) = options["kinds"].as_array() {
        tokenization = tokenization.kinds(kinds.iter().map(kind).fold(Kinds::NONE, Kinds::with));
    }
    options["longest"].as_u64().map_or(tokenization, |longest| tokenization.longest(longest as usize))
}
