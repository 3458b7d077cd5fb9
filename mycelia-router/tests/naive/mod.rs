//! A route table as the rules say it, without any thought of speed: the reference for what the real one answers.
//!
//! It shares no code with the table. It tries all patterns in all ways and takes the way that the rules prefer.

use std::cmp::Reverse;

/// How paths are read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    /// `%XX` stands for its byte.
    pub(crate) percent: bool,
    /// A slash at the end is not seen.
    pub(crate) slash: bool,
    /// ASCII letters of patterns stand for both cases.
    pub(crate) case: bool,
}

/// Constraints by name.
pub(crate) type Holds = fn(&str, &str) -> bool;

/// The patterns, each with its variants.
pub(crate) struct Naive {
    rules: Rules,
    holds: Holds,
    routes: Vec<(String, Vec<Vec<Segment>>)>,
}

#[derive(Clone, Debug)]
enum Segment {
    Static(String),
    Dynamic(Vec<Piece>),
    Wildcard(String),
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Parameter(String, Option<String>),
}

/// How a segment of a path is taken, best first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Static,
    /// Length of the text before, after, and in all; constraints; how it is written.
    Dynamic(Reverse<(usize, usize, usize, usize)>, Vec<(usize, String)>, String),
    Parameter,
    WildcardBegins,
    WildcardGoesOn,
}

/// A pattern and what it captured.
pub(crate) type Answer = (String, Vec<(String, String)>);
type Captures = Vec<(String, String)>;
/// The characters of a segment as they are compared, each with how it is written in the path.
type Characters = Vec<(char, String)>;

impl Naive {
    pub(crate) fn new<'a>(rules: Rules, holds: Holds, patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let routes = patterns.into_iter().map(|pattern| (pattern.to_owned(), variants(pattern, rules.slash)));
        Self { rules, holds, routes: routes.collect() }
    }

    /// All answers, each pattern once, in order.
    pub(crate) fn all(&self, path: &str) -> Vec<Answer> {
        if path.len() > 65_535 {
            return Vec::new();
        }
        let trimmed = match path.strip_suffix('/') {
            Some(rest) if self.rules.slash && !rest.is_empty() && !rest.ends_with('/') => rest,
            _ => path,
        };
        let segments: Vec<Characters> = trimmed.split('/').map(|segment| self.characters(segment)).collect();
        let mut answers: Vec<(Vec<Way>, Answer)> = Vec::new();
        for (pattern, variants) in &self.routes {
            let mut ways = Vec::new();
            for variant in variants {
                self.ways(variant, &segments, (Vec::new(), Vec::new()), &mut ways);
            }
            ways.sort();
            if let Some((way, captures)) = ways.into_iter().next() {
                let named = captures.into_iter().filter(|(name, _)| !name.is_empty()).collect();
                answers.push((way, (pattern.clone(), named)));
            }
        }
        answers.sort_by(|(own, _), (other, _)| own.cmp(other));
        assert!(
            answers.windows(2).all(|pair| pair[0].0 != pair[1].0),
            "two patterns take {path} in the same way"
        );
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    /// All ways in which the pattern takes the segments.
    fn ways(
        &self,
        pattern: &[Segment],
        path: &[Characters],
        (way, captures): (Vec<Way>, Captures),
        ways: &mut Vec<(Vec<Way>, Captures)>,
    ) {
        let Some((segment, pattern)) = pattern.split_first() else {
            if path.is_empty() {
                ways.push((way, captures));
            }
            return;
        };
        let Some((first, rest)) = path.split_first() else { return };
        let next = |taken: Vec<Way>, captured: Captures| {
            ([way.clone(), taken].concat(), [captures.clone(), captured].concat())
        };
        match segment {
            Segment::Static(text) => {
                if self.same(text, first) {
                    self.ways(pattern, rest, next(vec![Way::Static], vec![]), ways);
                }
            }
            Segment::Dynamic(pieces) => {
                if self.is_looked_at(pieces, first)
                    && let Some(captured) = self.split(pieces, first)
                {
                    self.ways(pattern, rest, next(vec![self.way(pieces)], captured), ways);
                }
            }
            Segment::Wildcard(name) => {
                for taken in 1..=path.len() {
                    if first.is_empty() {
                        break;
                    }
                    let text: Vec<String> = path[..taken].iter().map(|segment| written(segment)).collect();
                    let mut took = vec![Way::WildcardBegins];
                    took.resize(taken, Way::WildcardGoesOn);
                    self.ways(
                        pattern,
                        &path[taken..],
                        next(took, vec![(name.clone(), text.join("/"))]),
                        ways,
                    );
                }
            }
        }
    }

    fn way(&self, pieces: &[Piece]) -> Way {
        if let [Piece::Parameter(_, None)] = pieces {
            return Way::Parameter;
        }
        let length = |piece: &Piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Parameter(..) => 0,
        };
        let constraints: Vec<(usize, String)> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Parameter(_, Some(constraint)) => Some(place(constraint)),
                _ => None,
            })
            .collect();
        let written = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => {
                let text = if self.rules.case { text.to_ascii_lowercase() } else { text.clone() };
                text.replace('\\', "\\\\").replace('{', "\\{").replace('}', "\\}").replace('*', "\\*")
            }
            Piece::Parameter(_, None) => "{}".to_owned(),
            Piece::Parameter(_, Some(constraint)) => format!("{{:{constraint}}}"),
        });
        let written: String = written.collect();
        let total: usize = pieces.iter().map(length).sum();
        let ends = (length(&pieces[0]), length(&pieces[pieces.len() - 1]));
        Way::Dynamic(Reverse((ends.0, ends.1, total, constraints.len())), constraints, written)
    }

    /// Several parameters, one of them with a constraint: in more than 255 bytes the texts between them may be at 16 places.
    fn is_looked_at(&self, pieces: &[Piece], text: &[(char, String)]) -> bool {
        let parameter = |piece: &Piece| matches!(piece, Piece::Parameter(..));
        let constrained = pieces.iter().any(|piece| matches!(piece, Piece::Parameter(_, Some(_))));
        let bytes: usize = text.iter().map(|(char, _)| char.len_utf8()).sum();
        if !constrained || pieces.iter().filter(|piece| parameter(piece)).count() < 2 || bytes <= 255 {
            return true;
        }
        let len = |piece: Option<&Piece>| match piece {
            Some(Piece::Text(text)) => text.chars().count(),
            _ => 0,
        };
        let (prefix, suffix) = (len(pieces.first()), len(pieces.last()));
        let Some(inner) = text.get(prefix..text.len().saturating_sub(suffix)) else { return false };
        let between = pieces[1..pieces.len() - 1].iter().filter(|piece| !parameter(piece));
        let places = between.map(|piece| {
            let Piece::Text(own) = piece else { return 0 };
            inner.windows(own.chars().count()).filter(|place| self.same(own, place)).count()
        });
        places.sum::<usize>() <= 16
    }

    /// What the parameters take, the first as much as it can.
    fn split(&self, pieces: &[Piece], text: &[(char, String)]) -> Option<Captures> {
        let Some((piece, pieces)) = pieces.split_first() else { return text.is_empty().then(Vec::new) };
        match piece {
            Piece::Text(own) => {
                let len = own.chars().count();
                let (begin, rest) = text.split_at_checked(len)?;
                if self.same(own, begin) { self.split(pieces, rest) } else { None }
            }
            Piece::Parameter(name, constraint) => (1..=text.len()).rev().find_map(|len| {
                let taken: String = text[..len].iter().map(|(char, _)| *char).collect();
                if constraint.as_ref().is_some_and(|constraint| !(self.holds)(constraint, &taken)) {
                    return None;
                }
                let rest = self.split(pieces, &text[len..])?;
                Some([vec![(name.clone(), written(&text[..len]))], rest].concat())
            }),
        }
    }

    fn same(&self, own: &str, text: &[(char, String)]) -> bool {
        let mut own = own.chars();
        text.iter().all(|(char, _)| {
            own.next().is_some_and(|own| own == *char || self.rules.case && own.eq_ignore_ascii_case(char))
        }) && own.next().is_none()
    }

    fn characters(&self, segment: &str) -> Characters {
        let plain = || segment.chars().map(|char| (char, char.to_string())).collect();
        if self.rules.percent { decoded(segment).unwrap_or_else(plain) } else { plain() }
    }
}

fn written(characters: &[(char, String)]) -> String {
    characters.iter().map(|(_, written)| written.as_str()).collect()
}

fn decoded(segment: &str) -> Option<Characters> {
    let mut bytes: Vec<(u8, String)> = Vec::new();
    let mut rest = segment;
    while let Some(char) = rest.chars().next() {
        if char != '%' {
            let written = char.to_string();
            let mut buffer = [0; 4];
            for (index, byte) in char.encode_utf8(&mut buffer).bytes().enumerate() {
                bytes.push((byte, if index == 0 { written.clone() } else { String::new() }));
            }
            rest = &rest[char.len_utf8()..];
            continue;
        }
        let digits = rest.get(1..3).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        match u8::from_str_radix(digits, 16).ok()? {
            b'/' => bytes.extend(rest[..3].bytes().map(|byte| (byte, char::from(byte).to_string()))),
            byte => bytes.push((byte, rest[..3].to_owned())),
        }
        rest = &rest[3..];
    }
    let text = String::from_utf8(bytes.iter().map(|(byte, _)| *byte).collect()).ok()?;
    let of = |(start, char): (usize, char)| {
        (char, bytes[start..start + char.len_utf8()].iter().map(|(_, written)| written.as_str()).collect())
    };
    Some(text.char_indices().map(of).collect())
}

/// Where a constraint stands among others.
fn place(constraint: &str) -> (usize, String) {
    let built_in = ["uuid", "uint", "int", "hex", "alpha", "alnum", "slug"];
    match built_in.iter().position(|name| *name == constraint) {
        Some(place) => (place, String::new()),
        None if constraint.starts_with('(') => (9, constraint.to_owned()),
        None => (8, constraint.to_owned()),
    }
}

/// A pattern that is known to be well formed, as the patterns without optional parts that it stands for.
fn variants(pattern: &str, trim: bool) -> Vec<Vec<Segment>> {
    let (pattern, slash) = match pattern.strip_suffix("{/}") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut optional = false;
    let segments: Vec<Segment> = split(pattern).iter().map(|text| segment(text, &mut optional)).collect();
    let mut variants = vec![segments];
    if optional {
        let mut without = variants[0].clone();
        without.pop();
        let empties = without.iter().filter(|segment| is_empty(segment)).count();
        if without.len() == 1 || without.len() == 2 && empties == 1 && is_empty(&without[1]) {
            without.push(Segment::Static(String::new()));
        }
        variants.push(without);
    }
    if slash {
        let longer: Vec<_> = variants
            .iter()
            .filter(|variant| !variant.last().is_some_and(is_empty))
            .map(|variant| [variant.clone(), vec![Segment::Static(String::new())]].concat())
            .collect();
        variants.extend(longer);
    }
    if trim {
        for variant in &mut variants {
            if variant.len() > 1
                && is_empty(&variant[variant.len() - 1])
                && !is_empty(&variant[variant.len() - 2])
            {
                variant.pop();
            }
        }
    }
    variants
}

fn is_empty(segment: &Segment) -> bool {
    matches!(segment, Segment::Static(text) if text.is_empty())
}

/// At slashes that are not in braces.
fn split(pattern: &str) -> Vec<String> {
    let (mut parts, mut depth, mut escaped) = (vec![String::new()], 0, false);
    for char in pattern.chars() {
        match char {
            '/' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '{' if !escaped => depth += 1,
            '}' if !escaped => depth -= 1,
            _ => {}
        }
        escaped = char == '\\' && !escaped;
        let last = parts.len() - 1;
        parts[last].push(char);
    }
    parts
}

fn segment(text: &str, optional: &mut bool) -> Segment {
    if let Some(name) = text.strip_prefix('*') {
        *optional |= name.ends_with('?');
        return Segment::Wildcard(name.trim_end_matches('?').to_owned());
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, pieces.last_mut()) {
            ('{', _) => {
                let (mut inside, mut depth) = (String::new(), 1);
                for char in chars.by_ref() {
                    depth += i32::from(char == '{') - i32::from(char == '}');
                    if depth == 0 {
                        break;
                    }
                    inside.push(char);
                }
                if inside.ends_with('?') {
                    inside.pop();
                    *optional = true;
                }
                pieces.push(match inside.split_once(':') {
                    Some((name, constraint)) => {
                        Piece::Parameter(name.to_owned(), Some(constraint.to_owned()))
                    }
                    None => Piece::Parameter(inside, None),
                });
            }
            (char, last) => {
                let char = if char == '\\' { chars.next().unwrap_or('\\') } else { char };
                match last {
                    Some(Piece::Text(text)) => text.push(char),
                    _ => pieces.push(Piece::Text(char.to_string())),
                }
            }
        }
    }
    match &pieces[..] {
        [] => Segment::Static(String::new()),
        [Piece::Text(text)] => Segment::Static(text.clone()),
        _ => Segment::Dynamic(pieces),
    }
}
