//! Texts by hash: segments of a node, and whole paths.

use crate::word::{Words, lower};

pub(crate) const NONE: u32 = u32::MAX;

/// How many texts of the same ends may be compared one by one before the middle is hashed too.
const ALIKE: usize = 4;
/// How many seeds are tried for one that lets no text wait behind another: with many texts there is hardly one.
const SEEDS: u64 = 64;
const SEEDS_FOR_MANY: u64 = 8;
const MANY: usize = 24;

/// A text and where it leads.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    key: Key,
    /// Where the text stands among all texts.
    text: u32,
    pub(crate) route: u32,
    pub(crate) node: u32,
}

/// A text by its ends: up to 16 bytes it is all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    len: u32,
}

/// Where the texts of one node stand among all slots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Index {
    seed: u64,
    base: u32,
    mask: u32,
    /// Whether `last` is a hash of everything after the first eight bytes.
    deep: bool,
}

/// All indices of a table, in one piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
    texts: Vec<u8>,
}

const EMPTY: Slot = Slot { key: Key { first: 0, last: 0, len: NONE }, text: 0, route: NONE, node: NONE };

impl Slots {
    /// Makes an index of texts, each with its route and node.
    pub(crate) fn add<'a>(&mut self, entries: impl Iterator<Item = (&'a str, u32, u32)>) -> Option<Index> {
        let entries: Vec<(&str, u32, u32)> = entries.collect();
        if entries.is_empty() {
            return None;
        }
        let keys = |deep| entries.iter().map(|(text, ..)| Key::of(text, deep)).collect::<Vec<_>>();
        let deep = most_alike(&keys(false)) > ALIKE;
        let keys = keys(deep);
        let mask = (keys.len() * 2).next_power_of_two() as u32 - 1;
        let seed = best_seed(&keys, mask);

        let base = self.slots.len();
        self.slots.resize(base + mask as usize + 1, EMPTY);
        for (key, (text, route, node)) in keys.into_iter().zip(entries) {
            let mut place = key.hash(seed) & mask;
            while self.slots[base + place as usize].key.len != NONE {
                place = (place + 1) & mask;
            }
            let slot = Slot { key, text: self.texts.len() as u32, route, node };
            self.texts.extend_from_slice(text.as_bytes());
            self.slots[base + place as usize] = slot;
        }
        Some(Index { seed, base: base as u32, mask, deep })
    }

    /// The slot of the text from `start` to `end`, whose first word is given.
    #[inline(always)] // As a call, its arguments went through memory: 8 % of a match.
    pub(crate) fn get<const FOLD: bool>(
        &self,
        index: &Index,
        words: Words<'_>,
        start: usize,
        end: usize,
        first: u64,
    ) -> Option<&Slot> {
        let key = Key::read::<FOLD>(words, start, end, first, index.deep);
        let mut place = key.hash(index.seed) & index.mask;
        loop {
            let slot = self.slots.get((index.base + place) as usize)?;
            if slot.key == key && (key.len <= 16 || self.same_middle::<FOLD>(slot, words, start, end)) {
                return Some(slot);
            }
            if slot.key.len == NONE {
                return None;
            }
            place = (place + 1) & index.mask;
        }
    }

    #[inline(never)]
    fn same_middle<const FOLD: bool>(&self, slot: &Slot, words: Words<'_>, start: usize, end: usize) -> bool {
        let text = slot.text as usize + 8;
        let own = &self.texts[text..text + (end - start) - 16];
        let other = &words.bytes()[start + 8..end - 8];
        if FOLD { own.eq_ignore_ascii_case(other) } else { own == other }
    }
}

impl Key {
    fn of(text: &str, deep: bool) -> Self {
        let words = Words::new(text.as_bytes());
        Self::read::<false>(words, 0, text.len(), words.at(0), deep)
    }

    #[inline]
    fn read<const FOLD: bool>(words: Words<'_>, start: usize, end: usize, first: u64, deep: bool) -> Self {
        let fold = |word| if FOLD { lower(word) } else { word };
        let len = end - start;
        let last = match len {
            0..8 => 0,
            17.. if deep => {
                (start + 8..end - 8).step_by(8).fold(fold(words.at(end - 8)), |last, at| {
                    // The last step may reach into the last word: what it sees is part of the text.
                    mix(last ^ 0x9e37_79b9_7f4a_7c15, fold(words.at(at)) ^ (at - start) as u64)
                })
            }
            _ => fold(words.at(end - 8)),
        };
        Self { first: fold(first), last, len: len as u32 }
    }

    #[inline]
    fn hash(self, seed: u64) -> u32 {
        mix(self.first ^ seed, self.last ^ 0xe703_7ed1_a0b4_28db) as u32
    }
}

#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// How many of the keys are the same as the one that most are.
fn most_alike(keys: &[Key]) -> usize {
    let mut keys: Vec<(u64, u64, u32)> = keys.iter().map(|key| (key.first, key.last, key.len)).collect();
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or(0)
}

fn best_seed(keys: &[Key], mask: u32) -> u64 {
    let mut best = (usize::MAX, 0);
    let seeds = if keys.len() < MANY { SEEDS } else { SEEDS_FOR_MANY };
    for seed in (1..=seeds).map(|number: u64| number.wrapping_mul(0xa076_1d64_78bd_642f)) {
        best = best.min((displaced(keys, seed, mask), seed));
        if best.0 == 0 {
            break;
        }
    }
    best.1
}

/// How far texts would stand from their places, together.
fn displaced(keys: &[Key], seed: u64, mask: u32) -> usize {
    let mut taken = vec![false; mask as usize + 1];
    let mut displaced = 0;
    for key in keys {
        let mut place = key.hash(seed) & mask;
        while std::mem::replace(&mut taken[place as usize], true) {
            place = (place + 1) & mask;
            displaced += 1;
        }
    }
    displaced
}
