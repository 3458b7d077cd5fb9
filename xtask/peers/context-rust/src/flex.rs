//! flexbuffers: without a schema, so fields are a map by name. Decoding reads every field, in place, with checks on the way.

use std::hint::black_box;

use flexbuffers::{Blob, Builder, BuilderOptions, FlexBufferType, Reader};

use crate::harness::Figure;
use crate::hash_map;
use crate::record::{self, ROUTE, ROUTE_BYTES, Value, checksum, record, sum};

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let mut builder = Builder::new(BuilderOptions::default());
    Some(match name {
        "lifecycle" => hash_map::lifecycle(move |bag| {
            encode(&mut builder, bag.iter().map(|(key, value)| (key.as_str(), value.borrowed())))
        }),
        "read" | "read-name" => {
            encode_record(&mut builder);
            let bytes = builder.take_buffer();
            let root = Reader::get_root(&*bytes.leak()).expect("because it is ours");
            let fields = root.as_map().idx("fields").as_map();
            Figure::returning(ROUTE_BYTES, move || black_box(&fields).idx(black_box(ROUTE)).as_str().len())
        }
        "flatbuffers-encode" => Figure::calls(move || encode_record(black_box(&mut builder))),
        "flatbuffers-decode" => {
            encode_record(&mut builder);
            let bytes = builder.take_buffer();
            Figure::returning(checksum(), move || decode(black_box(&bytes)))
        }
        _ => return None,
    })
}

fn encode_record(builder: &mut Builder) -> usize {
    encode(builder, record().iter().map(|(key, value)| (*key, *value)))
}

fn encode<'v>(builder: &mut Builder, fields: impl Iterator<Item = (&'v str, Value<'v>)>) -> usize {
    builder.reset();
    let mut root = builder.start_map();
    root.push("trace_id", Blob(&record::TRACE_ID[..]));
    root.push("span_id", Blob(&record::SPAN_ID[..]));
    root.push("flags", record::FLAGS);
    root.push("cause", 0_u8);
    let mut map = root.start_map("fields");
    for (key, value) in fields {
        match value {
            Value::Text(text) => map.push(key, text),
            Value::Data(bytes) => map.push(key, Blob(bytes)),
            Value::Integer(number) => map.push(key, number),
            Value::Number(number) => map.push(key, number),
            Value::Flag(yes) => map.push(key, yes),
        }
    }
    map.end_map();
    root.end_map();
    builder.view().len()
}

fn decode(bytes: &[u8]) -> u64 {
    let root = Reader::get_root(bytes).and_then(|root| root.get_map()).expect("because it is ours");
    let fields = root.index("fields").and_then(|fields| fields.get_map()).expect("because it is ours");
    let values = fields.iter_keys().zip(fields.iter_values());
    let touch = |(key, value): (&str, Reader<&[u8]>)| {
        let value = match value.flexbuffer_type() {
            FlexBufferType::String => value.get_str().map(|text| sum(text.as_bytes())),
            FlexBufferType::Blob => value.get_blob().map(|blob| sum(blob.0)),
            FlexBufferType::Float => value.get_f64().map(f64::to_bits),
            FlexBufferType::Bool => value.get_bool().map(u64::from),
            _ => value.get_i64().map(|number| number as u64),
        };
        sum(key.as_bytes()).wrapping_add(value.expect("because it is ours"))
    };
    values.map(touch).fold(0, u64::wrapping_add)
}
