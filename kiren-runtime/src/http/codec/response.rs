//! Responses as bytes: status line, header fields, framing (RFC 9110, 15; RFC 9112, 4 to 7).

/// A header name or value that would break out of its line, or is no name at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("header {name:?} is invalid: a name is a token, a value has no CR, LF, NUL or other controls")]
pub struct InvalidHeader {
    /// The name, as far as it is text.
    pub name: String,
}

/// What the sender knows about the body before the head is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// All of it: so many bytes.
    Known(u64),
    /// It comes in pieces.
    Stream,
}

/// How the body is to be sent after its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Not at all: HEAD, 1xx, 204, 304 (RFC 9110, 6.4.1).
    Nothing,
    /// Exactly so many bytes.
    Length(u64),
    /// In chunks.
    Chunked,
    /// Until the connection closes: HTTP/1.0.
    UntilClose,
}

/// What follows from a head that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// How the body is to be sent.
    pub sending: Sending,
    /// Whether another request may follow.
    pub keep_alive: bool,
}

/// The head of one response.
#[derive(Clone, Copy, Debug)]
pub struct HeadWriter<'a> {
    /// The status code, three digits.
    pub status: u16,
    /// Whether the connection would be kept, as far as the request and the server go.
    pub keep_alive: bool,
    /// Whether the request was HTTP/1.0.
    pub is_http10: bool,
    /// Whether the request was HEAD.
    pub is_head: bool,
    /// The `date` field, unless the headers have one.
    pub date: &'a Date,
}

impl HeadWriter<'_> {
    /// Appends the head to `out`. The framing is decided here: `connection`, `transfer-encoding` and, where it would
    /// contradict the body, `content-length` among `headers` are understood and not copied.
    ///
    /// # Errors
    /// The first invalid header; `out` is as it was.
    pub fn write<'h>(
        &self,
        out: &mut Vec<u8>,
        headers: impl IntoIterator<Item = (&'h [u8], &'h [u8])>,
        payload: Payload,
    ) -> Result<Written, InvalidHeader> {
        let start = out.len();
        write_status_line(out, self.status);
        let mut own = OwnFields::default();
        for (name, value) in headers {
            if !own.take(name, value) {
                write_field(out, name, value).inspect_err(|_| out.truncate(start))?;
            }
        }
        if !own.has_date {
            out.extend_from_slice(&self.date.line);
        }
        let sending = self.write_framing(out, payload, own.length);
        let keep_alive = self.keep_alive && !own.close && sending != Sending::UntilClose;
        if self.status == 101 {
            out.extend_from_slice(b"connection: upgrade\r\n");
        } else if !keep_alive {
            out.extend_from_slice(b"connection: close\r\n");
        } else if self.is_http10 {
            out.extend_from_slice(b"connection: keep-alive\r\n");
        }
        out.extend_from_slice(b"\r\n");
        Ok(Written { sending, keep_alive })
    }

    fn write_framing(&self, out: &mut Vec<u8>, payload: Payload, declared: Option<u64>) -> Sending {
        if matches!(self.status, 100..200 | 204) {
            return Sending::Nothing;
        }
        if self.is_head || self.status == 304 {
            let known = match payload {
                Payload::Known(length) if length > 0 || self.status != 304 => Some(length),
                _ => None,
            };
            // Without a body, what was declared is what a GET would have got.
            if let Some(length) = known.filter(|length| *length > 0).or(declared).or(known) {
                write_length(out, length);
            }
            return Sending::Nothing;
        }
        match (payload, declared) {
            (Payload::Known(length), _) | (Payload::Stream, Some(length)) => {
                write_length(out, length);
                Sending::Length(length)
            }
            (Payload::Stream, None) if self.is_http10 => Sending::UntilClose,
            (Payload::Stream, None) => {
                out.extend_from_slice(b"transfer-encoding: chunked\r\n");
                Sending::Chunked
            }
        }
    }
}

/// The fields that the server writes by itself, as the headers of a response have them.
#[derive(Default)]
struct OwnFields {
    has_date: bool,
    close: bool,
    length: Option<u64>,
}

impl OwnFields {
    /// Whether the field was understood here and is not to be copied.
    fn take(&mut self, name: &[u8], value: &[u8]) -> bool {
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"date") => {
                self.has_date = true;
                false
            }
            10 if name.eq_ignore_ascii_case(b"connection") => {
                self.close |=
                    value.split(|byte| *byte == b',').any(|o| o.trim_ascii().eq_ignore_ascii_case(b"close"));
                true
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                self.length = std::str::from_utf8(value.trim_ascii()).ok().and_then(|text| text.parse().ok());
                true
            }
            17 => name.eq_ignore_ascii_case(b"transfer-encoding"),
            _ => false,
        }
    }
}

fn write_field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) -> Result<(), InvalidHeader> {
    let is_value = |byte: &u8| *byte >= b' ' && *byte != 0x7f || *byte == b'\t';
    if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) || !value.iter().all(is_value) {
        return Err(InvalidHeader { name: String::from_utf8_lossy(name).into_owned() });
    }
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
    Ok(())
}

fn write_status_line(out: &mut Vec<u8>, status: u16) {
    if status == 200 {
        out.extend_from_slice(b"HTTP/1.1 200 OK\r\n");
        return;
    }
    out.extend_from_slice(b"HTTP/1.1 ");
    write_decimal(out, status.into());
    out.push(b' ');
    out.extend_from_slice(reason_phrase(status).as_bytes());
    out.extend_from_slice(b"\r\n");
}

fn write_length(out: &mut Vec<u8>, length: u64) {
    out.extend_from_slice(b"content-length: ");
    write_decimal(out, length);
    out.extend_from_slice(b"\r\n");
}

fn write_decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends `data` as one chunk; nothing when it is empty, since an empty chunk would end the body.
pub fn write_chunk(out: &mut Vec<u8>, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    out.reserve(data.len() + 20);
    write_chunk_size(out, data.len());
    out.extend_from_slice(data);
    out.extend_from_slice(b"\r\n");
}

/// Appends the line before a chunk of that length.
pub fn write_chunk_size(out: &mut Vec<u8>, len: usize) {
    let mut digits = [0; 16];
    let mut start = digits.len();
    let mut rest = len;
    while rest > 0 {
        start -= 1;
        digits[start] = b"0123456789abcdef"[rest & 15];
        rest >>= 4;
    }
    out.extend_from_slice(&digits[start..]);
    out.extend_from_slice(b"\r\n");
}

/// Appends the end of a chunked body, without trailers.
pub fn write_last_chunk(out: &mut Vec<u8>) {
    out.extend_from_slice(b"0\r\n\r\n");
}

/// The `date` field of a response, made once a second (RFC 9110, 6.6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    line: [u8; 37],
}

impl Date {
    /// The date at so many seconds since 1970.
    pub fn at(unix_seconds: u64) -> Self {
        const DAYS: &[u8] = b"ThuFriSatSunMonTueWed";
        const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
        let (days, second) = (unix_seconds / 86_400, unix_seconds % 86_400);
        let (year, month, day) = civil(days);
        let mut line = *b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
        let weekday = (days % 7) as usize * 3;
        line[6..9].copy_from_slice(&DAYS[weekday..weekday + 3]);
        two_digits(&mut line[11..13], day);
        line[14..17].copy_from_slice(&MONTHS[(month as usize - 1) * 3..month as usize * 3]);
        two_digits(&mut line[18..20], year / 100);
        two_digits(&mut line[20..22], year % 100);
        two_digits(&mut line[23..25], second / 3600);
        two_digits(&mut line[26..28], second / 60 % 60);
        two_digits(&mut line[29..31], second % 60);
        Self { line }
    }

    /// The field value: `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn value(&self) -> &[u8] {
        &self.line[6..35]
    }
}

fn two_digits(to: &mut [u8], number: u64) {
    to[0] = b'0' + (number / 10 % 10) as u8;
    to[1] = b'0' + (number % 10) as u8;
}

/// Year, month and day of a day since 1970, counting in years that begin in March so that leap days come last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// Whether a byte may stand in a token: a method, a header name (RFC 9110, 5.6.2).
pub(super) fn is_token(byte: u8) -> bool {
    const TOKEN: [bool; 256] = {
        let mut table = [false; 256];
        let marks = b"!#$%&'*+-.^_`|~";
        let mut at = 0;
        while at < 256 {
            table[at] = (at as u8).is_ascii_alphanumeric();
            at += 1;
        }
        at = 0;
        while at < marks.len() {
            table[marks[at] as usize] = true;
            at += 1;
        }
        table
    };
    TOKEN[byte as usize]
}

/// The reason phrase of a status code, empty for one that is not registered.
pub fn reason_phrase(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        102 => "Processing",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        208 => "Already Reported",
        226 => "IM Used",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        506 => "Variant Also Negotiates",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        510 => "Not Extended",
        511 => "Network Authentication Required",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(date: &Date) -> HeadWriter<'_> {
        HeadWriter { status: 200, keep_alive: true, is_http10: false, is_head: false, date }
    }

    fn written(writer: HeadWriter<'_>, headers: &[(&str, &str)], payload: Payload) -> (String, Written) {
        let mut out = Vec::new();
        let headers = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        let written = writer.write(&mut out, headers, payload).unwrap();
        let text = String::from_utf8(out).unwrap();
        (text.replace("date: Thu, 01 Jan 1970 00:00:00 GMT\r\n", ""), written)
    }

    #[test]
    fn dates() {
        let check = |seconds, expected: &str| {
            assert_eq!(String::from_utf8_lossy(Date::at(seconds).value()), expected);
        };
        check(0, "Thu, 01 Jan 1970 00:00:00 GMT");
        check(784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT");
        check(951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT");
        check(4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT");
        check(4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT");
    }

    #[test]
    fn framing() {
        let date = Date::at(0);
        let check =
            |writer: HeadWriter<'_>, headers: &[(&str, &str)], payload, text: &str, sending, keep_alive| {
                let (found, written) = written(writer, headers, payload);
                assert_eq!(found, format!("{text}\r\n"));
                assert_eq!(written, Written { sending, keep_alive }, "{text:?}");
            };
        let base = writer(&date);
        let ok = "HTTP/1.1 200 OK\r\n";
        let sized = format!("{ok}content-length: 5\r\n");
        check(base, &[], Payload::Known(5), &sized, Sending::Length(5), true);
        check(base, &[("Content-Length", "9")], Payload::Known(5), &sized, Sending::Length(5), true);
        check(base, &[("content-length", "5")], Payload::Stream, &sized, Sending::Length(5), true);
        let chunked = format!("{ok}transfer-encoding: chunked\r\n");
        check(base, &[], Payload::Stream, &chunked, Sending::Chunked, true);
        check(base, &[("Transfer-Encoding", "gzip")], Payload::Stream, &chunked, Sending::Chunked, true);
        let closing = format!("{sized}connection: close\r\n");
        check(base, &[("connection", "x, Close")], Payload::Known(5), &closing, Sending::Length(5), false);
        let old = HeadWriter { is_http10: true, ..base };
        check(old, &[], Payload::Stream, &format!("{ok}connection: close\r\n"), Sending::UntilClose, false);
        let kept = format!("{sized}connection: keep-alive\r\n");
        check(old, &[], Payload::Known(5), &kept, Sending::Length(5), true);
        let head = HeadWriter { is_head: true, ..base };
        check(head, &[], Payload::Known(5), &sized, Sending::Nothing, true);
        check(head, &[("content-length", "5")], Payload::Known(0), &sized, Sending::Nothing, true);
        check(head, &[], Payload::Stream, ok, Sending::Nothing, true);
        let none = HeadWriter { status: 204, ..base };
        check(
            none,
            &[("content-length", "5")],
            Payload::Known(5),
            "HTTP/1.1 204 No Content\r\n",
            Sending::Nothing,
            true,
        );
        let same = HeadWriter { status: 304, ..base };
        check(same, &[], Payload::Known(0), "HTTP/1.1 304 Not Modified\r\n", Sending::Nothing, true);
        let odd = HeadWriter { status: 299, ..base };
        check(
            odd,
            &[],
            Payload::Known(0),
            "HTTP/1.1 299 \r\ncontent-length: 0\r\n",
            Sending::Length(0),
            true,
        );
    }

    #[test]
    fn a_date_of_ones_own_is_kept() {
        let mut out = Vec::new();
        let date = Date::at(0);
        writer(&date).write(&mut out, [(&b"Date"[..], &b"today"[..])], Payload::Known(0)).unwrap();
        assert_eq!(out, b"HTTP/1.1 200 OK\r\nDate: today\r\ncontent-length: 0\r\n\r\n");
    }

    #[test]
    fn injection_is_refused_and_leaves_no_trace() {
        let date = Date::at(0);
        let names: [&[u8]; 5] = [b"", b"a b", b"a:", b"a\r\nb", "\u{e9}".as_bytes()];
        let values: [&[u8]; 4] = [b"a\r\nSet-Cookie: b", b"a\n", b"\0", b"\x7f"];
        let bad =
            names.map(|name| (name, &b"v"[..])).into_iter().chain(values.map(|value| (&b"x"[..], value)));
        for header in bad {
            let mut out = b"before".to_vec();
            let good = (&b"a"[..], &b"b"[..]);
            writer(&date).write(&mut out, [good, header], Payload::Known(0)).unwrap_err();
            assert_eq!(out, b"before", "{header:?}");
        }
        let mut out = Vec::new();
        writer(&date).write(&mut out, [(&b"x"[..], "\t\u{e9}".as_bytes())], Payload::Known(0)).unwrap();
    }

    #[test]
    fn chunks() {
        let mut out = Vec::new();
        write_chunk(&mut out, b"");
        write_chunk(&mut out, &[b'x'; 26]);
        write_last_chunk(&mut out);
        assert_eq!(out, format!("1a\r\n{}\r\n0\r\n\r\n", "x".repeat(26)).as_bytes());
    }
}
