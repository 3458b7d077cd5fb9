//! From V8 to values.

use std::rc::{Rc, Weak};
use std::sync::Arc;

use hypers_modules::exports::{
    Arguments, CallError, Crossing, Function, LocalFn, Object, SmolStr, Uncrossable, Value,
};

use super::held::{Thing, of};
use super::{error, into_js};
use crate::realm::Realm;

/// A function of JavaScript, for Rust and Lua.
struct JsFn {
    function: v8::Global<v8::Function>,
    /// Gone when the runtime is.
    realm: Weak<Realm>,
}

impl LocalFn for JsFn {
    fn call(&self, arguments: &mut Arguments<'_>) -> Result<Value, CallError> {
        let ended = || CallError::new("the runtime of this function has ended");
        let realm = self.realm.upgrade().ok_or_else(ended)?;
        if realm.stop.borrow().is_some() {
            return Err(CallError::new("the program has ended"));
        }
        realm.enter(|scope| {
            let mut values = Vec::with_capacity(arguments.remaining());
            while arguments.remaining() > 0 {
                values.push(into_js::value(scope, &arguments.next_value())?);
            }
            let function = v8::Local::new(scope, &self.function);
            let undefined = v8::undefined(scope).into();
            let result = error::attempt(scope, |scope| function.call(scope, undefined, &values));
            let result = result.map_err(|error| error::of_callee(scope, error))?;
            value(scope, result, "the result")
        })
    }
}

/// The function of this realm that a value stands for.
pub(super) fn own_function<'s>(
    scope: &v8::PinScope<'s, '_>,
    function: &Function,
) -> Option<v8::Local<'s, v8::Function>> {
    let own = function.engine_function::<JsFn>()?;
    let realm = own.realm.upgrade()?;
    Rc::ptr_eq(&realm, &Realm::of(scope)).then(|| v8::Local::new(scope, &own.function))
}

/// The arguments of a call.
pub(super) fn arguments<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: &v8::FunctionCallbackArguments<'s>,
) -> Result<Vec<Value>, CallError> {
    let mut values = Vec::with_capacity(args.length() as usize);
    for at in 0..args.length() {
        values.push(match simple(args.get(at)) {
            Some(value) => value,
            None => value(scope, args.get(at), &format!("argument {}", at + 1))?,
        });
    }
    Ok(values)
}

/// A value; `root` is what errors call it.
pub(super) fn value<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    value: v8::Local<'s, v8::Value>,
    root: &str,
) -> Result<Value, CallError> {
    crossed(scope, value, &mut Crossing::default(), &mut Vec::new()).map_err(|error| error.at(root))
}

/// What needs no scope.
fn simple(value: v8::Local<'_, v8::Value>) -> Option<Value> {
    if let Ok(number) = v8::Local::<v8::Number>::try_from(value) {
        Some(Value::Number(number.value()))
    } else if value.is_undefined() {
        Some(Value::Undefined)
    } else if value.is_null() {
        Some(Value::Null)
    } else if value.is_boolean() {
        Some(Value::Bool(value.is_true()))
    } else {
        None
    }
}

fn crossed<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    value: v8::Local<'s, v8::Value>,
    crossing: &mut Crossing,
    ancestors: &mut Vec<v8::Local<'s, v8::Object>>,
) -> Result<Value, Uncrossable> {
    if let Some(value) = simple(value) {
        return Ok(value);
    }
    if let Ok(text) = v8::Local::<v8::String>::try_from(value) {
        return Ok(Value::String(text.to_rust_string_lossy(scope).into()));
    }
    if let Ok(big) = v8::Local::<v8::BigInt>::try_from(value) {
        return bigint(big);
    }
    let Ok(object) = v8::Local::<v8::Object>::try_from(value) else {
        return Err(Uncrossable::new("is a symbol, which stays in JavaScript"));
    };
    if let Some(bytes) = bytes_of(value) {
        return Ok(Value::Bytes(bytes));
    }
    match of(scope).held.thing_of(scope, object) {
        Some(Thing::Function(function)) => return Ok(Value::Function(function)),
        Some(Thing::Instance(instance)) => return Ok(Value::Instance(instance)),
        None => {}
    }
    if let Ok(function) = v8::Local::<v8::Function>::try_from(value) {
        return Ok(function_of(scope, function));
    }
    if let Some(what) = stays(value) {
        return Err(Uncrossable::new(format!("is {what}, which stays in JavaScript")));
    }
    if ancestors.contains(&object) {
        return Err(Uncrossable::cycle());
    }
    ancestors.push(object);
    let crossed = match v8::Local::<v8::Array>::try_from(value) {
        Ok(array) => array_of(scope, array, crossing, ancestors),
        Err(_) => object_of(scope, object, crossing, ancestors),
    };
    ancestors.pop();
    crossed
}

fn array_of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    array: v8::Local<'s, v8::Array>,
    crossing: &mut Crossing,
    ancestors: &mut Vec<v8::Local<'s, v8::Object>>,
) -> Result<Value, Uncrossable> {
    crossing.enter(array.length() as usize)?;
    let mut items = Vec::with_capacity(array.length() as usize);
    for at in 0..array.length() {
        let item = error::attempt(scope, |scope| array.get_index(scope, at))?;
        let item = crossed(scope, item, crossing, ancestors);
        items.push(item.map_err(|error| error.inside(&format!("[{at}]")))?);
    }
    crossing.leave();
    Ok(Value::Array(items.into()))
}

fn object_of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    object: v8::Local<'s, v8::Object>,
    crossing: &mut Crossing,
    ancestors: &mut Vec<v8::Local<'s, v8::Object>>,
) -> Result<Value, Uncrossable> {
    let names = names_of(scope, object)?;
    crossing.enter(names.len())?;
    let mut table = Object::with_capacity(names.len());
    for name in names {
        let value = error::attempt(scope, |scope| object.get(scope, name.into()))?;
        let name: SmolStr = name.to_rust_string_lossy(scope).into();
        let value = crossed(scope, value, crossing, ancestors);
        table.set(name.clone(), value.map_err(|error| error.inside(&format!(".{name}")))?);
    }
    crossing.leave();
    Ok(table.into())
}

/// The names of an object's own enumerable properties; symbols are none.
pub(super) fn names_of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    object: v8::Local<'s, v8::Object>,
) -> Result<Vec<v8::Local<'s, v8::String>>, CallError> {
    let options = v8::GetPropertyNamesArgsBuilder::new()
        .property_filter(v8::PropertyFilter::ONLY_ENUMERABLE | v8::PropertyFilter::SKIP_SYMBOLS)
        .key_conversion(v8::KeyConversionMode::ConvertToString)
        .build();
    let names = error::attempt(scope, |scope| object.get_own_property_names(scope, options))?;
    Ok((0..names.length()).filter_map(|at| names.get_index(scope, at)?.try_into().ok()).collect())
}

fn function_of<'s>(scope: &mut v8::PinScope<'s, '_>, function: v8::Local<'s, v8::Function>) -> Value {
    let realm = of(scope);
    let classes = realm.held.classes.borrow();
    if let Some((class, _)) = classes.iter().find(|(_, known)| *known == function) {
        return Value::Class(Arc::clone(class));
    }
    drop(classes);
    let name = function.get_name(scope).to_rust_string_lossy(scope);
    let length = crate::natives::get(scope, function.into(), "length");
    let arity = length.uint32_value(scope).unwrap_or(0);
    let global = v8::Global::new(scope, function);
    Value::Function(Function::local(
        &name,
        arity,
        Rc::new(JsFn { function: global, realm: Rc::downgrade(&realm) }),
    ))
}

fn bytes_of(value: v8::Local<'_, v8::Value>) -> Option<Arc<[u8]>> {
    if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        let mut bytes = vec![0; view.byte_length()];
        view.copy_contents(&mut bytes);
        return Some(bytes.into());
    }
    let buffer = v8::Local::<v8::ArrayBuffer>::try_from(value).ok()?;
    Some(buffer.get_backing_store().iter().map(std::cell::Cell::get).collect())
}

fn bigint(big: v8::Local<'_, v8::BigInt>) -> Result<Value, Uncrossable> {
    let mut words = [0; 2];
    let too_large = || Uncrossable::new("is a bigint of more than 127 bits");
    if big.word_count() > words.len() {
        return Err(too_large());
    }
    let (is_negative, _) = big.to_words_array(&mut words);
    let magnitude =
        i128::try_from(u128::from(words[1]) << 64 | u128::from(words[0])).map_err(|_| too_large())?;
    Ok(Value::BigInt(if is_negative { -magnitude } else { magnitude }))
}

/// What has an inside that properties do not show.
fn stays(value: v8::Local<'_, v8::Value>) -> Option<&'static str> {
    [
        (value.is_promise(), "a promise"),
        (value.is_map(), "a Map"),
        (value.is_set(), "a Set"),
        (value.is_weak_map() || value.is_weak_set(), "a weak collection"),
        (value.is_date(), "a Date"),
        (value.is_reg_exp(), "a regular expression"),
        (value.is_proxy(), "a Proxy"),
        (value.is_native_error(), "an error"),
    ]
    .into_iter()
    .find_map(|(is, what)| is.then_some(what))
}
