//! A JavaScript error that nobody caught, as a person wants to read it.

use std::fmt::{self, Display, Formatter};

use hypers_modules::CodeFrame;

use crate::ext::stdio::descriptor_has_colors;
use crate::natives::string;
use crate::realm::Realm;

/// An uncaught exception or unhandled rejection: where it happened in the files that people wrote, a few lines of
/// source around it, and the error's own text with its stack and causes.
#[derive(Debug, Clone)]
pub struct JsError {
    text: String,
    place: Option<Place>,
    frame: Option<String>,
    kind: Kind,
    exit_code: i32,
}

/// How the text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `Uncaught `: JavaScript threw it.
    Thrown,
    /// `Uncaught (in promise) `: a rejection.
    Rejected,
    /// `error: `: there is no program to run.
    NoEntry,
    /// Nothing: the text speaks for itself.
    Warning,
}

/// A position in a source file, lines and columns counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's path or URL, as stack traces show it.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    /// In UTF-16 code units, counted from 1.
    pub column: u32,
}

impl JsError {
    /// The error's message and stack.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it was thrown, when that is known.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What the process ends with: 1, 7 when a listener of `uncaughtException` threw, or what a listener of `exit` chose.
    #[must_use]
    pub fn exit_code(&self) -> i32 {
        self.exit_code
    }

    pub(crate) fn with_exit_code(self, exit_code: i32) -> Self {
        Self { exit_code, ..self }
    }

    /// Whether the entry of the program was not found.
    #[must_use]
    pub fn is_missing_entry(&self) -> bool {
        self.kind == Kind::NoEntry
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), place: None, frame: None, kind: Kind::Thrown, exit_code: 1 }
    }

    pub(crate) fn missing_entry(text: String) -> Self {
        Self { kind: Kind::NoEntry, ..Self::plain(text) }
    }

    /// A source that does not parse.
    pub(crate) fn of_source(error: &hypers_modules::TranspileError) -> Self {
        let Some(first) = error.diagnostics.first() else {
            return Self::plain(format!("SyntaxError: {error}"));
        };
        let frame = CodeFrame::new(&error.source_text, first.line, first.column)
            .underline(first.width)
            .color(descriptor_has_colors(2));
        Self {
            text: format!("SyntaxError: {}", first.message),
            place: Some(Place { file: error.file.clone(), line: first.line + 1, column: first.column + 1 }),
            frame: Some(frame.to_string()).filter(|frame| !frame.is_empty()),
            kind: Kind::Thrown,
            exit_code: 1,
        }
    }

    /// The source around the place, when it is known.
    #[must_use]
    pub fn frame(&self) -> Option<&str> {
        self.frame.as_deref()
    }

    /// A text of the runtime's own, about the place of a message.
    pub(crate) fn at_message(
        realm: &Realm,
        scope: &mut v8::PinScope<'_, '_>,
        text: &str,
        message: Option<v8::Local<'_, v8::Message>>,
    ) -> Self {
        let place = message.and_then(|message| place_of_message(scope, message));
        Self { text: text.to_owned(), kind: Kind::Warning, ..Self::with_frame(realm, place) }
    }

    pub(crate) fn new(
        realm: &Realm,
        scope: &mut v8::PinScope<'_, '_>,
        exception: v8::Local<'_, v8::Value>,
        message: Option<v8::Local<'_, v8::Message>>,
        in_promise: bool,
    ) -> Self {
        let text = describe(realm, scope, exception);
        let place = place_given(scope, exception)
            .or_else(|| place_of_error(scope, exception))
            .or_else(|| place_of_message(scope, message?));
        let kind = if in_promise { Kind::Rejected } else { Kind::Thrown };
        Self { text, kind, ..Self::with_frame(realm, place) }
    }

    fn with_frame(realm: &Realm, place: Option<Place>) -> Self {
        let (place, frame) = match place {
            Some(generated) => {
                let (place, source) = realm.modules.original_place(&generated);
                let frame = source.map(|source| {
                    CodeFrame::new(&source, place.line.saturating_sub(1), place.column.saturating_sub(1))
                        .color(descriptor_has_colors(2))
                        .to_string()
                });
                (Some(place), frame.filter(|frame| !frame.is_empty()))
            }
            None => (None, None),
        };
        Self { text: String::new(), place, frame, kind: Kind::Warning, exit_code: 1 }
    }
}

impl Display for JsError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            writeln!(f, "{}:{}:{}\n", place.file, place.line, place.column)?;
        }
        if let Some(frame) = &self.frame {
            writeln!(f, "{frame}")?;
        }
        f.write_str(match self.kind {
            Kind::Thrown => "Uncaught ",
            Kind::Rejected => "Uncaught (in promise) ",
            Kind::NoEntry => "error: ",
            Kind::Warning => "",
        })?;
        f.write_str(&self.text)
    }
}

impl std::error::Error for JsError {}

fn describe(realm: &Realm, scope: &mut v8::PinScope<'_, '_>, exception: v8::Local<'_, v8::Value>) -> String {
    v8::tc_scope!(let attempt, scope);
    let undefined = v8::undefined(attempt).into();
    let text = realm
        .host_function(attempt, "describeUncaught")
        .and_then(|describe| describe.call(attempt, undefined, &[exception]))
        .and_then(|text| text.to_string(attempt));
    match text {
        Some(text) => text.to_rust_string_lossy(attempt),
        None => {
            attempt.reset();
            exception.to_rust_string_lossy(attempt)
        }
    }
}

const PLACE: &str = "krepis.place";

/// Marks an error with the place it is about, which its stack does not tell: that of a syntax error.
pub(crate) fn set_place(scope: &mut v8::PinScope<'_, '_>, error: v8::Local<'_, v8::Value>, place: &Place) {
    let Ok(error) = v8::Local::<v8::Object>::try_from(error) else { return };
    let key = string(scope, PLACE);
    let key = v8::Private::for_api(scope, Some(key));
    let value = string(scope, &format!("{}:{}:{}", place.line, place.column, place.file));
    error.set_private(scope, key, value.into());
}

fn place_given(scope: &mut v8::PinScope<'_, '_>, exception: v8::Local<'_, v8::Value>) -> Option<Place> {
    let error = v8::Local::<v8::Object>::try_from(exception).ok()?;
    let key = string(scope, PLACE);
    let key = v8::Private::for_api(scope, Some(key));
    let value = error.get_private(scope, key)?.to_rust_string_lossy(scope);
    let mut parts = value.splitn(3, ':');
    let (line, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Place { file: parts.next()?.to_owned(), line, column })
}

/// The innermost frame of an error's own stack that is not the runtime's.
fn place_of_error(scope: &mut v8::PinScope<'_, '_>, exception: v8::Local<'_, v8::Value>) -> Option<Place> {
    let stack = v8::Exception::get_stack_trace(scope, exception)?;
    (0..stack.get_frame_count()).find_map(|index| {
        let frame = stack.get_frame(scope, index)?;
        let file = frame.get_script_name_or_source_url(scope)?.to_rust_string_lossy(scope);
        let user = !file.is_empty() && !file.starts_with("kiren:");
        user.then(|| Place { file, line: frame.get_line_number() as u32, column: frame.get_column() as u32 })
    })
}

fn place_of_message(scope: &mut v8::PinScope<'_, '_>, message: v8::Local<'_, v8::Message>) -> Option<Place> {
    let file = message.get_script_resource_name(scope)?;
    let file = file.is_string().then(|| file.to_rust_string_lossy(scope))?;
    if file.is_empty() || file.starts_with("kiren:") {
        return None;
    }
    let line = message.get_line_number(scope)? as u32;
    Some(Place { file, line, column: message.get_start_column() as u32 + 1 })
}
