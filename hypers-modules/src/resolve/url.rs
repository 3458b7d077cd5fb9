//! File URLs: the few rules of the URL standard that module identity needs.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// The `file://` URL of an absolute path, percent-encoded as Node's `pathToFileURL` does.
///
/// ```
/// assert_eq!(hypers_modules::file_url("/srv/a b#1.ts".as_ref()), "file:///srv/a%20b%231.ts");
/// ```
pub fn file_url(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut url = String::with_capacity(bytes.len() + 7);
    url.push_str("file://");
    if bytes.first() != Some(&b'/') {
        url.push('/');
    }
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => url.push('/'),
            _ if is_path_byte(byte) => url.push(char::from(byte)),
            _ => push_escape(&mut url, byte),
        }
    }
    url
}

/// The path that a `file://` URL names, without its query and fragment.
///
/// `None` when the URL has another scheme, names another host, or hides a path separator behind an escape.
///
/// ```
/// assert_eq!(hypers_modules::file_path("file:///srv/a%20b.ts?v=1"), Some("/srv/a b.ts".into()));
/// ```
pub fn file_path(url: &str) -> Option<PathBuf> {
    let rest = strip_scheme(url, "file")?;
    let (path, _) = split_suffix(rest);
    let path = match path.strip_prefix("//") {
        Some(authority) => {
            let slash = authority.find('/')?;
            let host = &authority[..slash];
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            &authority[slash..]
        }
        None => path,
    };
    if !path.starts_with('/') {
        return None;
    }
    let path = decode_path(path)?;
    if cfg!(windows) { Some(PathBuf::from(path.trim_start_matches('/'))) } else { Some(path_from(path)) }
}

/// Splits `?query#fragment` off the end of a URL or specifier.
pub(crate) fn split_suffix(text: &str) -> (&str, &str) {
    let at = memchr::memchr2(b'?', b'#', text.as_bytes()).unwrap_or(text.len());
    text.split_at(at)
}

/// Percent-decodes a path; `None` where an escape would put a separator or a NUL into it.
pub(crate) fn decode_path(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(Cow::Borrowed(path));
    }
    let decoded = percent_decode(path.as_bytes());
    if decoded.iter().filter(|b| **b == b'/').count() != path.bytes().filter(|b| *b == b'/').count()
        || decoded.contains(&0)
    {
        return None;
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// Percent-decodes bytes; an escape that is none stays as it is.
pub(crate) fn percent_decode(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

/// The scheme of an absolute URL, in its own spelling; a Windows drive letter is none.
pub(crate) fn scheme(text: &str) -> Option<&str> {
    let at = text.find(':')?;
    let scheme = &text[..at];
    let valid = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    valid.then_some(scheme)
}

/// What follows `scheme:`, compared without regard to case.
pub(crate) fn strip_scheme<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let found = scheme(url)?;
    found.eq_ignore_ascii_case(name).then(|| &url[found.len() + 1..])
}

/// Removes `.` and `..` without asking the file system.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

fn path_from(path: Cow<'_, str>) -> PathBuf {
    PathBuf::from(OsString::from(path.into_owned()))
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/[]|^".contains(&byte)
}

fn push_escape(url: &mut String, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    url.push('%');
    url.push(char::from(HEX[usize::from(byte >> 4)]));
    url.push(char::from(HEX[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_urls_round_trip() {
        for (path, url) in [
            ("/a/b.ts", "file:///a/b.ts"),
            ("/a b/c#d?e%f.ts", "file:///a%20b/c%23d%3Fe%25f.ts"),
            ("/\u{fc}/\u{65e5}.js", "file:///%C3%BC/%E6%97%A5.js"),
            ("/a\"<>`{}\\\n\t", "file:///a%22%3C%3E%60%7B%7D%5C%0A%09"),
            ("/a[1]|^~.js", "file:///a[1]|^~.js"),
        ] {
            assert_eq!(file_url(Path::new(path)), url);
            assert_eq!(file_path(url).as_deref(), Some(Path::new(path)), "{url}");
        }
    }

    #[test]
    fn urls_that_name_no_local_file() {
        for (url, path) in [
            ("FILE:///a", Some("/a")),
            ("file:/a", Some("/a")),
            ("file://localhost/a?b#c", Some("/a")),
            ("file://host/a", None),
            ("file:///a%2Fb", None),
            ("file:///a%00b", None),
            ("file:///a%FFb", None),
            ("file:a", None),
            ("file://", None),
            ("http://a/b", None),
            ("/a", None),
        ] {
            assert_eq!(file_path(url).as_deref(), path.map(Path::new), "{url}");
        }
    }

    #[test]
    fn schemes() {
        for (text, expected) in [
            ("node:fs", Some("node")),
            ("data:text/javascript,1", Some("data")),
            ("c:/windows", None),
            ("./a:b", None),
            ("@scope/a", None),
            ("plain", None),
        ] {
            assert_eq!(scheme(text), expected, "{text}");
        }
    }
}
