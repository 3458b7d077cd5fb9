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
    let (plain, escapes) = segment.split_once('%')?;
    into.push_str(plain);
    // A character, as far as it is known.
    let (mut char, mut len) = ([0; 4], 0);
    for escape in escapes.split('%') {
        let (digits, plain) = (byte(escape.as_bytes())?, &escape[2..]);
        if digits == b'/' && !slashes {
            into.push('%');
            into.push_str(&escape[..2]);
        } else {
            *char.get_mut(len)? = digits;
            len += 1;
            match std::str::from_utf8(&char[..len]) {
                Ok(text) => {
                    into.push_str(text);
                    len = 0;
                }
                Err(error) if error.error_len().is_some() => return None,
                // The rest of the character has to follow at once, as escapes.
                Err(_) if plain.is_empty() => continue,
                Err(_) => return None,
            }
        }
        if len > 0 {
            return None;
        }
        into.push_str(plain);
    }
    (len == 0).then_some(())
}

/// The byte that `%XX` at the beginning of `text` stands for.
fn escape(text: &[u8]) -> Option<u8> {
    byte(text.strip_prefix(b"%")?)
}

/// The byte that the two digits at the beginning of `text` stand for.
fn byte(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}

/// From places in the decoded path to places in the path.
pub(crate) fn undecoded(path: &str, decoded: &str, spans: &Spans) -> Spans {
    let mut cursor = Cursor { path, decoded, start: 0, decoded_start: 0, raw: 0, text: 0 };
    let mut undecoded = Spans::default();
    for (start, end) in spans.iter() {
        let start = cursor.place(start);
        undecoded.push(start, cursor.place(end));
    }
    undecoded
}

/// A place in a path and the same place in the decoded path. It only moves on, as captures do.
struct Cursor<'a> {
    /// From the segment on in which the place is.
    path: &'a str,
    decoded: &'a str,
    /// Where those begin.
    start: usize,
    decoded_start: usize,
    /// The place in the segment, as it is written and as it is decoded.
    raw: usize,
    text: usize,
}

impl<'a> Cursor<'a> {
    /// The place in the path of the place `at` in the decoded path.
    fn place(&mut self, at: usize) -> usize {
        let (mut raw, mut text) = self.segment();
        while at > self.decoded_start + text.len() {
            self.path = &self.path[raw.len() + 1..];
            self.decoded = &self.decoded[text.len() + 1..];
            self.start += raw.len() + 1;
            self.decoded_start += text.len() + 1;
            (self.raw, self.text) = (0, 0);
            (raw, text) = self.segment();
        }
        let at = at - self.decoded_start;
        if raw.len() == text.len() {
            return self.start + at; // Left as it is.
        }
        while self.text < at {
            let is_escape = escape(&raw.as_bytes()[self.raw..]).is_some_and(|byte| byte != b'/');
            self.raw += if is_escape { 3 } else { 1 };
            self.text += 1;
        }
        self.start + self.raw
    }

    fn segment(&self) -> (&'a str, &'a str) {
        let of = |text: &str| text.find('/').unwrap_or(text.len());
        (&self.path[..of(self.path)], &self.decoded[..of(self.decoded)])
    }
}
