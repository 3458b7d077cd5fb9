//! What an answer depended on, and what changed since.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};

use rustc_hash::FxHasher;

use crate::resolve::url::normalize;

/// How a path was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It was there: a file, a link, a directory as such.
    Present,
    /// It was not there, and neither was anything below it.
    Missing,
    /// The names in this directory were read.
    Listed,
}

/// A path that an answer depended on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) path: PathBuf,
    pub(crate) seen: Seen,
}

/// The dependencies of one answer, while it is looked for.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    dependencies: RefCell<Vec<Dependency>>,
}

impl Trace {
    pub(crate) fn present(&self, path: impl Into<PathBuf>) {
        self.push(path.into(), Seen::Present);
    }

    pub(crate) fn missing(&self, path: impl Into<PathBuf>) {
        self.push(path.into(), Seen::Missing);
    }

    pub(crate) fn listed(&self, path: impl Into<PathBuf>) {
        self.push(path.into(), Seen::Listed);
    }

    pub(crate) fn push(&self, path: PathBuf, seen: Seen) {
        self.dependencies.borrow_mut().push(Dependency { path, seen });
    }

    pub(crate) fn into_inner(self) -> Vec<Dependency> {
        self.dependencies.into_inner()
    }

    /// The paths that were not there, in the order of looking.
    pub(crate) fn tried(&self) -> Vec<PathBuf> {
        let dependencies = self.dependencies.borrow();
        let missing = dependencies.iter().filter(|dependency| dependency.seen == Seen::Missing);
        missing.map(|dependency| dependency.path.clone()).collect()
    }
}

type Paths<'a> = HashSet<&'a [u8], BuildHasherDefault<FxHasher>>;

/// Paths that appeared, vanished or changed, in a form that dependencies are compared with quickly.
pub(crate) struct Changes<'a> {
    changed: Paths<'a>,
    /// Every directory above one of them.
    above: Paths<'a>,
    /// The directories that hold them.
    parents: Paths<'a>,
}

impl<'a> Changes<'a> {
    /// Of [`clean`] paths.
    pub(crate) fn new(paths: &'a [PathBuf]) -> Self {
        let mut changes =
            Self { changed: Paths::default(), above: Paths::default(), parents: Paths::default() };
        for path in paths {
            let mut above = ancestors(bytes(path));
            changes.changed.extend(above.next());
            if let Some(parent) = above.next() {
                changes.parents.insert(parent);
                changes.above.insert(parent);
            }
            // What is above a directory that is known is known too.
            for ancestor in above {
                if !changes.above.insert(ancestor) {
                    break;
                }
            }
        }
        changes
    }

    /// Whether an answer that depended on this may be another one now.
    pub(crate) fn touch(&self, path: &Path, seen: Seen) -> bool {
        let path = bytes(path);
        ancestors(path).any(|ancestor| self.changed.contains(ancestor))
            || match seen {
                Seen::Present => false,
                Seen::Missing => self.above.contains(path),
                Seen::Listed => self.parents.contains(path),
            }
    }

    pub(crate) fn touch_any(&self, dependencies: &[Dependency]) -> bool {
        dependencies.iter().any(|dependency| self.touch(&dependency.path, dependency.seen))
    }
}

/// Absolute, without `.`, `..` and a slash at the end.
pub(crate) fn clean(path: &Path, cwd: &Path) -> PathBuf {
    normalize(&cwd.join(path))
}

/// A path below a directory. What it takes is asked for once.
pub(crate) fn below(directory: &Path, parts: &[&str]) -> PathBuf {
    let more: usize = parts.iter().map(|part| 1 + part.len()).sum();
    let mut path = PathBuf::with_capacity(bytes(directory).len() + more);
    path.push(directory);
    path.extend(parts);
    path
}

/// Whether a path may have something to take out: a `.`, a `..`, a double slash, one at its end.
pub(crate) fn has_dots(path: &Path) -> bool {
    let path = bytes(path);
    memchr::memchr_iter(b'/', path).any(|at| matches!(path.get(at + 1), None | Some(b'.' | b'/')))
}

pub(crate) fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

/// The path itself, then every directory above it.
fn ancestors(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::successors(Some(path), |path| {
        let at = path.iter().rposition(|byte| std::path::is_separator(char::from(*byte)))?;
        match at {
            0 if path.len() > 1 => Some(&path[..1]),
            0 => None,
            at => Some(&path[..at]),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_touch_what_depended_on_them() {
        let changed =
            [PathBuf::from("/p/a.ts"), PathBuf::from("/p/src/deep"), PathBuf::from("/p/new/x/y.js")];
        let changes = Changes::new(&changed);
        for (path, seen, expected) in [
            ("/p/a.ts", Seen::Present, true),
            ("/p/a.ts", Seen::Missing, true),
            ("/p/a.tsx", Seen::Missing, false),
            ("/p/src/deep/b.ts", Seen::Present, true),
            ("/p/src/deep/er/b.ts", Seen::Missing, true),
            ("/p/src/deeper", Seen::Missing, false),
            ("/p/src", Seen::Present, false),
            ("/p/new", Seen::Missing, true),
            ("/p/new/x", Seen::Missing, true),
            ("/p/new", Seen::Present, false),
            ("/p", Seen::Listed, true),
            ("/p/src", Seen::Listed, true),
            ("/p/new", Seen::Listed, false),
            ("/", Seen::Missing, true),
            ("/", Seen::Present, false),
        ] {
            assert_eq!(changes.touch(Path::new(path), seen), expected, "{path} {seen:?}");
        }
        let root = [PathBuf::from("/")];
        assert!(Changes::new(&root).touch(Path::new("/anything"), Seen::Present));
    }
}
