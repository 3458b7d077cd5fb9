//! Patterns, taken apart.

mod parse;

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use crate::constraint;
use crate::error::PatternError;

/// Most captures of a pattern: parameters and wildcards together.
pub const MAX_CAPTURES: usize = 16;
/// Most parameters in one segment.
pub const MAX_SEGMENT_PARAMETERS: usize = 8;
/// Most segments of a pattern.
pub const MAX_SEGMENTS: usize = 64;

/// A pattern, taken apart.
///
/// ```
/// use mycelia_router::{Pattern, Segment};
///
/// let pattern: Pattern = "files://{name}.{ext}/*rest".parse()?;
/// assert_eq!(pattern.names().collect::<Vec<_>>(), ["name", "ext", "rest"]);
/// assert!(matches!(&pattern.segments()[0], Segment::Static(text) if text == "files:"));
/// assert!(matches!(&pattern.segments()[3], Segment::Wildcard(name) if name == "rest"));
/// # Ok::<(), mycelia_router::PatternError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    segments: Vec<Segment>,
    /// Where each segment begins in `text`.
    starts: Vec<usize>,
    captures: Vec<String>,
    optional: bool,
    slash: bool,
}

/// What stands between two slashes of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// This text, without escapes.
    Static(String),
    /// Parameters, and text between them.
    Dynamic(Vec<Piece>),
    /// One or more segments, under a name that is empty for `*`.
    Wildcard(String),
}

/// A part of a segment that has parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// This text, without escapes.
    Text(String),
    /// A parameter.
    Parameter {
        /// Its name.
        name: String,
        /// What it may be: a name, or an expression in parentheses.
        constraint: Option<String>,
    },
}

impl Pattern {
    /// Takes a pattern apart. Whether its constraints exist is for the table to say.
    ///
    /// # Errors
    ///
    /// When it is malformed, with the place.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        parse::parse(text)
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its segments. A path `/a` has two, of which the first is empty; `x://a` has three, `x:`, an empty one and `a`.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The names of parameters and wildcards, in order; empty ones are left out.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.captures.iter().map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Whether the last segment may be missing: `{id?}`, `*rest?`.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether a slash at the end may be there: `{/}`.
    #[must_use]
    pub fn has_optional_slash(&self) -> bool {
        self.slash
    }

    /// The names of all captures, empty for `*`.
    pub(crate) fn captures(&self) -> &[String] {
        &self.captures
    }

    /// Where the segment of this number begins in the text.
    pub(crate) fn start(&self, segment: usize) -> usize {
        self.starts.get(segment).copied().unwrap_or(self.text.len())
    }

    /// The segment of this number as it is written.
    pub(crate) fn written(&self, segment: usize) -> &str {
        let end = self.starts.get(segment + 1).map_or(self.text.len(), |next| next - 1);
        &self.text[self.start(segment)..end]
    }

    /// The patterns without optional parts that this one stands for.
    pub(crate) fn variants(&self, trim_slash: bool) -> Vec<Vec<&Segment>> {
        let whole: Vec<&Segment> = self.segments.iter().collect();
        let mut variants = vec![whole];
        if self.optional {
            let mut without = variants[0].clone();
            without.pop();
            if without.len() == self.root() {
                without.push(const { &Segment::Static(String::new()) });
            }
            variants.push(without);
        }
        if trim_slash {
            variants.iter_mut().for_each(trim);
        } else if self.slash {
            for index in 0..variants.len() {
                let mut longer = variants[index].clone();
                if !is_empty(longer[longer.len() - 1]) {
                    longer.push(const { &Segment::Static(String::new()) });
                    variants.push(longer);
                }
            }
        }
        variants
    }

    /// How many segments stand before the first slash that divides: one in `/a`, two in `x://a`.
    fn root(&self) -> usize {
        if is_empty(&self.segments[0]) { 1 } else { 2 }
    }
}

fn is_empty(segment: &Segment) -> bool {
    matches!(segment, Segment::Static(text) if text.is_empty())
}

fn trim(variant: &mut Vec<&Segment>) {
    if let [.., before, last] = variant[..]
        && is_empty(last)
        && !is_empty(before)
    {
        variant.pop();
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a segment takes, without the names: two segments with the same shape take the same text.
pub(crate) fn shape(segment: &Segment, ignore_case: bool) -> String {
    match segment {
        Segment::Static(text) => escaped(text, ignore_case),
        Segment::Wildcard(_) => "*".to_owned(),
        Segment::Dynamic(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => escaped(text, ignore_case),
                Piece::Parameter { constraint: Some(constraint), .. } => format!("{{:{constraint}}}"),
                Piece::Parameter { constraint: None, .. } => "{}".to_owned(),
            })
            .collect(),
    }
}

fn escaped(text: &str, ignore_case: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(char, '{' | '}' | '*' | '\\') {
            escaped.push('\\');
        }
        escaped.push(if ignore_case { char.to_ascii_lowercase() } else { char });
    }
    escaped
}

/// The order in which segments with parameters are tried where both could take the text.
///
/// Those with text come first: the longer beginning, then the longer end, then more text between. Then those with more
/// constraints. What is left is settled by the constraints' own order and at last by how they are written, so that the order
/// of insertion never matters.
pub(crate) type Rank = (Reverse<[usize; 3]>, Reverse<usize>, Vec<(usize, String)>, String);

pub(crate) fn rank(pieces: &[Piece]) -> Rank {
    let length = |piece: Option<&Piece>| match piece {
        Some(Piece::Text(text)) => text.len(),
        _ => 0,
    };
    let total: usize = pieces.iter().map(|piece| length(Some(piece))).sum();
    let constraints: Vec<(usize, String)> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Parameter { constraint, .. } => constraint.as_deref().map(constraint::rank),
            Piece::Text(_) => None,
        })
        .map(|(rank, text)| (rank, text.to_owned()))
        .collect();
    let text = [length(pieces.first()), length(pieces.last()), total];
    (Reverse(text), Reverse(constraints.len()), constraints, shape(&Segment::Dynamic(pieces.to_vec()), false))
}
