//! What can go wrong with patterns and tables.

use std::fmt;

/// A pattern is malformed. Displayed with the pattern and a mark under the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// The byte of the pattern where it goes wrong.
    pub at: usize,
    /// What is wrong there.
    pub kind: PatternErrorKind,
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternErrorKind {
    /// It begins with neither.
    #[error("a pattern begins with `/` or with `subsystem://`")]
    Start,
    /// A brace stays open.
    #[error("this `{{` has no `}}`; write `\\{{` for the character")]
    Unclosed,
    /// A brace closes nothing.
    #[error("this `}}` has no `{{`; write `\\}}` for the character")]
    Unopened,
    /// A backslash before something that needs none.
    #[error("expected one of `{{`, `}}`, `*` and `\\` after `\\`")]
    Escape,
    /// A parameter without a name, or with characters that a name cannot have.
    #[error("expected a name: a letter or `_`, then letters, digits and `_`")]
    Name,
    /// A name is there twice.
    #[error("the name `{name}` is already taken in this pattern, at byte {first}")]
    DuplicateName {
        /// The name.
        name: String,
        /// Where it is first.
        first: usize,
    },
    /// Two parameters with nothing between them.
    #[error("two parameters in one segment need text between them")]
    Adjacent,
    /// A wildcard beside text.
    #[error("a wildcard is a whole segment, `*` or `*name`; write `\\*` for the character")]
    Wildcard,
    /// An optional parameter that is not last, or not alone in its segment.
    #[error("only the last segment can be optional, as a whole")]
    Optional,
    /// `{/}` that is not at the end.
    #[error("`{{/}}` stands at the end, after a segment that is not empty")]
    OptionalSlash,
    /// A colon without a constraint.
    #[error("expected a constraint after `:`, such as `int` or `([a-z]+)`")]
    NoConstraint,
    /// A constraint nobody knows.
    #[error("there is no constraint `{name}`: expected one of {known}")]
    UnknownConstraint {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A parenthesis stays open.
    #[error("this regular expression has no `)`")]
    UnclosedRegex,
    /// The regular expression does not compile.
    #[error("not a regular expression: {message}")]
    Regex {
        /// What the compiler of expressions says.
        message: String,
    },
    /// This build knows no regular expressions.
    #[error("regular expressions need the feature `regex` of mycelia-router")]
    NoRegex,
    /// An escape in a pattern of a table that decodes.
    #[error("with `percent_decoding`, patterns are written decoded: `{escape}` is never seen")]
    Encoded {
        /// The escape.
        escape: String,
    },
    /// More than there can be.
    #[error("a pattern has at most {max} {what}")]
    TooMany {
        /// The limit.
        max: usize,
        /// Of what.
        what: &'static str,
    },
}

impl std::error::Error for PatternError {}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.kind)?;
        mark(f, &self.pattern, self.at)
    }
}

/// The pattern and a mark under the byte `at`.
fn mark(f: &mut fmt::Formatter<'_>, pattern: &str, at: usize) -> fmt::Result {
    let column = pattern.char_indices().take_while(|(index, _)| *index < at).count();
    write!(f, "  {pattern}\n  {:column$}^", "")
}

/// A pattern could not be added. Displayed with the patterns and marks under the places.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InsertError {
    /// The pattern is malformed.
    Malformed(PatternError),
    /// The very pattern is in the table.
    Duplicate {
        /// The pattern.
        pattern: String,
    },
    /// Another pattern takes the same paths at the same rank, or one of the paths when something is optional.
    Conflict {
        /// The pattern that was to be added.
        pattern: String,
        /// Where it begins to be written differently, in bytes.
        at: usize,
        /// The pattern in the table.
        with: String,
        /// The same place in that one.
        with_at: usize,
    },
}

impl From<PatternError> for InsertError {
    fn from(error: PatternError) -> Self {
        Self::Malformed(error)
    }
}

impl std::error::Error for InsertError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for InsertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => error.fmt(f),
            Self::Duplicate { pattern } => write!(f, "the pattern `{pattern}` is already in the table"),
            Self::Conflict { pattern, at, with, with_at } => {
                writeln!(f, "`{pattern}` and `{with}` take the same path with the same priority")?;
                mark(f, pattern, *at)?;
                f.write_str("\n")?;
                mark(f, with, *with_at)
            }
        }
    }
}

/// Another table could not be merged into this one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// The tables read paths differently.
    #[error("the tables have different options: they would read the paths of these patterns differently")]
    Options,
    /// Both tables have a constraint of this name.
    #[error("both tables define a constraint `{name}`: name one of them differently")]
    Constraint {
        /// The name.
        name: String,
    },
    /// Some patterns do not go together. Nothing was added.
    #[error("{} of the patterns cannot be added\n{}", .0.len(), list(.0))]
    Patterns(Vec<InsertError>),
}

fn list(errors: &[InsertError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A constraint could not be defined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstraintError {
    /// The name could not be written in a pattern.
    #[error("`{name}` cannot name a constraint: expected a letter or `_`, then letters, digits and `_`")]
    Name {
        /// The name.
        name: String,
    },
    /// There is one of this name.
    #[error("there is a constraint `{name}` already")]
    Taken {
        /// The name.
        name: String,
    },
}

/// A text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an address: expected `subsystem://route`")]
pub struct AddressError {
    /// The text.
    pub text: String,
}
