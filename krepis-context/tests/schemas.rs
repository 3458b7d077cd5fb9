//! `schemas/` as the compilers of FlatBuffers and of Protobuf understand them: what we write they read, and what they
//! write we read.
//!
//! Needs `flatc` and `protoc` on the PATH, of Debian's packages `flatbuffers-compiler` and `protobuf-compiler`.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![cfg(all(feature = "flatbuffers", feature = "protobuf", feature = "json", not(miri)))] // Miri starts no processes.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use krepis_context::codec::Limits;
use krepis_context::{Cause, Context, ContextPool, Options, SpanId, Trace, TraceFlags, TraceId};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

const FLATBUFFERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/context.fbs");
const PROTOBUF: &str = "context.proto";

/// Whether a compiler is there; says so if it is not.
fn has(tool: &str, package: &str) -> bool {
    let there = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("skipped: {tool} is not on the PATH (Debian: apt-get install {package})");
    }
    there
}

fn has_flatc() -> bool {
    has("flatc", "flatbuffers-compiler")
}

fn has_protoc() -> bool {
    has("protoc", "protobuf-compiler")
}

/// What a command prints, given this input. A warning is as bad as an error.
fn run(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{command:?}: {said}{output:?}");
    output.stdout
}

/// An empty folder for what a test writes.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn flatc(folder: &Path, options: &[&str], files: &[&str]) {
    let said = run(Command::new("flatc").current_dir(folder).args(options).arg(FLATBUFFERS).args(files), b"");
    assert_eq!(String::from_utf8_lossy(&said), "");
}

/// A FlatBuffer with our identifier as the JSON of `flatc`.
fn flatc_reads(folder: &Path, bytes: &[u8]) -> Json {
    std::fs::write(folder.join("ours.kctx"), bytes).unwrap();
    flatc(folder, &["--json", "--strict-json"], &["--", "ours.kctx"]);
    serde_json::from_slice(&std::fs::read(folder.join("ours.json")).unwrap()).unwrap()
}

fn flatc_writes(folder: &Path, json: &Json) -> Vec<u8> {
    std::fs::write(folder.join("theirs.json"), json.to_string()).unwrap();
    flatc(folder, &["--binary"], &["theirs.json"]);
    std::fs::read(folder.join("theirs.kctx")).unwrap()
}

fn protoc(option: &str, value: &str, input: &[u8]) -> Vec<u8> {
    let schemas = Path::new(FLATBUFFERS).parent().unwrap();
    let mut command = Command::new("protoc");
    run(command.current_dir(schemas).args([&format!("{option}={value}"), PROTOBUF]), input)
}

/// A message of ours as the text of `protoc`.
fn protoc_reads(bytes: &[u8]) -> String {
    String::from_utf8(protoc("--decode", "krepis.context.Context", bytes)).unwrap()
}

fn protoc_writes(text: &str) -> Vec<u8> {
    protoc("--encode", "krepis.context.Context", text.as_bytes())
}

fn pool() -> ContextPool {
    ContextPool::new(&Options { contexts: 8, pages: 8, ..Options::default() }).unwrap()
}

fn trace() -> Trace {
    Trace {
        trace_id: TraceId(std::array::from_fn(|byte| byte as u8 + 1)),
        span_id: SpanId([0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6, 0x07, 0x7F]),
        parent_id: SpanId::default(),
        flags: TraceFlags(3),
    }
}

/// One field of each kind, and the ends of each. The deadline has passed, so that always the same time is left.
fn sample(pool: &ContextPool) -> Context {
    let context = pool.create().unwrap();
    context.set_trace(&trace()).unwrap();
    context.set("tenant.id", "acme").unwrap();
    context.set("", "").unwrap();
    context.set("caf\u{e9} \u{1F5D1}", "\"quoted\"\\\n\u{7f}\0").unwrap();
    context.set("none", &b""[..]).unwrap();
    context.set("some", &[0_u8, 1, 127, 128, 255][..]).unwrap();
    context.set("least", i64::MIN).unwrap();
    context.set("most", i64::MAX).unwrap();
    context.set("zero", 0).unwrap();
    context.set("half", -0.5).unwrap();
    context.set("large", f64::from(1 << 30) * 1024.0).unwrap();
    context.set("yes", true).unwrap();
    context.set("no", false).unwrap();
    context.shrink_timeout(Duration::ZERO);
    context.cancel(Cause::DeadlineExceeded);
    context
}

/// The same as `flatc` says it.
fn sample_of_flatc() -> Json {
    json!({
        "trace": {
            "trace_id": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
            "span_id": [161, 178, 195, 212, 229, 246, 7, 127],
            "flags": 3
        },
        "timeout": 0,
        "cause": 2,
        "fields": [
            { "key": "tenant.id", "kind": "Text", "text": "acme" },
            { "key": "", "kind": "Text", "text": "" },
            { "key": "caf\u{e9} \u{1F5D1}", "kind": "Text", "text": "\"quoted\"\\\n\u{7f}\0" },
            { "key": "none", "kind": "Bytes", "bytes": [] },
            { "key": "some", "kind": "Bytes", "bytes": [0, 1, 127, 128, 255] },
            { "key": "least", "kind": "Integer", "integer": i64::MIN },
            { "key": "most", "kind": "Integer", "integer": i64::MAX },
            { "key": "zero", "kind": "Integer", "integer": 0 },
            { "key": "half", "kind": "Float", "float": -0.5 },
            { "key": "large", "kind": "Float", "float": 1_099_511_627_776.0 },
            { "key": "yes", "kind": "Bool", "integer": 1 },
            { "key": "no", "kind": "Bool", "integer": 0 }
        ]
    })
}

/// The same as `protoc` says it, but for the key that is empty: what is as it would be anyway does not travel.
const SAMPLE_OF_PROTOC: &str = r#"
trace {
  trace_id: "\001\002\003\004\005\006\007\010\t\n\013\014\r\016\017\020"
  span_id: "\241\262\303\324\345\366\007\177"
  flags: 3
}
timeout: 0
cause: 2
fields { key: "tenant.id" text: "acme" }
fields { text: "" }
fields { key: "caf\303\251 \360\237\227\221" text: "\"quoted\"\\\n\177\000" }
fields { key: "none" data: "" }
fields { key: "some" data: "\000\001\177\200\377" }
fields { key: "least" integer: -9223372036854775808 }
fields { key: "most" integer: 9223372036854775807 }
fields { key: "zero" integer: 0 }
fields { key: "half" number: -0.5 }
fields { key: "large" number: 1099511627776 }
fields { key: "yes" flag: true }
fields { key: "no" flag: false }
"#;

/// That a context which came from `bytes` is the sample, one span further.
fn check_is_sample(pool: &ContextPool, context: &Context) {
    let sample = sample(pool);
    assert_eq!(context.entries().collect::<Vec<_>>(), sample.entries().collect::<Vec<_>>());
    let found = context.trace();
    assert_eq!((found.trace_id, found.parent_id), (trace().trace_id, trace().span_id));
    assert_eq!(found.flags, trace().flags);
    assert_eq!((context.cause(), context.remaining()), (Some(Cause::DeadlineExceeded), Some(Duration::ZERO)));
}

#[test]
fn schemas_compile() {
    let folder = folder("schemas_compile");
    if has_flatc() {
        // Not for every language: some versions have no arrays in TypeScript and Go.
        flatc(&folder, &["--cpp", "--csharp", "--java", "--python", "--rust"], &[]);
        assert!(folder.join("context_generated.h").is_file());
    }
    if has_protoc() {
        let descriptor = folder.join("context.pb");
        protoc("--descriptor_set_out", descriptor.to_str().unwrap(), b"");
        assert!(descriptor.is_file());
    }
}

#[test]
fn flatc_reads_what_we_write() {
    if !has_flatc() {
        return;
    }
    let (pool, folder) = (pool(), folder("flatc_reads"));
    let mut bytes = Vec::new();
    sample(&pool).encode_flatbuffer(&mut bytes);
    assert_eq!(flatc_reads(&folder, &bytes), sample_of_flatc());

    // Without a deadline, there is none.
    let empty = pool.create().unwrap();
    empty.encode_flatbuffer(&mut bytes);
    let read = flatc_reads(&folder, &bytes);
    assert_eq!((&read["timeout"], &read["fields"]), (&Json::Null, &json!([])));
    empty.shrink_timeout(Duration::from_secs(3600));
    empty.encode_flatbuffer(&mut bytes);
    let left = flatc_reads(&folder, &bytes)["timeout"].as_i64().unwrap();
    assert!((1..=3_600_000_000_000).contains(&left), "{left}");
}

#[test]
fn we_read_what_flatc_writes() {
    if !has_flatc() {
        return;
    }
    let (pool, folder) = (pool(), folder("flatc_writes"));
    let limits = Limits::default();
    let bytes = flatc_writes(&folder, &sample_of_flatc());
    check_is_sample(&pool, &pool.decode_flatbuffer(&bytes, &limits).unwrap());

    // What is left out is as if it were said: no trace, no deadline, no cause, a field of no kind.
    let bytes =
        flatc_writes(&folder, &json!({ "fields": [{ "key": "later" }, { "key": "n", "kind": "Integer" }] }));
    let context = pool.decode_flatbuffer(&bytes, &limits).unwrap();
    assert_eq!((context.entries().count(), context.get_i64("n")), (1, Some(0)));
    assert_eq!((context.cause(), context.deadline()), (None, None));
    let bytes = flatc_writes(&folder, &json!({ "timeout": 3_600_000_000_000_i64 }));
    let left = pool.decode_flatbuffer(&bytes, &limits).unwrap().remaining().unwrap();
    assert!(left > Duration::ZERO && left <= Duration::from_secs(3600), "{left:?}");
}

#[test]
fn protoc_reads_what_we_write() {
    if !has_protoc() {
        return;
    }
    let pool = pool();
    let mut bytes = Vec::new();
    sample(&pool).encode_protobuf(&mut bytes);
    let text = protoc_reads(&bytes);
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&text), words(SAMPLE_OF_PROTOC));
    assert_eq!(protoc_writes(&text), bytes, "and writes the same bytes");
}

#[test]
fn we_read_what_protoc_writes() {
    if !has_protoc() {
        return;
    }
    let (pool, limits) = (pool(), Limits::default());
    let bytes = protoc_writes(SAMPLE_OF_PROTOC);
    check_is_sample(&pool, &pool.decode_protobuf(&bytes, &limits).unwrap());
    let text = "timeout: 3600000000000 fields { key: 'nan' number: nan } fields { key: 'inf' number: -inf } fields {}";
    let context = pool.decode_protobuf(&protoc_writes(text), &limits).unwrap();
    assert!(context.get_f64("nan").unwrap().is_nan());
    assert_eq!((context.get_f64("inf"), context.entries().count()), (Some(f64::NEG_INFINITY), 2));
    let left = context.remaining().unwrap();
    assert!(left > Duration::ZERO && left <= Duration::from_secs(3600), "{left:?}");
}

/// Texts and bytes of any length, so that every padding occurs.
fn texts() -> impl Strategy<Value = Vec<(String, String, Vec<u8>)>> {
    prop::collection::vec((".{1,12}", ".{0,40}", prop::collection::vec(any::<u8>(), 0..40)), 0..12)
}

#[test]
fn there_and_back_through_both() {
    let (flatc, protoc_is_there) = (has_flatc(), has_protoc());
    let (pool, folder) = (pool(), folder("there_and_back"));
    // Two processes for each case.
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let done = TestRunner::new(config).run(&texts(), |texts| {
        let context = pool.create().unwrap();
        for (key, text, bytes) in &texts {
            context.set(key, text.as_str()).unwrap();
            context.set(&format!("{key}.bytes"), bytes.as_slice()).unwrap();
        }
        let (mut flat, mut proto) = (Vec::new(), Vec::new());
        context.encode_flatbuffer(&mut flat);
        context.encode_protobuf(&mut proto);
        if flatc {
            let bytes = flatc_writes(&folder, &flatc_reads(&folder, &flat));
            let back = pool.decode_flatbuffer(&bytes, &Limits::default()).unwrap();
            prop_assert_eq!(back.entries().collect::<Vec<_>>(), context.entries().collect::<Vec<_>>());
        }
        if protoc_is_there {
            prop_assert_eq!(protoc_writes(&protoc_reads(&proto)), proto);
        }
        Ok(())
    });
    done.unwrap();
}
