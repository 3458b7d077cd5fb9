//! What is told of files and file systems, and times.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Answer, STATS, answer_of, c_path};

pub(super) fn time_spec(seconds: f64) -> libc::timespec {
    let whole = seconds.floor();
    // Microseconds are what a double of this size still holds.
    let nanoseconds = ((seconds - whole) * 1e6).round() * 1e3;
    libc::timespec { tv_sec: whole as libc::time_t, tv_nsec: nanoseconds.min(999_999_999.0) as libc::c_long }
}

pub(super) fn system_time(seconds: f64) -> SystemTime {
    let time = time_spec(seconds);
    let part = Duration::from_nanos(time.tv_nsec as u64);
    let whole = Duration::from_secs(time.tv_sec.unsigned_abs());
    if time.tv_sec < 0 { UNIX_EPOCH - whole + part } else { UNIX_EPOCH + whole + part }
}

pub(super) fn stats(metadata: &Metadata, bigint: bool) -> Answer {
    let born = metadata.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let (born, born_nsec) = match born {
        Some(since) => (since.as_secs() as i64, i64::from(since.subsec_nanos())),
        None => (metadata.ctime(), metadata.ctime_nsec()),
    };
    let fields = [
        metadata.dev() as i64,
        i64::from(metadata.mode()),
        metadata.nlink() as i64,
        i64::from(metadata.uid()),
        i64::from(metadata.gid()),
        metadata.rdev() as i64,
        metadata.blksize() as i64,
        metadata.ino() as i64,
        metadata.size() as i64,
        metadata.blocks() as i64,
        metadata.atime(),
        metadata.atime_nsec(),
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec(),
        born,
        born_nsec,
    ];
    Answer::Stats(fields, bigint)
}

/// `statfs`: type, block size, blocks, free ones, those free to everyone, files, free ones.
pub(super) fn file_system(path: &Path, bigint: bool) -> io::Result<Answer> {
    let path = c_path(path)?;
    // SAFETY: all zeroes is a valid statfs, and a valid place for the answer; the path ends in a NUL.
    let (result, answer) = unsafe {
        let mut answer: libc::statfs = std::mem::zeroed();
        (libc::statfs(path.as_ptr(), &raw mut answer), answer)
    };
    answer_of(result)?;
    let mut fields = [0; STATS];
    fields[..7].copy_from_slice(&[
        answer.f_type as _,
        answer.f_bsize as _,
        answer.f_blocks as i64,
        answer.f_bfree as i64,
        answer.f_bavail as i64,
        answer.f_files as i64,
        answer.f_ffree as i64,
    ]);
    Ok(Answer::Stats(fields, bigint))
}
