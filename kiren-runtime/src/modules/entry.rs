//! The entry of a program: found, started, and its default export served.

use std::path::Path;

use hypers_modules::{
    Code, Format, ImportType, LoadError, ModuleSyntax, RequestKind, Source, TranspileOptions, transpile,
};

use super::compile::{compile, compile_commonjs};
use super::link::{find, link_and_evaluate, load, source_of};
use super::required::commonjs_payload;
use super::{Key, ModuleMap, throw_load, throw_resolve};
use crate::Entry;
use crate::error::JsError;
use crate::natives::{self, string};
use crate::realm::{Realm, Stop};

/// The entry of a program, once it has been started.
pub(crate) struct Main {
    /// The promise of its evaluation, and the module.
    module: Option<(v8::Global<v8::Promise>, v8::Global<v8::Module>)>,
}

/// Loads and starts the entry. What goes wrong is reported as uncaught in the realm.
pub(crate) fn run_main(realm: &Realm, scope: &mut v8::PinScope<'_, '_>, entry: Entry) -> Main {
    v8::tc_scope!(let attempt, scope);
    let main = start(realm, attempt, entry);
    if let Some(exception) = attempt.exception()
        && !attempt.has_terminated()
    {
        let message = attempt.message();
        attempt.reset();
        realm.report_uncaught(attempt, exception, message, "uncaughtException");
    } else if main.is_none() && !attempt.has_terminated() && realm.stop.borrow().is_none() {
        realm.stop(attempt, Stop::Uncaught(Box::new(JsError::plain("Error: the entry could not be linked"))));
    }
    main.unwrap_or(Main { module: None })
}

fn start(realm: &Realm, scope: &mut v8::PinScope<'_, '_>, entry: Entry) -> Option<Main> {
    let map = &realm.modules;
    preload(realm, scope)?;
    match entry {
        Entry::File(path) => {
            let resolution = map
                .loader
                .resolve_entry(&path.to_string_lossy())
                .map_err(|error| missing_entry(realm, scope, &path, &error))
                .ok()?;
            // The entry may be anything that `require` takes, JSON included.
            let source = match map.hooked.get() {
                true => {
                    let found = find(scope, map, &resolution.url(), "", ImportType::Unspecified)?;
                    source_of(scope, map, &found)?
                }
                false => load(scope, map, &resolution, ImportType::Unspecified, RequestKind::Require)?,
            };
            *map.main_url.borrow_mut() = Some(source.url.as_str().into());
            if let (Format::CommonJs | Format::Json, Some(path)) = (source.format, resolution.path()) {
                let id = string(scope, &path.to_string_lossy()).into();
                let payload = commonjs_payload(scope, map, &path.to_string_lossy(), source)?;
                return run_main_commonjs(realm, scope, id, payload);
            }
            start_module(scope, map, source, resolution.path())
        }
        Entry::Source { code, name } => {
            let options = TranspileOptions { keep_source: true, ..TranspileOptions::default() };
            let compiled = transpile(&code, Path::new(&name), &options).map_err(LoadError::from);
            let compiled = compiled.map_err(|error| throw_load(scope, &error)).ok()?;
            map.remember_text(&name, &code);
            *map.main_url.borrow_mut() = Some(name.as_str().into());
            map.remember_map(&name, Some(compiled.map));
            if compiled.syntax == ModuleSyntax::CommonJs {
                let id = string(scope, &name).into();
                let wrapper = compile_commonjs(scope, &compiled.code, &name, None)?;
                let format = string(scope, "commonjs").into();
                let payload = v8::Array::new_with_elements(scope, &[format, wrapper.into()]);
                return run_main_commonjs(realm, scope, id, payload);
            }
            let source = Source {
                url: name,
                format: Format::Esm,
                code: Code::Text(compiled.code),
                map: None,
                code_key: None,
            };
            start_module(scope, map, source, None)
        }
    }
}

/// Loads the modules that come before the entry.
fn preload(realm: &Realm, scope: &mut v8::PinScope<'_, '_>) -> Option<()> {
    for specifier in &realm.options.preload {
        let require = realm.host_function(scope, "preload")?;
        let undefined = v8::undefined(scope).into();
        let specifier = string(scope, specifier).into();
        require.call(scope, undefined, &[specifier])?;
    }
    Some(())
}

/// The entry cannot be resolved: where it is not there, that is said in the words of a command line.
fn missing_entry(
    realm: &Realm,
    scope: &mut v8::PinScope<'_, '_>,
    path: &Path,
    error: &hypers_modules::ResolveError,
) {
    use hypers_modules::ResolveError::{ModuleNotFound, RequireNotFound};
    let (ModuleNotFound { suggestion, .. } | RequireNotFound { suggestion, .. }) = error else {
        throw_resolve(scope, error);
        return;
    };
    let hint = suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean {name}?"));
    let what = if realm.modules.loader.options().cwd.join(path).is_dir() {
        "this folder has no index file and no package.json with a \"main\""
    } else {
        "no such file"
    };
    let text = format!("{what}: {}{hint}", path.display());
    realm.stop(scope, Stop::Uncaught(Box::new(JsError::missing_entry(text))));
}

fn run_main_commonjs(
    realm: &Realm,
    scope: &mut v8::PinScope<'_, '_>,
    id: v8::Local<'_, v8::Value>,
    payload: v8::Local<'_, v8::Array>,
) -> Option<Main> {
    let run = realm.host_function(scope, "runCommonJs")?;
    let undefined = v8::undefined(scope).into();
    let exports = run.call(scope, undefined, &[id, payload.into()])?;
    use_exports(realm, scope, undefined, exports)?;
    Some(Main { module: None })
}

/// Uses the entry's default export once `evaluated` is done, as the runtime was asked to: it is served, or it is a worker's.
fn use_exports(
    realm: &Realm,
    scope: &mut v8::PinScope<'_, '_>,
    evaluated: v8::Local<'_, v8::Value>,
    exports: v8::Local<'_, v8::Value>,
) -> Option<()> {
    if realm.options.kernel.as_ref().is_some_and(|kernel| kernel.seat.is_some()) {
        let start = realm.host_function(scope, "startWorker")?;
        let undefined = v8::undefined(scope).into();
        let started = start.call(scope, undefined, &[evaluated, exports])?;
        wait_for(realm, scope, started);
    }
    serve_exports(realm, scope, evaluated, exports)
}

/// The program has not begun before a promise is kept; that it is rejected is an error of the entry.
fn wait_for(realm: &Realm, scope: &mut v8::PinScope<'_, '_>, promise: v8::Local<'_, v8::Value>) {
    if let Ok(promise) = v8::Local::<v8::Promise>::try_from(promise) {
        realm.modules.entry.borrow_mut().push(v8::Global::new(scope, promise));
    }
}

fn serve_exports(
    realm: &Realm,
    scope: &mut v8::PinScope<'_, '_>,
    evaluated: v8::Local<'_, v8::Value>,
    exports: v8::Local<'_, v8::Value>,
) -> Option<()> {
    let Some(serve) = &realm.options.serve else { return Some(()) };
    let options = v8::Object::new(scope);
    let hostname = string(scope, &serve.host.to_string()).into();
    let port = v8::Integer::new(scope, i32::from(serve.port)).into();
    let file = string(scope, realm.modules.main_url.borrow().as_deref().unwrap_or_default()).into();
    let reuse_port = v8::Boolean::new(scope, serve.reuse_port).into();
    let announce = v8::Boolean::new(scope, serve.announce).into();
    let entries = [
        ("hostname", hostname),
        ("port", port),
        ("file", file),
        ("reusePort", reuse_port),
        ("announce", announce),
    ];
    for (name, value) in entries {
        natives::set(scope, options, name, value);
    }
    let serve = realm.host_function(scope, "serveExports")?;
    let undefined = v8::undefined(scope).into();
    let served = serve.call(scope, undefined, &[evaluated, exports, options.into()])?;
    wait_for(realm, scope, served);
    Some(())
}

fn start_module(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    source: Source,
    path: Option<&Path>,
) -> Option<Main> {
    let key = Key { url: source.url.as_str().into(), import_type: ImportType::Unspecified };
    let record = compile(scope, map, key, source, path)?;
    let module = v8::Local::new(scope, &record.module);
    let promise = link_and_evaluate(scope, map, module)?;
    map.entry.borrow_mut().push(v8::Global::new(scope, promise));
    use_exports(&Realm::of(scope), scope, promise.into(), module.get_module_namespace())?;
    Some(Main { module: Some((v8::Global::new(scope, promise), v8::Global::new(scope, module))) })
}

/// Why the entry never came to its end: a top-level await that nothing will settle.
pub(crate) fn unfinished(scope: &mut v8::PinScope<'_, '_>, main: Main) -> Option<JsError> {
    let (promise, module) = main.module?;
    let promise = v8::Local::new(scope, promise);
    if promise.state() != v8::PromiseState::Pending {
        return None;
    }
    let realm = Realm::of(scope);
    let module = v8::Local::new(scope, module);
    let stalled = module.get_stalled_top_level_await_message(scope);
    let text =
        "Warning: the program ended while a top-level await was waiting for something that will not happen";
    Some(JsError::at_message(&realm, scope, text, stalled.first().map(|(_, message)| *message)))
}
