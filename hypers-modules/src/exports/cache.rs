//! Serialised exports of modules that hold nothing but data.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use super::error::CallError;
use super::table::ExportTable;
use super::value::{Object, Value};

/// The exports of JSON files and constant modules, as JSON and as a table, for all engines of a process.
///
/// A hit reads and parses nothing: it gives the text and the table that the first reader made. An entry is as good as its
/// [`Stamp`]; what takes too much memory goes, the longest unused first.
///
/// ```
/// use hypers_modules::exports::{ExportCache, Stamp};
///
/// let cache = ExportCache::default();
/// let stamp = Stamp::of_bytes(br#"{"port": 80}"#);
/// let made = cache.get_or_insert("config.json".as_ref(), stamp, || Ok(r#"{"port": 80}"#.into()))?;
/// assert_eq!(made.value()?.as_object().and_then(|config| config.get("port")), Some(&80.0.into()));
/// assert_eq!(cache.stats().misses, 1);
/// # Ok::<(), hypers_modules::exports::CallError>(())
/// ```
#[derive(Debug)]
pub struct ExportCache {
    limit_bytes: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<PathBuf, Entry>,
    /// Goes up with each use.
    clock: u64,
    stats: CacheStats,
}

#[derive(Debug)]
struct Entry {
    stamp: Stamp,
    used: u64,
    exports: Arc<Serialized>,
}

/// What a cache has done, and how much it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// How often an entry was there.
    pub hits: u64,
    /// How often one had to be made.
    pub misses: u64,
    /// How many are there.
    pub entries: usize,
    /// How many bytes of JSON they have.
    pub bytes: usize,
}

/// Which content of a file is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    size: u64,
    mark: u64,
}

impl Stamp {
    /// By size and time of the last change: as good as the file system's clock.
    pub fn of_file(metadata: &Metadata) -> Self {
        let changed =
            metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        // Truncation is harmless: 64 bits of nanoseconds last until the year 2554.
        Self { size: metadata.len(), mark: changed.unwrap_or_default().as_nanos() as u64 }
    }

    /// By the content itself.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        Self { size: bytes.len() as u64, mark: hasher.finish() }
    }
}

/// Exports as JSON, and as a value once somebody asks for it.
#[derive(Debug)]
pub struct Serialized {
    json: Arc<str>,
    value: OnceLock<Result<Value, CallError>>,
}

impl Serialized {
    /// The JSON, as it was read or written.
    pub fn json(&self) -> &Arc<str> {
        &self.json
    }

    /// The value; parsed at the first call.
    ///
    /// # Errors
    /// A `SyntaxError` for what is no JSON.
    pub fn value(&self) -> Result<Value, CallError> {
        self.value.get_or_init(|| Value::from_json(&self.json)).clone()
    }
}

impl Default for ExportCache {
    fn default() -> Self {
        Self::new(16 << 20)
    }
}

impl ExportCache {
    /// A cache of at most that many bytes of JSON. What alone is larger than an eighth of it is not kept.
    pub fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, state: Mutex::default() }
    }

    /// The exports of a JSON file, read again when it has changed.
    ///
    /// # Errors
    /// That it cannot be read, or is not UTF-8.
    pub fn json_file(&self, path: &Path) -> Result<Arc<Serialized>, CallError> {
        let fail = |error: std::io::Error| {
            CallError::new(format!("cannot read {}: {error}", path.display()))
                .with_cause(CallError::of(error))
        };
        let stamp = Stamp::of_file(&fs::metadata(path).map_err(fail)?);
        self.get_or_insert(path, stamp, || Ok(crate::read::clean_text(fs::read(path).map_err(fail)?)))
    }

    /// The exports of `id` with that stamp, made by `json` when they are not there.
    ///
    /// # Errors
    /// Those of `json`.
    pub fn get_or_insert(
        &self,
        id: &Path,
        stamp: Stamp,
        json: impl FnOnce() -> Result<String, CallError>,
    ) -> Result<Arc<Serialized>, CallError> {
        if let Some(known) = self.get(id, stamp) {
            return Ok(known);
        }
        Ok(self.insert(id, stamp, json()?))
    }

    /// Remembers the exports of a constant module.
    ///
    /// # Errors
    /// What JSON cannot hold: the module is not constant.
    pub fn remember(
        &self,
        id: &Path,
        stamp: Stamp,
        exports: &mut dyn ExportTable,
    ) -> Result<Arc<Serialized>, CallError> {
        Ok(self.insert(id, stamp, exports.to_json()?))
    }

    /// The exports of `id`, if they are there with that stamp.
    pub fn get(&self, id: &Path, stamp: Stamp) -> Option<Arc<Serialized>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { entries, clock, stats } = &mut *state;
        let Some(entry) = entries.get_mut(id).filter(|entry| entry.stamp == stamp) else {
            stats.misses += 1;
            return None;
        };
        *clock += 1;
        entry.used = *clock;
        stats.hits += 1;
        Some(Arc::clone(&entry.exports))
    }

    fn insert(&self, id: &Path, stamp: Stamp, json: String) -> Arc<Serialized> {
        let exports = Arc::new(Serialized { json: json.into(), value: OnceLock::new() });
        let size = exports.json.len();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.remove(id);
        if size > self.limit_bytes / 8 {
            return exports;
        }
        while state.stats.bytes + size > self.limit_bytes {
            let oldest = state.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { break };
            state.remove(&oldest);
        }
        state.clock += 1;
        let entry = Entry { stamp, used: state.clock, exports: Arc::clone(&exports) };
        state.entries.insert(id.to_path_buf(), entry);
        state.stats.bytes += size;
        exports
    }

    /// Forgets the exports of `id`.
    pub fn forget(&self, id: &Path) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// What it has done so far.
    pub fn stats(&self) -> CacheStats {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        CacheStats { entries: state.entries.len(), ..state.stats }
    }
}

impl State {
    fn remove(&mut self, id: &Path) {
        if let Some(entry) = self.entries.remove(id) {
            self.stats.bytes -= entry.exports.json.len();
        }
    }
}

/// A table of constants that a cache holds can be asked like any other.
impl TryFrom<&Serialized> for Object {
    type Error = CallError;

    fn try_from(exports: &Serialized) -> Result<Self, CallError> {
        match exports.value()? {
            Value::Object(object) => Ok(Arc::unwrap_or_clone(object)),
            other => Err(CallError::type_error(format!("the exports are {}, not an object", other.kind()))),
        }
    }
}
