//! From source text to what V8 runs.

use std::path::Path;
use std::rc::Rc;

use hypers_modules::{CodeKey, Format, Source};
use v8::script_compiler::CompileOptions;

use super::synthetic::create_synthetic;
use super::{Content, Key, ModuleMap, Record, wasm};
use crate::natives::{string, throw_type_error};
use crate::realm::Realm;

/// Compiles what was loaded for a module that V8 does not have yet. `path` is its file, if it is one.
pub(super) fn compile(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: Key,
    source: Source,
    path: Option<&Path>,
) -> Option<Rc<Record>> {
    let path = path.map(Path::to_string_lossy);
    let content = match source.format {
        Format::Esm => {
            map.remember_map(path.as_deref().unwrap_or(&key.url), source.map);
            return compile_text(scope, map, key, source.code.text(), source.code_key);
        }
        Format::CommonJs => {
            let path = path.unwrap_or_else(|| (&*key.url).into());
            let names = map.export_names(&path, &source);
            Content::CommonJs(path.into(), names)
        }
        Format::Lua => {
            let path = path.unwrap_or_default();
            let names = crate::exports::lua_names(scope, &path)?;
            Content::CommonJs(path.into(), names)
        }
        Format::Json => Content::Json(source.code.text().into()),
        Format::Text => Content::Text(source.code.text().into()),
        Format::Bytes => Content::Bytes(source.code.bytes().into()),
        Format::Wasm => {
            wasm::compile(scope, map, &key.url, source.code.bytes())?;
            return wasm::instance_module(scope, map, key);
        }
        Format::Builtin => {
            throw_type_error(scope, &format!("{} has no source", key.url));
            return None;
        }
    };
    create_synthetic(scope, map, key, content)
}

/// Compiles the text of a CommonJS file to its function of `exports, require, module, __filename, __dirname`.
pub(crate) fn compile_commonjs<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    code: &str,
    file: &str,
    code_key: Option<CodeKey>,
) -> Option<v8::Local<'s, v8::Function>> {
    let map = &Realm::of(scope).modules;
    let text = string(scope, code);
    let name = string(scope, file);
    let parameters =
        ["exports", "require", "module", "__filename", "__dirname"].map(|name| string(scope, name));
    let origin = v8::ScriptOrigin::new(scope, name.into(), 0, 0, false, -1, None, false, false, false, None);
    let code = map.cached_code(code_key);
    let (mut source, options) = source_with(text, &origin, code.as_deref());
    let reason = v8::script_compiler::NoCacheReason::NoReason;
    let function =
        v8::script_compiler::compile_function(scope, &mut source, &parameters, &[], options, reason)?;
    if !is_taken(&source) {
        map.note_function(scope, code_key, function);
    }
    Some(function)
}

/// A text, with the code that the cache has for it.
fn source_with(
    text: v8::Local<'_, v8::String>,
    origin: &v8::ScriptOrigin<'_>,
    code: Option<&[u8]>,
) -> (v8::script_compiler::Source, CompileOptions) {
    match code {
        Some(code) => {
            let code = v8::CachedData::new(code);
            let source = v8::script_compiler::Source::new_with_cached_data(text, Some(origin), code);
            (source, CompileOptions::ConsumeCodeCache)
        }
        None => (v8::script_compiler::Source::new(text, Some(origin)), CompileOptions::NoCompileOptions),
    }
}

/// Whether a source was compiled with code that it brought.
fn is_taken(source: &v8::script_compiler::Source) -> bool {
    source.get_cached_data().is_some_and(|code| !code.rejected())
}

/// Compiles the text of an ES module.
pub(super) fn compile_text(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: Key,
    text: &str,
    code_key: Option<CodeKey>,
) -> Option<Rc<Record>> {
    let text = string(scope, text);
    let name = string(scope, &key.url);
    let origin = v8::ScriptOrigin::new(scope, name.into(), 0, 0, false, -1, None, false, false, true, None);
    let code = map.cached_code(code_key);
    let (mut source, options) = source_with(text, &origin, code.as_deref());
    let reason = v8::script_compiler::NoCacheReason::NoReason;
    let module = v8::script_compiler::compile_module2(scope, &mut source, options, reason)?;
    if !is_taken(&source) {
        map.note_module(scope, code_key, module);
    }
    Some(map.insert(scope, key, module, Content::SourceText))
}
