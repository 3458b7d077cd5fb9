//! The table, as it is built and asked.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::constraint::Constraints;
use crate::error::{ConstraintError, InsertError, MergeError, PatternError, PatternErrorKind};
use crate::options::{Options, TrailingSlash, trim_slash};
use crate::params::{Match, Params};
use crate::pattern::{self, Pattern, Piece, Segment};
use crate::percent;
use crate::plan::Plan;
use crate::search::{MAX_PATH, Spans, Visit};
use crate::table::Table;

/// A route table: patterns, each with a value.
///
/// It is compiled when it is first asked after a change, or by [`compile`](Router::compile).
#[derive(Clone)]
pub struct Router<T> {
    options: Options,
    /// Whether the options are the default.
    plain: bool,
    constraints: Constraints,
    routes: Vec<Route<T>>,
    /// The route of each variant of each pattern, by what it takes.
    shapes: HashMap<String, u32>,
    table: OnceLock<Arc<Table>>,
}

#[derive(Clone)]
pub(crate) struct Route<T> {
    pub(crate) pattern: Pattern,
    pub(crate) value: T,
}

impl<T> Router<T> {
    /// An empty table that takes paths as they are.
    #[must_use]
    pub fn new() -> Self {
        Self::with_options(Options::default())
    }

    /// An empty table.
    #[must_use]
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            plain: options == Options::default(),
            constraints: Constraints::default(),
            routes: Vec::new(),
            shapes: HashMap::new(),
            table: OnceLock::new(),
        }
    }

    /// How paths are read.
    #[must_use]
    pub fn options(&self) -> Options {
        self.options
    }

    /// Defines a constraint: `{id:name}` takes what `check` says yes to. Patterns that are inserted later can use it.
    ///
    /// # Errors
    ///
    /// When the name cannot be one, or is taken.
    pub fn constraint(
        &mut self,
        name: &str,
        check: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Result<(), ConstraintError> {
        self.constraints.define(name, Arc::new(check))
    }

    /// Whether a constraint, written as in a pattern, takes a text; `false` as well where there is no such constraint. A matcher
    /// made of [`plan`](Self::plan) asks this for what it cannot decide itself.
    pub fn holds(&self, constraint: &str, text: &str) -> bool {
        self.constraints.get(constraint).is_some_and(|check| check.holds(text))
    }

    /// Adds a pattern.
    ///
    /// # Errors
    ///
    /// When it is malformed, or takes the same paths as another one. The table is as it was.
    pub fn insert(&mut self, pattern: &str, value: T) -> Result<(), InsertError> {
        let pattern = Pattern::parse(pattern)?;
        self.check(&pattern)?;
        let shapes = self.shapes_of(&pattern);
        if let Some(other) = shapes.iter().find_map(|shape| self.shapes.get(shape)) {
            return Err(conflict(&pattern, &self.routes[*other as usize].pattern));
        }
        let route = self.routes.len() as u32;
        self.shapes.extend(shapes.into_iter().map(|shape| (shape, route)));
        self.routes.push(Route { pattern, value });
        self.table.take();
        Ok(())
    }

    /// Takes a pattern out, as it was written, and gives its value back.
    pub fn remove(&mut self, pattern: &str) -> Option<T> {
        let index = self.index(pattern)?;
        self.shapes.retain(|_, route| *route as usize != index);
        for route in self.shapes.values_mut().filter(|route| **route as usize > index) {
            *route -= 1;
        }
        self.table.take();
        Some(self.routes.remove(index).value)
    }

    /// Adds all patterns and constraints of another table.
    ///
    /// # Errors
    ///
    /// When the tables read paths differently, define the same constraint, or some patterns do not go together: then all of
    /// those are told. The table is as it was.
    pub fn merge(&mut self, other: Self) -> Result<(), MergeError> {
        if self.options != other.options {
            return Err(MergeError::Options);
        }
        let mut constraints = self.constraints.clone();
        constraints.merge(&other.constraints).map_err(|error| match error {
            ConstraintError::Name { name } | ConstraintError::Taken { name } => {
                MergeError::Constraint { name }
            }
        })?;
        let taken = |pattern: &Pattern| {
            let shapes = self.shapes_of(pattern);
            let other = shapes.iter().find_map(|shape| self.shapes.get(shape))?;
            Some(conflict(pattern, &self.routes[*other as usize].pattern))
        };
        let errors: Vec<InsertError> =
            other.routes.iter().filter_map(|route| taken(&route.pattern)).collect();
        if !errors.is_empty() {
            return Err(MergeError::Patterns(errors));
        }
        let offset = self.routes.len() as u32;
        self.constraints = constraints;
        self.shapes.extend(other.shapes.into_iter().map(|(shape, route)| (shape, route + offset)));
        self.routes.extend(other.routes);
        self.table.take();
        Ok(())
    }

    /// The value of a pattern, as it was written.
    #[must_use]
    pub fn get(&self, pattern: &str) -> Option<&T> {
        self.index(pattern).map(|index| &self.routes[index].value)
    }

    /// The value of a pattern, as it was written.
    pub fn get_mut(&mut self, pattern: &str) -> Option<&mut T> {
        self.index(pattern).map(|index| &mut self.routes[index].value)
    }

    /// Patterns and values, in the order in which they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Pattern, &T)> {
        self.routes.iter().map(|route| (&route.pattern, &route.value))
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.routes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// The route for a path. A path of more than 65,535 bytes has none.
    #[inline]
    #[must_use]
    pub fn at<'r, 'p>(&'r self, path: &'p str) -> Option<Match<'r, 'p, T>> {
        if path.len() > MAX_PATH {
            return None;
        }
        let mut spans = Spans::default();
        let route = if self.plain {
            self.table().find::<false>(path, &mut spans)
        } else {
            self.find_as_told(path, &mut spans)
        };
        let Route { pattern, value } = self.routes.get(route as usize)?;
        let params = Params::new(pattern.captures(), path, spans);
        Some(Match { value, pattern: pattern.as_str(), params })
    }

    /// All routes that take a path, those first that [`at`](Router::at) would prefer.
    #[must_use]
    pub fn matches_all<'r, 'p>(&'r self, path: &'p str) -> Vec<Match<'r, 'p, T>> {
        if path.len() > MAX_PATH {
            return Vec::new();
        }
        let mut all = All(Vec::new());
        let mut decoded = String::new();
        let mut text = self.trimmed(path);
        if self.options.percent_decoding {
            percent::with_decoded(text, |text| decoded.push_str(text));
            text = &decoded;
        }
        self.visit(text, &mut all);
        let routes = all.0.into_iter().map(|(route, spans)| {
            let spans = if text == path { spans } else { percent::undecoded(path, text, &spans) };
            self.found(route, path, spans)
        });
        routes.collect()
    }

    /// How many steps [`at`](Router::at) takes for a path. What a step costs depends on the patterns, not on the path, except
    /// for the bytes of a segment that a constraint or a comparison looks at.
    #[must_use]
    pub fn steps(&self, path: &str) -> u64 {
        if path.len() > MAX_PATH {
            return 0;
        }
        let mut steps = Steps(0);
        let text = self.trimmed(path);
        if self.options.percent_decoding {
            percent::with_decoded(text, |text| self.visit(text, &mut steps));
        } else {
            self.visit(text, &mut steps);
        }
        steps.0
    }

    /// The compiled form, as data.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan::new(self.options, self.routes.iter().map(|route| &route.pattern))
    }

    /// Makes the table ready to be asked, which the first question would do.
    pub fn compile(&self) {
        self.table();
    }

    #[inline]
    fn table(&self) -> &Table {
        self.table.get_or_init(|| self.build())
    }

    #[cold]
    fn build(&self) -> Arc<Table> {
        Arc::new(Table::new(&self.plan(), &self.constraints))
    }

    /// The route for a path that is not taken as it is.
    #[inline(never)]
    fn find_as_told(&self, path: &str, spans: &mut Spans) -> u32 {
        let table = self.table();
        let find = |text: &str, spans: &mut Spans| {
            if self.options.ignore_case {
                table.find::<true>(text, spans)
            } else {
                table.find::<false>(text, spans)
            }
        };
        let text = self.trimmed(path);
        if !self.options.percent_decoding || !text.contains('%') {
            return find(text, spans);
        }
        percent::with_decoded(text, |decoded| {
            let route = find(decoded, spans);
            *spans = percent::undecoded(text, decoded, spans);
            route
        })
    }

    fn visit(&self, text: &str, visit: &mut impl Visit) {
        let mut spans = Spans::default();
        if self.options.ignore_case {
            self.table().search::<true, _>(text, &mut spans, visit);
        } else {
            self.table().search::<false, _>(text, &mut spans, visit);
        }
    }

    fn trimmed<'p>(&self, path: &'p str) -> &'p str {
        if self.options.trailing_slash == TrailingSlash::Ignore { trim_slash(path) } else { path }
    }

    pub(crate) fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    #[inline]
    fn found<'r, 'p>(&'r self, route: u32, path: &'p str, spans: Spans) -> Match<'r, 'p, T> {
        let Route { pattern, value } = &self.routes[route as usize];
        Match { value, pattern: pattern.as_str(), params: Params::new(pattern.captures(), path, spans) }
    }

    /// What the pattern takes, once for each of its variants.
    fn shapes_of(&self, pattern: &Pattern) -> Vec<String> {
        let variants = pattern.variants(self.options.trailing_slash == TrailingSlash::Ignore);
        let shape = |segment: &&Segment| pattern::shape(segment, self.options.ignore_case);
        variants.iter().map(|variant| variant.iter().map(shape).collect::<Vec<_>>().join("/")).collect()
    }

    fn index(&self, pattern: &str) -> Option<usize> {
        let parsed = Pattern::parse(pattern).ok()?;
        let index = *self.shapes.get(self.shapes_of(&parsed).first()?)? as usize;
        (self.routes[index].pattern.as_str() == pattern).then_some(index)
    }

    /// Whether the table can take the text and the constraints of a pattern.
    fn check(&mut self, pattern: &Pattern) -> Result<(), PatternError> {
        for (index, segment) in pattern.segments().iter().enumerate() {
            let start = pattern.start(index);
            let fail = |what: &str, kind| {
                let at = start + pattern.as_str()[start..].find(what).unwrap_or(0);
                Err(PatternError { pattern: pattern.as_str().to_owned(), at, kind })
            };
            let text = |text: &str| match percent::first_escape(text) {
                Some(escape) if self.options.percent_decoding => {
                    fail(escape, PatternErrorKind::Encoded { escape: escape.to_owned() })
                }
                _ => Ok(()),
            };
            match segment {
                Segment::Static(static_text) => text(static_text)?,
                Segment::Wildcard(_) => {}
                Segment::Dynamic(pieces) => {
                    for piece in pieces {
                        match piece {
                            Piece::Text(piece) => text(piece)?,
                            Piece::Parameter { constraint: Some(constraint), .. } => {
                                self.constraints
                                    .prepare(constraint)
                                    .or_else(|kind| fail(constraint, kind))?;
                            }
                            Piece::Parameter { .. } => {}
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// All routes, each once.
struct All(Vec<(u32, Spans)>);

impl Visit for All {
    fn found(&mut self, route: u32, spans: &Spans) -> bool {
        if self.0.iter().all(|(known, _)| *known != route) {
            self.0.push((route, spans.clone()));
        }
        false
    }
}

struct Steps(u64);

impl Visit for Steps {
    fn step(&mut self) {
        self.0 += 1;
    }

    fn found(&mut self, _: u32, _: &Spans) -> bool {
        true
    }
}

fn conflict(pattern: &Pattern, other: &Pattern) -> InsertError {
    let (pattern, with) = (pattern.as_str(), other.as_str());
    if pattern == with {
        return InsertError::Duplicate { pattern: pattern.to_owned() };
    }
    let same = pattern.chars().zip(with.chars()).take_while(|(own, other)| own == other);
    let at = same.map(|(own, _)| own.len_utf8()).sum();
    InsertError::Conflict { pattern: pattern.to_owned(), at, with: with.to_owned(), with_at: at }
}

impl<T> Default for Router<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for Router<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(pattern, value)| (pattern.as_str(), value))).finish()
    }
}
