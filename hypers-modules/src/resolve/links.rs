//! Symbolic links, followed one by one so that each is known as a dependency.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::resolve::trace::Trace;

/// How many links Linux follows.
const LINKS: usize = 40;

/// Why a path leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// Something on the way is not there.
    Missing,
    /// Links lead to each other.
    Loop,
}

/// The real path. Every link on the way is noted, and the first path that is missing.
pub(crate) fn follow(path: &Path, trace: &Trace) -> Result<PathBuf, Lost> {
    let mut real = PathBuf::new();
    let mut rest: VecDeque<OsString> = parts(path).collect();
    let mut links = 0;
    while let Some(part) = rest.pop_front() {
        if part == ".." {
            real.pop();
            continue;
        }
        real.push(&part);
        match fs::read_link(&real) {
            Ok(target) => {
                trace.present(real.clone());
                links += 1;
                if links > LINKS {
                    return Err(Lost::Loop);
                }
                real.pop();
                for part in parts(&target).rev() {
                    rest.push_front(part);
                }
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                trace.missing(real);
                return Err(Lost::Missing);
            }
            // It is no link.
            Err(_) => {}
        }
    }
    Ok(real)
}

/// Pushing an absolute path's root replaces what was there before.
fn parts(path: &Path) -> impl DoubleEndedIterator<Item = OsString> {
    path.components()
        .filter(|part| !matches!(part, Component::CurDir))
        .map(|part| part.as_os_str().to_owned())
}
