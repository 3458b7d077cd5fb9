//! What a stream holds back of a text.

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{Text, Utf16};

/// A text of its own, in one of the encodings that streams take.
pub trait Held: Default {
    /// What can be looked at.
    type Text<'a>: Text
    where
        Self: 'a;

    /// All of it.
    fn text(&self) -> Self::Text<'_>;

    /// The same without the first half of a character.
    fn whole_characters(&self) -> Self::Text<'_> {
        self.text()
    }

    /// Takes on what comes next.
    fn append(&mut self, text: Self::Text<'_>);

    /// Lets go of so many units.
    fn remove_first(&mut self, units: usize);
}

impl Held for String {
    type Text<'a> = &'a str;

    fn text(&self) -> &str {
        self
    }

    fn append(&mut self, text: &str) {
        self.push_str(text);
    }

    fn remove_first(&mut self, units: usize) {
        self.drain(..units);
    }
}

impl Held for Vec<u16> {
    type Text<'a> = Utf16<'a>;

    fn text(&self) -> Utf16<'_> {
        Utf16(self)
    }

    fn whole_characters(&self) -> Utf16<'_> {
        match self.split_last() {
            Some((0xD800..=0xDBFF, before)) => Utf16(before),
            _ => Utf16(self),
        }
    }

    fn append(&mut self, text: Utf16<'_>) {
        self.extend_from_slice(text.0);
    }

    fn remove_first(&mut self, units: usize) {
        self.drain(..units);
    }
}
