//! What names an entry: hashes of content, never of paths.

use std::hash::{Hash, Hasher};

use super::entry::{EntryKind, FORMAT};
use crate::COMPILER;

/// Names a text and how the engine compiles it: 32 bytes of BLAKE3 over the text, computed once and kept.
///
/// Equal keys mean equal texts. For a text that was compiled from another language, the key of the compilation
/// stands for it, which saves hashing what came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodeKey {
    pub(super) digest: [u8; 32],
    pub(super) kind: CodeKind,
}

/// How an engine compiles a source; what it makes of one kind is of no use for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeKind {
    /// As an ECMAScript module.
    Esm,
    /// As the body of CommonJS's function.
    CommonJs,
}

impl CodeKey {
    /// The key of a text in UTF-8.
    pub fn new(text: &[u8], kind: CodeKind) -> Self {
        Self { digest: digest(text), kind }
    }

    /// The same text, compiled in another way.
    #[must_use]
    pub fn with_kind(self, kind: CodeKind) -> Self {
        Self { kind, ..self }
    }
}

/// BLAKE3 of a text.
pub(crate) fn digest(text: &[u8]) -> [u8; 32] {
    *blake3::hash(text).as_bytes()
}

/// The key of an entry: of its kind, this version of the cache and of the compiler, and of what it was made from.
pub(crate) fn entry_key(kind: EntryKind, made_from: impl Hash) -> [u8; 32] {
    // A keyed hash: no text hashes to the key of an entry.
    let mut absorb = Absorb(blake3::Hasher::new_keyed(b"krepis: entries of compile cache"));
    (kind.tag(), FORMAT).hash(&mut absorb);
    (COMPILER, env!("CARGO_PKG_VERSION"), env!("HYPERS_COMPILER_SOURCES")).hash(&mut absorb);
    made_from.hash(&mut absorb);
    *absorb.0.finalize().as_bytes()
}

/// Lets `derive(Hash)` feed BLAKE3: what a key depends on cannot be forgotten when a field is added.
struct Absorb(blake3::Hasher);

impl Hasher for Absorb {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.finalize().as_bytes().first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
    }
}
