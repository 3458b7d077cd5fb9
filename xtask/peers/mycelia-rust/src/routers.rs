//! The tables, and the routers that are none of ours.

use std::hint::black_box;

use harness::Figure;

use crate::tables;

/// What a router is given and asked.
pub(crate) struct Table {
    pub(crate) patterns: Vec<String>,
    pub(crate) paths: Vec<String>,
}

impl Table {
    /// The table of a figure.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (patterns, value): (_, fn(&str) -> String) = match name {
            "match-130" => (tables::github(), str::to_owned),
            "match-130-life" => (tables::github(), |name| format!("some-{name}-1234")),
            "match-hub" => (tables::hub(), |name| format!("{name}-1234")),
            "match-3000" => (tables::large(), |name| format!("{name}-1234")),
            _ => return None,
        };
        let paths = tables::paths(&patterns, value);
        Some(Self { patterns, paths })
    }
}

/// Asks for all paths in turn. The value of a route is its place in the table: what is found is looked at first.
pub(crate) fn find(paths: Vec<String>, find: impl Fn(&str) -> Option<usize> + 'static) -> Figure {
    for (value, path) in paths.iter().enumerate() {
        assert_eq!(find(path), Some(value), "{path}");
    }
    Figure::Calls(Box::new(move |times| {
        for path in paths.iter().cycle().take(times as usize) {
            black_box(find(black_box(path)));
        }
    }))
}

pub(crate) fn matchit(name: &str) -> Option<Figure> {
    let table = Table::of(name)?;
    let mut router = matchit::Router::new();
    for (value, pattern) in table.patterns.iter().enumerate() {
        router.insert(pattern, value).expect("the patterns go together");
    }
    Some(find(table.paths, move |path| black_box(router.at(path)).map(|found| *found.value).ok()))
}

pub(crate) fn wayfind(name: &str) -> Option<Figure> {
    let table = Table::of(name)?;
    let mut router = wayfind::RouterBuilder::new();
    for (value, pattern) in table.patterns.iter().enumerate() {
        let pattern = tables::rewrite(pattern, |name| format!("<{name}>"));
        router.insert(&pattern, value).expect("the patterns go together");
    }
    let router = router.build();
    Some(find(table.paths, move |path| black_box(router.search(path)).map(|found| *found.data())))
}

pub(crate) fn path_tree(name: &str) -> Option<Figure> {
    let table = Table::of(name)?;
    let mut router = path_tree::PathTree::new();
    for (value, pattern) in table.patterns.iter().enumerate() {
        let _ = router.insert(&tables::rewrite(pattern, |name| format!(":{name}")), value);
    }
    Some(find(table.paths, move |path| black_box(router.find(path)).map(|found| *found.0)))
}

pub(crate) fn actix(name: &str) -> Option<Figure> {
    let table = Table::of(name)?;
    let mut router = actix_router::Router::<usize>::build();
    for (value, pattern) in table.patterns.iter().enumerate() {
        router.path(pattern.as_str(), value);
    }
    let router = router.finish();
    Some(find(table.paths, move |path| {
        let mut path = actix_router::Path::new(path);
        black_box(router.recognize(&mut path)).map(|found| *found.0)
    }))
}
