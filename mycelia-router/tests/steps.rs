//! The worst case is linear in the path: counted in steps, for tables and paths made to go wrong.

use mycelia_router::Router;

fn table(patterns: &[String]) -> Router<()> {
    let mut router = Router::new();
    router.constraint("no", |text| text.ends_with("no")).expect("the name is free");
    for pattern in patterns {
        router.insert(pattern, ()).unwrap_or_else(|error| panic!("{error}"));
    }
    router
}

/// The path of size `n` takes no route, and twice and four times the size takes twice and four times the steps, at most.
fn check(patterns: &[&str], path: impl Fn(usize) -> String) {
    let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    let router = table(&patterns);
    let steps = |n: usize| {
        let path = path(n);
        assert!(router.at(&path).is_none(), "{path} has a route");
        router.steps(&path)
    };
    let (one, two, four) = (steps(500), steps(1_000), steps(2_000));
    assert!(two <= one * 2 + 64 && four <= two * 2 + 64, "{patterns:?}: {one}, {two}, {four} steps");
}

#[test]
fn wildcards_in_the_middle() {
    check(&["/*a/x/end"], |n| "/x".repeat(n));
    check(&["/*a/x/*b/x/*c/x/*d/x/end"], |n| "/x".repeat(n));
    check(&["/*a/*b/*c/*d/*e/end"], |n| "/x".repeat(n));
    check(&["/*a/{b}/*c/{d}/*e/{f}/end"], |n| "/x".repeat(n));
    check(&["/*a/x{b}/*c/x{d}/*e/{f}y/end"], |n| "/xy".repeat(n));
    check(&["/*a/x/*b/y", "/*a/{c}/*d/z", "/*a/x{e}/*f/q", "/x/*b/y", "/{a}/*b/*c/w"], |n| "/x1".repeat(n));
    check(&["/*a/x/*b/y", "/*a/{c}/*d/z", "/{a}/{b}/*c/x/*d/e"], |n| "//x".repeat(n));
}

#[test]
fn several_parameters_in_a_segment() {
    check(&["/{a}-{b}-{c}-{d}-{e}-{f}-{g}-{h}/end"], |n| format!("/{}", "-".repeat(n)));
    check(&["/{a}-{b}-{c}-{d}-{e}-{f}-{g}-{h}+"], |n| format!("/{}", "-".repeat(n)));
    check(&["/{a}--{b}-+{c}"], |n| format!("/{}", "-".repeat(n)));
    check(&["/{a}a{b}b{c}c{d}x{e}"], |n| format!("/{}", "abc".repeat(n)));
}

#[test]
fn constraints_in_a_segment_are_bounded() {
    // Within a segment of n bytes and p parameters, p * n * n steps; and n is bounded.
    let pattern = "/{a}-{b:no}-{c}-{d:no}-{e}-{f:no}-{g}-{h:no}";
    let router = table(&[pattern.to_owned()]);
    let most = (1..600).map(|n| router.steps(&format!("/{}", "-no".repeat(n / 3) + &"-".repeat(n)))).max();
    assert!(most.is_some_and(|most| most <= 8 * 256 * 256), "{most:?}");
    check(&[pattern], |n| format!("/{}", "-".repeat(n + 256)));
    // Up to 255 bytes there may be any number of places, in longer ones 16: here one, and a minus of each that is added.
    let router = table(&["/{a}-{b:no}".to_owned()]);
    let takes = |len: usize, places: usize| {
        let text = "-".repeat(places - 1) + &"a".repeat(len - places - 2) + "-no";
        router.at(&format!("/{text}")).is_some()
    };
    assert!(takes(255, 100) && takes(256, 16) && takes(60_000, 16) && !takes(256, 17) && !takes(60_000, 17));
    // All texts count together, and so do places that overlap.
    let router = table(&["/{a}--{b:no}.{c}".to_owned()]);
    let takes = |text: &str| router.at(&format!("/{}{text}", "a".repeat(255))).is_some();
    assert!(takes(&format!("{}no.c", "-".repeat(16))) && !takes(&format!("{}no.c", "-".repeat(17))));
    assert!(!takes(&format!("{}no..c", "-".repeat(17))));
    // Places are bounded, and with them the steps: a scan for each, and one to count them.
    let pattern = "/{a}a{b:no}b{c:no}c{d:no}d{e:no}";
    let places = |n: usize| format!("/{}{}", "x".repeat(n), "abcd".repeat(4));
    check(&[pattern], places);
    assert!(table(&[pattern.to_owned()]).steps(&places(60_000)) <= 60_000 * (4 + 17));
    // One parameter has none, nor have several without constraints.
    let router = table(&["/{a:no}".to_owned(), "/{a}-{b}/x".to_owned()]);
    assert!(router.at(&format!("/{}no", "a".repeat(9_999))).is_some());
    assert!(router.at(&format!("/{}-no/x", "a".repeat(9_999))).is_some());
}

/// A table in which every segment can be taken in two ways: as many ways as nodes, and no more steps than that.
#[test]
fn text_and_parameter_at_each_segment() {
    let depth = 9;
    let patterns: Vec<String> = (0..1_u32 << depth)
        .map(|bits| {
            let segments = (0..depth)
                .map(|at| if bits >> at & 1 == 0 { "/a".to_owned() } else { format!("/{{p{at}}}") });
            segments.collect::<String>() + "/end"
        })
        .collect();
    let router = table(&patterns);
    let path = "/a".repeat(depth) + "/none";
    assert!(router.at(&path).is_none());
    // A node for each beginning of a pattern, and the one where it begins.
    assert!(router.steps(&path) <= 1 << (depth + 1), "{} steps", router.steps(&path));
    assert_eq!(router.matches_all(&("/a".repeat(depth) + "/end")).len(), patterns.len());
}

/// As many routes as there may be: a step for each segment.
#[test]
fn a_large_table_takes_no_more_steps() {
    let patterns: Vec<String> =
        (0..5_000).map(|number| format!("/api/v{}/thing-{number}/{{id}}/edit", number % 7)).collect();
    let router = table(&patterns);
    for number in [0, 1, 777, 4_999] {
        let path = format!("/api/v{}/thing-{number}/17/edit", number % 7);
        assert!(router.at(&path).is_some());
        assert!(router.steps(&path) <= 6, "{} steps", router.steps(&path));
    }
}

/// As many segments with text and parameters as there may be: a step for each length of their texts.
#[test]
fn many_prefixes_and_suffixes() {
    let prefixes = (0..3_000).map(|number| format!("/item-{number}-{{id}}"));
    let suffixes = (0..3_000).map(|number| format!("/{{id}}.ext{number}"));
    let both = (0..3_000).map(|number| format!("/item-{}-{{id}}.ext{number}", number % 50));
    let router = table(&prefixes.chain(suffixes).chain(both).collect::<Vec<_>>());
    for (path, pattern) in [
        ("/item-0-x", "/item-0-{id}"),
        ("/item-2999-x", "/item-2999-{id}"),
        ("/item-49-x.ext2999", "/item-49-{id}.ext2999"),
        ("/item-49-x.ext2998", "/item-49-{id}"),
        ("/item-3000-x.ext2998", "/{id}.ext2998"),
    ] {
        assert_eq!(router.at(path).map(|found| found.pattern), Some(pattern));
        assert!(router.steps(path) <= 24, "{path}: {} steps", router.steps(path));
    }
    assert!(router.at("/item-3000-x").is_none());
    assert!(router.steps("/item-3000-x") <= 24);
}

/// More wildcards below wildcards than fit in one word.
#[test]
fn many_wildcards() {
    let patterns: Vec<String> = (0..200).map(|number| format!("/*a/k{number}/*b/k{number}/*c/end")).collect();
    let router = table(&patterns);
    let path: String = (0..2_000).map(|number| format!("/k{}", number % 200)).collect();
    assert!(router.at(&path).is_none());
    let segments = 2_000;
    // Two wildcards below the first one in each pattern, and two steps for each place where they may end.
    assert!(router.steps(&path) <= 200 * 2 * 2 * segments, "{} steps", router.steps(&path));
    assert_eq!(router.at(&format!("{path}/end")).map(|found| found.pattern), Some("/*a/k1/*b/k1/*c/end"));
    let found = router.at("/x/k150/y/k150/z/end").expect("it is there");
    assert_eq!(found.pattern, "/*a/k150/*b/k150/*c/end");
}
