//! The compile cache: what was once compiled is read from disk the next time.
//!
//! Entries are named by the content they were made from ([`CodeKey`]), so nothing in here is ever out of date, and two
//! copies of a file share an entry. One folder serves any number of processes at once: an entry is written beside its
//! place and renamed into it. What cannot be read, is not whole or was made by another version counts as absent and is
//! written again. A cache never fails a program: where the folder cannot be used, everything is a miss, and
//! [`CompileCache::state`] says why.
//!
//! Small sources are not cached at all ([`CompileCache::COMPILED_FROM`] and its like): compiling them takes less time
//! than opening a file.

mod entry;
mod folder;
mod key;
mod sweep;
mod writer;

use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::compile::cjs::CjsExports;
use crate::compile::sourcemap::SourceMap;
use crate::compile::syntax::ModuleSyntax;
use crate::compile::transpile::{Jsx, TranspileOptions, Transpiled};
use entry::CompiledText;
use folder::Folder;
use key::{digest, entry_key};
use writer::{Job, Writer};

pub use entry::EntryKind;
pub use folder::CacheFolderError;
pub use key::{CodeKey, CodeKind};
pub use sweep::{CacheSurvey, Cleared, EntryCount};

/// What a [`CompileCache`] is told once.
#[derive(Clone, Debug)]
pub struct CacheOptions {
    /// Where the entries are. Made when the first entry is looked for; on Unix it must belong to the user, and
    /// nobody else may write to it.
    pub folder: PathBuf,
    /// How many bytes the entries may take on disk. Kept on average over time, not at every moment.
    pub limit_bytes: u64,
    /// What engine code is made by and for: the engine's version and flags. Code of another engine is not found.
    pub engine: String,
}

impl CacheOptions {
    /// The limit where nobody says another: 512 MB.
    pub const DEFAULT_LIMIT_BYTES: u64 = 512 << 20;
}

/// The cache. Cheap to make, shared by threads; the disk is not touched before the first entry is looked for.
///
/// Entries are written by a thread: see [`flush`](Self::flush), which dropping the cache calls too.
pub struct CompileCache {
    shared: Arc<Shared>,
    writer: Arc<Writer>,
}

/// What the thread that writes needs as well.
struct Shared {
    options: CacheOptions,
    folder: OnceLock<Result<Folder, CacheFolderError>>,
    counters: Counters,
}

/// What a [`CompileCache`] has done so far, in this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheCounters {
    /// Entries that were found.
    pub hits: u64,
    /// Entries that were absent, or not whole.
    pub misses: u64,
    /// Entries that were written.
    pub written: u64,
    /// Entries that could not be written.
    pub failed: u64,
    /// Entries that were deleted to keep the limit.
    pub evicted: u64,
}

#[derive(Debug, Default)]
struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    written: AtomicU64,
    failed: AtomicU64,
    evicted: AtomicU64,
}

impl CompileCache {
    /// The shortest TypeScript or JSX, in bytes, whose compilation is kept. Compiling 1 KB takes 25 to 50 us; finding,
    /// checking and reading what came out 3 to 5.
    pub const COMPILED_FROM: usize = 1 << 10;

    /// The shortest JavaScript, in bytes, of which the module system and the exports are kept, where they take a
    /// parser: 7 us per KB.
    pub const FACTS_FROM: usize = 4 << 10;

    /// The shortest source, in bytes, whose engine code is kept. V8 compiles and starts 1 KB in 47 us and in 15 with
    /// its code, 4 KB in 130 and 28, 64 KB in 2,100 and 480.
    pub const CODE_FROM: usize = 1 << 10;

    /// A cache in a folder.
    pub fn new(options: CacheOptions) -> Self {
        let shared = Shared { options, folder: OnceLock::new(), counters: Counters::default() };
        Self { shared: Arc::new(shared), writer: Arc::default() }
    }

    /// `$KREPIS_CACHE_DIR`, else the folder `krepis/compile` where the platform keeps caches: `$XDG_CACHE_HOME` or
    /// `~/.cache`, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows. Relative names do not count. `None` for
    /// a user without a home.
    pub fn default_folder() -> Option<PathBuf> {
        let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        if let Some(folder) = named("KREPIS_CACHE_DIR") {
            return Some(folder);
        }
        let caches = named("XDG_CACHE_HOME").or_else(|| {
            if cfg!(windows) {
                return named("LOCALAPPDATA");
            }
            let home = std::env::home_dir().filter(|home| home.is_absolute())?;
            Some(home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }))
        })?;
        Some(caches.join("krepis/compile"))
    }

    /// The options it was made with.
    pub fn options(&self) -> &CacheOptions {
        &self.shared.options
    }

    /// Whether the folder can be used; makes it where there is none.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn state(&self) -> Result<(), &CacheFolderError> {
        self.shared.folder().map(|_| ())
    }

    /// Whether the folder is there, without making it.
    ///
    /// # Errors
    /// Why what is there cannot be used.
    pub fn exists(&self) -> Result<bool, CacheFolderError> {
        Folder::exists(&self.options().folder)
    }

    /// What it has done so far.
    pub fn counters(&self) -> CacheCounters {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheCounters {
            hits: read(&self.shared.counters.hits),
            misses: read(&self.shared.counters.misses),
            written: read(&self.shared.counters.written),
            failed: read(&self.shared.counters.failed),
            evicted: read(&self.shared.counters.evicted),
        }
    }

    /// Waits until all that was put in is on disk: before the process ends, or what was put in last is not kept.
    pub fn flush(&self) {
        self.writer.flush();
    }

    /// What an engine made of a source before: opaque bytes, exactly as they were put in.
    pub fn get_code(&self, key: &CodeKey) -> Option<Vec<u8>> {
        self.get(EntryKind::EngineCode, &self.engine_key(key), Some)
    }

    /// Keeps what an engine made of a source, in place of what was kept before. It is found once it is written.
    pub fn put_code(&self, key: &CodeKey, code: &[u8]) {
        self.put(EntryKind::EngineCode, self.engine_key(key), code.to_vec());
    }

    /// Deletes what an engine made of a source: the engine refused it.
    pub fn forget_code(&self, key: &CodeKey) {
        if let Ok(folder) = self.shared.folder() {
            folder.remove(EntryKind::EngineCode, &self.engine_key(key));
        }
    }

    /// What [`transpile`](crate::transpile) made of a source before, with `path` as the map's source.
    pub(crate) fn get_compiled(&self, key: &CompilationKey, path: &Path) -> Option<Transpiled> {
        let found = self.get(EntryKind::Compiled, &key.0, CompiledText::decode)?;
        let CompiledText { code, mappings, is_esm } = found;
        let map = SourceMap::from_parts(mappings, path.to_string_lossy().into_owned(), None);
        Some(Transpiled { code, map, syntax: syntax(is_esm) })
    }

    /// Keeps what [`transpile`](crate::transpile) made.
    pub(crate) fn put_compiled(&self, key: &CompilationKey, made: &Transpiled) {
        let is_esm = made.syntax == ModuleSyntax::Esm;
        let payload = CompiledText::encode(&made.code, made.map.mappings(), is_esm);
        self.put(EntryKind::Compiled, key.0, payload);
    }

    /// The module system of the source behind `key`, from here or else from `find`, and then kept.
    pub(crate) fn syntax_or(&self, key: &CodeKey, find: impl FnOnce() -> ModuleSyntax) -> ModuleSyntax {
        let key = entry_key(EntryKind::Syntax, key.digest);
        let known = self.get(EntryKind::Syntax, &key, |payload| entry::decode_syntax(&payload));
        known.map(syntax).unwrap_or_else(|| {
            let found = find();
            self.put(EntryKind::Syntax, key, entry::encode_syntax(found == ModuleSyntax::Esm));
            found
        })
    }

    /// The exports of the CommonJS source behind `key`, from here or else from `find`, and then kept.
    pub(crate) fn exports_or(&self, key: &CodeKey, find: impl FnOnce() -> CjsExports) -> CjsExports {
        let key = entry_key(EntryKind::Exports, key.digest);
        let known = self.get(EntryKind::Exports, &key, |payload| entry::decode_lists(&payload));
        if let Some([names, reexports]) = known {
            return CjsExports { names, reexports };
        }
        let found = find();
        self.put(EntryKind::Exports, key, entry::encode_lists([&found.names, &found.reexports]));
        found
    }

    fn engine_key(&self, key: &CodeKey) -> [u8; 32] {
        entry_key(EntryKind::EngineCode, (key, &self.shared.options.engine))
    }

    fn get<T>(
        &self,
        kind: EntryKind,
        key: &[u8; 32],
        decode: impl FnOnce(Vec<u8>) -> Option<T>,
    ) -> Option<T> {
        let found = self.shared.folder().ok().and_then(|folder| folder.read(kind, key)).and_then(decode);
        let Counters { hits, misses, .. } = &self.shared.counters;
        count(if found.is_some() { hits } else { misses }, 1);
        found
    }

    fn put(&self, kind: EntryKind, key: [u8; 32], payload: Vec<u8>) {
        if self.state().is_err() {
            return count(&self.shared.counters.failed, 1);
        }
        // What takes more than an eighth of the room would drive out too much else.
        let largest = (self.options().limit_bytes / 8).min(entry::LARGEST);
        if payload.len() as u64 + entry::HEADER as u64 <= largest {
            let shared = Arc::clone(&self.shared);
            self.writer.add(Job { kind, key, payload }, move |job| shared.write(&job));
        }
    }
}

impl Shared {
    fn folder(&self) -> Result<&Folder, &CacheFolderError> {
        self.folder.get_or_init(|| Folder::open(&self.options.folder)).as_ref()
    }

    fn write(&self, Job { kind, key, payload }: &Job) {
        let Ok(folder) = self.folder() else { return count(&self.counters.failed, 1) };
        match folder.write(*kind, key, payload) {
            Ok(()) => count(&self.counters.written, 1),
            Err(_) => count(&self.counters.failed, 1),
        }
        let limit = self.options.limit_bytes;
        if folder.wants_sweep(payload.len() as u64 + entry::HEADER as u64, limit) {
            count(&self.counters.evicted, sweep::evict(folder, limit));
        }
    }
}

impl Drop for CompileCache {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Debug for CompileCache {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompileCache").field("options", self.options()).finish_non_exhaustive()
    }
}

/// Names the result of a compilation: of the source, and of all that has a say in what it becomes.
pub(crate) struct CompilationKey([u8; 32]);

impl CompilationKey {
    /// `None` where the result is not kept: a map that carries its source belongs to a source that no file holds.
    pub(crate) fn new(source: &str, path: &Path, options: &TranspileOptions) -> Option<Self> {
        let TranspileOptions { compiler, syntax, keep_source: false } = options else { return None };
        // The development runtime of JSX writes the file's name into the code; else only the extension matters.
        let place = (compiler.jsx == Jsx::Development).then_some(path);
        let made_from = (digest(source.as_bytes()), path.extension(), place, compiler, syntax);
        Some(Self(entry_key(EntryKind::Compiled, made_from)))
    }

    /// The key of the code that comes out.
    pub(crate) fn code_key(&self, kind: CodeKind) -> CodeKey {
        CodeKey { digest: self.0, kind }
    }
}

fn syntax(is_esm: bool) -> ModuleSyntax {
    if is_esm { ModuleSyntax::Esm } else { ModuleSyntax::CommonJs }
}

fn count(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}
