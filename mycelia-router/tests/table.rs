//! The table as its users see it.

use std::sync::atomic::{AtomicBool, Ordering};

use mycelia_router::{Options, Router, SharedRouter, TrailingSlash};

fn table(patterns: &[&str]) -> Router<usize> {
    let mut router = Router::new();
    for (value, pattern) in patterns.iter().enumerate() {
        router.insert(pattern, value).unwrap_or_else(|error| panic!("{error}"));
    }
    router
}

#[test]
fn values_can_be_got_and_changed_by_pattern() {
    let mut router = table(&["/a", "/a/{x}", "b://{y}"]);
    assert_eq!(router.get("/a/{x}"), Some(&1));
    assert_eq!(router.get("/a/{other}"), None);
    assert_eq!(router.get("not a pattern"), None);
    assert!(router.at("/a/1").is_some());
    *router.get_mut("/a/{x}").expect("it is there") = 7;
    assert_eq!(router.at("/a/1").map(|found| *found.value), Some(7));
    assert_eq!(
        router.iter().map(|(pattern, value)| (pattern.as_str(), *value)).collect::<Vec<_>>(),
        [("/a", 0), ("/a/{x}", 7), ("b://{y}", 2)]
    );
}

#[test]
fn removed_patterns_are_gone_and_can_come_again() {
    let mut router = table(&["/a", "/a/{x}", "/a/{x?}/", "/b/{y}"][..2]);
    assert_eq!(router.remove("/a/{y}"), None);
    assert_eq!(router.remove("/a/{x}"), Some(1));
    assert_eq!(router.remove("/a/{x}"), None);
    assert!(router.at("/a/1").is_none());
    assert_eq!(router.len(), 1);
    router.insert("/a/{y}", 2).expect("the other is gone");
    assert_eq!(router.at("/a/1").and_then(|found| found.params.get("y")), Some("1"));
    assert_eq!(router.remove("/a"), Some(0));
    assert_eq!(router.at("/a/1").map(|found| *found.value), Some(2));
}

#[test]
fn parameters_are_parts_of_the_path() {
    let router = table(&["/a/{x}/*/{y}/*rest"]);
    let path = String::from("/a/1/2/3/4/5");
    let params = router.at(&path).expect("it is there").params;
    assert_eq!(params.iter().collect::<Vec<_>>(), [("x", "1"), ("y", "3"), ("rest", "4/5")]);
    assert_eq!((params.len(), params.is_empty()), (3, false));
    assert!(std::ptr::eq(params.get("rest").expect("it is there"), &path[9..]));
    assert_eq!(params.get(""), None);
    assert_eq!(format!("{params:?}"), r#"{"x": "1", "y": "3", "rest": "4/5"}"#);
}

#[test]
fn parameters_can_be_decoded() {
    let router = table(&["/{x}/*rest"]);
    let check = |path: &str, x: &str, rest: &str| {
        let params = router.at(path).expect("it is there").params;
        assert_eq!(params.decoded("x").as_deref(), Some(x), "{path}");
        assert_eq!(params.decoded("rest").as_deref(), Some(rest), "{path}");
    };
    check("/a%20b/c", "a b", "c");
    check("/a%2Fb/c%2Fd/e", "a/b", "c/d/e");
    check("/caf%C3%A9/%F0%9F%A6%80/%C3", "café", "🦀/%C3");
    check("/%/%4/%zz/%41", "%", "%4/%zz/A");
    check("/%C3%28/%E2%82", "%C3%28", "%E2%82");
    check("/a+b/%2B", "a+b", "+");
    check("/é%41/%41é", "éA", "Aé");
    let params = router.at("/ab/c").expect("it is there").params;
    assert!(matches!(params.decoded("x"), Some(std::borrow::Cow::Borrowed("ab"))));
    assert_eq!(params.decoded("y"), None);
}

#[test]
fn paths_longer_than_places_match_nothing() {
    let router = table(&["/*rest"]);
    let path = format!("/{}", "a".repeat(65_534));
    assert_eq!(router.at(&path).and_then(|found| found.params.get("rest")).map(str::len), Some(65_534));
    assert!(router.at(&format!("{path}a")).is_none());
    assert!(router.matches_all(&format!("{path}a")).is_empty());
    // It is the path as it is given that counts, not what it stands for.
    let mut router = Router::with_options(Options::default().percent_decoding(true));
    router.insert("/{x}/{y}", ()).expect("it is the first");
    let path = format!("/{}/y", "%61".repeat(21_844));
    assert_eq!(router.at(&path).and_then(|found| found.params.get("y")), Some("y"));
    assert!(router.at(&format!("/%61{}", &path[1..])).is_none());
    assert_eq!(router.steps(&format!("/%61{}", &path[1..])), 0);
}

#[test]
fn a_table_prints_as_a_tree() {
    let router = table(&[
        "/",
        "/users",
        "/users/{id}",
        "/users/{id:int}",
        "/users/{id}/posts/{post?}",
        "/users/me",
        "/files/*path",
        "/files/{name}.{ext}",
        "orders://{id}/rename",
        "orders://",
        "/a/b/c",
    ]);
    let expected = "\
/
├─ /                        /
├─ a/b/c                    /a/b/c
├─ files/
│  ├─ {name}.{ext}          /files/{name}.{ext}
│  └─ *path                 /files/*path
└─ users/                   /users
   ├─ me                    /users/me
   ├─ {id:int}              /users/{id:int}
   └─ {id}/                 /users/{id}
      └─ posts/{post?}      /users/{id}/posts/{post?}
orders://
├─ /                        orders://
└─ {id}/rename              orders://{id}/rename";
    let printed = router.to_string();
    let squeeze = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| line.split("  ").filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  "))
            .collect()
    };
    assert_eq!(squeeze(&printed), squeeze(expected), "\n{printed}\n");
    assert_eq!(Router::<()>::new().to_string(), "");
}

#[test]
fn overlaps_are_reported_with_a_path() {
    let check = |patterns: &[&str], expected: &[&str]| {
        let overlaps: Vec<String> = table(patterns).overlaps().iter().map(ToString::to_string).collect();
        assert_eq!(overlaps, expected, "{patterns:?}");
    };
    check(&["/a", "/b", "/{x}/c", "/a/b"], &[]);
    check(&["/users/{id}", "/users/me"], &["`/users/me` is taken by `/users/me` before `/users/{id}`"]);
    check(&["/{x:int}", "/{x:alpha}"], &[]);
    check(&["/{x:int}", "/{x:hex}"], &["`/7` is taken by `/{x:int}` before `/{x:hex}`"]);
    check(
        &["/{x:uuid}", "/{x:slug}"],
        &["`/0b1f7c9e-2a44-4f53-9c1d-5e8a3b6d7f20` is taken by `/{x:uuid}` before `/{x:slug}`"],
    );
    check(&["/a{x}", "/{x}b"], &["`/ab` is taken by `/a{x}` before `/{x}b`"]);
    check(&["/a{x}", "/b{x}"], &[]);
    check(&["/{x}.json/a", "/{x}.txt/a"], &[]);
    check(&["/ab{x}bc", "/abc"], &[]);
    check(&["/a{x}", "/ab{y}"], &["`/abx` is taken by `/ab{y}` before `/a{x}`"]);
    check(&["/{x}/a", "/{y}/a/b", "/{z}"], &[]);
    check(&["/{a}.{b}", "/{a}-{b}"], &["`/-7.-7` is taken by `/{a}-{b}` before `/{a}.{b}`"]);
    check(&["/*a/x", "/y/*b"], &["`/y/x` is taken by `/y/*b` before `/*a/x`"]);
    check(&["/*a/x", "/*b/y"], &[]);
    check(&["/a/{x?}", "/a/{y}/b", "/{z}"], &["`/a` is taken by `/a/{x?}` before `/{z}`"]);
    check(&["a://{x}", "/{x}"], &[]);
    check(&["/*rest", "//a"], &[]);
}

#[test]
fn overlaps_that_a_constraint_decides_are_only_possible() {
    let mut router = table(&["/{x}-2/a"]);
    router.constraint("odd", |text| text.len() == 99).expect("the name is free");
    router.insert("/{y:odd}/a", 1).expect("they go together");
    let overlaps = router.overlaps();
    assert_eq!(overlaps.len(), 1);
    assert_eq!(overlaps[0].path, None);
    assert_eq!(
        overlaps[0].to_string(),
        "`/{x}-2/a` and `/{y:odd}/a` may take the same paths, as their constraints decide"
    );
}

#[test]
fn overlaps_know_the_options() {
    let options = Options::default().ignore_case(true).trailing_slash(TrailingSlash::Ignore);
    let mut router = Router::with_options(options);
    router.insert("/Users/{id}/", 0).expect("it is the first");
    router.insert("/users/ME", 1).expect("they go together");
    let overlaps: Vec<String> = router.overlaps().iter().map(ToString::to_string).collect();
    assert_eq!(overlaps, ["`/users/me` is taken by `/users/ME` before `/Users/{id}/`"]);

    let mut router = Router::with_options(options);
    router.insert("/V{version}/A{name}B", 0).expect("it is the first");
    router.insert("/v1/ab{name}b", 1).expect("they go together");
    assert_eq!(router.overlaps().len(), 1);
}

#[test]
fn the_tree_is_what_is_printed() {
    let router = table(&["/users/{id}", "/users/me", "/users/{id}/posts/new", "a://*rest"]);
    let tree = router.tree();
    let [users, addresses] = &tree[..] else { panic!("{tree:?}") };
    assert_eq!((users.text.as_str(), &users.pattern, users.branches.len()), ("/users", &None, 2));
    let id = &users.branches[1];
    assert_eq!((id.text.as_str(), id.pattern.as_deref()), ("{id}", Some("/users/{id}")));
    assert_eq!(id.branches[0].pattern.as_deref(), Some("/users/{id}/posts/new"));
    assert_eq!((addresses.text.as_str(), addresses.pattern.as_deref()), ("a://*rest", Some("a://*rest")));
    assert_eq!(Router::<()>::new().tree(), []);
}

#[test]
fn readers_see_a_change_whole_or_not_at_all() {
    let shared = SharedRouter::new(table(&["/even/0", "/odd/0"]));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut reader = shared.reader();
                    let mut seen = 0;
                    while !over.load(Ordering::Acquire) {
                        let router = reader.router();
                        let len = router.len();
                        assert_eq!(len % 2, 0, "half a change was seen");
                        assert!(len >= seen, "a change was taken back");
                        assert!(router.at("/even/0").is_some() && router.at("/odd/0").is_some());
                        let last = len / 2 - 1;
                        assert!(router.at(&format!("/even/{last}")).is_some());
                        seen = len;
                        assert!(shared.load().len() >= seen);
                    }
                })
            })
            .collect();
        for number in 1..if cfg!(miri) { 3 } else { 100 } {
            let add = |router: &mut Router<usize>| {
                router.insert(&format!("/even/{number}"), number)?;
                router.insert(&format!("/odd/{number}"), number)
            };
            shared.update(add).expect("they go together");
        }
        over.store(true, Ordering::Release);
        readers.into_iter().for_each(|reader| reader.join().expect("the readers saw what they should"));
    });
}

#[test]
fn a_change_that_fails_is_not_seen() {
    let shared = SharedRouter::new(table(&["/a"]));
    let snapshot = shared.load();
    let result = shared.update(|router| {
        router.insert("/b", 1)?;
        router.insert("/a", 2)
    });
    assert!(result.is_err());
    assert!(shared.load().at("/b").is_none());
    assert_eq!(shared.remove("/none"), None);
    let same = shared.clone();
    assert_eq!(same.remove("/a"), Some(0));
    assert!(shared.load().is_empty());
    assert!(snapshot.at("/a").is_some(), "who keeps a table keeps seeing it");
}
