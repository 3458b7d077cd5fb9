//! rkyv: the same message, archived. Decoding is a checked access and a reading of every field, in place.

use std::hint::black_box;

use rkyv::api::high::to_bytes_in;
use rkyv::rancor::Error;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Serialize};

use crate::harness::Figure;
use crate::hash_map::{self, Bag, Owned};
use crate::record::{self, ROUTE, ROUTE_BYTES, checksum, record, sum};

#[derive(Archive, Serialize)]
struct Context {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u32,
    timeout: Option<i64>,
    cause: u32,
    fields: Vec<Field>,
}

#[derive(Archive, Serialize)]
struct Field {
    key: String,
    value: Value,
}

#[derive(Archive, Serialize)]
enum Value {
    Text(String),
    Data(Vec<u8>),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let mut buffer = AlignedVec::with_capacity(64 * 1024);
    Some(match name {
        "lifecycle" => hash_map::lifecycle(move |bag| encode_bag(bag, &mut buffer)),
        "read" | "read-name" => {
            encode(&with_record(), &mut buffer);
            Figure::returning(ROUTE_BYTES, move || {
                // SAFETY: these are our own bytes, archived as this type.
                let context = unsafe { rkyv::access_unchecked::<ArchivedContext>(black_box(&buffer)) };
                match context
                    .fields
                    .iter()
                    .find(|field| field.key == black_box(ROUTE))
                    .map(|field| &field.value)
                {
                    Some(ArchivedValue::Text(text)) => text.len(),
                    _ => 0,
                }
            })
        }
        "flatbuffers-encode" => {
            let message = with_record();
            Figure::calls(move || encode(black_box(&message), black_box(&mut buffer)))
        }
        "flatbuffers-decode" => {
            encode(&with_record(), &mut buffer);
            Figure::returning(checksum(), move || {
                let context =
                    rkyv::access::<ArchivedContext, Error>(black_box(&buffer)).expect("because it is ours");
                context.fields.iter().map(touch).fold(0, u64::wrapping_add)
            })
        }
        _ => return None,
    })
}

fn touch(field: &ArchivedField) -> u64 {
    let value = match &field.value {
        ArchivedValue::Text(text) => sum(text.as_bytes()),
        ArchivedValue::Data(bytes) => sum(bytes),
        ArchivedValue::Integer(number) => number.to_native() as u64,
        ArchivedValue::Number(number) => number.to_native().to_bits(),
        ArchivedValue::Flag(yes) => (*yes).into(),
    };
    sum(field.key.as_bytes()).wrapping_add(value)
}

fn encode_bag(bag: Bag, buffer: &mut AlignedVec) -> usize {
    encode(
        &message(bag.into_iter().map(|(key, value)| Field { key, value: value_of(value) }).collect()),
        buffer,
    )
}

fn encode(message: &Context, buffer: &mut AlignedVec) -> usize {
    let mut bytes = std::mem::take(buffer);
    bytes.clear();
    *buffer = to_bytes_in::<_, Error>(message, bytes).expect("because a vector grows");
    buffer.len()
}

fn with_record() -> Context {
    let field = |(key, value): &(&str, record::Value<'static>)| Field {
        key: (*key).to_owned(),
        value: value_of((*value).into()),
    };
    message(record().iter().map(field).collect())
}

fn message(fields: Vec<Field>) -> Context {
    let (trace_id, span_id, flags) = (record::TRACE_ID, record::SPAN_ID, record::FLAGS.into());
    Context { trace_id, span_id, flags, timeout: None, cause: 0, fields }
}

fn value_of(value: Owned) -> Value {
    match value {
        Owned::Text(text) => Value::Text(text),
        Owned::Data(bytes) => Value::Data(bytes),
        Owned::Integer(number) => Value::Integer(number),
        Owned::Number(number) => Value::Number(number),
        Owned::Flag(yes) => Value::Flag(yes),
    }
}
