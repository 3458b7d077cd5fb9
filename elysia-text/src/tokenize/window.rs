//! What may be looked at while one token is looked for.

use core::cell::Cell;

use crate::tables::{Properties, properties};
use crate::text::Text;

/// A text up to some end, which remembers whether the end was looked at: whether more text could have mattered.
pub(super) struct Window<T> {
    text: T,
    is_end_seen: Cell<bool>,
}

/// A code point.
#[derive(Clone, Copy)]
pub(super) struct Glance {
    pub(super) code_point: u32,
    pub(super) properties: Properties,
    /// Where the next one begins.
    pub(super) next: usize,
}

/// What [`Window::ascii`] says of what is no ASCII.
pub(super) const NON_ASCII: u8 = 0x80;

impl<T: Text> Window<T> {
    /// The first `longest` units from `start` on, or the whole rest.
    pub(super) fn new(text: T, start: usize, longest: usize) -> Self {
        let end = text.len().min(start.saturating_add(longest));
        let text = if end < text.len() { text.slice(0..text.floor(end)) } else { text };
        Self { text, is_end_seen: Cell::new(false) }
    }

    /// The code point at `at`, if that is not the end.
    #[inline]
    pub(super) fn look(&self, at: usize) -> Option<Glance> {
        if at >= self.text.len() {
            self.is_end_seen.set(true);
            return None;
        }
        let (code_point, next) = self.text.decode(at);
        Some(Glance { code_point, properties: properties(code_point), next })
    }

    /// Where the code points end that are not ASCII and have the same properties as `first` and follow it.
    pub(super) fn run_end(&self, first: Glance) -> usize {
        let mut at = first.next;
        while at < self.text.len() {
            let (code_point, next) = self.text.decode(at);
            if code_point < 0x80 || properties(code_point) != first.properties {
                break;
            }
            at = next;
        }
        at
    }

    /// The character at `at` if it is ASCII, [`NON_ASCII`] if it is not; NUL at the end, which nothing looks for.
    #[inline]
    pub(super) fn ascii(&self, at: usize) -> u8 {
        match self.text.unit(at) {
            Some(unit @ 0..0x80) => unit as u8,
            Some(_) => NON_ASCII,
            None => {
                self.is_end_seen.set(true);
                0
            }
        }
    }

    /// Whether `expected` is at `at`, in any case.
    pub(super) fn has(&self, at: usize, expected: &[u8]) -> bool {
        expected.iter().enumerate().all(|(offset, byte)| self.ascii(at + offset).eq_ignore_ascii_case(byte))
    }

    pub(super) fn text(&self) -> T {
        self.text
    }

    pub(super) fn is_end_seen(&self) -> bool {
        self.is_end_seen.get()
    }
}
