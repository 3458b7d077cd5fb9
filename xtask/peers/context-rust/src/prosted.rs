//! prost: `krepis-context/schemas/context.proto` as it derives it.

use std::hint::black_box;

use prost::{Message, Oneof};

use crate::harness::Figure;
use crate::hash_map::{self, Bag, Owned};
use crate::record::{self, PROTOBUF_BYTES, ROUTE, ROUTE_BYTES, record};

#[derive(Clone, PartialEq, Message)]
struct Context {
    #[prost(message, optional, tag = "1")]
    trace: Option<Trace>,
    #[prost(sint64, optional, tag = "2")]
    timeout: Option<i64>,
    #[prost(uint32, tag = "3")]
    cause: u32,
    #[prost(message, repeated, tag = "4")]
    fields: Vec<Field>,
}

#[derive(Clone, PartialEq, Message)]
struct Trace {
    #[prost(bytes = "vec", tag = "1")]
    trace_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    span_id: Vec<u8>,
    #[prost(uint32, tag = "3")]
    flags: u32,
}

#[derive(Clone, PartialEq, Message)]
struct Field {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(oneof = "Value", tags = "2, 3, 4, 5, 6")]
    value: Option<Value>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Value {
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

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let mut buffer = Vec::with_capacity(64 * 1024);
    Some(match name {
        "lifecycle" => hash_map::lifecycle(move |bag| encode_bag(bag, &mut buffer)),
        "read" | "read-name" => {
            let message = with_record();
            Figure::returning(ROUTE_BYTES, move || {
                let field = black_box(&message).fields.iter().find(|field| field.key == black_box(ROUTE));
                match field.map(|field| &field.value) {
                    Some(Some(Value::Text(text))) => text.len(),
                    _ => 0,
                }
            })
        }
        "protobuf-encode" => {
            let message = with_record();
            Figure::returning(PROTOBUF_BYTES, move || encode(black_box(&message), black_box(&mut buffer)))
        }
        "protobuf-decode" => {
            encode(&with_record(), &mut buffer);
            assert_eq!(Context::decode(&buffer[..]), Ok(with_record()));
            Figure::calls(move || Context::decode(black_box(&buffer[..])))
        }
        _ => return None,
    })
}

/// The fields, moved out of the bag.
pub(crate) fn encode_bag(bag: Bag, buffer: &mut Vec<u8>) -> usize {
    let field = |(key, value)| Field { key, value: Some(value_of(value)) };
    encode(&message(bag.into_iter().map(field).collect()), buffer)
}

fn encode(message: &Context, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    message.encode(buffer).expect("because a vector grows");
    buffer.len()
}

fn with_record() -> Context {
    let fields = record().iter();
    message(
        fields
            .map(|(key, value)| Field { key: (*key).to_owned(), value: Some(value_of((*value).into())) })
            .collect(),
    )
}

fn message(fields: Vec<Field>) -> Context {
    let trace = Trace {
        trace_id: record::TRACE_ID.to_vec(),
        span_id: record::SPAN_ID.to_vec(),
        flags: record::FLAGS.into(),
    };
    Context { trace: Some(trace), timeout: None, cause: 0, fields }
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
