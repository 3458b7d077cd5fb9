//! Folders: their entries at once or piece by piece, making and removing them.

use std::ffi::{CString, OsString};
use std::fs::{self, DirEntry, ReadDir};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use slab::Slab;

use super::{Answer, Arguments, Job, c_call, done};
use crate::realm::Realm;

/// The folders that a program reads piece by piece, by the number that it knows them by.
#[derive(Clone, Default)]
pub(crate) struct Folders {
    open: Arc<Mutex<Slab<Arc<Mutex<ReadDir>>>>>,
}

impl Folders {
    pub(super) fn of(scope: &v8::Isolate) -> Self {
        Realm::of(scope).folders.clone()
    }

    fn table(&self) -> MutexGuard<'_, Slab<Arc<Mutex<ReadDir>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self, path: &Path) -> io::Result<Answer> {
        let folder = Arc::new(Mutex::new(fs::read_dir(path)?));
        Ok(Answer::Number(self.table().insert(folder) as f64))
    }

    /// At most `count` entries; none at the end.
    fn read(&self, number: usize, count: usize) -> io::Result<Answer> {
        let folder = self.table().get(number).cloned();
        let folder = folder.ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))?;
        let mut folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        let entries: io::Result<Vec<_>> =
            folder.by_ref().take(count).map(|entry| entry.map(described)).collect();
        Ok(Answer::Entries(entries?))
    }

    /// Also while somebody reads it: the descriptor is closed after that.
    fn close(&self, number: usize) -> io::Result<Answer> {
        let folder = self.table().try_remove(number);
        folder.map(|_| Answer::Nothing).ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))
    }
}

/// The job of that name on an open folder, if there is one.
pub(super) fn job(name: &str, a: &mut Arguments<'_, '_, '_, '_>) -> Option<Job> {
    let (number, folders) = (a.number(1) as usize, Folders::of(a.scope));
    Some(match name {
        "read_folder" => {
            let count = a.number(2) as usize;
            Box::new(move || folders.read(number, count))
        }
        "close_folder" => Box::new(move || folders.close(number)),
        _ => return None,
    })
}

fn described(entry: DirEntry) -> (OsString, u32) {
    (entry.file_name(), entry.file_type().map_or(0, entry_kind))
}

/// The numbers of `UV_DIRENT_FILE`, `_DIR`, `_LINK`, `_FIFO`, `_SOCKET`, `_CHAR` and `_BLOCK`; 0 is unknown.
pub(super) fn entry_kind(kind: fs::FileType) -> u32 {
    match kind {
        kind if kind.is_file() => 1,
        kind if kind.is_dir() => 2,
        kind if kind.is_symlink() => 3,
        kind if kind.is_fifo() => 4,
        kind if kind.is_socket() => 5,
        kind if kind.is_char_device() => 6,
        kind if kind.is_block_device() => 7,
        _ => 0,
    }
}

/// A folder's entries by name.
pub(super) fn entries(path: &Path) -> io::Result<Answer> {
    let entries: io::Result<Vec<_>> = fs::read_dir(path)?.map(|entry| entry.map(described)).collect();
    let mut entries = entries?;
    entries.sort();
    Ok(Answer::Entries(entries))
}

/// Makes a folder, and with `recursive` those above it: then the answer is the first that was made.
pub(super) fn make_folder(path: &Path, mode: i32, recursive: bool) -> io::Result<Answer> {
    // SAFETY: the path is a C string.
    let make = |path: &Path| c_call(path, |path| unsafe { libc::mkdir(path, mode as libc::mode_t) });
    if !recursive {
        return make(path);
    }
    let mut first = None;
    let mut missing = vec![path];
    while let Some(folder) = missing.last().copied() {
        match make(folder) {
            Ok(_) => {
                first.get_or_insert(folder);
                missing.pop();
            }
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => match folder.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => missing.push(parent),
                _ => return Err(error),
            },
            Err(error) => match fs::metadata(folder) {
                Ok(metadata) if metadata.is_dir() => {
                    missing.pop();
                }
                // A file stands in the way: of the folder itself, or of one above it.
                Ok(_) if folder == path => return Err(error),
                Ok(_) => return Err(io::Error::from_raw_os_error(libc::ENOTDIR)),
                Err(_) => return Err(error),
            },
        }
    }
    Ok(first.map_or(Answer::Nothing, |first| Answer::Text(first.as_os_str().to_owned())))
}

/// Makes a folder whose name is `prefix` and six characters.
pub(super) fn make_temporary(prefix: &Path) -> io::Result<Answer> {
    let mut template = prefix.as_os_str().as_bytes().to_vec();
    template.extend_from_slice(b"XXXXXX");
    let template = CString::new(template).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?.into_raw();
    // SAFETY: the template is a C string of our own, which the call writes into without changing its length.
    let (made, template) = unsafe {
        let made = libc::mkdtemp(template);
        (!made.is_null(), CString::from_raw(template))
    };
    if !made {
        return Err(io::Error::last_os_error());
    }
    Ok(Answer::Text(OsString::from_vec(template.into_bytes())))
}

/// Removes; what another program holds for a moment is tried again after `delay`, then after twice as long, and so on.
pub(super) fn remove(
    path: &Path,
    recursive: bool,
    force: bool,
    retries: u32,
    delay: Duration,
) -> io::Result<Answer> {
    let mut tried = 0;
    loop {
        match remove_once(path, recursive) {
            Err(error) if force && error.kind() == io::ErrorKind::NotFound => return Ok(Answer::Nothing),
            Err(error) if tried < retries && passes(&error) => {
                tried += 1;
                std::thread::sleep(delay.saturating_mul(tried));
            }
            result => return done(result),
        }
    }
}

/// Whether the same call may succeed later.
fn passes(error: &io::Error) -> bool {
    use libc::{EBUSY, EMFILE, ENFILE, ENOTEMPTY, EPERM};
    error.raw_os_error().is_some_and(|number| [EBUSY, EMFILE, ENFILE, ENOTEMPTY, EPERM].contains(&number))
}

fn remove_once(path: &Path, recursive: bool) -> io::Result<()> {
    match fs::symlink_metadata(path)?.is_dir() {
        true if recursive => fs::remove_dir_all(path),
        true => Err(io::Error::from_raw_os_error(libc::EISDIR)),
        false => fs::remove_file(path),
    }
}
