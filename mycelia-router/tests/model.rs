//! The table against the naive reference, with patterns and paths at random.

mod naive;

use mycelia_router::{InsertError, Match, Options, Router, TrailingSlash};
use naive::{Answer, Naive, Rules};
use proptest::collection::vec;
use proptest::prelude::*;

fn holds(constraint: &str, text: &str) -> bool {
    match constraint {
        "uint" => text.bytes().all(|byte| byte.is_ascii_digit()),
        "int" => holds("uint", text.strip_prefix('-').unwrap_or(text)) && text != "-",
        "alpha" => text.bytes().all(|byte| byte.is_ascii_alphabetic()),
        "odd" => text.len() % 2 == 1,
        other => panic!("no constraint {other}"),
    }
}

fn options(rules: Rules) -> Options {
    let slash = if rules.slash { TrailingSlash::Ignore } else { TrailingSlash::Strict };
    Options::default().percent_decoding(rules.percent).trailing_slash(slash).ignore_case(rules.case)
}

fn empty(rules: Rules) -> Router<usize> {
    let mut router = Router::with_options(options(rules));
    router.constraint("odd", |text| holds("odd", text)).expect("the name is free");
    router
}

/// Parameters are `?`, to be named by their place.
fn segment() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "a",
        "b",
        "aa",
        "ab",
        "A",
        "1",
        "-",
        "a-",
        "é",
        "long-segment-abcdefgh",
        "",
        "%",
        "%2F",
    ]);
    let parameter = prop::sample::select(vec!["{?}", "{?}", "{?:uint}", "{?:int}", "{?:alpha}", "{?:odd}"]);
    prop_oneof![
        4 => text.clone().prop_map(str::to_owned),
        3 => parameter.clone().prop_map(str::to_owned),
        3 => (text.clone(), parameter.clone(), text.clone()).prop_map(|(a, b, c)| format!("{a}{b}{c}")),
        2 => (text.clone(), parameter.clone(), text.clone(), parameter.clone(), text.clone())
            .prop_map(|(a, b, c, d, e)| format!("{a}{b}{c}{d}{e}")),
        1 => vec((parameter, text), 3..5).prop_map(|parts| parts.into_iter().map(|(a, b)| format!("{a}{b}")).collect()),
        2 => Just("*?".to_owned()),
        1 => Just("*".to_owned()),
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    let root = prop::sample::select(vec!["/", "/", "/", "a://", "{?}://"]);
    let end = prop::sample::select(vec!["", "", "", "", "/", "{/}", "/{?!}", "/{?:int!}", "/*?!"]);
    (root, vec(segment(), 0..4), end).prop_map(|(root, segments, end)| {
        let mut named = String::new();
        for char in format!("{root}{}{end}", segments.join("/")).chars() {
            match char {
                '?' => named += &format!("p{}", named.len()),
                '!' => named.push('?'),
                char => named.push(char),
            }
        }
        named
    })
}

fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        4 => prop::sample::select(vec![
            "a", "b", "aa", "ab", "A", "AB", "1", "12", "-", "-1", "a-", "a-a", "1-1-1", "é", "long-segment-abcdefgh", "aé1",
            "LONG-segment-abcdefgh", "", "%61", "%C3%A9", "%c3", "%2F", "a%2f", "%", "%4", "a%31-%31a", "a1aba",
        ])
        .prop_map(str::to_owned),
        1 => "[abA1é%-]{0,6}",
    ];
    let root = prop::sample::select(vec!["/", "/", "/", "a://", "b://", "//", ""]);
    (root, vec(segment, 0..6)).prop_map(|(root, segments)| format!("{root}{}", segments.join("/")))
}

fn rules() -> impl Strategy<Value = Rules> {
    prop_oneof![
        2 => Just(Rules::default()),
        1 => any::<(bool, bool, bool)>().prop_map(|(percent, slash, case)| Rules { percent, slash, case }),
    ]
}

fn answer(found: Match<'_, '_, usize>) -> Answer {
    let captures = found.params.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    (found.pattern.to_owned(), captures)
}

fn insert<'a>(router: &mut Router<usize>, patterns: &'a [String]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    for (value, pattern) in patterns.iter().enumerate() {
        match router.insert(pattern, value) {
            Ok(()) => kept.push(pattern.as_str()),
            Err(InsertError::Duplicate { .. } | InsertError::Conflict { .. } | InsertError::Malformed(_)) => {
            }
            Err(error) => panic!("{error}"),
        }
    }
    kept
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 8 } else { 1500 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_answers_as_the_reference(rules in rules(), patterns in vec(pattern(), 1..12), paths in vec(path(), 1..16)) {
        let mut router = empty(rules);
        let kept = insert(&mut router, &patterns);
        let naive = Naive::new(rules, holds, kept.iter().copied());
        for path in &paths {
            let expected = naive.all(path);
            prop_assert_eq!(router.at(path).map(answer), expected.first().cloned(), "{:?} of {:?}", path, kept);
            let all: Vec<Answer> = router.matches_all(path).into_iter().map(answer).collect();
            prop_assert_eq!(all, expected, "{:?} of {:?}", path, kept);
        }
    }

    #[test]
    fn the_order_of_insertion_does_not_matter(rules in rules(), patterns in vec(pattern(), 1..10), paths in vec(path(), 1..8)) {
        let mut router = empty(rules);
        let kept: Vec<String> = insert(&mut router, &patterns).into_iter().map(str::to_owned).collect();
        let mut reversed = empty(rules);
        for pattern in kept.iter().rev() {
            reversed.insert(pattern, 0).expect("they went together before");
        }
        for path in &paths {
            prop_assert_eq!(router.at(path).map(answer), reversed.at(path).map(answer), "{:?} of {:?}", path, kept);
        }
    }

    #[test]
    fn what_is_removed_was_never_there(rules in rules(), patterns in vec(pattern(), 2..10), paths in vec(path(), 1..8), seed: u64) {
        let mut router = empty(rules);
        let kept: Vec<String> = insert(&mut router, &patterns).into_iter().map(str::to_owned).collect();
        let stays = |index: usize| seed >> (index % 64) & 1 == 0;
        let mut fewer = empty(rules);
        for (index, pattern) in kept.iter().enumerate() {
            if stays(index) {
                fewer.insert(pattern, 0).expect("they went together before");
            } else {
                prop_assert!(router.remove(pattern).is_some());
            }
        }
        for path in &paths {
            prop_assert_eq!(router.at(path).map(answer), fewer.at(path).map(answer), "{:?} of {:?}", path, kept);
        }
        // What was removed can come again.
        for (index, pattern) in kept.iter().enumerate() {
            if !stays(index) {
                prop_assert!(router.insert(pattern, 0).is_ok());
            }
        }
    }

    #[test]
    fn merged_tables_are_one(rules in rules(), patterns in vec(pattern(), 2..10), paths in vec(path(), 1..8), at in 0_usize..10) {
        let mut whole = empty(rules);
        let kept = insert(&mut whole, &patterns);
        let at = at.min(kept.len());
        let part = |patterns: &[&str]| {
            let mut router = Router::with_options(options(rules));
            router.constraint("odd", |text| holds("odd", text)).expect("the name is free");
            patterns.iter().for_each(|pattern| router.insert(pattern, 0).expect("they went together before"));
            router
        };
        let mut first = part(&kept[..at]);
        let mut second = Router::with_options(options(rules));
        let plain: Vec<&str> = kept[at..].iter().copied().filter(|pattern| !pattern.contains("odd")).collect();
        plain.iter().for_each(|pattern| second.insert(pattern, 0).expect("they went together before"));
        first.merge(second).expect("they went together before");
        let expected = part(&[&kept[..at], &plain].concat());
        for path in &paths {
            prop_assert_eq!(first.at(path).map(answer), expected.at(path).map(answer), "{:?} of {:?}", path, kept);
        }
    }
}
