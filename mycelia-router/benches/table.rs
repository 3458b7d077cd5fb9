//! What a match costs, beside other routers: `cargo bench -p mycelia-router --bench table`.
//!
//! Each figure is nanoseconds a match, the best of many rounds over all paths of a table, with the median beside it. In each
//! round the routers take turns, so that what else the machine does meets all of them.

use std::hint::black_box;
use std::time::Instant;

use mycelia_router::{Router, SharedRouter};

const ROUNDS: usize = 400;

fn main() {
    // The routes of matchit's own benchmark: the API of GitHub, version 3.
    let github: Vec<String> = include_str!("github-v3.txt").lines().map(str::to_owned).collect();
    compare("130 routes, as matchit measures", &github, &paths(&github, |name| name.to_owned()));
    compare(
        "130 routes, parameters as in life",
        &github,
        &paths(&github, |name| format!("some-{name}-1234")),
    );
    let hub = hub();
    compare("a table of GitHub's size", &hub, &paths(&hub, |name| format!("{name}-1234")));
    let large = large();
    compare("3,000 routes", &large, &paths(&large, |name| format!("{name}-1234")));
    own(&github);
}

/// Six kinds of owners with what they have, and what can be done with it.
fn hub() -> Vec<String> {
    let owners = [
        "/repos/{owner}/{repo}",
        "/orgs/{org}",
        "/users/{user}",
        "/teams/{team}",
        "/enterprises/{slug}",
        "/user",
    ];
    let things = [
        "actions/artifacts",
        "actions/caches",
        "actions/runners",
        "actions/secrets",
        "actions/variables",
        "actions/workflows",
        "branches",
        "codespaces",
        "collaborators",
        "comments",
        "commits",
        "deployments",
        "environments",
        "events",
        "forks",
        "hooks",
        "installations",
        "invitations",
        "issues",
        "keys",
        "labels",
        "members",
        "milestones",
        "packages",
        "pulls",
        "releases",
        "rulesets",
        "security-advisories",
        "subscriptions",
        "topics",
    ];
    let actions = ["", "/{id}", "/{id}/comments", "/{id}/comments/{comment}"];
    let product = |owner: &str| {
        let of = |thing: &str| actions.map(|action| format!("{owner}/{thing}{action}"));
        things.iter().flat_map(|thing| of(thing)).collect::<Vec<_>>()
    };
    owners.into_iter().flat_map(product).collect()
}

/// Sixty services with fifty routes each.
fn large() -> Vec<String> {
    let kinds = [
        "account", "article", "booking", "invoice", "order", "payment", "product", "report", "session",
        "ticket",
    ];
    let ends = ["", "/{id}", "/{id}/history", "/{id}/items/{item}", "/{id}/export.csv"];
    (0..60)
        .flat_map(|service| {
            let of = move |kind: &str| ends.map(|end| format!("/api/service-{service}/{kind}s{end}"));
            kinds.into_iter().flat_map(of)
        })
        .collect()
}

/// Patterns with each parameter replaced.
fn paths(patterns: &[String], value: impl Fn(&str) -> String) -> Vec<String> {
    patterns.iter().map(|pattern| rewrite(pattern, &value)).collect()
}

fn rewrite(pattern: &str, value: impl Fn(&str) -> String) -> String {
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
        Some(name) => value(name),
        None => segment.to_owned(),
    };
    pattern.split('/').map(segment).collect::<Vec<_>>().join("/")
}

type Routine<'a> = (&'a str, Box<dyn FnMut() -> usize + 'a>);

fn compare(title: &str, patterns: &[String], paths: &[String]) {
    let mut own = Router::new();
    let mut matchit = matchit::Router::new();
    let mut path_tree = path_tree::PathTree::new();
    let mut wayfind = wayfind::RouterBuilder::new();
    let mut actix = actix_router::Router::<usize>::build();
    for (value, pattern) in patterns.iter().enumerate() {
        own.insert(pattern, value).expect("the patterns go together");
        matchit.insert(pattern, value).expect("the patterns go together");
        let _ = path_tree.insert(&rewrite(pattern, |name| format!(":{name}")), value);
        wayfind
            .insert(&rewrite(pattern, |name| format!("<{name}>")), value)
            .expect("the patterns go together");
        actix.path(pattern.as_str(), value);
    }
    let (wayfind, actix) = (wayfind.build(), actix.finish());
    own.compile();

    for path in paths {
        let expected = matchit.at(path).map(|found| *found.value).ok();
        assert_eq!(own.at(path).map(|found| *found.value), expected, "{path}");
    }

    let each = |find: fn(&Router<usize>, &str) -> usize, router| {
        move || paths.iter().map(|path| find(router, path)).sum()
    };
    let mut routines: Vec<Routine<'_>> = vec![
        (
            "mycelia",
            Box::new(each(
                |router, path| *black_box(router.at(black_box(path)).expect("it is there")).value,
                &own,
            )),
        ),
        (
            "mycelia, and read all parameters",
            Box::new(each(
                |router, path| {
                    let found = router.at(black_box(path)).expect("it is there");
                    found.params.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>()
                        + *found.value
                },
                &own,
            )),
        ),
        (
            "matchit",
            Box::new(|| {
                paths
                    .iter()
                    .map(|path| *black_box(matchit.at(black_box(path)).expect("it is there")).value)
                    .sum()
            }),
        ),
        (
            "matchit, and read all parameters",
            Box::new(|| {
                let read = |path: &String| {
                    let found = matchit.at(black_box(path)).expect("it is there");
                    found.params.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>()
                        + *found.value
                };
                paths.iter().map(read).sum()
            }),
        ),
        (
            "wayfind",
            Box::new(|| {
                paths
                    .iter()
                    .map(|path| *black_box(wayfind.search(black_box(path)).expect("it is there")).data())
                    .sum()
            }),
        ),
        (
            "path-tree",
            Box::new(|| {
                paths
                    .iter()
                    .map(|path| *black_box(path_tree.find(black_box(path)).expect("it is there")).0)
                    .sum()
            }),
        ),
    ];
    if patterns.len() < 200 {
        routines.push((
            "actix-router",
            Box::new(|| {
                let find = |path: &String| {
                    let mut path = actix_router::Path::new(black_box(path.as_str()));
                    *black_box(actix.recognize(&mut path).expect("it is there")).0
                };
                paths.iter().map(find).sum()
            }),
        ));
    }
    println!("{title}: {} routes", patterns.len());
    measure(routines, paths.len());
}

/// Lets the routines take turns and prints what each costs.
fn measure(mut routines: Vec<Routine<'_>>, count: usize) {
    let rounds = if count > 1_000 { ROUNDS / 4 } else { ROUNDS };
    let mut times = vec![Vec::with_capacity(rounds); routines.len()];
    for round in 0..rounds + 5 {
        for ((_, routine), times) in routines.iter_mut().zip(&mut times) {
            black_box(routine());
            let start = Instant::now();
            black_box(routine());
            let nanos = start.elapsed().as_nanos() as f64 / count as f64;
            if round >= 5 {
                times.push(nanos);
            }
        }
    }
    for times in &mut times {
        times.sort_by(f64::total_cmp);
    }
    let matchit = routines.iter().position(|(name, _)| *name == "matchit").map(|index| times[index][0]);
    for ((name, _), times) in routines.iter().zip(&times) {
        let ratio =
            matchit.map_or(String::new(), |matchit| format!("   {:>6.2} x matchit", times[0] / matchit));
        println!("  {name:36} {:>8.1} ns   median {:>8.1}{ratio}", times[0], times[times.len() / 2]);
    }
}

/// What peers do not have.
fn own(github: &[String]) {
    let paths = paths(github, |name| format!("some-{name}-1234"));
    let with = |options| {
        let mut router = Router::with_options(options);
        github
            .iter()
            .enumerate()
            .for_each(|(value, pattern)| router.insert(pattern, value).expect("they go together"));
        router.compile();
        router
    };
    let options = mycelia_router::Options::default;
    let decoding = with(options().percent_decoding(true));
    let ignoring = with(options().ignore_case(true));
    let all = |router: &Router<usize>| {
        paths.iter().map(|path| *black_box(router.at(black_box(path)).expect("it is there")).value).sum()
    };
    let encoded: Vec<String> = paths.iter().map(|path| path.replace('-', "%2D")).collect();
    let shared = SharedRouter::new(with(options()));
    let mut addresses = Router::new();
    let address = |path: &String| path[1..].replacen('/', "://", 1);
    for (value, pattern) in github.iter().enumerate().filter(|(_, pattern)| pattern[1..].contains('/')) {
        addresses.insert(&address(pattern), value).expect("they go together");
    }
    addresses.compile();
    let asked: Vec<String> = paths.iter().filter(|path| path[1..].contains('/')).map(address).collect();
    let asked: Vec<&String> = asked.iter().cycle().take(paths.len()).collect();
    let mut reader = shared.reader();
    println!("130 routes, as asked otherwise");
    measure(
        vec![
            (
                "addresses",
                Box::new(|| {
                    asked
                        .iter()
                        .map(|path| *black_box(addresses.at(black_box(path)).expect("it is there")).value)
                        .sum()
                }),
            ),
            ("ignore_case", Box::new(|| all(&ignoring))),
            ("percent_decoding, nothing to decode", Box::new(|| all(&decoding))),
            (
                "percent_decoding, each parameter",
                Box::new(|| {
                    encoded
                        .iter()
                        .map(|path| *black_box(decoding.at(black_box(path)).expect("it is there")).value)
                        .sum()
                }),
            ),
            (
                "SharedRouter::load",
                Box::new(|| {
                    paths
                        .iter()
                        .map(|path| *black_box(shared.load().at(black_box(path)).expect("it is there")).value)
                        .sum()
                }),
            ),
            (
                "Reader",
                Box::new(|| {
                    paths
                        .iter()
                        .map(|path| {
                            *black_box(reader.router().at(black_box(path)).expect("it is there")).value
                        })
                        .sum()
                }),
            ),
            (
                "matches_all",
                Box::new(|| paths.iter().map(|path| decoding.matches_all(black_box(path)).len()).sum()),
            ),
        ],
        paths.len(),
    );
    let start = Instant::now();
    let large = large();
    let mut router = Router::new();
    large
        .iter()
        .enumerate()
        .for_each(|(value, pattern)| router.insert(pattern, value).expect("they go together"));
    let inserted = start.elapsed();
    router.compile();
    println!("  3,000 routes: insert {inserted:?}, compile {:?}", start.elapsed() - inserted);
}
