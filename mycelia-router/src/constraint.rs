//! What a parameter may be: `{id:int}`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::error::{ConstraintError, PatternErrorKind};

type BuiltIn = fn(&[u8]) -> bool;

/// What the tables know without being told, narrower ones first: in this order they are tried.
pub(crate) const BUILT_IN: [(&str, BuiltIn); 7] = [
    ("uuid", is_uuid),
    ("uint", is_uint),
    ("int", is_int),
    ("hex", |text| all(text, u8::is_ascii_hexdigit)),
    ("alpha", |text| all(text, u8::is_ascii_alphabetic)),
    ("alnum", |text| all(text, u8::is_ascii_alphanumeric)),
    ("slug", is_slug),
];

fn all(text: &[u8], class: fn(&u8) -> bool) -> bool {
    !text.is_empty() && text.iter().all(class)
}

fn is_uint(text: &[u8]) -> bool {
    all(text, u8::is_ascii_digit)
}

fn is_int(text: &[u8]) -> bool {
    is_uint(text.strip_prefix(b"-").unwrap_or(text))
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Lower-case letters and digits, with single hyphens between them.
fn is_slug(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'-')
        .all(|word| all(word, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

type Function = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// A constraint that can be asked.
#[derive(Clone)]
pub(crate) enum Check {
    BuiltIn(BuiltIn),
    Custom(Function),
    #[cfg(feature = "regex")]
    Regex(regex::Regex),
}

impl Check {
    pub(crate) fn holds(&self, text: &str) -> bool {
        match self {
            Self::BuiltIn(check) => check(text.as_bytes()),
            Self::Custom(check) => check(text),
            #[cfg(feature = "regex")]
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// The constraints of a table: what it was told, and the regular expressions of its patterns.
#[derive(Clone, Default)]
pub(crate) struct Constraints {
    custom: BTreeMap<String, Function>,
    #[cfg(feature = "regex")]
    regexes: BTreeMap<String, regex::Regex>,
}

impl Constraints {
    pub(crate) fn define(&mut self, name: &str, check: Function) -> Result<(), ConstraintError> {
        if !is_name(name) {
            return Err(ConstraintError::Name { name: name.to_owned() });
        }
        if self.custom.contains_key(name) || BUILT_IN.iter().any(|(built_in, _)| *built_in == name) {
            return Err(ConstraintError::Taken { name: name.to_owned() });
        }
        self.custom.insert(name.to_owned(), check);
        Ok(())
    }

    /// Makes sure that `text`, as written after the colon, can be asked.
    pub(crate) fn prepare(&mut self, text: &str) -> Result<(), PatternErrorKind> {
        if text.starts_with('(') {
            return self.prepare_regex(text);
        }
        match self.get(text) {
            Some(_) => Ok(()),
            None => Err(PatternErrorKind::UnknownConstraint { name: text.to_owned(), known: self.known() }),
        }
    }

    #[cfg(feature = "regex")]
    fn prepare_regex(&mut self, text: &str) -> Result<(), PatternErrorKind> {
        if !self.regexes.contains_key(text) {
            let regex =
                regex::Regex::new(&format!("^(?:{})$", &text[1..text.len() - 1])).map_err(|error| {
                    let message = error.to_string();
                    let last = message.lines().last().unwrap_or_default();
                    PatternErrorKind::Regex { message: last.trim_start_matches("error: ").to_owned() }
                })?;
            self.regexes.insert(text.to_owned(), regex);
        }
        Ok(())
    }

    #[cfg(not(feature = "regex"))]
    fn prepare_regex(&mut self, _: &str) -> Result<(), PatternErrorKind> {
        Err(PatternErrorKind::NoRegex)
    }

    /// The constraint written as `text`.
    pub(crate) fn get(&self, text: &str) -> Option<Check> {
        #[cfg(feature = "regex")]
        if let Some(regex) = self.regexes.get(text) {
            return Some(Check::Regex(regex.clone()));
        }
        if let Some((_, check)) = BUILT_IN.iter().find(|(name, _)| *name == text) {
            return Some(Check::BuiltIn(*check));
        }
        self.custom.get(text).map(|check| Check::Custom(Arc::clone(check)))
    }

    /// Takes over the constraints of another table.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), ConstraintError> {
        for (name, check) in &other.custom {
            match self.custom.get(name) {
                Some(own) if Arc::ptr_eq(own, check) => {}
                _ => self.define(name, Arc::clone(check))?,
            }
        }
        Ok(())
    }

    fn known(&self) -> String {
        let names: Vec<&str> =
            BUILT_IN.iter().map(|(name, _)| *name).chain(self.custom.keys().map(String::as_str)).collect();
        format!("`{}`", names.join("`, `"))
    }
}

impl fmt::Debug for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.custom.keys()).finish()
    }
}

/// Where a constraint stands among others: built-in ones in their order, then those defined by name, then expressions.
pub(crate) fn rank(text: &str) -> (usize, &str) {
    match BUILT_IN.iter().position(|(name, _)| *name == text) {
        Some(rank) => (rank, ""),
        None => (BUILT_IN.len() + usize::from(text.starts_with('(')), text),
    }
}

/// Whether `text` can name a parameter, a wildcard or a constraint.
pub(crate) fn is_name(text: &str) -> bool {
    let begins = |char: char| char.is_alphabetic() || char == '_';
    text.starts_with(begins) && text.chars().all(|char| char.is_alphanumeric() || char == '_')
}
