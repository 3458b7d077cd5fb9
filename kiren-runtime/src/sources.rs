//! The internal JavaScript: static one-byte sources by name, compiled on demand.

#![allow(unsafe_code, reason = "registering a static's address with V8 takes a raw pointer")]

use std::borrow::Cow;
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The address of every source, so that a snapshot refers to the static text instead of carrying a copy.
///
/// The order is the order of names, equal in the process that makes a snapshot and the one that uses it,
/// because both are built from the same folder.
pub(crate) fn external_references() -> Cow<'static, [v8::ExternalReference]> {
    let references = SOURCES
        .iter()
        .map(|(_, source)| v8::ExternalReference { pointer: std::ptr::from_ref(source).cast_mut().cast() });
    references.collect()
}

/// The code that a snapshot brought for each source; the first runtime of a process sets it.
static CODE: OnceLock<[&'static [u8]; SOURCES.len()]> = OnceLock::new();

/// Takes compiled code from now on where it fits this V8 and its flags.
#[cfg(feature = "runtime")]
pub(crate) fn use_code(code: [&'static [u8]; SOURCES.len()]) {
    CODE.get_or_init(|| code);
}

const MODULE: [&str; 2] = ["load", "native"];

/// Compiles internal module `name` to its function `(load, native) => exports`.
///
/// Returns `None` when there is no such module, or with a pending exception when it does not compile.
pub(crate) fn compile_module<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    name: &str,
) -> Option<v8::Local<'s, v8::Function>> {
    let code = find(name).and_then(|at| CODE.get().map(|code| code[at])).filter(|code| !code.is_empty());
    match code {
        Some(code) => {
            let code = v8::CachedData::new(code);
            compile(scope, name, &MODULE, Some(code), v8::script_compiler::CompileOptions::ConsumeCodeCache)
        }
        None => compile(scope, name, &MODULE, None, v8::script_compiler::CompileOptions::NoCompileOptions),
    }
}

/// As [`compile_module`], with all its inner functions, for the code that a snapshot brings.
pub(crate) fn compile_eagerly<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    name: &str,
) -> Option<v8::Local<'s, v8::Function>> {
    compile(scope, name, &MODULE, None, v8::script_compiler::CompileOptions::EagerCompile)
}

/// Compiles `js/bootstrap.js` to its function `(host) => undefined`.
pub(crate) fn compile_bootstrap<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    eager: bool,
) -> Option<v8::Local<'s, v8::Function>> {
    let options = match eager {
        true => v8::script_compiler::CompileOptions::EagerCompile,
        false => v8::script_compiler::CompileOptions::NoCompileOptions,
    };
    compile(scope, "bootstrap", &["host"], None, options)
}

fn compile<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    name: &str,
    parameters: &[&str],
    code: Option<v8::UniqueRef<v8::CachedData<'static>>>,
    options: v8::script_compiler::CompileOptions,
) -> Option<v8::Local<'s, v8::Function>> {
    let text = text(scope, name)?;
    let resource = v8::String::new(scope, &format!("kiren:{name}"))?;
    let origin =
        v8::ScriptOrigin::new(scope, resource.into(), 0, 0, false, -1, None, false, false, false, None);
    let mut source = match code {
        Some(code) => v8::script_compiler::Source::new_with_cached_data(text, Some(&origin), code),
        None => v8::script_compiler::Source::new(text, Some(&origin)),
    };
    let mut names = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        names.push(v8::String::new(scope, parameter)?);
    }
    v8::script_compiler::compile_function(
        scope,
        &mut source,
        &names,
        &[],
        options,
        v8::script_compiler::NoCacheReason::NoReason,
    )
}

fn text<'s>(scope: &mut v8::PinScope<'s, '_>, name: &str) -> Option<v8::Local<'s, v8::String>> {
    #[cfg(debug_assertions)]
    if let Some(folder) = std::env::var_os("KIREN_JS") {
        let path = std::path::Path::new(&folder).join(format!("{name}.js"));
        if let Ok(text) = std::fs::read_to_string(path) {
            return v8::String::new(scope, &text);
        }
    }
    v8::String::new_from_onebyte_const(scope, SOURCES[find(name)?].1)
}

/// The text of an internal module, the body of `(load, native) => { ... }`.
#[cfg(feature = "runtime")]
#[must_use]
pub fn internal_module(name: &str) -> Option<&'static str> {
    Some(SOURCES[find(name)?].1.as_ref())
}

/// Whether there is an internal module of that name.
pub(crate) fn exists(name: &str) -> bool {
    find(name).is_some()
}

fn find(name: &str) -> Option<usize> {
    SOURCES.binary_search_by(|(candidate, _)| (*candidate).cmp(name)).ok()
}
