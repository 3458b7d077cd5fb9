//! Which patterns take the same paths.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::constraint::{BUILT_IN, Constraints};
use crate::dynamic::Dynamic;
use crate::options::{Options, TrailingSlash};
use crate::pattern::{Pattern, Piece, Segment};
use crate::plan::PlanDynamic;
use crate::router::Router;
use crate::search::{First, Spans};

/// Two patterns that take the same path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Overlap {
    /// The one that is preferred, for that path.
    pub first: String,
    /// The one that is not.
    pub second: String,
    /// A path that both take. There is none when a constraint would have to be guessed: then they may overlap or not.
    pub path: Option<String>,
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, second, path } = self;
        match path {
            Some(path) => write!(f, "`{path}` is taken by `{first}` before `{second}`"),
            None => {
                write!(f, "`{first}` and `{second}` may take the same paths, as their constraints decide")
            }
        }
    }
}

impl<T> Router<T> {
    /// All pairs of patterns that take the same path, with such a path. That is no error: it is what priorities are for.
    ///
    /// Each pattern is compared with each other one, most of them by the texts of their segments alone.
    #[must_use]
    pub fn overlaps(&self) -> Vec<Overlap> {
        let options = self.options();
        let patterns: Vec<(&Pattern, Vec<Vec<Item<'_>>>)> =
            self.iter().map(|(pattern, _)| (pattern, items(pattern, options, self.constraints()))).collect();
        let mut overlaps = Vec::new();
        for (index, (pattern, own)) in patterns.iter().enumerate() {
            for (other_pattern, others) in &patterns[index + 1..] {
                let pairs = own.iter().flat_map(|own| others.iter().map(move |other| (own, other)));
                let pairs = pairs.filter(|(own, other)| can_meet(own, other));
                let best =
                    pairs.map(|(own, other)| common(own, other, options.ignore_case)).reduce(Common::better);
                let (pattern, other) = (pattern.as_str(), other_pattern.as_str());
                match best {
                    Some(Common::Path(path)) => overlaps.extend(self.overlap(pattern, other, path.join("/"))),
                    Some(Common::Perhaps) => overlaps.push(Overlap {
                        first: pattern.to_owned(),
                        second: other.to_owned(),
                        path: None,
                    }),
                    _ => {}
                }
            }
        }
        overlaps
    }

    /// In the order in which the table prefers them.
    fn overlap(&self, pattern: &str, other: &str, path: String) -> Option<Overlap> {
        let found = self.matches_all(&path);
        let place = |pattern: &str| found.iter().position(|found| found.pattern == pattern);
        let (own, others) = (place(pattern)?, place(other)?);
        let (first, second) = if own < others { (pattern, other) } else { (other, pattern) };
        Some(Overlap { first: first.to_owned(), second: second.to_owned(), path: Some(path) })
    }
}

/// A segment of a pattern, ready to be tried on text.
enum Item<'a> {
    Static(String),
    Dynamic(&'a [Piece], Box<Dynamic>),
    Wildcard,
}

impl Item<'_> {
    /// The texts that it begins and ends with.
    fn ends(&self) -> (&str, &str) {
        match self {
            Self::Static(text) => (text, text),
            Self::Dynamic(pieces, _) => (text_of(pieces.first()), text_of(pieces.last())),
            Self::Wildcard => ("", ""),
        }
    }
}

fn text_of(piece: Option<&Piece>) -> &str {
    match piece {
        Some(Piece::Text(text)) => text,
        _ => "",
    }
}

fn items<'a>(pattern: &'a Pattern, options: Options, constraints: &Constraints) -> Vec<Vec<Item<'a>>> {
    let item = |segment: &&'a Segment| match segment {
        Segment::Static(text) if options.ignore_case => Item::Static(text.to_ascii_lowercase()),
        Segment::Static(text) => Item::Static(text.clone()),
        Segment::Wildcard(_) => Item::Wildcard,
        Segment::Dynamic(pieces) => {
            Item::Dynamic(pieces, Box::new(Dynamic::new(&PlanDynamic::new(pieces), constraints)))
        }
    };
    let variants = pattern.variants(options.trailing_slash == TrailingSlash::Ignore);
    variants.iter().map(|variant| variant.iter().map(item).collect()).collect()
}

/// Whether texts and numbers of segments leave room for a path that both take: what decides about most pairs, at once.
fn can_meet(own: &[Item<'_>], other: &[Item<'_>]) -> bool {
    for pair in own.iter().zip(other) {
        match pair {
            (Item::Wildcard, _) | (_, Item::Wildcard) => return true,
            (Item::Static(own), Item::Static(other)) if own != other => return false,
            (own, other) if !ends_agree(own, other) => return false,
            _ => {}
        }
    }
    own.len() == other.len()
}

/// Whether the texts at the beginnings and at the ends of two segments leave room for one that both take, whatever the case.
fn ends_agree(own: &Item<'_>, other: &Item<'_>) -> bool {
    let same = |(own, other): (u8, u8)| own.eq_ignore_ascii_case(&other);
    let (own, other) = (own.ends(), other.ends());
    own.0.bytes().zip(other.0.bytes()).all(same) && own.1.bytes().rev().zip(other.1.bytes().rev()).all(same)
}

/// What two patterns, or what is left of them, take both.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Common {
    Nothing,
    Perhaps,
    /// These segments.
    Path(Vec<String>),
}

impl Common {
    /// The one that says more, or says it shorter.
    fn better(self, other: Self) -> Self {
        let worth = |common: &Self| match common {
            Self::Nothing => (0, Reverse(0)),
            Self::Perhaps => (1, Reverse(0)),
            Self::Path(path) => (2, Reverse(path.len())),
        };
        if worth(&other) > worth(&self) { other } else { self }
    }
}

fn common(own: &[Item<'_>], other: &[Item<'_>], ignore_case: bool) -> Common {
    let mut pair = Pair { own, other, ignore_case, known: HashMap::new() };
    pair.from((0, false), (0, false))
}

struct Pair<'a> {
    own: &'a [Item<'a>],
    other: &'a [Item<'a>],
    ignore_case: bool,
    known: HashMap<(Place, Place), Common>,
}

/// An item, and whether it is a wildcard that has taken a segment already.
type Place = (usize, bool);

impl Pair<'_> {
    /// What is taken by both from these places on.
    fn from(&mut self, own: Place, other: Place) -> Common {
        if own.0 == self.own.len() || other.0 == self.other.len() {
            let over = own.0 == self.own.len() && other.0 == self.other.len();
            return if over { Common::Path(Vec::new()) } else { Common::Nothing };
        }
        if let Some(known) = self.known.get(&(own, other)) {
            return known.clone();
        }
        // Two wildcards lead back to where they are: that way is no shorter.
        self.known.insert((own, other), Common::Nothing);
        let best = self.segment_and_rest(own, other);
        self.known.insert((own, other), best.clone());
        best
    }

    fn segment_and_rest(&mut self, own: Place, other: Place) -> Common {
        let (item, other_item) = (&self.own[own.0], &self.other[other.0]);
        let here = segment(item, own.1, other_item, other.1, self.ignore_case);
        if here == Common::Nothing {
            return here;
        }
        let mut best = Common::Nothing;
        for own in after(item, own) {
            for other in after(other_item, other) {
                let rest = match (&here, self.from(own, other)) {
                    (Common::Path(here), Common::Path(rest)) => Common::Path([here.clone(), rest].concat()),
                    (_, Common::Nothing) => continue,
                    _ => Common::Perhaps,
                };
                best = best.better(rest);
            }
        }
        best
    }
}

/// The places after one more segment.
fn after(item: &Item<'_>, (index, _): Place) -> impl Iterator<Item = Place> {
    let again = matches!(item, Item::Wildcard).then_some((index, true));
    [(index + 1, false)].into_iter().chain(again)
}

/// A segment that both take.
fn segment(own: &Item<'_>, own_on: bool, other: &Item<'_>, other_on: bool, ignore_case: bool) -> Common {
    let text = |text: &str| Common::Path(vec![text.to_owned()]);
    match (own, other) {
        (Item::Static(own), Item::Static(other)) if own == other => text(own),
        (Item::Static(_), Item::Static(_)) => Common::Nothing,
        (Item::Static(own), Item::Wildcard) if !own.is_empty() || other_on => text(own),
        (Item::Wildcard, Item::Static(other)) if !other.is_empty() || own_on => text(other),
        (Item::Static(_), Item::Wildcard) | (Item::Wildcard, Item::Static(_)) => Common::Nothing,
        (Item::Wildcard, Item::Wildcard) => text("x"),
        (Item::Static(own), Item::Dynamic(_, dynamic)) | (Item::Dynamic(_, dynamic), Item::Static(own)) => {
            if takes(dynamic, own, ignore_case) {
                text(own)
            } else {
                Common::Nothing
            }
        }
        (Item::Dynamic(pieces, dynamic), Item::Wildcard)
        | (Item::Wildcard, Item::Dynamic(pieces, dynamic)) => {
            let sample = samples(pieces).find(|sample| takes(dynamic, sample, ignore_case));
            sample.map_or(Common::Perhaps, |sample| text(&sample))
        }
        (Item::Dynamic(own, own_dynamic), Item::Dynamic(other, other_dynamic)) => {
            let both = |sample: &String| {
                takes(own_dynamic, sample, ignore_case) && takes(other_dynamic, sample, ignore_case)
            };
            let meeting = FILLERS.iter().filter_map(|filler| meet(own, other, *filler, ignore_case));
            match samples(own).chain(samples(other)).chain(meeting).find(both) {
                Some(sample) => text(&sample),
                None if is_opaque(own) || is_opaque(other) => {
                    meet(own, other, 'x', ignore_case).map_or(Common::Nothing, |_| Common::Perhaps)
                }
                None => Common::Nothing,
            }
        }
    }
}

fn takes(dynamic: &Dynamic, text: &str, ignore_case: bool) -> bool {
    let (place, mut spans) = ((0, text.len()), Spans::default());
    !text.is_empty()
        && if ignore_case {
            dynamic.take::<true>(text, place, &mut spans, &mut First)
        } else {
            dynamic.take::<false>(text, place, &mut spans, &mut First)
        }
}

/// Whether a segment has a constraint of which no example is known.
fn is_opaque(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Parameter { constraint: Some(name), .. } => BUILT_IN.iter().all(|(own, _)| own != name),
        _ => false,
    })
}

const FILLERS: [char; 3] = ['7', 'a', 'x'];

/// Texts that the segment may take: each constraint has one that it takes.
fn samples(pieces: &[Piece]) -> impl Iterator<Item = String> {
    let examples = ["x", "7", "-7", "a", "a1", "0b1f7c9e-2a44-4f53-9c1d-5e8a3b6d7f20"];
    examples.into_iter().map(|example| {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Parameter { .. } => example.to_owned(),
        };
        pieces.iter().map(text).collect()
    })
}

/// The shortest text that both take when constraints are left out of account.
fn meet(own: &[Piece], other: &[Piece], filler: char, ignore_case: bool) -> Option<String> {
    let (own, other) = (tokens(own, ignore_case), tokens(other, ignore_case));
    let mut open = vec![((0, false), (0, false), String::new())];
    let mut seen = HashSet::new();
    while !open.is_empty() {
        let mut next = Vec::new();
        for (at, other_at, text) in open {
            if at.0 == own.len() && other_at.0 == other.len() {
                return Some(text);
            }
            if !seen.insert((at, other_at)) {
                continue;
            }
            for (at, char) in steps(&own, at) {
                for (other_at, other_char) in steps(&other, other_at) {
                    if char.is_none() || other_char.is_none() || char == other_char {
                        let taken = char.or(other_char).unwrap_or(filler);
                        next.push((at, other_at, format!("{text}{taken}")));
                    }
                }
            }
        }
        open = next;
    }
    None
}

/// A character, or `None` for a parameter.
fn tokens(pieces: &[Piece], ignore_case: bool) -> Vec<Option<char>> {
    let fold = |char: char| if ignore_case { char.to_ascii_lowercase() } else { char };
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => tokens.extend(text.chars().map(|char| Some(fold(char)))),
            Piece::Parameter { .. } => tokens.push(None),
        }
    }
    tokens
}

/// The places after one more character, and the character, if not any will do.
fn steps(tokens: &[Option<char>], (index, _): Place) -> Vec<(Place, Option<char>)> {
    match tokens.get(index) {
        Some(Some(char)) => vec![((index + 1, false), Some(*char))],
        Some(None) => vec![((index + 1, false), None), ((index, true), None)],
        None => Vec::new(),
    }
}
