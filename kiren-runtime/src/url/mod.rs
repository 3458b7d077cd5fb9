//! URLs as the WHATWG standard parses, changes and serialises them: <https://url.spec.whatwg.org/>.
//!
//! Not for: resolving file paths or module specifiers, and no I/O.
//!
//! The standard describes one state machine over characters. Here the input is cut at `#` and `?` first, which end
//! the parts before them in every state, so that what is left is plain string splitting. The crate `url` was tried
//! before: it deviates for `file:` URLs and panics when asked for the parts of a URL like `web+demo:/.//x`.

mod host;
mod percent;

use std::borrow::Cow;
use std::fmt::Write as _;

use percent::{C0_CONTROL, FRAGMENT, PATH, QUERY, SPECIAL_QUERY, USERINFO, encode, encode_into};

/// A URL record. All parts are in serialised form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    scheme: String,
    username: String,
    password: String,
    host: Option<String>,
    port: Option<u16>,
    /// Either opaque, or nothing, or segments that each begin with a slash.
    path: String,
    opaque: bool,
    query: Option<String>,
    fragment: Option<String>,
}

/// Where the parts of a serialised URL begin and end, in bytes; the numbers are those of `url.js`.
pub(crate) type Offsets = [u32; 8];

/// The attribute that a setter changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Protocol,
    Username,
    Password,
    Host,
    Hostname,
    Port,
    Pathname,
    Search,
    Hash,
}

/// What is left of an input to be parsed: what stands before `?`, and the two parts behind.
struct Rest<'a> {
    main: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Rest<'a> {
    fn new(input: &'a str) -> Self {
        let (input, fragment) = cut(input, '#');
        let (main, query) = cut(input, '?');
        Self { main, query, fragment }
    }
}

fn cut(input: &str, at: char) -> (&str, Option<&str>) {
    input.split_once(at).map_or((input, None), |(before, after)| (before, Some(after)))
}

impl Url {
    /// Parses `input`, relative to `base` where there is one; `None` when it is not a valid URL.
    pub(crate) fn parse(input: &str, base: Option<&Self>) -> Option<Self> {
        let input = without_breaks(input.trim_matches(|c| c <= ' '));
        match split_scheme(&input) {
            Some((scheme, rest)) => Self::with_scheme(scheme, &Rest::new(rest), base),
            None => Self::without_scheme(&Rest::new(&input), base?),
        }
    }

    fn empty(scheme: String) -> Self {
        Self {
            scheme,
            username: String::new(),
            password: String::new(),
            host: None,
            port: None,
            path: String::new(),
            opaque: false,
            query: None,
            fragment: None,
        }
    }

    fn with_scheme(scheme: String, rest: &Rest<'_>, base: Option<&Self>) -> Option<Self> {
        let base = base.filter(|base| base.scheme == scheme);
        if scheme == "file" {
            return Self::file(rest, base);
        }
        let mut url = Self::empty(scheme);
        let main = rest.main;
        if url.is_special() {
            match base {
                Some(base) if !main.starts_with("//") => return Self::relative(rest, base),
                _ => url.authority_and_path(main.trim_start_matches(['/', '\\']))?,
            }
        } else if let Some(authority) = main.strip_prefix("//") {
            url.authority_and_path(authority)?;
        } else if let Some(path) = main.strip_prefix('/') {
            url.push_path(path);
        } else {
            url.opaque = true;
            let behind = rest.query.is_some() || rest.fragment.is_some();
            match main.strip_suffix(' ') {
                // A space at the end would be trimmed by the next parser.
                Some(before) if behind => {
                    encode_into(&mut url.path, before, C0_CONTROL);
                    url.path.push_str("%20");
                }
                _ => encode_into(&mut url.path, main, C0_CONTROL),
            }
        }
        url.set_query_and_fragment(rest);
        Some(url)
    }

    fn without_scheme(rest: &Rest<'_>, base: &Self) -> Option<Self> {
        if base.opaque {
            // Only another fragment makes sense there.
            if !rest.main.is_empty() || rest.query.is_some() || rest.fragment.is_none() {
                return None;
            }
            let mut url = base.clone();
            url.set_fragment(rest.fragment);
            return Some(url);
        }
        if base.scheme == "file" { Self::file(rest, Some(base)) } else { Self::relative(rest, base) }
    }

    fn relative(rest: &Rest<'_>, base: &Self) -> Option<Self> {
        let mut url = Self::empty(base.scheme.clone());
        let special = url.is_special();
        let is_slash = |byte: Option<&u8>| byte == Some(&b'/') || special && byte == Some(&b'\\');
        let main = rest.main.as_bytes();
        if is_slash(main.first()) && is_slash(main.get(1)) {
            let after = &rest.main[2..];
            let authority = if special { after.trim_start_matches(['/', '\\']) } else { after };
            url.authority_and_path(authority)?;
            url.set_query_and_fragment(rest);
            return Some(url);
        }
        url.username.clone_from(&base.username);
        url.password.clone_from(&base.password);
        url.host.clone_from(&base.host);
        url.port = base.port;
        if is_slash(main.first()) {
            url.push_path(&rest.main[1..]);
        } else {
            url.path.clone_from(&base.path);
            if rest.main.is_empty() && rest.query.is_none() {
                url.query.clone_from(&base.query);
                url.set_fragment(rest.fragment);
                return Some(url);
            }
            if !rest.main.is_empty() {
                url.shorten_path();
                url.push_path(rest.main);
            }
        }
        url.set_query_and_fragment(rest);
        Some(url)
    }

    /// The states for `file:`; `base` is one as well.
    fn file(rest: &Rest<'_>, base: Option<&Self>) -> Option<Self> {
        let mut url = Self::empty("file".to_owned());
        url.host = Some(String::new());
        let main = rest.main;
        let is_slash = |at: usize| matches!(main.as_bytes().get(at), Some(b'/' | b'\\'));
        if is_slash(0) && is_slash(1) {
            let after = &main[2..];
            let end = after.find(['/', '\\']).unwrap_or(after.len());
            if is_drive_letter(&after[..end]) {
                url.push_path(after);
            } else {
                url.set_file_host(&after[..end])?;
                url.start_path(&after[end..]);
            }
        } else if is_slash(0) {
            if let Some(base) = base {
                url.host.clone_from(&base.host);
                if let (false, Some(drive)) = (starts_with_drive_letter(&main[1..]), base.drive()) {
                    url.path = format!("/{drive}");
                }
            }
            url.push_path(&main[1..]);
        } else if let Some(base) = base {
            url.host.clone_from(&base.host);
            url.path.clone_from(&base.path);
            if main.is_empty() && rest.query.is_none() {
                url.query.clone_from(&base.query);
                url.set_fragment(rest.fragment);
                return Some(url);
            }
            if !main.is_empty() {
                if starts_with_drive_letter(main) {
                    url.path.clear();
                } else {
                    url.shorten_path();
                }
                url.push_path(main);
            }
        } else {
            url.push_path(main);
        }
        url.set_query_and_fragment(rest);
        Some(url)
    }

    /// `user:password@host:port/path`.
    fn authority_and_path(&mut self, rest: &str) -> Option<()> {
        let end = self.find_slash(rest).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = match authority.rsplit_once('@') {
            Some((_, "")) => return None,
            Some((credentials, host)) => {
                let (username, password) = cut(credentials, ':');
                self.username = encode(username, USERINFO);
                self.password = encode(password.unwrap_or(""), USERINFO);
                host
            }
            None => authority,
        };
        let (name, port) = split_port(host);
        if name.is_empty() && (self.is_special() || port.is_some()) {
            return None;
        }
        self.host = Some(host::parse(name, self.is_special())?);
        if let Some(port) = port {
            if !port.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            self.port = self.parse_port(port)?;
        }
        self.start_path(path);
        Some(())
    }

    /// A port of digits, `None` inside where it is empty or the default of the scheme.
    fn parse_port(&self, digits: &str) -> Option<Option<u16>> {
        if digits.is_empty() {
            return Some(None);
        }
        let digits = digits.trim_start_matches('0');
        let port = if digits.is_empty() { 0 } else { digits.parse::<u16>().ok()? };
        Some(Some(port).filter(|port| default_port(&self.scheme) != Some(*port)))
    }

    fn set_file_host(&mut self, name: &str) -> Option<()> {
        let host = if name.is_empty() { String::new() } else { host::parse(name, true)? };
        self.host = Some(if host == "localhost" { String::new() } else { host });
        Some(())
    }

    /// What follows an authority: a special URL always has a path.
    fn start_path(&mut self, rest: &str) {
        if self.is_special() {
            self.push_path(rest.strip_prefix(['/', '\\']).unwrap_or(rest));
        } else if !rest.is_empty() {
            self.push_path(rest.strip_prefix('/').unwrap_or(rest));
        }
    }

    /// Adds segments to the path: those of `a/b/../c`, without a slash in front.
    fn push_path(&mut self, mut rest: &str) {
        loop {
            let end = self.find_slash(rest);
            let segment = &rest[..end.unwrap_or(rest.len())];
            if is_double_dot(segment) {
                self.shorten_path();
                if end.is_none() {
                    self.path.push('/');
                }
            } else if is_single_dot(segment) {
                if end.is_none() {
                    self.path.push('/');
                }
            } else if self.scheme == "file" && self.path.is_empty() && is_drive_letter(segment) {
                self.path.push('/');
                self.path.push_str(&segment[..1]);
                self.path.push(':');
            } else {
                self.path.push('/');
                encode_into(&mut self.path, segment, PATH);
            }
            match end {
                Some(end) => rest = &rest[end + 1..],
                None => return,
            }
        }
    }

    fn find_slash(&self, text: &str) -> Option<usize> {
        if self.is_special() { text.find(['/', '\\']) } else { text.find('/') }
    }

    /// Drops the last segment, but never a drive letter.
    fn shorten_path(&mut self) {
        if self.scheme == "file" && self.drive().is_some_and(|drive| drive.len() + 1 == self.path.len()) {
            return;
        }
        let end = self.path.rfind('/').unwrap_or(0);
        self.path.truncate(end);
    }

    /// The first segment of the path when it is a normalised drive letter, `C:`.
    fn drive(&self) -> Option<&str> {
        let first = self.path.strip_prefix('/')?.split('/').next()?;
        (is_drive_letter(first) && first.ends_with(':')).then_some(first)
    }

    fn set_query_and_fragment(&mut self, rest: &Rest<'_>) {
        self.query = rest.query.map(|query| encode(query, self.query_set()));
        self.set_fragment(rest.fragment);
    }

    fn query_set(&self) -> percent::EncodeSet {
        if self.is_special() { SPECIAL_QUERY } else { QUERY }
    }

    fn set_fragment(&mut self, fragment: Option<&str>) {
        self.fragment = fragment.map(|fragment| encode(fragment, FRAGMENT));
    }

    fn is_special(&self) -> bool {
        is_special(&self.scheme)
    }

    fn has_credentials(&self) -> bool {
        !self.username.is_empty() || !self.password.is_empty()
    }

    fn cannot_have_credentials_or_port(&self) -> bool {
        self.host.as_deref().is_none_or(str::is_empty) || self.scheme == "file"
    }

    /// Does what the setter of an attribute does: a value that does not fit changes nothing.
    pub(crate) fn set(&mut self, part: Part, value: &str) {
        if part == Part::Port && value.is_empty() {
            return self.clear_port();
        }
        let value = match part {
            Part::Username | Part::Password => Cow::Borrowed(value),
            _ => without_breaks(value),
        };
        match part {
            Part::Protocol => self.set_protocol(&value),
            Part::Username if !self.cannot_have_credentials_or_port() => {
                self.username = encode(&value, USERINFO);
            }
            Part::Password if !self.cannot_have_credentials_or_port() => {
                self.password = encode(&value, USERINFO);
            }
            Part::Username | Part::Password => {}
            // Even when the port is refused, the host before it counts.
            Part::Host | Part::Hostname => drop(self.set_host(&value, part == Part::Hostname)),
            Part::Port => self.set_port(&value),
            Part::Pathname => self.set_pathname(&value),
            Part::Search => {
                let query = (!value.is_empty()).then(|| value.strip_prefix('?').unwrap_or(&value));
                self.query = query.map(|query| encode(query, self.query_set()));
            }
            Part::Hash => {
                self.set_fragment((!value.is_empty()).then(|| value.strip_prefix('#').unwrap_or(&value)));
            }
        }
    }

    fn set_protocol(&mut self, value: &str) {
        let input = format!("{value}:");
        let Some((scheme, _)) = split_scheme(&input) else { return };
        let to_file = scheme == "file" && (self.has_credentials() || self.port.is_some());
        let from_file = self.scheme == "file" && self.host.as_deref().is_none_or(str::is_empty);
        if is_special(&scheme) != self.is_special() || to_file || from_file {
            return;
        }
        self.scheme = scheme;
        self.port = self.port.filter(|port| default_port(&self.scheme) != Some(*port));
    }

    fn set_host(&mut self, value: &str, only_name: bool) -> Option<()> {
        if self.opaque {
            return None;
        }
        let end = value.find(['/', '?', '#']).unwrap_or(value.len());
        let value = &value[..end];
        let value = if self.is_special() { cut(value, '\\').0 } else { value };
        if self.scheme == "file" {
            return self.set_file_host(value);
        }
        let (name, port) = split_port(value);
        if port.is_some() && (name.is_empty() || only_name) {
            return None;
        }
        if name.is_empty() && (self.is_special() || self.has_credentials() || self.port.is_some()) {
            return None;
        }
        self.host = Some(host::parse(name, self.is_special())?);
        if let Some(port) = port {
            self.set_port_digits(port);
        }
        Some(())
    }

    fn set_port(&mut self, value: &str) {
        if !self.cannot_have_credentials_or_port() {
            self.set_port_digits(value);
        }
    }

    fn clear_port(&mut self) {
        if !self.cannot_have_credentials_or_port() {
            self.port = None;
        }
    }

    /// The digits that `value` begins with; without any, nothing changes.
    fn set_port_digits(&mut self, value: &str) {
        let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
        if let (false, Some(port)) = (end == 0, self.parse_port(&value[..end])) {
            self.port = port;
        }
    }

    fn set_pathname(&mut self, value: &str) {
        if self.opaque {
            return;
        }
        self.path.clear();
        if value.is_empty() && !self.is_special() {
            if self.host.is_none() {
                self.path.push('/');
            }
            return;
        }
        self.start_path(value);
    }

    /// The serialisation, and where its parts are.
    pub(crate) fn serialise(&self) -> (String, Offsets) {
        let mut href = String::with_capacity(self.scheme.len() + self.path.len() + 64);
        let mut offsets = [0; 8];
        href.push_str(&self.scheme);
        href.push(':');
        offsets[0] = href.len();
        if let Some(host) = &self.host {
            href.push_str("//");
            href.push_str(&self.username);
            offsets[1] = href.len();
            if !self.password.is_empty() {
                href.push(':');
                href.push_str(&self.password);
            }
            offsets[2] = href.len();
            if self.has_credentials() {
                href.push('@');
            }
            offsets[3] = href.len();
            href.push_str(host);
            offsets[4] = href.len();
            if let Some(port) = self.port {
                let _ = write!(href, ":{port}");
            }
        } else {
            offsets[1..=4].fill(href.len());
            if !self.opaque && self.path.starts_with("//") {
                // Keeps the path from being read as an authority.
                href.push_str("/.");
            }
        }
        offsets[5] = href.len();
        href.push_str(&self.path);
        offsets[6] = href.len();
        if let Some(query) = &self.query {
            href.push('?');
            href.push_str(query);
        }
        offsets[7] = href.len();
        if let Some(fragment) = &self.fragment {
            href.push('#');
            href.push_str(fragment);
        }
        (href, offsets.map(|offset| offset as u32))
    }
}

/// Tabs and line breaks do not count anywhere in a URL.
fn without_breaks(input: &str) -> Cow<'_, str> {
    const BREAKS: [char; 3] = ['\t', '\n', '\r'];
    if input.contains(BREAKS) { Cow::Owned(input.replace(BREAKS, "")) } else { Cow::Borrowed(input) }
}

/// `scheme:rest`, the scheme in lower case.
fn split_scheme(input: &str) -> Option<(String, &str)> {
    let (scheme, rest) = input.split_once(':')?;
    let mut bytes = scheme.bytes();
    let valid = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    valid.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// `host:port`; a colon inside brackets belongs to the host.
fn split_port(host: &str) -> (&str, Option<&str>) {
    let mut bracketed = false;
    for (at, byte) in host.bytes().enumerate() {
        match byte {
            b'[' => bracketed = true,
            b']' => bracketed = false,
            b':' if !bracketed => return (&host[..at], Some(&host[at + 1..])),
            _ => {}
        }
    }
    (host, None)
}

fn is_special(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ws" | "wss" | "ftp" | "file")
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

fn is_single_dot(segment: &str) -> bool {
    segment == "." || segment.eq_ignore_ascii_case("%2e")
}

fn is_double_dot(segment: &str) -> bool {
    segment == ".."
        || segment.eq_ignore_ascii_case(".%2e")
        || segment.eq_ignore_ascii_case("%2e.")
        || segment.eq_ignore_ascii_case("%2e%2e")
}

/// `C:` or `C|`.
fn is_drive_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

fn starts_with_drive_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|', rest @ ..]
        if letter.is_ascii_alphabetic() && matches!(rest.first(), None | Some(b'/' | b'\\')))
}

#[cfg(test)]
mod tests {
    use super::{Part, Url};

    fn check(input: &str, base: &str, expected: &str) {
        let base = Url::parse(base, None);
        let found = Url::parse(input, base.as_ref()).map_or("invalid".to_owned(), |url| url.serialise().0);
        assert_eq!(found, expected, "{input:?}");
    }

    #[test]
    fn urls_are_parsed_and_serialised() {
        for (input, base, expected) in [
            (" HTTP://Example.ORG:80/a/./b/../c?q 1#f ", "", "http://example.org/a/c?q%201#f"),
            ("https://a:b@c:443/", "", "https://a:b@c/"),
            ("http://a@b@c/", "", "http://a%40b@c/"),
            ("http://[1:0:0::4]/", "", "http://[1::4]/"),
            ("http://[::ffff:1.2.3.4]", "", "http://[::ffff:102:304]/"),
            ("http://0x7f.1/", "", "http://127.0.0.1/"),
            ("http://1.2.3.256/", "", "invalid"),
            ("http://b\u{fc}cher.de/\u{e9}", "", "http://xn--bcher-kva.de/%C3%A9"),
            ("http://a b/", "", "invalid"),
            ("http://a:65536/", "", "invalid"),
            ("//x/y", "https://a/b", "https://x/y"),
            ("../d?e", "http://a/b/c/", "http://a/b/d?e"),
            ("?e", "http://a/b?c#d", "http://a/b?e"),
            ("", "http://a/b?c#d", "http://a/b?c"),
            ("x", "mailto:a", "invalid"),
            ("#x", "mailto:a", "mailto:a#x"),
            ("x", "", "invalid"),
            ("file:///C|/../x", "", "file:///C:/x"),
            ("/x", "file:///C:/y", "file:///C:/x"),
            ("file://localhost/x", "", "file:///x"),
            ("web+demo:/.//not-a-host/", "", "web+demo:/.//not-a-host/"),
            ("a:b  ?c", "", "a:b %20?c"),
        ] {
            check(input, base, expected);
        }
    }

    #[test]
    fn offsets_cut_an_href_into_its_parts() {
        for (href, expected) in [
            (
                "https://user:pass@example.org:8080/a/b?c=d#e",
                ["https:", "//user", ":pass", "@", "example.org", ":8080", "/a/b", "?c=d", "#e"],
            ),
            ("mailto:someone", ["mailto:", "", "", "", "", "", "someone", "", ""]),
            ("file:///etc/hosts", ["file:", "//", "", "", "", "", "/etc/hosts", "", ""]),
            ("a:/.//b", ["a:", "", "", "", "", "/.", "//b", "", ""]),
        ] {
            let (href, offsets) = Url::parse(href, None).expect("a valid URL").serialise();
            let mut start = 0;
            for (end, expected) in offsets.into_iter().chain([href.len() as u32]).zip(expected) {
                assert_eq!(&href[start..end as usize], expected, "{href}");
                start = end as usize;
            }
        }
    }

    #[test]
    fn a_setter_ignores_what_does_not_fit() {
        for (href, part, value, expected) in [
            ("http://a/", Part::Protocol, "https", "https://a/"),
            ("http://a/", Part::Protocol, "mailto", "http://a/"),
            ("http://a/", Part::Host, "b:81/x", "http://b:81/"),
            ("http://a/", Part::Hostname, "b:81", "http://a/"),
            ("http://a/", Part::Port, "82x", "http://a:82/"),
            ("http://a:1/", Part::Port, "x", "http://a:1/"),
            ("http://a/", Part::Pathname, "b?c", "http://a/b%3Fc"),
            ("http://a/", Part::Search, "b#c", "http://a/?b%23c"),
            ("http://a/?b#c", Part::Hash, "", "http://a/?b"),
            ("mailto:a", Part::Host, "b", "mailto:a"),
            ("file:///a", Part::Username, "b", "file:///a"),
        ] {
            let mut url = Url::parse(href, None).expect("a valid URL");
            url.set(part, value);
            assert_eq!(url.serialise().0, expected, "{href} {part:?} {value:?}");
        }
    }
}
