//! `oxc_resolver`, which finds what packages and path aliases mean: its options, and the files that it looks at.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use oxc_resolver::{
    FileMetadata, FileSystem, FileSystemOs, ResolveError as Unresolved, ResolveOptions, ResolverGeneric,
    TsconfigDiscovery, TsconfigOptions, TsconfigReferences,
};

use crate::loader::{Loader, Tsconfig};
use crate::resolve::RequestKind;
use crate::resolve::trace::{Dependency, Seen};

/// Three views on one cache.
///
/// The cache knows of no invalidation but `clear_cache`, which must not be called while somebody resolves. So a
/// change replaces the resolvers: whoever is at work ends on the old ones, and what they find is not kept. The
/// answers that did not depend on the change stay in the memo, so that only the others are looked for anew.
pub(crate) struct Resolvers {
    import: ResolverGeneric<Files>,
    require: ResolverGeneric<Files>,
    /// Finds configurations. The others are told which one to use.
    pub(crate) config: ResolverGeneric<Files>,
    /// Whether they may know the file system as it was.
    pub(crate) used: AtomicBool,
}

impl Resolvers {
    pub(crate) fn of(&self, kind: RequestKind) -> &ResolverGeneric<Files> {
        match kind {
            RequestKind::Import => &self.import,
            RequestKind::Require => &self.require,
        }
    }
}

/// Where the resolvers are kept.
pub(crate) type Slot = Mutex<Option<Arc<Resolvers>>>;

impl Loader {
    /// The resolvers, which are made when the first bare specifier is met.
    pub(crate) fn resolvers(&self) -> Arc<Resolvers> {
        let mut slot = self.resolvers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slot.get_or_insert_with(|| {
            let files = Files { links: Arc::clone(&self.links), probes: None };
            let import =
                ResolverGeneric::new_with_file_system(files, self.resolve_options(RequestKind::Import));
            let require = import.clone_with_options(self.resolve_options(RequestKind::Require));
            let config = import.clone_with_options(self.tsconfig_options());
            Arc::new(Resolvers { import, require, config, used: AtomicBool::new(false) })
        }))
    }

    pub(crate) fn drop_resolvers(&self) {
        *self.resolvers.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The conditions that hold in `exports` and `imports` maps.
    pub(crate) fn conditions(&self, kind: RequestKind) -> Vec<String> {
        let own = own_conditions(kind).iter().map(|condition| (*condition).to_owned());
        own.chain(self.options.conditions.iter().cloned()).collect()
    }

    /// Whether a condition is one of them.
    pub(crate) fn holds(&self, condition: &str, kind: RequestKind) -> bool {
        own_conditions(kind).contains(&condition)
            || self.options.conditions.iter().any(|own| own == condition)
    }

    fn resolve_options(&self, kind: RequestKind) -> ResolveOptions {
        let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut modules = strings(&["node_modules"]);
        if kind == RequestKind::Require
            && let Some(node_path) = &self.options.node_path
        {
            modules.extend(node_path.iter().map(|path| path.to_string_lossy().into_owned()));
        }
        ResolveOptions {
            cwd: Some(self.options.cwd.clone()),
            condition_names: self.conditions(kind),
            extensions: strings(&[".js", ".json", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".jsx"]),
            extension_alias: vec![
                (".js".into(), strings(&[".js", ".ts", ".tsx"])),
                (".mjs".into(), strings(&[".mjs", ".mts"])),
                (".cjs".into(), strings(&[".cjs", ".cts"])),
                (".jsx".into(), strings(&[".jsx", ".tsx"])),
            ],
            modules,
            node_path: kind == RequestKind::Require && self.options.node_path.is_none(),
            symlinks: !self.options.preserve_symlinks,
            // Which one is decided for each request, so that it is known what the decision depended on.
            tsconfig: Some(TsconfigDiscovery::Auto),
            ..ResolveOptions::default()
        }
    }

    pub(crate) fn tsconfig_options(&self) -> ResolveOptions {
        ResolveOptions {
            cwd: Some(self.options.cwd.clone()),
            tsconfig: match &self.options.tsconfig {
                Tsconfig::Nearest => Some(TsconfigDiscovery::Auto),
                Tsconfig::File(path) => Some(TsconfigDiscovery::Manual(TsconfigOptions {
                    config_file: self.options.cwd.join(path),
                    references: TsconfigReferences::Auto,
                })),
                Tsconfig::Off => None,
            },
            ..ResolveOptions::default()
        }
    }
}

fn own_conditions(kind: RequestKind) -> &'static [&'static str] {
    match kind {
        RequestKind::Import => &["krepis", "node", "import", "module-sync", "default"],
        RequestKind::Require => &["krepis", "node", "require", "module-sync", "default"],
    }
}

/// The links that the file system showed, which `oxc_resolver` does not report.
#[derive(Debug, Default)]
pub(crate) struct Links {
    seen: RwLock<HashSet<PathBuf>>,
}

impl Links {
    fn note(&self, path: &Path) {
        if !self.contains(path) {
            self.seen.write().unwrap_or_else(PoisonError::into_inner).insert(path.to_path_buf());
        }
    }

    /// Whether a path was a link once.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        !seen.is_empty() && seen.contains(path)
    }
}

/// The file system, with a note of links and, where it is asked for, of everything that was looked at.
pub(crate) struct Files {
    links: Arc<Links>,
    probes: Option<Arc<Mutex<Vec<Dependency>>>>,
}

impl Files {
    pub(crate) fn noting(probes: Arc<Mutex<Vec<Dependency>>>) -> Self {
        Self { links: Arc::default(), probes: Some(probes) }
    }

    fn note<T, E>(&self, path: &Path, result: Result<T, E>) -> Result<T, E> {
        if let Some(probes) = &self.probes {
            let seen = if result.is_ok() { Seen::Present } else { Seen::Missing };
            let probe = Dependency { path: path.to_path_buf(), seen };
            probes.lock().unwrap_or_else(PoisonError::into_inner).push(probe);
        }
        result
    }
}

impl FileSystem for Files {
    fn new() -> Self {
        Self { links: Arc::default(), probes: None }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.note(path, FileSystemOs.read(path))
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        self.note(path, FileSystemOs.read_to_string(path))
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.note(path, FileSystemOs.metadata(path))
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let found = self.note(path, FileSystemOs.symlink_metadata(path));
        if found.as_ref().is_ok_and(|metadata| metadata.is_symlink()) {
            self.links.note(path);
        }
        found
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, Unresolved> {
        self.note(path, FileSystemOs.read_link(path))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.note(path, FileSystemOs.canonicalize(path))
    }
}
