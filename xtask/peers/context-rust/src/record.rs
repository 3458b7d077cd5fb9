//! What every peer is given: the record of ten fields, the names of a hundred, and the place in a trace.

use std::hint::black_box;

#[derive(Clone, Copy)]
pub enum Value<'a> {
    Text(&'a str),
    Data(&'a [u8]),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

use Value::{Data, Flag, Integer, Number, Text};

pub const RECORD: [(&str, Value<'static>); 10] = [
    ("request.id", Text("7b1c9d00-55aa")),
    ("tenant.id", Text("acme")),
    ("user.id", Text("u-1234567")),
    ("http.request.method", Text("POST")),
    (ROUTE, Text("/orders/:id")),
    ("priority", Integer(3)),
    ("retry.attempt", Integer(1)),
    ("ratio", Number(0.25)),
    ("cached", Flag(false)),
    ("shop.cart", Data(&[1, 2, 3, 4, 5, 6, 7, 8])),
];

/// The one that is read by itself: in the middle, for those who look from one end.
pub const ROUTE: &str = "http.route";
pub const ROUTE_BYTES: usize = "/orders/:id".len();
/// What the record is as Protobuf, whoever writes it.
pub const PROTOBUF_BYTES: usize = 244;
/// The one that a child has of its own.
pub const ATTEMPT: &str = "retry.attempt";

pub const TRACE_ID: [u8; 16] = *b"\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c";
pub const SPAN_ID: [u8; 8] = *b"\xb7\xad\x6b\x71\x69\x20\x33\x31";
pub const FLAGS: u8 = 1;

/// The record, as something that the compiler knows nothing of.
pub fn record() -> &'static [(&'static str, Value<'static>); 10] {
    black_box(&RECORD)
}

/// `field-000` to `field-099`.
pub fn hundred() -> Vec<String> {
    (0..100).map(|number| format!("field-{number:03}")).collect()
}

/// Reads a value in full, as far as that can be seen from outside: what a lazy reader has to do for its fields.
pub fn touch(value: Value<'_>) -> u64 {
    match value {
        Text(text) => sum(text.as_bytes()),
        Data(bytes) => sum(bytes),
        Integer(number) => number as u64,
        Number(number) => number.to_bits(),
        Flag(yes) => yes.into(),
    }
}

/// What reading the whole record comes to, names and values.
pub fn checksum() -> u64 {
    RECORD
        .iter()
        .map(|(key, value)| sum(key.as_bytes()).wrapping_add(touch(*value)))
        .fold(0, u64::wrapping_add)
}

/// The ends of a text or of bytes.
pub fn sum(bytes: &[u8]) -> u64 {
    let end = |byte: Option<&u8>| u64::from(byte.copied().unwrap_or_default());
    bytes.len() as u64 + end(bytes.first()) + end(bytes.last())
}
