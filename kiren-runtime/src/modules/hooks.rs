//! What the hooks of `module.registerHooks` (`js/node/module/hooks.js`) are asked, and what the runtime answers where
//! they pass a question on.

use std::path::Path;

use hypers_modules::{
    Code, Format, ImportType, LoadError, ModuleSyntax, RequestKind, Resolution, Source, TranspileOptions,
    transpile,
};

use super::link::{Found, Origin};
use super::required::commonjs_payload;
use super::{Key, ModuleMap, throw_load};
use crate::natives::{ErrorClass, NativeError, string};
use crate::realm::Realm;

/// Asks the hooks what a specifier names.
pub(super) fn resolve(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    specifier: &str,
    referrer: &str,
    import_type: ImportType,
) -> Option<Found> {
    let import_type = type_value(scope, import_type);
    let arguments = [string(scope, specifier).into(), string(scope, referrer).into(), import_type];
    let [url, format, import_type] = ask(scope, map, "resolveHooked", &arguments)?;
    let url = url.to_rust_string_lossy(scope);
    let import_type = type_of(scope, import_type)?;
    let format = (!format.is_undefined()).then(|| format.to_rust_string_lossy(scope));
    Some(Found { key: Key { url: url.as_str().into(), import_type }, origin: Origin::Hooks(format) })
}

/// Asks the hooks for the source of what they found.
pub(super) fn load(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: &Key,
    format: Option<&str>,
) -> Option<Source> {
    let format = match format {
        Some(format) => string(scope, format).into(),
        None => v8::undefined(scope).into(),
    };
    let import_type = type_value(scope, key.import_type);
    let arguments = [string(scope, &key.url).into(), format, import_type];
    let [format, source, _] = ask(scope, map, "loadHooked", &arguments)?;
    let format = format.to_rust_string_lossy(scope);
    source_of(scope, map, &key.url, &format, source, RequestKind::Import)
}

/// What `require` makes of the source that hooks gave; see [`commonjs_payload`].
pub(crate) fn source_for_require<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    id: &str,
    format: &str,
    source: v8::Local<'_, v8::Value>,
) -> Option<v8::Local<'s, v8::Array>> {
    let map = &Realm::of(scope).modules;
    let url = url_of(id);
    let source = source_of(scope, map, &url, format, source, RequestKind::Require)?;
    commonjs_payload(scope, map, id, source)
}

/// A module's identity as a URL: of a file's path, or of what is a URL already.
fn url_of(id: &str) -> String {
    if Path::new(id).is_absolute() { hypers_modules::file_url(Path::new(id)) } else { id.to_owned() }
}

/// A source of the format that hooks named; without text, the one that the loader reads.
fn source_of(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    url: &str,
    format: &str,
    source: v8::Local<'_, v8::Value>,
    kind: RequestKind,
) -> Option<Source> {
    let (known, typed) = match format {
        "module" => (Format::Esm, None),
        "commonjs" => (Format::CommonJs, None),
        "module-typescript" => (Format::Esm, Some(ModuleSyntax::Esm)),
        "commonjs-typescript" => (Format::CommonJs, Some(ModuleSyntax::CommonJs)),
        "json" => (Format::Json, None),
        "wasm" => (Format::Wasm, None),
        "text" => (Format::Text, None),
        "bytes" => (Format::Bytes, None),
        "lua" => (Format::Lua, None),
        "builtin" => (Format::Builtin, None),
        _ => {
            let message = format!("Unknown module format: {format} for URL {url}");
            NativeError::new(ErrorClass::TypeError, Some("ERR_UNKNOWN_MODULE_FORMAT"), message).throw(scope);
            return None;
        }
    };
    if known == Format::Builtin {
        let code = Code::Text(String::new());
        return Some(Source { url: url.to_owned(), format: known, code, map: None, code_key: None });
    }
    if source.is_null_or_undefined() {
        let Some(resolution) = resolution_of(url) else {
            let message = format!("the \"load\" hook gave no source for {url}, which is no file");
            NativeError::new(ErrorClass::TypeError, Some("ERR_INVALID_RETURN_PROPERTY_VALUE"), message)
                .throw(scope);
            return None;
        };
        return super::link::load(scope, map, &resolution, ImportType::Unspecified, kind);
    }
    let bytes = match source.is_string() {
        true => source.to_rust_string_lossy(scope).into_bytes(),
        false => bytes_of(source)?,
    };
    let code = match known {
        Format::Wasm | Format::Bytes => Code::Bytes(bytes),
        _ => Code::Text(String::from_utf8_lossy(&bytes).into_owned()),
    };
    let Some(syntax) = typed else {
        map.remember_text(url, code.text());
        return Some(Source { url: url.to_owned(), format: known, code, map: None, code_key: None });
    };
    let path = hypers_modules::file_path(url).unwrap_or_else(|| Path::new("hooked.ts").to_owned());
    let options = TranspileOptions { syntax: Some(syntax), keep_source: true, ..TranspileOptions::default() };
    let compiled = transpile(code.text(), &path, &options).map_err(LoadError::from);
    let compiled = compiled.map_err(|error| throw_load(scope, &error)).ok()?;
    Some(Source {
        url: url.to_owned(),
        format: known,
        code: Code::Text(compiled.code),
        map: Some(compiled.map),
        code_key: None,
    })
}

fn bytes_of(value: v8::Local<'_, v8::Value>) -> Option<Vec<u8>> {
    if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        let mut bytes = vec![0; view.byte_length()];
        view.copy_contents(&mut bytes);
        return Some(bytes);
    }
    let buffer = v8::Local::<v8::ArrayBuffer>::try_from(value).ok()?;
    let store = buffer.get_backing_store();
    Some(store.iter().map(std::cell::Cell::get).collect())
}

/// The file, or the `data:` URL, that a URL names.
pub(super) fn resolution_of(url: &str) -> Option<Resolution> {
    if url.starts_with("data:") {
        return Some(Resolution::Data(url.to_owned()));
    }
    if let Some(name) = url.strip_prefix("virtual:") {
        return Some(Resolution::Virtual(name.into()));
    }
    let path = hypers_modules::file_path(url)?;
    let suffix = url.find(['?', '#']).map_or("", |at| &url[at..]).to_owned();
    Some(Resolution::File { path: path.into(), suffix })
}

/// What the last of the `load` hooks gets from the runtime: `(format, source)`, the source as it was written.
pub(crate) fn read_source(
    map: &ModuleMap,
    url: &str,
    import_type: ImportType,
    kind: RequestKind,
) -> Result<(&'static str, Code), LoadError> {
    let Some(resolution) = resolution_of(url) else {
        return Ok(("builtin", Code::Text(String::new())));
    };
    let source = map.load(&resolution, import_type, kind)?;
    let format = match source.format {
        Format::Esm if source.map.is_some() => "module-typescript",
        Format::Esm => "module",
        Format::CommonJs if source.map.is_some() => "commonjs-typescript",
        Format::CommonJs => "commonjs",
        Format::Json => "json",
        Format::Wasm => "wasm",
        Format::Text => "text",
        Format::Bytes => "bytes",
        Format::Builtin => "builtin",
        Format::Lua => "lua",
    };
    match (source.map.is_some(), resolution.path()) {
        (true, Some(_)) => {
            let text = map.loader.load(&resolution, ImportType::Text, kind)?;
            Ok((format, text.code))
        }
        _ => Ok((format, source.code)),
    }
}

/// Calls a function of the hooks; it gives an array of up to three values.
fn ask<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    _map: &ModuleMap,
    name: &str,
    arguments: &[v8::Local<'_, v8::Value>],
) -> Option<[v8::Local<'s, v8::Value>; 3]> {
    let function = Realm::of(scope).host_function(scope, name)?;
    let undefined = v8::undefined(scope).into();
    let answer = v8::Local::<v8::Array>::try_from(function.call(scope, undefined, arguments)?).ok()?;
    Some([answer.get_index(scope, 0)?, answer.get_index(scope, 1)?, answer.get_index(scope, 2)?])
}

fn type_value<'s>(scope: &mut v8::PinScope<'s, '_>, import_type: ImportType) -> v8::Local<'s, v8::Value> {
    match import_type.name() {
        Some(name) => string(scope, name).into(),
        None => v8::undefined(scope).into(),
    }
}

fn type_of(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<ImportType> {
    if value.is_undefined() {
        return Some(ImportType::Unspecified);
    }
    let name = value.to_rust_string_lossy(scope);
    ImportType::parse(&name).map_err(|error| throw_load(scope, &error)).ok()
}
