//! Between values of Lua and [`Value`]s.

use std::os::raw::c_void;
use std::rc::{Rc, Weak};

use smol_str::SmolStr;

use mlua::MultiValue;

use super::super::crossing::{Crossing, Uncrossable};
use super::super::error::CallError;
use super::super::function::{Arguments, Function};
use super::super::local::LocalFn;
use super::super::value::{Object, Value};
use super::classes::{self, LuaInstance};
use super::{Inner, upgrade};

/// A function of Lua, for other engines.
struct LuaFn {
    function: mlua::Function,
    inner: Weak<Inner>,
}

impl LocalFn for LuaFn {
    fn call(&self, arguments: &mut Arguments<'_>) -> Result<Value, CallError> {
        let ended = || CallError::new("the Lua state of this function has ended");
        let inner = self.inner.upgrade().ok_or_else(ended)?;
        inner.enter(|inner| {
            let mut values = MultiValue::with_capacity(arguments.remaining());
            while arguments.remaining() > 0 {
                values.push_back(inner.to_lua(&arguments.next_value())?);
            }
            let results = inner.invoke(&self.function, values)?;
            inner.of_results(results)
        })
    }
}

/// The tables that are being looked at, the outermost first.
type Ancestors = Vec<*const c_void>;

impl Inner {
    fn of_results(self: &Rc<Self>, results: MultiValue) -> Result<Value, CallError> {
        match results.len() {
            0 => Ok(Value::Undefined),
            1 => self.of_lua(&results[0], "", "the result"),
            _ => {
                let values = results.iter().map(|value| self.of_lua(value, "", "the result"));
                Ok(Value::Array(values.collect::<Result<_, _>>()?))
            }
        }
    }

    /// A value of Lua; `name` is what a function is called, `root` what errors call the value.
    pub(super) fn of_lua(
        self: &Rc<Self>,
        value: &mlua::Value,
        name: &str,
        root: &str,
    ) -> Result<Value, CallError> {
        let mut crossing = Crossing::default();
        self.crossed(value, name, &mut crossing, &mut Vec::new()).map_err(|error| error.at(root))
    }

    fn crossed(
        self: &Rc<Self>,
        value: &mlua::Value,
        name: &str,
        crossing: &mut Crossing,
        ancestors: &mut Ancestors,
    ) -> Result<Value, Uncrossable> {
        Ok(match value {
            mlua::Value::Nil => Value::Undefined,
            mlua::Value::LightUserData(data) if data.0.is_null() => Value::Null,
            mlua::Value::Boolean(value) => Value::Bool(*value),
            mlua::Value::Integer(value) => Value::from(*value),
            mlua::Value::Number(value) => Value::Number(*value),
            mlua::Value::String(text) => match text.to_str() {
                Ok(text) => Value::String((&*text).into()),
                Err(_) => Value::Bytes((&*text.as_bytes()).into()),
            },
            mlua::Value::Table(table) => {
                if let Some(class) = self.class_of(table) {
                    return Ok(Value::Class(class));
                }
                if ancestors.contains(&table.to_pointer()) {
                    return Err(Uncrossable::cycle());
                }
                let entries = self.entries(table)?;
                crossing.enter(entries.len())?;
                ancestors.push(table.to_pointer());
                let crossed = self.table(table, entries, crossing, ancestors)?;
                ancestors.pop();
                crossing.leave();
                crossed
            }
            mlua::Value::Function(function) => Value::Function(self.function(function, name)),
            mlua::Value::UserData(data) => match data.borrow::<LuaInstance>() {
                Ok(instance) => Value::Instance(instance.0.clone()),
                Err(_) => return Err(Uncrossable::new("is userdata, which stays in Lua")),
            },
            mlua::Value::Error(error) => return Err(Uncrossable::from(self.error(error))),
            other => {
                return Err(Uncrossable::new(format!("is a {}, which stays in Lua", other.type_name())));
            }
        })
    }

    fn table(
        self: &Rc<Self>,
        table: &mlua::Table,
        entries: Vec<(Key, mlua::Value)>,
        crossing: &mut Crossing,
        ancestors: &mut Ancestors,
    ) -> Result<Value, Uncrossable> {
        let is_sequence = !entries.is_empty() && table.raw_len() == entries.len();
        if is_sequence && entries.iter().all(|(key, _)| matches!(key, Key::Number(_))) {
            let items = entries.iter().enumerate().map(|(at, (_, value))| {
                let item = self.crossed(value, "", crossing, ancestors);
                item.map_err(|error| error.inside(&format!("[{at}]")))
            });
            return Ok(Value::Array(items.collect::<Result<_, _>>()?));
        }
        let mut object = Object::with_capacity(entries.len());
        for (key, value) in entries {
            let name = key.name();
            let value = self.crossed(&value, &name, crossing, ancestors);
            object.set(&*name, value.map_err(|error| error.inside(&format!(".{name}")))?);
        }
        Ok(object.into())
    }

    /// Keys and values in an order that does not change from run to run: numbers, then names.
    pub(super) fn entries(&self, table: &mlua::Table) -> Result<Vec<(Key, mlua::Value)>, Uncrossable> {
        let mut entries = Vec::new();
        for pair in table.pairs::<mlua::Value, mlua::Value>() {
            let (key, value) = pair.map_err(|error| Uncrossable::from(self.error(&error)))?;
            let key = match key {
                mlua::Value::Integer(number) => Key::Number(number),
                mlua::Value::String(text) => Key::Name(text.to_string_lossy()),
                other => {
                    let what = format!("has a {} as a key, which stays in Lua", other.type_name());
                    return Err(Uncrossable::new(what));
                }
            };
            entries.push((key, value));
        }
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(entries)
    }

    fn function(self: &Rc<Self>, function: &mlua::Function, name: &str) -> Function {
        let info = function.info();
        let function = LuaFn { function: function.clone(), inner: Rc::downgrade(self) };
        Function::local(name, info.num_params.into(), Rc::new(function))
    }

    /// A value for Lua.
    pub(super) fn to_lua(self: &Rc<Self>, value: &Value) -> Result<mlua::Value, CallError> {
        self.given(value, &mut Crossing::default()).map_err(|error| error.at("the value"))
    }

    fn given(self: &Rc<Self>, value: &Value, crossing: &mut Crossing) -> Result<mlua::Value, Uncrossable> {
        let made =
            |made: mlua::Result<mlua::Value>| made.map_err(|error| Uncrossable::from(self.error(&error)));
        Ok(match value {
            Value::Undefined => mlua::Value::Nil,
            Value::Null => mlua::Value::NULL,
            Value::Bool(value) => mlua::Value::Boolean(*value),
            Value::Number(number) => number_for_lua(*number),
            Value::BigInt(number) => match i64::try_from(*number) {
                Ok(number) => mlua::Value::Integer(number),
                Err(_) => return Err(Uncrossable::new(format!("is {number}n, more than 64 bits"))),
            },
            Value::String(text) => made(self.state.create_string(&**text).map(mlua::Value::String))?,
            Value::Bytes(bytes) => made(self.state.create_string(bytes).map(mlua::Value::String))?,
            Value::Array(items) => {
                crossing.enter(items.len())?;
                let table = self.new_table(items.len(), 0)?;
                for (at, item) in items.iter().enumerate() {
                    let step = || format!("[{at}]");
                    let item = self.given(item, crossing).map_err(|error| error.inside(&step()))?;
                    made(table.raw_set(at + 1, item).map(|()| mlua::Value::Nil))?;
                }
                crossing.leave();
                mlua::Value::Table(table)
            }
            Value::Object(object) => {
                crossing.enter(object.len())?;
                let table = self.new_table(0, object.len())?;
                for (name, value) in object.iter() {
                    let step = || format!(".{name}");
                    let value = self.given(value, crossing).map_err(|error| error.inside(&step()))?;
                    made(table.raw_set(&**name, value).map(|()| mlua::Value::Nil))?;
                }
                crossing.leave();
                mlua::Value::Table(table)
            }
            Value::Function(function) => made(self.function_for_lua(function).map(mlua::Value::Function))?,
            Value::Class(class) => made(classes::table(self, class).map(mlua::Value::Table))?,
            Value::Instance(instance) => {
                made(self.state.create_userdata(LuaInstance::of(self, instance)).map(mlua::Value::UserData))?
            }
            Value::Deferred(_) => {
                return Err(Uncrossable::new("is a promise, and nothing in Lua can wait for it"));
            }
        })
    }

    fn new_table(&self, items: usize, names: usize) -> Result<mlua::Table, Uncrossable> {
        let table = self.state.create_table_with_capacity(items, names);
        table.map_err(|error| Uncrossable::from(self.error(&error)))
    }

    /// A function of Lua comes back as itself.
    pub(super) fn function_for_lua(self: &Rc<Self>, function: &Function) -> mlua::Result<mlua::Function> {
        if let Some(own) = function.engine_function::<LuaFn>()
            && own.inner.ptr_eq(&Rc::downgrade(self))
        {
            return Ok(own.function.clone());
        }
        let (weak, function) = (Rc::downgrade(self), function.clone());
        self.state.create_function(move |_, arguments: MultiValue| {
            let inner = upgrade(&weak)?;
            let result = inner.arguments(&arguments).and_then(|arguments| function.call(arguments));
            result.and_then(|value| inner.to_lua(&value)).map_err(mlua::Error::external)
        })
    }

    pub(super) fn arguments(self: &Rc<Self>, arguments: &MultiValue) -> Result<Vec<Value>, CallError> {
        let value =
            |(at, value): (usize, &mlua::Value)| self.of_lua(value, "", &format!("argument {}", at + 1));
        arguments.iter().enumerate().map(value).collect()
    }
}

/// Whole numbers are integers of Lua, so that they print as such.
fn number_for_lua(number: f64) -> mlua::Value {
    let whole = number as i64;
    let exact = whole as f64 == number && whole.unsigned_abs() <= 1 << 53;
    if exact && !(whole == 0 && number.is_sign_negative()) {
        mlua::Value::Integer(whole)
    } else {
        mlua::Value::Number(number)
    }
}

/// A key of a table that other engines have too.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(i64),
    Name(String),
}

impl Key {
    pub(super) fn name(&self) -> SmolStr {
        match self {
            Self::Number(number) => number.to_string().into(),
            Self::Name(name) => name.as_str().into(),
        }
    }
}
