//! A table as a tree, and as a tree of text.

use std::fmt;

use crate::pattern::{self, Pattern, Piece, Rank, Segment};
use crate::router::Router;

/// A segment of a table's tree, or several in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Tree {
    /// The segments as they are written, with slashes between them.
    pub text: String,
    /// The pattern that ends here.
    pub pattern: Option<String>,
    /// What comes behind a slash.
    pub branches: Vec<Self>,
}

impl<T> Router<T> {
    /// The patterns as trees, in the order in which they are tried.
    ///
    /// ```
    /// let mut router = mycelia_router::Router::new();
    /// router.insert("/users/{id}", ())?;
    /// router.insert("/users/me", ())?;
    /// let [users] = &router.tree()[..] else { unreachable!() };
    /// assert_eq!(users.text, "/users");
    /// assert_eq!(users.branches[0].pattern.as_deref(), Some("/users/me"));
    /// # Ok::<(), mycelia_router::InsertError>(())
    /// ```
    #[must_use]
    pub fn tree(&self) -> Vec<Tree> {
        self.branches().into_iter().map(Branch::into_tree).collect()
    }

    fn branches(&self) -> Vec<Branch<'_>> {
        let mut root = Branch::default();
        for (pattern, _) in self.iter() {
            root.add(pattern, 0);
        }
        root.settle();
        root.branches
    }
}

/// The patterns as a tree, in the order in which they are tried; a pattern stands to the right of where it ends.
impl<T> fmt::Display for Router<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        for branch in &self.branches() {
            branch.lines("", "", &mut lines);
        }
        let width = lines.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
        for (index, (text, pattern)) in lines.iter().enumerate() {
            let end = if index + 1 < lines.len() { "\n" } else { "" };
            match pattern {
                Some(pattern) => write!(f, "{text:width$}  {pattern}{end}")?,
                None => write!(f, "{text}{end}")?,
            }
        }
        Ok(())
    }
}

/// A segment, as it is written, and what comes behind it.
#[derive(Default)]
struct Branch<'a> {
    order: Order,
    text: String,
    pattern: Option<&'a Pattern>,
    branches: Vec<Self>,
}

/// In which order segments are tried; text in the order of the alphabet.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    #[default]
    First,
    Static(String),
    Dynamic(Rank),
    Parameter,
    Wildcard,
}

impl<'a> Branch<'a> {
    fn add(&mut self, pattern: &'a Pattern, depth: usize) {
        let Some(segment) = pattern.segments().get(depth) else {
            self.pattern = Some(pattern);
            return;
        };
        let order = Order::of(segment);
        let place = self.branches.iter().position(|branch| branch.order == order).unwrap_or_else(|| {
            let text = pattern.written(depth).to_owned();
            self.branches.push(Self { order, text, pattern: None, branches: Vec::new() });
            self.branches.len() - 1
        });
        self.branches[place].add(pattern, depth + 1);
    }

    /// Sorts, and writes what does not branch in one line.
    fn settle(&mut self) {
        self.branches.sort_by(|own, other| own.order.cmp(&other.order));
        for branch in &mut self.branches {
            branch.settle();
            while branch.pattern.is_none() && branch.branches.len() == 1 {
                let only = branch.branches.remove(0);
                let text = format!("{}/{}", branch.text, only.text);
                *branch = Self { order: std::mem::take(&mut branch.order), text, ..only };
            }
        }
    }

    fn into_tree(self) -> Tree {
        Tree {
            text: self.text,
            pattern: self.pattern.map(|pattern| pattern.as_str().to_owned()),
            branches: self.branches.into_iter().map(Self::into_tree).collect(),
        }
    }

    fn lines(&self, before: &str, below: &str, lines: &mut Vec<(String, Option<&'a str>)>) {
        let slash = if self.branches.is_empty() && !self.text.is_empty() { "" } else { "/" };
        lines.push((format!("{before}{}{slash}", self.text), self.pattern.map(Pattern::as_str)));
        for (index, branch) in self.branches.iter().enumerate() {
            let (tee, line) =
                if index + 1 < self.branches.len() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
            branch.lines(&format!("{below}{tee}"), &format!("{below}{line}"), lines);
        }
    }
}

impl Order {
    fn of(segment: &Segment) -> Self {
        match segment {
            Segment::Static(text) => Self::Static(text.clone()),
            Segment::Wildcard(_) => Self::Wildcard,
            Segment::Dynamic(pieces) => match &pieces[..] {
                [Piece::Parameter { constraint: None, .. }] => Self::Parameter,
                pieces => Self::Dynamic(pattern::rank(pieces)),
            },
        }
    }
}
