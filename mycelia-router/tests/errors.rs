//! What is said about patterns that cannot be.

use mycelia_router::{Address, ConstraintError, InsertError, MergeError, Options, Router, TrailingSlash};

/// Inserts all but the last pattern, and then the last.
fn check(patterns: &[&str], expected: &str) {
    check_with(Options::default(), patterns, expected);
}

fn check_with(options: Options, patterns: &[&str], expected: &str) {
    let mut router = Router::with_options(options);
    let (last, first) = patterns.split_last().expect("there are patterns");
    for pattern in first {
        router.insert(pattern, ()).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    }
    let error = router.insert(last, ()).expect_err(last).to_string();
    assert_eq!(error, expected, "\n{error}\n");
    // The table is as it was.
    assert_eq!(router.len(), first.len());
    for pattern in first {
        assert!(router.get(pattern).is_some());
    }
}

fn malformed(pattern: &str, column: usize, message: &str) {
    check(&[pattern], &format!("{message}\n  {pattern}\n  {:column$}^", ""));
}

#[test]
fn malformed_patterns_are_shown_with_the_place() {
    let start = "a pattern begins with `/` or with `subsystem://`";
    for pattern in ["", "a", "a/b", "{id}", "*rest", "*/a", "a:/b", "://a", ":/"] {
        malformed(pattern, 0, start);
    }
    let unclosed = "this `{` has no `}`; write `\\{` for the character";
    malformed("/a/{id", 3, unclosed);
    malformed("/a/{", 3, unclosed);
    malformed("/a/{id/b", 3, unclosed);
    malformed("/a/{id:int", 3, unclosed);
    malformed("/a/{id?", 3, unclosed);
    malformed("/é/{id", 3, unclosed);
    malformed("/a/id}", 5, "this `}` has no `{`; write `\\}` for the character");
    let name = "expected a name: a letter or `_`, then letters, digits and `_`";
    malformed("/{}", 2, name);
    malformed("/{:int}", 2, name);
    malformed("/{7}", 2, name);
    malformed("/{a-b}", 3, name);
    malformed("/{a b}", 3, name);
    malformed("/{*rest}", 2, name);
    malformed("/*7", 2, name);
    malformed("/{id}/{x}/{id}", 11, "the name `id` is already taken in this pattern, at byte 2");
    malformed("/{id}/*id", 7, "the name `id` is already taken in this pattern, at byte 2");
    malformed("/{a}{b}", 4, "two parameters in one segment need text between them");
    let wildcard = "a wildcard is a whole segment, `*` or `*name`; write `\\*` for the character";
    malformed("/a*", 2, wildcard);
    malformed("/*rest.js", 1, wildcard);
    malformed("/**", 1, wildcard);
    malformed("/{a}*", 4, wildcard);
    let optional = "only the last segment can be optional, as a whole";
    malformed("/{id?}/a", 4, optional);
    malformed("/*rest?/a", 6, optional);
    malformed("/a{id?}", 5, optional);
    malformed("/{id?}a", 4, optional);
    malformed("/{a}.{b?}", 7, optional);
    let slash = "`{/}` stands at the end, after a segment that is not empty";
    malformed("/a{/}/b", 2, slash);
    malformed("/{/}", 1, slash);
    malformed("/a/{/}", 3, slash);
    malformed("/{id:}", 5, "expected a constraint after `:`, such as `int` or `([a-z]+)`");
    malformed(
        "/a/{id:itn}",
        7,
        "there is no constraint `itn`: expected one of `uuid`, `uint`, `int`, `hex`, `alpha`, `alnum`, `slug`",
    );
    malformed("/{id:([a-z)}", 5, "this regular expression has no `)`");
    malformed("/a\\b", 2, "expected one of `{`, `}`, `*` and `\\` after `\\`");
    malformed("/a\\", 2, "expected one of `{`, `}`, `*` and `\\` after `\\`");
}

#[test]
fn limits_are_told() {
    let pattern: String = (0..17).map(|number| format!("/{{p{number}}}")).collect();
    let error = Router::new().insert(&pattern, ()).expect_err("17 are too many").to_string();
    assert!(error.starts_with("a pattern has at most 16 parameters and wildcards\n"), "{error}");
    let pattern: String = (0..9).map(|number| format!("-{{p{number}}}")).collect();
    let error = Router::new().insert(&format!("/{pattern}"), ()).expect_err("9 are too many").to_string();
    assert!(error.starts_with("a pattern has at most 8 parameters in one segment\n"), "{error}");
    let error = Router::new().insert(&"/a".repeat(64), ()).expect_err("65 are too many").to_string();
    assert!(error.starts_with("a pattern has at most 64 segments\n"), "{error}");
    assert!(Router::new().insert(&"/a".repeat(63), ()).is_ok());
}

#[test]
fn duplicates_and_conflicts_show_both_patterns() {
    check(&["/a/{id}", "/a/{id}"], "the pattern `/a/{id}` is already in the table");
    let conflict = |first: &str, second: &str, column: usize| {
        let mark = format!("  {:column$}^", "");
        check(
            &[first, second],
            &format!(
                "`{second}` and `{first}` take the same path with the same priority\n  {second}\n{mark}\n  {first}\n{mark}"
            ),
        );
    };
    conflict("/users/{id}", "/users/{name}", 8);
    conflict("/users/{id:int}/a", "/users/{no:int}/a", 8);
    conflict("/a/*x", "/a/*y", 4);
    conflict("/a/*", "/a/*y", 4);
    conflict("/a/*x/b", "/a/*y/b", 4);
    conflict("/a/{x}.{y}", "/a/{y}.{x}", 4);
    conflict("/users", "/users/{id?}", 6);
    conflict("/users/{id}", "/users/{no?}", 8);
    conflict("/about/", "/about{/}", 6);
    conflict("/", "/{id?}", 1);
    conflict("x://", "x://{id?}", 4);
    conflict("/files", "/files/*path?", 6);
    conflict("/a\\*b/{é}/{x}", "/a\\*b/{é}/{y}", 11);
}

#[test]
fn what_differs_goes_together() {
    let mut router = Router::new();
    for pattern in [
        "/a/{x}",
        "/a/{x:int}",
        "/a/{x:uint}",
        "/a/x{y}",
        "/a/{y}x",
        "/a/*x",
        "/a/*x/b",
        "/a/{x}/b",
        "/a/{x}/",
        "/a/{x}/{y}",
        "/a",
        "/a/",
        "a://a",
        "/A",
        "/a/{x}-{y}",
        "/a/{x}.{y}",
        "/a/{x:int}-{y}",
        "/a/{x}-{y:int}",
        "/a/\\*x",
        "/a/\\{x\\}",
    ] {
        router.insert(pattern, ()).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn options_make_conflicts() {
    let case = Options::default().ignore_case(true);
    check_with(
        case,
        &["/Users/{id}", "/users/{id}"],
        "`/users/{id}` and `/Users/{id}` take the same path with the same priority\n  /users/{id}\n   ^\n  /Users/{id}\n   ^",
    );
    let slash = Options::default().trailing_slash(TrailingSlash::Ignore);
    check_with(
        slash,
        &["/users", "/users/"],
        "`/users/` and `/users` take the same path with the same priority\n  /users/\n        ^\n  /users\n        ^",
    );
    let percent = Options::default().percent_decoding(true);
    check_with(
        percent,
        &["/a/b%20c"],
        "with `percent_decoding`, patterns are written decoded: `%20` is never seen\n  /a/b%20c\n      ^",
    );
}

#[test]
#[cfg(not(feature = "regex"))]
fn expressions_need_the_feature() {
    malformed("/{id:([a-z]+)}", 5, "regular expressions need the feature `regex` of mycelia-router");
}

#[test]
#[cfg(feature = "regex")]
fn expressions_are_compiled_at_once() {
    malformed(
        "/{id:([z-a])}",
        5,
        "not a regular expression: invalid character class range, the start must be <= the end",
    );
}

#[test]
fn tables_that_cannot_be_merged_stay_as_they_are() {
    let mut router = Router::new();
    router.insert("/a/{x}", 1).expect("it is the first");
    router.constraint("odd", |_| true).expect("the name is free");

    let mut other = Router::new();
    other.insert("/b", 2).expect("it is the first");
    other.insert("/a/{y}", 3).expect("they go together");
    other.insert("/a/{x}", 4).expect_err("the same as the one before");
    let error = router.merge(other).expect_err("one pattern is there");
    assert!(matches!(&error, MergeError::Patterns(errors) if errors.len() == 1));
    assert!(
        error.to_string().starts_with("1 of the patterns cannot be added\n`/a/{y}` and `/a/{x}`"),
        "{error}"
    );
    assert_eq!(router.len(), 1);
    assert!(router.at("/b").is_none());

    let mut other = Router::<i32>::new();
    other.constraint("odd", |_| false).expect("the name is free");
    let error = router.merge(other).expect_err("both define it");
    assert_eq!(error.to_string(), "both tables define a constraint `odd`: name one of them differently");

    let error = router
        .merge(Router::with_options(Options::default().ignore_case(true)))
        .expect_err("the options differ");
    assert!(matches!(error, MergeError::Options));
}

#[test]
fn constraints_have_names_of_their_own() {
    let mut router = Router::<()>::new();
    assert!(matches!(router.constraint("int", |_| true), Err(ConstraintError::Taken { .. })));
    assert!(matches!(router.constraint("a-b", |_| true), Err(ConstraintError::Name { .. })));
    assert!(matches!(router.constraint("", |_| true), Err(ConstraintError::Name { .. })));
    router.constraint("odd", |_| true).expect("the name is free");
    let error = router.constraint("odd", |_| true).expect_err("the name is taken");
    assert_eq!(error.to_string(), "there is a constraint `odd` already");
}

#[test]
fn addresses_have_a_subsystem() {
    for text in ["", "a", "a:", "a:/", "a:/b", "/a://b", "://a", "a/b://c", "/a"] {
        let error = Address::parse(text).expect_err(text);
        assert_eq!(error.to_string(), format!("`{text}` is not an address: expected `subsystem://route`"));
    }
    let address = Address::parse("a:b://c//d").expect("the last colon counts");
    assert_eq!((address.subsystem(), address.route()), ("a:b", "c//d"));
    assert_eq!(address.segments().collect::<Vec<_>>(), ["c", "", "d"]);
    let address = Address::parse("a://").expect("the route is empty");
    assert_eq!((address.subsystem(), address.route()), ("a", ""));
}

#[test]
fn the_source_of_an_insert_error_is_the_pattern_error() {
    let error = Router::new().insert("/{", ()).expect_err("it stays open");
    let InsertError::Malformed(inner) = &error else { panic!("{error:?}") };
    assert_eq!((inner.at, inner.pattern.as_str()), (1, "/{"));
    assert!(std::error::Error::source(&error).is_some());
}
