//! From values to V8.

use hypers_modules::exports::{CallError, Crossing, Deferred, Function, Object, Uncrossable, Value};

use super::held::{Thing, of};
use super::{classes, error, from_js, guarded};
use crate::natives::{self, string};

/// A value as JavaScript has it.
pub(super) fn value<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    value: &Value,
) -> Result<v8::Local<'s, v8::Value>, CallError> {
    given(scope, value, "", &mut Crossing::default()).map_err(|error| error.at("the value"))
}

/// The exports object of a module.
pub(super) fn object<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    exports: &Object,
) -> Result<v8::Local<'s, v8::Value>, CallError> {
    let made = given_object(scope, exports, &mut Crossing::default());
    made.map(Into::into).map_err(|error| error.at("exports"))
}

fn given<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    value: &Value,
    name: &str,
    crossing: &mut Crossing,
) -> Result<v8::Local<'s, v8::Value>, Uncrossable> {
    Ok(match value {
        Value::Undefined => v8::undefined(scope).into(),
        Value::Null => v8::null(scope).into(),
        Value::Bool(value) => v8::Boolean::new(scope, *value).into(),
        Value::Number(value) => v8::Number::new(scope, *value).into(),
        Value::BigInt(value) => bigint(scope, *value).into(),
        Value::String(text) => string(scope, text).into(),
        Value::Bytes(bytes) => natives::uint8_array(scope, bytes.to_vec()).into(),
        Value::Array(items) => {
            crossing.enter(items.len())?;
            let mut elements = Vec::with_capacity(items.len());
            for (at, item) in items.iter().enumerate() {
                let element = given(scope, item, "", crossing);
                elements.push(element.map_err(|error| error.inside(&format!("[{at}]")))?);
            }
            crossing.leave();
            v8::Array::new_with_elements(scope, &elements).into()
        }
        Value::Object(object) => given_object(scope, object, crossing)?.into(),
        Value::Function(function) => self::function(scope, function, name),
        Value::Class(class) => classes::constructor(scope, class)?.into(),
        Value::Instance(instance) => classes::instance(scope, instance)?.into(),
        Value::Deferred(deferred) => promise(scope, deferred)?,
    })
}

fn given_object<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    object: &Object,
    crossing: &mut Crossing,
) -> Result<v8::Local<'s, v8::Object>, Uncrossable> {
    crossing.enter(object.len())?;
    let made = v8::Object::new(scope);
    for (name, value) in object.iter() {
        let value = given(scope, value, name, crossing).map_err(|error| error.inside(&format!(".{name}")))?;
        let key = name_of(scope, name);
        made.create_data_property(scope, key, value);
    }
    crossing.leave();
    Ok(made)
}

/// A name as a property has it: equal names are one string in V8.
pub(super) fn name_of<'s>(scope: &v8::PinScope<'s, '_>, name: &str) -> v8::Local<'s, v8::Name> {
    let made = v8::String::new_from_utf8(scope, name.as_bytes(), v8::NewStringType::Internalized);
    made.unwrap_or_else(|| v8::String::empty(scope)).into()
}

fn bigint<'s>(scope: &v8::PinScope<'s, '_>, value: i128) -> v8::Local<'s, v8::BigInt> {
    let magnitude = value.unsigned_abs();
    // Truncation is meant: the low and the high word.
    let words = [magnitude as u64, (magnitude >> 64) as u64];
    v8::BigInt::new_from_words(scope, value < 0, &words).unwrap_or_else(|| v8::BigInt::new_from_i64(scope, 0))
}

/// A function of Rust or Lua; one of this realm comes back as itself. `name` is its property's.
fn function<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    function: &Function,
    name: &str,
) -> v8::Local<'s, v8::Value> {
    if let Some(own) = from_js::own_function(scope, function) {
        return own.into();
    }
    let realm = of(scope);
    let thing = Thing::Function(function.clone());
    if let Some(known) = realm.held.object(scope, &thing) {
        return known.into();
    }
    let at = realm.held.reserve(thing);
    let data = v8::Number::new(scope, at as f64).into();
    let arity = i32::try_from(function.arity()).unwrap_or(0);
    let builder = v8::Function::builder(call)
        .data(data)
        .length(arity)
        .constructor_behavior(v8::ConstructorBehavior::Throw);
    let Some(made) = builder.build(scope) else { return v8::undefined(scope).into() };
    let name = if name.is_empty() { short(function.name()) } else { name };
    let name = string(scope, name);
    made.set_name(name);
    realm.held.bind(scope, at, made.into());
    made.into()
}

/// `add` of `mycrate:thing.add`.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A program calls a function of Rust or Lua.
fn call<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    rv: v8::ReturnValue<'s, v8::Value>,
) {
    let Some(Thing::Function(function)) = number(args.data()).and_then(|at| of(scope).held.thing(at)) else {
        return;
    };
    let result =
        from_js::arguments(scope, &args).and_then(|arguments| guarded(move || function.call(arguments)));
    answer(scope, rv, result);
}

pub(super) fn number(value: v8::Local<'_, v8::Value>) -> Option<f64> {
    v8::Local::<v8::Number>::try_from(value).ok().map(|number| number.value())
}

/// Returns a result from a native function, or throws.
pub(super) fn answer<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    mut rv: v8::ReturnValue<'s, v8::Value>,
    result: Result<Value, CallError>,
) {
    match result {
        Ok(Value::Undefined) => {}
        Ok(Value::Number(number)) => rv.set_double(number),
        Ok(Value::Bool(value)) => rv.set_bool(value),
        Ok(result) => match value(scope, &result) {
            Ok(result) => rv.set(result),
            Err(error) => error::throw(scope, &error),
        },
        Err(error) => error::throw(scope, &error),
    }
}

/// A promise for what an asynchronous function of Rust gives; the event loop runs it, and waits for it.
fn promise<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    deferred: &Deferred,
) -> Result<v8::Local<'s, v8::Value>, Uncrossable> {
    let taken = || Uncrossable::new("is a promise that has been given away already");
    let future = deferred.take().ok_or_else(taken)?;
    let resolver =
        v8::PromiseResolver::new(scope).ok_or_else(|| Uncrossable::new("cannot become a promise"))?;
    let promise = resolver.get_promise(scope).into();
    let resolver = v8::Global::new(scope, resolver);
    let realm = of(scope);
    let task = {
        let realm = std::rc::Rc::clone(&realm);
        async move {
            let result = future.await;
            realm.callback(|scope| {
                let resolver = v8::Local::new(scope, resolver);
                match result.and_then(|result| value(scope, &result)) {
                    Ok(value) => resolver.resolve(scope, value),
                    Err(error) => {
                        let error = error::to_js(scope, &error);
                        resolver.reject(scope, error)
                    }
                }
            });
        }
    };
    realm.spawn(task);
    Ok(promise)
}
