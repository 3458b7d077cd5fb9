//! Counting words.

use crate::tables::properties;
use crate::text::Text;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Words {
    /// What stands between white space (`White_Space`), as `wc -w` counts.
    #[default]
    WhiteSpace,
    /// A segment of UAX #29 that has a letter or a number in it.
    Unicode,
}

/// How many words `text` has.
pub fn word_count(text: impl Text, _words: Words) -> usize {
    let (mut at, mut count, mut is_inside) = (0, 0, false);
    while at < text.len() {
        let (code_point, next) = text.decode(at);
        let is_space = properties(code_point).is_white_space();
        count += usize::from(!is_space && !is_inside);
        (is_inside, at) = (!is_space, next);
    }
    count
}
