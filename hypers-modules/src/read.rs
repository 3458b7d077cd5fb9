//! Reading a source file: whole, as it was at one moment.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::LoadError;

/// Longest source in bytes: what fits into a string of V8.
const LARGEST: u64 = (1 << 29) - 24;

/// How often a file that changes meanwhile is read.
const ATTEMPTS: u32 = 5;

/// The bytes of a file. One that changes while it is read is read again; what is never a file at rest, such as a
/// pipe, is read to its end.
///
/// # Errors
/// When it cannot be read, is too large, or does not come to rest.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    read_while(path, |_| {})
}

/// `meanwhile` happens during each attempt, for tests.
fn read_while(path: &Path, mut meanwhile: impl FnMut(u32)) -> Result<Vec<u8>, LoadError> {
    let fail = |source| LoadError::Read { path: path.to_path_buf(), source: Arc::new(source) };
    for attempt in 0..ATTEMPTS {
        // Who writes it needs a moment; the last of them is 8 ms.
        if attempt > 0 {
            std::thread::sleep(std::time::Duration::from_millis(1 << (attempt - 1)));
        }
        let mut file = File::open(path).map_err(fail)?;
        let before = file.metadata().map_err(fail)?;
        let too_large = |size| Err(LoadError::TooLarge { path: path.to_path_buf(), size, limit: LARGEST });
        if before.len() > LARGEST {
            return too_large(before.len());
        }
        meanwhile(attempt);
        let bytes = read_all(&mut file, before.len()).map_err(fail)?;
        if bytes.len() as u64 > LARGEST {
            return too_large(bytes.len() as u64);
        }
        // The files of /proc say that they are empty, and have a date that is always now.
        if !before.is_file() || before.len() == 0 && !bytes.is_empty() {
            return Ok(bytes);
        }
        let after = file.metadata().map_err(fail)?;
        if state(&before) == state(&after) && bytes.len() as u64 == after.len() {
            return Ok(bytes);
        }
    }
    Err(LoadError::Unstable { path: path.to_path_buf(), attempts: ATTEMPTS })
}

/// Everything up to the end, which may be elsewhere than `expected`; not more than is allowed, and one byte.
fn read_all(file: &mut File, expected: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more, so that the end is seen without growing.
    bytes.try_reserve_exact(expected as usize + 1)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What changes when a file is written to.
fn state(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

/// The text of a file: see [`clean_text`].
pub(crate) fn read_text(path: &Path) -> Result<String, LoadError> {
    read(path).map(clean_text)
}

/// Bytes as text: without a byte order mark, and with a hashbang turned into a comment of the same length, which
/// keeps positions and suits code that is put into a function. As in Node, bytes that are no UTF-8 become U+FFFD.
pub(crate) fn clean_text(mut bytes: Vec<u8>) -> String {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    if bytes.starts_with(b"#!") {
        bytes[..2].copy_from_slice(b"//");
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;
    use std::time::Duration;

    /// Reads a file that held `before` while `write` is at work on it during the first `times` attempts.
    fn check(before: &str, times: u32, write: impl Fn(&Path), expected: Option<&str>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.js");
        fs::write(&path, before).expect("writable");
        let read = read_while(&path, |attempt| {
            if attempt < times {
                write(&path);
            }
        });
        match expected {
            Some(text) => assert_eq!(read.expect("it came to rest"), text.as_bytes()),
            None => assert!(matches!(read, Err(LoadError::Unstable { attempts: ATTEMPTS, .. }))),
        }
    }

    fn append(path: &Path) {
        let file = OpenOptions::new().append(true).open(path);
        file.and_then(|mut file| file.write_all(b"+")).expect("writable");
    }

    /// Another text of the same length, and another date.
    fn replace(path: &Path) {
        fs::write(path, "b()").expect("writable");
        let file = OpenOptions::new().write(true).open(path).expect("writable");
        file.set_modified(SystemTime::now() + Duration::from_secs(1)).expect("it is ours");
    }

    #[test]
    fn a_file_that_changes_is_read_again() {
        check("a()", 0, append, Some("a()"));
        check("a()", 1, append, Some("a()+"));
        check("a()", 4, append, Some("a()++++"));
        check("a()", 5, append, None);
        check("a()", 1, replace, Some("b()"));
        check("a()", 1, |path| fs::write(path, "").expect("writable"), Some(""));
        check(&"a".repeat(100_000), 1, |path| fs::write(path, "b").expect("writable"), Some("b"));
        // A file that is replaced as a whole does not change: the old one is read.
        let rename = |path: &Path| {
            let new = path.with_extension("new");
            fs::write(&new, "new").and_then(|()| fs::rename(&new, path)).expect("writable");
        };
        check("old", 5, rename, Some("old"));
    }
}
