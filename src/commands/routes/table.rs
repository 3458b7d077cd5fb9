//! A table as it was described, and what all pictures of it show.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::picture::words::{count, counted};

/// What `tables.js` gives.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Answer {
    Failure(String),
    Tables(Vec<Description>),
}

#[derive(Deserialize)]
pub(super) struct Description {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) options: Options,
    #[serde(default)]
    pub(super) subsystems: Vec<Subsystem>,
    pub(super) routes: Vec<Route>,
    pub(super) overlaps: Vec<Overlap>,
    tree: Vec<Branch>,
    /// For a matcher: docs/mycelia-layout.md.
    pub(super) plan: Value,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    Router,
    Kernel,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Options {
    percent_decoding: bool,
    trailing_slash: String,
    ignore_case: bool,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Subsystem {
    pub(super) name: String,
    capacity: u32,
    overflow: String,
    /// None: there is no limit.
    concurrency: Option<u32>,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Route {
    pub(super) pattern: String,
    pub(super) value: String,
    /// Of kernels alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) subsystem: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<RouteKind>,
    /// Places in the table's list.
    #[serde(default)]
    pub(super) overlaps: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum RouteKind {
    Handler,
    Subscriber,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Overlap {
    /// The pattern that wins, if there is a path.
    pub(super) first: String,
    pub(super) second: String,
    /// None: constraints decide whether there is one.
    pub(super) path: Option<String>,
}

/// A part of the tree, as `mycelia_router::Tree` describes it.
#[derive(Clone, Deserialize)]
pub(super) struct Branch {
    /// Segments with slashes between them.
    pub(super) text: String,
    pub(super) pattern: Option<String>,
    pub(super) branches: Vec<Self>,
}

pub(super) struct Table {
    pub(super) about: Description,
    /// Places in `routes`, without subscribers: what the tree's patterns are.
    places: HashMap<String, usize>,
}

/// What is drawn together: the whole table of a router, a subsystem of a kernel.
pub(super) struct Group<'a> {
    pub(super) subsystem: Option<&'a Subsystem>,
    pub(super) tree: Vec<Branch>,
    pub(super) subscribers: Vec<&'a Route>,
}

impl Table {
    pub(super) fn new(mut about: Description) -> Self {
        let mut places = HashMap::with_capacity(about.routes.len());
        for (place, route) in about.routes.iter().enumerate() {
            if route.kind != Some(RouteKind::Subscriber) {
                places.insert(route.pattern.clone(), place);
            }
        }
        for (number, overlap) in about.overlaps.iter().enumerate() {
            for pattern in [&overlap.first, &overlap.second] {
                about.routes[places[pattern]].overlaps.push(number);
            }
        }
        Self { about, places }
    }

    /// The place of the route with a pattern of the tree.
    pub(super) fn place(&self, pattern: &str) -> usize {
        self.places[pattern]
    }

    /// What there is, in numbers.
    pub(super) fn summary(&self) -> String {
        let Description { kind, subsystems, routes, overlaps, .. } = &self.about;
        let handlers = self.places.len();
        let mut parts = match kind {
            Kind::Router => vec![count(handlers, "pattern")],
            Kind::Kernel => {
                let subsystems = count(subsystems.len(), "subsystem");
                vec![
                    format!("{} in {subsystems}", counted(handlers, "address", "addresses")),
                    count(routes.len() - handlers, "subscriber"),
                ]
            }
        };
        parts.push(count(overlaps.len(), "overlap"));
        parts.extend(self.about.options.remarks().map(str::to_owned));
        parts.join(", ")
    }

    pub(super) fn groups(&self) -> Vec<Group<'_>> {
        if self.about.kind == Kind::Router {
            return vec![Group { subsystem: None, tree: self.about.tree.clone(), subscribers: Vec::new() }];
        }
        self.about.subsystems.iter().map(|subsystem| self.group(subsystem)).collect()
    }

    fn group<'a>(&'a self, subsystem: &'a Subsystem) -> Group<'a> {
        let of_it = |route: &&Route| {
            route.kind == Some(RouteKind::Subscriber) && route.subsystem.as_ref() == Some(&subsystem.name)
        };
        Group {
            subsystem: Some(subsystem),
            tree: self.subtree(subsystem),
            subscribers: self.about.routes.iter().filter(of_it).collect(),
        }
    }

    /// The part of the tree that belongs to a subsystem, without `name://`, which stands above it.
    fn subtree(&self, subsystem: &Subsystem) -> Vec<Branch> {
        let start = format!("{}:/", subsystem.name);
        let found = self.about.tree.iter().find_map(|root| Some((root, root.text.strip_prefix(&start)?)));
        match found {
            None => Vec::new(),
            Some((root, "")) => root.branches.clone(),
            Some((root, rest)) => {
                vec![Branch { text: rest.strip_prefix('/').unwrap_or(rest).to_owned(), ..root.clone() }]
            }
        }
    }
}

impl Options {
    /// Where paths are read in another way than as they stand.
    fn remarks(&self) -> impl Iterator<Item = &'static str> {
        let remarks = [
            (self.percent_decoding, "percent-decoded"),
            (self.trailing_slash == "ignore", "a slash at the end is ignored"),
            (self.ignore_case, "case is ignored"),
        ];
        remarks.into_iter().filter(|(holds, _)| *holds).map(|(_, remark)| remark)
    }
}

impl Subsystem {
    pub(super) fn remarks(&self) -> String {
        let Self { capacity, overflow, concurrency, .. } = self;
        let concurrency = concurrency.map_or_else(|| "unlimited".to_owned(), |most| most.to_string());
        format!("capacity {capacity}, overflow {overflow}, concurrency {concurrency}")
    }
}

impl Overlap {
    /// Which pattern wins for which path. `mark` says how patterns and paths look.
    pub(super) fn sentence(&self, mark: impl Fn(&str) -> String) -> String {
        let (first, second) = (mark(&self.first), mark(&self.second));
        match &self.path {
            Some(path) => format!("{} goes to {first}, not to {second}", mark(path)),
            None => format!("{first} and {second} may take the same paths, as their constraints decide"),
        }
    }
}

/// For other programs.
pub(super) fn json(tables: &[Table]) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        tables: Vec<One<'a>>,
    }
    #[derive(Serialize)]
    struct One<'a> {
        name: &'a str,
        kind: Kind,
        options: &'a Options,
        #[serde(skip_serializing_if = "Option::is_none")]
        subsystems: Option<&'a [Subsystem]>,
        routes: &'a [Route],
        overlaps: &'a [Overlap],
    }
    fn one(Table { about, .. }: &Table) -> One<'_> {
        let Description { name, kind, options, subsystems, routes, overlaps, .. } = about;
        let subsystems = (*kind == Kind::Kernel).then_some(&subsystems[..]);
        One { name, kind: *kind, options, subsystems, routes, overlaps }
    }
    let all = All { tables: tables.iter().map(one).collect() };
    let json = serde_json::to_string_pretty(&all).expect("because tables are texts, numbers and lists");
    format!("{json}\n")
}
