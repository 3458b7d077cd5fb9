//! `cut(text, limit, unit)`: where `truncate` cuts.

use std::ffi::CStr;

use elysia_text::{Truncation, Unit, Utf16};

use crate::Function;
use crate::call::{Answer, Call};

/// `cut(text, limit, unit)`: where what is kept ends.
pub(crate) struct Cut;

/// `cutWithEllipsis(text, limit, unit, ellipsis)`: the same; with all bits inverted where the ellipsis follows.
pub(crate) struct CutWithEllipsis;

impl Function for Cut {
    const NAME: &CStr = c"cut";

    fn answer(call: &Call) -> Answer {
        call.integer(cut(call, "")?.end as i32)
    }
}

impl Function for CutWithEllipsis {
    const NAME: &CStr = c"cutWithEllipsis";

    fn answer(call: &Call) -> Answer {
        let cut = cut(call, &call.utf8(3)?)?;
        let end = cut.end as i32;
        call.integer(if cut.has_ellipsis { !end } else { end })
    }
}

/// Reads no more of the text than it takes.
fn cut(call: &Call, ellipsis: &str) -> Result<elysia_text::Cut, crate::call::Failure> {
    let limit = call.number(1)? as usize;
    let unit = match call.number(2)? {
        0 => Unit::Graphemes,
        1 => Unit::Bytes,
        2 => Unit::Characters,
        3 => Unit::Words,
        _ => Unit::Columns,
    };
    let truncation = Truncation::new(limit, unit);
    // A few units more, since what comes next has to be seen; and letters of a word.
    let expected = limit.saturating_mul(if unit == Unit::Words { 8 } else { 1 }).saturating_add(63);
    call.beginning(0, expected, |units, is_whole| {
        let cut = truncation.cut(Utf16(units));
        let is_decided = is_whole || begins_with_cluster(&units[cut.end..]);
        let is_final = is_whole && cut.end == units.len() || ellipsis.is_empty();
        is_decided.then(|| if is_final { cut } else { truncation.ellipsis(ellipsis).cut(Utf16(units)) })
    })
}

/// Whether a whole cluster is there, however the text goes on: its end depends on nothing but the first code point after
/// it. If it is more than the limit allows, so is the text.
fn begins_with_cluster(units: &[u16]) -> bool {
    Truncation::new(1, Unit::Graphemes).cut(Utf16(units)).end < units.len()
}
