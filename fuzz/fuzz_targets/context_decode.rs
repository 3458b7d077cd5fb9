//! Contexts come from strangers, as FlatBuffers, Protobuf or JSON: no panic, no more memory than a pool has, nothing left
//! in use after an error, and what was read is written and read as the same fields.
//!
//! `cargo +nightly fuzz run context_decode`

#![no_main]

use std::sync::LazyLock;

use krepis_context::codec::Limits;
use krepis_context::{Context, ContextPool, Options};
use libfuzzer_sys::fuzz_target;

static POOL: LazyLock<ContextPool> = LazyLock::new(|| {
    ContextPool::new(&Options { contexts: 16, pages: 16, ..Options::default() })
        .expect("the options are valid")
});

// The first byte names the format.
fuzz_target!(|input: &[u8]| {
    let Some((format, bytes)) = input.split_first() else { return };
    let limits = Limits { bytes: 16 * 1024, fields: 256 };
    let decoded = match format % 3 {
        0 => POOL.decode_flatbuffer(bytes, &limits),
        1 => POOL.decode_protobuf(bytes, &limits),
        _ => POOL.decode_json(bytes, &limits),
    };
    if let Ok(context) = &decoded {
        check(context);
    }
    drop(decoded);
    let statistics = POOL.statistics();
    assert_eq!((statistics.in_use, statistics.pages_in_use), (0, 0));
});

fn check(context: &Context) {
    let limits = Limits { bytes: 1 << 20, fields: 4096 };
    let mut buffer = Vec::new();
    context.encode_flatbuffer(&mut buffer);
    same(context, &POOL.decode_flatbuffer(&buffer, &limits).expect("our own FlatBuffer"));
    context.encode_protobuf(&mut buffer);
    same(context, &POOL.decode_protobuf(&buffer, &limits).expect("our own message"));
    let json = context.encode_json();
    same(context, &POOL.decode_json(json.as_bytes(), &limits).expect("our own JSON"));
}

fn same(first: &Context, second: &Context) {
    assert_eq!(first.entries().count(), second.entries().count());
    for (key, value) in first.entries() {
        // By their text: a NaN is not equal to itself.
        assert_eq!(format!("{:?}", Some(value)), format!("{:?}", second.get(key)), "{key:?}");
    }
    assert_eq!(first.trace().trace_id, second.trace().trace_id);
    assert_eq!(first.trace().span_id, second.trace().parent_id);
    assert_eq!(first.deadline().is_some(), second.deadline().is_some());
}
