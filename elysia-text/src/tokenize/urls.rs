//! Where a URL ends: what RFC 3986 and RFC 3987 allow, less what people put behind one (the extended autolinks of
//! GitHub Flavored Markdown, section 6.9).

use super::addresses::Host;
use super::window::{Glance, NON_ASCII, Window};
use crate::tables::{Category, WordBreak};
use crate::text::Text;

pub(super) const WWW: &[u8] = b"www.";
pub(super) const MAILTO: &[u8] = b"mailto";
pub(super) const SCHEMES_OF_HOSTS: [&[u8]; 5] = [b"https", b"http", b"ftp", b"wss", b"ws"];

/// Characters before an `@` in front of a host, at most.
const LONGEST_USER: usize = 256;
/// Units between the brackets of an IPv6 address, at most.
const LONGEST_IPV6: usize = 64;

/// The end of the URL whose `//` ends at `start`.
pub(super) fn url_end<T: Text>(window: &Window<T>, start: usize, needs_host: bool) -> Option<usize> {
    let host = after_user(window, start).unwrap_or(start);
    let is_ipv6 = window.ascii(host) == b'[';
    let end = if is_ipv6 { ipv6_end(window, host + 1) } else { Host::at(window, host).map(|host| host.end) };
    if let Some(end) = end {
        return Some(rest_end(window, end));
    }
    // `file:///etc/hosts` has no host; what follows must be more than what is not part of a URL.
    let end = rest_end(window, start);
    (!needs_host && !is_ipv6 && end > start + 1).then_some(end)
}

/// The end of `user:password@`.
fn after_user<T: Text>(window: &Window<T>, start: usize) -> Option<usize> {
    let mut at = start;
    for _ in 0..LONGEST_USER {
        match window.ascii(at) {
            b'@' => return (at > start).then_some(at + 1),
            NON_ASCII => {
                let glance = window.look(at)?;
                if !matches!(
                    glance.properties.category(),
                    Category::Letter | Category::Mark | Category::Number
                ) {
                    return None;
                }
                at = glance.next;
            }
            b'!' | b'$'..=b'.' | b':' | b';' | b'=' | b'_' | b'~' => at += 1,
            character if character.is_ascii_alphanumeric() => at += 1,
            _ => return None,
        }
    }
    None
}

/// The end of the bracket of an IPv6 address, with a zone or not (RFC 6874). Whether its numbers are right is not
/// looked at.
fn ipv6_end<T: Text>(window: &Window<T>, start: usize) -> Option<usize> {
    let mut colons = 0;
    let mut has_zone = false;
    for at in start..start + LONGEST_IPV6 {
        match window.ascii(at) {
            b']' => return (colons >= 2).then_some(at + 1),
            b':' if !has_zone => colons += 1,
            b'%' => has_zone = true,
            b'.' | b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => {}
            b'-' | b'_' | b'~' | b'g'..=b'z' | b'G'..=b'Z' if has_zone => {}
            _ => return None,
        }
    }
    None
}

/// The end of port, path, query and fragment, which begin at `start` if there are any.
pub(super) fn rest_end<T: Text>(window: &Window<T>, start: usize) -> usize {
    let end = port_end(window, start);
    if !matches!(window.ascii(end), b'/' | b'?' | b'#') {
        return end;
    }
    let mut rest = Rest { kept: end, ..Rest::default() };
    let mut at = end;
    while let Some(glance) = window.look(at) {
        let is_part = if glance.code_point < 0x80 {
            rest.takes(window, at, glance.code_point as u8)
        } else {
            rest.takes_non_ascii(glance)
        };
        if !is_part {
            break;
        }
        at = glance.next;
    }
    rest.kept
}

fn port_end<T: Text>(window: &Window<T>, start: usize) -> usize {
    const LONGEST: usize = 5;
    if window.ascii(start) != b':' {
        return start;
    }
    let digits = (0..LONGEST).take_while(|at| window.ascii(start + 1 + at).is_ascii_digit()).count();
    let end = start + 1 + digits;
    // It may be empty, but a colon before nothing else is not part of the URL.
    let is_part = digits > 0 || matches!(window.ascii(end), b'/' | b'?' | b'#');
    if is_part { end } else { start }
}

/// What of a URL was read.
#[derive(Default)]
struct Rest {
    /// The end without what is not part of a URL if nothing else follows.
    kept: usize,
    /// Where an HTML entity such as `&gt;` may begin.
    entity: Option<usize>,
    parentheses: usize,
    brackets: usize,
    braces: usize,
}

impl Rest {
    /// Whether `character`, at `at`, may be part of the URL.
    fn takes<T: Text>(&mut self, window: &Window<T>, at: usize, character: u8) -> bool {
        let is_kept = match character {
            0..=b' ' | 0x7F | b'"' | b'<' | b'>' | b'\\' | b'`' | b'|' => return false,
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' => false,
            // One that is followed by a word is an apostrophe.
            b'\'' if window.ascii(at + 1).is_ascii_alphanumeric() => false,
            b'\'' => return false,
            b';' => {
                self.kept = self.entity.unwrap_or(self.kept);
                false
            }
            b'(' => {
                self.parentheses += 1;
                true
            }
            b')' => closes(&mut self.parentheses),
            b'[' => {
                self.brackets += 1;
                true
            }
            b'{' => {
                self.braces += 1;
                true
            }
            b']' if !closes(&mut self.brackets) => return false,
            b'}' if !closes(&mut self.braces) => return false,
            _ => true,
        };
        if character == b'&' {
            self.entity = Some(self.kept);
        } else if !character.is_ascii_alphanumeric() {
            self.entity = None;
        }
        if is_kept {
            self.kept = at + 1;
        }
        true
    }

    fn takes_non_ascii(&mut self, glance: Glance) -> bool {
        let properties = glance.properties;
        let extends = matches!(properties.word(), WordBreak::Extend | WordBreak::Joiner);
        self.entity = None;
        match properties.category() {
            Category::Space => return false,
            Category::Other if !extends => return false,
            Category::Punctuation if ends_url(glance.code_point) => return false,
            Category::Punctuation => {}
            _ => self.kept = glance.next,
        }
        true
    }
}

/// Whether something was open that is closed now.
fn closes(open: &mut usize) -> bool {
    let was_open = *open > 0;
    *open = open.saturating_sub(1);
    was_open
}

/// Quotation marks and the punctuation of East Asian scripts, which has no spaces around it.
fn ends_url(punctuation: u32) -> bool {
    matches!(
        punctuation,
        0xAB | 0xBB
            | 0x2018..=0x201F
            | 0x2039
            | 0x203A
            | 0x3001..=0x303F
            | 0x30FB
            | 0xFE10..=0xFE6F
            | 0xFF00..=0xFF65
    )
}
