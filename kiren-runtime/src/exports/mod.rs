//! Values of Rust and Lua in V8: native modules, functions and classes called both ways, and what a program of JavaScript
//! exports as an [`ExportTable`](hypers_modules::exports::ExportTable).
//!
//! Data is copied. What JavaScript holds of Rust - functions, instances, classes - lies in a table of the realm and goes
//! with the JavaScript object that stands for it. What Rust holds of JavaScript is a function that belongs to the
//! isolate's thread, and says so elsewhere. A panic in a function of Rust becomes an error where panics unwind; the
//! release profile of Krepis ends the process instead.

mod classes;
mod error;
mod from_js;
mod held;
mod into_js;
#[cfg(feature = "lua")]
mod lua;
mod table;

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use hypers_modules::exports::{CallError, Value};

use crate::natives::string;
use crate::realm::Realm;

pub(crate) use held::Held;
pub use table::JsExports;

/// The exports object of a built-in or native module of the embedder's registry; `undefined` for another name.
pub(crate) fn registered<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    name: &str,
) -> Option<v8::Local<'s, v8::Value>> {
    let registry = Realm::of(scope).options.registry.clone();
    match registry.and_then(|registry| registry.exports(name)) {
        Some(exports) => into_js::object(scope, &exports).map_err(|error| error::throw(scope, &error)).ok(),
        None => Some(v8::undefined(scope).into()),
    }
}

/// What `require` of a file in Lua gives.
#[cfg(feature = "lua")]
pub(crate) use lua::load as load_lua;

/// What `require` of a file in Lua gives: this build has no Lua.
#[cfg(not(feature = "lua"))]
pub(crate) fn load_lua<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    path: &str,
    _text: &str,
) -> Option<v8::Local<'s, v8::Value>> {
    let message = format!("{path} is written in Lua, and this build is without the feature \"lua\"");
    error::throw(scope, &CallError::new(message).with_code("ERR_FEATURE_UNAVAILABLE_ON_PLATFORM"));
    None
}

/// The names that a file in Lua exports to `import`: those of the table that it returns, so it runs when it is linked.
pub(crate) fn lua_names(scope: &mut v8::PinScope<'_, '_>, path: &str) -> Option<std::rc::Rc<[String]>> {
    let require = Realm::of(scope).host_function(scope, "requireForImport")?;
    let undefined = v8::undefined(scope).into();
    let id = string(scope, path).into();
    let exports = require.call(scope, undefined, &[id])?;
    let Ok(object) = v8::Local::<v8::Object>::try_from(exports) else { return Some([].into()) };
    let keys = object.get_own_property_names(scope, v8::GetPropertyNamesArgs::default())?;
    let names =
        (0..keys.length()).filter_map(|at| Some(keys.get_index(scope, at)?.to_rust_string_lossy(scope)));
    let names: Vec<String> = names.filter(|name| !matches!(&**name, "default" | "module.exports")).collect();
    Some(names.into())
}

/// Runs Rust that a program called. A panic must not go on into V8.
fn guarded(body: impl FnOnce() -> Result<Value, CallError>) -> Result<Value, CallError> {
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

fn panicked(panic: &(dyn Any + Send)) -> CallError {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    CallError::new(format!("a native function panicked: {text}")).with_code("ERR_NATIVE_PANIC")
}
