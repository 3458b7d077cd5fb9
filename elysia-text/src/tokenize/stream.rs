//! The tokens of a text that comes in chunks.

use alloc::string::String;
use alloc::vec::Vec;

use super::options::{Kinds, Token, Tokenization};
use super::scanner::Scanner;
use crate::held::Held;
use crate::text::{Text, Utf16};

/// Finds the tokens of a text that comes in chunks, of UTF-8 or (`Tokenizer<Vec<u16>>`) of UTF-16: the same as
/// [`tokenize`](crate::tokenize) finds in the whole text, however it is cut.
///
/// A token is given as soon as nothing that may come could change it. What is held back until then is no longer than
/// [`Tokenization::longest`] and a few thousand units.
///
/// ```
/// use elysia_text::{Tokenization, Tokenizer};
///
/// let mut words = Vec::new();
/// let mut tokenizer = Tokenizer::new(Tokenization::new());
/// for chunk in ["see https://exam", "ple.com/", " no", "w"] {
///     tokenizer.push(chunk, &mut |token| words.push((token.start, token.text.to_owned())));
/// }
/// tokenizer.finish(&mut |token| words.push((token.start, token.text.to_owned())));
/// assert_eq!(words, [(0, "see".into()), (4, "https://example.com/".into()), (25, "now".into())]);
/// ```
#[derive(Clone, Debug)]
pub struct Tokenizer<B = String> {
    held: B,
    /// Units before what is held.
    offset: usize,
    /// As long as what is held is shorter, it is not worth another look.
    worth_from: usize,
    kinds: Kinds,
    longest: usize,
    scanner: Scanner,
}

/// So much of a chunk is held at once.
const PIECE: usize = 4096;

impl Tokenizer {
    /// For UTF-8.
    #[must_use]
    pub fn new(options: Tokenization) -> Self {
        Self::with(options)
    }

    /// Takes the next chunk, and gives the tokens that are certain now to `take`. Their offsets count from the
    /// beginning of the whole text.
    pub fn push(&mut self, chunk: &str, take: &mut dyn FnMut(Token<&str>)) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
            self.held.push_str(piece);
            self.settle(false, take);
            rest = after;
        }
    }

    /// Gives the tokens that were held back.
    pub fn finish(mut self, take: &mut dyn FnMut(Token<&str>)) {
        self.settle(true, take);
    }
}

impl Tokenizer<Vec<u16>> {
    /// For UTF-16.
    #[must_use]
    pub fn utf16(options: Tokenization) -> Self {
        Self::with(options)
    }

    /// As [`Tokenizer::push`]; a chunk may end between the surrogates of a pair.
    pub fn push(&mut self, chunk: &[u16], take: &mut dyn FnMut(Token<Utf16<'_>>)) {
        for piece in chunk.chunks(PIECE) {
            self.held.extend_from_slice(piece);
            self.settle(false, take);
        }
    }

    /// Gives the tokens that were held back.
    pub fn finish(mut self, take: &mut dyn FnMut(Token<Utf16<'_>>)) {
        self.settle(true, take);
    }
}

impl<B: Held + 'static> Tokenizer<B> {
    fn with(options: Tokenization) -> Self {
        Self {
            held: B::default(),
            offset: 0,
            worth_from: 0,
            kinds: options.kinds,
            longest: options.longest,
            scanner: Scanner::new(options),
        }
    }

    fn settle(&mut self, is_end: bool, take: &mut dyn FnMut(Token<B::Text<'_>>)) {
        let text = if is_end { self.held.text() } else { self.held.whole_characters() };
        if !is_end && text.len() < self.worth_from {
            return;
        }
        let mut at = 0;
        while at < text.len() {
            let token = if is_end {
                Some(self.scanner.token(text, at))
            } else {
                self.scanner.settled_token(text, at)
            };
            let Some((end, kind)) = token else { break };
            if self.kinds.contains(kind) {
                take(Token { text: text.slice(at..end), start: self.offset + at, kind });
            }
            at = end;
        }
        self.worth_from = worth_from(text.len() - at, self.longest);
        self.held.remove_first(at);
        self.offset += at;
        self.scanner.forget_places();
    }
}

/// A long token that comes in small chunks is not to be read at each of them.
fn worth_from(held: usize, longest: usize) -> usize {
    const SHORT: usize = 256;
    // With a code point more than the longest token it is certain.
    if held < SHORT { 0 } else { (held + held / 4).min(longest.saturating_add(4)) }
}
