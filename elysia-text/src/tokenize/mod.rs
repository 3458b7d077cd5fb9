//! The words, numbers, marks and addresses of a text.
//!
//! A token is what UAX #29 has between two word boundaries, but for what a reader takes for one thing or for several:
//! - a run of white space, a URL, an e-mail address (`addresses.rs`, `urls.rs`) and an emoji (`emoji.rs`) are one;
//! - where a word boundary lies inside a grapheme cluster, as in Thai, it is none;
//! - a word ends before an address: before the colon of `see:https://example.com`.
//!
//! What a token is depends on nothing before it and, after it, on no more than `Tokenization::longest` units: this
//! keeps the work linear and lets [`Tokenizer`] find the same tokens in a stream.

mod addresses;
mod ascii;
mod emoji;
mod options;
mod scanner;
#[cfg(test)]
mod steps;
mod stream;
mod urls;
mod window;

use core::iter::FusedIterator;

use crate::text::Text;
pub use options::{Kind, Kinds, Token, Tokenization};
use scanner::Scanner;
pub use stream::Tokenizer;

/// The tokens of a text; see [`tokenize`].
#[derive(Clone, Debug)]
pub struct Tokens<T> {
    text: T,
    at: usize,
    kinds: Kinds,
    scanner: Scanner,
}

/// The tokens of `text`, in order, as slices of it; with [`Kinds::ALL`] they cover it.
///
/// Linear in the length of the text, whatever it is; nothing is allocated.
///
/// ```
/// use elysia_text::{Kind, Tokenization, tokenize};
///
/// let tokens: Vec<_> = tokenize("It's 3.14 (see https://example.com/a)! 👩‍🚀", Tokenization::new())
///     .map(|token| (token.kind, token.text))
///     .collect();
/// assert_eq!(
///     tokens,
///     [
///         (Kind::Word, "It's"),
///         (Kind::Number, "3.14"),
///         (Kind::Punctuation, "("),
///         (Kind::Word, "see"),
///         (Kind::Url, "https://example.com/a"),
///         (Kind::Punctuation, ")"),
///         (Kind::Punctuation, "!"),
///         (Kind::Emoji, "👩‍🚀"),
///     ]
/// );
/// ```
pub fn tokenize<T: Text>(text: T, options: Tokenization) -> Tokens<T> {
    Tokens { text, at: 0, kinds: options.kinds, scanner: Scanner::new(options) }
}

impl<T: Text> Tokens<T> {
    /// Begins at `at`, where a token ended, and goes on as if it had found those before.
    ///
    /// # Panics
    ///
    /// In what follows, if `at` is no boundary of code points.
    #[must_use]
    pub fn starting_at(self, at: usize) -> Self {
        Self { at, ..self }
    }
}

impl<T: Text> Iterator for Tokens<T> {
    type Item = Token<T>;

    #[inline]
    fn next(&mut self) -> Option<Token<T>> {
        let skips_spaces = !self.kinds.contains(Kind::Space);
        while self.at < self.text.len() {
            let start = if skips_spaces { ascii::after_space(self.text, self.at) } else { self.at };
            let (end, kind) = self.scanner.token(self.text, start);
            self.at = end;
            if self.kinds.contains(kind) {
                return Some(Token { text: self.text.slice(start..end), start, kind });
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.text.len() - self.at))
    }
}

impl<T: Text> FusedIterator for Tokens<T> {}
