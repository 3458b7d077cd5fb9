//! Errors of Lua.

use std::rc::Rc;

use mlua::MultiValue;

use super::super::error::CallError;
use super::Inner;

/// What the prelude is called; its frames are left out.
pub(super) const PRELUDE: &str = "=krepis";

/// The message handler of `xpcall`: it runs where the error was raised, and so sees the stack.
pub(super) fn caught(inner: &Rc<Inner>, thrown: mlua::Value) -> mlua::Result<MultiValue> {
    let trace = inner.state.traceback(None, 1).map(|trace| trace.to_string_lossy()).unwrap_or_default();
    let error = inner.error_of_value(&thrown, &inner.frames(&trace));
    let error = mlua::Value::Error(Box::new(mlua::Error::external(error)));
    Ok(MultiValue::from_vec(vec![error]))
}

/// An error outside of any program.
pub(super) fn plain(error: &mlua::Error) -> CallError {
    CallError::new(error.to_string())
}

impl Inner {
    /// What was thrown, where Lua has unwound to.
    pub(super) fn error(&self, error: &mlua::Error) -> CallError {
        match error {
            mlua::Error::CallbackError { traceback, cause } => {
                self.error(cause).with_frames(self.frames(traceback))
            }
            mlua::Error::WithContext { cause, .. } => self.error(cause),
            mlua::Error::ExternalError(external) => match external.downcast_ref::<CallError>() {
                Some(error) => error.clone(),
                None => CallError::new(external.to_string()),
            },
            mlua::Error::RuntimeError(text) => {
                let (message, trace) = text.split_once("\nstack traceback:\n").unwrap_or((text, ""));
                self.located(message, &self.frames(trace))
            }
            mlua::Error::SyntaxError { message, .. } => {
                let message = self.whole_path(message);
                CallError::named("SyntaxError", message)
            }
            mlua::Error::MemoryError(_) => self.out_of_memory(),
            other => CallError::new(other.to_string()),
        }
    }

    /// A thrown value: a text, a table with `message`, `name` and `code`, an error that came from elsewhere.
    pub(super) fn error_of_value(&self, thrown: &mlua::Value, frames: &[String]) -> CallError {
        match thrown {
            mlua::Value::Error(error) => match self.error(error) {
                // What Rust raised in a callback, and what has been through `caught`, has this stack already.
                known if frames.iter().all(|frame| known.stack().contains(frame)) => known,
                other => other.with_frames(frames),
            },
            mlua::Value::String(text) => match &*text.to_string_lossy() {
                "not enough memory" => self.out_of_memory(),
                text => self.located(text, frames),
            },
            mlua::Value::Table(table) => {
                let field = |name| {
                    let value = table.get::<mlua::Value>(name).ok()?;
                    matches!(value, mlua::Value::String(_) | mlua::Value::Integer(_) | mlua::Value::Number(_))
                        .then(|| value.to_string().ok())?
                };
                let message = field("message").or_else(|| thrown.to_string().ok()).unwrap_or_default();
                let name = field("name").unwrap_or_else(|| "Error".to_owned());
                let error = CallError::named(name, message).with_frames(frames);
                match field("code") {
                    Some(code) => error.with_code(code),
                    None => error,
                }
            }
            other => CallError::new(other.to_string().unwrap_or_default()).with_frames(frames),
        }
    }

    fn out_of_memory(&self) -> CallError {
        let message = format!(
            "not enough memory: the limit of this Lua state is {} MiB",
            self.options.memory_limit_bytes >> 20
        );
        CallError::range_error(message).with_code("ERR_LUA_MEMORY_LIMIT")
    }

    /// `file:line: message`, without the place where the first frame tells the same.
    fn located(&self, text: &str, frames: &[String]) -> CallError {
        let text = self.whole_path(text);
        let place = frames.first().map(|frame| match frame.rsplit_once(" (") {
            Some((_, place)) => place.trim_end_matches(')'),
            None => frame,
        });
        let message = place.and_then(|place| text.strip_prefix(place)?.strip_prefix(": ")).unwrap_or(&text);
        CallError::new(message).with_frames(frames)
    }

    /// Lua shows the end of a long name: `...plugins/users.lua:3: message`.
    fn whole_path(&self, text: &str) -> String {
        let Some(rest) = text.strip_prefix("...") else { return text.to_owned() };
        let end = rest.find(':').unwrap_or(rest.len());
        let chunks = self.chunks.borrow();
        let mut found = chunks.iter().filter(|chunk| chunk.ends_with(&rest[..end]));
        match (found.next(), found.next()) {
            (Some(chunk), None) => format!("{chunk}{}", &rest[end..]),
            _ => text.to_owned(),
        }
    }

    /// The lines of a traceback as frames: `find (users.lua:3)`.
    fn frames(&self, trace: &str) -> Vec<String> {
        trace.lines().filter_map(|line| self.frame(line.trim())).collect()
    }

    fn frame(&self, line: &str) -> Option<String> {
        let (place, what) = line.split_once(": in ")?;
        if place.starts_with('[') || place.starts_with("krepis:") {
            return None;
        }
        let place = self.whole_path(place);
        let name = what.split('\'').nth(1);
        Some(name.map_or_else(|| place.clone(), |name| format!("{name} ({place})")))
    }
}
