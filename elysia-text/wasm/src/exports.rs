//! What JavaScript calls.
#![allow(unsafe_code, reason = "the names of exports must not be mangled")]

use core::arch::wasm32;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

use elysia_text::{UNICODE_VERSION, Words};

use crate::{batch, clean, cut, memory, window};

/// Atomics are plain memory here.
static OUTPUT: [AtomicU32; OUTPUT_LENGTH] = [const { AtomicU32::new(0) }; OUTPUT_LENGTH];
const OUTPUT_LENGTH: usize = 1 + 2 * batch::MOST;

fn put(place: usize, number: usize) {
    OUTPUT[place].store(number as u32, Ordering::Relaxed);
}

/// JavaScript sees a `WebAssembly.RuntimeError`.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}

/// Where `units` units of text can be written. What was written before is gone.
#[unsafe(no_mangle)]
extern "C" fn input(units: usize) -> *mut u16 {
    memory::begin(units)
}

/// Where results of several `u32` are.
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u32 {
    OUTPUT.as_ptr().cast()
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
    put(0, end);
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
    put(0, result.as_ptr().addr());
    put(1, result.len());
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
    let mut count = 0;
    let next = batch::tokens(memory::text(units), all, from, &wanted, |start, end, kind| {
        put(1 + 2 * count, start);
        put(2 + 2 * count, end << 4 | kind as usize);
        count += 1;
    });
    put(0, next);
    count
}
