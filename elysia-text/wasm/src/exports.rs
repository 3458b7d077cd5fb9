//! What JavaScript calls.
#![allow(unsafe_code, reason = "the names of exports must not be mangled")]

use std::cell::RefCell;

use elysia_text::{UNICODE_VERSION, Words};

use crate::{batch, clean, cut, memory, window};

thread_local! {
    static OUTPUT: RefCell<[u32; batch::OUTPUT]> = const { RefCell::new([0; batch::OUTPUT]) };
}

/// Where `units` units of text can be written. What was written before is gone.
#[unsafe(no_mangle)]
extern "C" fn input(units: usize) -> *mut u16 {
    memory::begin(units)
}

/// Where results of several `u32` are.
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u32 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

/// Major, minor and update, a byte each.
#[unsafe(no_mangle)]
extern "C" fn unicode_version() -> u32 {
    let (major, minor, update) = UNICODE_VERSION;
    u32::from(major) << 16 | u32::from(minor) << 8 | u32::from(update)
}

/// The words in the first `units` units, which are the text or its beginning: by white space, or by UAX #29. The output is up
/// to where they are counted: the end, or a place from where the rest can be counted as a text of its own, or 0.
#[unsafe(no_mangle)]
extern "C" fn words(units: usize, all: bool, unicode: bool) -> usize {
    let words = if unicode { Words::Unicode } else { Words::WhiteSpace };
    let (count, end) = window::count_words(memory::text(units), all, words);
    OUTPUT.with_borrow_mut(|output| output[0] = end as u32);
    count
}

/// Where to cut the first `units` units, which are the text or its beginning; the ellipsis is behind them. The end, times
/// two, and one more if the ellipsis follows; all ones when the beginning does not tell.
#[unsafe(no_mangle)]
extern "C" fn cut(units: usize, all: bool, limit: usize, unit: usize, ellipsis: usize) -> u32 {
    let (text, ellipsis) = memory::text(units + ellipsis).split_at(units);
    cut::cut(text, all, limit, unit, ellipsis)
}

/// Cleans the first `units` units up; `steps` are the bits of [`clean::STRIP`] and so on. The output is where the result
/// begins in memory, and its length in units.
#[unsafe(no_mangle)]
extern "C" fn clean(units: usize, steps: u32) {
    let result = clean::clean(memory::text(units), steps);
    OUTPUT.with_borrow_mut(|output| {
        [output[0], output[1]] = [result.as_ptr().addr() as u32, result.len() as u32]
    });
}

/// Tokens of the first `units` units, which are the text or its beginning, from unit `from` on, where a token begins. The
/// output is where to go on, and of each token the first unit, and its end times 16 and its kind; gives the number of
/// tokens. Where to go on is `from` itself when the beginning does not tell what the first token is.
#[unsafe(no_mangle)]
extern "C" fn tokens(
    units: usize,
    all: bool,
    from: usize,
    kinds: u32,
    addresses: bool,
    longest: usize,
) -> usize {
    let wanted = batch::Wanted { kinds, addresses, longest };
    OUTPUT.with_borrow_mut(|output| batch::tokens(memory::text(units), all, from, &wanted, output))
}
