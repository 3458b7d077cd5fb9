//! A table from types to registrations that costs a load when the type is there.

use std::any::TypeId;
use std::hash::{Hash, Hasher};

use crate::shared::Place;

/// Open addressing over a power of two that is at least four times the number of types: a lookup almost always ends at
/// its first entry.
#[derive(Debug)]
pub(crate) struct TypeTable {
    entries: Box<[Option<Entry>]>,
}

/// The registration that answers for a type, with its place beside it, to spare the reader a load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) type_id: TypeId,
    pub(crate) node: u32,
    pub(crate) place: Place,
}

impl TypeTable {
    pub(crate) fn new(types: impl ExactSizeIterator<Item = Entry>) -> Self {
        let mut table = Self { entries: vec![None; (types.len() * 4).next_power_of_two()].into() };
        for entry in types {
            let mut at = table.start(entry.type_id);
            while table.entries[at].is_some_and(|other| other.type_id != entry.type_id) {
                at = table.after(at);
            }
            table.entries[at] = Some(entry);
        }
        table
    }

    #[inline]
    pub(crate) fn get(&self, type_id: TypeId) -> Option<Entry> {
        let mut at = self.start(type_id);
        loop {
            match self.entries[at] {
                Some(entry) if entry.type_id == type_id => return Some(entry),
                Some(_) => at = self.after(at),
                None => return None,
            }
        }
    }

    #[inline]
    fn start(&self, type_id: TypeId) -> usize {
        let mut bits = TypeBits(0);
        type_id.hash(&mut bits);
        // Truncation is meant: the table is smaller than the hash.
        bits.0 as usize & (self.entries.len() - 1)
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.entries.len() - 1)
    }
}

/// A `TypeId` hashes itself as 64 bits of a good hash; they are taken as they are.
struct TypeBits(u64);

impl Hasher for TypeBits {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    #[inline]
    fn write_u64(&mut self, bits: u64) {
        self.0 = bits;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
