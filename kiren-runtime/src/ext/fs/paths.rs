//! Operations on what a path names.

#![allow(unsafe_code, reason = "some calls exist only in C")]

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use super::descriptors::{open, own, read_all};
use super::folders::{Folders, entries, make_folder, make_temporary, remove};
use super::stats::{file_system, stats, time_spec};
use super::{Answer, Arguments, Job, c_call, done};

/// The job of that name, if there is one.
pub(super) fn job(name: &str, a: &mut Arguments<'_, '_, '_, '_>) -> Option<Job> {
    let path = a.path(1);
    Some(match name {
        "access" => {
            let mode = a.int(2);
            // SAFETY: the path is a C string.
            Box::new(move || c_call(&path, |path| unsafe { libc::access(path, mode) }))
        }
        "exists" => Box::new(move || Ok(Answer::Number(f64::from(fs::metadata(path).is_ok())))),
        "open" => {
            let (flags, mode) = (a.int(2), a.int(3));
            Box::new(move || {
                let fd = open(&path, flags, mode)?;
                Ok(Answer::Number(f64::from(fd)))
            })
        }
        "read_file" => {
            let flags = a.int(2);
            Box::new(move || {
                let mut file = own(open(&path, flags, 0o666)?);
                read_all(&mut file)
            })
        }
        "write_file" => {
            let (bytes, flags, mode, sync) = (a.bytes(2), a.int(3), a.int(4), a.flag(5));
            Box::new(move || {
                let mut file = own(open(&path, flags, mode)?);
                file.write_all(&bytes)?;
                if sync {
                    file.sync_all()?;
                }
                Ok(Answer::Nothing)
            })
        }
        "stat" => {
            let bigint = a.flag(2);
            Box::new(move || Ok(stats(&fs::metadata(path)?, bigint)))
        }
        "lstat" => {
            let bigint = a.flag(2);
            Box::new(move || Ok(stats(&fs::symlink_metadata(path)?, bigint)))
        }
        "statfs" => {
            let bigint = a.flag(2);
            Box::new(move || file_system(&path, bigint))
        }
        "open_folder" => {
            let folders = Folders::of(a.scope);
            Box::new(move || folders.open(&path))
        }
        "readdir" => Box::new(move || entries(&path)),
        "mkdir" => {
            let (mode, recursive) = (a.int(2), a.flag(3));
            Box::new(move || make_folder(&path, mode, recursive))
        }
        "mkdtemp" => Box::new(move || make_temporary(&path)),
        "rmdir" => Box::new(move || done(fs::remove_dir(path))),
        "unlink" => Box::new(move || done(fs::remove_file(path))),
        "rm" => {
            let (recursive, force) = (a.flag(2), a.flag(3));
            let (retries, delay) = (a.number(4) as u32, Duration::from_millis(a.number(5) as u64));
            Box::new(move || remove(&path, recursive, force, retries, delay))
        }
        "realpath" => Box::new(move || Ok(Answer::Text(fs::canonicalize(path)?.into_os_string()))),
        "readlink" => Box::new(move || Ok(Answer::Text(fs::read_link(path)?.into_os_string()))),
        "truncate" => {
            let length = a.number(2) as u64;
            Box::new(move || done(own(open(&path, libc::O_WRONLY, 0)?).set_len(length)))
        }
        "chmod" => {
            let mode = a.int(2) as u32;
            Box::new(move || done(fs::set_permissions(path, fs::Permissions::from_mode(mode))))
        }
        "chown" | "lchown" => {
            let (owner, group) = (a.int(2) as u32, a.int(3) as u32);
            let follow = name == "chown";
            Box::new(move || {
                let change = if follow { std::os::unix::fs::chown } else { std::os::unix::fs::lchown };
                done(change(path, Some(owner), Some(group)))
            })
        }
        "utimes" | "lutimes" => {
            let (accessed, modified) = (a.number(2), a.number(3));
            let flags = if name == "utimes" { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            Box::new(move || {
                let times = [time_spec(accessed), time_spec(modified)];
                // SAFETY: the path is a C string, and the times are two.
                let change = |path| unsafe { libc::utimensat(libc::AT_FDCWD, path, times.as_ptr(), flags) };
                c_call(&path, change)
            })
        }
        "rename" => {
            let to = a.path(2);
            Box::new(move || done(fs::rename(path, to)))
        }
        "link" => {
            let to = a.path(2);
            Box::new(move || done(fs::hard_link(path, to)))
        }
        "symlink" => {
            let to = a.path(2);
            Box::new(move || done(std::os::unix::fs::symlink(path, to)))
        }
        "copy_file" => {
            let (to, exclusive) = (a.path(2), a.flag(3));
            Box::new(move || copy(&path, &to, exclusive))
        }
        _ => return None,
    })
}

fn copy(from: &Path, to: &Path, exclusive: bool) -> io::Result<Answer> {
    let mut source = own(open(from, libc::O_RDONLY, 0)?);
    let metadata = source.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    }
    if !exclusive
        && let Ok(target) = fs::metadata(to)
        && (target.dev(), target.ino()) == (metadata.dev(), metadata.ino())
    {
        return Ok(Answer::Nothing);
    }
    let only_new = if exclusive { libc::O_EXCL } else { 0 };
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC | only_new;
    let mut target = own(open(to, flags, (metadata.mode() & 0o7777) as i32)?);
    io::copy(&mut source, &mut target)?;
    done(target.set_permissions(metadata.permissions()))
}
