//! The memo: (directory, specifier, conditions) -> answer, also where the answer is that there is none.
//!
//! An entry keeps the paths that its answer depended on, present or missing, and goes when one of them changes. No
//! index of paths is kept for that: programs that are never told of a change, which are most, would pay for it with
//! every module; a change walks over the entries, which takes about a millisecond for ten thousand of them.
//!
//! Writers check the epoch under the lock of their shard: an answer that was looked for while something changed is
//! given, but not kept. Readers mostly go without a lock: each thread has a [`Front`], whose entries are good as long
//! as the version is the one that they were taken at.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rustc_hash::{FxBuildHasher, FxHasher};

use crate::error::ResolveError;
use crate::resolve::trace::{Changes, Dependency};
use crate::resolve::{RequestKind, Resolution};

/// Answers that are kept at most. A shard that is full is emptied: a program that asks so much does not ask again.
const LIMIT: usize = 100_000;
const SHARDS: usize = 16;

/// What is asked. Two questions that are equal have the same answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'a> {
    /// The directory of the asking module as its referrer spells it, with its last slash; a whole referrer where
    /// the answer depends on the file ([`Answer::PerFile`]).
    pub(crate) place: &'a str,
    pub(crate) specifier: &'a str,
    pub(crate) kind: RequestKind,
    /// Whether TypeScript asks: it selects what a path may leave out.
    pub(crate) typescript: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Found(Resolution),
    /// Without the referrer, which every asker adds.
    Missing(Arc<Negative>),
    /// A `tsconfig.json` or import map tells files of this directory apart.
    PerFile,
}

#[derive(Debug)]
pub(crate) struct Negative {
    pub(crate) error: ResolveError,
    pub(crate) dependencies: Dependencies,
}

/// What an answer depended on; the second part is shared by all answers for a directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dependencies {
    pub(crate) own: Arc<[Dependency]>,
    pub(crate) shared: Arc<[Dependency]>,
}

impl Dependencies {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Dependency> {
        self.own.iter().chain(self.shared.iter())
    }
}

/// One answer. It is never changed, only replaced.
struct Entry {
    /// The place, then the specifier.
    text: Box<str>,
    place_bytes: usize,
    kind: RequestKind,
    typescript: bool,
    answer: Answer,
    dependencies: Dependencies,
}

/// Entries by the hash of their key. Of two keys with the same hash the younger is kept.
type Shard = HashMap<u64, Arc<Entry>, BuildHasherDefault<Hashed>>;

pub(crate) struct Memo {
    /// Tells memos apart in a [`Front`].
    id: u64,
    shards: [RwLock<Shard>; SHARDS],
    /// Grows with every change that is told, before anything is dropped.
    epoch: AtomicU64,
    /// Grows when an entry was dropped.
    version: Arc<AtomicU32>,
}

impl Memo {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { id, shards: Default::default(), epoch: AtomicU64::new(0), version: Arc::default() }
    }

    #[inline]
    pub(crate) fn get(&self, key: &Key<'_>) -> Option<Answer> {
        let hash = key.hash();
        // Read before the entry: one that is dropped in between is not taken for good.
        let version = self.version.load(Ordering::Acquire);
        let from_front = FRONT.try_with(|front| {
            let mut front = front.borrow_mut();
            let slot = &mut front.0[hash as usize % FRONT_SIZE];
            if slot.memo == self.id
                && slot.version == version
                && let Some(entry) = slot.entry.as_ref().filter(|entry| entry.answers(key))
            {
                return Some(entry.answer.clone());
            }
            let entry = self.shared(hash, key)?;
            let answer = entry.answer.clone();
            *slot = Slot { memo: self.id, version, entry: Some(entry) };
            Some(answer)
        });
        // A thread that ends has no front any more.
        from_front.unwrap_or_else(|_| self.shared(hash, key).map(|entry| entry.answer.clone()))
    }

    fn shared(&self, hash: u64, key: &Key<'_>) -> Option<Arc<Entry>> {
        let shard = read(&self.shards[shard_of(hash)]);
        shard.get(&hash).filter(|entry| entry.answers(key)).map(Arc::clone)
    }

    /// Keeps an answer, unless something changed since `epoch`.
    pub(crate) fn insert(&self, key: &Key<'_>, answer: Answer, dependencies: Dependencies, epoch: u64) {
        let hash = key.hash();
        let mut text = String::with_capacity(key.place.len() + key.specifier.len());
        text.push_str(key.place);
        text.push_str(key.specifier);
        let entry = Entry {
            text: text.into(),
            place_bytes: key.place.len(),
            kind: key.kind,
            typescript: key.typescript,
            answer,
            dependencies,
        };
        let mut shard = write(&self.shards[shard_of(hash)]);
        if self.epoch() == epoch {
            if shard.len() >= LIMIT / SHARDS {
                shard.clear();
            }
            shard.insert(hash, Arc::new(entry));
        }
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    pub(crate) fn version(&self) -> &Arc<AtomicU32> {
        &self.version
    }

    /// Says that something changed, before what depended on it is dropped.
    pub(crate) fn begin_change(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// Drops what depended on something that changed.
    pub(crate) fn drop_changed(&self, changes: &Changes<'_>) {
        // Most entries of a directory share their second part: it is looked at once.
        let mut shared: HashMap<*const Dependency, bool, FxBuildHasher> = HashMap::default();
        self.retain(|entry| {
            let Dependencies { own, shared: outlook } = &entry.dependencies;
            !changes.touch_any(own)
                && !*shared.entry(outlook.as_ptr()).or_insert_with(|| changes.touch_any(outlook))
        });
    }

    pub(crate) fn clear(&self) {
        self.retain(|_| false);
    }

    fn retain(&self, mut keep: impl FnMut(&Entry) -> bool) {
        let mut dropped = false;
        for shard in &self.shards {
            write(shard).retain(|_, entry| {
                let kept = keep(entry);
                dropped |= !kept;
                kept
            });
        }
        if dropped {
            self.version.fetch_add(1, Ordering::Release);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| read(shard).len()).sum()
    }

    #[cfg(feature = "watch")]
    /// Every path that an answer depended on, for a watcher.
    pub(crate) fn for_each_dependency(&self, mut each: impl FnMut(&Dependency)) {
        let mut seen: HashMap<*const Dependency, (), FxBuildHasher> = HashMap::default();
        for shard in &self.shards {
            for entry in read(shard).values() {
                entry.dependencies.own.iter().for_each(&mut each);
                let shared = &entry.dependencies.shared;
                if seen.insert(shared.as_ptr(), ()).is_none() {
                    shared.iter().for_each(&mut each);
                }
            }
        }
    }
}

/// Slots of a thread's front.
const FRONT_SIZE: usize = 512;

/// A thread's own entries, of all loaders, each in the slot that its hash says. An entry that was dropped stays in
/// memory until its slot is taken, but is not an answer any more.
struct Front([Slot; FRONT_SIZE]);

#[derive(Default)]
struct Slot {
    memo: u64,
    version: u32,
    entry: Option<Arc<Entry>>,
}

thread_local! {
    static FRONT: RefCell<Box<Front>> = RefCell::new(Box::new(Front(std::array::from_fn(|_| Slot::default()))));
}

impl Key<'_> {
    #[inline]
    fn hash(&self) -> u64 {
        let mut hasher = FxBuildHasher.build_hasher();
        hasher.write(self.place.as_bytes());
        hasher.write(self.specifier.as_bytes());
        hasher.write_u8(u8::from(self.kind == RequestKind::Require) | u8::from(self.typescript) << 1);
        hasher.finish()
    }
}

impl Entry {
    fn answers(&self, key: &Key<'_>) -> bool {
        let (place, specifier) = self.text.as_bytes().split_at(self.place_bytes);
        specifier == key.specifier.as_bytes()
            && place == key.place.as_bytes()
            && self.kind == key.kind
            && self.typescript == key.typescript
    }
}

/// The map's own bits and the shard's are different ones.
fn shard_of(hash: u64) -> usize {
    (hash >> 32) as usize % SHARDS
}

// A thread that panicked while it held the lock left the map whole: its methods do not panic half way.
fn read(shard: &RwLock<Shard>) -> RwLockReadGuard<'_, Shard> {
    shard.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(shard: &RwLock<Shard>) -> RwLockWriteGuard<'_, Shard> {
    shard.write().unwrap_or_else(PoisonError::into_inner)
}

/// Takes a hash for its own hash.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut hasher = FxHasher::default();
        hasher.write(bytes);
        self.0 = hasher.finish();
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
