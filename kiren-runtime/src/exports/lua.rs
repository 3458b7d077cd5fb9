//! Modules in Lua for JavaScript: one state for each realm, made with the first of them.

use std::path::Path;
use std::rc::{Rc, Weak};

use hypers_modules::exports::CallError;
use hypers_modules::lua::{Loaded, Lua, LuaHost};
use hypers_modules::{Format, ImportType, Loader, RequestKind, Resolution};

use super::{error, from_js, into_js, table};
use crate::natives::{get, string};
use crate::realm::Realm;

/// What `require` of a file in Lua gives: a copy of what it returned, whose functions are live.
pub(crate) fn load<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    path: &str,
    text: &str,
) -> Option<v8::Local<'s, v8::Value>> {
    let exports = state(scope).and_then(|lua| {
        // It is asked for once, unless it was taken out of require.cache: then it runs again.
        lua.forget(Path::new(path));
        lua.run(Path::new(path), text)?.value()
    });
    exports
        .and_then(|exports| into_js::value(scope, &exports))
        .map_err(|error| error::throw(scope, &error))
        .ok()
}

fn state(scope: &v8::PinScope<'_, '_>) -> Result<Lua, CallError> {
    let realm = Realm::of(scope);
    if let Some(lua) = realm.held.lua.get() {
        return Ok(lua.clone());
    }
    let lua = Lua::with_options(Host(Rc::downgrade(&realm)), realm.options.lua)?;
    Ok(realm.held.lua.get_or_init(|| lua).clone())
}

/// The realm, for `require` in Lua.
struct Host(Weak<Realm>);

impl Host {
    fn realm(&self) -> Result<Rc<Realm>, CallError> {
        self.0.upgrade().ok_or_else(|| CallError::new("the runtime of this Lua state has ended"))
    }
}

impl LuaHost for Host {
    fn resolve(&self, specifier: &str, referrer: &str) -> Result<Resolution, CallError> {
        let realm = self.realm()?;
        let found = Loader::resolve(&realm.modules.loader, specifier, referrer, RequestKind::Require);
        found.map_err(CallError::from)
    }

    fn load(&self, resolution: &Resolution) -> Result<Loaded, CallError> {
        let realm = self.realm()?;
        let is_lua = resolution.path().is_some_and(|path| path.extension().is_some_and(|e| e == "lua"));
        if is_lua {
            let source = realm.modules.load(resolution, ImportType::Unspecified, RequestKind::Require)?;
            if source.format == Format::Lua {
                return Ok(Loaded::Lua(source.code.text().to_owned()));
            }
        }
        realm.enter(|scope| {
            let exports = table::load(scope, resolution)?;
            from_js::value(scope, exports, "exports").map(Loaded::Value)
        })
    }

    /// As `console.log`, so that the lines of both languages come in their order.
    fn print(&self, line: &str) {
        let Ok(realm) = self.realm() else { return };
        realm.enter(|scope| {
            let global = scope.get_current_context().global(scope);
            let console = v8::Local::<v8::Object>::try_from(get(scope, global, "console")).ok();
            let log = console
                .and_then(|console| v8::Local::<v8::Function>::try_from(get(scope, console, "log")).ok());
            let format = string(scope, "%s").into();
            let line = string(scope, line).into();
            let undefined = v8::undefined(scope).into();
            // What a console throws is not the business of a program in Lua.
            let _ = error::attempt(scope, |scope| log?.call(scope, undefined, &[format, line]));
        });
    }
}
