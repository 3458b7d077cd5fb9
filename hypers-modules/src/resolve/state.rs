//! What a loader is told about the file system while it runs.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::loader::Loader;
use crate::resolve::trace::{Changes, clean};

impl Loader {
    /// Says that these paths appeared, vanished or changed.
    ///
    /// Every answer that depended on one of them is forgotten, and no other: it was read, it was looked for and
    /// missing, it was a link on the way, or its directory was listed for a suggestion. A path that was or is a
    /// directory stands for everything below it. Of a path behind links any of its names will do.
    pub fn changed(&self, paths: &[PathBuf]) {
        if paths.is_empty() {
            return;
        }
        let mut paths: Vec<PathBuf> = paths.iter().map(|path| clean(path, &self.options.cwd)).collect();
        paths.extend(real_names(&paths));
        let changes = Changes::new(&paths);
        // Two steps of the epoch. After the first, nothing is kept that was read before the change; after the second,
        // nothing that was made of what is dropped between them.
        self.memo.begin_change();
        self.drop_resolvers();
        self.directories.drop_changed(&changes);
        self.memo.begin_change();
        self.memo.drop_changed(&changes);
    }

    /// Forgets everything that is known about the file system: for a change that nobody can name.
    pub fn forget(&self) {
        self.memo.begin_change();
        self.drop_resolvers();
        self.directories.clear();
        self.memo.begin_change();
        self.memo.clear();
    }

    /// A number that grows whenever a remembered answer, also one that there is none, was dropped: a cache above
    /// this one is good as long as it stays the same.
    pub fn version(&self) -> u32 {
        self.memo.version().load(Ordering::Acquire)
    }

    /// The memory of [`version`](Self::version), to be read without a call.
    pub fn shared_version(&self) -> Arc<AtomicU32> {
        Arc::clone(self.memo.version())
    }

    /// How many answers are remembered.
    pub fn remembered(&self) -> usize {
        self.memo.len()
    }

    /// Whether somebody tells this loader of every change, so that it need not look again at what was missing.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// Sets [`is_watched`](Self::is_watched). A `Watcher` (feature `watch`) does so itself.
    pub fn set_watched(&self, watched: bool) {
        self.watched.store(watched, Ordering::Relaxed);
    }
}

/// The names without links of those paths that have other ones. Every answer depends on such a name as well.
fn real_names(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut real_parents: HashMap<&Path, Option<PathBuf>> = HashMap::new();
    let mut names = Vec::new();
    for path in paths {
        let Some((parent, name)) = path.parent().zip(path.file_name()) else { continue };
        let real = real_parents.entry(parent).or_insert_with(|| fs::canonicalize(parent).ok());
        names.extend(real.as_deref().filter(|real| *real != parent).map(|real| real.join(name)));
        if path.is_symlink() {
            // What was written through it is elsewhere.
            names.extend(fs::canonicalize(path));
        }
    }
    names
}
