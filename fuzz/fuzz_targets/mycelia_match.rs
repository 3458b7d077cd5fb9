//! Paths come from strangers: the table answers as the naive reference does, in no more steps than its size allows.
//!
//! `cargo +nightly fuzz run mycelia_match`

#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelia_router::{Match, Options, Router, TrailingSlash};
use naive::{Answer, Naive, Rules};

#[path = "../../mycelia-router/tests/naive/mod.rs"]
mod naive;

fn holds(constraint: &str, text: &str) -> bool {
    let all = |class: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(class);
    match constraint {
        "uint" => all(u8::is_ascii_digit),
        "int" => holds("uint", text.strip_prefix('-').unwrap_or(text)),
        "hex" => all(u8::is_ascii_hexdigit),
        "alpha" => all(u8::is_ascii_alphabetic),
        "alnum" => all(u8::is_ascii_alphanumeric),
        "odd" => text.len() % 2 == 1,
        other => panic!("no constraint {other}"),
    }
}

fn answer(found: Match<'_, '_, ()>) -> Answer {
    let captures = found.params.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    (found.pattern.to_owned(), captures)
}

// The first byte has the options; then a pattern or, after an empty line, a path in each line.
fuzz_target!(|input: &str| {
    let Some(first) = input.chars().next() else { return };
    let bits = first as u32;
    let rules = Rules { percent: bits & 1 != 0, slash: bits & 2 != 0, case: bits & 4 != 0 };
    let slash = if rules.slash { TrailingSlash::Ignore } else { TrailingSlash::Strict };
    let options =
        Options::default().percent_decoding(rules.percent).trailing_slash(slash).ignore_case(rules.case);
    let mut router = Router::with_options(options);
    router.constraint("odd", |text| holds("odd", text)).expect("the name is free");

    let mut lines = input[first.len_utf8()..].split('\n');
    let mut patterns = Vec::new();
    for line in lines.by_ref().take_while(|line| !line.is_empty()).take(12) {
        // The reference tries all ways: few segments, few wildcards.
        let small = line.len() < 64 && line.matches('*').count() < 4 && line.matches('{').count() < 6;
        let known = ["uuid", "slug", ":("].iter().all(|constraint| !line.contains(constraint));
        if small && known && router.insert(line, ()).is_ok() {
            patterns.push(line);
        }
    }
    let naive = Naive::new(rules, holds, patterns.iter().copied());
    for path in lines.take(8).filter(|path| path.len() < 48) {
        let expected = naive.all(path);
        assert_eq!(router.at(path).map(answer), expected.first().cloned(), "{path:?} of {patterns:?}");
        let all: Vec<Answer> = router.matches_all(path).into_iter().map(answer).collect();
        assert_eq!(all, expected, "{path:?} of {patterns:?}");
        let size: usize = patterns.iter().map(|pattern| pattern.len() + 2).sum::<usize>() + 2;
        assert!(router.steps(path) <= 4 * (size * (path.len() + 2)) as u64, "{path:?} of {patterns:?}");
    }
});
