//! What modules import, resolved, read and compiled from TypeScript by other threads while V8 parses the module before.
//!
//! The isolate's thread asks for every import of a module as soon as V8 has told them ([`Ahead::request`]), and takes the
//! answers in the same order ([`Ahead::resolution`], [`Ahead::source`]). What nobody has begun by then it does itself, so
//! that it never waits for work that stands in a queue. Errors are answers too: they are thrown where the module's turn
//! comes, as without threads.

use std::collections::{HashMap, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use hypers_modules::{ImportType, LoadError, Loader, RequestKind, Resolution, ResolveError, Source};

/// With fewer imports in the queue, a thread's start takes longer than they do.
const WORTH_A_THREAD: usize = 8;

/// More threads read no faster than V8 takes what they read.
const MOST_THREADS: usize = 4;

/// An import: who asks, the specifier, and the type that is asked for.
type Link = (Arc<str>, String, ImportType);

/// A module: its URL, and the type that was asked for.
type Wanted = (String, ImportType);

type Resolved = Result<Resolution, ResolveError>;
type Loaded = Result<Source, LoadError>;

/// The imports that are on their way.
pub(super) struct Ahead {
    shared: Arc<Shared>,
}

struct Shared {
    loader: Arc<Loader>,
    state: Mutex<State>,
    /// An answer is there, or the queue is longer.
    changed: Condvar,
    /// How many sources were there when they were asked for.
    loaded: AtomicU64,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Link>,
    /// By import: `None` while a thread looks for it.
    resolved: HashMap<Link, Option<Resolved>>,
    sources: HashMap<Wanted, Reading>,
    /// How often everything was forgotten: what a thread began before is nobody's by then.
    round: u64,
    threads: usize,
    idle: usize,
    is_over: bool,
}

/// How far the source of a module is.
enum Reading {
    /// A thread reads it.
    Begun,
    Done(Box<Loaded>),
    /// The isolate has it, or reads it itself.
    Taken,
}

impl Ahead {
    pub(super) fn new(loader: Arc<Loader>) -> Self {
        let (state, changed, loaded) = (Mutex::default(), Condvar::new(), AtomicU64::new(0));
        Self { shared: Arc::new(Shared { loader, state, changed, loaded }) }
    }

    /// Puts the imports of the module at `referrer` in the queue.
    pub(super) fn request(&self, referrer: &Arc<str>, imports: impl Iterator<Item = (String, ImportType)>) {
        let mut state = self.shared.lock();
        state.queue.extend(imports.map(|(specifier, kind)| (Arc::clone(referrer), specifier, kind)));
        if state.queue.len() >= WORTH_A_THREAD && state.idle == 0 && state.threads < most_threads() {
            let shared = Arc::clone(&self.shared);
            let thread = thread::Builder::new().name("krepis-modules".to_owned());
            // Where no thread can be had, the isolate's own does all.
            state.threads += usize::from(thread.spawn(move || shared.work()).is_ok());
        }
        if state.idle > 0 {
            self.shared.changed.notify_all();
        }
    }

    /// What an import that was requested names.
    pub(super) fn resolution(
        &self,
        referrer: &Arc<str>,
        specifier: &str,
        import_type: ImportType,
    ) -> Resolved {
        let link = &(Arc::clone(referrer), specifier.to_owned(), import_type);
        let mut state = self.shared.lock();
        while matches!(state.resolved.get(link), Some(None)) {
            state = self.shared.wait(state);
        }
        if let Some(Some(resolved)) = state.resolved.remove(link) {
            return resolved;
        }
        if state.queue.front() == Some(link) {
            state.queue.pop_front();
        }
        drop(state);
        self.shared.resolve(link)
    }

    /// The source of a module, if a thread has read it or is about to have.
    pub(super) fn source(&self, url: &str, import_type: ImportType) -> Option<Loaded> {
        let wanted = (url.to_owned(), import_type);
        let mut state = self.shared.lock();
        while matches!(state.sources.get(&wanted), Some(Reading::Begun)) {
            state = self.shared.wait(state);
        }
        match state.sources.insert(wanted, Reading::Taken) {
            Some(Reading::Done(source)) => {
                self.shared.loaded.fetch_add(1, Ordering::Relaxed);
                Some(*source)
            }
            _ => None,
        }
    }

    /// Forgets what nobody has asked for, also what is still on its way: a later import looks again.
    pub(super) fn clear(&self) {
        let mut state = self.shared.lock();
        state.round += 1;
        state.queue.clear();
        state.resolved.clear();
        state.sources.retain(|_, reading| matches!(reading, Reading::Taken));
    }

    /// How many sources were there, read by other threads, when they were asked for.
    pub(super) fn loaded(&self) -> u64 {
        self.shared.loaded.load(Ordering::Relaxed)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn resolve(&self, (referrer, specifier, _): &Link) -> Resolved {
        self.loader.resolve(specifier, referrer, RequestKind::Import)
    }

    /// A thread: resolves and reads what is in the queue.
    fn work(&self) {
        let mut state = self.lock();
        while !state.is_over {
            let Some(link) = state.queue.pop_front() else {
                state.idle += 1;
                state = self.wait(state);
                state.idle -= 1;
                continue;
            };
            let round = state.round;
            state.resolved.insert(link.clone(), None);
            drop(state);
            let resolved = guarded(|| self.resolve(&link));
            let file = resolved.as_ref().and_then(|found| found.as_ref().ok());
            let file = file.filter(|found| found.path().is_some()).cloned();
            let import_type = link.2;
            state = self.lock();
            if state.round != round {
                continue;
            }
            // After a panic the isolate does it itself.
            match resolved {
                Some(resolved) => state.resolved.insert(link, Some(resolved)),
                None => state.resolved.remove(&link),
            };
            self.changed.notify_all();
            let Some(file) = file else { continue };
            let wanted = (file.url(), import_type);
            if state.sources.contains_key(&wanted) {
                continue;
            }
            state.sources.insert(wanted.clone(), Reading::Begun);
            drop(state);
            let source = guarded(|| self.loader.load(&file, import_type, RequestKind::Import));
            state = self.lock();
            if state.round == round {
                match source {
                    Some(source) => state.sources.insert(wanted, Reading::Done(Box::new(source))),
                    None => state.sources.remove(&wanted),
                };
                self.changed.notify_all();
            }
        }
    }
}

/// The isolate waits for what a thread has begun, so a panic must not leave it begun.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

fn most_threads() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1)).clamp(1, MOST_THREADS)
}
