//! `normalize(text, options)`.

use std::borrow::Cow;
use std::ffi::CStr;

use elysia_text::{Form, Normalization, Utf16, normalize_utf16};

use crate::Function;
use crate::call::{Answer, Call};

/// `normalize(text, options)`: the text itself where nothing changes. Bits 0 to 2 of the options are the form (4: as it
/// is), 3 to 6 are the clean-ups.
pub(crate) struct Normalize;

impl Function for Normalize {
    const NAME: &CStr = c"normalize";

    fn answer(call: &Call) -> Answer {
        let options = normalization(call.number(1)?);
        call.units(0, |units| match normalize_utf16(Utf16(units), options) {
            Cow::Borrowed(same) if same.len() == units.len() => Ok(call.argument(0)),
            changed => call.string(&changed),
        })?
    }
}

fn normalization(bits: u32) -> Normalization {
    let mut to = match bits & 0b111 {
        0 => Normalization::new(Form::Nfc),
        1 => Normalization::new(Form::Nfd),
        2 => Normalization::new(Form::Nfkc),
        3 => Normalization::new(Form::Nfkd),
        _ => Normalization::none(),
    };
    let clean_ups = [
        Normalization::strip_controls,
        Normalization::case_fold,
        Normalization::collapse_white_space,
        Normalization::trim,
    ];
    for (index, clean_up) in clean_ups.into_iter().enumerate() {
        if bits & 1 << (index + 3) != 0 {
            to = clean_up(to);
        }
    }
    to
}
