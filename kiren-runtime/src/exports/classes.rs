//! Classes of Rust in V8.

use std::sync::Arc;

use hypers_modules::exports::{CallError, ClassInfo, Instance, MemberKind, Uncrossable, Value};

use super::held::{Thing, of};
use super::into_js::{answer, name_of, number};
use super::{error, from_js, guarded, into_js};
use crate::natives::string;

/// Most members of a class: the low part of what a member is called with.
const MEMBERS: f64 = 65_536.0;

/// The class of JavaScript, made at its first use in the realm.
pub(super) fn constructor<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    class: &Arc<ClassInfo>,
) -> Result<v8::Local<'s, v8::Function>, Uncrossable> {
    let realm = of(scope);
    let number = {
        let classes = realm.held.classes.borrow();
        if let Some((_, known)) = classes.iter().find(|(known, _)| Arc::ptr_eq(known, class)) {
            return Ok(v8::Local::new(scope, known));
        }
        classes.len()
    };
    let made = make(scope, class, number).ok_or_else(|| Uncrossable::new("cannot become a class"))?;
    let global = v8::Global::new(scope, made);
    realm.held.classes.borrow_mut().push((Arc::clone(class), global));
    for (name, function) in class.statics() {
        let value = into_js::value(scope, &function.clone().into())?;
        let key = name_of(scope, name);
        made.define_own_property(scope, key, value, v8::PropertyAttribute::DONT_ENUM);
    }
    Ok(made)
}

fn make<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    class: &ClassInfo,
    number: usize,
) -> Option<v8::Local<'s, v8::Function>> {
    let data = v8::Number::new(scope, number as f64).into();
    let arity = i32::try_from(class.constructor_arity().unwrap_or(0)).unwrap_or(0);
    let template = v8::FunctionTemplate::builder(construct).data(data).length(arity).build(scope);
    let name = string(scope, class.name());
    template.set_class_name(name);
    template.read_only_prototype();
    let prototype = template.prototype_template(scope);
    for (at, member) in class.members().iter().enumerate() {
        let data = v8::Number::new(scope, number as f64 * MEMBERS + at as f64).into();
        let arity = i32::try_from(member.arity()).unwrap_or(0);
        let builder = v8::FunctionTemplate::builder(call_member).data(data).length(arity);
        let function = builder.constructor_behavior(v8::ConstructorBehavior::Throw).build(scope);
        let key = name_of(scope, member.name());
        let name = string(scope, member.name());
        function.set_class_name(name);
        let hidden = v8::PropertyAttribute::DONT_ENUM;
        let has = |kind| class.members().iter().position(|m| m.name() == member.name() && m.kind() == kind);
        match member.kind() {
            MemberKind::Method => prototype.set_with_attr(key, function.into(), hidden),
            MemberKind::Getter => {
                let setter = has(MemberKind::Setter).map(|at| {
                    let data = v8::Number::new(scope, number as f64 * MEMBERS + at as f64).into();
                    v8::FunctionTemplate::builder(call_member).data(data).length(1).build(scope)
                });
                prototype.set_accessor_property(key, Some(function), setter, hidden);
            }
            MemberKind::Setter if has(MemberKind::Getter).is_some() => {}
            MemberKind::Setter => prototype.set_accessor_property(key, None, Some(function), hidden),
        }
    }
    template.get_function(scope)
}

/// The object that stands for an instance.
pub(super) fn instance<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    instance: &Instance,
) -> Result<v8::Local<'s, v8::Object>, Uncrossable> {
    let realm = of(scope);
    let thing = Thing::Instance(instance.clone());
    if let Some(known) = realm.held.object(scope, &thing) {
        return Ok(known);
    }
    let class = constructor(scope, instance.class())?;
    let prototype = crate::natives::get(scope, class.into(), "prototype");
    let object = v8::Object::with_prototype_and_properties(scope, prototype, &[], &[]);
    let at = realm.held.reserve(thing);
    realm.held.bind(scope, at, object);
    Ok(object)
}

/// `new Counter(…)`, also of a class of JavaScript that extends it.
fn construct<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    _: v8::ReturnValue<'s, v8::Value>,
) {
    let realm = of(scope);
    let class = number(args.data())
        .and_then(|at| realm.held.classes.borrow().get(at as usize).map(|(class, _)| Arc::clone(class)));
    let Some(class) = class else { return };
    if args.new_target().is_undefined() {
        let message = format!("Class constructor {} cannot be invoked without 'new'", class.name());
        return error::throw(scope, &CallError::named("TypeError", message));
    }
    let made = from_js::arguments(scope, &args)
        .and_then(|mut arguments| guarded(|| class.construct(&mut arguments).map(Value::Instance)));
    match made {
        Ok(Value::Instance(instance)) => {
            let at = realm.held.reserve(Thing::Instance(instance));
            realm.held.bind(scope, at, args.this());
        }
        Ok(_) => {}
        Err(error) => error::throw(scope, &error),
    }
}

/// A method, a getter or a setter.
fn call_member<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    rv: v8::ReturnValue<'s, v8::Value>,
) {
    let realm = of(scope);
    let Some(data) = number(args.data()) else { return };
    let class =
        realm.held.classes.borrow().get((data / MEMBERS) as usize).map(|(class, _)| Arc::clone(class));
    let Some(class) = class else { return };
    let member = (data % MEMBERS) as usize;
    let instance = match realm.held.thing_of(scope, args.this()) {
        Some(Thing::Instance(instance)) if Arc::ptr_eq(instance.class(), &class) => instance,
        _ => {
            let name = class.members().get(member).map_or("", |member| member.name());
            let message =
                format!("{}.{name} was called on something that is no {}", class.name(), class.name());
            return error::throw(
                scope,
                &CallError::named("TypeError", message).with_code("ERR_INVALID_THIS"),
            );
        }
    };
    let result = from_js::arguments(scope, &args)
        .and_then(|mut arguments| guarded(move || instance.call(member, &mut arguments)));
    answer(scope, rv, result);
}
