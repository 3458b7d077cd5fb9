//! `native("mounts")`: subsystems in other processes, for js/krepis/mycelia/mount.js. A mounted subsystem is a number.

use super::bus::bus;
use crate::bus::codes::nats_code;
use crate::bus::mounts::{Mounted, Settings};
use crate::contexts::Contexts;
use crate::natives::{ErrorClass, NativeError, natives, string_array};
use crate::realm::{Realm, spawn_promise};

natives! { mount, state, stop_serving, unmount }

type Scope<'s, 'i> = v8::PinScope<'s, 'i>;
type Args<'a> = v8::FunctionCallbackArguments<'a>;
type Return<'a> = v8::ReturnValue<'a, v8::Value>;

/// `mount(bus, name, settings)`: a promise of the number of a mounted subsystem; it is rejected with what NATS says.
fn mount(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let name = args.get(1).to_rust_string_lossy(scope);
    let settings = args.get(2).to_rust_string_lossy(scope);
    let settings: Result<Settings, _> = serde_json::from_str(&settings);
    let realm = Realm::of(scope);
    let seat = realm.options.kernel.as_ref().and_then(|kernel| kernel.seat.as_ref());
    let group = seat.map(|seat| seat.group.number);
    // Contexts of this process, for those that come with messages.
    Contexts::of(scope);
    spawn_promise(scope, rv, async move {
        let wrong = |error: serde_json::Error| {
            NativeError::new(ErrorClass::TypeError, Some("ERR_INVALID_ARG_VALUE"), error.to_string())
        };
        let settings = settings.map_err(wrong)?;
        let serves = settings.serve;
        let mounted = Mounted::open(bus, name, group, settings).await.map_err(|error| {
            NativeError::new(ErrorClass::Error, Some(nats_code(&error)), error.to_string())
        })?;
        if serves && !mounted.serves() {
            let name = &mounted.name;
            let message = format!(
                "another isolate has mounted \"{name}://\" without handlers: let one mount it that has them"
            );
            return Err(NativeError::new(ErrorClass::Error, Some("ERR_SUBSYSTEM_EXISTS"), message));
        }
        Ok(realm.buses.mounts.borrow_mut().insert(mounted) as u32)
    });
}

/// `state(mount)`: `[status, numbers in the text format of Prometheus]`.
fn state(scope: &mut Scope<'_, '_>, args: Args<'_>, mut rv: Return<'_>) {
    let number = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let realm = Realm::of(scope);
    let mounts = realm.buses.mounts.borrow();
    if let Some(mounted) = mounts.get(number) {
        let parts = [mounted.status().to_owned(), mounted.prometheus()];
        rv.set(string_array(scope, parts).into());
    }
}

/// `stop_serving(mount)`: a promise that nothing more comes from the other side, and that all that came was handled.
fn stop_serving(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let number = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let realm = Realm::of(scope);
    let Some(mounted) = realm.buses.mounts.borrow().get(number).cloned() else { return };
    spawn_promise(scope, rv, async move {
        mounted.stop_serving().await;
        Ok(())
    });
}

/// `unmount(bus, mount)`: a promise of its end.
fn unmount(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let number = args.get(1).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let realm = Realm::of(scope);
    let Some(mounted) = realm.buses.mounts.borrow().get(number).cloned() else { return };
    spawn_promise(scope, rv, async move {
        mounted.close(&bus).await;
        Ok(())
    });
}
