//! From code points to properties: a table of blocks of 128 code points, a byte each, which numbers a combination.

pub(super) const BLOCK: usize = 128;
pub(super) const INDEX: usize = 0x11_0000 / BLOCK;
pub(super) const COMBINATIONS: usize = 256;

/// A table that the compiler unpacks.
#[cfg(not(target_arch = "wasm32"))]
pub(super) struct Trie<const BLOCKS: usize> {
    index: [u16; INDEX],
    blocks: [[u8; BLOCK]; BLOCKS],
    combinations: [u32; COMBINATIONS],
}

#[cfg(not(target_arch = "wasm32"))]
impl<const BLOCKS: usize> Trie<BLOCKS> {
    pub(super) const fn unpack(packed: &[u8]) -> Self {
        let mut trie =
            Self { index: [0; INDEX], blocks: [[0; BLOCK]; BLOCKS], combinations: [0; COMBINATIONS] };
        let packed = Packed::new(packed);
        let mut number = 0;
        while number < packed.combinations {
            trie.combinations[number] = packed.combination(number);
            number += 1;
        }
        let (mut run, mut block, mut at) = (0, 0, 0);
        while run < packed.index_runs {
            let (step, length) = packed.index_run(run);
            block = step.wrapping_add(block);
            let end = at + length;
            while at < end {
                trie.index[at] = block;
                at += 1;
            }
            run += 1;
        }
        (run, at) = (0, 0);
        while run < packed.runs {
            let (number, length) = packed.run(run);
            let end = at + length;
            while at < end {
                trie.blocks[at / BLOCK][at % BLOCK] = number;
                at += 1;
            }
            run += 1;
        }
        trie
    }

    /// What is known of `code_point`; of numbers that are none, what is known of U+0000.
    #[inline]
    pub(super) const fn get(&self, code_point: u32) -> u32 {
        let place = code_point as usize / BLOCK;
        let block = if place < INDEX { self.index[place] } else { 0 };
        self.combinations[self.blocks[block as usize][code_point as usize % BLOCK] as usize]
    }
}

/// The file: how many blocks, index runs and runs there are (`u16`), and how many combinations (`u8`); the combinations
/// (`u32`). The runs that make up the index, each how much larger the block's number is than that of the run before
/// (wrapping) and a length (`u16`). The runs that make up the blocks, each a combination's number and a length less one
/// (`u8`).
///
/// Of a list, the first bytes of all its numbers stand together, then the second ones, and so on, low ones first: so less
/// is left of the file when it is compressed.
pub(super) struct Packed<'a> {
    bytes: &'a [u8],
    pub(super) combinations: usize,
    pub(super) index_runs: usize,
    pub(super) runs: usize,
}

impl<'a> Packed<'a> {
    const HEADER: usize = 7;

    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        let header = Self { bytes, combinations: bytes[6] as usize, index_runs: 0, runs: 0 };
        Self { index_runs: header.u16_at(2, 1), runs: header.u16_at(4, 1), ..header }
    }

    pub(super) const fn blocks_in(bytes: &'a [u8]) -> usize {
        Self::new(bytes).u16_at(0, 1)
    }

    pub(super) const fn combination(&self, number: usize) -> u32 {
        let (at, count) = (Self::HEADER + number, self.combinations);
        (self.u16_at(at, count) | self.u16_at(at + 2 * count, count) << 16) as u32
    }

    /// What is to be added to the block's number, and how many times it follows.
    pub(super) const fn index_run(&self, run: usize) -> (u16, usize) {
        let (at, count) = (Self::HEADER + 4 * self.combinations + run, self.index_runs);
        (self.u16_at(at, count) as u16, self.u16_at(at + 2 * count, count))
    }

    /// A combination's number, and how many times it follows.
    pub(super) const fn run(&self, run: usize) -> (u8, usize) {
        let at = Self::HEADER + 4 * self.combinations + 4 * self.index_runs + run;
        (self.bytes[at], self.bytes[at + self.runs] as usize + 1)
    }

    /// The number whose bytes are `step` apart.
    const fn u16_at(&self, at: usize, step: usize) -> usize {
        self.bytes[at] as usize | (self.bytes[at + step] as usize) << 8
    }
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
        let place = blocks.iter().position(|known| *known == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        });
        index.push(u16(place));
    }
    let steps = index.chunk_by(|a, b| a == b).scan(0, |before, run| {
        let step = run[0].wrapping_sub(*before);
        *before = run[0];
        Some((step, u16(run.len())))
    });
    let (steps, lengths): (Vec<_>, Vec<_>) = steps.unzip();
    let runs = blocks.concat();
    let runs = runs.chunk_by(|a, b| a == b).flat_map(|run| run.chunks(256));
    let (numbers, run_lengths): (Vec<_>, Vec<_>) = runs.map(|run| (run[0], (run.len() - 1) as u8)).unzip();

    let counts = [blocks.len(), steps.len(), numbers.len()].map(|count| u16(count).to_le_bytes());
    let mut packed = counts.concat();
    packed.push(u8::try_from(combinations.len()).expect("no more than 255 combinations"));
    (0..4).for_each(|byte| packed.extend(combinations.iter().map(|number| number.to_le_bytes()[byte])));
    for list in [steps, lengths] {
        (0..2).for_each(|byte| packed.extend(list.iter().map(|number| number.to_le_bytes()[byte])));
    }
    packed.extend(numbers);
    packed.extend(run_lengths);
    packed
}

#[cfg(all(test, not(miri)))]
fn u16(number: usize) -> u16 {
    u16::try_from(number).expect("a small number")
}
