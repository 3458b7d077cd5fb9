//! ES modules in V8, over the resolver and loader of `hypers-modules`: the module map, linking, evaluation, dynamic
//! import and `import.meta`. CommonJS is `js/cjs.js`, which shares the loader through `ext/modules.rs`.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use hypers_modules::{
    Code, Format, ImportType, LoadError, Loader, LoaderOptions, ModuleSyntax, RequestKind, Resolution,
    Source, SourceMap, TranspileOptions, cjs_exports, transpile,
};

use crate::builtins;
use crate::error::{JsError, Place, set_place};
use crate::natives::{self, ErrorClass, NativeError, string, throw_type_error};
use crate::realm::{Realm, Stop};
use crate::{Entry, LoadObserver, RuntimeOptions};

/// What names a module: its URL, and what `with { type }` asked it to be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    url: Rc<str>,
    import_type: ImportType,
}

/// An import: who asks, the specifier, and the type that is asked for.
type Link = (Rc<str>, String, ImportType);

/// A module that V8 has compiled.
struct Record {
    url: Rc<str>,
    module: v8::Global<v8::Module>,
    content: Content,
}

/// Where a module's exports come from.
#[derive(Clone)]
enum Content {
    /// ECMAScript source text.
    SourceText,
    /// A built-in, by its full name.
    Builtin(Rc<str>),
    /// A CommonJS file: its path, and the names it exports as far as its text tells.
    CommonJs(Rc<str>, Rc<[String]>),
    /// JSON text.
    Json(Rc<str>),
    /// `type: "text"`.
    Text(Rc<str>),
    /// `type: "bytes"`.
    Bytes(Rc<[u8]>),
}

/// The modules of one realm.
pub(crate) struct ModuleMap {
    pub(crate) loader: Loader,
    by_key: RefCell<HashMap<Key, Rc<Record>>>,
    /// By V8's identity hash, which several modules may share.
    by_hash: RefCell<HashMap<i32, Vec<Rc<Record>>>>,
    /// What each import of each module resolved to.
    links: RefCell<HashMap<Link, Key>>,
    /// Of transpiled files by path, and of those looked at for a `sourceMappingURL`.
    source_maps: RefCell<HashMap<String, Option<Rc<SourceMap>>>>,
    /// The text that was evaluated under a name that is not a file's.
    virtual_sources: RefCell<HashMap<String, Rc<str>>>,
    main_url: RefCell<Option<Rc<str>>>,
    /// The promises that the entry's own errors arrive by.
    entry: RefCell<Vec<v8::Global<v8::Promise>>>,
    on_load: Option<LoadObserver>,
}

impl ModuleMap {
    pub(crate) fn new(options: &RuntimeOptions) -> Self {
        let cwd = options.cwd.clone().or_else(|| std::env::current_dir().ok()).unwrap_or_else(|| "/".into());
        Self {
            loader: Loader::new(LoaderOptions { cwd, builtins: builtins::NAMES, ..LoaderOptions::default() }),
            by_key: RefCell::default(),
            by_hash: RefCell::default(),
            links: RefCell::default(),
            source_maps: RefCell::default(),
            virtual_sources: RefCell::default(),
            main_url: RefCell::default(),
            entry: RefCell::default(),
            on_load: options.on_load.clone(),
        }
    }

    /// What `process.argv[1]` shows: the entry's path, `-` for standard input, nothing for code on the command line.
    pub(crate) fn main_path(&self) -> Option<String> {
        let main = self.main_url.borrow().clone()?;
        match hypers_modules::file_path(&main) {
            Some(path) => Some(path.to_string_lossy().into_owned()),
            None => (&*main == "[stdin]").then(|| "-".to_owned()),
        }
    }

    /// Reads a module, and tells the embedder's observer of it.
    pub(crate) fn load(
        &self,
        resolution: &Resolution,
        import_type: ImportType,
        kind: RequestKind,
    ) -> Result<Source, LoadError> {
        if let (Some(observer), Some(path)) = (&self.on_load, resolution.path()) {
            observer.observe(path);
        }
        self.loader.load(resolution, import_type, kind)
    }

    /// Whether a promise is that of the entry's evaluation.
    pub(crate) fn is_entry(&self, scope: &v8::PinScope<'_, '_>, promise: v8::Local<'_, v8::Promise>) -> bool {
        self.entry.borrow().iter().any(|entry| v8::Local::new(scope, entry) == promise)
    }

    fn record_of(
        &self,
        scope: &v8::PinScope<'_, '_>,
        module: v8::Local<'_, v8::Module>,
    ) -> Option<Rc<Record>> {
        let by_hash = self.by_hash.borrow();
        let candidates = by_hash.get(&module.get_identity_hash().get())?;
        candidates.iter().find(|record| v8::Local::new(scope, &record.module) == module).cloned()
    }

    fn insert(
        &self,
        scope: &v8::PinScope<'_, '_>,
        key: Key,
        module: v8::Local<'_, v8::Module>,
        content: Content,
    ) -> Rc<Record> {
        let record =
            Rc::new(Record { url: Rc::clone(&key.url), module: v8::Global::new(scope, module), content });
        self.by_hash
            .borrow_mut()
            .entry(module.get_identity_hash().get())
            .or_default()
            .push(Rc::clone(&record));
        self.by_key.borrow_mut().insert(key, Rc::clone(&record));
        record
    }

    /// Remembers the map of a file that was transpiled, under its path.
    pub(crate) fn remember_map(&self, path: &str, map: Option<SourceMap>) {
        if let Some(map) = map {
            self.source_maps.borrow_mut().insert(path.to_owned(), Some(Rc::new(map)));
        }
    }

    /// Remembers a text that no file holds and the map of what was made of it, for stack traces and code frames.
    pub(crate) fn remember_virtual(&self, name: &str, text: &str, map: SourceMap) {
        self.virtual_sources.borrow_mut().insert(name.to_owned(), text.into());
        self.remember_map(name, Some(map));
    }

    /// The original position of one in generated code; `None` where the file is its own original.
    pub(crate) fn mapped_place(&self, generated: &Place) -> Option<Place> {
        let (map, path) = self.source_map(&generated.file)?;
        let original = map.lookup(generated.line.saturating_sub(1), generated.column.saturating_sub(1))?;
        let file = if original.source == path { generated.file.clone() } else { original.source.to_owned() };
        Some(Place { file, line: original.line + 1, column: original.column + 1 })
    }

    /// The original position, or the same one, and the text of the file it is in.
    pub(crate) fn original_place(&self, generated: &Place) -> (Place, Option<String>) {
        let place = self.mapped_place(generated).unwrap_or_else(|| generated.clone());
        if let Some(text) = self.virtual_sources.borrow().get(&place.file) {
            return (place, Some(text.to_string()));
        }
        let path = hypers_modules::file_path(&place.file).unwrap_or_else(|| place.file.clone().into());
        let text = std::fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (place, text)
    }

    /// The names that a CommonJS source exports, those of the modules that it passes on included.
    fn export_names(&self, path: &str, code: &str) -> Rc<[String]> {
        let mut names = Vec::new();
        let mut seen = HashSet::from([path.to_owned()]);
        let mut waiting = vec![(path.to_owned(), cjs_exports(code))];
        while let Some((path, exports)) = waiting.pop() {
            names.extend(exports.names);
            for specifier in exports.reexports {
                let Ok(resolution) = self.loader.resolve(&specifier, &path, RequestKind::Require) else {
                    continue;
                };
                let Some(file) = resolution.path().map(|path| path.to_string_lossy().into_owned()) else {
                    continue;
                };
                if seen.insert(file.clone())
                    && let Ok(source) =
                        self.loader.load(&resolution, ImportType::Unspecified, RequestKind::Require)
                    && source.format == Format::CommonJs
                {
                    waiting.push((file, cjs_exports(source.code.text())));
                }
            }
        }
        let mut unique = HashSet::from(["default".to_owned(), "module.exports".to_owned()]);
        names.retain(|name| unique.insert(name.clone()));
        names.into()
    }

    fn source_map(&self, file: &str) -> Option<(Rc<SourceMap>, String)> {
        let path = match hypers_modules::file_path(file) {
            Some(path) => path.to_string_lossy().into_owned(),
            None => file.to_owned(),
        };
        if let Some(known) = self.source_maps.borrow().get(&path) {
            return known.clone().map(|map| (map, path));
        }
        let code = std::fs::read(&path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let map = code.and_then(|code| SourceMap::of_generated(&code, Some(Path::new(&path))).ok().flatten());
        let map = map.map(Rc::new);
        self.source_maps.borrow_mut().insert(path.clone(), map.clone());
        map.map(|map| (map, path))
    }
}

/// Sets the callbacks through which V8 asks for modules.
pub(crate) fn install(isolate: &mut v8::Isolate) {
    isolate.set_host_import_module_dynamically_callback(import_dynamically);
    isolate.set_host_initialize_import_meta_object_callback(initialize_import_meta);
}

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
    }
    main.unwrap_or(Main { module: None })
}

fn start(realm: &Realm, scope: &mut v8::PinScope<'_, '_>, entry: Entry) -> Option<Main> {
    let map = &realm.modules;
    match entry {
        Entry::File(path) => {
            let resolution = map
                .loader
                .resolve_entry(&path.to_string_lossy())
                .map_err(|error| missing_entry(realm, scope, &path, &error))
                .ok()?;
            // The entry may be anything that `require` takes, JSON included.
            let source = load(scope, map, &resolution, ImportType::Unspecified, RequestKind::Require)?;
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
            map.virtual_sources.borrow_mut().insert(name.clone(), code.into());
            *map.main_url.borrow_mut() = Some(name.as_str().into());
            map.remember_map(&name, Some(compiled.map));
            if compiled.syntax == ModuleSyntax::CommonJs {
                let id = string(scope, &name).into();
                let wrapper = compile_commonjs(scope, &compiled.code, &name)?;
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

/// Loads everything `module` imports, links it and starts its evaluation; `None` with a pending exception.
fn link_and_evaluate<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    module: v8::Local<'_, v8::Module>,
) -> Option<v8::Local<'s, v8::Promise>> {
    if module.get_status() == v8::ModuleStatus::Uninstantiated {
        load_imports(scope, map, module)?;
        module.instantiate_module(scope, resolve_import)?;
    }
    module.evaluate(scope)?.try_into().ok()
}

/// Compiles the graph below `module`, breadth first.
fn load_imports(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    module: v8::Local<'_, v8::Module>,
) -> Option<()> {
    let mut waiting = vec![map.record_of(scope, module)?];
    while let Some(record) = waiting.pop() {
        v8::scope!(let scope, scope);
        let module = v8::Local::new(scope, &record.module);
        if !module.is_source_text_module() || module.get_status() != v8::ModuleStatus::Uninstantiated {
            continue;
        }
        let requests = module.get_module_requests();
        for index in 0..requests.length() {
            let request = requests.get(scope, index)?;
            let request = v8::Local::<v8::ModuleRequest>::try_from(request).ok()?;
            let specifier = request.get_specifier().to_rust_string_lossy(scope);
            let import_type = import_type(scope, request.get_import_attributes(), 3)?;
            let link = (Rc::clone(&record.url), specifier, import_type);
            if map.links.borrow().contains_key(&link) {
                continue;
            }
            let (key, fresh) = find_or_compile(scope, map, &link.1, &record.url, link.2)?;
            map.links.borrow_mut().insert(link, key);
            waiting.extend(fresh);
        }
    }
    Some(())
}

/// The module that a specifier names; the record too when it was compiled just now.
fn find_or_compile(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    specifier: &str,
    referrer: &str,
    import_type: ImportType,
) -> Option<(Key, Option<Rc<Record>>)> {
    let resolution = map
        .loader
        .resolve(specifier, referrer, RequestKind::Import)
        .map_err(|error| throw_resolve(scope, &error))
        .ok()?;
    let key = Key { url: resolution.url().as_str().into(), import_type };
    if map.by_key.borrow().contains_key(&key) {
        return Some((key, None));
    }
    if let Resolution::Builtin(name) = &resolution {
        let record = create_synthetic(scope, map, key.clone(), Content::Builtin(Rc::from(*name)))?;
        return Some((key, Some(record)));
    }
    let source = load(scope, map, &resolution, import_type, RequestKind::Import)?;
    let record = compile(scope, map, key.clone(), source, resolution.path())?;
    Some((key, Some(record)))
}

fn load(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    resolution: &Resolution,
    import_type: ImportType,
    kind: RequestKind,
) -> Option<Source> {
    map.load(resolution, import_type, kind).map_err(|error| throw_load(scope, &error)).ok()
}

/// Compiles what was loaded for a module that V8 does not have yet. `path` is its file, if it is one.
fn compile(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: Key,
    source: Source,
    path: Option<&Path>,
) -> Option<Rc<Record>> {
    let path = path.map(Path::to_string_lossy);
    let content = match source.format {
        Format::Esm => {
            let text = string(scope, source.code.text());
            let name = string(scope, &key.url);
            map.remember_map(path.as_deref().unwrap_or(&key.url), source.map);
            let origin =
                v8::ScriptOrigin::new(scope, name.into(), 0, 0, false, -1, None, false, false, true, None);
            let mut source = v8::script_compiler::Source::new(text, Some(&origin));
            let module = v8::script_compiler::compile_module(scope, &mut source)?;
            return Some(map.insert(scope, key, module, Content::SourceText));
        }
        Format::CommonJs => {
            let path = path.unwrap_or_default();
            let names = map.export_names(&path, source.code.text());
            Content::CommonJs(path.into(), names)
        }
        Format::Json => Content::Json(source.code.text().into()),
        Format::Text => Content::Text(source.code.text().into()),
        Format::Bytes => Content::Bytes(source.code.bytes().into()),
        Format::Wasm | Format::Builtin => {
            throw_type_error(
                scope,
                &format!("{} cannot be imported: compile its bytes with WebAssembly.instantiate", key.url),
            );
            return None;
        }
    };
    create_synthetic(scope, map, key, content)
}

/// A module whose exports are set by [`evaluate_synthetic`].
fn create_synthetic(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: Key,
    content: Content,
) -> Option<Rc<Record>> {
    let mut names = vec![string(scope, "default")];
    match &content {
        Content::Builtin(name) => {
            let exports = builtin_exports(scope, name)?;
            let keys = exports.get_own_property_names(scope, v8::GetPropertyNamesArgs::default())?;
            for index in 0..keys.length() {
                let key = keys.get_index(scope, index)?.to_string(scope)?;
                if key.to_rust_string_lossy(scope) != "default" {
                    names.push(key);
                }
            }
        }
        Content::CommonJs(_, exported) => {
            names.push(string(scope, "module.exports"));
            names.extend(exported.iter().map(|name| string(scope, name)));
        }
        _ => {}
    }
    let name = string(scope, &key.url);
    let module = v8::Module::create_synthetic_module(scope, name, &names, evaluate_synthetic);
    Some(map.insert(scope, key, module, content))
}

fn builtin_exports<'s>(scope: &mut v8::PinScope<'s, '_>, name: &str) -> Option<v8::Local<'s, v8::Object>> {
    let realm = Realm::of(scope);
    let function = realm.host_function(scope, "builtinExports")?;
    let undefined = v8::undefined(scope).into();
    let id = string(scope, name).into();
    function.call(scope, undefined, &[id])?.try_into().ok()
}

/// V8 calls this when a synthetic module is evaluated.
fn evaluate_synthetic<'s>(
    context: v8::Local<'s, v8::Context>,
    module: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Value>> {
    callback(context, |scope| {
        let realm = Realm::of(scope);
        let record = realm.modules.record_of(scope, module)?;
        let exports: v8::Local<'_, v8::Value> = match &record.content {
            Content::Builtin(name) => builtin_exports(scope, name)?.into(),
            Content::CommonJs(path, _) => {
                let require = realm.host_function(scope, "requireForImport")?;
                let undefined = v8::undefined(scope).into();
                let id = string(scope, path).into();
                require.call(scope, undefined, &[id])?
            }
            Content::Json(text) => parse_json(scope, &record.url, text)?,
            Content::Text(text) => string(scope, text).into(),
            Content::Bytes(bytes) => natives::uint8_array(scope, bytes.to_vec()).into(),
            Content::SourceText => return None,
        };
        set_exports(scope, module, &record.content, exports)?;
        let resolver = v8::PromiseResolver::new(scope)?;
        let undefined = v8::undefined(scope).into();
        resolver.resolve(scope, undefined);
        Some(resolver.get_promise(scope).into())
    })
}

fn set_exports<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    module: v8::Local<'_, v8::Module>,
    content: &Content,
    exports: v8::Local<'s, v8::Value>,
) -> Option<()> {
    let default = string(scope, "default");
    let mut default_value = exports;
    if let (Content::Builtin(_), Ok(object)) = (content, v8::Local::<v8::Object>::try_from(exports))
        && object.has(scope, default.into())?
    {
        default_value = object.get(scope, default.into())?;
    }
    module.set_synthetic_module_export(scope, default, default_value)?;
    let names = match content {
        Content::CommonJs(_, names) => {
            let whole = string(scope, "module.exports");
            module.set_synthetic_module_export(scope, whole, exports)?;
            names.to_vec()
        }
        Content::Builtin(_) => own_names(scope, exports)?,
        _ => Vec::new(),
    };
    let Ok(object) = v8::Local::<v8::Object>::try_from(exports) else { return Some(()) };
    for name in names {
        let name = string(scope, &name);
        let value = object.get(scope, name.into())?;
        module.set_synthetic_module_export(scope, name, value)?;
    }
    Some(())
}

fn own_names(scope: &mut v8::PinScope<'_, '_>, exports: v8::Local<'_, v8::Value>) -> Option<Vec<String>> {
    let object = v8::Local::<v8::Object>::try_from(exports).ok()?;
    let keys = object.get_own_property_names(scope, v8::GetPropertyNamesArgs::default())?;
    let mut names = Vec::with_capacity(keys.length() as usize);
    for index in 0..keys.length() {
        let name = keys.get_index(scope, index)?.to_rust_string_lossy(scope);
        if name != "default" {
            names.push(name);
        }
    }
    Some(names)
}

fn parse_json<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    url: &str,
    text: &str,
) -> Option<v8::Local<'s, v8::Value>> {
    let text = string(scope, text);
    v8::tc_scope!(let attempt, scope);
    if let Some(value) = v8::json::parse(attempt, text) {
        return Some(value);
    }
    let reason =
        attempt.exception().map(|exception| exception.to_rust_string_lossy(attempt)).unwrap_or_default();
    attempt.reset();
    let reason = reason.trim_start_matches("SyntaxError: ");
    NativeError::new(ErrorClass::SyntaxError, None, format!("{url}: {reason}")).throw(attempt);
    attempt.rethrow();
    None
}

/// V8 calls this while it links: everything has been loaded by [`load_imports`].
fn resolve_import<'s>(
    context: v8::Local<'s, v8::Context>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
    referrer: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Module>> {
    callback(context, |scope| {
        let realm = Realm::of(scope);
        let map = &realm.modules;
        let referrer = map.record_of(scope, referrer)?;
        let link = (
            Rc::clone(&referrer.url),
            specifier.to_rust_string_lossy(scope),
            import_type(scope, attributes, 3)?,
        );
        let key = map.links.borrow().get(&link).cloned()?;
        let record = map.by_key.borrow().get(&key).cloned()?;
        Some(v8::Local::new(scope, &record.module))
    })
}

/// `with { type: "json" }`; an attribute that is not known is an error. `stride` is 3 where V8 gives positions too.
fn import_type(
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

/// `import(specifier)`: `js/cjs.js` waits for a microtask, as the caller goes on first, and then calls [`import_now`].
fn import_dynamically<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    _options: v8::Local<'s, v8::Data>,
    referrer: v8::Local<'s, v8::Value>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    v8::tc_scope!(let attempt, scope);
    let promise = request_import(attempt, referrer, specifier, attributes);
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
    attributes: v8::Local<'_, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    let import_type = match import_type(scope, attributes, 2)? {
        ImportType::Unspecified => v8::undefined(scope).into(),
        ImportType::Json => string(scope, "json").into(),
        ImportType::Text => string(scope, "text").into(),
        ImportType::Bytes => string(scope, "bytes").into(),
    };
    let import = Realm::of(scope).host_function(scope, "importLater")?;
    let undefined = v8::undefined(scope).into();
    import.call(scope, undefined, &[referrer, specifier.into(), import_type])?.try_into().ok()
}

/// `[promise of the evaluation, namespace]` of the module that a dynamic import names.
pub(crate) fn import_now<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    referrer: &str,
    specifier: &str,
    import_type: ImportType,
) -> Option<v8::Local<'s, v8::Array>> {
    let realm = Realm::of(scope);
    let map = &realm.modules;
    let (key, _) = find_or_compile(scope, map, specifier, referrer, import_type)?;
    let record = map.by_key.borrow().get(&key).cloned()?;
    let module = v8::Local::new(scope, &record.module);
    let evaluated = link_and_evaluate(scope, map, module)?;
    Some(v8::Array::new_with_elements(scope, &[evaluated.into(), module.get_module_namespace()]))
}

/// `import.meta.{url, dirname, filename, main, resolve}`.
#[allow(unsafe_code, reason = "V8 takes this callback as a C function")]
unsafe extern "C" fn initialize_import_meta(
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
    let realm = Realm::of(scope);
    match realm.modules.loader.resolve(&specifier, &referrer, RequestKind::Import) {
        Ok(resolution) => rv.set(string(scope, &resolution.url()).into()),
        Err(error) => throw_resolve(scope, &error),
    }
}

/// What CommonJS makes of a file: `["commonjs", function]`, `["json", text]` or `["module", namespace]`.
pub(crate) fn commonjs_payload<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    path: &str,
    source: Source,
) -> Option<v8::Local<'s, v8::Array>> {
    let (format, payload) = match source.format {
        Format::CommonJs => {
            map.remember_map(path, source.map);
            ("commonjs", compile_commonjs(scope, source.code.text(), path)?.into())
        }
        Format::Json => ("json", string(scope, source.code.text()).into()),
        _ => ("module", require_module(scope, map, path, source)?),
    };
    let format = string(scope, format).into();
    Some(v8::Array::new_with_elements(scope, &[format, payload]))
}

/// Evaluates an ES module for `require`, which cannot wait.
fn require_module<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    path: &str,
    source: Source,
) -> Option<v8::Local<'s, v8::Value>> {
    let key = Key { url: source.url.as_str().into(), import_type: ImportType::Unspecified };
    let known = map.by_key.borrow().get(&key).cloned();
    let record = match known {
        Some(record) => record,
        None => compile(scope, map, key.clone(), source, Some(Path::new(path)))?,
    };
    let module = v8::Local::new(scope, &record.module);
    if module.get_status() == v8::ModuleStatus::Uninstantiated {
        load_imports(scope, map, module)?;
        module.instantiate_module(scope, resolve_import)?;
    }
    if module.is_graph_async() {
        NativeError::new(
            ErrorClass::Error,
            Some("ERR_REQUIRE_ASYNC_MODULE"),
            format!(
                "require() cannot be used on an ES module with top-level await: {} - use import() instead",
                record.url
            ),
        )
        .throw(scope);
        return None;
    }
    let promise = v8::Local::<v8::Promise>::try_from(module.evaluate(scope)?).ok()?;
    if promise.state() == v8::PromiseState::Rejected {
        promise.mark_as_handled();
        let reason = promise.result(scope);
        scope.throw_exception(reason);
        return None;
    }
    let namespace = v8::Local::<v8::Object>::try_from(module.get_module_namespace()).ok()?;
    let has = |name: &str| {
        let name = string(scope, name);
        namespace.has(scope, name.into())
    };
    if !has("default")? || has("__esModule")? || has("module.exports")? {
        return Some(namespace.into());
    }
    marked_namespace(scope, map, key)
}

/// The namespace of a module with a default export as transpiled CommonJS expects it: it says by `__esModule` that
/// `default` is one export among others.
fn marked_namespace<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    original: Key,
) -> Option<v8::Local<'s, v8::Value>> {
    let text =
        "export * from 'original'; export { default } from 'original'; export const __esModule = true;";
    let url = format!("krepis:required/{}", original.url);
    let source =
        Source { url, format: Format::Esm, code: Code::Text(text.into()), map: None, code_key: None };
    let key = Key { url: source.url.as_str().into(), import_type: ImportType::Unspecified };
    let link = (Rc::clone(&key.url), "original".to_owned(), ImportType::Unspecified);
    map.links.borrow_mut().insert(link, original);
    let record = compile(scope, map, key, source, None)?;
    let module = v8::Local::new(scope, &record.module);
    module.instantiate_module(scope, resolve_import)?;
    module.evaluate(scope)?;
    Some(module.get_module_namespace())
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

pub(crate) fn throw_resolve(scope: &mut v8::PinScope<'_, '_>, error: &hypers_modules::ResolveError) {
    NativeError::new(ErrorClass::Error, Some(error.code()), error.to_string()).throw(scope);
}

pub(crate) fn throw_load(scope: &mut v8::PinScope<'_, '_>, error: &LoadError) {
    let LoadError::Transpile(syntax) = error else {
        return NativeError::new(ErrorClass::Error, error.code(), error.to_string()).throw(scope);
    };
    let exception = NativeError::new(ErrorClass::SyntaxError, None, error.to_string()).to_js(scope);
    if let Some(first) = syntax.diagnostics.first() {
        let place = Place { file: syntax.file.clone(), line: first.line + 1, column: first.column + 1 };
        set_place(scope, exception, &place);
    }
    scope.throw_exception(exception);
}

/// Runs the body of a callback that V8 calls with only a context.
#[allow(unsafe_code, reason = "a callback's scope is made from the context that V8 hands it")]
fn callback<'s, R>(
    context: v8::Local<'s, v8::Context>,
    body: impl FnOnce(&mut v8::PinScope<'s, '_>) -> Option<R>,
) -> Option<R> {
    v8::callback_scope!(unsafe scope, context);
    body(scope)
}
