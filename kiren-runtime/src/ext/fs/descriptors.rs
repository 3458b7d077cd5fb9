//! Operations on open files, which Node's interface names by their descriptors.

use std::fs::{self, File, FileTimes};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd as _;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::Path;

use super::stats::{stats, system_time};
use super::{Answer, Arguments, Job, answer_of, c_path, done};

/// The largest file that is read into one buffer, as in Node.
const LARGEST_LEN_BYTES: u64 = i32::MAX as u64;

/// The job of that name, if there is one.
pub(super) fn job(name: &str, a: &mut Arguments<'_, '_, '_, '_>) -> Option<Job> {
    let fd = a.int(1);
    Some(match name {
        "close" => Box::new(move || {
            // SAFETY: a plain system call on a number.
            answer_of(unsafe { libc::close(fd) })
        }),
        "read" => {
            let (length, position) = (a.number(2) as usize, a.position(3));
            Box::new(move || {
                let mut bytes = vec![0; length];
                let count = match position {
                    Some(position) => borrow(fd).read_at(&mut bytes, position)?,
                    None => borrow(fd).read(&mut bytes)?,
                };
                bytes.truncate(count);
                Ok(Answer::Bytes(bytes))
            })
        }
        "read_all" => Box::new(move || read_all(&mut borrow(fd))),
        "write" => {
            let (bytes, position) = (a.bytes(2), a.position(3));
            Box::new(move || {
                let count = match position {
                    Some(position) => borrow(fd).write_at(&bytes, position)?,
                    None => borrow(fd).write(&bytes)?,
                };
                Ok(Answer::Number(count as f64))
            })
        }
        "write_all" => {
            let bytes = a.bytes(2);
            Box::new(move || done(borrow(fd).write_all(&bytes)))
        }
        "fstat" => {
            let bigint = a.flag(2);
            Box::new(move || Ok(stats(&borrow(fd).metadata()?, bigint)))
        }
        "ftruncate" => {
            let length = a.number(2) as u64;
            Box::new(move || done(borrow(fd).set_len(length)))
        }
        "fsync" => Box::new(move || done(borrow(fd).sync_all())),
        "fdatasync" => Box::new(move || done(borrow(fd).sync_data())),
        "fchmod" => {
            let mode = a.int(2) as u32;
            Box::new(move || done(borrow(fd).set_permissions(fs::Permissions::from_mode(mode))))
        }
        "fchown" => {
            let (owner, group) = (a.int(2) as u32, a.int(3) as u32);
            Box::new(move || done(std::os::unix::fs::fchown(&*borrow(fd), Some(owner), Some(group))))
        }
        "futimes" => {
            let (accessed, modified) = (a.number(2), a.number(3));
            Box::new(move || {
                let times = FileTimes::new();
                let times = times.set_accessed(system_time(accessed)).set_modified(system_time(modified));
                done(borrow(fd).set_times(times))
            })
        }
        _ => return None,
    })
}

/// Opens with the numeric flags of `fs.constants`, until no signal interrupts it.
pub(super) fn open(path: &Path, flags: i32, mode: i32) -> io::Result<i32> {
    let path = c_path(path)?;
    loop {
        // SAFETY: the path ends in a NUL; the mode is what the C function expects beside O_CREAT.
        let fd = unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode as libc::c_uint) };
        if fd >= 0 {
            return Ok(fd);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// Takes a descriptor that was just opened; it is closed with the file.
pub(super) fn own(fd: i32) -> File {
    // SAFETY: nobody else knows of the descriptor.
    unsafe { File::from_raw_fd(fd) }
}

/// A file to call one function of; its descriptor stays open.
pub(super) fn borrow(fd: i32) -> ManuallyDrop<File> {
    // SAFETY: the descriptor is not closed here, and one that is not open any more is an error of the call. A file may
    // not hold -1, which no descriptor is: what stands for it is none either.
    ManuallyDrop::new(unsafe { File::from_raw_fd(if fd < 0 { i32::MAX } else { fd }) })
}

pub(super) fn read_all(file: &mut File) -> io::Result<Answer> {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let left = length.saturating_sub(file.stream_position().unwrap_or(0));
    if left > LARGEST_LEN_BYTES {
        return Ok(Answer::TooLarge(left));
    }
    let mut bytes = Vec::with_capacity(left as usize);
    file.read_to_end(&mut bytes)?;
    Ok(Answer::Bytes(bytes))
}
