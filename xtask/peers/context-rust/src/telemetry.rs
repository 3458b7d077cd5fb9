//! `opentelemetry`: a `Context` whose baggage has the fields, as texts. It takes 64 of them at most, and so no hundred.

use std::hint::black_box;

use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt};

use crate::burst::{burst, burst_of_threads};
use crate::harness::Figure;
use crate::record::{ROUTE, ROUTE_BYTES, Value, record};

/// What a program gives to a context of its own.
struct Attempt(#[expect(dead_code, reason = "set, as in the other peers, and not read")] i64);

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "create" => Figure::calls(Context::new),
        "child" => {
            let parent = with_record();
            Figure::calls(move || black_box(&parent).with_value(Attempt(black_box(2))))
        }
        "request" => Figure::calls(|| {
            let context = with_record();
            for (key, _) in record() {
                black_box(context.baggage().get(key));
            }
        }),
        "read" | "read-name" => {
            let context = with_record();
            Figure::returning(Some(ROUTE_BYTES), move || {
                black_box(&context).baggage().get(black_box(ROUTE)).map(|text| text.as_str().len())
            })
        }
        "current" => {
            let context = with_record();
            Figure::calls(move || {
                let _former = black_box(&context).clone().attach();
                drop(black_box(Context::current()));
            })
        }
        "burst" => burst(with_id),
        "burst-threads" => burst_of_threads(with_id),
        _ => return None,
    })
}

fn with_record() -> Context {
    let mut baggage = Baggage::new();
    for (key, value) in record() {
        let text = match value {
            Value::Text(text) => (*text).to_owned(),
            Value::Data(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Flag(yes) => yes.to_string(),
        };
        baggage.insert(*key, text);
    }
    Context::new().with_baggage(baggage)
}

fn with_id() -> Context {
    let mut baggage = Baggage::new();
    baggage.insert("request.id", black_box("7b1c9d00-55aa").to_owned());
    Context::new().with_baggage(baggage)
}
