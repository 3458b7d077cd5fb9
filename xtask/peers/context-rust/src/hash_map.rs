//! The usual bag: a map from names to values, all of them on the heap. The peers that only encode keep their fields in it.

use std::collections::HashMap;
use std::hint::black_box;

use crate::burst::{burst, burst_of_threads};
use crate::harness::Figure;
use crate::record::{ATTEMPT, ROUTE, ROUTE_BYTES, Value, hundred, record};

#[derive(Clone)]
pub(crate) enum Owned {
    Text(String),
    Data(Vec<u8>),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

pub(crate) type Bag = HashMap<String, Owned>;

impl Owned {
    pub(crate) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(text),
            Self::Data(bytes) => Value::Data(bytes),
            Self::Integer(number) => Value::Integer(*number),
            Self::Number(number) => Value::Number(*number),
            Self::Flag(yes) => Value::Flag(*yes),
        }
    }
}

impl From<Value<'_>> for Owned {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Data(bytes) => Self::Data(bytes.to_owned()),
            Value::Integer(number) => Self::Integer(number),
            Value::Number(number) => Self::Number(number),
            Value::Flag(yes) => Self::Flag(yes),
        }
    }
}

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "create" => Figure::calls(Bag::new),
        "child" => {
            let parent = with_record();
            Figure::calls(move || {
                let mut child = black_box(&parent).clone();
                child.insert(ATTEMPT.to_owned(), Owned::Integer(black_box(2)));
                child
            })
        }
        "request" => Figure::calls(|| {
            let bag = with_record();
            for (key, _) in record() {
                black_box(bag.get(*key));
            }
        }),
        "read" | "read-name" => {
            let bag = with_record();
            Figure::returning(ROUTE_BYTES, move || match black_box(&bag).get(black_box(ROUTE)) {
                Some(Owned::Text(text)) => text.len(),
                _ => 0,
            })
        }
        "burst" => burst(with_id),
        "burst-threads" => burst_of_threads(with_id),
        _ => return None,
    })
}

/// 100 fields set and read, and `encode`d: how many bytes they are.
pub(crate) fn lifecycle(mut encode: impl FnMut(Bag) -> usize + 'static) -> Figure {
    let keys = hundred();
    Figure::calls(move || {
        let mut bag = Bag::new();
        fill(&mut bag, &keys);
        encode(bag)
    })
}

/// Sets and reads the fields.
pub(crate) fn fill(bag: &mut Bag, keys: &[String]) {
    for (number, key) in keys.iter().enumerate() {
        bag.insert(key.clone(), Owned::Integer(number as i64));
    }
    for key in keys {
        black_box(bag.get(key));
    }
}

fn with_record() -> Bag {
    record().iter().map(|(key, value)| ((*key).to_owned(), Owned::from(*value))).collect()
}

fn with_id() -> Bag {
    let mut bag = Bag::new();
    bag.insert("request.id".to_owned(), Owned::from(black_box(Value::Text("7b1c9d00-55aa"))));
    bag
}
