//! E-mail addresses, and where a URL begins.

use core::ops::Range;

use super::ascii::is_atom_punctuation;
use super::options::Kind;
use super::urls::{MAILTO, SCHEMES_OF_HOSTS, WWW, rest_end, url_end};
use super::window::{Glance, NON_ASCII, Window};
use crate::segment::is_grapheme_boundary;
use crate::tables::{Category, Grapheme, WordBreak};
use crate::text::Text;

/// Finds addresses, and knows where it has looked in vain, so that no character is looked at again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct Addresses {
    /// Here is nothing but what may stand before an `@`.
    local: Range<usize>,
    /// Here begins no address but one with `www.`.
    none: Range<usize>,
}

/// Characters of the part before the `@` (RFC 5321, section 4.5.3.1.1) and, here, of a URL's scheme.
const LONGEST_LOCAL: usize = 64;
/// Units of the same, in any encoding.
const LONGEST_LOCAL_UNITS: usize = 4 * LONGEST_LOCAL;

impl Addresses {
    /// The end and the kind of the address that begins at `start`.
    pub(super) fn at<T: Text>(&mut self, window: &Window<T>, start: usize) -> Option<(usize, Kind)> {
        let (end, kind) = self.find(window, start)?;
        Some((cluster_end(window, start, end), kind))
    }

    fn find<T: Text>(&mut self, window: &Window<T>, start: usize) -> Option<(usize, Kind)> {
        if window.has(start, WWW)
            && let Some(host) = Host::at(window, start + WWW.len()).filter(|host| host.has_dot)
        {
            return Some((rest_end(window, host.end), Kind::Url));
        }
        if self.none.contains(&start) {
            return None;
        }
        let local_end = self.local_end(window, start)?;
        match window.ascii(local_end) {
            b'@' => {
                if let Some(end) = domain_end(window, local_end + 1) {
                    return is_short(window, start, local_end).then_some((end, Kind::Email));
                }
            }
            b':' if local_end == start + MAILTO.len() && window.has(start, MAILTO) => {
                return mail_url_end(window, local_end + 1).map(|end| (end, Kind::Url));
            }
            b':' if window.has(local_end, b"://") => {
                let is_known = is_scheme(window, start, local_end)?;
                return url_end(window, local_end + 3, is_known).map(|end| (end, Kind::Url));
            }
            _ => {}
        }
        if !window.is_end_seen() {
            self.none = start..local_end;
        }
        None
    }

    /// Where the dot-atom ends that begins at `start`, unless it is far too long.
    fn local_end<T: Text>(&mut self, window: &Window<T>, start: usize) -> Option<usize> {
        let mut at = start;
        if self.local.contains(&start) {
            at = self.local.end;
        } else {
            self.local.start = start;
        }
        while let Some(next) = after_local(window, at) {
            at = next;
            if at - start > LONGEST_LOCAL_UNITS {
                break;
            }
        }
        self.local.end = at;
        (at - start <= LONGEST_LOCAL_UNITS).then_some(at)
    }
}

/// Where the next character begins, if the one at `at` may stand in a dot-atom: a letter of any script that has
/// spaces between words (RFC 6531), or what RFC 5321 lists. A full stop needs an atom behind it.
fn after_local<T: Text>(window: &Window<T>, at: usize) -> Option<usize> {
    let is_local = |character: u8| character.is_ascii_alphanumeric() || is_atom_punctuation(character);
    match window.ascii(at) {
        b'.' => {
            let after = window.ascii(at + 1);
            let is_inside = is_local(after) || after == NON_ASCII && after_local(window, at + 1).is_some();
            is_inside.then_some(at + 1)
        }
        NON_ASCII => {
            let Glance { properties, next, .. } = window.look(at)?;
            let is_local =
                matches!(properties.word(), WordBreak::Letter | WordBreak::HebrewLetter | WordBreak::Extend);
            is_local.then_some(next)
        }
        character => is_local(character).then_some(at + 1),
    }
}

fn is_short<T: Text>(window: &Window<T>, start: usize, end: usize) -> bool {
    let mut at = start;
    let mut characters = 0;
    while at < end
        && let Some(glance) = window.look(at)
    {
        at = glance.next;
        characters += 1;
    }
    characters <= LONGEST_LOCAL
}

/// Whether a scheme is one of those whose URLs have a host; `None` if it is no scheme (RFC 3986, section 3.1), or a
/// sentence's last word and, without a space, the next one's scheme.
fn is_scheme<T: Text>(window: &Window<T>, start: usize, end: usize) -> Option<bool> {
    let is_part =
        |at: usize| matches!(window.ascii(at), b'+' | b'-' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z');
    let is_scheme = window.ascii(start).is_ascii_alphabetic()
        && end - start <= LONGEST_LOCAL
        && (start..end).all(is_part);
    if !is_scheme {
        return None;
    }
    let known = SCHEMES_OF_HOSTS.iter().find(|scheme| {
        let from = end.checked_sub(scheme.len()).filter(|from| *from >= start);
        from.is_some_and(|from| window.has(from, scheme) && (from == start || window.ascii(from - 1) == b'.'))
    });
    match known {
        Some(scheme) => (scheme.len() == end - start).then_some(true),
        None => Some(false),
    }
}

/// The end of an address and, after a `?`, what a letter is to say (RFC 6068).
fn mail_url_end<T: Text>(window: &Window<T>, start: usize) -> Option<usize> {
    let is_start = |character: u8| character != b'.' && character != b'@';
    let local_end = Addresses::default().local_end(window, start)?;
    let is_local = is_start(window.ascii(start)) && is_short(window, start, local_end);
    if !is_local || window.ascii(local_end) != b'@' {
        return None;
    }
    let end = domain_end(window, local_end + 1)?;
    Some(if window.ascii(end) == b'?' { rest_end(window, end) } else { end })
}

/// The end of the part behind an `@`: a host with a dot, whose last label has more than digits.
fn domain_end<T: Text>(window: &Window<T>, start: usize) -> Option<usize> {
    let host = Host::at(window, start)?;
    let is_domain =
        host.has_dot && !host.has_underscore && !host.ends_with_number && window.ascii(host.end) != b'_';
    is_domain.then_some(host.end)
}

/// A host's name: labels of letters, digits and hyphens of any script, with dots between.
pub(super) struct Host {
    pub(super) end: usize,
    has_dot: bool,
    has_underscore: bool,
    ends_with_number: bool,
}

impl Host {
    /// Characters (RFC 1035, section 2.3.4; RFC 5321, section 4.5.3.1.2).
    const LONGEST: usize = 255;

    pub(super) fn at<T: Text>(window: &Window<T>, start: usize) -> Option<Self> {
        let mut label = Label::at(window, start)?;
        let mut has_underscore = false;
        let mut has_dot = false;
        let mut characters = 0;
        loop {
            characters += label.characters + 1;
            if label.characters > Label::LONGEST || characters > Self::LONGEST + 1 {
                return None;
            }
            has_underscore |= label.has_underscore;
            if window.ascii(label.end) != b'.' {
                break;
            }
            let Some(next) = Label::at(window, label.end + 1) else { break };
            label = next;
            has_dot = true;
        }
        // Text without spaces goes on right after `.com`; a last label has one script.
        let end = label.latin_end.unwrap_or(label.end);
        Some(Self { end, has_dot, has_underscore, ends_with_number: label.is_number })
    }
}

struct Label {
    end: usize,
    /// More than allowed if it is too long.
    characters: usize,
    /// Where ASCII ends if a script follows that is written without spaces, or Hangul.
    latin_end: Option<usize>,
    has_underscore: bool,
    is_number: bool,
}

impl Label {
    /// Characters (RFC 1035, section 2.3.4).
    const LONGEST: usize = 63;

    /// Hyphens are not at an end of it. Underscores are no host's, but of many names all the same.
    fn at<T: Text>(window: &Window<T>, start: usize) -> Option<Self> {
        let mut label =
            Self { end: start, characters: 0, latin_end: None, has_underscore: false, is_number: true };
        let mut characters = 0;
        let mut before = 0;
        let mut at = start;
        while characters <= Self::LONGEST {
            let character = window.ascii(at);
            let mut next = at + 1;
            match character {
                b'-' if at > start => {}
                b'_' => label.has_underscore = true,
                NON_ASCII => {
                    let Some(glance) = window.look(at).filter(is_of_label) else { break };
                    if before != NON_ASCII && at > start && label.latin_end.is_none() && is_unspaced(&glance)
                    {
                        label.latin_end = Some(label.end);
                    }
                    next = glance.next;
                }
                _ if character.is_ascii_alphanumeric() => {}
                _ => break,
            }
            characters += 1;
            if character != b'-' {
                label.is_number &= character.is_ascii_digit() || label.latin_end.is_some();
                (label.end, label.characters) = (next, characters);
            }
            (before, at) = (character, next);
        }
        (label.end > start).then_some(label)
    }
}

fn is_of_label(glance: &Glance) -> bool {
    matches!(glance.properties.category(), Category::Letter | Category::Mark | Category::Number)
        || matches!(glance.properties.word(), WordBreak::Extend | WordBreak::Joiner)
}

fn is_unspaced(glance: &Glance) -> bool {
    let is_hangul = matches!(
        glance.properties.grapheme(),
        Grapheme::HangulL | Grapheme::HangulV | Grapheme::HangulT | Grapheme::HangulLv | Grapheme::HangulLvt
    );
    is_hangul || matches!(glance.properties.word(), WordBreak::Other | WordBreak::Katakana)
}

/// `end`, or where the grapheme cluster ends that it is in.
fn cluster_end<T: Text>(window: &Window<T>, start: usize, end: usize) -> usize {
    let mut end = end;
    while let Some(glance) = window.look(end) {
        if glance.code_point < 0x80 && window.text().decode_before(end).0 < 0x80
            || is_grapheme_boundary(window.text().slice(start..window.text().len()), end - start)
        {
            break;
        }
        end = glance.next;
    }
    end
}
