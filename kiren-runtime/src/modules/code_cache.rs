//! V8's code on disk: what a program compiled and ran is kept for its next start.
//!
//! A long source is compiled with the code that the cache has for it. What had none is noted, and at the end of the
//! program, when V8 has compiled the functions that were really called, its code is kept. A program that goes on
//! running, as servers do, has that done once after [`SETTLED`].

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hypers_modules::{CacheOptions, CodeKey, CompileCache};

use super::ModuleMap;
use crate::realm::Realm;
use crate::snapshot::Parts;

/// After this time a program counts as started.
const SETTLED: Duration = Duration::from_secs(3);

/// Code that the cache does not have.
pub(super) struct Fresh {
    key: CodeKey,
    code: Compiled,
}

enum Compiled {
    Module(v8::Global<v8::UnboundModuleScript>),
    Function(v8::Global<v8::Function>),
}

/// The cache in a folder, for this V8 with its flags and its snapshot, which code refers to.
pub(super) fn open(folder: PathBuf, snapshot: Option<&'static [u8]>) -> Arc<CompileCache> {
    let snapshot = snapshot.map_or(0, Parts::fingerprint);
    let tag = v8::script_compiler::cached_data_version_tag();
    let engine = format!("v8 {} {tag:08x} {snapshot:016x}", crate::engine::version());
    Arc::new(CompileCache::new(CacheOptions {
        folder,
        limit_bytes: CacheOptions::DEFAULT_LIMIT_BYTES,
        engine,
    }))
}

impl ModuleMap {
    fn cache(&self) -> Option<&CompileCache> {
        self.loader.options().cache.as_deref()
    }

    /// The code that the cache has for a source.
    pub(super) fn cached_code(&self, key: Option<CodeKey>) -> Option<Vec<u8>> {
        self.cache()?.get_code(&key?)
    }

    /// Notes a module whose code the cache does not have, or has in a form that V8 did not take.
    pub(super) fn note_module(
        &self,
        scope: &v8::PinScope<'_, '_>,
        key: Option<CodeKey>,
        module: v8::Local<'_, v8::Module>,
    ) {
        let Some(key) = key else { return };
        let script = module.get_unbound_module_script(scope);
        self.note(Fresh { key, code: Compiled::Module(v8::Global::new(scope, script)) });
    }

    /// As [`note_module`](Self::note_module), for the function of a CommonJS file.
    pub(super) fn note_function(
        &self,
        scope: &v8::PinScope<'_, '_>,
        key: Option<CodeKey>,
        function: v8::Local<'_, v8::Function>,
    ) {
        let Some(key) = key else { return };
        self.note(Fresh { key, code: Compiled::Function(v8::Global::new(scope, function)) });
    }

    fn note(&self, fresh: Fresh) {
        if self.cache().is_some() {
            self.fresh.borrow_mut().push(fresh);
        }
    }

    /// Gives the code of all that was noted to the cache, which writes it on a thread.
    fn keep_code(&self, scope: &v8::PinScope<'_, '_>) {
        let fresh = self.fresh.take();
        let Some(cache) = self.cache() else { return };
        for Fresh { key, code } in fresh {
            let code = match code {
                Compiled::Module(script) => v8::Local::new(scope, &script).create_code_cache(),
                Compiled::Function(function) => v8::Local::new(scope, &function).create_code_cache(),
            };
            if let Some(code) = code {
                cache.put_code(&key, &code);
            }
        }
    }

    /// As [`keep_code`](Self::keep_code), and waits until all that the cache was given is on disk.
    pub(crate) fn keep_code_now(&self, scope: &v8::PinScope<'_, '_>) {
        self.keep_code(scope);
        if let Some(cache) = self.cache() {
            cache.flush();
        }
    }
}

/// Keeps the code of a program that is still running after [`SETTLED`].
pub(crate) fn keep_code_later(realm: &Rc<Realm>) {
    if realm.modules.fresh.borrow().is_empty() {
        return;
    }
    let weak = Rc::downgrade(realm);
    realm.spawn_unreferenced(async move {
        tokio::time::sleep(SETTLED).await;
        if let Some(realm) = weak.upgrade() {
            realm.enter(|scope| realm.modules.keep_code(scope));
        }
    });
}
