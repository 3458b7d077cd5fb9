//! Values as JSON.

use std::fmt::{self, Formatter};

use smol_str::SmolStr;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::crossing::Uncrossable;
use super::error::CallError;
use super::value::{MAX_DEPTH, Object, Value};

/// Reads JSON. Numbers are those of JavaScript; of a name that occurs twice the last value counts.
pub(super) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, CallError> {
    serde_json::from_str(text).map_err(|error| CallError::named("SyntaxError", error.to_string()))
}

/// Writes JSON; `root` is what errors call the value.
pub(super) fn write(value: &Value, root: &str) -> Result<String, CallError> {
    let mut text = String::with_capacity(64);
    write_value(&mut text, value, MAX_DEPTH).map_err(|fault| fault.at(root))?;
    Ok(text)
}

/// Writes a table as [`write`] does.
pub(super) fn write_table(object: &Object, root: &str) -> Result<String, CallError> {
    let mut text = String::with_capacity(64);
    write_object(&mut text, object, MAX_DEPTH).map_err(|fault| fault.at(root))?;
    Ok(text)
}

fn write_value(text: &mut String, value: &Value, depth: usize) -> Result<(), Uncrossable> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) if number.is_finite() => write_number(text, *number),
        Value::Number(number) => {
            return Err(Uncrossable::new(format!("is {number}, which JSON cannot hold")));
        }
        Value::String(string) => write_string(text, string),
        Value::Array(items) => write_array(text, items, depth)?,
        Value::Object(object) => write_object(text, object, depth)?,
        other => return Err(Uncrossable::new(format!("is {}, which JSON cannot hold", other.kind()))),
    }
    Ok(())
}

fn write_array(text: &mut String, items: &[Value], depth: usize) -> Result<(), Uncrossable> {
    let depth = deeper(depth)?;
    text.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_value(text, item, depth).map_err(|fault| fault.inside(&format!("[{at}]")))?;
    }
    text.push(']');
    Ok(())
}

fn write_object(text: &mut String, object: &Object, depth: usize) -> Result<(), Uncrossable> {
    let depth = deeper(depth)?;
    text.push('{');
    for (at, (name, value)) in object.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_string(text, name);
        text.push(':');
        write_value(text, value, depth).map_err(|fault| fault.inside(&format!(".{name}")))?;
    }
    text.push('}');
    Ok(())
}

fn deeper(depth: usize) -> Result<usize, Uncrossable> {
    depth.checked_sub(1).ok_or_else(Uncrossable::too_deep)
}

/// As JavaScript writes it, where that is short.
fn write_number(text: &mut String, number: f64) {
    use std::fmt::Write as _;
    let whole = number as i64;
    let written = if whole as f64 == number && whole.unsigned_abs() < 1 << 53 {
        write!(text, "{whole}")
    } else if (1e-6..1e21).contains(&number.abs()) {
        write!(text, "{number}")
    } else {
        write!(text, "{number:e}")
    };
    written.expect("because writing to a string cannot fail");
}

fn write_string(text: &mut String, string: &str) {
    use std::fmt::Write as _;
    text.push('"');
    let mut written = 0;
    for (at, byte) in string.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(&string[written..at]);
        written = at + 1;
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            _ => write!(text, "\\u{byte:04x}").expect("because writing to a string cannot fail"),
        }
    }
    text.push_str(&string[written..]);
    text.push('"');
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Table)
    }
}

/// A name or a text, straight into its own allocation.
struct Text;

impl<'de> de::DeserializeSeed<'de> for Text {
    type Value = SmolStr;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SmolStr, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Text {
    type Value = SmolStr;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<SmolStr, E> {
        Ok(text.into())
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = Object;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut object = Object::with_capacity(map.size_hint().unwrap_or(4));
        while let Some(name) = map.next_key_seed(Text)? {
            object.set(name, map.next_value::<Value>()?);
        }
        Ok(object)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.into()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list: Vec<Value> = Vec::with_capacity(items.size_hint().unwrap_or(4).min(1024));
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        Table.visit_map(map).map(Value::from)
    }
}
