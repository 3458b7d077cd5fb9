//! `schemas/context.proto`, written and read by hand: `prost`'s messages would copy every key and value twice.

use super::{Head, Limits, WireTrace};
use crate::context::Context;
use crate::error::DecodeError;
use crate::pool::ContextPool;
use crate::value::Value;

/// How a field lies on the wire.
const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const DELIMITED: u8 = 2;
const FIXED32: u8 = 5;

impl Context {
    /// Writes the context to `buffer`, in the place of what is there, as the message that `schemas/context.proto`
    /// describes. Nothing is allocated if the buffer has room.
    pub fn encode_protobuf(&self, buffer: &mut Vec<u8>) {
        let Head { trace, timeout, cause } = Head::of(self);
        buffer.clear();
        if let Some(WireTrace { trace_id, span_id, flags }) = trace {
            let size = 2 + 16 + 2 + 8 + if flags == 0 { 0 } else { 1 + varint_size(u64::from(flags)) };
            buffer.extend_from_slice(&[tag(1, DELIMITED), size as u8, tag(1, DELIMITED), 16]);
            buffer.extend_from_slice(&trace_id);
            buffer.extend_from_slice(&[tag(2, DELIMITED), 8]);
            buffer.extend_from_slice(&span_id);
            if flags != 0 {
                buffer.push(tag(3, VARINT));
                write_varint(buffer, u64::from(flags));
            }
        }
        if let Some(timeout) = timeout {
            buffer.push(tag(2, VARINT));
            write_varint(buffer, zigzag(timeout));
        }
        if cause != 0 {
            buffer.push(tag(3, VARINT));
            write_varint(buffer, u64::from(cause));
        }
        self.entries().for_each(|(key, value)| write_field(buffer, key.as_str(), value));
    }
}

impl ContextPool {
    /// A new context of a Protobuf message, which may come from anyone.
    ///
    /// # Errors
    ///
    /// The bytes are not one, are more than `limits` allow, or do not fit in a context.
    pub fn decode_protobuf(&self, bytes: &[u8], limits: &Limits) -> Result<Context, DecodeError> {
        limits.check_bytes(bytes)?;
        let context = self.create()?;
        let mut head = Head::default();
        let mut count = 0;
        let mut reader = Reader { bytes, at: 0 };
        while let Some(field) = reader.field()? {
            match field {
                (1, Wire::Bytes(trace)) => read_trace(trace, head.trace.get_or_insert_default())?,
                (2, Wire::Number(timeout)) => head.timeout = Some(unzigzag(timeout)),
                (3, Wire::Number(cause)) => head.cause = u8::try_from(cause).unwrap_or(u8::MAX),
                (4, Wire::Bytes(field)) => {
                    count += 1;
                    limits.check_fields(count)?;
                    if let (key, Some(value)) = read_field(field)? {
                        context.set(key, value)?;
                    }
                }
                _ => {}
            }
        }
        head.apply(&context)?;
        Ok(context)
    }
}

fn write_field(buffer: &mut Vec<u8>, key: &str, value: Value<'_>) {
    let value_size = match value {
        Value::Str(text) => delimited_size(text.len()),
        Value::Bytes(bytes) => delimited_size(bytes.len()),
        Value::I64(number) => 1 + varint_size(zigzag(number)),
        Value::F64(_) => 9,
        Value::Bool(_) => 2,
    };
    buffer.push(tag(4, DELIMITED));
    if key.is_empty() {
        // What is as it would be anyway does not travel.
        write_varint(buffer, value_size as u64);
    } else {
        write_varint(buffer, (delimited_size(key.len()) + value_size) as u64);
        write_delimited(buffer, 1, key.as_bytes());
    }
    match value {
        Value::Str(text) => write_delimited(buffer, 2, text.as_bytes()),
        Value::Bytes(bytes) => write_delimited(buffer, 3, bytes),
        Value::I64(number) => {
            buffer.push(tag(4, VARINT));
            write_varint(buffer, zigzag(number));
        }
        Value::F64(number) => {
            buffer.push(tag(5, FIXED64));
            buffer.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::Bool(yes) => buffer.extend_from_slice(&[tag(6, VARINT), u8::from(yes)]),
    }
}

const fn tag(number: u8, wire: u8) -> u8 {
    number << 3 | wire
}

fn delimited_size(len: usize) -> usize {
    1 + varint_size(len as u64) + len
}

fn write_delimited(buffer: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    buffer.push(tag(number, DELIMITED));
    write_varint(buffer, bytes.len() as u64);
    buffer.extend_from_slice(bytes);
}

fn varint_size(number: u64) -> usize {
    (70 - (number | 1).leading_zeros() as usize) / 7
}

#[inline]
fn write_varint(buffer: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        buffer.push(number as u8 | 0x80);
        number >>= 7;
    }
    buffer.push(number as u8);
}

fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn read_trace(bytes: &[u8], trace: &mut WireTrace) -> Result<(), DecodeError> {
    let mut reader = Reader { bytes, at: 0 };
    while let Some(field) = reader.field()? {
        match field {
            // An identity of another length is none.
            (1, Wire::Bytes(id)) => trace.trace_id = id.try_into().unwrap_or_default(),
            (2, Wire::Bytes(id)) => trace.span_id = id.try_into().unwrap_or_default(),
            (3, Wire::Number(flags)) => trace.flags = flags as u8,
            _ => {}
        }
    }
    Ok(())
}

/// The key and the value of a field; no value, if it is of a later version.
fn read_field(bytes: &[u8]) -> Result<(&str, Option<Value<'_>>), DecodeError> {
    let (mut key, mut value) = ("", None);
    let mut reader = Reader { bytes, at: 0 };
    while let Some(field) = reader.field()? {
        match field {
            (1, Wire::Bytes(text)) => key = read_text(text)?,
            (2, Wire::Bytes(text)) => value = Some(Value::Str(read_text(text)?)),
            (3, Wire::Bytes(bytes)) => value = Some(Value::Bytes(bytes)),
            (4, Wire::Number(number)) => value = Some(Value::I64(unzigzag(number))),
            (5, Wire::Fixed(bits)) => value = Some(Value::F64(f64::from_bits(bits))),
            (6, Wire::Number(yes)) => value = Some(Value::Bool(yes != 0)),
            _ => {}
        }
    }
    Ok((key, value))
}

fn read_text(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|error| malformed("a text is not UTF-8", error.valid_up_to()))
}

/// A message from outside.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What a field has on the wire.
enum Wire<'a> {
    Number(u64),
    Fixed(u64),
    Bytes(&'a [u8]),
    /// Four bytes, which no field of ours has.
    Other,
}

impl<'a> Reader<'a> {
    /// The number of the next field, and what it has.
    fn field(&mut self) -> Result<Option<(u64, Wire<'a>)>, DecodeError> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let start = self.at;
        let tag = self.varint()?;
        if tag >> 3 == 0 || tag > u64::from(u32::MAX) {
            return Err(malformed("a field has no number", start));
        }
        let wire = match (tag & 7) as u8 {
            VARINT => Wire::Number(self.varint()?),
            FIXED64 => {
                Wire::Fixed(u64::from_le_bytes(*self.take(8)?.first_chunk().expect("because it is 8")))
            }
            DELIMITED => {
                let len = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
                Wire::Bytes(self.take(len)?)
            }
            FIXED32 => self.take(4).map(|_| Wire::Other)?,
            _ => return Err(malformed("a field has a type that proto3 does not have", start)),
        };
        Ok(Some((tag >> 3, wire)))
    }

    fn varint(&mut self) -> Result<u64, DecodeError> {
        let start = self.at;
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let Some(&byte) = self.bytes.get(self.at) else {
                return Err(malformed("it ends too early", start));
            };
            self.at += 1;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                // Ten bytes have room for 70 bits.
                let fits = shift < 63 || byte < 2;
                return if fits {
                    Ok(number)
                } else {
                    Err(malformed("a number has more than 64 bits", start))
                };
            }
        }
        Err(malformed("a number has more than ten bytes", start))
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let taken =
            self.bytes[self.at..].get(..len).ok_or_else(|| malformed("it ends too early", self.at))?;
        self.at += len;
        Ok(taken)
    }
}

#[cold]
fn malformed(what: &'static str, at: usize) -> DecodeError {
    DecodeError::Malformed { format: "Protobuf", what, at }
}
