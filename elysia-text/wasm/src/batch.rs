//! A batch of tokens of a text of which only a part may be there.

use elysia_text::{Kind, Kinds, Text, Tokenization, Utf16, tokenize};

use crate::window;

/// The most tokens of a batch.
pub(crate) const MOST: usize = 1024;

/// What JavaScript asks for.
pub(crate) struct Wanted {
    /// A bit for each [`Kind`], by its number, in the order of `core.js`.
    pub(crate) kinds: u32,
    pub(crate) addresses: bool,
    pub(crate) longest: usize,
}

/// Gives start, end and kind of each token to `each`, and returns where to go on.
pub(crate) fn tokens(
    text: &[u16],
    all: bool,
    from: usize,
    wanted: &Wanted,
    mut each: impl FnMut(usize, usize, Kind),
) -> usize {
    let end = if all { text.len() } else { window::decided(text).max(from) };
    let tokens = tokenize(Utf16(text).slice(0..end), wanted.options()).starting_at(from);
    let mut left = MOST;
    for token in tokens {
        each(token.start, token.end(), token.kind);
        left -= 1;
        if left == 0 {
            return token.end();
        }
    }
    end
}

impl Wanted {
    pub(crate) fn options(&self) -> Tokenization {
        let chosen: Kinds =
            Kind::ALL.into_iter().filter(|kind| self.kinds & 1 << *kind as u32 != 0).collect();
        Tokenization::new().kinds(chosen).addresses(self.addresses).longest(self.longest)
    }
}
