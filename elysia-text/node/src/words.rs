//! `wordCount(text, mode)`.

use std::ffi::CStr;

use elysia_text::{Utf16, Words, word_count};

use crate::Function;
use crate::call::{Answer, Call};

/// `wordCount(text, mode)`: mode 0 is words between white space, 1 those of UAX #29.
pub(crate) struct WordCount;

impl Function for WordCount {
    const NAME: &CStr = c"wordCount";

    fn answer(call: &Call) -> Answer {
        let words = if call.number(1)? == 0 { Words::WhiteSpace } else { Words::Unicode };
        let count = call.units(0, |units| word_count(Utf16(units), words))?;
        call.integer(i32::try_from(count).unwrap_or(i32::MAX))
    }
}
