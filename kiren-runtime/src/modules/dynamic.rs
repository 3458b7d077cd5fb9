//! `import()`, `import.source()`, `import.defer()` and `import.meta`.

use hypers_modules::{ImportType, RequestKind};

use super::link::{find, find_or_compile, import_type, link, link_and_evaluate, source_object};
use super::{callback, throw_resolve};
use crate::natives::{self, string};
use crate::realm::Realm;
use crate::url::Url;

/// How much of a module an import wants.
pub(crate) use v8::ModuleImportPhase as Phase;

/// `import(specifier)`: `js/cjs.js` waits for a microtask, as the caller goes on first, and then calls [`import_now`].
pub(super) fn import_dynamically<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    _options: v8::Local<'s, v8::Data>,
    referrer: v8::Local<'s, v8::Value>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    promise_import(scope, referrer, specifier, Phase::kEvaluation, attributes)
}

/// `import.source(specifier)` and `import.defer(specifier)`.
pub(super) fn import_phase<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    _options: v8::Local<'s, v8::Data>,
    referrer: v8::Local<'s, v8::Value>,
    specifier: v8::Local<'s, v8::String>,
    phase: Phase,
    attributes: v8::Local<'s, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    promise_import(scope, referrer, specifier, phase, attributes)
}

fn promise_import<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    referrer: v8::Local<'_, v8::Value>,
    specifier: v8::Local<'_, v8::String>,
    phase: Phase,
    attributes: v8::Local<'_, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    v8::tc_scope!(let attempt, scope);
    let promise = request_import(attempt, referrer, specifier, phase, attributes);
    match (promise, attempt.exception()) {
        (None, Some(exception)) => {
            attempt.reset();
            let resolver = v8::PromiseResolver::new(attempt)?;
            resolver.reject(attempt, exception);
            Some(resolver.get_promise(attempt))
        }
        (promise, _) => promise,
    }
}

fn request_import<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    referrer: v8::Local<'_, v8::Value>,
    specifier: v8::Local<'_, v8::String>,
    phase: Phase,
    attributes: v8::Local<'_, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    let phase = match phase {
        Phase::kSource => string(scope, "source").into(),
        Phase::kDefer => string(scope, "defer").into(),
        Phase::kEvaluation => v8::undefined(scope).into(),
    };
    let import_type = match import_type(scope, attributes, 2)?.name() {
        Some(name) => string(scope, name).into(),
        None => v8::undefined(scope).into(),
    };
    let import = Realm::of(scope).host_function(scope, "importLater")?;
    let undefined = v8::undefined(scope).into();
    import.call(scope, undefined, &[referrer, specifier.into(), import_type, phase])?.try_into().ok()
}

/// `[promise of the evaluation, namespace]` of the module that a dynamic import names; its source in the place of the
/// namespace where that is asked for.
pub(crate) fn import_now<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    referrer: &str,
    specifier: &str,
    import_type: ImportType,
    phase: Phase,
) -> Option<v8::Local<'s, v8::Array>> {
    let map = &Realm::of(scope).modules;
    let found = find(scope, map, specifier, referrer, import_type)?;
    if phase == Phase::kSource {
        let nothing = v8::undefined(scope).into();
        let source = source_object(scope, map, &found)?.into();
        return Some(v8::Array::new_with_elements(scope, &[nothing, source]));
    }
    let key = found.key.clone();
    find_or_compile(scope, map, found)?;
    let module = map.by_key.borrow().get(&key).cloned()?.module(scope);
    let (evaluated, namespace) = if phase == Phase::kDefer {
        link(scope, map, module)?;
        let evaluated = module.evaluate_for_import_defer(scope)?;
        (evaluated, module.get_module_namespace_with_phase(Phase::kDefer))
    } else {
        (link_and_evaluate(scope, map, module)?.into(), module.get_module_namespace())
    };
    Some(v8::Array::new_with_elements(scope, &[evaluated, namespace]))
}

/// Compiles and links a module with all it imports, without evaluating any; gives how many V8 did not have.
pub(crate) fn preload(scope: &mut v8::PinScope<'_, '_>, specifier: &str, referrer: &str) -> Option<u32> {
    let map = &Realm::of(scope).modules;
    let before = map.by_key.borrow().len();
    let found = find(scope, map, specifier, referrer, ImportType::Unspecified)?;
    let key = found.key.clone();
    find_or_compile(scope, map, found)?;
    let module = map.by_key.borrow().get(&key).cloned()?.module(scope);
    link(scope, map, module)?;
    u32::try_from(map.by_key.borrow().len() - before).ok()
}

/// `import.meta.{url, dirname, filename, main, resolve}`.
#[allow(unsafe_code, reason = "V8 takes this callback as a C function")]
pub(super) unsafe extern "C" fn initialize_import_meta(
    context: v8::Local<'_, v8::Context>,
    module: v8::Local<'_, v8::Module>,
    meta: v8::Local<'_, v8::Object>,
) {
    callback(context, |scope| {
        let realm = Realm::of(scope);
        let record = realm.modules.record_of(scope, module)?;
        let url = string(scope, &record.url);
        natives::set(scope, meta, "url", url.into());
        if let Some(path) = hypers_modules::file_path(&record.url) {
            let filename = string(scope, &path.to_string_lossy());
            natives::set(scope, meta, "filename", filename.into());
            if let Some(folder) = path.parent() {
                let dirname = string(scope, &folder.to_string_lossy());
                natives::set(scope, meta, "dirname", dirname.into());
            }
        }
        let main = realm.modules.main_url.borrow().as_deref() == Some(&*record.url);
        let main = v8::Boolean::new(scope, main);
        natives::set(scope, meta, "main", main.into());
        let resolve = v8::Function::builder(import_meta_resolve).data(url.into()).build(scope)?;
        natives::set(scope, meta, "resolve", resolve.into());
        Some(())
    });
}

fn import_meta_resolve(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let specifier = args.get(0).to_rust_string_lossy(scope);
    let referrer = args.data().to_rust_string_lossy(scope);
    let map = &Realm::of(scope).modules;
    if map.hooked.get() {
        if let Some(found) = find(scope, map, &specifier, &referrer, ImportType::Unspecified) {
            rv.set(string(scope, &found.key.url).into());
        }
        return;
    }
    match map.loader.resolve(&specifier, &referrer, RequestKind::Import) {
        Ok(resolution) => rv.set(string(scope, &resolution.url()).into()),
        // A path names its URL, whether there is a file or not.
        Err(error) => match path_url(&specifier, &referrer) {
            Some(url) => rv.set(string(scope, &url).into()),
            None => throw_resolve(scope, &error),
        },
    }
}

/// The URL of a specifier that is a path or a `file:` URL.
fn path_url(specifier: &str, referrer: &str) -> Option<String> {
    let starts = ["./", "../", "/", "file:"];
    if !starts.iter().any(|start| specifier.starts_with(start)) {
        return None;
    }
    let base = Url::parse(referrer, None);
    Some(Url::parse(specifier, base.as_ref())?.serialise().0)
}
