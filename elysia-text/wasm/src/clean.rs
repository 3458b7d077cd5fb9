//! The clean-ups of normalization; the forms are the host's.

extern crate alloc;

use alloc::borrow::Cow;

use elysia_text::{Normalization, Utf16, normalize_utf16};

pub(crate) const STRIP: u32 = 1;
pub(crate) const FOLD: u32 = 2;
pub(crate) const COLLAPSE: u32 = 4;
pub(crate) const TRIM: u32 = 8;

pub(crate) fn clean(text: &[u16], steps: u32) -> &[u16] {
    let mut to = Normalization::none();
    if steps & STRIP != 0 {
        to = to.strip_controls();
    }
    if steps & FOLD != 0 {
        to = to.case_fold();
    }
    if steps & COLLAPSE != 0 {
        to = to.collapse_white_space();
    }
    if steps & TRIM != 0 {
        to = to.trim();
    }
    match normalize_utf16(Utf16(text), to) {
        Cow::Borrowed(part) => part,
        // Its memory is given up with the text's.
        Cow::Owned(made) => made.leak(),
    }
}
