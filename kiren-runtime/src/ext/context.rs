//! `native("context")`: what `krepis:context` (js/krepis/context.js) does not do in the region by itself.
//!
//! A context is its slot and its generation, of a handle that is open in JavaScript. Times are nanoseconds on the pool's
//! clock.

#![allow(unsafe_code, reason = "V8 calls a fast function by its C address; texts are read from the region")]

use std::cell::RefCell;
use std::sync::Arc;

use krepis_context::codec::Limits;
use krepis_context::http::baggage::BaggageError;
use krepis_context::{
    Borrowed, Cause, Context, ContextId, ContextPool, CreateError, DecodeError, Key, SetError, StaleContext,
};
use krepis_context::{Time, Trace, TraceFlags, Value};

use crate::contexts::{self, Contexts};
use crate::http::{Request, RequestId};
use crate::natives::{self, ErrorClass, NativeError, set, string, uint8_array};
use crate::realm::Realm;

mod slow {
    use super::{
        baggage, cancel, decode, delete, encode_json, encoded, ended, entries, extract, extract_request,
        find, get, get_all, give_slots, inject, inject_below, key, listen, open, refill, release, sample,
        set_all, set_baggage, set_field, set_trace, shrink, statistics, text, trace,
    };

    crate::natives::natives! {
        baggage, cancel, decode, delete, encode_json, encoded, ended, entries, extract, extract_request, find, get, get_all, give_slots, inject,
        inject_below, key, listen, open, refill, release, sample, set_all, set_baggage, set_field, set_trace, shrink, statistics, text, trace,
    }
}

/// Functions that optimised code calls by their address, see [`fast`].
pub(crate) fn install(scope: &mut v8::PinScope<'_, '_>, group: v8::Local<'_, v8::Object>) {
    slow::install(scope, group);
    let templates = [
        ("now", v8::FunctionTemplate::builder(now).build_fast(scope, &[fast::NOW])),
        ("encode", v8::FunctionTemplate::builder(encode).build_fast(scope, &[fast::ENCODE])),
        ("set_text", v8::FunctionTemplate::builder(set_text).build_fast(scope, &[fast::SET_TEXT])),
        ("set_number", v8::FunctionTemplate::builder(set_number).build_fast(scope, &[fast::SET_NUMBER])),
        ("set_flag", v8::FunctionTemplate::builder(set_flag).build_fast(scope, &[fast::SET_FLAG])),
    ];
    for (name, template) in templates {
        if let Some(function) = template.get_function(scope) {
            natives::set(scope, group, name, function.into());
        }
    }
}

/// What optimised code calls without a scope: numbers and bytes in, a number out.
mod fast {
    use v8::fast_api::{CFunction, CFunctionInfo, FastApiOneByteString, Int64Representation, Type};

    use super::{Contexts, encode_into, id_of, number_value, set_value};
    use krepis_context::Value;

    type Receiver<'s> = v8::Local<'s, v8::Value>;

    macro_rules! function {
        ($name:ident, $function:ident, $result:ident, [$($argument:ident),*]) => {
            pub(super) const $name: CFunction = CFunction::new(
                $function as _,
                &CFunctionInfo::new(
                    Type::$result.as_info(),
                    &[Type::V8Value.as_info(), $(Type::$argument.as_info()),*],
                    Int64Representation::Number,
                ),
            );
        };
    }

    function!(NOW, now, Float64, []);
    function!(ENCODE, encode, Int32, [Int32, Int32, Int32, V8Value]);
    function!(SET_TEXT, set_text, Int32, [Int32, Int32, Int32, SeqOneByteString]);
    function!(SET_NUMBER, set_number, Int32, [Int32, Int32, Int32, Float64]);
    function!(SET_FLAG, set_flag, Int32, [Int32, Int32, Int32, Bool]);

    extern "C" fn now(_: Receiver<'_>) -> f64 {
        Contexts::now()
    }

    extern "C" fn encode(
        _: Receiver<'_>,
        slot: i32,
        generation: i32,
        format: i32,
        bytes: v8::Local<'_, v8::Value>,
    ) -> i32 {
        encode_into(id_of(slot, generation), format, bytes)
    }

    extern "C" fn set_text(
        _: Receiver<'_>,
        slot: i32,
        generation: i32,
        key: i32,
        text: *const FastApiOneByteString,
    ) -> i32 {
        // SAFETY: V8 passes a string that lives during the call.
        let bytes = unsafe { &*text }.as_bytes();
        let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()) else { return 0 };
        set_value(id_of(slot, generation), key, Value::Str(text))
    }

    extern "C" fn set_number(_: Receiver<'_>, slot: i32, generation: i32, key: i32, number: f64) -> i32 {
        set_value(id_of(slot, generation), key, number_value(number))
    }

    extern "C" fn set_flag(_: Receiver<'_>, slot: i32, generation: i32, key: i32, flag: bool) -> i32 {
        set_value(id_of(slot, generation), key, Value::Bool(flag))
    }
}

thread_local!(static ENCODED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });

// ---- the region ----

/// `open(ended)`: `{ buffer, offset, lane }`. `ended` is called when contexts that someone listens to are over.
fn open(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(ended) = v8::Local::<v8::Function>::try_from(args.get(0)) else { return };
    let ended = v8::Global::new(scope, ended);
    let contexts = Contexts::of(scope);
    let realm = Realm::of(scope);
    realm.contexts.watch(&realm, &contexts.pool, ended);
    let result = v8::Object::new(scope);
    let buffer = contexts.buffer(scope).into();
    set(scope, result, "buffer", buffer);
    let offset = v8::Number::new(scope, contexts.offset as f64).into();
    set(scope, result, "offset", offset);
    let lane = realm.contexts.lane(scope).into();
    set(scope, result, "lane", lane);
    rv.set(result.into());
}

/// `refill()`: puts free slots in the lane, which has none left; `false` if there are none.
fn refill(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_bool(Realm::of(scope).contexts.refill(&Contexts::of(scope).pool));
}

/// `give_slots(first, count)`: slots that were taken out of the lane, back to the pool.
fn give_slots(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let (first, count) = (word(scope, &args, 0), word(scope, &args, 1));
    // SAFETY: internal JavaScript took them out of its lane, linked as the layout says.
    unsafe { Contexts::of(scope).pool.return_slots(first, count) };
}

/// `release(slot, generation)`: gives up a reference.
fn release(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    // SAFETY: the reference is that of a handle that JavaScript closes.
    drop(unsafe { Contexts::of(scope).pool.adopt(id(scope, &args)) });
}

/// `find(slot, generation)`: makes a reference of a name; `false` if the context is over.
fn find(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let found = Contexts::of(scope).pool.resolve(id(scope, &args));
    rv.set_bool(found.map(Context::into_raw).is_ok());
}

/// `statistics()`: what the pool has done, as an object.
fn statistics(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let pool = &Contexts::of(scope).pool;
    Realm::of(scope).contexts.settle(pool);
    let statistics = pool.statistics();
    let numbers = [
        ("created", statistics.created as f64),
        ("reused", statistics.reused as f64),
        ("reuseRate", statistics.reuse_rate()),
        ("inUse", statistics.in_use as f64),
        ("highWater", statistics.high_water as f64),
        ("capacity", f64::from(statistics.capacity)),
        ("pagesInUse", f64::from(statistics.pages_in_use)),
        ("pages", f64::from(statistics.pages)),
        ("slotBytes", f64::from(statistics.slot_bytes)),
        ("regionBytes", statistics.region_bytes as f64),
    ];
    let result = v8::Object::new(scope);
    for (name, number) in numbers {
        let number = v8::Number::new(scope, number).into();
        set(scope, result, name, number);
    }
    rv.set(result.into());
}

// ---- fields ----

/// `key(name)`: `[number, tag, word, ...]`: the name as entries have it, its bytes in words of four, filled up to eight bytes.
/// Undefined for a name without a number.
fn key(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    let Some(number) = contexts::key_number(&name) else { return };
    let (tag, bytes) = Key::new(&name).as_entry();
    let mut words = vec![number as i32, tag as i32];
    for chunk in bytes.chunks(8) {
        let mut padded = [0; 8];
        padded[..chunk.len()].copy_from_slice(chunk);
        words.extend(padded.as_chunks().0.iter().map(|half| i32::from_le_bytes(*half)));
    }
    let words: Vec<_> = words.into_iter().map(|word| v8::Integer::new(scope, word).into()).collect();
    rv.set(v8::Array::new_with_elements(scope, &words).into());
}

/// `text(at, length)`: the text whose bytes are there in the region.
fn text(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let (at, len) = (word(scope, &args, 0) as usize, word(scope, &args, 1) as usize);
    rv.set(text_at(scope, at, len).into());
}

/// `get_all(handles, name)`: the values that the contexts `[slot, generation, ...]` of an `Int32Array` have for a name, in an array.
fn get_all(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(handles) = v8::Local::<v8::Int32Array>::try_from(args.get(0)) else { return };
    let mut bytes = vec![0; handles.byte_length()];
    handles.copy_contents(&mut bytes);
    let name = args.get(1).to_rust_string_lossy(scope);
    let (key, contexts) = (Key::new(&name), Contexts::of(scope));
    let mut values: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(bytes.len() / 8);
    for handle in bytes.as_chunks::<4>().0.as_chunks::<2>().0 {
        let [slot, generation] = handle.map(u32::from_le_bytes);
        match contexts.borrow(ContextId { slot, generation }) {
            Ok(context) => values.push(match context.get(key) {
                Some(value) => to_js(scope, value),
                None => v8::undefined(scope).into(),
            }),
            Err(error) => return stale_error(error).throw(scope),
        }
    }
    rv.set(v8::Array::new_with_elements(scope, &values).into());
}

/// `set_all(handles, name, values)`: sets the field in each of the contexts.
fn set_all(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(handles) = v8::Local::<v8::Int32Array>::try_from(args.get(0)) else { return };
    let Ok(values) = v8::Local::<v8::Array>::try_from(args.get(2)) else { return };
    let mut bytes = vec![0; handles.byte_length()];
    handles.copy_contents(&mut bytes);
    let name = args.get(1).to_rust_string_lossy(scope);
    let contexts = Contexts::of(scope);
    for (at, handle) in bytes.as_chunks::<4>().0.as_chunks::<2>().0.iter().enumerate() {
        let [slot, generation] = handle.map(u32::from_le_bytes);
        let set = match contexts.borrow(ContextId { slot, generation }) {
            Ok(context) => {
                let Some(value) = values.get_index(scope, at as u32) else { return };
                set_js(scope, &context, &name, value)
            }
            Err(error) => Err(stale_error(error)),
        };
        if let Err(error) = set {
            return error.throw(scope);
        }
    }
}

fn text_at<'s>(scope: &v8::PinScope<'s, '_>, at: usize, len: usize) -> v8::Local<'s, v8::String> {
    // SAFETY: internal JavaScript found the entry in a context that it has a handle of.
    let bytes = unsafe { Contexts::of(scope).value(at, len) }.unwrap_or_default();
    v8::String::new_from_utf8(scope, bytes, v8::NewStringType::Normal)
        .unwrap_or_else(|| v8::String::empty(scope))
}

/// `get(slot, generation, name)`: the value, or undefined.
fn get(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let name = args.get(2).to_rust_string_lossy(scope);
    if let Some(value) = context.get(name.as_str()) {
        rv.set(to_js(scope, value));
    }
}

/// `set_text(slot, generation, key, text)`: the index of the entry's first word; -1 for a text that is not ASCII, so that what is
/// there may differ from what was given; 0 if it could not be set: `set_field` says why.
fn set_text(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(text) = v8::Local::<v8::String>::try_from(args.get(3)) else { return };
    let mut bytes = Vec::new();
    super::stdio::append_utf8(scope, text, &mut bytes);
    let text = Value::Str(std::str::from_utf8(&bytes).unwrap_or_default());
    let entry = set_value(id(scope, &args), word(scope, &args, 2) as i32, text);
    rv.set_int32(if entry == 0 || bytes.is_ascii() { entry } else { -1 });
}

/// `set_number(slot, generation, key, number)`: see [`set_text`].
fn set_number(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let number = number_value(args.get(3).number_value(scope).unwrap_or(f64::NAN));
    rv.set_int32(set_value(id(scope, &args), word(scope, &args, 2) as i32, number));
}

/// `set_flag(slot, generation, key, flag)`: see [`set_text`].
fn set_flag(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let flag = Value::Bool(args.get(3).is_true());
    rv.set_int32(set_value(id(scope, &args), word(scope, &args, 2) as i32, flag));
}

fn set_value(id: ContextId, key: i32, value: Value<'_>) -> i32 {
    let Some(Ok(context)) = Contexts::get().map(|contexts| contexts.borrow(id)) else { return 0 };
    let Some(key) = contexts::key(key as usize) else { return 0 };
    context.set_entry(key, value).map_or(0, |place| (place / 4) as i32)
}

/// `set_field(slot, generation, name, value)`.
fn set_field(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let name = args.get(2).to_rust_string_lossy(scope);
    if let Err(error) = set_js(scope, &context, &name, args.get(3)) {
        error.throw(scope);
    }
}

/// Sets a field to a value of JavaScript.
fn set_js(
    scope: &v8::PinScope<'_, '_>,
    context: &Context,
    name: &str,
    value: v8::Local<'_, v8::Value>,
) -> Result<(), NativeError> {
    let mut bytes = Vec::new();
    let value = if let Ok(text) = v8::Local::<v8::String>::try_from(value) {
        super::stdio::append_utf8(scope, text, &mut bytes);
        Value::Str(std::str::from_utf8(&bytes).unwrap_or_default())
    } else if value.is_boolean() {
        Value::Bool(value.is_true())
    } else if let Ok(number) = v8::Local::<v8::Number>::try_from(value) {
        number_value(number.value())
    } else if let Ok(number) = v8::Local::<v8::BigInt>::try_from(value) {
        let (number, lossless) = number.i64_value();
        if !lossless {
            let message = format!("context field \"{name}\": the number does not fit in 64 bits with a sign");
            return Err(NativeError::new(ErrorClass::TypeError, Some("ERR_OUT_OF_RANGE"), message));
        }
        Value::I64(number)
    } else if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        bytes.resize(view.byte_length(), 0);
        view.copy_contents(&mut bytes);
        Value::Bytes(&bytes)
    } else {
        let message = format!(
            "context field \"{name}\": expected a string, a number, a bigint, a boolean or bytes, found {}",
            if value.is_null() { "null".into() } else { value.type_of(scope).to_rust_string_lossy(scope) }
        );
        return Err(NativeError::new(ErrorClass::TypeError, Some("ERR_INVALID_ARG_TYPE"), message));
    };
    context.set(name, value).map_err(|error| set_error(&error))
}

/// A whole number that JavaScript has exactly is an `i64`, any other number an `f64`.
fn number_value(number: f64) -> Value<'static> {
    let whole = number as i64;
    let is_whole =
        whole as f64 == number && whole.unsigned_abs() < 1 << 53 && (whole != 0 || number.is_sign_positive());
    if is_whole { Value::I64(whole) } else { Value::F64(number) }
}

fn to_js<'s>(scope: &mut v8::PinScope<'s, '_>, value: Value<'_>) -> v8::Local<'s, v8::Value> {
    match value {
        Value::Str(text) => string(scope, text).into(),
        Value::Bytes(bytes) => uint8_array(scope, bytes.to_vec()).into(),
        Value::I64(number) if number.unsigned_abs() < 1 << 53 => v8::Number::new(scope, number as f64).into(),
        Value::I64(number) => v8::BigInt::new_from_i64(scope, number).into(),
        Value::F64(number) => v8::Number::new(scope, number).into(),
        Value::Bool(yes) => v8::Boolean::new(scope, yes).into(),
    }
}

/// `delete(slot, generation, name)`: whether it was there.
fn delete(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let name = args.get(2).to_rust_string_lossy(scope);
    match context.delete(name.as_str()) {
        Ok(deleted) => rv.set_bool(deleted),
        Err(error) => set_error(&error).throw(scope),
    }
}

/// `entries(slot, generation)`: `[name, value, …]`.
fn entries(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let mut list: Vec<v8::Local<'_, v8::Value>> = Vec::new();
    for (key, value) in context.entries() {
        list.push(string(scope, key.as_str()).into());
        list.push(to_js(scope, value));
    }
    rv.set(v8::Array::new_with_elements(scope, &list).into());
}

// ---- time and end ----

/// `now()`: the pool's clock.
fn now(
    _: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_double(Contexts::now());
}

/// `shrink(slot, generation, deadline)`: whether that is earlier.
fn shrink(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let deadline = args.get(2).number_value(scope).unwrap_or(f64::INFINITY);
    let shrunk = context.shrink_deadline(Time::from_nanos(deadline as i64));
    Realm::of(scope).contexts.ends.deadlines_changed();
    rv.set_bool(shrunk);
}

/// `cancel(slot, generation, code)`: whether it was not over before. `ended()` has then what has to be told.
fn cancel(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let cause = Cause::from_code(word(scope, &args, 2) as u8).unwrap_or(Cause::Cancelled);
    rv.set_bool(context.cancel(cause));
}

/// `listen(slot, generation, listener)`: when the context is over, `ended()` gives the number `listener`.
fn listen(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let listener = word(scope, &args, 2);
    let ends = Arc::clone(&Realm::of(scope).contexts.ends);
    ends.deadlines_changed();
    context.on_cancel(move |cause| ends.tell(listener, cause));
}

/// `ended()`: `[listener, code, …]` of contexts that are over since the last call.
fn ended(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let numbers = Realm::of(scope).contexts.ends.take().into_iter();
    let list: Vec<_> = numbers
        .flat_map(|(listener, cause)| [listener, u32::from(cause.code())])
        .map(|number| v8::Integer::new_from_unsigned(scope, number).into())
        .collect();
    rv.set(v8::Array::new_with_elements(scope, &list).into());
}

// ---- trace and headers ----

/// `trace(slot, generation)`: `[traceparent, id of the span above or ""]`. The context has its place in a trace from then on.
fn trace(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let trace = context.trace();
    let above = if trace.parent_id.is_valid() { trace.parent_id.to_string() } else { String::new() };
    let parts = [trace.traceparent().as_str(), above.as_str()].map(|part| string(scope, part).into());
    rv.set(v8::Array::new_with_elements(scope, &parts).into());
}

/// `set_trace(slot, generation, traceparent)`: the context becomes a span below that one. `false` for one that is not valid.
fn set_trace(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let Some(sender) = Trace::from_traceparent(&args.get(2).to_rust_string_lossy(scope)) else {
        return rv.set_bool(false);
    };
    match context.set_trace(&sender.child()) {
        Ok(()) => rv.set_bool(true),
        Err(error) => set_error(&error).throw(scope),
    }
}

/// `sample(slot, generation, sampled)`: the context begins a trace, or becomes a span of the one above, that is recorded, or not.
fn sample(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let mut trace = match context.parent() {
        Some(parent) => parent.trace().child(),
        None => Trace::root(TraceFlags::RANDOM),
    };
    trace.flags = trace.flags.with_sampled(args.get(2).is_true());
    if let Err(error) = context.set_trace(&trace) {
        set_error(&error).throw(scope);
    }
}

/// `extract(slot, generation, [name, value, …])`: takes over what headers say.
fn extract(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let Ok(list) = v8::Local::<v8::Array>::try_from(args.get(2)) else { return };
    let texts: Vec<String> = (0..list.length())
        .filter_map(|at| Some(list.get_index(scope, at)?.to_rust_string_lossy(scope)))
        .collect();
    let headers = texts.chunks_exact(2).map(|header| (header[0].as_str(), header[1].as_str()));
    if let Err(error) = context.extract(headers) {
        set_error(&error).throw(scope);
    }
}

/// `extract_request(slot, generation, request's slot, request's generation)`: takes over what a request's headers say. Whether
/// the client still waits.
fn extract_request(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let request = RequestId { slot: word(scope, &args, 2), generation: word(scope, &args, 3) };
    let Some(request) = Request::find(request).filter(Request::is_active) else { return rv.set_bool(false) };
    let extracted = request.with_head(|head| {
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        context.extract(head.headers().map(|(name, value)| (text(name), text(value))))
    });
    match extracted {
        Some(Err(error)) => set_error(&error).throw(scope),
        found => rv.set_bool(found.is_some()),
    }
}

/// `inject(slot, generation)`: `[name, value, ...]` of the headers that a request made for the context has.
fn inject(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let mut list: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(10);
    context.inject(|name, value| {
        for text in [name, value] {
            list.push(string(scope, text).into());
        }
    });
    rv.set(v8::Array::new_with_elements(scope, &list).into());
}

/// `inject_below(slot, generation)`: the same for a request that is a span of its own below the context, and without the time that is
/// left. It continues a trace, but begins none.
fn inject_below(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let mut list: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(8);
    let mut add = |name: &str, value: &str| {
        for text in [name, value] {
            list.push(string(scope, text).into());
        }
    };
    if let Some(trace) = context.trace_if_set() {
        add("traceparent", trace.child().traceparent().as_str());
    }
    context.inject_fields(|name, value| {
        if name != "tracestate" || context.trace_if_set().is_some() {
            add(name, value);
        }
    });
    rv.set(v8::Array::new_with_elements(scope, &list).into());
}

/// `baggage(slot, generation)`: `[name, value, properties, …]`; properties are `[name, value or undefined, …]`.
fn baggage(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let mut list: Vec<v8::Local<'_, v8::Value>> = Vec::new();
    for member in context.baggage().iter() {
        list.push(string(scope, member.key).into());
        list.push(string(scope, &member.value()).into());
        let mut properties: Vec<v8::Local<'_, v8::Value>> = Vec::new();
        for (name, value) in member.properties() {
            properties.push(string(scope, name).into());
            properties.push(match value {
                Some(value) => string(scope, &value).into(),
                None => v8::undefined(scope).into(),
            });
        }
        list.push(v8::Array::new_with_elements(scope, &properties).into());
    }
    rv.set(v8::Array::new_with_elements(scope, &list).into());
}

/// `set_baggage(slot, generation, name, value, [name, value or undefined, …])`; a value of undefined takes the member away.
/// Whether there was one.
fn set_baggage(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    let name = args.get(2).to_rust_string_lossy(scope);
    if args.get(3).is_undefined() {
        return match context.remove_baggage(&name) {
            Ok(removed) => rv.set_bool(removed),
            Err(error) => set_error(&error).throw(scope),
        };
    }
    let value = args.get(3).to_rust_string_lossy(scope);
    let mut texts: Vec<Option<String>> = Vec::new();
    if let Ok(list) = v8::Local::<v8::Array>::try_from(args.get(4)) {
        for at in 0..list.length() {
            let text = list.get_index(scope, at).filter(|text| !text.is_undefined());
            texts.push(text.map(|text| text.to_rust_string_lossy(scope)));
        }
    }
    let properties: Vec<_> = texts
        .chunks_exact(2)
        .map(|pair| (pair[0].as_deref().unwrap_or_default(), pair[1].as_deref()))
        .collect();
    match context.set_baggage(&name, &value, &properties) {
        Ok(()) => rv.set_bool(true),
        Err(BaggageError::Set(error)) => set_error(&error).throw(scope),
        Err(error) => {
            NativeError::new(ErrorClass::TypeError, Some("ERR_BAGGAGE"), error.to_string()).throw(scope);
        }
    }
}

// ---- whole contexts as bytes ----

/// `encode(slot, generation, format, bytes)`: how many bytes the context has in the format 0 (FlatBuffers) or 1 (Protobuf). They are
/// in the `Uint8Array`, if it has room; otherwise `encoded()` has them.
fn encode(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_int32(encode_into(id(scope, &args), word(scope, &args, 2) as i32, args.get(3)));
}

fn encode_into(id: ContextId, format: i32, bytes: v8::Local<'_, v8::Value>) -> i32 {
    let Some(Ok(context)) = Contexts::get().map(|contexts| contexts.borrow(id)) else { return -1 };
    let Ok(bytes) = v8::Local::<v8::Uint8Array>::try_from(bytes) else { return -1 };
    ENCODED.with_borrow_mut(|encoded| {
        encoded.clear();
        if format == 0 {
            context.encode_flatbuffer(encoded);
        } else {
            context.encode_protobuf(encoded);
        }
        if encoded.len() <= bytes.byte_length() {
            // SAFETY: there is room in the view, whose buffer stays where it is while no JavaScript runs.
            unsafe { bytes.data().cast::<u8>().copy_from_nonoverlapping(encoded.as_ptr(), encoded.len()) };
        }
        encoded.len() as i32
    })
}

/// `encoded()`: the bytes of the last `encode`, however many they are.
fn encoded(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set(uint8_array(scope, ENCODED.take()).into());
}

/// `encode_json(slot, generation)`: a text.
fn encode_json(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(context) = context(scope, &args) else { return };
    rv.set(string(scope, &context.encode_json()).into());
}

/// `decode(bytes or text, format)`: `[slot, generation]` of a new context, whose reference is the caller's.
fn decode(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let (pool, limits) = (&Contexts::of(scope).pool, Limits::default());
    let mut bytes = Vec::new();
    if let Ok(text) = v8::Local::<v8::String>::try_from(args.get(0)) {
        super::stdio::append_utf8(scope, text, &mut bytes);
    } else if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(args.get(0)) {
        bytes.resize(view.byte_length(), 0);
        view.copy_contents(&mut bytes);
    }
    let decode = match args.get(1).to_rust_string_lossy(scope).as_str() {
        "protobuf" => ContextPool::decode_protobuf,
        "flatbuffers" => ContextPool::decode_flatbuffer,
        "json" => ContextPool::decode_json,
        format => return unknown_format(format).throw(scope),
    };
    let mut decoded = decode(pool, &bytes, &limits);
    if let Err(DecodeError::Create(CreateError::Exhausted { .. })) = decoded {
        // What is left may be in the hands of JavaScript.
        Realm::of(scope).contexts.spill(pool);
        decoded = decode(pool, &bytes, &limits);
    }
    match decoded.map(Context::into_raw) {
        Ok(ContextId { slot, generation }) => {
            let numbers = [slot, generation].map(|number| v8::Integer::new(scope, number as i32).into());
            rv.set(v8::Array::new_with_elements(scope, &numbers).into());
        }
        Err(DecodeError::Create(error)) => create_error(error).throw(scope),
        Err(DecodeError::Set(error)) => set_error(&error).throw(scope),
        Err(error) => {
            NativeError::new(ErrorClass::TypeError, Some("ERR_CONTEXT_MALFORMED"), error.to_string())
                .throw(scope);
        }
    }
}

fn unknown_format(format: &str) -> NativeError {
    let message = format!("a context is encoded as protobuf, flatbuffers or json, not as {format}");
    NativeError::new(ErrorClass::TypeError, Some("ERR_INVALID_ARG_VALUE"), message)
}

// ---- arguments and errors ----

fn word(scope: &v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>, at: i32) -> u32 {
    args.get(at).int32_value(scope).unwrap_or(0) as u32
}

fn id_of(slot: i32, generation: i32) -> ContextId {
    ContextId { slot: slot as u32, generation: generation as u32 }
}

fn id(scope: &v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>) -> ContextId {
    ContextId { slot: word(scope, args, 0), generation: word(scope, args, 1) }
}

/// The context of the first two arguments; throws if it is over.
fn context(
    scope: &mut v8::PinScope<'_, '_>,
    args: &v8::FunctionCallbackArguments<'_>,
) -> Option<Borrowed<'static>> {
    match Contexts::of(scope).borrow(id(scope, args)) {
        Ok(context) => Some(context),
        Err(error) => {
            stale_error(error).throw(scope);
            None
        }
    }
}

fn stale_error(error: StaleContext) -> NativeError {
    NativeError::new(ErrorClass::Error, Some("ERR_CONTEXT_OVER"), error.to_string())
}

fn create_error(error: CreateError) -> NativeError {
    let (code, message) = match error {
        CreateError::Exhausted { capacity } => (
            "ERR_CONTEXT_EXHAUSTED",
            format!(
                "all {capacity} contexts are in use: dispose of those that are done with, or raise --max-contexts"
            ),
        ),
        error => ("ERR_CONTEXT_TOO_DEEP", error.to_string()),
    };
    NativeError::new(ErrorClass::Error, Some(code), message)
}

fn set_error(error: &SetError) -> NativeError {
    let (code, message) = match error {
        SetError::TraceIsSet => ("ERR_CONTEXT_TRACE", error.to_string()),
        SetError::Busy => ("ERR_CONTEXT_BUSY", error.to_string()),
        SetError::NoPage { pages } => (
            "ERR_CONTEXT_FULL",
            format!(
                "all {pages} pages of the process are in use: dispose of contexts with many or large fields"
            ),
        ),
        error => ("ERR_CONTEXT_FULL", error.to_string()),
    };
    NativeError::new(ErrorClass::Error, Some(code), message)
}
