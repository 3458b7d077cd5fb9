//! A table that is unpacked when it is first asked: for WebAssembly, where bytes of the file count.

use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, Ordering};

use super::trie::{BLOCK, COMBINATIONS, INDEX, Packed};

/// A [`Trie`](super::trie::Trie) that is all zeros until then. Threads that unpack it at the same time write the same.
pub(super) struct LazyTrie<const BLOCKS: usize> {
    is_unpacked: AtomicBool,
    index: [AtomicU16; INDEX],
    blocks: [[AtomicU8; BLOCK]; BLOCKS],
    combinations: [AtomicU32; COMBINATIONS],
}

impl<const BLOCKS: usize> LazyTrie<BLOCKS> {
    pub(super) const fn new() -> Self {
        Self {
            is_unpacked: AtomicBool::new(false),
            index: [const { AtomicU16::new(0) }; INDEX],
            blocks: [const { [const { AtomicU8::new(0) }; BLOCK] }; BLOCKS],
            combinations: [const { AtomicU32::new(0) }; COMBINATIONS],
        }
    }

    /// What is known of `code_point`, in `packed`, which has to be the same each time; of numbers that are none, what is
    /// known of U+0000.
    #[inline]
    pub(super) fn get(&self, packed: &[u8], code_point: u32) -> u32 {
        if !self.is_unpacked.load(Ordering::Acquire) {
            unpack(packed, &self.index, self.blocks.as_flattened(), &self.combinations);
            self.is_unpacked.store(true, Ordering::Release);
        }
        let index = self.index.get(code_point as usize / BLOCK);
        let block = index.map_or(0, |block| block.load(Ordering::Relaxed));
        let number = self.blocks[block as usize][code_point as usize % BLOCK].load(Ordering::Relaxed);
        self.combinations[number as usize].load(Ordering::Relaxed)
    }
}

/// One for tables of all sizes.
#[cold]
#[inline(never)]
fn unpack(packed: &[u8], index: &[AtomicU16], blocks: &[AtomicU8], combinations: &[AtomicU32]) {
    let packed = Packed::new(packed);
    for (number, combination) in combinations.iter().enumerate().take(packed.combinations) {
        combination.store(packed.combination(number), Ordering::Relaxed);
    }
    let (mut places, mut block) = (index.iter(), 0_u16);
    for run in 0..packed.index_runs {
        let (step, length) = packed.index_run(run);
        block = block.wrapping_add(step);
        places.by_ref().take(length).for_each(|place| place.store(block, Ordering::Relaxed));
    }
    let mut places = blocks.iter();
    for run in 0..packed.runs {
        let (number, length) = packed.run(run);
        places.by_ref().take(length).for_each(|place| place.store(number, Ordering::Relaxed));
    }
}

#[cfg(all(test, not(miri)))]
mod tests {
    use super::*;
    use crate::tables::{PACKED, properties};

    #[test]
    fn it_is_the_table_that_the_compiler_unpacks() {
        static TABLE: LazyTrie<{ Packed::blocks_in(PACKED) }> = LazyTrie::new();
        for code_point in (0..0x11_0000).chain([0x11_0000, u32::MAX]) {
            assert_eq!(TABLE.get(PACKED, code_point), properties(code_point).0, "U+{code_point:04X}");
        }
    }
}
