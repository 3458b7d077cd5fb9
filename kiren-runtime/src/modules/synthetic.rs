//! Modules that are no source text: built-ins, CommonJS files, JSON, text and bytes.

use std::collections::HashSet;
use std::rc::Rc;

use hypers_modules::{CjsExports, Format, ImportType, RequestKind, Source};

use super::{Content, Key, ModuleMap, Record, callback};
use crate::natives::{self, ErrorClass, NativeError, string};
use crate::realm::Realm;

/// A module whose exports are set by [`evaluate_synthetic`].
pub(super) fn create_synthetic(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: Key,
    content: Content,
) -> Option<Rc<Record>> {
    let mut names = vec![string(scope, "default")];
    match &content {
        Content::Builtin(name) => {
            let exports = builtin_exports(scope, name)?;
            let keys = exports.get_own_property_names(scope, v8::GetPropertyNamesArgs::default())?;
            for index in 0..keys.length() {
                let key = keys.get_index(scope, index)?.to_string(scope)?;
                if key.to_rust_string_lossy(scope) != "default" {
                    names.push(key);
                }
            }
        }
        Content::CommonJs(_, exported) => {
            names.push(string(scope, "module.exports"));
            names.extend(exported.iter().map(|name| string(scope, name)));
        }
        _ => {}
    }
    let name = string(scope, &key.url);
    let module = v8::Module::create_synthetic_module(scope, name, &names, evaluate_synthetic);
    Some(map.insert(scope, key, module, content))
}

fn builtin_exports<'s>(scope: &mut v8::PinScope<'s, '_>, name: &str) -> Option<v8::Local<'s, v8::Object>> {
    let realm = Realm::of(scope);
    let function = realm.host_function(scope, "builtinExports")?;
    let undefined = v8::undefined(scope).into();
    let id = string(scope, name).into();
    function.call(scope, undefined, &[id])?.try_into().ok()
}

/// V8 calls this when a synthetic module is evaluated.
fn evaluate_synthetic<'s>(
    context: v8::Local<'s, v8::Context>,
    module: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Value>> {
    callback(context, |scope| {
        let realm = Realm::of(scope);
        let record = realm.modules.record_of(scope, module)?;
        let exports: v8::Local<'_, v8::Value> = match &record.content {
            Content::Builtin(name) => builtin_exports(scope, name)?.into(),
            Content::CommonJs(path, _) => {
                let require = realm.host_function(scope, "requireForImport")?;
                let undefined = v8::undefined(scope).into();
                let id = string(scope, path).into();
                require.call(scope, undefined, &[id])?
            }
            Content::Json(text) => parse_json(scope, &record.url, text)?,
            Content::Text(text) => string(scope, text).into(),
            Content::Bytes(bytes) => natives::uint8_array(scope, bytes.to_vec()).into(),
            Content::SourceText => return None,
        };
        set_exports(scope, module, &record.content, exports)?;
        let resolver = v8::PromiseResolver::new(scope)?;
        let undefined = v8::undefined(scope).into();
        resolver.resolve(scope, undefined);
        Some(resolver.get_promise(scope).into())
    })
}

fn set_exports<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    module: v8::Local<'_, v8::Module>,
    content: &Content,
    exports: v8::Local<'s, v8::Value>,
) -> Option<()> {
    let default = string(scope, "default");
    let mut default_value = exports;
    if let (Content::Builtin(_), Ok(object)) = (content, v8::Local::<v8::Object>::try_from(exports))
        && object.has(scope, default.into())?
    {
        default_value = object.get(scope, default.into())?;
    }
    module.set_synthetic_module_export(scope, default, default_value)?;
    let names = match content {
        Content::CommonJs(_, names) => {
            let whole = string(scope, "module.exports");
            module.set_synthetic_module_export(scope, whole, exports)?;
            names.to_vec()
        }
        Content::Builtin(_) => own_names(scope, exports)?,
        _ => Vec::new(),
    };
    let Ok(object) = v8::Local::<v8::Object>::try_from(exports) else { return Some(()) };
    for name in names {
        let name = string(scope, &name);
        let value = object.get(scope, name.into())?;
        module.set_synthetic_module_export(scope, name, value)?;
    }
    Some(())
}

fn own_names(scope: &mut v8::PinScope<'_, '_>, exports: v8::Local<'_, v8::Value>) -> Option<Vec<String>> {
    let object = v8::Local::<v8::Object>::try_from(exports).ok()?;
    let keys = object.get_own_property_names(scope, v8::GetPropertyNamesArgs::default())?;
    let mut names = Vec::with_capacity(keys.length() as usize);
    for index in 0..keys.length() {
        let name = keys.get_index(scope, index)?.to_rust_string_lossy(scope);
        if name != "default" {
            names.push(name);
        }
    }
    Some(names)
}

fn parse_json<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    url: &str,
    text: &str,
) -> Option<v8::Local<'s, v8::Value>> {
    let text = string(scope, text);
    v8::tc_scope!(let attempt, scope);
    if let Some(value) = v8::json::parse(attempt, text) {
        return Some(value);
    }
    let reason =
        attempt.exception().map(|exception| exception.to_rust_string_lossy(attempt)).unwrap_or_default();
    attempt.reset();
    let reason = reason.trim_start_matches("SyntaxError: ");
    NativeError::new(ErrorClass::SyntaxError, None, format!("{url}: {reason}")).throw(attempt);
    attempt.rethrow();
    None
}

/// Gives the named exports of built-ins, as `import` sees them, the values that their objects have now.
pub(crate) fn sync_builtin_exports(scope: &mut v8::PinScope<'_, '_>) -> Option<()> {
    let map = &Realm::of(scope).modules;
    let records: Vec<Rc<Record>> = map.by_key.borrow().values().cloned().collect();
    for record in records {
        let Content::Builtin(name) = &record.content else { continue };
        let module = record.module(scope);
        if module.get_status() == v8::ModuleStatus::Evaluated {
            let exports = builtin_exports(scope, name)?.into();
            set_exports(scope, module, &record.content, exports)?;
        }
    }
    Some(())
}

impl ModuleMap {
    /// The names that a CommonJS source exports, those of the modules that it passes on included.
    pub(super) fn export_names(&self, path: &str, source: &Source) -> Rc<[String]> {
        let mut names = Vec::new();
        let mut seen = HashSet::from([path.to_owned()]);
        let mut waiting = vec![(path.to_owned(), self.exports_of(source))];
        while let Some((path, exports)) = waiting.pop() {
            names.extend(exports.names);
            for specifier in exports.reexports {
                let Ok(resolution) = self.loader.resolve(&specifier, &path, RequestKind::Require) else {
                    continue;
                };
                let Some(file) = resolution.path().map(|path| path.to_string_lossy().into_owned()) else {
                    continue;
                };
                if seen.insert(file.clone())
                    && let Ok(source) =
                        self.loader.load(&resolution, ImportType::Unspecified, RequestKind::Require)
                    && source.format == Format::CommonJs
                {
                    waiting.push((file, self.exports_of(&source)));
                }
            }
        }
        let mut unique = HashSet::from(["default".to_owned(), "module.exports".to_owned()]);
        names.retain(|name| unique.insert(name.clone()));
        names.into()
    }

    fn exports_of(&self, source: &Source) -> CjsExports {
        self.loader.cjs_exports(source.code.text(), source.code_key.as_ref())
    }
}
