//! Which code points a normalization form passes over, a bit for each: most of a text is told so from its units alone.

use super::normalization::{BLOCK, Entry, INDEX, TABLE};

/// Of a form: the code points that stay as they are, whatever stands before, and join nothing.
pub struct Inert {
    /// Plane 0, 64 code points each. What leads surrogate pairs counts as inert where all code points are that it leads.
    plane0: [u64; 1024],
    /// The blocks of [`TABLE`], 32 code points each.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        allow(dead_code, reason = "only the kernels look at code points")
    )]
    blocks: [u32; TABLE.blocks.len()],
    /// The bytes that may begin others in UTF-8.
    pub(crate) leads: Leads,
    /// The units that may not be inert in UTF-16.
    pub(crate) pages: Pages,
}

/// Of the bytes that begin characters: 0xC0 to 0xFF.
pub(crate) struct Leads {
    /// By the four lower bits, a bit for each value of the two bits before, 0xC0 lowest.
    pub(crate) by_low_bits: [u8; 16],
    pub(crate) first: u8,
}

/// Of the half pages of UTF-16, 128 units each.
pub(crate) struct Pages {
    /// Those where not all is inert: by bits 7 and 15 of their units, then by bits 8 to 11, a bit for each value of bits 12
    /// to 14.
    pub(crate) by_bits: [[u8; 16]; 4],
    /// All units that have no other bits are inert.
    pub(crate) plain: u16,
}

static INERT: [Inert; 4] = [Inert::new(0), Inert::new(1), Inert::new(2), Inert::new(3)];

#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "only the kernels look at code points"))]
impl Inert {
    /// Of a form, in the order of [`Entry`].
    pub(crate) fn of(form: u32) -> &'static Self {
        &INERT[form as usize]
    }

    #[inline]
    pub(crate) fn has(&self, code_point: u32) -> bool {
        match self.plane0.get(code_point as usize / 64) {
            Some(word) => word >> (code_point % 64) & 1 != 0,
            None => match TABLE.index.get(code_point as usize / BLOCK) {
                Some(&block) => self.blocks[block as usize] >> (code_point % 32) & 1 != 0,
                None => true,
            },
        }
    }

    /// [`Self::has`] for a unit of UTF-16; of a surrogate that leads, for all that it may lead.
    #[inline]
    pub(crate) fn has_unit(&self, unit: u16) -> bool {
        self.plane0[unit as usize / 64] >> (unit % 64) & 1 != 0
    }

    /// [`Self::has`] for a code point of plane 0, by its upper 10 bits and by a number with its lower 6.
    #[inline]
    pub(crate) fn has_in(&self, word: usize, low_bits: usize) -> bool {
        self.plane0[word % 1024] >> (low_bits % 64) & 1 != 0
    }

    const fn new(form: u32) -> Self {
        let mut blocks = [0; TABLE.blocks.len()];
        let mut at = 0;
        while at < blocks.len() * BLOCK {
            let is_inert = TABLE.blocks[at / BLOCK][at % BLOCK] & Entry::active(form) == 0;
            blocks[at / BLOCK] |= (is_inert as u32) << (at % BLOCK);
            at += 1;
        }
        let mut plane0 = [0; 1024];
        at = 0;
        while at < 2048 {
            plane0[at / 2] |= (blocks[TABLE.index[at] as usize] as u64) << (at % 2 * 32);
            at += 1;
        }
        // Blocks that a surrogate leads: 32 of them.
        at = 2048;
        while at < INDEX {
            if blocks[TABLE.index[at] as usize] != u32::MAX {
                let lead = 0xD800 + (at - 2048) / 32;
                plane0[lead / 64] &= !(1 << (lead % 64));
            }
            at += 1;
        }
        Self { leads: Leads::new(&plane0), pages: Pages::new(&plane0), plane0, blocks }
    }
}

impl Leads {
    const fn new(plane0: &[u64; 1024]) -> Self {
        let mut leads = Self { by_low_bits: [0; 16], first: 0xF0 };
        // Beyond plane 3 all are inert, but these are rare enough.
        let mut lead = 0xF4;
        while lead >= 0xC2 {
            let (mut word, end) = match lead {
                0..0xE0 => (lead & 0x1F, (lead & 0x1F) + 1),
                0xE0..0xF0 => ((lead & 0xF) * 64, (lead & 0xF) * 64 + 64),
                _ => (0, 1024),
            };
            let mut is_inert = true;
            while word < end {
                // Surrogates are not in UTF-8.
                is_inert &=
                    plane0[word] == u64::MAX || (word >= 0xD800 / 64 && word < 0xE000 / 64 && lead < 0xF0);
                word += 1;
            }
            if !is_inert {
                leads.by_low_bits[lead % 16] |= 1 << (lead / 16 - 0xC);
                leads.first = lead as u8;
            }
            lead -= 1;
        }
        leads
    }
}

impl Pages {
    const fn new(plane0: &[u64; 1024]) -> Self {
        let mut pages = Self { by_bits: [[0; 16]; 4], plain: 0 };
        let mut half = 0;
        while half < 512 {
            if plane0[2 * half] != u64::MAX || plane0[2 * half + 1] != u64::MAX {
                pages.by_bits[half % 2 * 2 + half / 256][half / 2 % 16] |= 1 << (half / 32 % 8);
                if pages.plain == 0 {
                    // All below are inert, of which a power of two can be told by the bits.
                    pages.plain = (1 << half.ilog2()) * 128 - 1;
                }
            }
            half += 1;
        }
        pages
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry;
    use super::*;

    #[test]
    fn every_code_point_is_inert_that_is_not_active() {
        for form in 0..4 {
            let inert = Inert::of(form);
            for code_point in (0..0xD800).chain(0xE000..0x11_0000) {
                let expected = !entry(code_point).has(Entry::active(form));
                assert_eq!(inert.has(code_point), expected, "U+{code_point:04X}, {form}");
                if let Ok(unit) = u16::try_from(code_point) {
                    assert_eq!(inert.has_unit(unit), expected, "U+{code_point:04X}, {form}");
                } else if !expected {
                    let lead = 0xD7C0 + (code_point >> 10) as u16;
                    assert!(!inert.has_unit(lead), "U+{code_point:04X}, {form}");
                }
            }
            assert!((0xDC00..0xE000).all(|unit| inert.has_unit(unit)));
        }
    }
}
