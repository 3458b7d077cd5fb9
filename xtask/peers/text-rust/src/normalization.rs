//! unicode-normalization: iterators, whose characters are collected; and the same behind its quick check.

use std::borrow::Cow;

use harness::Figure;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};

use crate::{CHECKED, agreeing};

pub(crate) fn figure(work: &str, text: String) -> Option<Figure> {
    let one = collected(work)?;
    Some(agreeing(text, one, one))
}

/// Nothing is collected of what the quick check is sure about.
pub(crate) fn quick_check(work: &str, text: String) -> Option<Figure> {
    type Check = fn(std::str::Chars<'_>) -> IsNormalized;
    let check: Check = match work {
        "nfc" => |text| is_nfc_quick(text),
        "nfd" => |text| is_nfd_quick(text),
        "nfkc" => |text| is_nfkc_quick(text),
        "nfkd" => |text| is_nfkd_quick(text),
        _ => return None,
    };
    let one = collected(work)?;
    (check(text.chars()) == IsNormalized::Yes).then(|| {
        Figure::calls(move || match check(std::hint::black_box(&text).chars()) {
            IsNormalized::Yes => None,
            _ => Some(one(&text)),
        })
    })
}

/// The text in a form.
pub(crate) fn collected(form: &str) -> Option<fn(&str) -> String> {
    Some(match form {
        "nfc" => |text| text.nfc().collect(),
        "nfd" => |text| text.nfd().collect(),
        "nfkc" => |text| text.nfkc().collect(),
        "nfkd" => |text| text.nfkd().collect(),
        _ => return None,
    })
}

/// Calls `one`, after a look at whether it brings the text to the form.
pub(crate) fn checked(form: &str, text: String, one: impl Fn(&str) -> Cow<'_, str> + 'static) -> Figure {
    let expected = collected(form).expect("because peers ask for forms");
    if text.len() <= CHECKED {
        assert!(one(&text) == expected(&text), "the text is in the form");
    }
    Figure::calls(move || {
        // What is borrowed cannot leave with the text that it is a part of.
        std::hint::black_box(&one(std::hint::black_box(&text))).len()
    })
}
