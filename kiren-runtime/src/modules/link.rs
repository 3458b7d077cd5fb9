//! What modules import: found, loaded and compiled ahead of V8's linking, which then only asks the tables.

use std::rc::Rc;

use hypers_modules::{Format, ImportType, RequestKind, Resolution, Source};

use super::compile::compile;
use super::synthetic::create_synthetic;
use super::{Content, Key, ModuleMap, Phase, Record, callback, hooks, throw_load, throw_resolve, wasm};
use crate::natives::{ErrorClass, NativeError};
use crate::realm::Realm;

/// What a specifier was found to name.
pub(super) struct Found {
    pub(super) key: Key,
    pub(super) origin: Origin,
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
        module.instantiate_module2(scope, resolve_import, resolve_source)?;
    }
    Some(())
}

/// Compiles the graph below `module`.
fn load_imports(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    module: v8::Local<'_, v8::Module>,
) -> Option<()> {
    let mut waiting = vec![map.record_of(scope, module)?];
    while let Some(record) = waiting.pop() {
        v8::scope!(let scope, scope);
        let module = record.module(scope);
        if !module.is_source_text_module() || module.get_status() != v8::ModuleStatus::Uninstantiated {
            continue;
        }
        let requests = module.get_module_requests();
        for index in 0..requests.length() {
            let request = v8::Local::<v8::ModuleRequest>::try_from(requests.get(scope, index)?).ok()?;
            let specifier = request.get_specifier().to_rust_string_lossy(scope);
            let import_type = import_type(scope, request.get_import_attributes(), 3)?;
            let of_source = request.get_phase() == Phase::kSource;
            let link = (Rc::clone(&record.url), specifier, import_type);
            let known = map.links.borrow().get(&link).cloned();
            if known.is_some_and(|key| map.is_loaded(&key, of_source)) {
                continue;
            }
            let found = find(scope, map, &link.1, &record.url, link.2)?;
            map.links.borrow_mut().insert(link, found.key.clone());
            if of_source {
                source_object(scope, map, &found)?;
            } else {
                waiting.extend(find_or_compile(scope, map, found)?);
            }
        }
    }
    Some(())
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
    let key = Key { url: resolution.url().as_str().into(), import_type };
    Some(Found { key, origin: Origin::Loader(resolution) })
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

fn source_of(scope: &mut v8::PinScope<'_, '_>, map: &ModuleMap, found: &Found) -> Option<Source> {
    match &found.origin {
        Origin::Loader(resolution) => {
            load(scope, map, resolution, found.key.import_type, RequestKind::Import)
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
