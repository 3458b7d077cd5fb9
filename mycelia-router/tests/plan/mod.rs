//! A matcher that knows nothing but the plan, as one in another language would be written: `docs/mycelia-layout.md`.

use mycelia_router::{Plan, PlanDynamic, Target, TrailingSlash};

use crate::naive::{Answer, Holds};

/// The best answer.
pub(crate) fn at(plan: &Plan, holds: Holds, path: &str) -> Option<Answer> {
    let trimmed = match path.strip_suffix('/') {
        Some(rest)
            if plan.options.trailing_slash == TrailingSlash::Ignore
                && !rest.is_empty()
                && !rest.ends_with('/') =>
        {
            rest
        }
        _ => path,
    };
    let raw: Vec<&str> = trimmed.split('/').collect();
    let units: Vec<Vec<(&str, String)>> =
        raw.iter().map(|segment| units(segment, plan.options.percent_decoding)).collect();
    let fold = |text: String| if plan.options.ignore_case { text.to_ascii_lowercase() } else { text };
    let text: Vec<String> =
        units.iter().map(|units| units.iter().map(|(_, text)| text.as_str()).collect()).collect();
    let folded: Vec<String> = text.iter().cloned().map(fold).collect();
    let (route, captures) = match plan.statics.get(&folded.join("/")) {
        Some(route) => (*route, Vec::new()),
        None => Matcher { plan, holds, raw: &raw, units: &units, text: &text, folded: &folded }.node(0, 0)?,
    };
    let route = &plan.routes[route as usize];
    let named = route.captures.iter().cloned().zip(captures).filter(|(name, _)| !name.is_empty()).collect();
    Some((route.pattern.clone(), named))
}

struct Matcher<'a> {
    plan: &'a Plan,
    holds: Holds,
    raw: &'a [&'a str],
    /// What is written, and what it stands for.
    units: &'a [Vec<(&'a str, String)>],
    text: &'a [String],
    folded: &'a [String],
}

type Found = Option<(u32, Vec<String>)>;

impl Matcher<'_> {
    fn node(&self, node: u32, at: usize) -> Found {
        let node = &self.plan.nodes[node as usize];
        let edge = node.edges.get(&self.folded[at]);
        let found = edge.and_then(|target| self.go_on(*target, at, Vec::new()));
        if found.is_some() || self.raw[at].is_empty() {
            return found;
        }
        node.dynamic
            .iter()
            .find_map(|dynamic| self.go_on(dynamic.target, at, self.split(dynamic, at)?))
            .or_else(|| self.go_on(node.parameter?, at, vec![self.raw[at].to_owned()]))
            .or_else(|| {
                let wildcard = node.wildcard?;
                (at..self.raw.len())
                    .find_map(|end| self.go_on(wildcard, end, vec![self.raw[at..=end].join("/")]))
            })
    }

    /// What comes behind the segment `at`.
    fn go_on(&self, target: Target, at: usize, captured: Vec<String>) -> Found {
        if at + 1 == self.raw.len() {
            return Some((target.route?, captured));
        }
        let (route, rest) = self.node(target.node?, at + 1)?;
        Some((route, [captured, rest].concat()))
    }

    fn split(&self, dynamic: &PlanDynamic, at: usize) -> Option<Vec<String>> {
        if !self.folded[at].starts_with(&dynamic.prefix) || !self.is_looked_at(dynamic, at) {
            return None;
        }
        self.parameter(dynamic, 0, at, dynamic.prefix.len())
    }

    /// Several parameters with a constraint: in a long text only if what is between them is at few places.
    fn is_looked_at(&self, dynamic: &PlanDynamic, at: usize) -> bool {
        let constrained = dynamic.parameters.iter().any(|parameter| parameter.constraint.is_some());
        let Some((last, between)) = dynamic.parameters.split_last() else { return true };
        let text = &self.folded[at];
        if between.is_empty() || !constrained || text.len() <= 255 {
            return true;
        }
        let Some(text) = text[dynamic.prefix.len()..].strip_suffix(&last.after) else { return false };
        let places = |part: &str| {
            (0..text.len()).filter(|&at| text.as_bytes()[at..].starts_with(part.as_bytes())).count()
        };
        between.iter().map(|parameter| places(&parameter.after)).sum::<usize>() <= 16
    }

    /// From the byte `start` of the text on: the longest that leaves enough for the others.
    fn parameter(&self, dynamic: &PlanDynamic, index: usize, at: usize, start: usize) -> Option<Vec<String>> {
        let Some(parameter) = dynamic.parameters.get(index) else {
            return (start == self.text[at].len()).then(Vec::new);
        };
        let text = &self.text[at];
        let ends = text.char_indices().map(|(place, _)| place).chain([text.len()]);
        ends.filter(|end| *end > start).rev().find_map(|end| {
            let holds =
                parameter.constraint.as_deref().is_none_or(|name| (self.holds)(name, &text[start..end]));
            if !holds || !self.folded[at][end..].starts_with(&parameter.after) {
                return None;
            }
            let rest = self.parameter(dynamic, index + 1, at, end + parameter.after.len())?;
            Some([vec![self.written(at, start, end)], rest].concat())
        })
    }

    /// How a part of the text is written in the path.
    fn written(&self, at: usize, start: usize, end: usize) -> String {
        let mut place = 0;
        let mut written = String::new();
        for (raw, text) in &self.units[at] {
            if (start..end).contains(&place) {
                written += raw;
            }
            place += text.len();
        }
        written
    }
}

/// A segment as characters; a run of escapes that is one character is one unit.
fn units(segment: &str, decode: bool) -> Vec<(&str, String)> {
    let plain = || {
        segment
            .char_indices()
            .map(|(at, char)| (&segment[at..at + char.len_utf8()], char.to_string()))
            .collect()
    };
    let decoded = || {
        let (mut units, mut at) = (Vec::new(), 0);
        while at < segment.len() {
            let char = segment[at..].chars().next()?;
            let slash = segment[at..].get(..3).is_some_and(|escape| escape.eq_ignore_ascii_case("%2f"));
            if char != '%' || slash {
                units.push((&segment[at..at + char.len_utf8()], char.to_string()));
                at += char.len_utf8();
                continue;
            }
            let (mut bytes, start) = (Vec::new(), at);
            let text = loop {
                let digits = segment[at..].strip_prefix('%')?.get(..2)?;
                digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                at += 3;
                match std::str::from_utf8(&bytes) {
                    Ok(text) => break text.to_owned(),
                    Err(error) if error.error_len().is_some() => return None,
                    Err(_) => {}
                }
            };
            units.push((&segment[start..at], text));
        }
        Some(units)
    };
    if decode { decoded().unwrap_or_else(plain) } else { plain() }
}
