//! What an entry's file looks like, and what its payload holds. Pure: bytes in, values out.
//!
//! A file is a header of 64 bytes and the payload:
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | `KREPISCC` |
//! | 8..12 | [`FORMAT`], little endian as all numbers |
//! | 12..16 | the [`Kind`] |
//! | 16..24 | the payload's length in bytes |
//! | 24..32 | the payload's checksum, XXH3 of 64 bits |
//! | 32..64 | the key that the entry answers to |
//!
//! The checksum guards against torn and rotten files. It does not guard against people: the folder does, which
//! nobody but its owner can write to.

use std::io::Read;

use twox_hash::XxHash3_64;

/// The version of the file's format; a file of another one is not read.
pub(crate) const FORMAT: u32 = 1;

/// Bytes before the payload.
pub(crate) const HEADER: usize = 64;

/// The longest payload in bytes: no source is longer than 512 MB.
pub(crate) const LARGEST: u64 = 1 << 30;

const MAGIC: &[u8; 8] = b"KREPISCC";

/// What an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// JavaScript made from TypeScript or JSX, with its source map.
    Compiled,
    /// Which module system a source is written for.
    Syntax,
    /// The names that a CommonJS source exports.
    Exports,
    /// What an engine made of a source.
    EngineCode,
}

impl EntryKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Compiled, Self::Syntax, Self::Exports, Self::EngineCode];

    /// The end of the names of its files, and what `krepis cache info` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compiled => "compiled",
            Self::Syntax => "syntax",
            Self::Exports => "exports",
            Self::EngineCode => "code",
        }
    }

    pub(crate) fn tag(self) -> u32 {
        match self {
            Self::Compiled => 1,
            Self::Syntax => 2,
            Self::Exports => 3,
            Self::EngineCode => 4,
        }
    }
}

/// The header of a payload.
pub(crate) fn header(kind: EntryKind, key: &[u8; 32], payload: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..8].copy_from_slice(MAGIC);
    header[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    header[12..16].copy_from_slice(&kind.tag().to_le_bytes());
    header[16..24].copy_from_slice(&(payload.len() as u64).to_le_bytes());
    header[24..32].copy_from_slice(&XxHash3_64::oneshot(payload).to_le_bytes());
    header[32..].copy_from_slice(key);
    header
}

/// Reads the payload of a file of `size` bytes; `None` when it is not whole, or not the entry that is asked for.
/// Memory is taken for no more than the file's size.
pub(crate) fn read(mut file: impl Read, size: u64, kind: EntryKind, key: &[u8; 32]) -> Option<Vec<u8>> {
    let length = size.checked_sub(HEADER as u64).filter(|length| *length <= LARGEST)?;
    let mut head = [0; HEADER];
    file.read_exact(&mut head).ok()?;
    let is_asked_for = head[..8] == *MAGIC
        && head[8..12] == FORMAT.to_le_bytes()
        && head[12..16] == kind.tag().to_le_bytes()
        && head[16..24] == length.to_le_bytes()
        && head[32..] == *key;
    if !is_asked_for {
        return None;
    }
    let length = usize::try_from(length).ok()?;
    let mut payload = Vec::new();
    payload.try_reserve_exact(length).ok()?;
    file.take(length as u64).read_to_end(&mut payload).ok()?;
    let is_whole = payload.len() == length && head[24..32] == XxHash3_64::oneshot(&payload).to_le_bytes();
    is_whole.then_some(payload)
}

/// The payload of [`EntryKind::Compiled`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompiledText {
    pub(crate) code: String,
    pub(crate) mappings: String,
    pub(crate) is_esm: bool,
}

impl CompiledText {
    /// The code comes first, so that it is handed out in the memory that it was read into; its length and the
    /// module system come last.
    pub(crate) fn encode(code: &str, mappings: &str, is_esm: bool) -> Vec<u8> {
        let mut payload = Vec::with_capacity(code.len() + mappings.len() + 9);
        payload.extend_from_slice(code.as_bytes());
        payload.extend_from_slice(mappings.as_bytes());
        payload.extend_from_slice(&(code.len() as u64).to_le_bytes());
        payload.push(u8::from(is_esm));
        payload
    }

    pub(crate) fn decode(mut payload: Vec<u8>) -> Option<Self> {
        let is_esm = decode_flag(payload.pop()?)?;
        let length = u64::from_le_bytes(*payload.last_chunk()?);
        payload.truncate(payload.len() - 8);
        let length = usize::try_from(length).ok().filter(|length| *length <= payload.len())?;
        let mappings = String::from_utf8(payload.split_off(length)).ok()?;
        Some(Self { code: String::from_utf8(payload).ok()?, mappings, is_esm })
    }
}

/// The payload of [`EntryKind::Syntax`]: whether it is that of ECMAScript modules.
pub(crate) fn encode_syntax(is_esm: bool) -> Vec<u8> {
    vec![u8::from(is_esm)]
}

pub(crate) fn decode_syntax(payload: &[u8]) -> Option<bool> {
    match payload {
        [flag] => decode_flag(*flag),
        _ => None,
    }
}

fn decode_flag(byte: u8) -> Option<bool> {
    match byte {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// The payload of [`EntryKind::Exports`]: two lists, each as its length and its strings with their lengths.
pub(crate) fn encode_lists(lists: [&[String]; 2]) -> Vec<u8> {
    let mut payload = Vec::new();
    for list in lists {
        payload.extend_from_slice(&(list.len() as u32).to_le_bytes());
        for text in list {
            payload.extend_from_slice(&(text.len() as u32).to_le_bytes());
            payload.extend_from_slice(text.as_bytes());
        }
    }
    payload
}

pub(crate) fn decode_lists(mut payload: &[u8]) -> Option<[Vec<String>; 2]> {
    let lists = [decode_list(&mut payload)?, decode_list(&mut payload)?];
    payload.is_empty().then_some(lists)
}

fn decode_list(payload: &mut &[u8]) -> Option<Vec<String>> {
    let count = decode_length(payload)?;
    // Each string takes at least the four bytes of its length.
    let mut list = Vec::with_capacity(count.min(payload.len() / 4));
    for _ in 0..count {
        let length = decode_length(payload)?;
        let (text, rest) = payload.split_at_checked(length)?;
        *payload = rest;
        list.push(std::str::from_utf8(text).ok()?.to_owned());
    }
    Some(list)
}

fn decode_length(payload: &mut &[u8]) -> Option<usize> {
    let (length, rest) = payload.split_first_chunk()?;
    *payload = rest;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}
