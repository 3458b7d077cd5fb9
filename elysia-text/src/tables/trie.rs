//! From code points to properties: a table of blocks of 128 code points, a byte each, which numbers a combination.

const BLOCK: usize = 128;
const INDEX: usize = 0x11_0000 / BLOCK;

/// The file: `u16` blocks, `u8` combinations; the combinations, `u32` each; runs that make up the index, each a block (`u16`) and a
/// length (`u16`); runs that make up the blocks, each a combination and a length less one (`u8` each). Numbers are little endian.
pub(super) struct Trie<const BLOCKS: usize> {
    index: [u16; INDEX],
    blocks: [[u8; BLOCK]; BLOCKS],
    combinations: [u32; 256],
}

impl<const BLOCKS: usize> Trie<BLOCKS> {
    pub(super) const fn blocks_in(packed: &[u8]) -> usize {
        u16_at(packed, 0)
    }

    pub(super) const fn unpack(packed: &[u8]) -> Self {
        let mut trie = Self { index: [0; INDEX], blocks: [[0; BLOCK]; BLOCKS], combinations: [0; 256] };
        let count = packed[2] as usize;
        let mut at = 3;
        let mut filled = 0;
        while filled < count {
            trie.combinations[filled] = (u16_at(packed, at) | u16_at(packed, at + 2) << 16) as u32;
            at += 4;
            filled += 1;
        }
        filled = 0;
        while filled < INDEX {
            let end = filled + u16_at(packed, at + 2);
            while filled < end {
                trie.index[filled] = u16_at(packed, at) as u16;
                filled += 1;
            }
            at += 4;
        }
        filled = 0;
        while filled < BLOCKS * BLOCK {
            let end = filled + packed[at + 1] as usize + 1;
            while filled < end {
                trie.blocks[filled / BLOCK][filled % BLOCK] = packed[at];
                filled += 1;
            }
            at += 2;
        }
        trie
    }

    /// What is known of `code_point`; of numbers that are none, what is known of U+0000.
    #[inline]
    pub(super) const fn get(&self, code_point: u32) -> u32 {
        let number = code_point as usize / BLOCK;
        let block = if number < INDEX { self.index[number] } else { 0 };
        self.combinations[self.blocks[block as usize][code_point as usize % BLOCK] as usize]
    }
}

const fn u16_at(bytes: &[u8], at: usize) -> usize {
    bytes[at] as usize | (bytes[at + 1] as usize) << 8
}

/// The opposite of [`Trie::unpack`].
#[cfg(all(test, not(miri)))]
pub(super) fn pack(value_of: impl Fn(u32) -> u32) -> Vec<u8> {
    let mut combinations = Vec::new();
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    let mut index = Vec::new();
    for first in (0..0x11_0000).step_by(BLOCK) {
        let number_of = |code_point| {
            let value = value_of(code_point);
            let known = combinations.iter().position(|combination| *combination == value);
            let number = known.unwrap_or_else(|| {
                combinations.push(value);
                combinations.len() - 1
            });
            u8::try_from(number).expect("no more than 256 combinations")
        };
        let block: Vec<u8> = (first..first + BLOCK as u32).map(number_of).collect();
        index.push(blocks.iter().position(|known| *known == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        }));
    }
    let mut packed = Vec::new();
    let put = |packed: &mut Vec<u8>, number: usize| {
        packed.extend(u16::try_from(number).expect("a small number").to_le_bytes());
    };
    put(&mut packed, blocks.len());
    packed.push(u8::try_from(combinations.len()).expect("no more than 255 combinations"));
    packed.extend(combinations.iter().flat_map(|combination| combination.to_le_bytes()));
    for run in index.chunk_by(|a, b| a == b) {
        put(&mut packed, run[0]);
        put(&mut packed, run.len());
    }
    for run in blocks.concat().chunk_by(|a, b| a == b).flat_map(|run| run.chunks(256)) {
        packed.extend([run[0], u8::try_from(run.len() - 1).expect("chunks of 256")]);
    }
    packed
}
