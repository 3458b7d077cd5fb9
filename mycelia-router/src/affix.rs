//! Segments with text and parameters, where there are many: by what they begin and end with.

use crate::index::{Index, Slots};
use crate::plan::PlanDynamic;
use crate::word::Words;

/// Up to so many are tried one after the other.
const FEW: usize = 4;

/// The lengths of prefixes and suffixes, each with the texts of that length.
#[derive(Clone, Debug, Default)]
pub(crate) struct Affixes {
    lengths: Vec<Affix>,
}

/// The prefixes, or suffixes, of one length. They lead to a range: of suffixes, or of dynamic segments.
#[derive(Clone, Debug)]
pub(crate) struct Affix {
    len: usize,
    index: Index,
}

type Range = (u32, u32);

impl Affixes {
    /// Makes an index of the dynamic segments of a node, if they are many, and puts them in its order. `first` is the number that
    /// the first of them will have. Whatever a segment can be stays in the order of the plan: of each length one prefix fits.
    pub(crate) fn add<'a>(
        &mut self,
        dynamics: &'a [PlanDynamic],
        first: u32,
        slots: &mut Slots,
    ) -> (Range, Vec<&'a PlanDynamic>) {
        let mut ordered: Vec<&PlanDynamic> = dynamics.iter().collect();
        if dynamics.len() <= FEW {
            return ((0, 0), ordered);
        }
        let order = |text: &'a str| (std::cmp::Reverse(text.len()), text);
        ordered.sort_by_key(|dynamic| (order(&dynamic.prefix), order(dynamic.suffix())));

        let mut prefixes = Vec::new();
        let mut number = first;
        for same_prefix in ordered.chunk_by(|own, other| own.prefix == other.prefix) {
            let mut suffixes = Vec::new();
            for same_suffix in same_prefix.chunk_by(|own, other| own.suffix() == other.suffix()) {
                let next = number + same_suffix.len() as u32;
                suffixes.push((same_suffix[0].suffix(), number, next));
                number = next;
            }
            let (from, to) = self.add_lengths(&suffixes, slots);
            prefixes.push((same_prefix[0].prefix.as_str(), from, to));
        }
        (self.add_lengths(&prefixes, slots), ordered)
    }

    /// Texts, longer ones first, each with a range.
    fn add_lengths(&mut self, texts: &[(&str, u32, u32)], slots: &mut Slots) -> Range {
        let from = self.lengths.len() as u32;
        for same_length in texts.chunk_by(|own, other| own.0.len() == other.0.len()) {
            let index = slots.add(same_length.iter().copied());
            self.lengths.extend(index.map(|index| Affix { len: same_length[0].0.len(), index }));
        }
        (from, self.lengths.len() as u32)
    }

    pub(crate) fn of(&self, (from, to): Range) -> &[Affix] {
        &self.lengths[from as usize..to as usize]
    }
}

impl Affix {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Where the text at `place`, in a segment from `start` to `end`, leads.
    pub(crate) fn get<const FOLD: bool>(
        &self,
        slots: &Slots,
        words: Words<'_>,
        start: usize,
        end: usize,
        place: usize,
    ) -> Option<Range> {
        if place < start || place + self.len > end {
            return None;
        }
        let first = words.first(place, place + self.len);
        let slot = slots.get::<FOLD>(&self.index, words, place, place + self.len, first)?;
        Some((slot.route, slot.node))
    }
}

impl PlanDynamic {
    /// The text after the last parameter.
    fn suffix(&self) -> &str {
        self.parameters.last().map_or("", |parameter| &parameter.after)
    }
}
