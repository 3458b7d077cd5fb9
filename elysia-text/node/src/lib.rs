//! `elysia-text` as a Node-API addon: what `index.js` calls, with arguments that it has checked.
//!
//! A call costs as much as crossing into the host once for each argument, so arguments are few and numbers where they
//! can be: options are bits, what is cut off is a number and the string is cut in JavaScript, tokens are numbers in a
//! typed array. Characters are read as UTF-16, since Node-API does not tell which strings are Latin-1, and into the
//! stack if they are few.

mod call;
mod cut;
mod normalize;
mod tokens;
mod words;

use std::ffi::CStr;

use call::{Answer, Call};

/// A function of the addon.
trait Function {
    /// Its name in JavaScript.
    const NAME: &CStr;

    fn answer(call: &Call) -> Answer;
}

call::addon! {
    normalize::Normalize,
    words::WordCount,
    cut::Cut,
    cut::CutWithEllipsis,
    tokens::Start,
    tokens::Continue,
    tokens::Stop,
    UnicodeVersion,
}

/// `unicodeVersion()`: the version of Unicode, as in `"18.0.0"`.
struct UnicodeVersion;

impl Function for UnicodeVersion {
    const NAME: &CStr = c"unicodeVersion";

    fn answer(call: &Call) -> Answer {
        let (major, minor, update) = elysia_text::UNICODE_VERSION;
        call.string(&format!("{major}.{minor}.{update}").encode_utf16().collect::<Vec<_>>())
    }
}
