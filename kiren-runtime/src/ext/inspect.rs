//! `native("inspect")`: what only the engine knows about a value, for printing it.

use crate::natives::natives;

natives! {
    constructor_name, external_address, kind, own_non_index_properties, preview_entries, promise_details,
    proxy_details,
}

/// What a value is, as `js/inspect.js` tells objects apart; the numbers are shared with that file.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Kind {
    Ordinary = 0,
    Proxy = 1,
    Array = 2,
    Function = 3,
    Map = 4,
    Set = 5,
    TypedArray = 6,
    MapIterator = 7,
    SetIterator = 8,
    Date = 9,
    RegExp = 10,
    Error = 11,
    ArrayBuffer = 12,
    SharedArrayBuffer = 13,
    DataView = 14,
    Promise = 15,
    WeakSet = 16,
    WeakMap = 17,
    Namespace = 18,
    Boxed = 19,
    External = 20,
    Arguments = 21,
}

type Predicate = fn(&v8::Value) -> bool;

/// The predicates, the most frequent kinds first. A proxy comes before all: it may stand for a function.
const KINDS: &[(Predicate, Kind)] = &[
    (v8::Value::is_proxy, Kind::Proxy),
    (v8::Value::is_array, Kind::Array),
    (v8::Value::is_function, Kind::Function),
    (v8::Value::is_map, Kind::Map),
    (v8::Value::is_set, Kind::Set),
    (v8::Value::is_typed_array, Kind::TypedArray),
    (v8::Value::is_date, Kind::Date),
    (v8::Value::is_reg_exp, Kind::RegExp),
    (v8::Value::is_native_error, Kind::Error),
    (v8::Value::is_promise, Kind::Promise),
    (v8::Value::is_map_iterator, Kind::MapIterator),
    (v8::Value::is_set_iterator, Kind::SetIterator),
    (v8::Value::is_array_buffer, Kind::ArrayBuffer),
    (v8::Value::is_shared_array_buffer, Kind::SharedArrayBuffer),
    (v8::Value::is_data_view, Kind::DataView),
    (v8::Value::is_weak_set, Kind::WeakSet),
    (v8::Value::is_weak_map, Kind::WeakMap),
    (v8::Value::is_module_namespace_object, Kind::Namespace),
    (super::types::is_boxed, Kind::Boxed),
    (v8::Value::is_external, Kind::External),
    (v8::Value::is_arguments_object, Kind::Arguments),
];

/// `kind(value)`: the number of the value's kind, so that printing an object crosses into Rust once.
fn kind(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let value = args.get(0);
    let kind = KINDS.iter().find(|(is, _)| is(&value)).map_or(Kind::Ordinary, |(_, kind)| *kind);
    rv.set_uint32(kind as u32);
}

/// `promise_details(promise)`: `[0]` for a pending promise, `[1, value]` or `[2, reason]` for a settled one.
fn promise_details(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(promise) = v8::Local::<v8::Promise>::try_from(args.get(0)) else { return };
    let state = match promise.state() {
        v8::PromiseState::Pending => 0,
        v8::PromiseState::Fulfilled => 1,
        v8::PromiseState::Rejected => 2,
    };
    let mut details = vec![v8::Integer::new(scope, state).into()];
    if state != 0 {
        details.push(promise.result(scope));
    }
    rv.set(v8::Array::new_with_elements(scope, &details).into());
}

/// `proxy_details(value)`: `[target, handler]`, both null once revoked; `undefined` for what is no proxy.
fn proxy_details(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(proxy) = v8::Local::<v8::Proxy>::try_from(args.get(0)) else { return };
    let details = [proxy.get_target(scope), proxy.get_handler(scope)];
    rv.set(v8::Array::new_with_elements(scope, &details).into());
}

/// `preview_entries(object)`: `[entries, pairs]` of an iterator or weak collection, which is left as it was;
/// `pairs` says that keys and values alternate.
fn preview_entries(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(object) = v8::Local::<v8::Object>::try_from(args.get(0)) else { return };
    let (entries, pairs) = object.preview_entries(scope);
    let entries = entries.unwrap_or_else(|| v8::Array::new(scope, 0));
    let pairs = v8::Boolean::new(scope, pairs);
    rv.set(v8::Array::new_with_elements(scope, &[entries.into(), pairs.into()]).into());
}

/// `own_non_index_properties(object, only_enumerable)`: own keys, symbols too, without array indices.
fn own_non_index_properties(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(object) = v8::Local::<v8::Object>::try_from(args.get(0)) else { return };
    let filter = if args.get(1).is_true() {
        v8::PropertyFilter::ONLY_ENUMERABLE
    } else {
        v8::PropertyFilter::ALL_PROPERTIES
    };
    let how = v8::GetPropertyNamesArgs {
        mode: v8::KeyCollectionMode::OwnOnly,
        property_filter: filter,
        index_filter: v8::IndexFilter::SkipIndices,
        key_conversion: v8::KeyConversionMode::KeepNumbers,
    };
    if let Some(keys) = object.get_property_names(scope, how) {
        rv.set(keys.into());
    }
}

/// `constructor_name(object)`: the class as the engine remembers it, where the prototype chain does not tell.
fn constructor_name(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(object) = v8::Local::<v8::Object>::try_from(args.get(0)) else { return };
    rv.set(object.get_constructor_name().into());
}

/// `external_address(external)`: the address that an embedder's external value holds, in hexadecimal.
fn external_address(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(external) = v8::Local::<v8::External>::try_from(args.get(0)) else { return };
    let text = format!("{:x}", external.value().addr());
    rv.set(crate::natives::string(scope, &text).into());
}
