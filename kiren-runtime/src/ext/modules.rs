//! `native("modules")`: resolution and loading for CommonJS.

use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use hypers_modules::{Code, ImportType, LoadError, RequestKind, Resolution, SCHEME_ONLY, TranspileOptions};

use crate::builtins;
use crate::exports;
use crate::modules::{self, Phase, commonjs_payload, compile_commonjs, throw_load, throw_resolve};
use crate::natives::{natives, string, string_array, throw_type_error, uint8_array};
use crate::realm::Realm;

natives! {
    builtin_names, builtin_source, compile_cache_folder, compile_function, conditions, cwd, epoch, find_package_json, find_source_map, flush_compile_cache, id_of_url, import_now,
    is_builtin, load_for_require, lookup_paths, node_modules_paths, path_of_url, read_source, resolve,
    registered, resolve_from_paths, resolve_url, set_hooked, source_for_require, sync_builtin_exports, text_for_compile, transpile,
    url_of_path,
}

/// `resolve(specifier, fromPath)`: a file's path, or the full name of a built-in such as `node:path`.
fn resolve(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let specifier = args.get(0).to_rust_string_lossy(scope);
    let referrer = args.get(1).to_rust_string_lossy(scope);
    match Realm::of(scope).modules.loader.resolve(&specifier, &referrer, RequestKind::Require) {
        Ok(resolution) => rv.set(string(scope, &id_of(&resolution)).into()),
        Err(error) => throw_resolve(scope, &error),
    }
}

/// What CommonJS calls a module: a file's path, else its URL.
fn id_of(resolution: &Resolution) -> String {
    resolution.path().map_or_else(|| resolution.url(), |path| path.to_string_lossy().into_owned())
}

/// The module that CommonJS calls so.
fn resolution_of(id: &str) -> Resolution {
    match id.strip_prefix("virtual:") {
        Some(name) => Resolution::Virtual(name.into()),
        None => Resolution::file(id),
    }
}

/// `registered(name)`: see [`exports::registered`].
fn registered(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    if let Some(exports) = exports::registered(scope, &name) {
        rv.set(exports);
    }
}

/// `resolve_from_paths(specifier, folders, from)`: as [`resolve`] from each of the folders, until one has it.
fn resolve_from_paths(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let specifier = args.get(0).to_rust_string_lossy(scope);
    let Ok(folders) = v8::Local::<v8::Array>::try_from(args.get(1)) else {
        return throw_type_error(scope, "The \"options.paths\" property must be an array of folders");
    };
    let mut paths = Vec::new();
    for at in 0..folders.length() {
        let Some(folder) = folders.get_index(scope, at) else { return };
        paths.push(PathBuf::from(folder.to_rust_string_lossy(scope)));
    }
    let referrer = args.get(2).to_rust_string_lossy(scope);
    match Realm::of(scope).modules.loader.resolve_from_paths(&specifier, &paths, &referrer) {
        Ok(resolution) => rv.set(string(scope, &id_of(&resolution)).into()),
        Err(error) => throw_resolve(scope, &error),
    }
}

/// `resolve_url(specifier, parentURL, required)`: `[url, format]` for the last of the hooks.
fn resolve_url(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let specifier = args.get(0).to_rust_string_lossy(scope);
    let referrer = args.get(1).to_rust_string_lossy(scope);
    let kind = kind_of(args.get(2));
    match Realm::of(scope).modules.loader.resolve(&specifier, &referrer, kind) {
        Ok(resolution) => {
            let format = match &resolution {
                Resolution::Builtin(_) | Resolution::Native(_) => string(scope, "builtin").into(),
                _ => v8::undefined(scope).into(),
            };
            let url = string(scope, &resolution.url()).into();
            rv.set(v8::Array::new_with_elements(scope, &[url, format]).into());
        }
        Err(error) => throw_resolve(scope, &error),
    }
}

fn kind_of(required: v8::Local<'_, v8::Value>) -> RequestKind {
    if required.is_true() { RequestKind::Require } else { RequestKind::Import }
}

fn type_of(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> ImportType {
    match value.is_undefined() {
        true => ImportType::Unspecified,
        false => ImportType::parse(&value.to_rust_string_lossy(scope)).unwrap_or_default(),
    }
}

/// `read_source(url, type, required)`: `[format, source]` for the last of the hooks.
fn read_source(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let url = args.get(0).to_rust_string_lossy(scope);
    let import_type = type_of(scope, args.get(1));
    match modules::read_source(&Realm::of(scope).modules, &url, import_type, kind_of(args.get(2))) {
        Ok((format, code)) => {
            let format = string(scope, format).into();
            let source = match code {
                Code::Text(text) => string(scope, &text).into(),
                Code::Bytes(bytes) => uint8_array(scope, bytes).into(),
            };
            rv.set(v8::Array::new_with_elements(scope, &[format, source]).into());
        }
        Err(error) => throw_load(scope, &error),
    }
}

/// `source_for_require(id, format, source)`: see [`modules::source_for_require`].
fn source_for_require(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = args.get(0).to_rust_string_lossy(scope);
    let format = args.get(1).to_rust_string_lossy(scope);
    if let Some(payload) = modules::source_for_require(scope, &id, &format, args.get(2)) {
        rv.set(payload.into());
    }
}

/// Whether hooks are to be asked from now on.
fn set_hooked(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    Realm::of(scope).modules.hooked.set(args.get(0).is_true());
}

/// The conditions of `exports` maps, for `require` or for `import`.
fn conditions(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let kind = if args.get(0).is_true() { "require" } else { "import" };
    let realm = Realm::of(scope);
    let own = realm.modules.loader.options().conditions.iter().map(String::as_str);
    let names: Vec<&str> = ["krepis", "node", kind].into_iter().chain(own).collect();
    rv.set(string_array(scope, names).into());
}

/// The text of a script for `module._compile`, compiled where it is TypeScript; `undefined` for what is none.
fn text_for_compile(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let path = args.get(0).to_rust_string_lossy(scope);
    let map = &Realm::of(scope).modules;
    let resolution = resolution_of(&path);
    match map.load(&resolution, ImportType::Unspecified, RequestKind::Require) {
        Ok(source)
            if matches!(source.format, hypers_modules::Format::Json | hypers_modules::Format::Wasm) => {}
        Ok(source) => {
            map.remember_map(&path, source.map);
            rv.set(string(scope, source.code.text()).into());
        }
        Err(error) => throw_load(scope, &error),
    }
}

/// `transpile(text, file)`: `[code, map]`, JavaScript of TypeScript and its source map as JSON.
fn transpile(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let text = args.get(0).to_rust_string_lossy(scope);
    let file = args.get(1).to_rust_string_lossy(scope);
    let path = if file.is_empty() { Path::new("code.ts") } else { Path::new(&file) };
    let options = TranspileOptions { keep_source: true, ..TranspileOptions::default() };
    match hypers_modules::transpile(&text, path, &options) {
        Ok(compiled) => {
            let code = string(scope, &compiled.code).into();
            let map = string(scope, &compiled.map.to_json()).into();
            rv.set(v8::Array::new_with_elements(scope, &[code, map]).into());
        }
        Err(error) => throw_load(scope, &LoadError::Transpile(error)),
    }
}

/// Gives the named exports of built-ins the values that their objects have now.
fn sync_builtin_exports(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    // Without a result the exception is pending.
    let _ = modules::sync_builtin_exports(scope);
}

/// The folder of the compile cache, or `undefined` where there is none.
fn compile_cache_folder(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    if let Some(cache) = &Realm::of(scope).modules.loader.options().cache {
        rv.set(string(scope, &cache.options().folder.to_string_lossy()).into());
    }
}

/// Keeps the code of what was compiled so far.
fn flush_compile_cache(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    Realm::of(scope).modules.keep_code_now(scope);
}

/// `find_package_json(specifier, base)`: see `Loader::find_package_json`.
fn find_package_json(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let specifier = args.get(0).to_rust_string_lossy(scope);
    let base = args.get(1).to_rust_string_lossy(scope);
    match Realm::of(scope).modules.loader.find_package_json(&specifier, &base) {
        Ok(Some(path)) => rv.set(string(scope, &path.to_string_lossy()).into()),
        Ok(None) => {}
        Err(error) => throw_resolve(scope, &error),
    }
}

/// The source map of a file as JSON text, or `undefined`.
fn find_source_map(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let file = args.get(0).to_rust_string_lossy(scope);
    if let Some((map, _)) = Realm::of(scope).modules.source_map(&file) {
        rv.set(string(scope, &map.to_json()).into());
    }
}

#[allow(unsafe_code, reason = "V8 takes this callback as a C function")]
unsafe extern "C" fn release_version(_: *mut c_void, _: usize, version: *mut c_void) {
    // SAFETY: `epoch` made the pointer of an `Arc<AtomicU32>`, and V8 calls this once.
    drop(unsafe { Arc::from_raw(version.cast::<AtomicU32>()) });
}

/// A `Uint32Array` of one number, which grows when answers of the resolver were dropped.
#[allow(unsafe_code, reason = "V8 takes memory that others write by its address")]
fn epoch(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let version = Realm::of(scope).modules.loader.shared_version();
    let pointer = Arc::into_raw(version).cast_mut().cast();
    // SAFETY: the four bytes live until `release` takes back the count that `into_raw` left here.
    let store = unsafe { v8::ArrayBuffer::new_backing_store_from_ptr(pointer, 4, release_version, pointer) };
    let buffer = v8::ArrayBuffer::with_backing_store(scope, &store.make_shared());
    if let Some(view) = v8::Uint32Array::new(scope, buffer, 0, 1) {
        rv.set(view.into());
    }
}

/// `load_for_require(path)`: see [`commonjs_payload`].
fn load_for_require(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let path = args.get(0).to_rust_string_lossy(scope);
    let map = &Realm::of(scope).modules;
    let resolution = resolution_of(&path);
    match map.load(&resolution, ImportType::Unspecified, RequestKind::Require) {
        Ok(source) => {
            if let Some(payload) = commonjs_payload(scope, map, &path, source) {
                rv.set(payload.into());
            }
        }
        Err(error) => throw_load(scope, &error),
    }
}

/// `import_now(referrer, specifier, type, phase)`: see [`modules::import_now`].
fn import_now(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let referrer = args.get(0).to_rust_string_lossy(scope);
    let specifier = args.get(1).to_rust_string_lossy(scope);
    let import_type = type_of(scope, args.get(2));
    let phase = match args.get(3) {
        phase if phase.is_undefined() => Phase::kEvaluation,
        phase if phase.to_rust_string_lossy(scope) == "source" => Phase::kSource,
        _ => Phase::kDefer,
    };
    if let Some(result) = modules::import_now(scope, &referrer, &specifier, import_type, phase) {
        rv.set(result.into());
    }
}

fn compile_function(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let code = args.get(0).to_rust_string_lossy(scope);
    let file = args.get(1).to_rust_string_lossy(scope);
    if let Some(function) = compile_commonjs(scope, &code, &file, None) {
        rv.set(function.into());
    }
}

fn is_builtin(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    let registry = Realm::of(scope).options.registry.clone();
    let registered = || matches!(registry?.resolve(&name), Some(Resolution::Native(_))).then_some(());
    rv.set_bool(is_builtin_name(&name) || registered().is_some());
}

/// The internal module that holds a built-in's exports.
fn builtin_source(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    match builtins::source(&name) {
        Some(source) => rv.set(string(scope, source).into()),
        None => throw_type_error(scope, &format!("no such built-in module: {name}")),
    }
}

fn builtin_names(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let names = builtins::NAMES.iter().map(|name| match SCHEME_ONLY.contains(name) {
        true => *name,
        false => name.strip_prefix("node:").unwrap_or(name),
    });
    rv.set(string_array(scope, names).into());
}

/// The `node_modules` folders that a file in `folder` can see, nearest first.
fn node_modules_paths(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let folder = args.get(0).to_rust_string_lossy(scope);
    let folders = node_modules(scope, &folder);
    rv.set(string_array(scope, folders).into());
}

fn node_modules(scope: &v8::PinScope<'_, '_>, folder: &str) -> Vec<String> {
    let folders = Realm::of(scope).modules.loader.node_modules_paths(Path::new(folder));
    folders.into_iter().map(|folder| folder.to_string_lossy().into_owned()).collect()
}

/// Where `require.resolve` would look for a specifier from a folder; `undefined` for a built-in.
fn lookup_paths(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let specifier = args.get(0).to_rust_string_lossy(scope);
    let folder = args.get(1).to_rust_string_lossy(scope);
    let is_relative = specifier.starts_with("./") || specifier.starts_with("../");
    if is_relative || specifier == "." || specifier == ".." {
        rv.set(string_array(scope, [folder]).into());
    } else if !is_builtin_name(&specifier) {
        let folders = node_modules(scope, &folder);
        rv.set(string_array(scope, folders).into());
    }
}

fn is_builtin_name(name: &str) -> bool {
    let full = format!("node:{name}");
    builtins::source(name).is_some()
        || !SCHEME_ONLY.contains(&full.as_str()) && builtins::source(&full).is_some()
}

/// A path as a URL; a URL as it is.
fn url_of_path(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = args.get(0).to_rust_string_lossy(scope);
    let url = if Path::new(&id).is_absolute() { hypers_modules::file_url(Path::new(&id)) } else { id };
    rv.set(string(scope, &url).into());
}

/// What CommonJS calls the module of a URL: a file's path, else the URL.
fn id_of_url(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let url = args.get(0).to_rust_string_lossy(scope);
    let id = hypers_modules::file_path(&url).map_or(url, |path| path.to_string_lossy().into_owned());
    rv.set(string(scope, &id).into());
}

fn path_of_url(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let url = args.get(0).to_rust_string_lossy(scope);
    match hypers_modules::file_path(&url) {
        Some(path) => rv.set(string(scope, &path.to_string_lossy()).into()),
        None => throw_type_error(scope, &format!("not a file URL: {url}")),
    }
}

fn cwd(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let cwd = std::env::current_dir().unwrap_or_default();
    rv.set(string(scope, &cwd.to_string_lossy()).into());
}
