//! The folder that holds the entries: whether it may be trusted, and reading and writing one file of it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::entry::{self, EntryKind};

/// Why a folder cannot hold a cache.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheFolderError {
    /// It cannot be made or looked at.
    #[error("it cannot be used: {0}")]
    Io(Arc<io::Error>),
    /// There is something else in its place.
    #[error("it is not a folder")]
    NotAFolder,
    /// It belongs to somebody else, who could put code into it.
    #[error("it belongs to the user {owner}, and this is the user {user}")]
    ForeignOwner {
        /// The folder's owner.
        owner: u32,
        /// Who runs this.
        user: u32,
    },
    /// Somebody else may put code into it.
    #[error("others may write to it (mode {mode:04o}); `chmod go-w` it")]
    WritableByOthers {
        /// Its permissions.
        mode: u32,
    },
}

/// A folder that only this user can write to.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Makes the names of files that are being written unlike those of all other processes.
    token: u64,
    sequence: AtomicU64,
    /// Bytes written since the last sweep. It starts anywhere: processes that write little each take turns at it.
    unswept: AtomicU64,
}

/// What the names of files that are being written end with.
const UNFINISHED: &str = ".tmp";

/// How many of a key's bytes are in a file's name; all of them are in its header.
const NAMED: usize = 20;

/// An entry that is used gets a new date when its own is older than this.
const DATE_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What a file in the folder is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Entry(EntryKind),
    /// A file that is being written, or was when its process died.
    Unfinished,
}

impl Folder {
    /// Makes the folder where there is none, and looks at who may write to it.
    pub(super) fn open(path: &Path) -> Result<Self, CacheFolderError> {
        if !Self::exists(path)? {
            make(path).map_err(io_error)?;
            check(&fs::metadata(path).map_err(io_error)?)?;
        }
        let token = RandomState::new().hash_one(std::process::id());
        Ok(Self {
            path: path.to_path_buf(),
            token,
            sequence: AtomicU64::new(0),
            unswept: AtomicU64::new(token),
        })
    }

    /// Whether the folder is there, if it may be used.
    pub(super) fn exists(path: &Path) -> Result<bool, CacheFolderError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(io_error(error)),
            Ok(metadata) => check(&metadata).map(|()| true),
        }
    }

    /// The payload of an entry that is whole.
    pub(super) fn read(&self, kind: EntryKind, key: &[u8; 32]) -> Option<Vec<u8>> {
        let file = open_entry(&self.entry(kind, key)).ok()?;
        let metadata = file.metadata().ok().filter(fs::Metadata::is_file)?;
        let payload = entry::read(&file, metadata.len(), kind, key)?;
        if let Ok(date) = metadata.modified()
            && date.elapsed().is_ok_and(|age| age > DATE_KEPT)
        {
            // Eviction goes by date. Where it cannot be set, the entry goes a little early.
            drop(file.set_modified(SystemTime::now()));
        }
        Some(payload)
    }

    /// Writes an entry, beside its place first: nobody ever sees a part of it.
    pub(super) fn write(&self, kind: EntryKind, key: &[u8; 32], payload: &[u8]) -> io::Result<()> {
        let number = self.sequence.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.path.join(format!("{:016x}-{number}{UNFINISHED}", self.token));
        let mut file = match create(&unfinished) {
            // Somebody deleted the folder after it was opened.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(&self.path)?;
                create(&unfinished)?
            }
            created => created?,
        };
        let written = file
            .write_all(&entry::header(kind, key, payload))
            .and_then(|()| file.write_all(payload))
            .and_then(|()| fs::rename(&unfinished, self.entry(kind, key)));
        if written.is_err() {
            drop(fs::remove_file(&unfinished));
        }
        written
    }

    pub(super) fn remove(&self, kind: EntryKind, key: &[u8; 32]) {
        // It is as good when it is not there.
        drop(fs::remove_file(self.entry(kind, key)));
    }

    /// Whether so much was written that the folder is to be swept: after each sixteenth of the limit, all processes
    /// taken together.
    pub(super) fn wants_sweep(&self, written: u64, limit: u64) -> bool {
        let share = (limit / 16).max(1);
        let before = self.unswept.fetch_add(written, Ordering::Relaxed);
        before % share + written >= share
    }

    fn entry(&self, kind: EntryKind, key: &[u8; 32]) -> PathBuf {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut name = String::with_capacity(2 * NAMED + 9);
        for byte in &key[..NAMED] {
            name.push(char::from(DIGITS[usize::from(byte >> 4)]));
            name.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        name.push('.');
        name.push_str(kind.name());
        self.path.join(name)
    }
}

impl FileKind {
    /// `None` for a file that is not the cache's.
    pub(super) fn of(name: &str) -> Option<Self> {
        let is_hex =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if let Some(stem) = name.strip_suffix(UNFINISHED) {
            let (token, number) = stem.split_once('-')?;
            let is_ours =
                token.len() == 16 && is_hex(token) && number.bytes().all(|byte| byte.is_ascii_digit());
            return is_ours.then_some(Self::Unfinished);
        }
        let (stem, end) = name.split_once('.')?;
        let kind = EntryKind::ALL.into_iter().find(|kind| kind.name() == end)?;
        (stem.len() == 2 * NAMED && is_hex(stem)).then_some(Self::Entry(kind))
    }
}

fn io_error(error: io::Error) -> CacheFolderError {
    CacheFolderError::Io(Arc::new(error))
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
fn check(metadata: &fs::Metadata) -> Result<(), CacheFolderError> {
    use std::os::unix::fs::MetadataExt as _;
    if !metadata.is_dir() {
        return Err(CacheFolderError::NotAFolder);
    }
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user {
        return Err(CacheFolderError::ForeignOwner { owner, user });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(CacheFolderError::WritableByOthers { mode });
    }
    Ok(())
}

/// Elsewhere the user's own folders are protected by the lists of the folders they are in.
#[cfg(not(unix))]
fn check(metadata: &fs::Metadata) -> Result<(), CacheFolderError> {
    if metadata.is_dir() { Ok(()) } else { Err(CacheFolderError::NotAFolder) }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a file that should be an entry; a link is not followed, and a pipe is not waited for.
fn open_entry(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
    }
    options.open(path)
}
