//! Files of the compile cache may be torn, rotten or somebody else's: no panic, no more memory than a file has, only
//! what was written is read.
//!
//! `cargo +nightly fuzz run compile_cache`

#![no_main]

use libfuzzer_sys::fuzz_target;

/// The reader as it is.
#[path = "../../hypers-modules/src/cache/entry.rs"]
#[allow(dead_code, reason = "the target reads and writes payloads")]
mod entry;

use entry::{CompiledText, EntryKind, HEADER};

// The first two bytes say which kind is asked for and what is done to a whole file.
fuzz_target!(|input: &[u8]| {
    let [kind, change, bytes @ ..] = input else { return };
    let kind = EntryKind::ALL[usize::from(*kind) % EntryKind::ALL.len()];
    let key = [0x5a; 32];

    // As a file that anybody may have written.
    if let Some(payload) = entry::read(bytes, bytes.len() as u64, kind, &key) {
        assert_eq!(payload, bytes[HEADER..]);
        decode(kind, payload);
    }

    // As a payload under a header that is right.
    let mut file = [&entry::header(kind, &key, bytes)[..], bytes].concat();
    let size = file.len() as u64;
    assert_eq!(entry::read(&file[..], size, kind, &key).as_deref(), Some(bytes));
    decode(kind, bytes.to_vec());

    // Neither another key nor another kind gets it, nor anybody when a byte of it is another one, or missing.
    assert_eq!(entry::read(&file[..], size, kind, &[0x5b; 32]), None);
    for other in EntryKind::ALL.into_iter().filter(|other| *other != kind) {
        assert_eq!(entry::read(&file[..], size, other, &key), None);
    }
    assert_eq!(entry::read(&file[..file.len() - 1], size, kind, &key), None);
    assert_eq!(entry::read(&file[..file.len() - 1], size - 1, kind, &key), None);
    let place = usize::from(*change) * file.len() / 256;
    file[place] = !file[place];
    assert_eq!(entry::read(&file[..], size, kind, &key), None);

    // As what is put in.
    let text = String::from_utf8_lossy(bytes);
    let (code, mappings) = text.split_at(text.floor_char_boundary(usize::from(*change)));
    let whole = CompiledText { code: code.into(), mappings: mappings.into(), is_esm: *change % 2 == 1 };
    let payload = CompiledText::encode(code, mappings, whole.is_esm);
    assert_eq!(CompiledText::decode(payload), Some(whole));
    let lists = [code, mappings].map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    let payload = entry::encode_lists([&lists[0], &lists[1]]);
    assert_eq!(entry::decode_lists(&payload), Some(lists));
});

/// What can be decoded is what is encoded to the same bytes.
fn decode(kind: EntryKind, payload: Vec<u8>) {
    match kind {
        EntryKind::Compiled => {
            if let Some(text) = CompiledText::decode(payload.clone()) {
                assert_eq!(CompiledText::encode(&text.code, &text.mappings, text.is_esm), payload);
            }
        }
        EntryKind::Syntax => {
            if let Some(is_esm) = entry::decode_syntax(&payload) {
                assert_eq!(entry::encode_syntax(is_esm), payload);
            }
        }
        EntryKind::Exports => {
            if let Some(lists) = entry::decode_lists(&payload) {
                assert_eq!(entry::encode_lists([&lists[0], &lists[1]]), payload);
            }
        }
        EntryKind::EngineCode => {}
    }
}
