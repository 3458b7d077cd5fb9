//! Bodies of messages: what JavaScript sends, and how others see it.

use mycelia_router::kernel::Body;
use mycelia_router::nats::Payload;

use crate::natives::{ErrorClass, NativeError, string, uint8_array};
use crate::parcel::Parcel;
use crate::realm::Realm;

/// Who reads a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Another isolate.
    Isolate,
    /// Rust.
    Rust,
    /// Another process, by way of a broker: bytes with a content type.
    Wire,
}

impl Form {
    /// Of the one who sent a body, and reads the reply.
    pub(crate) fn of(body: &Body) -> Self {
        if body.is::<Parcel>() || body.is::<Undefined>() {
            Self::Isolate
        } else if body.is::<Payload>() {
            Self::Wire
        } else {
            Self::Rust
        }
    }

    /// A body for the reader. `None` when an exception is pending: the value has no such form.
    pub(crate) fn write(
        self,
        scope: &mut v8::PinScope<'_, '_>,
        value: v8::Local<'_, v8::Value>,
        transfer: Option<v8::Local<'_, v8::Array>>,
    ) -> Option<Body> {
        match self {
            Self::Isolate if value.is_undefined() => Some(Body::new(Undefined)),
            Self::Isolate => {
                let transfer = transfer.unwrap_or_else(|| v8::Array::new(scope, 0));
                write(scope, value, transfer).map(Body::new)
            }
            Self::Rust => for_rust(scope, value),
            Self::Wire => for_wire(scope, value).map(Body::from),
        }
    }
}

/// The body of a message of an isolate that has none: it tells where the message is from.
#[derive(Clone, Copy, Debug)]
struct Undefined;

pub(crate) fn write(
    scope: &mut v8::PinScope<'_, '_>,
    value: v8::Local<'_, v8::Value>,
    transfer: v8::Local<'_, v8::Array>,
) -> Option<Parcel> {
    let run = run(scope)?;
    Parcel::write(scope, value, transfer, run)
}

/// A body for Rust. `None` when an exception is pending: `JSON.stringify` does not take the value.
fn for_rust(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Body> {
    if value.is_null_or_undefined() {
        return Some(Body::empty());
    }
    if value.is_string() {
        return Some(Body::new(value.to_rust_string_lossy(scope)));
    }
    if let Ok(number) = v8::Local::<v8::Number>::try_from(value) {
        return Some(Body::new(number.value()));
    }
    if value.is_boolean() {
        return Some(Body::new(value.is_true()));
    }
    if let Ok(bytes) = v8::Local::<v8::Uint8Array>::try_from(value) {
        let mut copy = vec![0; bytes.byte_length()];
        bytes.copy_contents(&mut copy);
        return Some(Body::bytes(copy));
    }
    let text = json(scope, value)?;
    serde_json::from_str::<serde_json::Value>(&text).map(Body::new).ok()
}

/// The JSON of a value. `None` when an exception is pending.
fn json(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<String> {
    let text = v8::json::stringify(scope, value)?.to_rust_string_lossy(scope);
    // Of a function, and of nothing else that is no JSON.
    if text == "undefined" {
        let message = "the body of a message that leaves JavaScript has to be text, bytes, or a value that JSON.stringify takes";
        NativeError::new(ErrorClass::TypeError, Some("ERR_INVALID_ARG_VALUE"), message).throw(scope);
        return None;
    }
    Some(text)
}

/// Text, bytes, or JSON. `None` when an exception is pending.
fn for_wire(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Payload> {
    if value.is_undefined() {
        return Some(Payload::default());
    }
    let (bytes, kind) = if value.is_string() {
        (value.to_rust_string_lossy(scope).into_bytes(), "text/plain; charset=utf-8")
    } else if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        let mut copy = vec![0; view.byte_length()];
        view.copy_contents(&mut copy);
        (copy, "application/octet-stream")
    } else if let Ok(buffer) = v8::Local::<v8::ArrayBuffer>::try_from(value) {
        let mut copy = vec![0; buffer.byte_length()];
        let view = v8::Uint8Array::new(scope, buffer, 0, copy.len())?;
        view.copy_contents(&mut copy);
        (copy, "application/octet-stream")
    } else {
        (json(scope, value)?.into_bytes(), "application/json")
    };
    let payload = Payload::new(bytes).with(CONTENT_TYPE, kind);
    Some(payload.expect("because these are headers"))
}

const CONTENT_TYPE: &str = "content-type";

/// What came by a broker: text and JSON if it says so, bytes if not.
fn read_payload<'s>(scope: &mut v8::PinScope<'s, '_>, payload: &Payload) -> Option<v8::Local<'s, v8::Value>> {
    let kind = payload.headers().get(CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let bytes = payload.bytes();
    if kind.is_empty() && bytes.is_empty() {
        return Some(v8::undefined(scope).into());
    }
    let is_json = kind == "application/json" || kind.ends_with("+json");
    if !is_json && !kind.starts_with("text/") {
        return Some(uint8_array(scope, bytes.to_vec()).into());
    }
    let text = string(scope, &String::from_utf8_lossy(bytes));
    if is_json { v8::json::parse(scope, text) } else { Some(text.into()) }
}

/// What a body is in JavaScript. It stays as it is, unless memory moves with it.
///
/// # Errors
/// `None` within `Ok` when an exception is pending; the name of a Rust type that has no form in JavaScript.
pub(crate) fn read<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    body: &mut Body,
) -> Result<Option<v8::Local<'s, v8::Value>>, &'static str> {
    if body.is_empty() || body.is::<Undefined>() {
        return Ok(Some(v8::undefined(scope).into()));
    }
    if let Some(parcel) = body.get_mut::<Parcel>() {
        let run = run(scope);
        let value = run.and_then(|run| parcel.read(scope, run));
        return Ok(value);
    }
    if let Some(payload) = body.get::<Payload>() {
        return Ok(read_payload(scope, payload));
    }
    if let Some(json) = body.get::<serde_json::Value>() {
        let text = string(scope, &json.to_string());
        return Ok(v8::json::parse(scope, text));
    }
    if let Some(text) = text_of(body) {
        return Ok(Some(string(scope, text).into()));
    }
    if let Some(yes) = body.get::<bool>() {
        return Ok(Some(v8::Boolean::new(scope, *yes).into()));
    }
    if let Some(number) = number_of(body) {
        return Ok(Some(v8::Number::new(scope, number).into()));
    }
    if let Some(bytes) = body.as_bytes().or_else(|| body.get::<Vec<u8>>().map(Vec::as_slice)) {
        return Ok(Some(uint8_array(scope, bytes.to_vec()).into()));
    }
    Err(body.type_name())
}

fn text_of(body: &Body) -> Option<&str> {
    body.get::<String>().map(String::as_str).or_else(|| body.get::<&'static str>().copied())
}

fn number_of(body: &Body) -> Option<f64> {
    macro_rules! first_of {
        ($($kind:ty),*) => {
            $( if let Some(number) = body.get::<$kind>() { return Some(*number as f64); } )*
        };
    }
    first_of!(f64, i32, u32, i64, u64, usize, f32, i16, u16, u8, i8);
    None
}

fn run<'s>(scope: &mut v8::PinScope<'s, '_>) -> Option<v8::Local<'s, v8::Object>> {
    let realm = Realm::of(scope);
    let run = realm.buses.run.get()?;
    Some(v8::Local::new(scope, run))
}
