//! What modules import: found, loaded and compiled ahead of V8's linking, which then only asks the tables.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use hypers_modules::{Format, ImportType, RequestKind, Resolution, Source};

use super::compile::compile;
use super::synthetic::create_synthetic;
use super::{Content, Key, Link, ModuleMap, Phase, Record, callback, hooks, throw_load, throw_resolve, wasm};
use crate::natives::{self, ErrorClass, NativeError, string};
use crate::realm::Realm;

/// What a specifier was found to name.
pub(super) struct Found {
    pub(super) key: Key,
    pub(super) origin: Origin,
}

impl Found {
    fn of(resolution: Resolution, import_type: ImportType) -> Self {
        let key = Key { url: resolution.url().as_str().into(), import_type };
        Self { key, origin: Origin::Loader(resolution) }
    }
}

/// Who found it, and so who reads it.
pub(super) enum Origin {
    Loader(Resolution),
    /// Hooks of the program, which may have said its format.
    Hooks(Option<String>),
}

/// Loads everything `module` imports, links it and starts its evaluation; `None` with a pending exception.
pub(super) fn link_and_evaluate<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    module: v8::Local<'_, v8::Module>,
) -> Option<v8::Local<'s, v8::Promise>> {
    link(scope, map, module)?;
    module.evaluate(scope)?.try_into().ok()
}

/// Loads everything `module` imports, and links it.
pub(super) fn link(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    module: v8::Local<'_, v8::Module>,
) -> Option<()> {
    if module.get_status() == v8::ModuleStatus::Uninstantiated {
        load_imports(scope, map, module)?;
        v8::tc_scope!(let attempt, scope);
        if module.instantiate_module2(attempt, resolve_import, resolve_source).is_none() {
            if let (Some(exception), Some(message)) = (attempt.exception(), attempt.message()) {
                explain_missing_export(attempt, map, exception, message);
                attempt.rethrow();
            }
            return None;
        }
    }
    Some(())
}

/// V8 says that a module does not provide an export. Where the module is CommonJS, whose names are only what its text
/// tells, the error says what to do.
fn explain_missing_export(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    exception: v8::Local<'_, v8::Value>,
    thrown: v8::Local<'_, v8::Message>,
) -> Option<()> {
    let error = v8::Local::<v8::Object>::try_from(exception).ok()?;
    let message = natives::get(scope, error, "message").to_rust_string_lossy(scope);
    let (specifier, name) =
        message.strip_prefix("The requested module '")?.split_once("' does not provide an export named '")?;
    let name = name.strip_suffix('\'')?;
    let importer = thrown.get_script_resource_name(scope)?.to_rust_string_lossy(scope);
    let link: Link = (importer.into(), specifier.to_owned(), ImportType::Unspecified);
    let key = map.links.borrow().get(&link).cloned()?;
    let record = map.by_key.borrow().get(&key).cloned()?;
    let Content::CommonJs(_, names) = &record.content else { return None };
    let near = hypers_modules::nearest(name, names.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
    let message = format!(
        "Named export '{name}' not found in '{specifier}'{near}\n'{specifier}' is a CommonJS module, whose names are found \
         in its text. All of it is its default export:\n\n  import module from '{specifier}';\n  const {{ {name} }} = module;"
    );
    let message = string(scope, &message).into();
    natives::set(scope, error, "message", message);
    Some(())
}

/// Compiles the graph below `module`, breadth first, so that what other threads read ahead is not needed at once.
fn load_imports(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    module: v8::Local<'_, v8::Module>,
) -> Option<()> {
    let mut waiting = VecDeque::from([requests_of(scope, map, map.record_of(scope, module)?)?]);
    let loaded = load_waiting(scope, map, &mut waiting);
    if let Some(ahead) = &map.ahead {
        ahead.clear();
    }
    loaded
}

fn load_waiting(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    waiting: &mut VecDeque<Requests>,
) -> Option<()> {
    while let Some(Requests { url, referrer, imports }) = waiting.pop_front() {
        for (specifier, import_type, phase) in imports {
            v8::scope!(let scope, scope);
            let found = match map.ahead.as_ref().filter(|_| !map.hooked.get()) {
                Some(ahead) => {
                    let resolution = ahead.resolution(&referrer, &specifier, import_type);
                    let resolution = resolution.map_err(|error| throw_resolve(scope, &error)).ok()?;
                    Found::of(resolution, import_type)
                }
                None => find(scope, map, &specifier, &referrer, import_type)?,
            };
            let link = (Rc::clone(&url), specifier, import_type);
            map.links.borrow_mut().insert(link, found.key.clone());
            if phase == Phase::kSource {
                source_object(scope, map, &found)?;
            } else if let Some(record) = find_or_compile(scope, map, found)? {
                waiting.push_back(requests_of(scope, map, record)?);
            }
        }
    }
    Some(())
}

/// What a module imports and nobody has found yet.
struct Requests {
    url: Rc<str>,
    /// The same, for other threads.
    referrer: Arc<str>,
    imports: Vec<(String, ImportType, Phase)>,
}

fn requests_of(scope: &mut v8::PinScope<'_, '_>, map: &ModuleMap, record: Rc<Record>) -> Option<Requests> {
    v8::scope!(let scope, scope);
    let module = record.module(scope);
    let mut imports = Vec::new();
    if module.is_source_text_module() && module.get_status() == v8::ModuleStatus::Uninstantiated {
        let requests = module.get_module_requests();
        for index in 0..requests.length() {
            let request = v8::Local::<v8::ModuleRequest>::try_from(requests.get(scope, index)?).ok()?;
            let import_type = import_type(scope, request.get_import_attributes(), 3)?;
            let specifier = request.get_specifier().to_rust_string_lossy(scope);
            let link = (Rc::clone(&record.url), specifier, import_type);
            let known = map.links.borrow().get(&link).cloned();
            if !known.is_some_and(|key| map.is_loaded(&key, request.get_phase() == Phase::kSource)) {
                imports.push((link.1, import_type, request.get_phase()));
            }
        }
    }
    let referrer = Arc::from(&*record.url);
    if let Some(ahead) = map.ahead.as_ref().filter(|_| !imports.is_empty() && !map.hooked.get()) {
        ahead.request(&referrer, imports.iter().map(|(specifier, kind, _)| (specifier.clone(), *kind)));
    }
    Some(Requests { url: Rc::clone(&record.url), referrer, imports })
}

/// The module that a specifier names.
pub(super) fn find(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    specifier: &str,
    referrer: &str,
    import_type: ImportType,
) -> Option<Found> {
    if map.hooked.get() {
        return hooks::resolve(scope, map, specifier, referrer, import_type);
    }
    let resolution = map.loader.resolve(specifier, referrer, RequestKind::Import);
    let resolution = resolution.map_err(|error| throw_resolve(scope, &error)).ok()?;
    Some(Found::of(resolution, import_type))
}

/// Compiles what was found, where V8 does not have it yet: gives its record then.
pub(super) fn find_or_compile(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    found: Found,
) -> Option<Option<Rc<Record>>> {
    if map.by_key.borrow().contains_key(&found.key) {
        return Some(None);
    }
    let source = source_of(scope, map, &found)?;
    let record = match (source.format, &found.origin) {
        (Format::Builtin, _) => {
            let name = Rc::clone(&found.key.url);
            create_synthetic(scope, map, found.key, Content::Builtin(name))?
        }
        (_, Origin::Loader(resolution)) => compile(scope, map, found.key, source, resolution.path())?,
        (_, Origin::Hooks(_)) => {
            let path = hypers_modules::file_path(&found.key.url);
            compile(scope, map, found.key, source, path.as_deref())?
        }
    };
    Some(Some(record))
}

pub(super) fn source_of(scope: &mut v8::PinScope<'_, '_>, map: &ModuleMap, found: &Found) -> Option<Source> {
    match &found.origin {
        Origin::Loader(resolution) => {
            let ahead = map.ahead.as_ref().filter(|_| resolution.path().is_some());
            match ahead.and_then(|ahead| ahead.source(&found.key.url, found.key.import_type)) {
                Some(source) => source.map_err(|error| throw_load(scope, &error)).ok(),
                None => load(scope, map, resolution, found.key.import_type, RequestKind::Import),
            }
        }
        Origin::Hooks(format) => hooks::load(scope, map, &found.key, format.as_deref()),
    }
}

/// What `import source` gives for what was found: a `WebAssembly.Module`.
pub(super) fn source_object<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    found: &Found,
) -> Option<v8::Local<'s, v8::Object>> {
    if let Some(known) = map.wasm.borrow().get(&found.key.url) {
        return Some(v8::Local::new(scope, known).into());
    }
    let source = source_of(scope, map, found)?;
    if source.format != Format::Wasm {
        let message = format!("Source phase import object is not defined for module \"{}\"", found.key.url);
        NativeError::new(ErrorClass::SyntaxError, Some("ERR_SOURCE_PHASE_NOT_DEFINED"), message).throw(scope);
        return None;
    }
    wasm::compile(scope, map, &found.key.url, source.code.bytes())
}

pub(super) fn load(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    resolution: &Resolution,
    import_type: ImportType,
    kind: RequestKind,
) -> Option<Source> {
    map.load(resolution, import_type, kind).map_err(|error| throw_load(scope, &error)).ok()
}

/// V8 calls this while it links: everything has been loaded by [`load_imports`].
fn resolve_import<'s>(
    context: v8::Local<'s, v8::Context>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
    referrer: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Module>> {
    callback(context, |scope| {
        let map = &Realm::of(scope).modules;
        let key = linked(scope, map, specifier, attributes, referrer)?;
        let record = map.by_key.borrow().get(&key).cloned()?;
        Some(record.module(scope))
    })
}

/// As [`resolve_import`], for `import source`.
fn resolve_source<'s>(
    context: v8::Local<'s, v8::Context>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
    referrer: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Object>> {
    callback(context, |scope| {
        let map = &Realm::of(scope).modules;
        let key = linked(scope, map, specifier, attributes, referrer)?;
        let wasm = map.wasm.borrow();
        Some(v8::Local::new(scope, wasm.get(&key.url)?).into())
    })
}

fn linked(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    specifier: v8::Local<'_, v8::String>,
    attributes: v8::Local<'_, v8::FixedArray>,
    referrer: v8::Local<'_, v8::Module>,
) -> Option<Key> {
    let referrer = map.record_of(scope, referrer)?;
    let specifier = specifier.to_rust_string_lossy(scope);
    let link = (Rc::clone(&referrer.url), specifier, import_type(scope, attributes, 3)?);
    map.links.borrow().get(&link).cloned()
}

/// `with { type: "json" }`; an attribute that is not known is an error. `stride` is 3 where V8 gives positions too.
pub(super) fn import_type(
    scope: &mut v8::PinScope<'_, '_>,
    attributes: v8::Local<'_, v8::FixedArray>,
    stride: usize,
) -> Option<ImportType> {
    let mut import_type = ImportType::Unspecified;
    for at in (0..attributes.length()).step_by(stride) {
        let name =
            v8::Local::<v8::String>::try_from(attributes.get(scope, at)?).ok()?.to_rust_string_lossy(scope);
        let value = v8::Local::<v8::String>::try_from(attributes.get(scope, at + 1)?)
            .ok()?
            .to_rust_string_lossy(scope);
        if name != "type" {
            let message = format!("Import attribute \"{name}\" with value \"{value}\" is not supported");
            NativeError::new(ErrorClass::TypeError, Some("ERR_IMPORT_ATTRIBUTE_UNSUPPORTED"), message)
                .throw(scope);
            return None;
        }
        import_type = ImportType::parse(&value).map_err(|error| throw_load(scope, &error)).ok()?;
    }
    Some(import_type)
}
