//! What a match costs, asked in all ways: `cargo bench -p mycelia-router --bench table`. Beside other routers it is measured by
//! `cargo xtask bench mycelia`.
//!
//! Each figure is nanoseconds a match, the best of many rounds over all paths of a table, with the median beside it. In each
//! round the routines take turns, so that what else the machine does meets all of them.

use std::hint::black_box;
use std::time::Instant;

use mycelia_router::{Router, SharedRouter};
use tables::{github, hub, large, paths};

mod tables;

const ROUNDS: usize = 400;

fn main() {
    let github = github();
    plain("130 routes, as matchit measures", &github, &paths(&github, |name| name.to_owned()));
    let life = paths(&github, |name| format!("some-{name}-1234"));
    plain("130 routes, parameters as in life", &github, &life);
    let hub = hub();
    plain("a table of GitHub's size", &hub, &paths(&hub, |name| format!("{name}-1234")));
    let large = large();
    plain("3,000 routes", &large, &paths(&large, |name| format!("{name}-1234")));
    otherwise(&github);
}

type Routine<'a> = (&'a str, Box<dyn FnMut() -> usize + 'a>);

fn plain(title: &str, patterns: &[String], paths: &[String]) {
    let mut router = Router::new();
    for (value, pattern) in patterns.iter().enumerate() {
        router.insert(pattern, value).expect("the patterns go together");
    }
    router.compile();
    for (value, path) in paths.iter().enumerate() {
        assert_eq!(router.at(path).map(|found| *found.value), Some(value), "{path}");
    }

    let each = |find: fn(&Router<usize>, &str) -> usize, router| {
        move || paths.iter().map(|path| find(router, path)).sum()
    };
    let routines: Vec<Routine<'_>> = vec![
        (
            "match",
            Box::new(each(
                |router, path| *black_box(router.at(black_box(path)).expect("it is there")).value,
                &router,
            )),
        ),
        (
            "match, and read all parameters",
            Box::new(each(
                |router, path| {
                    let found = router.at(black_box(path)).expect("it is there");
                    found.params.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>()
                        + *found.value
                },
                &router,
            )),
        ),
    ];
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
    for ((name, _), times) in routines.iter().zip(&times) {
        println!("  {name:36} {:>8.1} ns   median {:>8.1}", times[0], times[times.len() / 2]);
    }
}

/// What peers do not have.
fn otherwise(github: &[String]) {
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
