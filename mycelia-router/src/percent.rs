//! `%XX`, segment by segment.

use std::borrow::Cow;
use std::cell::Cell;

use crate::search::Spans;

thread_local! {
    /// Kept between matches, so that decoding a path takes nothing from the heap after a while.
    static SCRATCH: Cell<String> = const { Cell::new(String::new()) };
}

/// Calls `read` with `path` decoded for matching: everything but `%2F`.
pub(crate) fn with_decoded<R>(path: &str, read: impl FnOnce(&str) -> R) -> R {
    let mut scratch = SCRATCH.take();
    scratch.clear();
    decode(path, false, &mut scratch);
    let result = read(&scratch);
    SCRATCH.set(scratch);
    result
}

/// `text` with its escapes decoded, `%2F` too.
pub(crate) fn decode_value(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    decode(text, true, &mut decoded);
    Cow::Owned(decoded)
}

/// The first escape in `text` that [`with_decoded`] would decode.
pub(crate) fn first_escape(text: &str) -> Option<&str> {
    let is_escape = |at: &usize| matches!(escape(&text.as_bytes()[*at..]), Some(byte) if byte != b'/');
    let at = text.match_indices('%').map(|(at, _)| at).find(is_escape)?;
    Some(&text[at..at + 3])
}

fn decode(text: &str, slashes: bool, into: &mut String) {
    for (index, segment) in text.split('/').enumerate() {
        if index > 0 {
            into.push('/');
        }
        let start = into.len();
        if !segment.contains('%') || decode_segment(segment, slashes, into).is_none() {
            into.truncate(start);
            into.push_str(segment);
        }
    }
}

/// `None` when an escape is malformed or not UTF-8; what was pushed until then is to be taken back.
fn decode_segment(segment: &str, slashes: bool, into: &mut String) -> Option<()> {
    let mut rest = segment.as_bytes();
    // A character, as far as it is known.
    let (mut char, mut len) = ([0; 4], 0);
    while let Some((first, after)) = rest.split_first() {
        let (byte, next) = match first {
            b'%' => match escape(rest)? {
                b'/' if !slashes => (b'%', after),
                byte => (byte, &rest[3..]),
            },
            byte => (*byte, after),
        };
        rest = next;
        *char.get_mut(len)? = byte;
        len += 1;
        match std::str::from_utf8(&char[..len]) {
            Ok(text) => {
                into.push_str(text);
                len = 0;
            }
            Err(error) if error.error_len().is_some() => return None,
            Err(_) => {}
        }
    }
    (len == 0).then_some(())
}

/// The byte that `%XX` at the beginning of `text` stands for.
fn escape(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}

/// From places in the decoded path to places in the path.
pub(crate) fn undecoded(path: &str, decoded: &str, spans: &Spans) -> Spans {
    let mut undecoded = Spans::default();
    for (start, end) in spans.iter() {
        undecoded.push(place(path, decoded, start), place(path, decoded, end));
    }
    undecoded
}

fn place(path: &str, decoded: &str, at: usize) -> usize {
    let (mut start, mut decoded_start) = (0, 0);
    for (raw, text) in path.split('/').zip(decoded.split('/')) {
        if at <= decoded_start + text.len() {
            return start + offset(raw.as_bytes(), text, at - decoded_start);
        }
        start += raw.len() + 1;
        decoded_start += text.len() + 1;
    }
    path.len()
}

/// From a place in a decoded segment to the place in the segment.
fn offset(raw: &[u8], text: &str, at: usize) -> usize {
    if raw.len() == text.len() {
        return at; // Left as it is.
    }
    let mut offset = 0;
    for _ in 0..at {
        offset += if escape(&raw[offset..]).is_some_and(|byte| byte != b'/') { 3 } else { 1 };
    }
    offset
}
