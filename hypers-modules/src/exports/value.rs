//! Values that cross engines.

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use smol_str::SmolStr;

use super::class::{ClassInfo, Instance};
use super::error::CallError;
use super::function::Function;
use super::native::Deferred;

/// How deeply tables may nest where they cross from one engine to another, or to JSON.
pub const MAX_DEPTH: usize = 128;

/// A value of any engine. A clone copies no text and no table.
#[derive(Clone, Default)]
pub enum Value {
    /// `undefined`; `nil` in Lua.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A whole number that need not fit into a [`Value::Number`]: a `bigint` of JavaScript.
    BigInt(i128),
    /// Text.
    String(SmolStr),
    /// Bytes: a `Uint8Array`, or a string of Lua that is not UTF-8.
    Bytes(Arc<[u8]>),
    /// A list.
    Array(Arc<[Value]>),
    /// Names with values, in an order.
    Object(Arc<Object>),
    /// Something to call.
    Function(Function),
    /// A class of Rust.
    Class(Arc<ClassInfo>),
    /// An instance of one.
    Instance(Instance),
    /// What an asynchronous function of Rust will give: a promise.
    Deferred(Deferred),
}

impl Value {
    /// What it is, with an article, for messages: `a number`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::BigInt(_) => "a bigint",
            Self::String(_) => "a string",
            Self::Bytes(_) => "bytes",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
            Self::Function(_) => "a function",
            Self::Class(_) => "a class",
            Self::Instance(_) => "an instance of a native class",
            Self::Deferred(_) => "a promise",
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The table, if it is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The function, if it is one.
    pub fn as_function(&self) -> Option<&Function> {
        match self {
            Self::Function(function) => Some(function),
            _ => None,
        }
    }

    /// Whether it is `undefined` or `null`.
    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// As a message shows it: short values in full, others by kind.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::BigInt(value) => format!("{value}n"),
            Self::String(text) if text.len() <= 40 => format!("the string {text:?}"),
            Self::Instance(instance) => format!("an instance of {}", instance.class().name()),
            other => other.kind().to_owned(),
        }
    }
}

/// Data by value, functions and instances by identity. `NaN` is equal to nothing.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::BigInt(a), Self::BigInt(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            (Self::Function(a), Self::Function(b)) => a.is(b),
            (Self::Class(a), Self::Class(b)) => Arc::ptr_eq(a, b),
            (Self::Instance(a), Self::Instance(b)) => a.is(b),
            _ => false,
        }
    }
}

impl Debug for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined => f.write_str("undefined"),
            Self::Null => f.write_str("null"),
            Self::Bool(value) => Debug::fmt(value, f),
            Self::Number(value) => write!(f, "{value}"),
            Self::BigInt(value) => write!(f, "{value}n"),
            Self::String(text) => Debug::fmt(text, f),
            Self::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
            Self::Array(items) => f.debug_list().entries(items.iter()).finish(),
            Self::Object(object) => Debug::fmt(object, f),
            Self::Function(function) => Debug::fmt(function, f),
            Self::Class(class) => write!(f, "<class {}>", class.name()),
            Self::Instance(instance) => Debug::fmt(instance, f),
            Self::Deferred(_) => f.write_str("<promise>"),
        }
    }
}

/// Names with values, in the order in which they were first set: an object, or the exports of a module.
///
/// A name has a slot, a number that stays valid; what is read often is read by [`at`](Self::at).
#[derive(Clone, Default)]
pub struct Object {
    entries: Vec<(SmolStr, Value)>,
    /// Slots by name, of a table that is too long to be searched.
    index: Option<HashMap<SmolStr, usize>>,
}

/// Up to this many names are compared one by one, which is faster than hashing.
const SEARCHED: usize = 8;

impl Object {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty table with room.
    pub fn with_capacity(entries: usize) -> Self {
        Self { entries: Vec::with_capacity(entries), index: None }
    }

    /// Sets a name, in its old slot or in a new one.
    pub fn set(&mut self, name: impl Into<SmolStr>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        if let Some(slot) = self.slot(&name) {
            self.entries[slot].1 = value;
            return;
        }
        let slot = self.entries.len();
        if slot == SEARCHED {
            let names = self.entries.iter().enumerate();
            self.index = Some(names.map(|(slot, (name, _))| (name.clone(), slot)).collect());
        }
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), slot);
        }
        self.entries.push((name, value));
    }

    /// The same with the table returned, to write one down.
    #[must_use]
    pub fn with(mut self, name: impl Into<SmolStr>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// The slot of a name.
    pub fn slot(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => self.entries.iter().position(|(known, _)| **known == *name),
        }
    }

    /// The value in a slot.
    pub fn at(&self, slot: usize) -> Option<&Value> {
        self.entries.get(slot).map(|(_, value)| value)
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.at(self.slot(name)?)
    }

    /// Whether the name is there.
    pub fn has(&self, name: &str) -> bool {
        self.slot(name).is_some()
    }

    /// The function of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn function(&self, name: &str) -> Result<&Function, CallError> {
        match self.get(name) {
            Some(Value::Function(function)) => Ok(function),
            Some(other) => {
                Err(CallError::type_error(format!("{name} is not a function: it is {}", other.kind())))
            }
            None => {
                let nearest = crate::nearest(name, self.names().map(|name| &**name));
                let hint = nearest.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
                Err(CallError::type_error(format!("there is no export \"{name}\"{hint}")))
            }
        }
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The names, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &SmolStr> {
        self.entries.iter().map(|(name, _)| name)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &Value)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }
}

impl<N: Into<SmolStr>, V: Into<Value>> FromIterator<(N, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut object = Self::new();
        for (name, value) in entries {
            object.set(name, value);
        }
        object
    }
}

/// The same names with the same values, in any order.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl Debug for Object {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
