//! ES modules in V8, over the resolver and loader of `hypers-modules`: the module map here, then, in the order of a
//! program, its [`entry`], finding and linking what it imports ([`link`]), compiling ([`compile`]), modules that are no
//! source text ([`synthetic`], [`wasm`]), `import()` and `import.meta` ([`dynamic`]). CommonJS is `js/cjs.js`, which
//! shares the loader through `ext/modules.rs` and [`required`]; [`hooks`] asks what `module.registerHooks` was given.

mod ahead;
mod code_cache;
mod compile;
mod dynamic;
mod entry;
mod hooks;
mod link;
mod required;
mod source_maps;
mod synthetic;
mod wasm;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hypers_modules::{
    ImportType, LoadError, Loader, LoaderOptions, RequestKind, Resolution, Source, SourceMap,
};

use self::ahead::Ahead;
use crate::builtins;
use crate::error::{Place, set_place};
use crate::natives::{ErrorClass, NativeError};
use crate::{LoadObserver, RuntimeOptions};

pub(crate) use code_cache::keep_code_later;
pub(crate) use compile::compile_commonjs;
pub(crate) use dynamic::{Phase, import_now, preload};
pub(crate) use entry::{run_main, unfinished};
pub(crate) use hooks::{read_source, source_for_require};
pub(crate) use required::commonjs_payload;
pub(crate) use synthetic::sync_builtin_exports;

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

impl Record {
    fn module<'s>(&self, scope: &v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Module> {
        v8::Local::new(scope, &self.module)
    }
}

/// The modules of one realm.
pub(crate) struct ModuleMap {
    pub(crate) loader: Arc<Loader>,
    /// None where somebody wants to be told of each file before it is read.
    ahead: Option<Ahead>,
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
    /// WebAssembly modules by URL: one for all who import its source, and for its instance.
    wasm: RefCell<HashMap<Rc<str>, v8::Global<v8::WasmModuleObject>>>,
    /// Code that the compile cache does not have yet.
    fresh: RefCell<Vec<code_cache::Fresh>>,
    /// Whether hooks are registered that want to be asked.
    pub(crate) hooked: Cell<bool>,
}

impl ModuleMap {
    pub(crate) fn new(options: &RuntimeOptions) -> Self {
        let cwd = options.cwd.clone().or_else(|| std::env::current_dir().ok()).unwrap_or_else(|| "/".into());
        let folder = options.compile_cache.clone();
        let cache = folder.map(|folder| code_cache::open(folder, options.snapshot));
        let loader_options = LoaderOptions {
            cwd,
            builtins: builtins::NAMES,
            cache,
            registry: options.registry.clone(),
            conditions: options.conditions.clone(),
            preserve_symlinks: options.preserve_symlinks,
            ..LoaderOptions::default()
        };
        let loader = Arc::new(Loader::new(loader_options));
        Self {
            ahead: options.on_load.is_none().then(|| Ahead::new(Arc::clone(&loader))),
            loader,
            by_key: RefCell::default(),
            by_hash: RefCell::default(),
            links: RefCell::default(),
            source_maps: RefCell::default(),
            virtual_sources: RefCell::default(),
            main_url: RefCell::default(),
            entry: RefCell::default(),
            on_load: options.on_load.clone(),
            wasm: RefCell::default(),
            fresh: RefCell::default(),
            hooked: Cell::new(false),
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
        let source = self.loader.load(resolution, import_type, kind)?;
        if let Resolution::Virtual(name) = resolution {
            self.remember_registered(name, &source.url);
        }
        Ok(source)
    }

    /// Whether a promise is that of the entry's evaluation.
    pub(crate) fn is_entry(&self, scope: &v8::PinScope<'_, '_>, promise: v8::Local<'_, v8::Promise>) -> bool {
        self.entry.borrow().iter().any(|entry| v8::Local::new(scope, entry) == promise)
    }

    /// The URLs of the modules that V8 has.
    pub(crate) fn urls(&self) -> Vec<String> {
        let mut urls: Vec<String> = self.by_key.borrow().keys().map(|key| key.url.to_string()).collect();
        urls.sort_unstable();
        urls.dedup();
        urls
    }

    /// Figures, in the order that `js/krepis/modules.js` expects.
    pub(crate) fn statistics(&self) -> [f64; 12] {
        let by_key = self.by_key.borrow();
        let count = |is: fn(&Content) -> bool| by_key.values().filter(|record| is(&record.content)).count();
        let cache = self.loader.options().cache.as_ref();
        let counters = cache.map(|cache| cache.counters()).unwrap_or_default();
        let read_ahead = self.ahead.as_ref().map_or(0, Ahead::loaded);
        [
            count(|content| matches!(content, Content::SourceText)) as f64,
            count(|content| matches!(content, Content::Builtin(_))) as f64,
            count(|content| matches!(content, Content::CommonJs(..))) as f64,
            read_ahead as f64,
            self.loader.remembered() as f64,
            f64::from(self.loader.version()),
            f64::from(u8::from(cache.is_some())),
            counters.hits as f64,
            counters.misses as f64,
            counters.written as f64,
            counters.failed as f64,
            counters.evicted as f64,
        ]
    }

    /// Whether V8 has the module, or where its source is asked for, that.
    fn is_loaded(&self, key: &Key, of_source: bool) -> bool {
        match of_source {
            true => self.wasm.borrow().contains_key(&key.url),
            false => self.by_key.borrow().contains_key(key),
        }
    }

    fn record_of(
        &self,
        scope: &v8::PinScope<'_, '_>,
        module: v8::Local<'_, v8::Module>,
    ) -> Option<Rc<Record>> {
        let by_hash = self.by_hash.borrow();
        let candidates = by_hash.get(&module.get_identity_hash().get())?;
        candidates.iter().find(|record| record.module(scope) == module).cloned()
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
}

/// Sets the callbacks through which V8 asks for modules.
pub(crate) fn install(isolate: &mut v8::Isolate) {
    isolate.set_host_import_module_dynamically_callback(dynamic::import_dynamically);
    isolate.set_host_import_module_with_phase_dynamically_callback(dynamic::import_phase);
    isolate.set_host_initialize_import_meta_object_callback(dynamic::initialize_import_meta);
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
