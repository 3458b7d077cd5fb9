//! Contexts as people read them.
//!
//! ```json
//! {
//!   "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
//!   "timeoutMs": 1250.5,
//!   "cause": "cancelled",
//!   "fields": { "tenant.id": "acme", "priority": 3, "ratio": 0.5, "key": { "$bytes": "00ff" } }
//! }
//! ```
//!
//! A number with a point or an exponent is a float, and one without is an integer; what JSON has no number for is
//! `{ "$float": "NaN" }`, `"Infinity"` or `"-Infinity"`.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::{Head, Limits, WireTrace};
use crate::cause::Cause;
use crate::context::Context;
use crate::error::{DecodeError, SetError};
use crate::pool::ContextPool;
use crate::trace::Trace;
use crate::value::Value;

impl Context {
    /// The context as JSON.
    pub fn encode_json(&self) -> String {
        let mut json = format!("{{\"traceparent\":\"{}\"", self.trace().traceparent());
        let infallible = "because a String takes everything";
        let head = Head::of(self);
        if let Some(nanos) = head.timeout {
            write!(json, ",\"timeoutMs\":{}", nanos as f64 / 1e6).expect(infallible);
        }
        if let Some(cause) = Cause::from_code(head.cause) {
            write!(json, ",\"cause\":\"{cause}\"").expect(infallible);
        }
        json.push_str(",\"fields\":{");
        for (number, (key, value)) in self.entries().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(json, "{comma}{}:{}", Json::from(key.as_str()), value_to_json(value)).expect(infallible);
        }
        json.push_str("}}");
        json
    }
}

impl ContextPool {
    /// A new context of JSON, which may come from anyone.
    ///
    /// # Errors
    ///
    /// The text is not a context, is more than `limits` allow, or does not fit in a context.
    pub fn decode_json(&self, json: &[u8], limits: &Limits) -> Result<Context, DecodeError> {
        limits.check_bytes(json)?;
        let json: Json =
            serde_json::from_slice(json).map_err(|error| DecodeError::Json(error.to_string()))?;
        let Json::Object(object) = json else { return Err(wrong("expected an object")) };
        let context = self.create()?;
        let mut head = Head::default();
        for (name, value) in &object {
            match (name.as_str(), value) {
                ("traceparent", Json::String(text)) => {
                    let sender =
                        Trace::from_traceparent(text).ok_or_else(|| wrong("`traceparent` is not valid"))?;
                    head.trace = Some(WireTrace {
                        trace_id: sender.trace_id.0,
                        span_id: sender.span_id.0,
                        flags: sender.flags.0,
                    });
                }
                ("timeoutMs", Json::Number(number)) => {
                    head.timeout = number.as_f64().map(|milliseconds| (milliseconds * 1e6) as i64);
                }
                ("cause", Json::String(text)) => {
                    let cause =
                        Cause::from_name(text).ok_or_else(|| wrong("`cause` is not one that we know"))?;
                    head.cause = cause.code();
                }
                ("fields", Json::Object(fields)) => read_fields(&context, fields, limits)?,
                ("traceparent" | "timeoutMs" | "cause" | "fields", _) => {
                    return Err(wrong(&format!("`{name}` has the wrong type")));
                }
                _ => {}
            }
        }
        head.apply(&context)?;
        Ok(context)
    }
}

fn read_fields(
    context: &Context,
    fields: &serde_json::Map<String, Json>,
    limits: &Limits,
) -> Result<(), DecodeError> {
    limits.check_fields(fields.len())?;
    for (key, value) in fields {
        set_from_json(context, key, value)
            .ok_or_else(|| wrong(&format!("field `{key}` has no value of ours")))??;
    }
    Ok(())
}

fn value_to_json(value: Value<'_>) -> Json {
    match value {
        Value::Str(text) => Json::from(text),
        Value::I64(number) => Json::from(number),
        Value::Bool(yes) => Json::from(yes),
        Value::F64(number) if number.is_finite() => Json::from(number),
        Value::F64(number) => {
            let name = if number.is_nan() {
                "NaN"
            } else if number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            };
            serde_json::json!({ "$float": name })
        }
        Value::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            serde_json::json!({ "$bytes": digits })
        }
    }
}

fn set_from_json(context: &Context, key: &str, value: &Json) -> Option<Result<(), SetError>> {
    Some(match value {
        Json::String(text) => context.set(key, text.as_str()),
        Json::Bool(yes) => context.set(key, *yes),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => context.set(key, whole),
            None => context.set(key, number.as_f64()?),
        },
        Json::Object(object) if object.len() == 1 => {
            let (name, text) = object.iter().next()?;
            match name.as_str() {
                "$bytes" => context.set(key, &bytes_of(text.as_str()?)?[..]),
                "$float" => context.set(key, float_of(text.as_str()?)?),
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some((char::from(*high).to_digit(16)? << 4 | char::from(*low).to_digit(16)?) as u8),
        _ => None,
    });
    pairs.collect()
}

fn float_of(name: &str) -> Option<f64> {
    match name {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

#[cold]
fn wrong(what: &str) -> DecodeError {
    DecodeError::Json(what.to_owned())
}
