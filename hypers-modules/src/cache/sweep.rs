//! All files of the folder at once: counting them, keeping their limit, deleting them.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use std::{fs, io};

use super::folder::{FileKind, Folder};
use super::{CompileCache, EntryKind};

/// What is in a cache's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheSurvey {
    /// The entries of each kind, in the order of [`EntryKind::ALL`].
    pub kinds: Vec<(EntryKind, EntryCount)>,
    /// Files that are being written, or were when their process died; the latter go with the next sweep.
    pub unfinished: EntryCount,
}

/// How many files, and what they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryCount {
    /// How many there are.
    pub files: u64,
    /// Their sizes in bytes.
    pub bytes: u64,
}

/// What [`CompileCache::clear`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cleared {
    /// What was deleted.
    pub deleted: EntryCount,
    /// How many files could not be deleted.
    pub failed: u64,
}

/// One file of the cache.
struct Found {
    path: PathBuf,
    kind: FileKind,
    bytes: u64,
    date: SystemTime,
}

/// Files are counted as the blocks that they fill.
const BLOCK: u64 = 4096;

/// A file that has been unfinished for so long has lost its process.
const ABANDONED: Duration = Duration::from_secs(10 * 60);

impl CompileCache {
    /// Counts the entries. A folder that is not there is empty; it is not made.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn survey(&self) -> io::Result<CacheSurvey> {
        let mut survey = CacheSurvey::default();
        for file in files(&self.options().folder)? {
            let count = match file.kind {
                FileKind::Unfinished => Some(&mut survey.unfinished),
                FileKind::Entry(kind) => {
                    survey.kinds.iter_mut().find(|(known, _)| *known == kind).map(|(_, count)| count)
                }
            };
            if let Some(count) = count {
                count.add(file.bytes);
            }
        }
        Ok(survey)
    }

    /// Deletes all entries, and nothing that is not the cache's own or is just being written. A folder that is not there is empty. Processes
    /// that use the cache meanwhile write what they make anew.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn clear(&self) -> io::Result<Cleared> {
        let mut cleared = Cleared::default();
        for file in files(&self.options().folder)?.into_iter().filter(|file| !file.is_being_written()) {
            match fs::remove_file(&file.path) {
                Ok(()) => cleared.deleted.add(file.bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => cleared.failed += 1,
            }
        }
        Ok(cleared)
    }
}

impl Found {
    /// Whether a process may be at work on it; a file that it is taken from is a write that fails.
    fn is_being_written(&self) -> bool {
        self.kind == FileKind::Unfinished && self.date.elapsed().is_ok_and(|age| age <= ABANDONED)
    }
}

impl Default for CacheSurvey {
    fn default() -> Self {
        let kinds = EntryKind::ALL.map(|kind| (kind, EntryCount::default())).into();
        Self { kinds, unfinished: EntryCount::default() }
    }
}

impl CacheSurvey {
    /// All files together.
    pub fn total(&self) -> EntryCount {
        self.kinds.iter().map(|(_, count)| *count).chain([self.unfinished]).fold(
            EntryCount::default(),
            |sum, count| EntryCount { files: sum.files + count.files, bytes: sum.bytes + count.bytes },
        )
    }
}

impl EntryCount {
    fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

/// Deletes the entries that were unused for longest until four fifths of the limit are left, where it is exceeded;
/// gives how many those were. Several processes may do so at once: they agree on which are the oldest.
pub(super) fn evict(folder: &Folder, limit: u64) -> u64 {
    let Ok(mut files) = files(&folder.path) else { return 0 };
    files.retain(|file| {
        let is_entry = file.kind != FileKind::Unfinished;
        if !is_entry && !file.is_being_written() {
            drop(fs::remove_file(&file.path));
        }
        is_entry
    });
    let on_disk = |file: &Found| file.bytes.next_multiple_of(BLOCK);
    let mut total: u64 = files.iter().map(on_disk).sum();
    if total <= limit {
        return 0;
    }
    files.sort_unstable_by_key(|file| file.date);
    let mut evicted = 0;
    for file in files {
        if total <= limit / 5 * 4 {
            break;
        }
        total -= on_disk(&file);
        evicted += u64::from(fs::remove_file(&file.path).is_ok());
    }
    evicted
}

/// The cache's files. One that disappears meanwhile is left out.
fn files(folder: &std::path::Path) -> io::Result<Vec<Found>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let found = |entry: fs::DirEntry| {
        let kind = FileKind::of(entry.file_name().to_str()?)?;
        let metadata = entry.metadata().ok().filter(|metadata| !metadata.is_dir())?;
        let date = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Some(Found { path: entry.path(), kind, bytes: metadata.len(), date })
    };
    Ok(entries.filter_map(|entry| found(entry.ok()?)).collect())
}
