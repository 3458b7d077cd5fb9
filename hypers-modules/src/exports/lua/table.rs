//! What a module of Lua returned.

use std::fmt::{self, Debug, Formatter};
use std::rc::Rc;

use smol_str::SmolStr;

use super::super::error::CallError;
use super::super::table::ExportTable;
use super::super::value::Value;
use super::Inner;
use super::convert::Key;

/// What a module of Lua returned: as an [`ExportTable`] its live table, whatever else it is as a [`Value`].
pub struct LuaExports {
    inner: Rc<Inner>,
    value: mlua::Value,
}

impl LuaExports {
    pub(super) fn new(inner: Rc<Inner>, value: mlua::Value) -> Self {
        Self { inner, value }
    }

    /// A copy.
    ///
    /// # Errors
    /// What cannot cross: a coroutine, a table that contains itself.
    pub fn value(&self) -> Result<Value, CallError> {
        self.inner.of_lua(&self.value, "", "exports")
    }

    fn table(&self) -> Result<&mlua::Table, CallError> {
        self.value.as_table().ok_or_else(|| {
            CallError::type_error(format!("the module returned a {}, not a table", self.value.type_name()))
        })
    }

    fn fail(&self) -> impl Fn(mlua::Error) -> CallError + '_ {
        |error| self.inner.error(&error)
    }

    /// Numbers are keys of their own in Lua.
    fn key(&self, name: &str) -> Result<mlua::Value, CallError> {
        match name.parse::<i64>() {
            Ok(number) if number.to_string() == name => Ok(mlua::Value::Integer(number)),
            _ => self.inner.state.create_string(name).map(mlua::Value::String).map_err(self.fail()),
        }
    }
}

impl ExportTable for LuaExports {
    fn names(&mut self) -> Result<Vec<SmolStr>, CallError> {
        let entries = self.inner.entries(self.table()?).map_err(|error| error.at("exports"))?;
        Ok(entries.iter().map(|(key, _): &(Key, _)| key.name()).collect())
    }

    fn get(&mut self, name: &str) -> Result<Option<Value>, CallError> {
        let value: mlua::Value = self.table()?.get(self.key(name)?).map_err(self.fail())?;
        if value.is_nil() {
            return Ok(None);
        }
        self.inner.of_lua(&value, name, &format!("exports.{name}")).map(Some)
    }

    fn set(&mut self, name: &str, value: Value) -> Result<(), CallError> {
        let value = self.inner.to_lua(&value)?;
        self.table()?.set(self.key(name)?, value).map_err(self.fail())
    }

    fn has(&mut self, name: &str) -> Result<bool, CallError> {
        self.table()?.contains_key(self.key(name)?).map_err(self.fail())
    }
}

impl Debug for LuaExports {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "<a {} of Lua>", self.value.type_name())
    }
}
