//! From source text to what V8 runs.

use std::path::Path;
use std::rc::Rc;

use hypers_modules::{Format, Source};

use super::synthetic::create_synthetic;
use super::{Content, Key, ModuleMap, Record, wasm};
use crate::natives::{self, string, throw_type_error};

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
            return compile_text(scope, map, key, source.code.text());
        }
        Format::CommonJs => {
            let path = path.unwrap_or_else(|| (&*key.url).into());
            let names = map.export_names(&path, source.code.text());
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
) -> Option<v8::Local<'s, v8::Function>> {
    let text = string(scope, code);
    let parameters =
        ["exports", "require", "module", "__filename", "__dirname"].map(|name| string(scope, name));
    natives::function_of(scope, text, file, &parameters)
}

/// Compiles the text of an ES module.
pub(super) fn compile_text(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: Key,
    text: &str,
) -> Option<Rc<Record>> {
    let text = string(scope, text);
    let name = string(scope, &key.url);
    let origin = v8::ScriptOrigin::new(scope, name.into(), 0, 0, false, -1, None, false, false, true, None);
    let mut source = v8::script_compiler::Source::new(text, Some(&origin));
    let module = v8::script_compiler::compile_module(scope, &mut source)?;
    Some(map.insert(scope, key, module, Content::SourceText))
}
