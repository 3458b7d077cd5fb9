//! One question, as the rooms of the resolver pass it on.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::ResolveError;
use crate::loader::Loader;
use crate::resolve::RequestKind;
use crate::resolve::directory::Directory;
use crate::resolve::memo::Dependencies;
use crate::resolve::trace::{Dependency, Trace, clean, has_dots};
use crate::resolve::url::{file_path, scheme};

pub(crate) struct Request<'a> {
    pub(crate) specifier: &'a str,
    pub(crate) kind: RequestKind,
    /// The asking file; of a module without one, a name in the working directory.
    pub(crate) file: PathBuf,
    pub(crate) directory: Arc<Directory>,
    /// Whether TypeScript asks.
    pub(crate) typescript: bool,
    /// The program's entry, which nobody imports.
    pub(crate) entry: bool,
    /// What the answer depends on.
    pub(crate) trace: Trace,
    /// The directories whose surroundings it depends on as well: packages and path aliases were looked for there.
    pub(crate) outlooks: RefCell<Vec<Arc<Directory>>>,
    /// Whether another file of the same directory may get another answer.
    pub(crate) per_file: Cell<bool>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(
        loader: &Loader,
        specifier: &'a str,
        file: PathBuf,
        kind: RequestKind,
        typescript: bool,
    ) -> Self {
        let directory = loader.directories.holder(&file);
        Self {
            specifier,
            kind,
            file,
            directory,
            typescript,
            entry: false,
            trace: Trace::default(),
            outlooks: RefCell::default(),
            per_file: Cell::new(false),
        }
    }

    /// The same question from another directory.
    pub(crate) fn moved<'b>(&self, loader: &Loader, specifier: &'b str, file: PathBuf) -> Request<'b> {
        Request::new(loader, specifier, file, self.kind, self.typescript)
    }

    /// Takes over what the answer to another question depends on.
    pub(crate) fn absorb(&self, other: Request<'_>) {
        for Dependency { path, seen } in other.trace.into_inner() {
            self.trace.push(path, seen);
        }
        self.outlooks.borrow_mut().extend(other.outlooks.into_inner());
    }

    pub(crate) fn invalid(&self, reason: &'static str) -> ResolveError {
        ResolveError::InvalidSpecifier { specifier: shortened(self.specifier), reason, referrer: None }
    }

    /// What it depends on that files of this directory are told apart.
    pub(crate) fn directory_dependencies(&self, loader: &Loader) -> Dependencies {
        let shared = self.directory.outlook(|| loader.tsconfigs(&self.directory));
        Dependencies { own: Arc::default(), shared }
    }

    pub(crate) fn dependencies(self, loader: &Loader) -> Dependencies {
        let own = with_real_paths(loader, &self.directory, self.trace.into_inner());
        let outlook = |directory: &Arc<Directory>| directory.outlook(|| loader.tsconfigs(directory));
        let mut outlooks = self.outlooks.into_inner();
        outlooks.dedup_by(|a, b| Arc::ptr_eq(a, b));
        match outlooks.as_slice() {
            [] => Dependencies { own: own.into(), shared: self.directory.map_outlook() },
            [only] if Arc::ptr_eq(only, &self.directory) => {
                Dependencies { own: own.into(), shared: outlook(only) }
            }
            several => {
                let more = several.iter().flat_map(|directory| outlook(directory).to_vec());
                let own: Vec<_> = own.into_iter().chain(more).collect();
                Dependencies { own: own.into(), shared: self.directory.map_outlook() }
            }
        }
    }
}

/// Adds to each path in a linked directory the links and the real path: a change is told by either name.
fn with_real_paths(
    loader: &Loader,
    asking: &Arc<Directory>,
    dependencies: Vec<Dependency>,
) -> Vec<Dependency> {
    let mut last = Arc::clone(asking);
    let mut is_linked = |dependency: &Dependency| {
        if !last.holds(&dependency.path) {
            last = loader.directories.holder(&dependency.path);
        }
        last.is_linked()
    };
    if !dependencies.iter().any(&mut is_linked) {
        return dependencies;
    }
    let mut all = Vec::with_capacity(dependencies.len());
    let mut last = Some(Arc::clone(asking));
    for dependency in dependencies {
        let directory = match last.take() {
            Some(directory) if directory.holds(&dependency.path) => directory,
            _ => {
                let directory = loader.directories.holder(&dependency.path);
                if directory.is_linked() {
                    all.extend(directory.real().links.iter().cloned());
                }
                directory
            }
        };
        if directory.is_linked()
            && let Some(name) = dependency.path.file_name()
        {
            all.push(Dependency { path: directory.real().path.join(name), seen: dependency.seen });
        }
        all.push(dependency);
        last = Some(directory);
    }
    all
}

impl Loader {
    /// The file that a referrer names.
    pub(crate) fn referring_file(&self, referrer: &str) -> PathBuf {
        let cwd = &self.options.cwd;
        let path = match file_path(referrer) {
            Some(path) => path,
            None if scheme(referrer).is_some() => return cwd.join("[module]"),
            None => Path::new(referrer).to_path_buf(),
        };
        let is_directory = referrer.is_empty() || referrer.ends_with('/');
        let path = if path.is_absolute() && !has_dots(&path) { path } else { clean(&path, cwd) };
        if is_directory { path.join("[module]") } else { path }
    }
}

/// The part of a referrer that stands for its directory: referrers with the same one get the same answers.
pub(crate) fn place(referrer: &str) -> &str {
    let end = memchr::memrchr(b'/', referrer.as_bytes()).map_or(0, |at| at + 1);
    let (directory, name) = referrer.split_at(end);
    if name.contains('%') || name == ".." || is_data(referrer) {
        // An escape may hide a separator, a data: URL has no directory.
        return referrer;
    }
    directory
}

pub(crate) fn is_data(url: &str) -> bool {
    url.as_bytes().get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"data:"))
}

/// Whether a referrer is TypeScript, by its extension.
pub(crate) fn is_typescript(referrer: &str) -> bool {
    let end = if referrer.starts_with("file:") {
        memchr::memchr2(b'?', b'#', referrer.as_bytes()).unwrap_or(referrer.len())
    } else {
        referrer.len()
    };
    matches!(
        &referrer.as_bytes()[..end],
        [.., b'.', b't', b's'] | [.., b'.', b't', b's', b'x'] | [.., b'.', b'm' | b'c', b't', b's']
    )
}

/// A specifier that can be shown.
pub(crate) fn shortened(specifier: &str) -> String {
    const SHOWN: usize = 200;
    match specifier.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &specifier[..at]),
        None => specifier.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        for (referrer, expected) in [
            ("file:///a/b.ts", "file:///a/"),
            ("file:///a/b.ts?v=1", "file:///a/"),
            ("file:///a/b%2Fc.ts", "file:///a/b%2Fc.ts"),
            ("/a/", "/a/"),
            ("/a/b/..", "/a/b/.."),
            ("[eval]", ""),
            ("main.js", ""),
            ("DATA:text/javascript,a/b", "DATA:text/javascript,a/b"),
        ] {
            assert_eq!(place(referrer), expected, "{referrer}");
        }
    }

    #[test]
    fn typescript_by_extension() {
        for (referrer, expected) in [
            ("file:///a/b.ts", true),
            ("file:///a/b.mts?x=.js", true),
            ("file:///a/b.js?x=.ts", false),
            ("/a/b.tsx", true),
            ("/a/b#.ts", true),
            ("[eval]", false),
        ] {
            assert_eq!(is_typescript(referrer), expected, "{referrer}");
        }
    }
}
