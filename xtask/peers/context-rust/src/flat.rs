//! The crate `flatbuffers`: `krepis-context/schemas/context.fbs`, by what `flatc` would generate of it. Decoding verifies
//! and then reads every field, in place.

use std::hint::black_box;

use flatbuffers::{
    FlatBufferBuilder, Follow, ForwardsUOffset, InvalidFlatbuffer, Push, PushAlignment, Table,
    TableFinishedWIPOffset, Vector, Verifiable, Verifier, WIPOffset, root, root_unchecked,
};

use crate::harness::Figure;
use crate::hash_map::{self, Bag};
use crate::record::{self, ROUTE, ROUTE_BYTES, Value, checksum, record, sum, touch};

type Text<'a> = ForwardsUOffset<&'a str>;
type Bytes<'a> = ForwardsUOffset<Vector<'a, u8>>;
/// Tables that stand in the buffer already.
type Offsets = Vec<WIPOffset<TableFinishedWIPOffset>>;
type Fields<'a> = ForwardsUOffset<Vector<'a, ForwardsUOffset<Field<'a>>>>;

/// Of `Context`.
const TRACE: u16 = 4;
const TIMEOUT: u16 = 6;
const CAUSE: u16 = 8;
const FIELDS: u16 = 10;
/// Of `Field`.
const KEY: u16 = 4;
const KIND: u16 = 6;
const INTEGER: u16 = 8;
const FLOAT: u16 = 10;
const TEXT: u16 = 12;
const BYTES: u16 = 14;

/// The struct `Trace`: trace id, span id, flags.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Trace([u8; 25]);

#[derive(Clone, Copy)]
struct Context<'a>(Table<'a>);

#[derive(Clone, Copy)]
struct Field<'a>(Table<'a>);

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let mut builder = FlatBufferBuilder::with_capacity(64 * 1024);
    let mut offsets = Vec::with_capacity(100);
    Some(match name {
        "lifecycle" => hash_map::lifecycle(move |bag| encode_bag(&mut builder, &mut offsets, &bag)),
        "read" | "read-name" => {
            encode_record(&mut builder, &mut offsets);
            let bytes = builder.finished_data().to_vec();
            Figure::returning(ROUTE_BYTES, move || {
                // SAFETY: these are our own bytes, of this schema.
                let context = unsafe { root_unchecked::<Context<'_>>(black_box(&bytes)) };
                let field = context.fields().iter().find(|field| field.key() == black_box(ROUTE));
                match field.map(|field| field.value()) {
                    Some(Value::Text(text)) => text.len(),
                    _ => 0,
                }
            })
        }
        "flatbuffers-encode" => {
            Figure::calls(move || encode_record(black_box(&mut builder), black_box(&mut offsets)))
        }
        "flatbuffers-decode" => {
            encode_record(&mut builder, &mut offsets);
            let bytes = builder.finished_data().to_vec();
            Figure::returning(checksum(), move || {
                let context = root::<Context<'_>>(black_box(&bytes)).expect("because it is ours");
                context.fields().iter().map(|field| field.touch()).fold(0, u64::wrapping_add)
            })
        }
        _ => return None,
    })
}

fn encode_record(builder: &mut FlatBufferBuilder<'_>, offsets: &mut Offsets) -> usize {
    encode(builder, offsets, record().iter().map(|(key, value)| (*key, *value)))
}

fn encode_bag(builder: &mut FlatBufferBuilder<'_>, offsets: &mut Offsets, bag: &Bag) -> usize {
    encode(builder, offsets, bag.iter().map(|(key, value)| (key.as_str(), value.borrowed())))
}

fn encode<'v>(
    builder: &mut FlatBufferBuilder<'_>,
    offsets: &mut Offsets,
    fields: impl Iterator<Item = (&'v str, Value<'v>)>,
) -> usize {
    builder.reset();
    offsets.clear();
    offsets.extend(fields.map(|(key, value)| field(builder, key, value)));
    let fields = builder.create_vector(offsets);
    let mut trace = [record::FLAGS; 25];
    trace[..16].copy_from_slice(&record::TRACE_ID);
    trace[16..24].copy_from_slice(&record::SPAN_ID);
    let root = builder.start_table();
    builder.push_slot_always(FIELDS, fields);
    builder.push_slot_always(TRACE, Trace(trace));
    let root = builder.end_table(root);
    builder.finish(root, Some("KCTX"));
    builder.finished_data().len()
}

fn field(
    builder: &mut FlatBufferBuilder<'_>,
    key: &str,
    value: Value<'_>,
) -> WIPOffset<TableFinishedWIPOffset> {
    let key = builder.create_string(key);
    let text = if let Value::Text(text) = value { Some(builder.create_string(text)) } else { None };
    let bytes = if let Value::Data(bytes) = value { Some(builder.create_vector(bytes)) } else { None };
    let table = builder.start_table();
    let kind: u8 = match value {
        Value::Text(_) => 1,
        Value::Data(_) => 2,
        Value::Integer(number) => {
            builder.push_slot(INTEGER, number, 0);
            3
        }
        Value::Number(number) => {
            builder.push_slot(FLOAT, number, 0.0);
            4
        }
        Value::Flag(yes) => {
            builder.push_slot(INTEGER, i64::from(yes), 0);
            5
        }
    };
    text.into_iter().for_each(|text| builder.push_slot_always(TEXT, text));
    bytes.into_iter().for_each(|bytes| builder.push_slot_always(BYTES, bytes));
    builder.push_slot_always(KEY, key);
    builder.push_slot(KIND, kind, 0);
    builder.end_table(table)
}

impl<'a> Context<'a> {
    fn fields(self) -> Vector<'a, ForwardsUOffset<Field<'a>>> {
        // SAFETY: the table was verified as this, or is our own.
        unsafe { self.0.get::<Fields<'_>>(FIELDS, None) }.expect("because it is required")
    }
}

impl<'a> Field<'a> {
    fn key(self) -> &'a str {
        // SAFETY: as above.
        unsafe { self.0.get::<Text<'_>>(KEY, None) }.expect("because it is required")
    }

    fn value(self) -> Value<'a> {
        // SAFETY: as above.
        unsafe {
            match self.0.get::<u8>(KIND, Some(0)) {
                Some(1) => Value::Text(self.0.get::<Text<'_>>(TEXT, None).unwrap_or_default()),
                Some(2) => Value::Data(self.0.get::<Bytes<'_>>(BYTES, None).unwrap_or_default().bytes()),
                Some(4) => Value::Number(self.0.get::<f64>(FLOAT, Some(0.0)).unwrap_or_default()),
                Some(5) => Value::Flag(self.0.get::<i64>(INTEGER, Some(0)) == Some(1)),
                _ => Value::Integer(self.0.get::<i64>(INTEGER, Some(0)).unwrap_or_default()),
            }
        }
    }

    fn touch(self) -> u64 {
        sum(self.key().as_bytes()).wrapping_add(touch(self.value()))
    }
}

impl<'a> Follow<'a> for Context<'a> {
    type Inner = Self;

    unsafe fn follow(bytes: &'a [u8], at: usize) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { Table::new(bytes, at) })
    }
}

impl<'a> Follow<'a> for Field<'a> {
    type Inner = Self;

    unsafe fn follow(bytes: &'a [u8], at: usize) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { Table::new(bytes, at) })
    }
}

impl Push for Trace {
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

impl Verifiable for Trace {
    fn run_verifier(verifier: &mut Verifier<'_, '_>, at: usize) -> Result<(), InvalidFlatbuffer> {
        verifier.in_buffer::<Self>(at)
    }
}

impl Verifiable for Context<'_> {
    fn run_verifier(verifier: &mut Verifier<'_, '_>, at: usize) -> Result<(), InvalidFlatbuffer> {
        verifier
            .visit_table(at)?
            .visit_field::<Trace>("trace", TRACE, false)?
            .visit_field::<i64>("timeout", TIMEOUT, false)?
            .visit_field::<u8>("cause", CAUSE, false)?
            .visit_field::<Fields<'_>>("fields", FIELDS, true)?
            .finish();
        Ok(())
    }
}

impl Verifiable for Field<'_> {
    fn run_verifier(verifier: &mut Verifier<'_, '_>, at: usize) -> Result<(), InvalidFlatbuffer> {
        verifier
            .visit_table(at)?
            .visit_field::<Text<'_>>("key", KEY, true)?
            .visit_field::<u8>("kind", KIND, false)?
            .visit_field::<i64>("integer", INTEGER, false)?
            .visit_field::<f64>("float", FLOAT, false)?
            .visit_field::<Text<'_>>("text", TEXT, false)?
            .visit_field::<Bytes<'_>>("bytes", BYTES, false)?
            .finish();
        Ok(())
    }
}
