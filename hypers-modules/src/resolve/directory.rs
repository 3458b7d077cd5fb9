//! What is known about a directory: where it really is, and the files above it that decide how its modules resolve
//! and compile (`package.json`, `tsconfig.json`, `krepis.json`, `node_modules`). Each is looked at once, when it is
//! first asked for.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxBuildHasher;

use crate::compile::transpile::CompilerOptions;
use crate::resolve::import_map::{self, ImportMap, InvalidImportMap};
use crate::resolve::links;
use crate::resolve::manifest::{InvalidPackage, Manifest};
use crate::resolve::memo::Memo;
use crate::resolve::package::PackageType;
use crate::resolve::trace::{Changes, Dependency, Seen, Trace, bytes};
use crate::resolve::tsconfig::Tsconfigs;

pub(crate) const MANIFEST: &str = "package.json";
pub(crate) const TSCONFIG: &str = "tsconfig.json";
pub(crate) const IMPORT_MAP: &str = "krepis.json";
pub(crate) const NODE_MODULES: &str = "node_modules";

/// The directories that were asked about.
#[derive(Default)]
pub(crate) struct Directories {
    /// By the bytes of their paths, which are clean: to compare paths part by part takes much longer.
    known: Mutex<HashMap<Box<[u8]>, Arc<Directory>, FxBuildHasher>>,
}

pub(crate) struct Directory {
    pub(crate) path: PathBuf,
    pub(crate) parent: Option<Arc<Directory>>,
    pub(crate) in_node_modules: bool,
    real: OnceLock<Real>,
    has_manifest: OnceLock<bool>,
    has_tsconfig: OnceLock<bool>,
    has_node_modules: OnceLock<bool>,
    manifest: OnceLock<Result<Option<Manifest>, InvalidPackage>>,
    package_type: OnceLock<Result<Option<PackageType>, InvalidPackage>>,
    import_map: OnceLock<Result<Option<Arc<ImportMap>>, InvalidImportMap>>,
    tsconfigs: Mutex<Option<Arc<Tsconfigs>>>,
    compiler: Mutex<Option<Arc<CompilerOptions>>>,
    outlook: OnceLock<Arc<[Dependency]>>,
    map_outlook: OnceLock<Arc<[Dependency]>>,
}

/// Where a directory really is.
pub(crate) struct Real {
    pub(crate) path: PathBuf,
    /// The links on the way, and what they depend on.
    pub(crate) links: Vec<Dependency>,
}

impl Directories {
    /// The directory of a [`clean`](crate::resolve::trace::clean) path. Nothing is read.
    pub(crate) fn get(&self, path: &Path) -> Arc<Directory> {
        // The lock is held so that a directory's parents are those that are known: one that was dropped because it
        // changed does not come back with a child.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = Vec::new();
        let mut parent = None;
        // The path itself is mostly known.
        for ancestor in path.ancestors() {
            if let Some(found) = known.get(bytes(ancestor)) {
                parent = Some(Arc::clone(found));
                break;
            }
            unknown.push(ancestor);
        }
        let mut directory = parent;
        for path in unknown.into_iter().rev() {
            let made = Arc::new(Directory::new(path, directory.take()));
            known.insert(bytes(path).into(), Arc::clone(&made));
            directory = Some(made);
        }
        directory.unwrap_or_else(|| Arc::new(Directory::new(path, None)))
    }

    /// The directory that a clean path is in; of the root, itself.
    pub(crate) fn holder(&self, path: &Path) -> Arc<Directory> {
        let whole = bytes(path);
        if let Some(end) = memchr::memrchr(b'/', whole) {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(found) = known.get(&whole[..end]) {
                return Arc::clone(found);
            }
        }
        self.get(path.parent().unwrap_or(path))
    }

    pub(crate) fn drop_changed(&self, changes: &Changes<'_>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, directory| !directory.depends_on(changes));
    }

    pub(crate) fn clear(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Directory {
    fn new(path: &Path, parent: Option<Arc<Self>>) -> Self {
        let is_node_modules = is_node_modules(path);
        Self {
            path: path.to_path_buf(),
            in_node_modules: is_node_modules || parent.as_ref().is_some_and(|p| p.in_node_modules),
            parent,
            real: OnceLock::new(),
            has_manifest: OnceLock::new(),
            has_tsconfig: OnceLock::new(),
            has_node_modules: OnceLock::new(),
            manifest: OnceLock::new(),
            package_type: OnceLock::new(),
            import_map: OnceLock::new(),
            tsconfigs: Mutex::default(),
            compiler: Mutex::default(),
            outlook: OnceLock::new(),
            map_outlook: OnceLock::new(),
        }
    }

    /// This one and those above it.
    pub(crate) fn ancestors(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |directory| directory.parent.as_deref())
    }

    pub(crate) fn is_node_modules(&self) -> bool {
        is_node_modules(&self.path)
    }

    /// Whether a clean path is one of this directory's own.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        let own = bytes(&self.path);
        let rest = bytes(path).strip_prefix(own.strip_suffix(b"/").unwrap_or(own));
        rest.is_some_and(|rest| rest.len() > 1 && memchr::memrchr(b'/', rest) == Some(0))
    }

    pub(crate) fn has_manifest(&self) -> bool {
        *self.has_manifest.get_or_init(|| self.path.join(MANIFEST).is_file())
    }

    /// Says what [`has_manifest`](Self::has_manifest) would find.
    pub(crate) fn note_manifest(&self, found: bool) {
        self.has_manifest.get_or_init(|| found);
    }

    /// The `package.json` here.
    pub(crate) fn manifest(&self) -> &Result<Option<Manifest>, InvalidPackage> {
        self.manifest.get_or_init(|| {
            let read = Manifest::read(&self.path.join(MANIFEST));
            if !matches!(read, Ok(None)) {
                self.note_manifest(true);
            }
            read
        })
    }

    pub(crate) fn has_tsconfig(&self) -> bool {
        *self.has_tsconfig.get_or_init(|| self.path.join(TSCONFIG).is_file())
    }

    pub(crate) fn has_node_modules(&self) -> bool {
        *self.has_node_modules.get_or_init(|| self.path.join(NODE_MODULES).is_dir())
    }

    /// The nearest directory with a `package.json`, wherever it is.
    pub(crate) fn manifest_directory(&self) -> Option<&Self> {
        self.ancestors().find(|directory| directory.has_manifest())
    }

    /// Whether there is a link on the way, also one that leads nowhere.
    pub(crate) fn is_linked(&self) -> bool {
        !self.real().links.is_empty()
    }

    pub(crate) fn real(&self) -> &Real {
        if let Some(known) = self.real.get() {
            return known;
        }
        // From the top down: paths may be deeper than a stack.
        let unknown: Vec<&Self> = self.ancestors().take_while(|above| above.real.get().is_none()).collect();
        for directory in unknown.into_iter().rev() {
            directory.real.get_or_init(|| directory.find_real());
        }
        self.real.get_or_init(|| self.find_real())
    }

    /// Says that it is not reached through a link.
    pub(crate) fn note_real(&self) {
        for directory in self.ancestors() {
            if directory.real.set(Real { path: directory.path.clone(), links: Vec::new() }).is_err() {
                break;
            }
        }
    }

    fn find_real(&self) -> Real {
        let (Some(parent), Some(name)) = (&self.parent, self.path.file_name()) else {
            return Real { path: self.path.clone(), links: Vec::new() };
        };
        let parent = parent.real();
        let path = if parent.links.is_empty() { self.path.clone() } else { parent.path.join(name) };
        let mut links = parent.links.clone();
        if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
            return Real { path, links };
        }
        let trace = Trace::default();
        let followed = links::follow(&path, &trace);
        links.extend(trace.into_inner());
        // A link that leads nowhere is where it is.
        Real { path: followed.unwrap_or(path), links }
    }

    /// What `"type"` says for the files here.
    pub(crate) fn package_type(&self) -> Result<PackageType, InvalidPackage> {
        let declared = |directory: &Self| match directory.is_node_modules() {
            true => Ok(Some(PackageType::Unspecified)),
            false if directory.has_manifest() => match directory.manifest() {
                Ok(manifest) => Ok(manifest.as_ref().map(Manifest::package_type)),
                Err(invalid) => Err(invalid.clone()),
            },
            false => Ok(None),
        };
        self.nearest(|directory| &directory.package_type, declared)
            .map(|found| found.unwrap_or(PackageType::Unspecified))
    }

    /// The import map for the files here: of the nearest `krepis.json`. Packages have none.
    pub(crate) fn import_map(&self) -> Result<Option<Arc<ImportMap>>, InvalidImportMap> {
        if self.in_node_modules {
            return Ok(None);
        }
        self.nearest(
            |directory| &directory.import_map,
            |directory| Ok(import_map::read(&directory.path.join(IMPORT_MAP))?.map(Arc::new)),
        )
    }

    /// What the nearest directory that has an answer says; it is noted for those on the way.
    fn nearest<T: Clone, E: Clone>(
        &self,
        slot: impl Fn(&Self) -> &OnceLock<Result<Option<T>, E>>,
        read: impl Fn(&Self) -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E> {
        let mut passed = Vec::new();
        let mut found = Ok(None);
        for directory in self.ancestors() {
            found = match slot(directory).get() {
                Some(known) => {
                    found = known.clone();
                    break;
                }
                None => read(directory),
            };
            passed.push(directory);
            if !matches!(found, Ok(None)) {
                break;
            }
        }
        for directory in passed {
            slot(directory).get_or_init(|| found.clone());
        }
        found
    }

    /// The configurations that may speak for files here, loaded by `load` when they are first asked for.
    pub(crate) fn tsconfigs(&self, memo: &Memo, load: impl FnOnce() -> Tsconfigs) -> Arc<Tsconfigs> {
        remember(&self.tsconfigs, memo, || Ok::<_, std::convert::Infallible>(Arc::new(load())))
            .unwrap_or_else(|never| match never {})
    }

    pub(crate) fn known_tsconfigs(&self) -> Option<Arc<Tsconfigs>> {
        self.tsconfigs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn compiler<E>(
        &self,
        memo: &Memo,
        load: impl FnOnce() -> Result<Arc<CompilerOptions>, E>,
    ) -> Result<Arc<CompilerOptions>, E> {
        remember(&self.compiler, memo, load)
    }

    /// What every answer to a file here depends on: the import map.
    pub(crate) fn map_outlook(&self) -> Arc<[Dependency]> {
        let make = || {
            let trace = Trace::default();
            self.trace_map(&trace);
            self.expand(trace.into_inner()).into()
        };
        Arc::clone(self.map_outlook.get_or_init(make))
    }

    /// What every answer about packages depends on: beside the import map, the nearest manifest, where packages
    /// are, and the path aliases.
    pub(crate) fn outlook(&self, tsconfigs: impl FnOnce() -> Arc<Tsconfigs>) -> Arc<[Dependency]> {
        if let Some(known) = self.outlook.get() {
            return Arc::clone(known);
        }
        let trace = Trace::default();
        self.trace_map(&trace);
        for directory in self.ancestors() {
            seen(&trace, directory.path.join(MANIFEST), directory.has_manifest());
            if directory.has_manifest() {
                break;
            }
        }
        for directory in self.ancestors() {
            if !directory.is_node_modules() {
                seen(&trace, directory.path.join(NODE_MODULES), directory.has_node_modules());
            }
        }
        for dependency in &tsconfigs().dependencies {
            trace.push(dependency.path.clone(), dependency.seen);
        }
        Arc::clone(self.outlook.get_or_init(|| self.expand(trace.into_inner()).into()))
    }

    fn trace_map(&self, trace: &Trace) {
        if self.in_node_modules {
            return;
        }
        for directory in self.ancestors() {
            let file = directory.path.join(IMPORT_MAP);
            // One that cannot be read as a map is there too.
            let found = match directory.import_map() {
                Ok(Some(map)) => map.path == file,
                Ok(None) => false,
                Err(error) => error.path == file,
            };
            seen(trace, file, found);
            if found {
                break;
            }
        }
    }

    /// The same as the file system sees it, where links lead here.
    fn expand(&self, dependencies: Vec<Dependency>) -> Vec<Dependency> {
        let mut all = dependencies;
        if self.is_linked() {
            let here = all.len();
            for at in 0..here {
                let Dependency { path, seen } = &all[at];
                let Some(name) = path.file_name() else { continue };
                let seen = *seen;
                let holder = self.ancestors().find(|directory| path.parent() == Some(&*directory.path));
                if let Some(holder) = holder {
                    let real = holder.real().path.join(name);
                    all.push(Dependency { path: real, seen });
                }
            }
            all.extend(self.real().links.iter().cloned());
        }
        all
    }

    fn depends_on(&self, changes: &Changes<'_>) -> bool {
        self.ancestors().any(|directory| directory.depends_itself_on(changes))
    }

    fn depends_itself_on(&self, changes: &Changes<'_>) -> bool {
        let real = self.real.get();
        let own = |at: &Path| {
            let names = [MANIFEST, TSCONFIG, IMPORT_MAP, NODE_MODULES];
            names.iter().any(|name| changes.touch(&at.join(name), Seen::Missing))
        };
        own(&self.path)
            || real.is_some_and(|real| {
                !real.links.is_empty() && (own(&real.path) || changes.touch_any(&real.links))
            })
            || self
                .tsconfigs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .as_ref()
                .is_some_and(|known| changes.touch_any(&known.dependencies))
    }
}

fn is_node_modules(path: &Path) -> bool {
    let rest = bytes(path).strip_suffix(NODE_MODULES.as_bytes());
    rest.and_then(<[u8]>::last).is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}

fn seen(trace: &Trace, path: PathBuf, found: bool) {
    trace.push(path, if found { Seen::Present } else { Seen::Missing });
}

/// The value of `slot`, which is made if there is none. It is kept unless something changed in the meantime.
fn remember<T, E>(
    slot: &Mutex<Option<Arc<T>>>,
    memo: &Memo,
    make: impl FnOnce() -> Result<Arc<T>, E>,
) -> Result<Arc<T>, E> {
    if let Some(known) = &*slot.lock().unwrap_or_else(PoisonError::into_inner) {
        return Ok(Arc::clone(known));
    }
    let epoch = memo.epoch();
    let made = make()?;
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if memo.epoch() == epoch {
        *slot = Some(Arc::clone(&made));
    }
    Ok(made)
}
