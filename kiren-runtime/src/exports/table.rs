//! What a program exports, seen from Rust.

use std::rc::{Rc, Weak};

use hypers_modules::RequestKind;
use hypers_modules::exports::{CallError, ExportTable, SmolStr, Value};

use super::into_js::name_of;
use super::{error, from_js, into_js};
use crate::Runtime;
use crate::natives::string;
use crate::realm::Realm;

/// The exports of a module of JavaScript: its live object. They belong to the runtime that they come from.
#[derive(Debug)]
pub struct JsExports {
    exports: v8::Global<v8::Value>,
    realm: Weak<Realm>,
}

impl Runtime {
    /// Loads a module as `require` does, from the working directory: JavaScript and TypeScript without a top-level
    /// await, JSON, Lua, and the modules of the registry.
    ///
    /// Its functions can be called from Rust as long as the runtime lives. What they start - timers, promises - is
    /// worked on by the next [`run`](Self::run).
    ///
    /// ```no_run
    /// use hypers_modules::exports::ExportTable;
    /// use kiren_runtime::{Runtime, RuntimeOptions};
    ///
    /// let mut runtime = Runtime::new(RuntimeOptions::default())?;
    /// let mut prices = runtime.require("./prices.ts")?;
    /// let total = prices.to_object()?.function("total")?.call((3, 9.5))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That it cannot be found, compiled or loaded; what it throws.
    pub fn require(&mut self, specifier: &str) -> Result<JsExports, CallError> {
        let realm = Rc::clone(&self.realm);
        let exports = self.realm.enter(|scope| {
            let exports = require(scope, specifier, "");
            realm.drain(scope);
            exports.map(|exports| v8::Global::new(scope, exports))
        })?;
        Ok(JsExports { exports, realm: Rc::downgrade(&self.realm) })
    }
}

/// The exports of the module that `specifier` names for `require` in `referrer`.
pub(super) fn require<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    specifier: &str,
    referrer: &str,
) -> Result<v8::Local<'s, v8::Value>, CallError> {
    let realm = Realm::of(scope);
    let found = realm.modules.loader.resolve(specifier, referrer, RequestKind::Require);
    let found = found.map_err(|error| CallError::new(error.to_string()).with_code(error.code()))?;
    load(scope, &found)
}

/// The exports of a module that was found.
pub(super) fn load<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    found: &hypers_modules::Resolution,
) -> Result<v8::Local<'s, v8::Value>, CallError> {
    use hypers_modules::Resolution::{Builtin, Native};
    let id = found.path().map_or_else(|| found.url(), |path| path.to_string_lossy().into_owned());
    let function =
        if matches!(found, Builtin(_) | Native(_)) { "builtinExports" } else { "requireForImport" };
    let function = Realm::of(scope).host_function(scope, function);
    error::attempt(scope, |scope| {
        let undefined = v8::undefined(scope).into();
        let id = string(scope, &id).into();
        function?.call(scope, undefined, &[id])
    })
}

impl JsExports {
    /// A copy of what the module exports, whatever it is.
    ///
    /// # Errors
    /// What cannot leave JavaScript; that the runtime has ended.
    pub fn value(&self) -> Result<Value, CallError> {
        self.enter(|scope, exports| from_js::value(scope, exports, "exports"))
    }

    fn enter<R>(
        &self,
        body: impl for<'s> FnOnce(&mut v8::PinScope<'s, '_>, v8::Local<'s, v8::Value>) -> Result<R, CallError>,
    ) -> Result<R, CallError> {
        let realm =
            self.realm.upgrade().ok_or_else(|| CallError::new("the runtime of these exports has ended"))?;
        realm.enter(|scope| {
            let exports = v8::Local::new(scope, &self.exports);
            body(scope, exports)
        })
    }

    fn object<R>(
        &self,
        body: impl for<'s> FnOnce(&mut v8::PinScope<'s, '_>, v8::Local<'s, v8::Object>) -> Result<R, CallError>,
    ) -> Result<R, CallError> {
        self.enter(|scope, exports| match v8::Local::<v8::Object>::try_from(exports) {
            Ok(object) => body(scope, object),
            Err(_) => Err(CallError::type_error("the module exports no object")),
        })
    }
}

impl ExportTable for JsExports {
    fn names(&mut self) -> Result<Vec<SmolStr>, CallError> {
        self.object(|scope, object| {
            let names = from_js::names_of(scope, object)?;
            Ok(names.iter().map(|name| name.to_rust_string_lossy(scope).into()).collect())
        })
    }

    fn get(&mut self, name: &str) -> Result<Option<Value>, CallError> {
        self.object(|scope, object| {
            let key = name_of(scope, name);
            if !error::attempt(scope, |scope| object.has(scope, key.into()))? {
                return Ok(None);
            }
            let value = error::attempt(scope, |scope| object.get(scope, key.into()))?;
            from_js::value(scope, value, &format!("exports.{name}")).map(Some)
        })
    }

    fn set(&mut self, name: &str, value: Value) -> Result<(), CallError> {
        self.object(|scope, object| {
            if object.is_module_namespace_object() {
                return Err(CallError::type_error(format!(
                    "the export {name} of an ES module cannot be set"
                )));
            }
            let value = into_js::value(scope, &value)?;
            let key = name_of(scope, name);
            match error::attempt(scope, |scope| object.set(scope, key.into(), value))? {
                true => Ok(()),
                false => Err(CallError::type_error(format!("the export {name} cannot be changed"))),
            }
        })
    }

    fn has(&mut self, name: &str) -> Result<bool, CallError> {
        self.object(|scope, object| {
            let key = name_of(scope, name);
            error::attempt(scope, |scope| object.has(scope, key.into()))
        })
    }
}
