//! Watching the files that answers depend on, so that they are forgotten when one changes.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::loader::Loader;
use crate::resolve::trace::{Dependency, Seen};

/// Watches the directories that a loader's answers depend on, and tells it of changes.
///
/// Directories are watched one by one, not as trees: of a hundred thousand files in `node_modules` only those are
/// watched that lie where somebody looked. [`follow`](Self::follow) takes up the directories of new answers; it is
/// to be called after modules were loaded, and costs nothing where no answer is new.
///
/// While it lives the loader is [watched](Loader::is_watched): it trusts that what was missing still is.
///
/// ```no_run
/// use std::sync::Arc;
/// use hypers_modules::{Loader, LoaderOptions, RequestKind, Watcher};
///
/// let loader = Arc::new(Loader::new(LoaderOptions { cwd: std::env::current_dir()?, ..LoaderOptions::default() }));
/// let watcher = Watcher::new(Arc::clone(&loader), |paths| println!("{} paths changed", paths.len()))?;
/// loader.resolve("./config.ts", "main.ts", RequestKind::Import)?;
/// watcher.follow()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Watcher {
    loader: Arc<Loader>,
    backend: Mutex<RecommendedWatcher>,
    watched: Arc<Mutex<Watched>>,
    since: SystemTime,
}

#[derive(Default)]
struct Watched {
    directories: HashSet<PathBuf>,
    /// How many answers there were when the directories were taken up last, and at which version.
    taken_up: Option<(usize, u32)>,
}

impl Watcher {
    /// Watches for `loader`. `changed` is called on the watcher's thread, after the loader was told, with the paths.
    ///
    /// # Errors
    /// When the system has no way, or no room, to watch files.
    pub fn new(
        loader: Arc<Loader>,
        mut changed: impl FnMut(&[PathBuf]) + Send + 'static,
    ) -> notify::Result<Self> {
        let since = SystemTime::now();
        let watched: Arc<Mutex<Watched>> = Arc::default();
        // Not kept alive by the backend's thread, which would keep the backend alive in turn.
        let (told, gone): (Weak<Loader>, _) = (Arc::downgrade(&loader), Arc::clone(&watched));
        let backend = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Some(loader) = told.upgrade() else { return };
            match event {
                // What happened is not known any more, as when the kernel's queue ran over.
                Ok(event) if event.need_rescan() => loader.forget(),
                Ok(event) if !matters(&event.kind) => {}
                Ok(event) => {
                    if !matches!(event.kind, EventKind::Modify(ModifyKind::Data(_))) {
                        let mut watched = gone.lock().unwrap_or_else(PoisonError::into_inner);
                        // A directory that comes back is another one, which is not watched yet.
                        watched
                            .directories
                            .retain(|known| !event.paths.iter().any(|path| known.starts_with(path)));
                        watched.taken_up = None;
                    }
                    loader.changed(&event.paths);
                    changed(&event.paths);
                }
                Err(_) => loader.forget(),
            }
        })?;
        loader.set_watched(true);
        Ok(Self { loader, backend: Mutex::new(backend), watched, since })
    }

    /// Takes up the directories of answers that are new since the last time. Not to be called by `changed`, on whose
    /// thread the system's answer would be waited for.
    ///
    /// What happened between an answer and the watch is found by looking again once it is there.
    ///
    /// # Errors
    /// When the system has no room to watch more. What is watched stays so.
    pub fn follow(&self) -> notify::Result<()> {
        let now = (self.loader.remembered(), self.loader.version());
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.taken_up == Some(now) {
            return Ok(());
        }
        let mut new: HashSet<PathBuf> = HashSet::new();
        self.loader.memo.for_each_dependency(|dependency| {
            // Of what is missing the nearest directory that is there shows it appear.
            let parent = dependency.path.parent().unwrap_or(&dependency.path);
            let mut directory = parent;
            while !watched.directories.contains(directory) && !new.contains(directory) {
                if directory.is_dir() {
                    new.insert(directory.to_path_buf());
                }
                let Some(above) = directory.parent() else { break };
                directory = above;
            }
        });
        drop(watched);
        let mut result = Ok(());
        for directory in &new {
            match self.watch(directory) {
                Ok(()) => {}
                // It vanished in between, which its parent shows.
                Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => {}
                Err(error) => result = Err(error),
            }
        }
        let mut missed = Vec::new();
        self.loader.memo.for_each_dependency(|dependency| {
            let is_new = dependency.path.parent().is_some_and(|parent| new.contains(parent));
            if is_new && self.changed_before(dependency) {
                missed.push(dependency.path.clone());
            }
        });
        self.loader.changed(&missed);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.taken_up = (result.is_ok() && missed.is_empty()).then_some(now);
        result
    }

    /// Whether a path may not be any more what it was when it was looked at, after the watcher was made.
    fn changed_before(&self, dependency: &Dependency) -> bool {
        match (fs::symlink_metadata(&dependency.path), dependency.seen) {
            (Ok(_), Seen::Missing) | (Err(_), Seen::Present | Seen::Listed) => true,
            (Err(_), Seen::Missing) => false,
            (Ok(metadata), Seen::Present | Seen::Listed) => {
                metadata.modified().is_ok_and(|modified| modified >= self.since)
            }
        }
    }

    fn watch(&self, directory: &Path) -> notify::Result<()> {
        let mut backend = self.backend.lock().unwrap_or_else(PoisonError::into_inner);
        backend.watch(directory, RecursiveMode::NonRecursive)?;
        drop(backend);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.directories.insert(directory.to_path_buf());
        Ok(())
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.loader.set_watched(false);
    }
}

/// Reading changes nothing, and neither does a mode or a time.
fn matters(kind: &EventKind) -> bool {
    !matches!(kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)))
}
