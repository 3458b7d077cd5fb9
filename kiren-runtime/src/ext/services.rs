//! `native("services")`: the embedder's services, for `krepis:di` (js/krepis/di/native.js). A handle is a number of
//! [`HeldServices`](crate::services::HeldServices).

use std::rc::Rc;

use krepis_context::{Context, ContextId};
use krepis_di::graph::Lifetime;
use krepis_di::{DisposeError, ResolveError};

use crate::contexts::Contexts;
use crate::natives::{ErrorClass, NativeError, natives, set, string};
use crate::realm::{Realm, spawn_promise};
use crate::services::{CallError, Called, Held, MemberKind, NativeServices, Outcome, Values};

natives! { list, root, open, close, close_async, make, make_async, make_transient, make_transient_async, release, call }

/// `[{ name, origin, lifetime, async, needsScope, members: [[name, isGetter]] }]`.
fn list(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let exposed =
        realm.options.services.as_ref().map(|services| services.exposed.as_slice()).unwrap_or_default();
    let mut all = Vec::with_capacity(exposed.len());
    for one in exposed {
        let object = v8::Object::new(scope);
        for (name, text) in [("name", &one.name), ("origin", &one.origin)] {
            let text = string(scope, text).into();
            set(scope, object, name, text);
        }
        let lifetime = match one.lifetime {
            Lifetime::Singleton => 0,
            Lifetime::Scoped => 1,
            Lifetime::Transient => 2,
        };
        let lifetime = v8::Integer::new(scope, lifetime).into();
        set(scope, object, "lifetime", lifetime);
        for (name, value) in [("async", one.is_async), ("needsScope", one.needs_scope)] {
            let value = v8::Boolean::new(scope, value).into();
            set(scope, object, name, value);
        }
        let mut members: Vec<v8::Local<'_, v8::Value>> = Vec::new();
        for (name, kind) in one.service.members() {
            let pair =
                [string(scope, name).into(), v8::Boolean::new(scope, kind == MemberKind::Getter).into()];
            members.push(v8::Array::new_with_elements(scope, &pair).into());
        }
        let members = v8::Array::new_with_elements(scope, &members).into();
        set(scope, object, "members", members);
        all.push(object.into());
    }
    rv.set(v8::Array::new_with_elements(scope, &all).into());
}

/// The handle of the container.
fn root(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let Some(services) = services(&realm) else { return };
    hold(scope, &realm, Held::Container(services.container.clone()), &mut rv);
}

/// A new scope's handle.
fn open(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let Some(services) = services(&realm) else { return };
    hold(scope, &realm, Held::Scope(services.container.scope().into_shared()), &mut rv);
}

/// `close(handle)`: disposes a scope.
fn close(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let held = Realm::of(scope).held_services.release(handle(&args, 0));
    if let Some(Held::Scope(native)) = held.as_deref()
        && let Err(error) = native.dispose()
    {
        dispose_error(&error).throw(scope);
    }
}

/// `close_async(handle)`: disposes a scope; its hooks may be async.
fn close_async(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let held = Realm::of(scope).held_services.release(handle(&args, 0));
    spawn_promise(scope, rv, async move {
        match held.as_deref() {
            Some(Held::Scope(native)) => native.dispose_async().await.map_err(|error| dispose_error(&error)),
            _ => Ok(()),
        }
    });
}

/// `make(service, owner)`: makes the instance that the owner keeps.
fn make(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let made = services(&realm)
        .zip(held(scope, &realm, &args))
        .map(|(services, owner)| services.exposed[index(&args, 0)].service.make(&owner));
    if let Some(Err(error)) = made {
        resolve_error(&error).throw(scope);
    }
}

/// `make_async(service, owner)`: the same, with async factories.
fn make_async(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let Some((services, owner)) = services(&realm).cloned().zip(held(scope, &realm, &args)) else { return };
    let service = index(&args, 0);
    spawn_promise(scope, rv, async move {
        services.exposed[service].service.make_async(&owner).await.map_err(|error| resolve_error(&error))
    });
}

/// `make_transient(service, owner)`: the handle of a new instance.
fn make_transient(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let Some((services, owner)) = services(&realm).zip(held(scope, &realm, &args)) else { return };
    match services.exposed[index(&args, 0)].service.make_transient(&owner) {
        Ok(instance) => hold(scope, &realm, instance, &mut rv),
        Err(error) => resolve_error(&error).throw(scope),
    }
}

/// `make_transient_async(service, owner)`: the same, with async factories.
fn make_transient_async(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let realm = Realm::of(scope);
    let Some((services, owner)) = services(&realm).cloned().zip(held(scope, &realm, &args)) else { return };
    let service = index(&args, 0);
    spawn_promise(scope, rv, async move {
        let made = services.exposed[service].service.make_transient_async(&owner).await;
        let instance = made.map_err(|error| resolve_error(&error))?;
        realm.held_services.hold(instance).map(Outcome::Number).ok_or_else(too_many)
    });
}

/// `release(handle)`: gives a transient instance up.
fn release(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    drop(Realm::of(scope).held_services.release(handle(&args, 0)));
}

/// `call(service, handle, member, [slot, generation] of the current context or undefined, ...arguments)`.
fn call<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    mut rv: v8::ReturnValue<'s, v8::Value>,
) {
    let realm = Realm::of(scope);
    let Some((services, held)) = services(&realm).cloned().zip(held(scope, &realm, &args)) else { return };
    let exposed = &services.exposed[index(&args, 0)];
    let member = index(&args, 2);
    let context = current_context(scope, args.get(3));
    let values = (4..args.length()).map(|at| args.get(at)).collect();
    let mut values = Values { scope, values, next: 0 };
    let mut call = || exposed.service.call(member, &held, &mut values);
    let called = match &context {
        Some(context) => context.run(call),
        None => call(),
    };
    match called {
        Ok(Called::Value(outcome)) => match outcome.into_js_value(scope) {
            Ok(value) => rv.set(value),
            Err(error) => error.throw(scope),
        },
        Ok(Called::Promise(future)) => spawn_promise(scope, rv, async move {
            let outcome = match context {
                Some(context) => context.run_async(future).await,
                None => future.await,
            };
            match outcome {
                Outcome::Error(message) => Err(NativeError::error(message)),
                outcome => Ok(outcome),
            }
        }),
        Err(CallError::Resolve(error)) => resolve_error(&error).throw(scope),
        Err(CallError::Wrong(wrong)) => {
            let members = exposed.service.members();
            let member = members.get(member).map_or("", |(name, _)| name);
            let message = format!("{}.{member}(): {}", exposed.name, wrong.0);
            NativeError::new(ErrorClass::TypeError, Some("ERR_INVALID_ARG_TYPE"), message).throw(scope);
        }
    }
}

/// What `Context::current()` is during the call.
fn current_context(scope: &mut v8::PinScope<'_, '_>, name: v8::Local<'_, v8::Value>) -> Option<Context> {
    let name = v8::Local::<v8::Array>::try_from(name).ok()?;
    let [slot, generation] = [0, 1]
        .map(|at| name.get_index(scope, at).and_then(|word| word.int32_value(scope)).unwrap_or(0) as u32);
    Contexts::of(scope).pool.resolve(ContextId { slot, generation }).ok()
}

fn services(realm: &Realm) -> Option<&NativeServices> {
    realm.options.services.as_ref()
}

fn handle(args: &v8::FunctionCallbackArguments<'_>, at: i32) -> f64 {
    v8::Local::<v8::Number>::try_from(args.get(at)).map_or(-1.0, |number| number.value())
}

/// A number that only js/krepis/di/native.js gives: of a service or a member.
fn index(args: &v8::FunctionCallbackArguments<'_>, at: i32) -> usize {
    v8::Local::<v8::Uint32>::try_from(args.get(at)).map_or(0, |number| number.value() as usize)
}

/// What the second argument is the handle of; an error is thrown for one that is stale.
fn held(
    scope: &mut v8::PinScope<'_, '_>,
    realm: &Realm,
    args: &v8::FunctionCallbackArguments<'_>,
) -> Option<Rc<Held>> {
    let held = realm.held_services.get(handle(args, 1));
    if held.is_none() {
        let message = "the scope of this native service is disposed";
        NativeError::new(ErrorClass::Error, Some("ERR_DI_DISPOSED"), message).throw(scope);
    }
    held
}

fn hold(
    scope: &mut v8::PinScope<'_, '_>,
    realm: &Realm,
    held: Held,
    rv: &mut v8::ReturnValue<'_, v8::Value>,
) {
    match realm.held_services.hold(held) {
        Some(handle) => rv.set_double(handle),
        None => too_many().throw(scope),
    }
}

fn too_many() -> NativeError {
    NativeError::error("too many native scopes and instances are open")
}

fn resolve_error(error: &ResolveError) -> NativeError {
    NativeError::new(ErrorClass::Error, Some("ERR_DI_NATIVE"), error.to_string())
}

fn dispose_error(error: &DisposeError) -> NativeError {
    NativeError::new(ErrorClass::Error, Some("ERR_DI_NATIVE"), error.to_string())
}
