//! The internal JavaScript: static one-byte sources by name, compiled on demand.

#![allow(unsafe_code, reason = "registering a static's address with V8 takes a raw pointer")]

use std::borrow::Cow;

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

/// Compiles internal module `name` to its function `(load, native) => exports`.
///
/// Returns `None` when there is no such module, or with a pending exception when it does not compile.
pub(crate) fn compile<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    name: &str,
    parameters: &[&str],
) -> Option<v8::Local<'s, v8::Function>> {
    let text = text(scope, name)?;
    let resource = v8::String::new(scope, &format!("kiren:{name}"))?;
    let origin =
        v8::ScriptOrigin::new(scope, resource.into(), 0, 0, false, -1, None, false, false, false, None);
    let mut source = v8::script_compiler::Source::new(text, Some(&origin));
    let mut names = Vec::with_capacity(parameters.len());
    for parameter in parameters {
        names.push(v8::String::new(scope, parameter)?);
    }
    v8::script_compiler::compile_function(
        scope,
        &mut source,
        &names,
        &[],
        v8::script_compiler::CompileOptions::NoCompileOptions,
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
    v8::String::new_from_onebyte_const(scope, find(name)?)
}

/// Whether there is an internal module of that name.
pub(crate) fn exists(name: &str) -> bool {
    find(name).is_some()
}

fn find(name: &str) -> Option<&'static v8::OneByteConst> {
    let at = SOURCES.binary_search_by(|(candidate, _)| (*candidate).cmp(name)).ok()?;
    Some(&SOURCES[at].1)
}
