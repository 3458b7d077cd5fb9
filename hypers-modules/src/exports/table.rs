//! The exports object of an engine, seen from Rust.

use smol_str::SmolStr;

use super::error::CallError;
use super::json;
use super::value::{Object, Value};

/// A table of exports: Rust's own is [`Object`], V8's and Lua's are in the engines.
///
/// Reading one may run code of the program (a getter, a metamethod), so that everything can fail and needs `&mut self`.
pub trait ExportTable {
    /// The names, in the table's own order.
    ///
    /// # Errors
    /// What the engine throws.
    fn names(&mut self) -> Result<Vec<SmolStr>, CallError>;

    /// The value of a name; `None` when there is no such name.
    ///
    /// # Errors
    /// What the engine throws; a value that cannot cross: one that contains itself, or nests deeper than
    /// [`MAX_DEPTH`](super::MAX_DEPTH).
    fn get(&mut self, name: &str) -> Result<Option<Value>, CallError>;

    /// Sets a name.
    ///
    /// # Errors
    /// What the engine throws; a value that it has nothing for.
    fn set(&mut self, name: &str, value: Value) -> Result<(), CallError>;

    /// Whether the name is there.
    ///
    /// # Errors
    /// What the engine throws.
    fn has(&mut self, name: &str) -> Result<bool, CallError>;

    /// How many names there are.
    ///
    /// # Errors
    /// What the engine throws.
    fn len(&mut self) -> Result<usize, CallError> {
        self.names().map(|names| names.len())
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// What the engine throws.
    fn is_empty(&mut self) -> Result<bool, CallError> {
        self.len().map(|len| len == 0)
    }

    /// A copy of the whole table.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    fn to_object(&mut self) -> Result<Object, CallError> {
        let names = self.names()?;
        let mut object = Object::with_capacity(names.len());
        for name in names {
            let value = self.get(&name)?.unwrap_or_default();
            object.set(name, value);
        }
        Ok(object)
    }

    /// Sets every name of another table.
    ///
    /// # Errors
    /// As [`set`](Self::set); what was set before stays.
    fn assign(&mut self, from: &Object) -> Result<(), CallError> {
        from.iter().try_for_each(|(name, value)| self.set(name, value.clone()))
    }

    /// The table as JSON.
    ///
    /// # Errors
    /// A `TypeError` that names what JSON cannot hold: `exports.users[0].find is a function, which JSON cannot hold`.
    fn to_json(&mut self) -> Result<String, CallError> {
        json::write_table(&self.to_object()?, "exports")
    }

    /// Sets every name of a JSON object.
    ///
    /// # Errors
    /// A `SyntaxError` for what is no JSON object, and as [`set`](Self::set).
    fn assign_json(&mut self, text: &str) -> Result<(), CallError> {
        self.assign(&json::read(text)?)
    }
}

impl ExportTable for Object {
    fn names(&mut self) -> Result<Vec<SmolStr>, CallError> {
        Ok(Object::names(self).cloned().collect())
    }

    fn get(&mut self, name: &str) -> Result<Option<Value>, CallError> {
        Ok(Object::get(self, name).cloned())
    }

    fn set(&mut self, name: &str, value: Value) -> Result<(), CallError> {
        Object::set(self, name, value);
        Ok(())
    }

    fn has(&mut self, name: &str) -> Result<bool, CallError> {
        Ok(Object::has(self, name))
    }

    fn len(&mut self) -> Result<usize, CallError> {
        Ok(Object::len(self))
    }

    fn to_object(&mut self) -> Result<Object, CallError> {
        Ok(self.clone())
    }

    fn to_json(&mut self) -> Result<String, CallError> {
        Object::to_json(self)
    }
}

impl Object {
    /// The table as JSON.
    ///
    /// # Errors
    /// A `TypeError` that names what JSON cannot hold.
    pub fn to_json(&self) -> Result<String, CallError> {
        json::write_table(self, "exports")
    }

    /// A table from a JSON object.
    ///
    /// # Errors
    /// A `SyntaxError` for what is no JSON object.
    pub fn from_json(text: &str) -> Result<Self, CallError> {
        json::read(text)
    }
}

impl Value {
    /// The value as JSON.
    ///
    /// # Errors
    /// A `TypeError` that names what JSON cannot hold: `value[3] is undefined, which JSON cannot hold`.
    pub fn to_json(&self) -> Result<String, CallError> {
        json::write(self, "value")
    }

    /// A value from JSON.
    ///
    /// # Errors
    /// A `SyntaxError` for what is no JSON.
    pub fn from_json(text: &str) -> Result<Self, CallError> {
        json::read(text)
    }
}
