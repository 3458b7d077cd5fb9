//! Enough stack for a recursive parser.
//!
//! The parser, the transformer and the printer recurse as deeply as the source nests and have no limit of their own, so
//! a file of a million brackets would end the process. How deep a source can nest at all is bounded by its punctuation:
//! that is counted first, and a source whose bound does not fit into the stack at hand is worked on by a thread with a
//! stack that is large enough (only the pages that are used cost memory).

use std::thread;

/// Stack that a level of nesting may take, found by measuring: the worst case of all passes, with reserve.
const LEVEL: usize = if cfg!(debug_assertions) { 16 << 10 } else { 2 << 10 };

/// Stack that every thread is expected to have left.
const INLINE: usize = if cfg!(debug_assertions) { 768 << 10 } else { 512 << 10 };

/// The largest stack that is asked for, and so the deepest nesting that is accepted.
const LARGEST: usize = 1 << 30;

/// The source nests too deeply to be parsed safely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooDeep;

/// Runs `work` on `source` with a stack that is large enough for it.
pub(crate) fn with_room<T: Send>(source: &str, work: impl FnOnce() -> T + Send) -> Result<T, TooDeep> {
    let need = nesting_bound(source.as_bytes()).saturating_mul(LEVEL);
    if need <= INLINE {
        return Ok(work());
    }
    let need =
        if need <= LARGEST { need } else { bracket_depth(source.as_bytes()).saturating_mul(LEVEL * 8) };
    if need > LARGEST {
        return Err(TooDeep);
    }
    let size = need.max(8 << 20) + INLINE;
    thread::scope(|scope| {
        let worker = thread::Builder::new().name("parser".into()).stack_size(size).spawn_scoped(scope, work);
        worker.map_err(|_| TooDeep)?.join().map_err(|_| TooDeep)
    })
}

/// No source nests deeper than this: a level takes at least one byte of punctuation, or a word with what ends it.
fn nesting_bound(source: &[u8]) -> usize {
    let mut word = false;
    source
        .iter()
        .map(|&byte| {
            let ended = word;
            word = byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'_' || byte == b'$';
            usize::from(!word && (ended || !byte.is_ascii_whitespace()))
        })
        .sum()
}

/// How deeply brackets nest, without regard to strings and comments: a second look at sources that are so large that
/// the bound says nothing.
fn bracket_depth(source: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    for byte in source {
        match byte {
            b'(' | b'[' | b'{' | b'<' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' | b'>' | b'\n' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
