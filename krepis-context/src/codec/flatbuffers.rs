//! `schemas/context.fbs`, written and read by hand.
//!
//! A FlatBuffer need not be built backwards: offsets only have to lead forward. So the constant part, all vtables, comes
//! first, then the root, then each field in its turn, in one pass over the slot.

use std::ops::Range;

use super::{Head, Limits, WireTrace};
use crate::context::Context;
use crate::error::DecodeError;
use crate::layout::kind;
use crate::pool::ContextPool;
use crate::value::Value;

const IDENTIFIER: &[u8; 4] = b"KCTX";

/// What every buffer of ours begins with: the place of the root, the identifier, and the vtables. A vtable has its own
/// size, that of the table, and where each field lies in the table (0: nowhere).
const PREFIX: [u8; ROOT] = {
    let words: [u16; ROOT / 2] = [
        ROOT as u16,
        0,
        0,
        0, // The identifier goes here.
        12,
        48,
        4,
        32,
        40,
        44, // Context with a deadline, at 8: trace, timeout, cause, fields.
        12,
        48,
        4,
        0,
        40,
        44, // Context without one, at 20.
        16,
        16,
        4,
        12,
        0,
        0,
        8,
        0, // Field with a text, at 32: key, kind, integer, float, text, bytes.
        16,
        16,
        4,
        12,
        0,
        0,
        0,
        8, // Field with bytes, at 48.
        10,
        24,
        4,
        8,
        16, // Field with an integer, at 64.
        12,
        24,
        4,
        8,
        0,
        16, // Field with a float, at 74.
        0,  // To a multiple of 8.
    ];
    let mut bytes = [0; ROOT];
    let mut at = 0;
    while at < words.len() {
        [bytes[2 * at], bytes[2 * at + 1]] = words[at].to_le_bytes();
        at += 1;
    }
    let mut at = 0;
    while at < 4 {
        bytes[4 + at] = IDENTIFIER[at];
        at += 1;
    }
    bytes
};
const ROOT: usize = 88;
const ROOT_SIZE: usize = 48;
const WITH_DEADLINE: usize = 8;
const WITHOUT_DEADLINE: usize = 20;
const TEXT: usize = 32;
const BYTES: usize = 48;
const INTEGER: usize = 64;
const FLOAT: usize = 74;

impl Context {
    /// Writes the context to `buffer`, in the place of what is there, as the FlatBuffer that `schemas/context.fbs`
    /// describes. Nothing is allocated if the buffer has room.
    pub fn encode_flatbuffer(&self, buffer: &mut Vec<u8>) {
        let head = Head::of(self);
        // Fields that someone sets between counting and writing may not fit; then both are done again.
        while write(self, &head, buffer).is_none() {}
    }
}

/// `None` if the context has grown meanwhile.
fn write(context: &Context, head: &Head, buffer: &mut Vec<u8>) -> Option<()> {
    let (mut count, mut fields) = (0, 0);
    context.entries().for_each(|(key, value)| {
        count += 1;
        fields += field_size(key.as_str(), value);
    });
    let offsets = ROOT + ROOT_SIZE;
    let mut at = (offsets + 4 + 4 * count).next_multiple_of(8);
    buffer.clear();
    buffer.resize(at + fields, 0);
    buffer[..ROOT].copy_from_slice(&PREFIX);
    buffer[ROOT..offsets].copy_from_slice(&root(head));
    let mut written = 0;
    context.entries().for_each(|(key, value)| {
        let size = field_size(key.as_str(), value);
        let place = offsets + 4 + 4 * written;
        written += 1;
        if written <= count
            && let Some(field) = buffer.get_mut(at..at + size)
        {
            write_field(field, at, key.as_str(), value);
            buffer[place..place + 4].copy_from_slice(&((at - place) as u32).to_le_bytes());
        }
        at += size;
    });
    if written > count || at > buffer.len() {
        return None;
    }
    buffer[offsets..offsets + 4].copy_from_slice(&(written as u32).to_le_bytes());
    Some(())
}

impl ContextPool {
    /// A new context of a FlatBuffer, which may come from anyone.
    ///
    /// # Errors
    ///
    /// The bytes are not one, are more than `limits` allow, or do not fit in a context.
    pub fn decode_flatbuffer(&self, bytes: &[u8], limits: &Limits) -> Result<Context, DecodeError> {
        limits.check_bytes(bytes)?;
        let reader = Reader(bytes);
        if bytes.get(4..8) != Some(IDENTIFIER) {
            return Err(malformed("the identifier is not KCTX", 4));
        }
        let root = reader.table(reader.follow(0)?)?;
        let context = self.create()?;
        if let Some(fields) = root.offset(3)? {
            let count = reader.u32(fields)? as usize;
            limits.check_fields(count)?;
            for number in 0..count {
                let (key, value) = read_field(&reader, reader.follow(fields + 4 + 4 * number)?)?;
                if let Some(value) = value {
                    context.set(key, value)?;
                }
            }
        }
        let trace = root.place(0, 25)?.map(|at| WireTrace {
            trace_id: std::array::from_fn(|byte| bytes[at + byte]),
            span_id: std::array::from_fn(|byte| bytes[at + 16 + byte]),
            flags: bytes[at + 24],
        });
        let timeout = root.place(1, 8)?.map(|at| reader.i64(at)).transpose()?;
        let cause = root.place(2, 1)?.map_or(0, |at| bytes[at]);
        Head { trace, timeout, cause }.apply(&context)?;
        Ok(context)
    }
}

/// The root table. The vector of fields comes right after it.
fn root(head: &Head) -> [u8; ROOT_SIZE] {
    let vtable = if head.timeout.is_some() { WITH_DEADLINE } else { WITHOUT_DEADLINE };
    let WireTrace { trace_id, span_id, flags } = head.trace.unwrap_or_default();
    let mut table = [0; ROOT_SIZE];
    table[..4].copy_from_slice(&((ROOT - vtable) as u32).to_le_bytes());
    table[4..20].copy_from_slice(&trace_id);
    table[20..28].copy_from_slice(&span_id);
    table[28] = flags;
    table[32..40].copy_from_slice(&head.timeout.unwrap_or(0).to_le_bytes());
    table[40] = head.cause;
    table[44..].copy_from_slice(&4_u32.to_le_bytes());
    table
}

/// The bytes of a field: its table, and the key and the value after it.
fn field_size(key: &str, value: Value<'_>) -> usize {
    let value_size = match value {
        Value::Str(text) => vector_size(text.len()),
        Value::Bytes(bytes) => vector_size(bytes.len()),
        // Scalars are in the table, which is larger for it.
        _ => 8,
    };
    (16 + vector_size(key.len()) + value_size).next_multiple_of(8)
}

/// A string or a vector of bytes: the length, the bytes, and a zero that does not count.
fn vector_size(len: usize) -> usize {
    (4 + len + 1).next_multiple_of(4)
}

/// Writes a field to its place, which is all zero and `at` bytes from the beginning.
fn write_field(field: &mut [u8], at: usize, key: &str, value: Value<'_>) {
    let key_size = vector_size(key.len());
    value.with_bytes(|kind, bytes| {
        let (vtable, is_vector) = match kind {
            kind::STR => (TEXT, true),
            kind::BYTES => (BYTES, true),
            kind::F64 => (FLOAT, false),
            _ => (INTEGER, false),
        };
        // The way back to the vtable, and the way to the key, which comes after the table.
        let (back, key_at) = ((at - vtable) as u128, if is_vector { 16 } else { 24 });
        let start = back | (key_at as u128 - 4) << 32;
        let table = if is_vector {
            start | ((16 + key_size) as u128 - 8) << 64 | u128::from(kind) << 96
        } else {
            start | u128::from(kind) << 64
        };
        field[..16].copy_from_slice(&table.to_le_bytes());
        put_vector(&mut field[key_at..], key.as_bytes());
        let value_at = if is_vector { 16 + key_size } else { 16 };
        if is_vector {
            put_vector(&mut field[value_at..], bytes);
        } else {
            field[value_at..value_at + bytes.len()].copy_from_slice(bytes);
        }
    });
}

fn put_vector(place: &mut [u8], bytes: &[u8]) {
    place[..4].copy_from_slice(&(bytes.len() as u32).to_le_bytes());
    place[4..4 + bytes.len()].copy_from_slice(bytes);
}

/// The key and the value of the field whose table is at `at`; no value, if it is of a later version.
fn read_field<'a>(reader: &Reader<'a>, at: usize) -> Result<(&'a str, Option<Value<'a>>), DecodeError> {
    let table = reader.table(at)?;
    let key = table.offset(0)?.ok_or_else(|| malformed("a field has no key", at))?;
    let key = reader.text(key)?;
    let kind = table.place(1, 1)?.map_or(0, |at| reader.0[at]);
    let integer = || table.place(2, 8)?.map_or(Ok(0), |at| reader.i64(at));
    let value = match kind {
        kind::STR => Value::Str(table.offset(4)?.map_or(Ok(""), |at| reader.text(at))?),
        kind::BYTES => Value::Bytes(table.offset(5)?.map_or(Ok(&[][..]), |at| reader.vector(at))?),
        kind::I64 => Value::I64(integer()?),
        kind::BOOL => Value::Bool(integer()? != 0),
        kind::F64 => {
            let bits = table.place(3, 8)?.map_or(Ok(0), |at| reader.i64(at))?;
            Value::F64(f64::from_bits(bits.cast_unsigned()))
        }
        _ => return Ok((key, None)),
    };
    Ok((key, Some(value)))
}

/// Bytes from outside: every offset is checked before it is followed. Offsets lead forward, so that nothing goes in
/// circles.
struct Reader<'a>(&'a [u8]);

struct Table<'r, 'a> {
    reader: &'r Reader<'a>,
    at: usize,
    end: usize,
    vtable: Range<usize>,
}

impl<'a> Reader<'a> {
    fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], DecodeError> {
        let bytes = self.0.get(at..).and_then(|bytes| bytes.first_chunk());
        bytes.copied().ok_or_else(|| malformed("it ends too early", at))
    }

    fn u16(&self, at: usize) -> Result<u16, DecodeError> {
        self.array(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Result<u32, DecodeError> {
        self.array(at).map(u32::from_le_bytes)
    }

    fn i64(&self, at: usize) -> Result<i64, DecodeError> {
        self.array(at).map(i64::from_le_bytes)
    }

    /// Where the offset at `at` leads.
    fn follow(&self, at: usize) -> Result<usize, DecodeError> {
        let to = at.saturating_add(self.u32(at)? as usize);
        if to == at || to >= self.0.len() { Err(malformed("an offset leads nowhere", at)) } else { Ok(to) }
    }

    fn vector(&self, at: usize) -> Result<&'a [u8], DecodeError> {
        let len = self.u32(at)? as usize;
        let bytes = self.0.get(at + 4..).and_then(|bytes| bytes.get(..len));
        bytes.ok_or_else(|| malformed("a vector is longer than the rest", at))
    }

    fn text(&self, at: usize) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(self.vector(at)?).map_err(|_| malformed("a text is not UTF-8", at))
    }

    fn table(&self, at: usize) -> Result<Table<'_, 'a>, DecodeError> {
        let back = i32::from_le_bytes(self.array(at)?);
        let vtable = (at as i64) - i64::from(back);
        let vtable =
            usize::try_from(vtable).map_err(|_| malformed("a vtable lies before the beginning", at))?;
        let (vtable_size, size) = (self.u16(vtable)?, self.u16(vtable.saturating_add(2))?);
        let (vtable_end, end) = (vtable + usize::from(vtable_size), at + usize::from(size));
        if vtable_size < 4 || vtable_size % 2 != 0 || vtable_end > self.0.len() {
            return Err(malformed("a vtable is not whole", vtable));
        }
        if size < 4 || end > self.0.len() {
            return Err(malformed("a table is not whole", at));
        }
        Ok(Table { reader: self, at, end, vtable: vtable + 4..vtable_end })
    }
}

impl Table<'_, '_> {
    /// Where a field of `size` bytes lies, if the table has it.
    fn place(&self, number: usize, size: usize) -> Result<Option<usize>, DecodeError> {
        let entry = self.vtable.start + 2 * number;
        if entry >= self.vtable.end {
            return Ok(None);
        }
        let offset = usize::from(self.reader.u16(entry)?);
        if offset == 0 {
            return Ok(None);
        }
        if offset < 4 || self.at + offset + size > self.end {
            return Err(malformed("a field lies outside of its table", entry));
        }
        Ok(Some(self.at + offset))
    }

    /// Where a field that is an offset leads, if the table has it.
    fn offset(&self, number: usize) -> Result<Option<usize>, DecodeError> {
        self.place(number, 4)?.map(|at| self.reader.follow(at)).transpose()
    }
}

#[cold]
fn malformed(what: &'static str, at: usize) -> DecodeError {
    DecodeError::Malformed { format: "FlatBuffers", what, at }
}
