//! `native("workers")`: threads with an isolate each, for js/krepis/mycelia/workers.js, and what their isolates tell. A group of workers
//! is a number.

use std::rc::Rc;
use std::sync::Arc;

use super::bus::bus;
use crate::bus::workers::{Event, Group};
use crate::natives::{IntoJs, NativeError, natives, set, string};
use crate::realm::{Realm, Stop, spawn_promise, spawn_unreferenced_promise};
use crate::runtime::Entry;

natives! { start, next_event, stop, seat, ready }

type Scope<'s, 'i> = v8::PinScope<'s, 'i>;
type Args<'a> = v8::FunctionCallbackArguments<'a>;
type Return<'a> = v8::ReturnValue<'a, v8::Value>;

/// `start(bus, count, url, data)`: the number of a group.
fn start(scope: &mut Scope<'_, '_>, args: Args<'_>, mut rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let count = args.get(1).uint32_value(scope).unwrap_or(1);
    let entry = Entry::File(args.get(2).to_rust_string_lossy(scope).into());
    let data: Arc<str> = args.get(3).to_rust_string_lossy(scope).into();
    let realm = Realm::of(scope);
    match Group::start(&bus, count, &entry, &realm.options, &data) {
        Ok((group, events)) => {
            let number = realm.buses.groups.borrow_mut().insert((group, Rc::new(events.into())));
            rv.set_uint32(number as u32);
        }
        Err(error) => NativeError::error(format!("a worker has no thread: {error}")).throw(scope),
    }
}

/// `next_event(group, keepsAlive)`: a promise of what a worker tells next: `{ worker, claims }`, or `{ worker, error, code, again }`,
/// where `again` is in how many milliseconds it starts again, if it does; undefined when all have ended.
fn next_event(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let number = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let realm = Realm::of(scope);
    let Some((_, events)) = realm.buses.groups.borrow().get(number).cloned() else { return };
    let task = async move { Ok(events.lock().await.recv().await) };
    if args.get(1).is_true() {
        spawn_promise(scope, rv, task);
    } else {
        spawn_unreferenced_promise(scope, rv, task);
    }
}

impl IntoJs for Event {
    fn into_js<'s>(self, scope: &mut Scope<'s, '_>) -> v8::Local<'s, v8::Value> {
        let object = v8::Object::new(scope);
        let worker = match &self {
            Self::Ready { worker, .. } | Self::Ended { worker, .. } => *worker,
        };
        let worker = worker.into_js(scope);
        set(scope, object, "worker", worker);
        match self {
            Self::Ready { claims, .. } => {
                let claims = string(scope, &claims).into();
                set(scope, object, "claims", claims);
            }
            Self::Ended { error, code, again, .. } => {
                let error = error.into_js(scope);
                set(scope, object, "error", error);
                let code = v8::Integer::new(scope, code).into();
                set(scope, object, "code", code);
                if let Some(again) = again {
                    let again = v8::Number::new(scope, again.as_secs_f64() * 1000.0).into();
                    set(scope, object, "again", again);
                }
            }
        }
        object.into()
    }
}

/// `stop(bus, group)`: a promise of their end. What they mounted ends before, while there is someone to handle what came.
fn stop(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let number = args.get(1).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let realm = Realm::of(scope);
    let Some((group, _)) = realm.buses.groups.borrow().get(number).cloned() else { return };
    spawn_promise(scope, rv, async move {
        let mounts = bus.mounts_of(group.number).await;
        for mounted in &mounts {
            tokio::select! {
                () = mounted.stop_serving() => {}
                () = group.gone() => mounted.abandon(),
            }
        }
        group.stop();
        group.ended().await;
        for mounted in mounts {
            mounted.close(&bus).await;
        }
        Ok(())
    });
}

/// `seat()`: `[worker, data]` of a worker's isolate.
fn seat(scope: &mut Scope<'_, '_>, _: Args<'_>, mut rv: Return<'_>) {
    let realm = Realm::of(scope);
    let Some(seat) = realm.options.kernel.as_ref().and_then(|kernel| kernel.seat.clone()) else { return };
    let parts = [seat.worker.into_js(scope), string(scope, &seat.data).into()];
    rv.set(v8::Array::new_with_elements(scope, &parts).into());
    // What the module left open must not keep it for ever.
    let own = Rc::clone(&realm);
    realm.spawn_unreferenced(async move {
        seat.end_in_time().await;
        own.enter(|scope| own.stop(scope, Stop::Exit(0)));
    });
}

/// `ready(claims)`: this worker's handlers are registered.
fn ready(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let claims = args.get(0).to_rust_string_lossy(scope);
    let realm = Realm::of(scope);
    if let Some(seat) = realm.options.kernel.as_ref().and_then(|kernel| kernel.seat.as_ref()) {
        seat.group.tell(Event::Ready { worker: seat.worker, claims });
    }
}
