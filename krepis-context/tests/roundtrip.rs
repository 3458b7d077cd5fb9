//! What one codec writes, it and the others read: the same fields, the same trace, the same cause.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![allow(unsafe_code)] // The crate `flatbuffers` is used without generated code.
#![cfg(all(feature = "flatbuffers", feature = "protobuf", feature = "json"))]

use std::collections::BTreeMap;
use std::time::Duration;

use krepis_context::codec::Limits;
use krepis_context::{
    Cause, Context, ContextPool, CreateError, DecodeError, Options, SetError, Trace, TraceFlags, Value,
};
use proptest::prelude::*;

#[derive(Clone, Debug, PartialEq)]
enum Field {
    Text(String),
    Bytes(Vec<u8>),
    Whole(i64),
    Float(u64),
    Bool(bool),
}

impl Field {
    fn of(value: Value<'_>) -> Self {
        match value {
            Value::Str(text) => Field::Text(text.to_owned()),
            Value::Bytes(bytes) => Field::Bytes(bytes.to_owned()),
            Value::I64(number) => Field::Whole(number),
            // JSON has one NaN.
            Value::F64(number) if number.is_nan() => Field::Float(f64::NAN.to_bits()),
            Value::F64(number) => Field::Float(number.to_bits()),
            Value::Bool(yes) => Field::Bool(yes),
        }
    }

    fn set(&self, context: &Context, key: &str) {
        let done = match self {
            Field::Text(text) => context.set(key, text),
            Field::Bytes(bytes) => context.set(key, bytes.as_slice()),
            Field::Whole(number) => context.set(key, *number),
            Field::Float(bits) => context.set(key, f64::from_bits(*bits)),
            Field::Bool(yes) => context.set(key, *yes),
        };
        done.unwrap();
    }
}

type Fields = BTreeMap<String, Field>;

fn fields() -> impl Strategy<Value = Fields> {
    let key = prop_oneof![".{0,12}", Just("tenant.id".to_owned()), Just("user.id".to_owned())];
    let field = prop_oneof![
        ".{0,60}".prop_map(Field::Text),
        prop::collection::vec(any::<u8>(), 0..80).prop_map(Field::Bytes),
        prop_oneof![any::<i64>(), -70..70_i64, Just(i64::MIN), Just(i64::MAX)].prop_map(Field::Whole),
        prop::num::f64::ANY.prop_map(|number| Field::of(Value::F64(number))),
        any::<bool>().prop_map(Field::Bool),
    ];
    prop::collection::btree_map(key, field, 0..if cfg!(miri) { 6 } else { 20 })
}

/// Under Miri a case takes seconds.
fn config(cases: u32) -> ProptestConfig {
    let cases = if cfg!(miri) { 3 } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn pool() -> ContextPool {
    ContextPool::new(&Options { contexts: 64, pages: 32, ..Options::default() }).unwrap()
}

fn fields_of(context: &Context) -> Fields {
    context.entries().map(|(key, value)| (key.as_str().to_owned(), Field::of(value))).collect()
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Flat,
    Proto,
    Json,
}
use Format::{Flat, Json, Proto};

const FORMATS: [Format; 3] = [Flat, Proto, Json];

fn encode(context: &Context, format: Format) -> Vec<u8> {
    // What is in the buffer before does not stay.
    let mut buffer = vec![0xAA; 7];
    match format {
        Flat => context.encode_flatbuffer(&mut buffer),
        Proto => context.encode_protobuf(&mut buffer),
        Json => buffer = context.encode_json().into_bytes(),
    }
    buffer
}

fn decode(pool: &ContextPool, format: Format, bytes: &[u8], limits: &Limits) -> Result<Context, DecodeError> {
    match format {
        Flat => pool.decode_flatbuffer(bytes, limits),
        Proto => pool.decode_protobuf(bytes, limits),
        Json => pool.decode_json(bytes, limits),
    }
}

/// Each format after each, also after itself.
const WALK: [Format; 10] = [Flat, Flat, Proto, Proto, Json, Json, Flat, Json, Proto, Flat];

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn all_ways_through_all_codecs(
        fields in fields(),
        split in any::<bool>(),
        deadline in prop::option::of(1..1_000_000_u64),
        cause in 0..7_u8,
        flags in (0..4_u8).prop_map(TraceFlags),
    ) {
        let pool = pool();
        let parent = pool.create().unwrap();
        parent.set_trace(&Trace::root(flags)).unwrap();
        if let Some(seconds) = deadline {
            parent.shrink_timeout(Duration::from_secs(seconds));
        }
        // Some fields above, some below, some hidden.
        let child = parent.child().unwrap();
        for (number, (key, field)) in fields.iter().enumerate() {
            match (split, number % 3) {
                (true, 0) => field.set(&parent, key),
                (true, 1) => {
                    Field::Bool(true).set(&parent, key);
                    field.set(&child, key);
                }
                _ => field.set(&child, key),
            }
        }
        if split {
            parent.set("\u{1F5D1}", 1).unwrap();
            child.delete("\u{1F5D1}").unwrap();
        }
        if let Some(cause) = Cause::from_code(cause) {
            child.cancel(cause);
        }
        let mut context = child;
        for format in WALK {
            let sender = context.trace();
            let next = decode(&pool, format, &encode(&context, format), &Limits::default()).unwrap();
            prop_assert_eq!(fields_of(&next), fields.clone());
            prop_assert_eq!(next.cause(), Cause::from_code(cause));
            let trace = next.trace();
            prop_assert_eq!((trace.trace_id, trace.parent_id), (sender.trace_id, sender.span_id));
            prop_assert_eq!(trace.flags, flags);
            let left = |context: &Context| context.remaining().map(|left| left.as_secs_f64());
            match (left(&context), left(&next)) {
                (Some(before), Some(after)) => prop_assert!((before - after).abs() < 60.0),
                (before, after) => prop_assert_eq!(before, after),
            }
            context = next;
        }
    }

    #[test]
    fn damaged_bytes_are_errors_or_contexts(
        fields in fields(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let pool = pool();
        let context = pool.create().unwrap();
        fields.iter().for_each(|(key, field)| field.set(&context, key));
        let limits = Limits::default();
        for format in FORMATS {
            let mut buffer = encode(&context, format);
            let cut = cut.index(buffer.len() + 1);
            for (at, byte) in &damage {
                let at = at.index(buffer.len());
                buffer[at] = *byte;
            }
            for bytes in [&buffer[..], &buffer[..cut]] {
                if let Ok(decoded) = decode(&pool, format, bytes, &limits) {
                    decoded.entries().for_each(|(key, _)| assert!(decoded.get(key).is_some()));
                }
            }
        }
        prop_assert_eq!(pool.statistics().in_use, 1);
    }

    #[test]
    fn limits_are_exact(fields in fields()) {
        let pool = pool();
        let context = pool.create().unwrap();
        fields.iter().for_each(|(key, field)| field.set(&context, key));
        for format in FORMATS {
            let bytes = encode(&context, format);
            let (len, count) = (bytes.len(), fields.len());
            let just = Limits { bytes: len, fields: count };
            prop_assert_eq!(fields_of(&decode(&pool, format, &bytes, &just).unwrap()), fields.clone());
            let short = Limits { bytes: len - 1, ..just };
            prop_assert_eq!(decode(&pool, format, &bytes, &short).err(), Some(DecodeError::TooLong { len, max: len - 1 }));
            if let Some(max) = count.checked_sub(1) {
                let few = Limits { fields: max, ..just };
                prop_assert_eq!(decode(&pool, format, &bytes, &few).err(), Some(DecodeError::TooMany { max }));
            }
        }
        prop_assert_eq!(pool.statistics().in_use, 1);
    }
}

#[test]
fn what_does_not_fit_leaves_nothing_behind() {
    let wide = pool();
    let context = wide.create().unwrap();
    (0..40).for_each(|number| context.set(&format!("f{number}"), "x".repeat(100).as_str()).unwrap());
    let small =
        Options { contexts: 2, pages: 1, page_size: 1024, pages_per_context: 1, ..Options::default() };
    let narrow = ContextPool::new(&small).unwrap();
    for format in FORMATS {
        let decoded = decode(&narrow, format, &encode(&context, format), &Limits::default());
        assert_eq!(decoded.err(), Some(DecodeError::Set(SetError::Full { pages: 1 })), "{format:?}");
        let statistics = narrow.statistics();
        assert_eq!((statistics.in_use, statistics.pages_in_use), (0, 0), "{format:?}");
    }
    let held = [narrow.create().unwrap(), narrow.create().unwrap()];
    for format in FORMATS {
        let decoded = decode(&narrow, format, &encode(&context, format), &Limits::default());
        assert_eq!(
            decoded.err(),
            Some(DecodeError::Create(CreateError::Exhausted { capacity: 2 })),
            "{format:?}"
        );
    }
    drop(held);
}

#[test]
fn json_is_for_people() {
    let pool = pool();
    let json = br#"{
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cause": "client-gone",
        "later": [1, 2],
        "fields": { "tenant.id": "acme", "n": -3, "f": 1.0, "b": { "$bytes": "00ff" }, "x": { "$float": "NaN" } }
    }"#;
    let context = pool.decode_json(json, &Limits::default()).unwrap();
    assert_eq!(context.cause(), Some(Cause::ClientGone));
    assert_eq!((context.get_i64("n"), context.get_f64("f")), (Some(-3), Some(1.0)));
    assert_eq!(context.get_bytes("b"), Some(&[0, 255][..]));
    assert!(context.get_f64("x").unwrap().is_nan());
    for (json, message) in [
        ("", "EOF"),
        ("[]", "expected an object"),
        (r#"{"traceparent":"x"}"#, "`traceparent` is not valid"),
        (r#"{"cause":"x"}"#, "`cause` is not one that we know"),
        (r#"{"fields":[]}"#, "`fields` has the wrong type"),
        (r#"{"fields":{"a":null}}"#, "field `a` has no value of ours"),
        (r#"{"fields":{"a":{"$bytes":"0"}}}"#, "field `a` has no value of ours"),
        (r#"{"fields":{"a":{"$bytes":"zz"}}}"#, "field `a` has no value of ours"),
    ] {
        let error = pool.decode_json(json.as_bytes(), &Limits::default()).unwrap_err().to_string();
        assert!(error.contains(message), "{json}: {error}");
    }
}

/// `schemas/context.proto`, as `prost` derives it.
mod prosted {
    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Context {
        #[prost(message, optional, tag = "1")]
        pub(crate) trace: Option<Trace>,
        #[prost(sint64, optional, tag = "2")]
        pub(crate) timeout: Option<i64>,
        #[prost(uint32, tag = "3")]
        pub(crate) cause: u32,
        #[prost(message, repeated, tag = "4")]
        pub(crate) fields: Vec<Field>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Trace {
        #[prost(bytes = "vec", tag = "1")]
        pub(crate) trace_id: Vec<u8>,
        #[prost(bytes = "vec", tag = "2")]
        pub(crate) span_id: Vec<u8>,
        #[prost(uint32, tag = "3")]
        pub(crate) flags: u32,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Field {
        #[prost(string, tag = "1")]
        pub(crate) key: String,
        #[prost(oneof = "Value", tags = "2, 3, 4, 5, 6")]
        pub(crate) value: Option<Value>,
    }

    #[derive(Clone, PartialEq, prost::Oneof)]
    pub(crate) enum Value {
        #[prost(string, tag = "2")]
        Text(String),
        #[prost(bytes = "vec", tag = "3")]
        Data(Vec<u8>),
        #[prost(sint64, tag = "4")]
        Integer(i64),
        #[prost(double, tag = "5")]
        Number(f64),
        #[prost(bool, tag = "6")]
        Flag(bool),
    }
}

fn to_prost(field: &Field) -> prosted::Value {
    match field {
        Field::Text(text) => prosted::Value::Text(text.clone()),
        Field::Bytes(bytes) => prosted::Value::Data(bytes.clone()),
        Field::Whole(number) => prosted::Value::Integer(*number),
        Field::Float(bits) => prosted::Value::Number(f64::from_bits(*bits)),
        Field::Bool(yes) => prosted::Value::Flag(*yes),
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn protobuf_is_that_of_prost(fields in fields(), seconds in prop::option::of(1..1000_u64), flags in 0..4_u8) {
        use prost::Message;
        let pool = pool();
        let context = pool.create().unwrap();
        let trace = Trace::root(TraceFlags(flags));
        context.set_trace(&trace).unwrap();
        fields.iter().for_each(|(key, field)| field.set(&context, key));
        if let Some(seconds) = seconds {
            context.shrink_timeout(Duration::from_secs(seconds));
        }
        let mut bytes = Vec::new();
        context.encode_protobuf(&mut bytes);
        let message = prosted::Context::decode(&bytes[..]).unwrap();
        let theirs = message.trace.clone().unwrap();
        prop_assert_eq!((theirs.trace_id, theirs.span_id, theirs.flags),
            (trace.trace_id.0.to_vec(), trace.span_id.0.to_vec(), u32::from(flags)));
        prop_assert_eq!(message.timeout.is_some(), seconds.is_some());
        let of_message: BTreeMap<_, _> =
            message.fields.iter().map(|field| (field.key.clone(), field.value.clone().unwrap())).collect();
        // NaN is not equal to itself; its text is.
        let expected: BTreeMap<_, _> = fields.iter().map(|(key, field)| (key.clone(), to_prost(field))).collect();
        prop_assert_eq!(format!("{of_message:?}"), format!("{expected:?}"));
        // And the other way round: what prost writes is what we write.
        prop_assert_eq!(message.encode_to_vec(), bytes.clone());
        let back = pool.decode_protobuf(&message.encode_to_vec(), &Limits::default()).unwrap();
        prop_assert_eq!(fields_of(&back), fields);
    }

    #[test]
    fn flatbuffers_of_the_crate_are_read(fields in fields(), seconds in prop::option::of(1..1000_i64)) {
        let pool = pool();
        let bytes = foreign_flatbuffer(&fields, seconds);
        let context = pool.decode_flatbuffer(&bytes, &Limits::default()).unwrap();
        prop_assert_eq!(&fields_of(&context), &fields);
        prop_assert_eq!(context.cause(), Some(Cause::Shutdown));
        prop_assert_eq!(context.deadline().is_some(), seconds.is_some());
        prop_assert_eq!(context.trace().parent_id.0, [7; 8]);
        let mut ours = Vec::new();
        context.encode_flatbuffer(&mut ours);
        prop_assert_eq!(read_with_the_crate(&ours), fields);
    }
}

/// `schemas/context.fbs` as the crate `flatbuffers` builds it, backwards and with vtables of its own.
fn foreign_flatbuffer(fields: &Fields, seconds: Option<i64>) -> Vec<u8> {
    use flatbuffers::{FlatBufferBuilder, Push, PushAlignment, WIPOffset};
    struct Wire([u8; 25]);
    impl Push for Wire {
        type Output = Self;

        unsafe fn push(&self, to: &mut [u8], _written: usize) {
            to[..25].copy_from_slice(&self.0);
        }

        fn size() -> usize {
            25
        }

        fn alignment() -> PushAlignment {
            PushAlignment::new(1)
        }
    }
    let slot = |number: u16| 4 + 2 * number;
    let mut builder = FlatBufferBuilder::new();
    let tables: Vec<WIPOffset<_>> = fields
        .iter()
        .map(|(key, field)| {
            let key = builder.create_string(key);
            let (mut text, mut bytes) = (None, None);
            match field {
                Field::Text(value) => text = Some(builder.create_string(value)),
                Field::Bytes(value) => bytes = Some(builder.create_vector(value)),
                _ => {}
            }
            let table = builder.start_table();
            match field {
                Field::Text(_) => builder.push_slot(slot(1), 1_u8, 0),
                Field::Bytes(_) => builder.push_slot(slot(1), 2_u8, 0),
                Field::Whole(number) => {
                    builder.push_slot(slot(2), *number, 0);
                    builder.push_slot(slot(1), 3_u8, 0);
                }
                Field::Float(bits) => {
                    builder.push_slot_always(slot(3), f64::from_bits(*bits));
                    builder.push_slot(slot(1), 4_u8, 0);
                }
                Field::Bool(yes) => {
                    builder.push_slot(slot(1), 5_u8, 0);
                    builder.push_slot(slot(2), i64::from(*yes), 0);
                }
            }
            text.into_iter().for_each(|text| builder.push_slot_always(slot(4), text));
            bytes.into_iter().for_each(|bytes| builder.push_slot_always(slot(5), bytes));
            builder.push_slot_always(slot(0), key);
            builder.end_table(table)
        })
        .collect();
    let vector = builder.create_vector(&tables);
    let root = builder.start_table();
    let mut trace = [7; 25];
    trace[24] = 1;
    builder.push_slot_always(slot(3), vector);
    builder.push_slot_always(slot(0), Wire(trace));
    builder.push_slot(slot(2), Cause::Shutdown.code(), 0);
    seconds.into_iter().for_each(|seconds| builder.push_slot_always(slot(1), seconds * 1_000_000_000));
    let root = builder.end_table(root);
    builder.finish(root, Some("KCTX"));
    builder.finished_data().to_vec()
}

/// Our bytes, checked by the verifier of the crate `flatbuffers` and read through its tables.
fn read_with_the_crate(bytes: &[u8]) -> Fields {
    use flatbuffers::{
        Follow, ForwardsUOffset, InvalidFlatbuffer, Table, Vector, Verifiable, Verifier, VerifierOptions,
        root_with_opts,
    };
    struct Root<'a>(Table<'a>);
    struct Entry<'a>(Table<'a>);
    type Entries<'a> = ForwardsUOffset<Vector<'a, ForwardsUOffset<Entry<'a>>>>;
    const fn slot(number: u16) -> u16 {
        4 + 2 * number
    }
    impl<'a> Follow<'a> for Root<'a> {
        type Inner = Self;

        unsafe fn follow(bytes: &'a [u8], at: usize) -> Self {
            // SAFETY: the verifier has been here.
            Self(unsafe { Table::new(bytes, at) })
        }
    }
    impl<'a> Follow<'a> for Entry<'a> {
        type Inner = Self;

        unsafe fn follow(bytes: &'a [u8], at: usize) -> Self {
            // SAFETY: the verifier has been here.
            Self(unsafe { Table::new(bytes, at) })
        }
    }
    impl Verifiable for Root<'_> {
        fn run_verifier(verifier: &mut Verifier<'_, '_>, at: usize) -> Result<(), InvalidFlatbuffer> {
            verifier
                .visit_table(at)?
                .visit_field::<i64>("timeout", slot(1), false)?
                .visit_field::<u8>("cause", slot(2), false)?
                .visit_field::<Entries<'_>>("fields", slot(3), true)?
                .finish();
            Ok(())
        }
    }
    impl Verifiable for Entry<'_> {
        fn run_verifier(verifier: &mut Verifier<'_, '_>, at: usize) -> Result<(), InvalidFlatbuffer> {
            verifier
                .visit_table(at)?
                .visit_field::<ForwardsUOffset<&str>>("key", slot(0), true)?
                .visit_field::<u8>("kind", slot(1), false)?
                .visit_field::<i64>("integer", slot(2), false)?
                .visit_field::<f64>("float", slot(3), false)?
                .visit_field::<ForwardsUOffset<&str>>("text", slot(4), false)?
                .visit_field::<ForwardsUOffset<Vector<'_, u8>>>("bytes", slot(5), false)?
                .finish();
            Ok(())
        }
    }
    let root = root_with_opts::<Root<'_>>(&VerifierOptions::default(), bytes).unwrap();
    // SAFETY: the root was verified as what is read here.
    let entries = unsafe { root.0.get::<Entries<'_>>(slot(3), None) }.unwrap();
    let field = |Entry(table): Entry<'_>| {
        // SAFETY: as above.
        unsafe {
            let key = table.get::<ForwardsUOffset<&str>>(slot(0), None).unwrap();
            let field = match table.get::<u8>(slot(1), Some(0)).unwrap() {
                1 => Field::Text(table.get::<ForwardsUOffset<&str>>(slot(4), None).unwrap().to_owned()),
                2 => {
                    let bytes = table.get::<ForwardsUOffset<Vector<'_, u8>>>(slot(5), None).unwrap();
                    Field::Bytes(bytes.bytes().to_vec())
                }
                3 => Field::Whole(table.get::<i64>(slot(2), Some(0)).unwrap()),
                4 => Field::of(Value::F64(table.get::<f64>(slot(3), Some(0.0)).unwrap())),
                _ => Field::Bool(table.get::<i64>(slot(2), Some(0)).unwrap() != 0),
            };
            (key.to_owned(), field)
        }
    };
    entries.iter().map(field).collect()
}
