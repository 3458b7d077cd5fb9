//! The global object of a context that stands for an ordinary object, the sandbox: what a script reads, writes, defines, deletes
//! and lists there is done to the sandbox.
//!
//! Writes and definitions are also left to V8, which does them to the global object itself, so that `var` and functions behave
//! as they do in any script.

use v8::{
    IndexedPropertyHandlerConfiguration, Intercepted, NamedPropertyHandlerConfiguration,
    PropertyCallbackArguments, PropertyDescriptor, ReturnValue,
};

type Name<'s> = v8::Local<'s, v8::Name>;

pub(super) fn global_template<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    sandbox: v8::Local<'s, v8::Object>,
) -> v8::Local<'s, v8::ObjectTemplate> {
    let template = v8::ObjectTemplate::new(scope);
    template.set_named_property_handler(
        NamedPropertyHandlerConfiguration::new()
            .getter(get)
            .setter(set)
            .query(query)
            .deleter(delete)
            .enumerator(enumerate)
            .definer(define)
            .descriptor(describe)
            .data(sandbox.into()),
    );
    template.set_indexed_property_handler(
        IndexedPropertyHandlerConfiguration::new()
            .getter(get_at)
            .setter(set_at)
            .query(query_at)
            .deleter(delete_at)
            .enumerator(enumerate_at)
            .definer(define_at)
            .descriptor(describe_at)
            .data(sandbox.into()),
    );
    template
}

fn sandbox<'s>(args: &PropertyCallbackArguments<'s>) -> v8::Local<'s, v8::Object> {
    args.data().try_into().expect("because global_template was given an object")
}

fn global<'s>(scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Object> {
    scope.get_current_context().global(scope)
}

fn get(
    scope: &mut v8::PinScope<'_, '_>,
    key: Name<'_>,
    args: PropertyCallbackArguments<'_>,
    mut rv: ReturnValue<'_, v8::Value>,
) -> Intercepted {
    let sandbox = sandbox(&args);
    let global = global(scope);
    let value =
        sandbox.get_real_named_property(scope, key).or_else(|| global.get_real_named_property(scope, key));
    let Some(value) = value else { return Intercepted::kNo };
    // The sandbox is the global object, seen from inside.
    rv.set(if value.strict_equals(sandbox.into()) { global.into() } else { value });
    Intercepted::kYes
}

fn set(
    scope: &mut v8::PinScope<'_, '_>,
    key: Name<'_>,
    value: v8::Local<'_, v8::Value>,
    args: PropertyCallbackArguments<'_>,
    _: ReturnValue<'_, v8::Boolean>,
) -> Intercepted {
    let sandbox = sandbox(&args);
    let on_global = global(scope).get_real_named_property_attributes(scope, key);
    let on_sandbox = sandbox.get_real_named_property_attributes(scope, key);
    if [&on_global, &on_sandbox].into_iter().flatten().any(|attributes| attributes.is_read_only()) {
        return Intercepted::kNo;
    }
    let declared = on_global.is_some() || on_sandbox.is_some();
    if !declared && key.is_symbol() {
        return Intercepted::kNo;
    }
    // A setter that throws leaves its exception.
    if sandbox.set(scope, key.into(), value).is_none() {
        return Intercepted::kYes;
    }
    match is_accessor(scope, sandbox, key) {
        true => Intercepted::kYes,
        false => Intercepted::kNo,
    }
}

fn is_accessor(scope: &mut v8::PinScope<'_, '_>, object: v8::Local<'_, v8::Object>, key: Name<'_>) -> bool {
    let descriptor = object.get_own_property_descriptor(scope, key);
    let Some(Ok(descriptor)) = descriptor.map(v8::Local::<v8::Object>::try_from) else { return false };
    let getter = crate::natives::string(scope, "get");
    descriptor.has_own_property(scope, getter.into()) == Some(true)
}

fn query(
    scope: &mut v8::PinScope<'_, '_>,
    key: Name<'_>,
    args: PropertyCallbackArguments<'_>,
    mut rv: ReturnValue<'_, v8::Integer>,
) -> Intercepted {
    let sandbox = sandbox(&args);
    let attributes = sandbox
        .get_real_named_property_attributes(scope, key)
        .or_else(|| global(scope).get_real_named_property_attributes(scope, key));
    let Some(attributes) = attributes else { return Intercepted::kNo };
    rv.set_uint32(attributes.as_u32());
    Intercepted::kYes
}

fn delete(
    scope: &mut v8::PinScope<'_, '_>,
    key: Name<'_>,
    args: PropertyCallbackArguments<'_>,
    mut rv: ReturnValue<'_, v8::Boolean>,
) -> Intercepted {
    if sandbox(&args).delete(scope, key.into()) == Some(true) {
        return Intercepted::kNo;
    }
    rv.set_bool(false);
    Intercepted::kYes
}

fn enumerate(
    scope: &mut v8::PinScope<'_, '_>,
    args: PropertyCallbackArguments<'_>,
    mut rv: ReturnValue<'_, v8::Array>,
) {
    let names = v8::GetPropertyNamesArgsBuilder::new()
        .property_filter(v8::PropertyFilter::ALL_PROPERTIES)
        .index_filter(v8::IndexFilter::SkipIndices)
        .build();
    if let Some(names) = sandbox(&args).get_own_property_names(scope, names) {
        rv.set(names);
    }
}

fn define(
    scope: &mut v8::PinScope<'_, '_>,
    key: Name<'_>,
    descriptor: &PropertyDescriptor,
    args: PropertyCallbackArguments<'_>,
    _: ReturnValue<'_, v8::Boolean>,
) -> Intercepted {
    let attributes = global(scope).get_real_named_property_attributes(scope, key);
    if attributes.is_some_and(|attributes| attributes.is_read_only() && attributes.is_dont_delete()) {
        return Intercepted::kNo;
    }
    let undefined: v8::Local<'_, v8::Value> = v8::undefined(scope).into();
    let mut copy = if descriptor.has_get() || descriptor.has_set() {
        let getter = if descriptor.has_get() { descriptor.get() } else { undefined };
        let setter = if descriptor.has_set() { descriptor.set() } else { undefined };
        PropertyDescriptor::new_from_get_set(getter, setter)
    } else {
        let value = if descriptor.has_value() { descriptor.value() } else { undefined };
        match descriptor.has_writable() {
            true => PropertyDescriptor::new_from_value_writable(value, descriptor.writable()),
            false => PropertyDescriptor::new_from_value(value),
        }
    };
    if descriptor.has_enumerable() {
        copy.set_enumerable(descriptor.enumerable());
    }
    if descriptor.has_configurable() {
        copy.set_configurable(descriptor.configurable());
    }
    sandbox(&args).define_property(scope, key, &copy);
    Intercepted::kNo
}

fn describe(
    scope: &mut v8::PinScope<'_, '_>,
    key: Name<'_>,
    args: PropertyCallbackArguments<'_>,
    mut rv: ReturnValue<'_, v8::Value>,
) -> Intercepted {
    let sandbox = sandbox(&args);
    if sandbox.has_own_property(scope, key) != Some(true) {
        return Intercepted::kNo;
    }
    let Some(descriptor) = sandbox.get_own_property_descriptor(scope, key) else { return Intercepted::kNo };
    rv.set(descriptor);
    Intercepted::kYes
}

// --- the same for properties whose names are numbers ---

fn name<'s>(scope: &mut v8::PinScope<'s, '_>, index: u32) -> Name<'s> {
    crate::natives::string(scope, &index.to_string()).into()
}

fn get_at(
    scope: &mut v8::PinScope<'_, '_>,
    index: u32,
    args: PropertyCallbackArguments<'_>,
    rv: ReturnValue<'_, v8::Value>,
) -> Intercepted {
    let key = name(scope, index);
    get(scope, key, args, rv)
}

fn set_at(
    scope: &mut v8::PinScope<'_, '_>,
    index: u32,
    value: v8::Local<'_, v8::Value>,
    args: PropertyCallbackArguments<'_>,
    rv: ReturnValue<'_, v8::Boolean>,
) -> Intercepted {
    let key = name(scope, index);
    set(scope, key, value, args, rv)
}

fn query_at(
    scope: &mut v8::PinScope<'_, '_>,
    index: u32,
    args: PropertyCallbackArguments<'_>,
    rv: ReturnValue<'_, v8::Integer>,
) -> Intercepted {
    let key = name(scope, index);
    query(scope, key, args, rv)
}

fn delete_at(
    scope: &mut v8::PinScope<'_, '_>,
    index: u32,
    args: PropertyCallbackArguments<'_>,
    rv: ReturnValue<'_, v8::Boolean>,
) -> Intercepted {
    let key = name(scope, index);
    delete(scope, key, args, rv)
}

fn enumerate_at(
    scope: &mut v8::PinScope<'_, '_>,
    args: PropertyCallbackArguments<'_>,
    mut rv: ReturnValue<'_, v8::Array>,
) {
    let Some(names) = sandbox(&args).get_own_property_names(scope, v8::GetPropertyNamesArgs::default())
    else {
        return;
    };
    let indices: Vec<v8::Local<'_, v8::Value>> = (0..names.length())
        .filter_map(|at| names.get_index(scope, at))
        .filter(|name| name.is_uint32())
        .collect();
    rv.set(v8::Array::new_with_elements(scope, &indices));
}

fn define_at(
    scope: &mut v8::PinScope<'_, '_>,
    index: u32,
    descriptor: &PropertyDescriptor,
    args: PropertyCallbackArguments<'_>,
    rv: ReturnValue<'_, v8::Boolean>,
) -> Intercepted {
    let key = name(scope, index);
    define(scope, key, descriptor, args, rv)
}

fn describe_at(
    scope: &mut v8::PinScope<'_, '_>,
    index: u32,
    args: PropertyCallbackArguments<'_>,
    rv: ReturnValue<'_, v8::Value>,
) -> Intercepted {
    let key = name(scope, index);
    describe(scope, key, args, rv)
}
