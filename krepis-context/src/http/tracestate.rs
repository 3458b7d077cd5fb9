//! `tracestate`, of [W3C Trace Context](https://www.w3.org/TR/trace-context-2/#tracestate-header): a list that every
//! vendor on the way can put something in, and that the others pass on.

use std::borrow::Cow;

use super::trim;

/// How many members a list can have; with more, it is not passed on.
pub const MAX_MEMBERS: usize = 32;
/// How many characters we pass on. The standard asks for 512.
pub const MAX_LEN: usize = 8192;
/// What is dropped first when a list is too long.
const LARGE_MEMBER: usize = 128;

/// The list of these headers, in one, as it is passed on: members as they were, without the white space between them.
/// `None` if there is nothing in it, or if anything is not valid.
///
/// If it is longer than [`MAX_LEN`], members of more than 128 characters are left out, and then those at the end.
///
/// ```
/// use krepis_context::http::tracestate::parse;
///
/// assert_eq!(parse(["foo=1 , bar=2", "", "baz=3"]).as_deref(), Some("foo=1,bar=2,baz=3"));
/// assert_eq!(parse(["FOO=1"]), None);
/// ```
pub fn parse<'h>(headers: impl IntoIterator<Item = &'h str>) -> Option<Cow<'h, str>> {
    let mut collector = Collector::default();
    headers.into_iter().for_each(|header| collector.add(header));
    collector.finish()
}

/// The value that a vendor has in a list.
pub fn get<'s>(list: &'s str, key: &str) -> Option<&'s str> {
    let mut members = list.split(',').filter_map(|member| trim(member).split_once('='));
    members.find(|(other, _)| *other == key).map(|(_, value)| value)
}

/// Puts the headers of a request together.
#[derive(Default)]
pub(super) struct Collector<'h> {
    list: Cow<'h, str>,
    members: usize,
    invalid: bool,
}

impl<'h> Collector<'h> {
    pub(super) fn add(&mut self, header: &'h str) {
        let header = trim(header);
        let mut is_tidy = self.members == 0;
        for raw in header.split(',') {
            let member = trim(raw);
            if member.is_empty() {
                is_tidy = false;
                continue;
            }
            is_tidy &= member.len() == raw.len();
            self.members += 1;
            self.invalid |= !is_member(member) || self.members > MAX_MEMBERS;
            if self.invalid {
                return;
            }
        }
        if is_tidy && header.len() <= MAX_LEN {
            self.list = Cow::Borrowed(header);
            return;
        }
        let list = self.list.to_mut();
        for member in header.split(',').map(trim).filter(|member| !member.is_empty()) {
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(member);
        }
    }

    pub(super) fn finish(self) -> Option<Cow<'h, str>> {
        if self.invalid || self.list.is_empty() {
            return None;
        }
        Some(if self.list.len() > MAX_LEN { Cow::Owned(shorten(&self.list)) } else { self.list })
    }
}

fn shorten(list: &str) -> String {
    let mut members: Vec<&str> = list.split(',').collect();
    let mut len = list.len();
    for large in [true, false] {
        let mut at = members.len();
        while at > 0 && len > MAX_LEN {
            at -= 1;
            if !large || members[at].len() > LARGE_MEMBER {
                len -= members.remove(at).len() + 1;
            }
        }
    }
    members.join(",")
}

fn is_member(member: &str) -> bool {
    member.split_once('=').is_some_and(|(key, value)| is_key(key.as_bytes()) && is_value(value.as_bytes()))
}

fn is_key(key: &[u8]) -> bool {
    let is_start = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |byte: &u8| is_start(byte) || matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@');
    key.len() <= 256 && key.first().is_some_and(is_start) && key.iter().all(is_part)
}

/// White space at its end has been trimmed.
fn is_value(value: &[u8]) -> bool {
    let is_part = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b',' | b'=');
    (1..=256).contains(&value.len()) && value.iter().all(is_part)
}
