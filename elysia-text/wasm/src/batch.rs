//! A batch of tokens of a text of which only a part may be there.

use elysia_text::{Kind, Kinds, Text, Tokenization, Utf16, tokenize};

use crate::window;

/// The most tokens of a batch.
const MOST: usize = 1024;
/// The numbers of a batch.
pub(crate) const OUTPUT: usize = 1 + 2 * MOST;

/// What JavaScript asks for.
pub(crate) struct Wanted {
    /// A bit for each of [`KINDS`].
    pub(crate) kinds: u32,
    pub(crate) addresses: bool,
    pub(crate) longest: usize,
}

/// In the order of `core.js`.
const KINDS: [Kind; 9] = [
    Kind::Word,
    Kind::Number,
    Kind::Punctuation,
    Kind::Symbol,
    Kind::Emoji,
    Kind::Url,
    Kind::Email,
    Kind::Space,
    Kind::Other,
];

/// Writes where to go on, and two numbers for each token, into `output`; gives the number of tokens.
pub(crate) fn tokens(
    text: &[u16],
    all: bool,
    from: usize,
    wanted: &Wanted,
    output: &mut [u32; OUTPUT],
) -> usize {
    let end = if all { text.len() } else { window::decided(text).max(from) };
    output[0] = end as u32;
    let mut count = 0;
    let pairs = output[1..].chunks_exact_mut(2);
    let tokens = tokenize(Utf16(text).slice(from..end), wanted.options());
    for (pair, token) in pairs.zip(tokens) {
        let (start, end) = (from + token.start, from + token.start + token.text.len());
        pair.copy_from_slice(&[start as u32, (end as u32) << 4 | token.kind as u32]);
        count += 1;
    }
    if count == MOST {
        output[0] = output[OUTPUT - 1] >> 4;
    }
    count
}

impl Wanted {
    pub(crate) fn options(&self) -> Tokenization {
        let chosen = KINDS.iter().filter(|kind| self.kinds & 1 << **kind as u32 != 0);
        let kinds = chosen.fold(Kinds::NONE, |kinds, kind| kinds.with(*kind));
        Tokenization::new().kinds(kinds).addresses(self.addresses)
    }
}
