//! `tokens(text, options, longest, found)`: the tokens of a text in batches.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::CStr;

use elysia_text::{Kind, Kinds, Tokenization, Utf16, tokenize};

use crate::Function;
use crate::call::{Answer, Call, Forget};

/// `tokens(text, options, longest, found)`: writes start, end and kind of the first tokens into a `Uint32Array`. How many
/// it were if those are all, else a value to go on with.
pub(crate) struct Start;

/// `moreTokens(rest, found)`: how many more it were; fewer than there is room for if those are the last.
pub(crate) struct Continue;

/// `noMoreTokens(rest)`: frees what is kept for going on.
pub(crate) struct Stop;

/// A text whose tokens have not been asked for to the end.
struct Rest {
    units: Box<[u16]>,
    at: usize,
    options: Tokenization,
}

impl Function for Start {
    const NAME: &CStr = c"tokens";

    fn answer(call: &Call) -> Answer {
        let options = tokenization(call.number(1)?, call.number(2)?);
        let (count, rest) = call.units(0, |units| {
            call.numbers(3, |found| {
                let (count, at) = fill(found, units, 0, options);
                (count, at.map(|at| Rest { units: units.into(), at, options }))
            })
        })??;
        match rest {
            None => call.integer(count),
            Some(rest) => {
                let bytes = rest.bytes();
                call.token::<Rest>(rest.keep(), bytes)
            }
        }
    }
}

impl Function for Continue {
    const NAME: &CStr = c"moreTokens";

    fn answer(call: &Call) -> Answer {
        let id = call.id(0)?;
        let Some(mut rest) = Rest::take(id) else { return call.integer(0) };
        let (count, at) = call.numbers(1, |found| fill(found, &rest.units, rest.at, rest.options))?;
        match at {
            None => call.freed(rest.bytes()),
            Some(at) => {
                rest.at = at;
                rest.put_back(id);
            }
        }
        call.integer(count)
    }
}

impl Function for Stop {
    const NAME: &CStr = c"noMoreTokens";

    fn answer(call: &Call) -> Answer {
        call.freed(Rest::forget(call.id(0)?));
        call.undefined()
    }
}

/// How many tokens were found, and where to go on if there was room for no more.
fn fill(found: &mut [u32], units: &[u16], at: usize, options: Tokenization) -> (i32, Option<usize>) {
    let (places, mut count, mut end) = (found.len() / 3, 0, at);
    let tokens = tokenize(Utf16(units), options).starting_at(at);
    for (place, token) in found.chunks_exact_mut(3).zip(tokens) {
        end = token.end();
        place.copy_from_slice(&[token.start as u32, end as u32, token.kind as u32]);
        count += 1;
    }
    (count as i32, (count == places && end < units.len()).then_some(end))
}

/// Bits of `options`: the kinds by number, which index.js knows, and 9: URLs and addresses are tokens.
fn tokenization(options: u32, longest: u32) -> Tokenization {
    let chosen: Kinds = Kind::ALL.into_iter().filter(|kind| options & 1 << *kind as u32 != 0).collect();
    Tokenization::new().kinds(chosen).addresses(options & 1 << 9 != 0).longest(longest as usize)
}

thread_local! {
    /// What JavaScript may go on with, by a number that is never used again. Numbers instead of pointers: whatever
    /// value comes back from JavaScript, nothing is followed.
    static KEPT: RefCell<HashMap<usize, Rest>> = RefCell::default();
    static LAST_ID: Cell<usize> = const { Cell::new(0) };
}

impl Rest {
    fn bytes(&self) -> usize {
        size_of_val(&*self.units)
    }

    fn keep(self) -> usize {
        let id = LAST_ID.get() + 1;
        LAST_ID.set(id);
        self.put_back(id);
        id
    }

    fn put_back(self, id: usize) {
        KEPT.with_borrow_mut(|kept| kept.insert(id, self));
    }

    fn take(id: usize) -> Option<Self> {
        // Finalizers run when a thread ends as well, and nothing may be kept any more then.
        KEPT.try_with(|kept| kept.borrow_mut().remove(&id)).ok().flatten()
    }
}

impl Forget for Rest {
    fn forget(id: usize) -> usize {
        Self::take(id).map_or(0, |rest| rest.bytes())
    }
}
