//! One token after the other.

use super::addresses::Addresses;
use super::ascii;
use super::emoji::emoji_end;
use super::options::{Kind, Tokenization};
use super::urls::WWW;
use super::window::{Glance, NON_ASCII, Window};
use crate::segment::{GraphemeBreaker, WordBreaker};
use crate::tables::{Category, Grapheme, Properties, WordBreak};
use crate::text::Text;

/// Finds the token that begins at a place; see the module for what a token is.
#[derive(Clone, Debug)]
pub(super) struct Scanner {
    longest: usize,
    addresses: Option<Addresses>,
}

impl Scanner {
    pub(super) fn new(options: Tokenization) -> Self {
        Self { longest: options.longest, addresses: options.addresses.then(Addresses::default) }
    }

    /// The end and the kind of the token at `start`, which is before the end of `text`.
    #[inline]
    pub(super) fn token<T: Text>(&mut self, text: T, start: usize) -> (usize, Kind) {
        match ascii::token(text, start) {
            Some((end, kind)) if end - start <= self.longest => (end, kind),
            _ => self.long_way(text, start),
        }
    }

    /// Kept out of the loop that the short way is in.
    #[inline(never)]
    fn long_way<T: Text>(&mut self, text: T, start: usize) -> (usize, Kind) {
        self.scan(&Window::new(text, start, self.longest), start)
    }

    /// The same where `text` may be continued: `None` if that could change the token.
    pub(super) fn settled_token<T: Text>(&mut self, text: T, start: usize) -> Option<(usize, Kind)> {
        match ascii::token(text, start) {
            Some((end, kind)) if end - start <= self.longest => Some((end, kind)),
            _ => {
                let window = Window::new(text, start, self.longest);
                let token = self.scan(&window, start);
                let is_settled = !window.is_end_seen() || window.text().len() < text.len();
                is_settled.then_some(token)
            }
        }
    }

    /// To be called before the scanner sees another text.
    pub(super) fn forget_places(&mut self) {
        if let Some(addresses) = &mut self.addresses {
            *addresses = Addresses::default();
        }
    }

    #[inline(never)]
    fn scan<T: Text>(&mut self, window: &Window<T>, start: usize) -> (usize, Kind) {
        let first = window.look(start).expect("there is a token before the end");
        if first.properties.is_white_space() {
            return (space_end(window, start), Kind::Space);
        }
        if first.properties.is_emoji()
            && let Some(end) = emoji_end(window, start)
        {
            return (end, Kind::Emoji);
        }
        let segment = self.segment(window, start, first);
        if let Some(addresses) = &mut self.addresses
            && segment.may_be_address(window, first)
            && let Some(address) = addresses.at(window, start)
        {
            return address;
        }
        (segment.end, segment.contents.kind(first.properties))
    }

    /// What UAX #29 has between two word boundaries, as the module changes it.
    fn segment<T: Text>(&mut self, window: &Window<T>, start: usize, first: Glance) -> Segment {
        let mut words = WordBreaker::new();
        let mut clusters = GraphemeBreaker::new();
        words.push(first.properties);
        clusters.push(first.properties);
        let mut contents = Contents::default().with(first.properties);
        let mut deferred = None;
        let mut before = window.ascii(start);
        let mut at = letters_end(window, first);
        while let Some(glance) = window.look(at) {
            let was_deferring = words.is_deferring();
            let step = words.push(glance.properties);
            let is_cluster = clusters.push(glance.properties);
            let here = Segment { end: at, contents };
            if step.breaks_deferred()
                && let Some(deferred) = deferred
            {
                return deferred;
            }
            if is_cluster {
                if step.is_break() {
                    return here;
                }
                if self.begins_anew(window, before, at, glance) {
                    return deferred.filter(|_| was_deferring).unwrap_or(here);
                }
            }
            if step.is_deferral() {
                deferred = is_cluster.then_some(here);
            }
            contents = contents.with(glance.properties);
            before = if glance.code_point < 0x80 { glance.code_point as u8 } else { NON_ASCII };
            at = letters_end(window, glance);
        }
        let here = Segment { end: at, contents };
        if words.is_deferring() { deferred.unwrap_or(here) } else { here }
    }

    /// Whether an emoji or an address begins at `at`, where UAX #29 has no word boundary.
    #[inline]
    fn begins_anew<T: Text>(&mut self, window: &Window<T>, before: u8, at: usize, glance: Glance) -> bool {
        if glance.properties.is_emoji() && emoji_end(window, at).is_some() {
            return true;
        }
        let may_be_address = glance.code_point < 0x80
            && (glance.code_point as u8).is_ascii_alphabetic()
            && !before.is_ascii_alphanumeric()
            && !(before == b'.' && window.has(at, WWW));
        match &mut self.addresses {
            Some(addresses) if may_be_address => addresses.at(window, at).is_some(),
            _ => false,
        }
    }
}

#[derive(Clone, Copy)]
struct Segment {
    end: usize,
    contents: Contents,
}

impl Segment {
    /// Whether `first` and what follows look like the beginning of an address.
    fn may_be_address<T: Text>(&self, window: &Window<T>, first: Glance) -> bool {
        if !self.contents.has_letter && !self.contents.has_number && first.code_point != 0x5F {
            return false;
        }
        let after = window.ascii(self.end);
        // A letter follows where another address begins, before which this one may.
        ascii::is_atom_punctuation(after)
            || matches!(after, b'.' | b':' | b'@')
            || after.is_ascii_alphabetic()
            || first.code_point | 0x20 == 0x77
    }
}

#[derive(Clone, Copy, Default)]
struct Contents {
    has_letter: bool,
    has_number: bool,
}

impl Contents {
    #[inline]
    fn with(self, properties: Properties) -> Self {
        let category = properties.category();
        Self {
            has_letter: self.has_letter | (category == Category::Letter),
            has_number: self.has_number | (category == Category::Number),
        }
    }

    fn kind(self, first: Properties) -> Kind {
        match first.category() {
            _ if self.has_letter => Kind::Word,
            _ if self.has_number => Kind::Number,
            Category::Punctuation => Kind::Punctuation,
            Category::Symbol => Kind::Symbol,
            _ => Kind::Other,
        }
    }
}

/// Where the letters end that begin with `glance`, if no rule tells one such letter after another from the first one
/// alone. Where ASCII begins, an address may begin.
#[inline]
fn letters_end<T: Text>(window: &Window<T>, glance: Glance) -> usize {
    let is_plain = glance.code_point >= 0x80 && is_plain_letter(glance.properties);
    if is_plain { window.run_end(glance) } else { glance.next }
}

#[inline]
fn is_plain_letter(properties: Properties) -> bool {
    properties.word() == WordBreak::Letter
        && properties.grapheme() == Grapheme::Other
        && properties.category() == Category::Letter
        && !properties.is_emoji()
}

/// The end of a run of white space with what extends it (WB4), which is nothing after a line's end.
fn space_end<T: Text>(window: &Window<T>, start: usize) -> usize {
    let mut clusters = GraphemeBreaker::new();
    let mut is_extensible = false;
    let mut at = start;
    while let Some(glance) = window.look(at) {
        let is_cluster = clusters.push(glance.properties);
        let word = glance.properties.word();
        if glance.properties.is_white_space() {
            is_extensible =
                !matches!(word, WordBreak::CarriageReturn | WordBreak::LineFeed | WordBreak::Newline);
        } else {
            let extends = matches!(word, WordBreak::Extend | WordBreak::Format | WordBreak::Joiner);
            if is_cluster && !(extends && is_extensible) {
                break;
            }
        }
        at = glance.next;
    }
    at
}
