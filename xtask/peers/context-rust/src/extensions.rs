//! `http::Extensions`: one value for each Rust type. Its hundred fields, which no program has types for, are one map.

use std::hint::black_box;

use http::Extensions;

use crate::burst::{burst, burst_of_threads};
use crate::harness::Figure;
use crate::hash_map::{Bag, fill};
use crate::prosted;
use crate::record::{RECORD, ROUTE_BYTES, Value, hundred};

/// A type for each field of the record.
#[derive(Clone)]
struct RequestId(String);
#[derive(Clone)]
struct Tenant(String);
#[derive(Clone)]
struct User(String);
#[derive(Clone)]
struct Method(String);
#[derive(Clone)]
struct Route(String);
#[derive(Clone)]
struct Priority(i64);
#[derive(Clone)]
struct Attempt(i64);
#[derive(Clone)]
struct Ratio(f64);
#[derive(Clone)]
struct Cached(bool);
#[derive(Clone)]
struct Cart(Vec<u8>);

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "create" => Figure::calls(Extensions::new),
        "child" => {
            let parent = with_record();
            Figure::calls(move || {
                let mut child = black_box(&parent).clone();
                child.insert(Attempt(black_box(2)));
                child
            })
        }
        "request" => Figure::calls(|| {
            let fields = with_record();
            black_box(fields.get::<RequestId>().map(|field| &field.0));
            black_box(fields.get::<Tenant>().map(|field| &field.0));
            black_box(fields.get::<User>().map(|field| &field.0));
            black_box(fields.get::<Method>().map(|field| &field.0));
            black_box(fields.get::<Route>().map(|field| &field.0));
            black_box(fields.get::<Priority>().map(|field| field.0));
            black_box(fields.get::<Attempt>().map(|field| field.0));
            black_box(fields.get::<Ratio>().map(|field| field.0));
            black_box(fields.get::<Cached>().map(|field| field.0));
            black_box(fields.get::<Cart>().map(|field| &field.0));
        }),
        "lifecycle" => {
            let keys = hundred();
            let mut buffer = Vec::with_capacity(64 * 1024);
            Figure::calls(move || {
                let mut fields = Extensions::new();
                fill(fields.get_or_insert_default::<Bag>(), &keys);
                let bag = fields.remove::<Bag>().unwrap_or_default();
                prosted::encode_bag(bag, &mut buffer)
            })
        }
        "read" => {
            let fields = with_record();
            Figure::returning(Some(ROUTE_BYTES), move || {
                black_box(&fields).get::<Route>().map(|field| field.0.len())
            })
        }
        "burst" => burst(with_id),
        "burst-threads" => burst_of_threads(with_id),
        _ => return None,
    })
}

fn with_record() -> Extensions {
    let text = |index: usize| match black_box(&RECORD[index].1) {
        Value::Text(text) => (*text).to_owned(),
        _ => unreachable!("because the field is a text"),
    };
    let mut fields = Extensions::new();
    fields.insert(RequestId(text(0)));
    fields.insert(Tenant(text(1)));
    fields.insert(User(text(2)));
    fields.insert(Method(text(3)));
    fields.insert(Route(text(4)));
    fields.insert(Priority(black_box(3)));
    fields.insert(Attempt(black_box(1)));
    fields.insert(Ratio(black_box(0.25)));
    fields.insert(Cached(black_box(false)));
    fields.insert(Cart(black_box(&[1, 2, 3, 4, 5, 6, 7, 8]).to_vec()));
    fields
}

fn with_id() -> Extensions {
    let mut fields = Extensions::new();
    fields.insert(RequestId(black_box("7b1c9d00-55aa").to_owned()));
    fields
}
