//! What the normalization forms need to know of each code point (UAX #15): `normalization.bin` is made and checked by
//! `generate_normalization.rs`.

/// Code points of a block.
pub(super) const BLOCK: usize = 32;
/// Above it no code point decomposes, composes or is reordered, but for what a later Unicode adds: the test would tell.
pub(super) const END: usize = 0x3_0000;
pub(super) const INDEX: usize = END / BLOCK;

pub(super) static PACKED: &[u8] = include_bytes!("normalization.bin");
pub(super) static TABLE: Table<{ u16_at(PACKED, 0) }, { u16_at(PACKED, 2) }> = Table::unpack(PACKED);

/// The file: how many blocks and how many mappings there are, `u16` each; runs that make up the index, each a block and
/// a length (`u16`); runs that make up the blocks, each an entry (`u32`), by how much it grows from one code point to the
/// next (`u8`) and a length less one (`u8`); the mappings, `u32` each. Numbers are little endian.
pub(super) struct Table<const BLOCKS: usize, const MAPPINGS: usize> {
    pub(super) index: [u16; INDEX],
    pub(super) blocks: [[u32; BLOCK]; BLOCKS],
    mappings: [u32; MAPPINGS],
}

impl<const BLOCKS: usize, const MAPPINGS: usize> Table<BLOCKS, MAPPINGS> {
    const fn unpack(packed: &[u8]) -> Self {
        let mut table = Self { index: [0; INDEX], blocks: [[0; BLOCK]; BLOCKS], mappings: [0; MAPPINGS] };
        let (mut at, mut filled) = (4, 0);
        while filled < INDEX {
            let end = filled + u16_at(packed, at + 2);
            while filled < end {
                table.index[filled] = u16_at(packed, at) as u16;
                filled += 1;
            }
            at += 4;
        }
        filled = 0;
        while filled < BLOCKS * BLOCK {
            let mut entry = u32_at(packed, at);
            let end = filled + packed[at + 5] as usize + 1;
            while filled < end {
                table.blocks[filled / BLOCK][filled % BLOCK] = entry;
                entry += (packed[at + 4] as u32) << Entry::MAPPING;
                filled += 1;
            }
            at += 6;
        }
        filled = 0;
        while filled < MAPPINGS {
            table.mappings[filled] = u32_at(packed, at);
            at += 4;
            filled += 1;
        }
        table
    }
}

const fn u16_at(bytes: &[u8], at: usize) -> usize {
    bytes[at] as usize | (bytes[at + 1] as usize) << 8
}

const fn u32_at(bytes: &[u8], at: usize) -> u32 {
    (u16_at(bytes, at) | u16_at(bytes, at + 2) << 16) as u32
}

/// What is known of `code_point`.
#[inline]
pub(crate) fn entry(code_point: u32) -> Entry {
    match TABLE.index.get(code_point as usize / BLOCK) {
        Some(&block) => Entry(TABLE.blocks[block as usize][code_point as usize % BLOCK]),
        None => Entry(0),
    }
}

/// Bits: 0 to 7 the `Canonical_Combining_Class`, 8 to 11 (one for each form) that the quick check is not `Yes`, 12 to 15
/// (one for each form) that it may join what stands before, 16 to 31 where its mapping begins, 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry(pub(super) u32);

impl Entry {
    const CLASS: u32 = 0xFF;
    pub(super) const MAPPING: u32 = 16;

    /// The quick check (`NFC_QC` and so on) says `No` or `Maybe`; forms are in the order NFC, NFD, NFKC, NFKD.
    pub(crate) const fn suspect(form: u32) -> u32 {
        1 << (8 + form)
    }

    /// The full decomposition begins with a character that composes or is reordered with those before it. Before any
    /// other character a text can be cut and its parts brought to the form one by one.
    pub(crate) const fn joins(form: u32) -> u32 {
        1 << (12 + form)
    }

    /// What must not be set for a character that stays as it is, whatever stands before.
    pub(crate) const fn active(form: u32) -> u32 {
        Self::CLASS | Self::suspect(form)
    }

    /// Whether any of the bits is set.
    #[inline]
    pub(crate) fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }

    /// `Canonical_Combining_Class`.
    #[inline]
    pub(crate) fn class(self) -> u32 {
        self.0 & Self::CLASS
    }

    #[inline]
    fn mapping(self) -> Mapping {
        let at = (self.0 >> Self::MAPPING) as usize;
        let header = TABLE.mappings[at];
        let part = |bit: u32| (header >> bit & 0xFF) as usize;
        let canonical = at + 1 + part(0);
        let compatible = canonical + part(Mapping::COMPATIBLE);
        Mapping { start: at + 1, canonical, compatible, end: compatible + 2 * part(Mapping::PAIRS) }
    }

    /// The full canonical decomposition in canonical order, classes in the upper 8 bits; empty if it is the character
    /// itself, and for Hangul syllables, where it is arithmetic.
    #[inline]
    pub(crate) fn canonical(self) -> &'static [u32] {
        let mapping = self.mapping();
        &TABLE.mappings[mapping.start..mapping.canonical]
    }

    /// [`Self::canonical`] for the full compatibility decomposition.
    #[inline]
    pub(crate) fn compatible(self) -> &'static [u32] {
        let mapping = self.mapping();
        // Nothing of its own where it is the canonical one.
        if mapping.compatible > mapping.canonical {
            return &TABLE.mappings[mapping.canonical..mapping.compatible];
        }
        &TABLE.mappings[mapping.start..mapping.canonical]
    }

    /// What this character becomes with `second` after it, if they compose; Hangul is arithmetic.
    #[inline]
    pub(crate) fn compose(self, second: u32) -> Option<u32> {
        let mapping = self.mapping();
        let (pairs, _) = TABLE.mappings[mapping.compatible..mapping.end].as_chunks::<2>();
        pairs.iter().find(|pair| pair[0] == second).map(|pair| pair[1])
    }
}

/// A header of three lengths in 8 bits each, then the canonical decomposition, the one of compatibility, and pairs of a
/// second character and the composite.
pub(super) struct Mapping {
    start: usize,
    canonical: usize,
    compatible: usize,
    end: usize,
}

impl Mapping {
    pub(super) const COMPATIBLE: u32 = 8;
    pub(super) const PAIRS: u32 = 16;
}
