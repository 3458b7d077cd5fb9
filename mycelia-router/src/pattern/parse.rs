//! From text to [`Pattern`].

use super::{MAX_CAPTURES, MAX_SEGMENT_PARAMETERS, MAX_SEGMENTS, Pattern, Piece, Segment, is_empty};
use crate::constraint::is_name;
use crate::error::{PatternError, PatternErrorKind};

type Step<T> = Result<T, (usize, PatternErrorKind)>;

pub(super) fn parse(text: &str) -> Result<Pattern, PatternError> {
    let mut parser = Parser { text, at: 0, captures: Vec::new(), optional: None, slash: false };
    parser.pattern().map_err(|(at, kind)| PatternError { pattern: text.to_owned(), at, kind })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Names and where they stand.
    captures: Vec<(String, usize)>,
    /// Where the mark of an optional segment stands.
    optional: Option<usize>,
    slash: bool,
}

impl Parser<'_> {
    fn pattern(&mut self) -> Step<Pattern> {
        let (mut segments, mut starts) = (Vec::new(), Vec::new());
        loop {
            if let Some(at) = self.optional {
                return Err((at, PatternErrorKind::Optional));
            }
            starts.push(self.at);
            segments.push(self.segment()?);
            if segments.len() > MAX_SEGMENTS {
                return Err((self.at, PatternErrorKind::TooMany { max: MAX_SEGMENTS, what: "segments" }));
            }
            if self.slash || !self.eat('/') {
                break;
            }
        }
        if !has_root(&segments) {
            return Err((0, PatternErrorKind::Start));
        }
        if self.slash && segments.last().is_none_or(is_empty) {
            return Err((self.at - 3, PatternErrorKind::OptionalSlash));
        }
        let captures = std::mem::take(&mut self.captures).into_iter().map(|(name, _)| name).collect();
        let (text, optional) = (self.text.to_owned(), self.optional.is_some());
        Ok(Pattern { text, segments, starts, captures, optional, slash: self.slash })
    }

    /// Everything up to the next slash or the end.
    fn segment(&mut self) -> Step<Segment> {
        if self.peek() == Some('*') {
            return self.wildcard();
        }
        let start = self.at;
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(char) = self.peek().filter(|char| *char != '/') {
            let at = self.at;
            match char {
                '{' if self.rest().starts_with("{/}") => {
                    self.at += 3;
                    self.slash = true;
                    if !self.rest().is_empty() {
                        return Err((at, PatternErrorKind::OptionalSlash));
                    }
                    break;
                }
                '{' => {
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    } else if !pieces.is_empty() {
                        return Err((at, PatternErrorKind::Adjacent));
                    }
                    pieces.push(self.parameter(start)?);
                }
                '}' => return Err((at, PatternErrorKind::Unopened)),
                '*' => return Err((at, PatternErrorKind::Wildcard)),
                '\\' => text.push(self.escape()?),
                char => {
                    self.bump();
                    text.push(char);
                }
            }
        }
        if pieces.is_empty() {
            return Ok(Segment::Static(text));
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        match self.optional {
            Some(at) if pieces.len() > 1 => return Err((at, PatternErrorKind::Optional)),
            _ => {}
        }
        if pieces.iter().filter(|piece| matches!(piece, Piece::Parameter { .. })).count()
            > MAX_SEGMENT_PARAMETERS
        {
            let what = "parameters in one segment";
            return Err((start, PatternErrorKind::TooMany { max: MAX_SEGMENT_PARAMETERS, what }));
        }
        Ok(Segment::Dynamic(pieces))
    }

    /// `*`, `*name`, `*name?`.
    fn wildcard(&mut self) -> Step<Segment> {
        let start = self.at;
        self.bump();
        let name = self.word().to_owned();
        if !name.is_empty() && !is_name(&name) {
            return Err((start + 1, PatternErrorKind::Name));
        }
        self.capture(&name, start + 1)?;
        self.question();
        if self.rest() == "{/}" {
            self.at += 3;
            self.slash = true;
        }
        match self.peek() {
            None | Some('/') => Ok(Segment::Wildcard(name)),
            Some(_) => Err((start, PatternErrorKind::Wildcard)),
        }
    }

    /// `{name}`, `{name:constraint}`, each with `?` before the brace closes.
    fn parameter(&mut self, segment: usize) -> Step<Piece> {
        let open = self.at;
        self.bump();
        let at = self.at;
        let name = self.word().to_owned();
        if !is_name(&name) {
            let unclosed = !self.rest().contains('}');
            return Err(if unclosed {
                (open, PatternErrorKind::Unclosed)
            } else {
                (at, PatternErrorKind::Name)
            });
        }
        let constraint = if self.eat(':') { Some(self.constraint()?) } else { None };
        if self.question() && open != segment {
            return Err((self.at - 1, PatternErrorKind::Optional));
        }
        if self.eat('}') {
            self.capture(&name, at)?;
            return Ok(Piece::Parameter { name, constraint });
        }
        Err(match self.rest().find(['}', '/', '{']) {
            Some(close) if self.rest()[close..].starts_with('}') && constraint.is_none() => {
                (self.at, PatternErrorKind::Name)
            }
            _ => (open, PatternErrorKind::Unclosed),
        })
    }

    /// A name, or an expression in parentheses.
    fn constraint(&mut self) -> Step<String> {
        let start = self.at;
        if self.peek() == Some('(') {
            self.expression()?;
        } else {
            self.word();
        }
        match &self.text[start..self.at] {
            "" => Err((start, PatternErrorKind::NoConstraint)),
            constraint => Ok(constraint.to_owned()),
        }
    }

    /// Up to the parenthesis that closes, past escapes, classes and inner groups.
    fn expression(&mut self) -> Step<()> {
        let start = self.at;
        let (mut depth, mut class) = (0, false);
        while let Some(char) = self.bump() {
            match char {
                '\\' => drop(self.bump()),
                '[' => class = true,
                ']' => class = false,
                '(' if !class => depth += 1,
                ')' if !class => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Err((start, PatternErrorKind::UnclosedRegex))
    }

    fn escape(&mut self) -> Step<char> {
        let at = self.at;
        self.bump();
        self.bump()
            .filter(|char| matches!(char, '{' | '}' | '*' | '\\'))
            .ok_or((at, PatternErrorKind::Escape))
    }

    fn capture(&mut self, name: &str, at: usize) -> Step<()> {
        if let Some((_, first)) = self.captures.iter().find(|(taken, _)| taken == name && !name.is_empty()) {
            return Err((at, PatternErrorKind::DuplicateName { name: name.to_owned(), first: *first }));
        }
        if self.captures.len() == MAX_CAPTURES {
            return Err((
                at,
                PatternErrorKind::TooMany { max: MAX_CAPTURES, what: "parameters and wildcards" },
            ));
        }
        self.captures.push((name.to_owned(), at));
        Ok(())
    }

    fn question(&mut self) -> bool {
        let at = self.at;
        let optional = self.eat('?');
        if optional {
            self.optional = Some(at);
        }
        optional
    }

    /// Letters, digits and `_`.
    fn word(&mut self) -> &str {
        let rest = self.rest();
        let len = rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len());
        self.at += len;
        &self.text[self.at - len..self.at]
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.bump();
        }
        found
    }

    fn bump(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }
}

/// Whether a pattern begins with `/` or with `subsystem://`.
fn has_root(segments: &[Segment]) -> bool {
    let subsystem = match &segments[0] {
        Segment::Static(text) => text.len() > 1 && text.ends_with(':'),
        Segment::Dynamic(pieces) => matches!(pieces.last(), Some(Piece::Text(text)) if text.ends_with(':')),
        Segment::Wildcard(_) => false,
    };
    match segments {
        [first, _, ..] if is_empty(first) => true,
        [_, second, _, ..] => subsystem && is_empty(second),
        _ => false,
    }
}
