//! The head of a request: found, parsed, validated, and its framing decided (RFC 9112, 2 to 6).

use std::mem::MaybeUninit;

use super::CodecError;

/// What a request head may cost.
#[derive(Clone, Copy, Debug)]
pub struct HeadLimits {
    /// Request line and header fields together, in bytes. Beyond it: 431.
    pub head_len_bytes: usize,
    /// Number of header fields, at most [`Head::MAX_FIELDS`]. Beyond it: 431.
    pub fields: usize,
    /// Request target, in bytes. Beyond it: 414.
    pub target_len_bytes: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { head_len_bytes: 16 * 1024, fields: Head::MAX_FIELDS, target_len_bytes: 8 * 1024 }
    }
}

/// Looks for the end of a head in bytes that arrive piece by piece, each byte once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadScanner {
    /// Where the line begins that is not complete yet.
    line: usize,
    /// From where on no line feed has been looked for.
    seen: usize,
    /// Number of complete lines.
    lines: usize,
}

impl HeadScanner {
    /// Whether it has seen a byte.
    pub fn is_begun(&self) -> bool {
        self.seen > 0
    }

    /// The length of the head that `bytes` begins with, its last empty line included, or `None` while it is not
    /// complete. `bytes` has to be what the last call saw, and possibly more.
    ///
    /// # Errors
    /// A line that ends without CR; a head or target that exceeds `limits`, as soon as that is certain.
    pub fn find_end(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<Option<usize>, CodecError> {
        while let Some(offset) = memchr::memchr(b'\n', &bytes[self.seen..]) {
            let end = self.seen + offset;
            self.check_size(end + 1, end, limits)?;
            if end == self.line || bytes[end - 1] != b'\r' {
                return Err(CodecError::LineEnd);
            }
            let is_empty = end - self.line == 1;
            self.line = end + 1;
            self.seen = end + 1;
            if is_empty {
                return if self.lines == 0 { Err(CodecError::Method) } else { Ok(Some(end + 1)) };
            }
            self.lines += 1;
            if self.lines > limits.fields + 1 {
                return Err(CodecError::HeadTooLarge);
            }
        }
        self.seen = bytes.len();
        self.check_size(bytes.len(), bytes.len(), limits)?;
        Ok(None)
    }

    /// Refuses a head of `head` bytes so far. Its request line, unless that is complete, has `line` bytes so far, of
    /// which method and version may be 64. Comes before what else may be wrong with a line: the answer must not depend
    /// on how the bytes arrive.
    fn check_size(&self, head: usize, line: usize, limits: &HeadLimits) -> Result<(), CodecError> {
        if self.lines == 0 && line > limits.target_len_bytes + 64 {
            Err(CodecError::TargetTooLong)
        } else if head > limits.head_len_bytes {
            Err(CodecError::HeadTooLarge)
        } else {
            Ok(())
        }
    }
}

/// How the body of a request is delimited (RFC 9112, 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// So many bytes; 0 where there is no body.
    Length(u64),
    /// Chunks.
    Chunked,
}

/// Where a header field's name and value lie in the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    name: (u32, u32),
    value: (u32, u32),
}

/// A parsed head: offsets into the bytes it was parsed from, and the decisions that follow from its fields.
///
/// It is made to be reused: parsing anew keeps the memory of the fields.
#[derive(Clone, Debug)]
pub struct Head {
    method_len: u32,
    target: (u32, u32),
    fields: Vec<Field>,
    /// How the body is delimited.
    pub framing: Framing,
    /// Whether the connection may serve another request afterwards (RFC 9112, 9.3).
    pub keep_alive: bool,
    /// Whether it is HTTP/1.0: no chunks in the response.
    pub is_http10: bool,
    /// Whether the method is HEAD: no body in the response.
    pub is_head: bool,
    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110, 10.1.1).
    pub expects_continue: bool,
    /// Whether `Connection: upgrade` and `Upgrade` are both there (RFC 9110, 7.8).
    pub upgrades: bool,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            method_len: 0,
            target: (0, 0),
            fields: Vec::new(),
            framing: Framing::Length(0),
            keep_alive: false,
            is_http10: false,
            is_head: false,
            expects_continue: false,
            upgrades: false,
        }
    }
}

/// What the fields say before it is put together.
#[derive(Default)]
struct Facts {
    host: bool,
    length: Option<u64>,
    has_coding: bool,
    /// Transfer codings: how many, and whether the last is `chunked`.
    codings: usize,
    ends_chunked: bool,
    chunked_count: usize,
    close: bool,
    keep_alive: bool,
    connection_upgrade: bool,
    upgrade: bool,
}

impl Head {
    /// The most header fields that can be parsed, whatever the limits say.
    pub const MAX_FIELDS: usize = 100;

    /// Parses `bytes`, which have to be exactly one head as [`HeadScanner`] delimits it.
    ///
    /// # Errors
    /// The first rule that is broken; what the head held before is gone.
    pub fn parse(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<(), CodecError> {
        let mut storage = [const { MaybeUninit::uninit() }; Self::MAX_FIELDS];
        let storage = &mut storage[..limits.fields.min(Self::MAX_FIELDS)];
        let mut request = httparse::Request::new(&mut []);
        match request.parse_with_uninit_headers(bytes, storage) {
            Ok(httparse::Status::Complete(len)) if len == bytes.len() => {}
            Ok(_) => return Err(CodecError::Header),
            Err(error) => return Err(classify(error, bytes)),
        }
        let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version)
        else {
            return Err(CodecError::Header);
        };
        let at = |part: &[u8]| range_in(bytes, part);
        self.method_len = method.len() as u32;
        self.target = at(target.as_bytes());
        self.is_http10 = version == 0;
        self.is_head = method == "HEAD";
        self.expects_continue = false;
        if target.len() > limits.target_len_bytes {
            return Err(CodecError::TargetTooLong);
        }
        check_target(method, target)?;

        let mut facts = Facts::default();
        self.fields.clear();
        for header in request.headers.iter() {
            self.fields.push(Field { name: at(header.name.as_bytes()), value: at(header.value) });
            self.note(header.name, header.value, &mut facts)?;
        }
        self.decide(&facts)
    }

    /// Takes note of the fields that mean something to the connection.
    fn note(&mut self, name: &str, value: &[u8], facts: &mut Facts) -> Result<(), CodecError> {
        match name.len() {
            4 if name.eq_ignore_ascii_case("host") => {
                if facts.host || !is_host(value) {
                    return Err(CodecError::Host);
                }
                facts.host = true;
            }
            6 if name.eq_ignore_ascii_case("expect") => {
                if !value.eq_ignore_ascii_case(b"100-continue") {
                    return Err(CodecError::Expectation);
                }
                self.expects_continue = true;
            }
            7 if name.eq_ignore_ascii_case("upgrade") => facts.upgrade = true,
            10 if name.eq_ignore_ascii_case("connection") => {
                for option in list(value) {
                    facts.close |= option.eq_ignore_ascii_case(b"close");
                    facts.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                    facts.connection_upgrade |= option.eq_ignore_ascii_case(b"upgrade");
                }
            }
            14 if name.eq_ignore_ascii_case("content-length") => {
                for number in value.split(|byte| *byte == b',') {
                    let length = parse_length(number.trim_ascii()).ok_or(CodecError::ContentLength)?;
                    if *facts.length.get_or_insert(length) != length {
                        return Err(CodecError::ContentLength);
                    }
                }
            }
            17 if name.eq_ignore_ascii_case("transfer-encoding") => {
                facts.has_coding = true;
                for coding in list(value) {
                    facts.codings += 1;
                    facts.ends_chunked = coding.eq_ignore_ascii_case(b"chunked");
                    facts.chunked_count += usize::from(facts.ends_chunked);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn decide(&mut self, facts: &Facts) -> Result<(), CodecError> {
        if !facts.host && !self.is_http10 {
            return Err(CodecError::Host);
        }
        self.framing = match facts.length {
            _ if facts.has_coding => {
                let is_wrong = self.is_http10 || facts.length.is_some();
                if is_wrong || !facts.ends_chunked || facts.chunked_count != 1 {
                    return Err(CodecError::TransferEncoding);
                }
                if facts.codings != 1 {
                    return Err(CodecError::UnknownCoding);
                }
                Framing::Chunked
            }
            length => Framing::Length(length.unwrap_or(0)),
        };
        self.keep_alive = !facts.close && (!self.is_http10 || facts.keep_alive);
        // An expectation in an HTTP/1.0 request, or without a body, is ignored (RFC 9110, 10.1.1).
        self.expects_continue &= !self.is_http10 && self.framing != Framing::Length(0);
        self.upgrades = facts.upgrade && facts.connection_upgrade && !self.is_http10;
        Ok(())
    }

    /// The method, out of the bytes that were parsed.
    pub fn method<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[..self.method_len as usize]
    }

    /// The request target as it was sent.
    pub fn target<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        slice(bytes, self.target)
    }

    /// The number of header fields.
    pub fn field_count(&self) -> usize {
        self.fields.len()
    }

    /// Names and values of the header fields in the order they were sent.
    pub fn fields<'a>(&self, bytes: &'a [u8]) -> impl ExactSizeIterator<Item = (&'a [u8], &'a [u8])> {
        self.fields.iter().map(move |field| (slice(bytes, field.name), slice(bytes, field.value)))
    }

    /// The value of the first field of that name, whose case does not matter.
    pub fn field<'a>(&self, bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
        self.fields(bytes).find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

fn slice(bytes: &[u8], (start, end): (u32, u32)) -> &[u8] {
    &bytes[start as usize..end as usize]
}

/// Where `part` lies in `bytes`, of which it is a slice.
fn range_in(bytes: &[u8], part: &[u8]) -> (u32, u32) {
    let start = part.as_ptr().addr().wrapping_sub(bytes.as_ptr().addr());
    // An empty value may point anywhere.
    let start = if part.is_empty() { 0 } else { start };
    (start as u32, (start + part.len()) as u32)
}

/// Names the rule that httparse found broken.
fn classify(error: httparse::Error, bytes: &[u8]) -> CodecError {
    match error {
        httparse::Error::TooManyHeaders => CodecError::HeadTooLarge,
        httparse::Error::Version => CodecError::Version,
        httparse::Error::NewLine => CodecError::LineEnd,
        // A token was expected: the method where the first word already fails, else the target.
        httparse::Error::Token => {
            let word = bytes.split(|byte| *byte == b' ').next().unwrap_or_default();
            let is_token = !word.is_empty() && word.iter().all(|byte| super::response::is_token(*byte));
            if is_token { CodecError::Target } else { CodecError::Method }
        }
        _ => CodecError::Header,
    }
}

/// Origin form, absolute form, or asterisk form with OPTIONS (RFC 9112, 3.2).
fn check_target(method: &str, target: &str) -> Result<(), CodecError> {
    if method == "CONNECT" {
        return Err(CodecError::Connect);
    }
    let is_absolute = || {
        let is_prefix =
            |prefix: &str| target.get(..prefix.len()).is_some_and(|s| s.eq_ignore_ascii_case(prefix));
        is_prefix("http://") || is_prefix("https://")
    };
    if target.starts_with('/') || (target == "*" && method == "OPTIONS") || is_absolute() {
        Ok(())
    } else {
        Err(CodecError::Target)
    }
}

/// `uri-host [ ":" port ]`, roughly: no white space, nothing that would end an authority. It may be empty.
fn is_host(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_graphic() && !b"/\\?#@,<>\"{}|^`".contains(byte))
}

/// The elements of a comma-separated list; empty ones do not count (RFC 9110, 5.6.1).
fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|element| !element.is_empty())
}

/// Digits only: no sign, no space, no overflow.
fn parse_length(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |length, digit| {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 { None } else { length.checked_mul(10)?.checked_add(digit.into()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_with(text: &[u8], limits: &HeadLimits) -> Result<Head, CodecError> {
        let end = HeadScanner::default().find_end(text, limits)?.expect("because the head is complete");
        let mut head = Head::default();
        head.parse(&text[..end], limits).map(|()| head)
    }

    fn parse(text: &str) -> Result<Head, CodecError> {
        parse_with(text.as_bytes(), &HeadLimits::default())
    }

    #[test]
    fn offsets_point_into_the_bytes() {
        let text = b"POST /a?b=c HTTP/1.1\r\nHost: here\r\nX-Empty:\r\nAccept:  */* \r\n\r\n";
        let head = parse_with(text, &HeadLimits::default()).unwrap();
        assert_eq!((head.method(text), head.target(text)), (&b"POST"[..], &b"/a?b=c"[..]));
        let fields: Vec<_> = head.fields(text).collect();
        assert_eq!(fields, [(&b"Host"[..], &b"here"[..]), (b"X-Empty", b""), (b"Accept", b"*/*")]);
        assert_eq!(head.field(text, b"ACCEPT"), Some(&b"*/*"[..]));
    }

    #[test]
    fn framing() {
        let check = |fields: &str, expected| {
            let found =
                parse(&format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n")).map(|head| head.framing);
            assert_eq!(found, expected, "{fields:?}");
        };
        check("", Ok(Framing::Length(0)));
        check("Content-Length: 12\r\n", Ok(Framing::Length(12)));
        check("Content-Length: 12, 12\r\nContent-Length: 12\r\n", Ok(Framing::Length(12)));
        check("Content-Length: 12\r\nContent-Length: 13\r\n", Err(CodecError::ContentLength));
        check("Content-Length: 12, 13\r\n", Err(CodecError::ContentLength));
        check("Content-Length: 12,\r\n", Err(CodecError::ContentLength));
        check("Content-Length:\r\n", Err(CodecError::ContentLength));
        check("Content-Length: +1\r\n", Err(CodecError::ContentLength));
        check("Content-Length: -1\r\n", Err(CodecError::ContentLength));
        check("Content-Length: 0x10\r\n", Err(CodecError::ContentLength));
        check("Content-Length: 1 2\r\n", Err(CodecError::ContentLength));
        check("Content-Length: 18446744073709551615\r\n", Ok(Framing::Length(u64::MAX)));
        check("Content-Length: 18446744073709551616\r\n", Err(CodecError::ContentLength));
        check("Transfer-Encoding: Chunked\r\n", Ok(Framing::Chunked));
        check("Transfer-Encoding: , chunked\r\n", Ok(Framing::Chunked));
        check("Transfer-Encoding: gzip, chunked\r\n", Err(CodecError::UnknownCoding));
        check("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", Err(CodecError::UnknownCoding));
        check("Transfer-Encoding: chunked, gzip\r\n", Err(CodecError::TransferEncoding));
        check("Transfer-Encoding: chunked, chunked\r\n", Err(CodecError::TransferEncoding));
        check("Transfer-Encoding: xchunked\r\n", Err(CodecError::TransferEncoding));
        check("Transfer-Encoding: identity\r\n", Err(CodecError::TransferEncoding));
        check("Transfer-Encoding:\r\n", Err(CodecError::TransferEncoding));
        check("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", Err(CodecError::TransferEncoding));
        check("Transfer-Encoding : chunked\r\n", Err(CodecError::Header));
    }

    #[test]
    fn connection() {
        let check = |version: &str, fields: &str, expected| {
            let head = parse(&format!("GET / HTTP/{version}\r\nHost: a\r\n{fields}\r\n")).unwrap();
            assert_eq!(head.keep_alive, expected, "{version} {fields:?}");
        };
        check("1.1", "", true);
        check("1.1", "Connection: Close\r\n", false);
        check("1.1", "Connection: foo, close\r\n", false);
        check("1.1", "Connection: foo\r\nConnection: close\r\n", false);
        check("1.0", "", false);
        check("1.0", "Connection: Keep-Alive\r\n", true);
        check("1.0", "Connection: keep-alive, close\r\n", false);
    }

    #[test]
    fn expectation_and_upgrade() {
        let head =
            parse("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n").unwrap();
        assert!(head.expects_continue);
        assert!(
            !parse("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").unwrap().expects_continue
        );
        let upgrade =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
        assert!(parse(upgrade).unwrap().upgrades);
        assert!(!parse("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n").unwrap().upgrades);
    }

    #[test]
    fn malformed() {
        let check = |text: &str, expected| assert_eq!(parse(text).err(), Some(expected), "{text:?}");
        check("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", CodecError::Method);
        check(" GET / HTTP/1.1\r\nHost: a\r\n\r\n", CodecError::Method);
        check("\r\n", CodecError::Method);
        check("GET\r\nHost: a\r\n\r\n", CodecError::Method);
        check("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", CodecError::Target);
        check("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", CodecError::Target);
        check("GET a HTTP/1.1\r\nHost: a\r\n\r\n", CodecError::Target);
        check("GET * HTTP/1.1\r\nHost: a\r\n\r\n", CodecError::Target);
        check("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", CodecError::Connect);
        check("GET / HTTP/2.0\r\nHost: a\r\n\r\n", CodecError::Version);
        check("GET / HTTP/1.2\r\nHost: a\r\n\r\n", CodecError::Version);
        check("GET / http/1.1\r\nHost: a\r\n\r\n", CodecError::Version);
        check("GET / HTTP/1.1\nHost: a\r\n\r\n", CodecError::LineEnd);
        check("GET / HTTP/1.1\r\nHost: a\n\n", CodecError::LineEnd);
        check("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", CodecError::Header);
        check("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", CodecError::Header);
        check("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", CodecError::Header);
        check("GET / HTTP/1.1\r\n Host: a\r\n\r\n", CodecError::Header);
        check("GET / HTTP/1.1\r\nHost: a\r\nX y: b\r\n\r\n", CodecError::Header);
        check("GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n", CodecError::Header);
        check("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", CodecError::Header);
        check("GET / HTTP/1.1\r\n\r\n", CodecError::Host);
        check("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", CodecError::Host);
        check("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", CodecError::Host);
        check("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", CodecError::Host);
        check("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", CodecError::Host);
        check("GET / HTTP/1.1\r\nHost: a\r\nExpect: gold\r\n\r\n", CodecError::Expectation);
        check(
            "GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            CodecError::TransferEncoding,
        );
    }

    #[test]
    fn limits() {
        let limits = HeadLimits { head_len_bytes: 200, fields: 3, target_len_bytes: 32 };
        let check = |text: String, expected| {
            assert_eq!(parse_with(text.as_bytes(), &limits).err(), expected, "{text:?}");
        };
        check("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n".into(), None);
        check(
            "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\nE: f\r\n\r\n".into(),
            Some(CodecError::HeadTooLarge),
        );
        check(
            format!("GET / HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n", "b".repeat(200)),
            Some(CodecError::HeadTooLarge),
        );
        check(
            format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "b".repeat(32)),
            Some(CodecError::TargetTooLong),
        );
        check(
            format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "b".repeat(300)),
            Some(CodecError::TargetTooLong),
        );
        let endless = vec![b'a'; 201];
        let found = HeadScanner::default().find_end(&endless, &limits);
        assert_eq!(found, Err(CodecError::TargetTooLong));
    }

    #[test]
    fn the_scanner_answers_the_same_for_any_pieces() {
        let text = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
        let mut scanner = HeadScanner::default();
        let mut found = None;
        for end in 0..=text.len() {
            found = scanner.find_end(&text[..end], &HeadLimits::default()).unwrap();
            if found.is_some() {
                break;
            }
        }
        assert_eq!(found, Some(text.len() - 4));
    }

    /// Found by fuzzing: a line that is too long and ends wrong was answered by how it arrived.
    #[test]
    fn the_answer_does_not_depend_on_the_pieces() {
        let limits = HeadLimits { head_len_bytes: 200, fields: 3, target_len_bytes: 32 };
        let check = |text: &[u8], expected| {
            let whole = HeadScanner::default().find_end(text, &limits);
            let mut scanner = HeadScanner::default();
            let pieces = (0..=text.len()).find_map(|end| scanner.find_end(&text[..end], &limits).err());
            assert_eq!((whole.err(), pieces), (Some(expected), Some(expected)));
        };
        check(&[&[b'a'; 100][..], b"\n"].concat(), CodecError::TargetTooLong);
        check(&[b"GET / HTTP/1.1\r\n", &[b'a'; 200][..], b"\n"].concat(), CodecError::HeadTooLarge);
    }
}
