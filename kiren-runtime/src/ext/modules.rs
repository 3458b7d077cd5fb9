//! `native("modules")`: resolution and loading for CommonJS.

use hypers_modules::{ImportType, RequestKind, Resolution};

use crate::builtins;
use crate::modules::{self, commonjs_payload, compile_commonjs, throw_load, throw_resolve};
use crate::natives::{natives, string, string_array, throw_type_error};
use crate::realm::Realm;

natives! {
    builtin_names, builtin_source, compile_function, cwd, import_now, is_builtin, load_for_require, node_modules_paths, path_of_url, resolve,
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
        Ok(resolution) => {
            let id = resolution
                .path()
                .map_or_else(|| resolution.url(), |path| path.to_string_lossy().into_owned());
            rv.set(string(scope, &id).into());
        }
        Err(error) => throw_resolve(scope, &error),
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
    let resolution = Resolution::file(&path);
    match map.load(&resolution, ImportType::Unspecified, RequestKind::Require) {
        Ok(source) => {
            if let Some(payload) = commonjs_payload(scope, map, &path, source) {
                rv.set(payload.into());
            }
        }
        Err(error) => throw_load(scope, &error),
    }
}

/// `import_now(referrer, specifier, type)`: see [`modules::import_now`].
fn import_now(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let referrer = args.get(0).to_rust_string_lossy(scope);
    let specifier = args.get(1).to_rust_string_lossy(scope);
    let import_type = match args.get(2) {
        value if value.is_undefined() => ImportType::Unspecified,
        value => ImportType::parse(&value.to_rust_string_lossy(scope)).unwrap_or_default(),
    };
    if let Some(result) = modules::import_now(scope, &referrer, &specifier, import_type) {
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
    if let Some(function) = compile_commonjs(scope, &code, &file) {
        rv.set(function.into());
    }
}

fn is_builtin(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    rv.set_bool(builtins::source(&name).or_else(|| builtins::source(&format!("node:{name}"))).is_some());
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
    let names = builtins::NAMES.iter().map(|name| name.strip_prefix("node:").unwrap_or(name));
    rv.set(string_array(scope, names).into());
}

/// The `node_modules` folders that a file in `folder` can see, nearest first.
fn node_modules_paths(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let folder = args.get(0).to_rust_string_lossy(scope);
    let folders =
        std::path::Path::new(&folder).ancestors().filter(|folder| !folder.ends_with("node_modules"));
    let paths = folders.map(|folder| folder.join("node_modules").to_string_lossy().into_owned());
    rv.set(string_array(scope, paths).into());
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
