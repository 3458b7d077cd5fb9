//! What `require` makes of files.

use std::path::Path;
use std::rc::Rc;

use hypers_modules::{Format, ImportType, Source};

use super::compile::{compile, compile_commonjs, compile_text};
use super::link::link;
use super::{Key, ModuleMap};
use crate::natives::{ErrorClass, NativeError, string};

/// What CommonJS makes of a file: `["commonjs", function]`, `["json", text]` or `["module", namespace]`.
pub(crate) fn commonjs_payload<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    path: &str,
    source: Source,
) -> Option<v8::Local<'s, v8::Array>> {
    let (format, payload) = match source.format {
        Format::CommonJs => {
            map.remember_map(path, source.map);
            ("commonjs", compile_commonjs(scope, source.code.text(), path, source.code_key)?.into())
        }
        Format::Json => ("json", string(scope, source.code.text()).into()),
        Format::Lua => ("lua", crate::exports::load_lua(scope, path, source.code.text())?),
        _ => ("module", require_module(scope, map, path, source)?),
    };
    let format = string(scope, format).into();
    Some(v8::Array::new_with_elements(scope, &[format, payload]))
}

/// Evaluates an ES module for `require`, which cannot wait.
fn require_module<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    path: &str,
    source: Source,
) -> Option<v8::Local<'s, v8::Value>> {
    let key = Key { url: source.url.as_str().into(), import_type: ImportType::Unspecified };
    let known = map.by_key.borrow().get(&key).cloned();
    let record = match known {
        Some(record) => record,
        None => compile(scope, map, key.clone(), source, Some(Path::new(path)))?,
    };
    let module = record.module(scope);
    link(scope, map, module)?;
    if module.get_status() == v8::ModuleStatus::Evaluating {
        let message = format!(
            "require() cannot be used on an ES module that is being evaluated: {} is part of a cycle - use import",
            record.url
        );
        NativeError::new(ErrorClass::Error, Some("ERR_REQUIRE_CYCLE_MODULE"), message).throw(scope);
        return None;
    }
    if module.is_graph_async() {
        NativeError::new(
            ErrorClass::Error,
            Some("ERR_REQUIRE_ASYNC_MODULE"),
            format!(
                "require() cannot be used on an ES module with top-level await: {} - use import() instead",
                record.url
            ),
        )
        .throw(scope);
        return None;
    }
    let promise = v8::Local::<v8::Promise>::try_from(module.evaluate(scope)?).ok()?;
    if promise.state() == v8::PromiseState::Rejected {
        promise.mark_as_handled();
        let reason = promise.result(scope);
        scope.throw_exception(reason);
        return None;
    }
    let namespace = v8::Local::<v8::Object>::try_from(module.get_module_namespace()).ok()?;
    let has = |name: &str| {
        let name = string(scope, name);
        namespace.has(scope, name.into())
    };
    if !has("default")? || has("__esModule")? || has("module.exports")? {
        return Some(namespace.into());
    }
    marked_namespace(scope, map, key)
}

/// The namespace of a module with a default export as transpiled CommonJS expects it: it says by `__esModule` that
/// `default` is one export among others.
fn marked_namespace<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    original: Key,
) -> Option<v8::Local<'s, v8::Value>> {
    let text =
        "export * from 'original'; export { default } from 'original'; export const __esModule = true;";
    let url = format!("krepis:required/{}", original.url);
    let key = Key { url: url.as_str().into(), import_type: ImportType::Unspecified };
    let original_link = (Rc::clone(&key.url), "original".to_owned(), ImportType::Unspecified);
    map.links.borrow_mut().insert(original_link, original);
    let module = compile_text(scope, map, key, text, None)?.module(scope);
    link(scope, map, module)?;
    module.evaluate(scope)?;
    Some(module.get_module_namespace())
}
