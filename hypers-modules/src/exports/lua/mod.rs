//! Modules written in Lua 5.4: `require("./plugin.lua")` from Rust, and what a JavaScript engine needs to offer the same.
//!
//! ```
//! use hypers_modules::exports::ExportTable;
//! use hypers_modules::lua::Lua;
//! use hypers_modules::{Loader, LoaderOptions};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("plugin.lua"), "return { double = function(n) return n * 2 end }")?;
//!
//! let cwd = folder.path().canonicalize()?;
//! let lua = Lua::new(Loader::new(LoaderOptions { cwd, ..LoaderOptions::default() }))?;
//! let mut plugin = lua.require("./plugin.lua")?;
//! let double = plugin.to_object()?.function("double")?.clone();
//! assert_eq!(double.call((21,))?, 42.0.into());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A state has the standard libraries `coroutine`, `math`, `string`, `table` and `utf8`, of `os` what tells the time, and
//! of the basic functions all but `dofile`, `loadfile`, `collectgarbage` and `warn`. `load` takes text only. There is no
//! `io`, `debug` or `package`: files come in through `require`, which finds modules as JavaScript does, relative to the
//! file that asks, and runs each once.
//!
//! # What becomes of values
//!
//! | Lua | elsewhere |
//! |---|---|
//! | `nil` | `undefined` |
//! | `null`, a global here | `null` |
//! | integers and floats | numbers; an integer of more than 53 bits is a `bigint` |
//! | strings | strings; bytes where they are not UTF-8 |
//! | a table with the keys 1 to n and no others, n > 0 | an array |
//! | other tables, the empty one too | an object, its names sorted; numbers become names |
//! | functions | functions; several results become an array |
//! | coroutines, userdata of others | an error that says where |
//!
//! Tables are copied. An error is carried over with its stack: frames of Lua and of the other engine, the newest first.
//! `error({ message = …, code = …, name = … })` sets these properties.

mod classes;
mod convert;
mod error;
mod table;

use std::borrow::Borrow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};

use mlua::{HookTriggers, LuaOptions as StateOptions, MultiValue, StdLib, VmState};

use crate::error::{LoadError, ResolveError};
use crate::load::{Format, ImportType};
use crate::loader::Loader;
use crate::resolve::{RequestKind, Resolution};

use super::error::CallError;
use super::value::Value;

pub use table::LuaExports;

/// What limits a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LuaOptions {
    /// How much memory its values may take; 256 MiB by default.
    pub memory_limit_bytes: usize,
    /// How many instructions of the virtual machine one call from outside may take; no limit by default. It is looked
    /// at every ten thousand instructions.
    pub instruction_limit: Option<u64>,
}

impl Default for LuaOptions {
    fn default() -> Self {
        Self { memory_limit_bytes: 256 << 20, instruction_limit: None }
    }
}

/// What a module turned out to be that Lua asked for.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// Lua, to be run here.
    Lua(String),
    /// Something else, already loaded.
    Value(Value),
}

/// Where `require` of Lua leads, and where `print` does. A [`Loader`] is one: Lua, JSON and modules of its registry.
pub trait LuaHost {
    /// Finds the module that `specifier` names in the file `referrer`.
    ///
    /// # Errors
    /// When there is none.
    fn resolve(&self, specifier: &str, referrer: &str) -> Result<Resolution, CallError>;

    /// Reads a module; asked once for each.
    ///
    /// # Errors
    /// When it cannot be read, or not be run.
    fn load(&self, resolution: &Resolution) -> Result<Loaded, CallError>;

    /// A line that a program prints.
    fn print(&self, line: &str) {
        println!("{line}");
    }
}

impl<L: Borrow<Loader>> LuaHost for L {
    fn resolve(&self, specifier: &str, referrer: &str) -> Result<Resolution, CallError> {
        self.borrow().resolve(specifier, referrer, RequestKind::Require).map_err(CallError::from)
    }

    fn load(&self, resolution: &Resolution) -> Result<Loaded, CallError> {
        let loader = self.borrow();
        if let Resolution::Native(name) = resolution {
            let exports = loader.options().registry.as_ref().and_then(|registry| registry.exports(name));
            return Ok(Loaded::Value(exports.unwrap_or_default().into()));
        }
        let in_file = |error: CallError| {
            CallError::named(error.name(), format!("{}: {}", resolution.url(), error.message()))
        };
        if let Some(path) = resolution.path().filter(|path| path.extension().is_some_and(|e| e == "json")) {
            return loader.exports().json_file(path)?.value().map(Loaded::Value).map_err(in_file);
        }
        let source = loader.load(resolution, ImportType::Unspecified, RequestKind::Require)?;
        match source.format {
            Format::Lua => Ok(Loaded::Lua(source.code.text().to_owned())),
            Format::Json => Value::from_json(source.code.text()).map(Loaded::Value).map_err(in_file),
            _ => Err(CallError::new(format!(
                "{} needs a JavaScript engine, and this is Lua alone",
                source.url
            ))),
        }
    }
}

impl From<ResolveError> for CallError {
    fn from(error: ResolveError) -> Self {
        Self::new(error.to_string()).with_code(error.code())
    }
}

impl From<LoadError> for CallError {
    fn from(error: LoadError) -> Self {
        match error.code() {
            Some(code) => Self::new(error.to_string()).with_code(code),
            None => Self::named("SyntaxError", error.to_string()),
        }
    }
}

/// A state of Lua and the modules that it has run. A clone is the same state; it belongs to its thread.
#[derive(Clone)]
pub struct Lua {
    inner: Rc<Inner>,
}

pub(crate) struct Inner {
    state: mlua::Lua,
    /// `prelude.lua`: calls a function, and gives an error of Rust for what it throws.
    invoke: mlua::Function,
    host: Box<dyn LuaHost>,
    options: LuaOptions,
    modules: RefCell<HashMap<String, mlua::Value>>,
    /// Those that run, the outermost first.
    loading: RefCell<Vec<String>>,
    /// The names of all chunks, of which Lua's messages show the end.
    chunks: RefCell<Vec<Rc<str>>>,
    /// What is left of the instructions of the call from outside, and how deep in calls this is.
    instructions: Cell<u64>,
    depth: Cell<u32>,
}

/// How often instructions are counted.
const INSTRUCTIONS_PER_LOOK: u32 = 10_000;

impl Lua {
    /// A state that finds modules by a [`Loader`] (owned, in an `Rc` or an `Arc`), or by another host.
    ///
    /// # Errors
    /// When the machine has no memory for it.
    pub fn new(host: impl LuaHost + 'static) -> Result<Self, CallError> {
        Self::with_options(host, LuaOptions::default())
    }

    /// The same with limits.
    ///
    /// # Errors
    /// When the limits are too small for the standard libraries.
    pub fn with_options(host: impl LuaHost + 'static, options: LuaOptions) -> Result<Self, CallError> {
        Self::make(Box::new(host), options).map_err(|error| error::plain(&error))
    }

    fn make(host: Box<dyn LuaHost>, options: LuaOptions) -> mlua::Result<Self> {
        let libraries =
            StdLib::COROUTINE | StdLib::MATH | StdLib::OS | StdLib::STRING | StdLib::TABLE | StdLib::UTF8;
        let state = mlua::Lua::new_with(libraries, StateOptions::default())?;
        let weak_cell: Rc<RefCell<Weak<Inner>>> = Rc::default();
        let native = state.create_table()?;
        native.set("null", mlua::Value::NULL)?;
        native.set("print", state.create_function(with(&weak_cell, print))?)?;
        native.set("caught", state.create_function(with(&weak_cell, error::caught))?)?;
        native.set("check", state.create_function(with(&weak_cell, |inner, ()| inner.check()))?)?;
        let prelude = state.load(include_str!("prelude.lua")).set_name(error::PRELUDE);
        let invoke = prelude.call(native)?;
        state.set_memory_limit(options.memory_limit_bytes)?;
        let inner = Rc::new(Inner {
            state,
            invoke,
            host,
            options,
            modules: RefCell::default(),
            loading: RefCell::default(),
            chunks: RefCell::default(),
            instructions: Cell::new(0),
            depth: Cell::new(0),
        });
        *weak_cell.borrow_mut() = Rc::downgrade(&inner);
        if options.instruction_limit.is_some() {
            let weak = Rc::downgrade(&inner);
            let triggers = HookTriggers::new().every_nth_instruction(INSTRUCTIONS_PER_LOOK);
            inner.state.set_global_hook(triggers, move |_, _| {
                weak.upgrade().map_or(Ok(VmState::Continue), |inner| inner.spend())
            })?;
        }
        Ok(Self { inner })
    }

    /// Runs the module that `specifier` names, relative to the working directory of the host.
    ///
    /// # Errors
    /// When there is none, or it throws.
    pub fn require(&self, specifier: &str) -> Result<LuaExports, CallError> {
        self.require_from(specifier, "")
    }

    /// The same, relative to the file `referrer`.
    ///
    /// # Errors
    /// As [`require`](Self::require).
    pub fn require_from(&self, specifier: &str, referrer: &str) -> Result<LuaExports, CallError> {
        let resolution = self.inner.host.resolve(specifier, referrer)?;
        let value = self.inner.enter(|inner| inner.module(&resolution))?;
        Ok(LuaExports::new(Rc::clone(&self.inner), value))
    }

    /// Runs a text as a module of that path, once.
    ///
    /// # Errors
    /// What it throws.
    pub fn run(&self, path: &Path, text: &str) -> Result<LuaExports, CallError> {
        let id = path.to_string_lossy().into_owned();
        let value = self.inner.enter(|inner| inner.module_of(id, || Ok(Loaded::Lua(text.to_owned()))))?;
        Ok(LuaExports::new(Rc::clone(&self.inner), value))
    }

    /// Forgets a module, so that the next `require` runs it again.
    pub fn forget(&self, path: &Path) {
        self.inner.modules.borrow_mut().remove(&*path.to_string_lossy());
    }

    /// How many bytes the state's values take.
    pub fn used_memory_bytes(&self) -> usize {
        self.inner.state.used_memory()
    }
}

impl Debug for Lua {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lua").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl Inner {
    /// A call from outside begins, or one inside of it.
    fn enter<R>(
        self: &Rc<Self>,
        body: impl FnOnce(&Rc<Self>) -> Result<R, CallError>,
    ) -> Result<R, CallError> {
        if self.depth.get() == 0 {
            self.instructions.set(self.options.instruction_limit.unwrap_or(u64::MAX));
        }
        self.depth.set(self.depth.get() + 1);
        let result = body(self);
        self.depth.set(self.depth.get() - 1);
        result
    }

    fn spend(&self) -> mlua::Result<VmState> {
        let left = self.instructions.get().saturating_sub(INSTRUCTIONS_PER_LOOK.into());
        self.instructions.set(left);
        self.check().map(|()| VmState::Continue)
    }

    fn check(&self) -> mlua::Result<()> {
        if self.instructions.get() > 0 {
            return Ok(());
        }
        let limit = self.options.instruction_limit.unwrap_or_default();
        let message = format!("a call took more than {limit} instructions, the limit of this Lua state");
        Err(mlua::Error::external(CallError::range_error(message).with_code("ERR_LUA_INSTRUCTION_LIMIT")))
    }

    fn module(self: &Rc<Self>, resolution: &Resolution) -> Result<mlua::Value, CallError> {
        let id =
            resolution.path().map_or_else(|| resolution.url(), |path| path.to_string_lossy().into_owned());
        self.module_of(id, || self.host.load(resolution))
    }

    fn module_of(
        self: &Rc<Self>,
        id: String,
        load: impl FnOnce() -> Result<Loaded, CallError>,
    ) -> Result<mlua::Value, CallError> {
        if let Some(known) = self.modules.borrow().get(&id) {
            return Ok(known.clone());
        }
        if self.loading.borrow().contains(&id) {
            return Err(self.cycle(&id));
        }
        self.loading.borrow_mut().push(id.clone());
        let value = load().and_then(|loaded| match loaded {
            Loaded::Lua(text) => self.run(&id, &text),
            Loaded::Value(value) => self.to_lua(&value),
        });
        self.loading.borrow_mut().pop();
        let value = value?;
        self.modules.borrow_mut().insert(id, value.clone());
        Ok(value)
    }

    fn run(self: &Rc<Self>, id: &str, text: &str) -> Result<mlua::Value, CallError> {
        self.chunks.borrow_mut().push(id.into());
        let environment = self.environment(id).map_err(|error| self.error(&error))?;
        let chunk = self.state.load(text).set_name(format!("@{id}")).set_mode(mlua::chunk::ChunkMode::Text);
        let main = chunk.set_environment(environment).into_function().map_err(|error| self.error(&error))?;
        let results = self.invoke(&main, MultiValue::new())?;
        // As in Lua: a module that returns nothing is `true`.
        Ok(results.into_iter().next().filter(|value| !value.is_nil()).unwrap_or(mlua::Value::Boolean(true)))
    }

    /// The globals of a module: those of the state, and a `require` of its own.
    fn environment(self: &Rc<Self>, id: &str) -> mlua::Result<mlua::Table> {
        let globals = self.state.globals();
        let environment = self.state.create_table()?;
        let meta = self.state.create_table()?;
        meta.set("__index", &globals)?;
        meta.set("__newindex", &globals)?;
        environment.set_metatable(Some(meta))?;
        let (weak, id) = (Rc::downgrade(self), id.to_owned());
        let require = self.state.create_function(move |_, specifier: mlua::Value| {
            let inner = upgrade(&weak)?;
            let mlua::Value::String(specifier) = &specifier else {
                let message = format!("require needs a string, found a {}", specifier.type_name());
                return Err(mlua::Error::external(CallError::type_error(message)));
            };
            let found = inner.host.resolve(&specifier.to_string_lossy(), &id);
            found.and_then(|found| inner.module(&found)).map_err(mlua::Error::external)
        })?;
        environment.raw_set("require", require)?;
        Ok(environment)
    }

    fn cycle(&self, id: &str) -> CallError {
        let loading = self.loading.borrow();
        let name = |id: &String| {
            PathBuf::from(id).file_name().map_or_else(|| id.clone(), |n| n.to_string_lossy().into())
        };
        let path: Vec<String> =
            loading.iter().skip_while(|known| *known != id).map(name).chain([name(&id.to_owned())]).collect();
        CallError::new(format!("a cycle of require in Lua: {}", path.join(" -> ")))
            .with_code("ERR_REQUIRE_CYCLE")
    }

    /// Calls a function of Lua; what it throws comes with its stack.
    fn invoke(&self, function: &mlua::Function, mut arguments: MultiValue) -> Result<MultiValue, CallError> {
        arguments.push_front(mlua::Value::Function(function.clone()));
        let mut results: MultiValue = self.invoke.call(arguments).map_err(|error| self.error(&error))?;
        match results.pop_front() {
            Some(mlua::Value::Boolean(true)) => Ok(results),
            _ => Err(self.error_of_value(&results.pop_front().unwrap_or(mlua::Value::Nil), &[])),
        }
    }
}

fn upgrade(weak: &Weak<Inner>) -> mlua::Result<Rc<Inner>> {
    weak.upgrade().ok_or_else(|| mlua::Error::runtime("the Lua state has ended"))
}

/// A native function that needs the state, which is not there yet.
fn with<A: mlua::FromLuaMulti + 'static, R: mlua::IntoLuaMulti + 'static>(
    inner: &Rc<RefCell<Weak<Inner>>>,
    body: fn(&Rc<Inner>, A) -> mlua::Result<R>,
) -> impl Fn(&mlua::Lua, A) -> mlua::Result<R> + 'static {
    let inner = Rc::clone(inner);
    move |_, arguments| body(&upgrade(&RefCell::borrow(&inner))?, arguments)
}

fn print(inner: &Rc<Inner>, arguments: MultiValue) -> mlua::Result<()> {
    let texts: mlua::Result<Vec<String>> = arguments.iter().map(mlua::Value::to_string).collect();
    inner.host.print(&texts?.join("\t"));
    Ok(())
}
