//! `native("bus")`: what `krepis:mycelia` (js/krepis/mycelia/bus.js) needs of the kernel that isolates share: see `crate::bus`.
//! A bus is a number.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use krepis_context::ContextId;
use mycelia_router::kernel::{
    AskError, Body, DeadLetter, Envelope, Failure, Options, Overflow, Priority, Reason, SendError,
};
use mycelia_router::nats::{NatsError, Payload, RemoteError};
use tokio::sync::oneshot;

use crate::bus::body::{self, Form};
use crate::bus::codes::{ask_error, failure_code, nats_code, refusal_error};
use crate::bus::pump::{self, Thrown};
use crate::bus::workers::Stopping;
use crate::bus::{Bus, Owner};
use crate::contexts::Contexts;
use crate::natives::{ErrorClass, IntoJs, NativeError, natives, string};
use crate::realm::{Realm, spawn_promise, spawn_unreferenced_promise};

natives! {
    configure, open, own, owner, register, pump, send, send_patiently, ask, forget, answer, fail, stop_subsystem, stats, await_idle,
    idle, buried, take_dead_letters
}

type Scope<'s, 'i> = v8::PinScope<'s, 'i>;
type Args<'a> = v8::FunctionCallbackArguments<'a>;
type Return<'a> = v8::ReturnValue<'a, v8::Value>;

/// `configure(run)`: what structured_clone.js says of host objects.
fn configure(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    if let Ok(run) = v8::Local::<v8::Object>::try_from(args.get(0)) {
        let run = v8::Global::new(scope, run);
        // A second time is the same object.
        drop(Realm::of(scope).buses.run.set(run));
    }
}

/// `open()`: a new bus.
fn open(scope: &mut Scope<'_, '_>, _: Args<'_>, mut rv: Return<'_>) {
    rv.set_uint32(Realm::of(scope).buses.add(Bus::start()) as u32);
}

/// `own()`: the bus that this runtime was started with, if it was.
fn own(scope: &mut Scope<'_, '_>, _: Args<'_>, mut rv: Return<'_>) {
    let realm = Realm::of(scope);
    if let Some(kernel) = &realm.options.kernel {
        rv.set_uint32(realm.buses.add(Arc::clone(&kernel.bus)) as u32);
    }
}

/// `owner(bus, subsystem)`: "isolate", "group", "mount" or "rust"; undefined where there is no such subsystem.
fn owner(scope: &mut Scope<'_, '_>, args: Args<'_>, mut rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let name = args.get(1).to_rust_string_lossy(scope);
    let owner = match bus.owner(&name) {
        None => return,
        Some(Owner::Isolate) => "isolate",
        Some(Owner::Group(_)) => "group",
        Some(Owner::Mount) => "mount",
        Some(Owner::Rust) => "rust",
    };
    rv.set(string(scope, owner).into());
}

/// `register(bus, name, capacity, overflow)`: a subsystem that this isolate handles, or that the workers of its group do.
fn register(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let name = args.get(1).to_rust_string_lossy(scope);
    let realm = Realm::of(scope);
    let seat = realm.options.kernel.as_ref().and_then(|kernel| kernel.seat.clone());
    let owner = seat.map_or(Owner::Isolate, |seat| Owner::Group(seat.group.number));
    let overflow = match args.get(3).to_rust_string_lossy(scope).as_str() {
        "reject" => Overflow::Reject,
        "drop-oldest" => Overflow::DropOldest,
        _ => Overflow::Wait,
    };
    // How many messages are handled at once is up to the pumps.
    let capacity = args.get(2).uint32_value(scope).unwrap_or(1);
    let options = Options { capacity, overflow, concurrency: u32::MAX, ..Options::default() };
    if let Err(error) = bus.register(&name, options, owner) {
        NativeError::new(ErrorClass::Error, Some("ERR_SUBSYSTEM_EXISTS"), error.to_string()).throw(scope);
    }
}

/// `pump(bus, name, count, deliver, keepsAlive)`: has messages of a subsystem brought to `deliver`.
fn pump(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let name = args.get(1).to_rust_string_lossy(scope);
    let (Some(subsystem), Ok(deliver)) =
        (bus.source(&name), v8::Local::<v8::Function>::try_from(args.get(3)))
    else {
        return;
    };
    let realm = Realm::of(scope);
    let deliver = Rc::new(v8::Global::new(scope, deliver));
    let seat = realm.options.kernel.as_ref().and_then(|kernel| kernel.seat.as_ref());
    let stopping = seat.map_or_else(Stopping::default, |seat| seat.stopping.clone());
    for _ in 0..args.get(2).uint32_value(scope).unwrap_or(1) {
        let task = pump::run(Rc::clone(&realm), subsystem.taker(), Rc::clone(&deliver), stopping.clone());
        if args.get(4).is_true() {
            realm.spawn(task);
        } else {
            realm.spawn_unreferenced(task);
        }
    }
}

/// `send(bus, address, body, transfer, rank, key, delay, timeout, slot, generation, question, headers)`: one way.
fn send(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let address = args.get(1).to_rust_string_lossy(scope);
    let Some((_, envelope)) = envelope(scope, &args, &address, false) else { return };
    if let Err(error) = envelope.send() {
        refusal_error(&error.refusal).throw(scope);
    }
}

/// As `send`, when there is room; a promise. For a mounted subsystem it is kept when NATS has the message.
fn send_patiently(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let address = args.get(1).to_rust_string_lossy(scope);
    let Some((bus, envelope)) = envelope(scope, &args, &address, true) else { return };
    if bus.owner(subsystem_of(&address)) == Some(Owner::Mount) {
        let delivering = envelope.ask();
        return spawn_promise(scope, rv, async move {
            delivering.await.map(drop).map_err(|error| match &error {
                AskError::Failed(Failure::Error(failure)) => match failure.downcast_ref::<NatsError>() {
                    Some(failure) => {
                        NativeError::new(ErrorClass::Error, Some(nats_code(failure)), failure.to_string())
                    }
                    None => ask_error(&error),
                },
                _ => ask_error(&error),
            })
        });
    }
    let sending = envelope.send_async();
    spawn_promise(scope, rv, async move {
        sending.await.map(drop).map_err(|error: SendError| refusal_error(&error.refusal))
    });
}

/// As `send`, with the reply as a promise: `[reply]`, or `[undefined, thrown, text]` for what a handler of JavaScript threw, and
/// `[undefined, undefined, text, code]` for other failures; `[]`
/// after `forget(name)`, where `name` is one more argument, a number.
fn ask(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let address = args.get(1).to_rust_string_lossy(scope);
    let Some((_, envelope)) = envelope(scope, &args, &address, false) else { return };
    let question = envelope.ask();
    let realm = Realm::of(scope);
    let forgotten = v8::Local::<v8::Uint32>::try_from(args.get(10)).ok().map(|name| {
        let (sender, receiver) = oneshot::channel();
        realm.buses.questions.borrow_mut().insert(name.value(), sender);
        (name.value(), receiver)
    });
    spawn_promise(scope, rv, async move {
        let answer = match forgotten {
            None => question.await,
            Some((name, forgotten)) => {
                let answer = tokio::select! {
                    answer = question => Some(answer),
                    _ = forgotten => None,
                };
                realm.buses.questions.borrow_mut().remove(&name);
                match answer {
                    Some(answer) => answer,
                    None => return Ok(Reply::Forgotten),
                }
            }
        };
        match answer {
            Ok(body) => Ok(Reply::Body(body)),
            Err(AskError::Failed(Failure::Error(error))) => match error.downcast_ref::<Thrown>() {
                Some(thrown) => Ok(Reply::Thrown(thrown.to_string(), thrown.take())),
                None => Ok(Reply::Failed(failure_code(&*error), error.to_string())),
            },
            Err(error) => Err(ask_error(&error)),
        }
    });
}

/// `forget(name)`: nobody waits for the answer any more; a question that nobody has started is taken back.
fn forget(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    if let Ok(name) = v8::Local::<v8::Uint32>::try_from(args.get(0)) {
        // Dropping the sender tells.
        Realm::of(scope).buses.questions.borrow_mut().remove(&name.value());
    }
}

/// What comes back to who asked.
enum Reply {
    Forgotten,
    Body(Body),
    Thrown(String, Option<Body>),
    /// A code, and what happened.
    Failed(String, String),
}

impl IntoJs for Reply {
    fn into_js<'s>(self, scope: &mut Scope<'s, '_>) -> v8::Local<'s, v8::Value> {
        let undefined: v8::Local<'_, v8::Value> = v8::undefined(scope).into();
        let parts = match self {
            Self::Forgotten => Vec::new(),
            Self::Body(mut body) => match body::read(scope, &mut body) {
                Ok(value) => vec![value.unwrap_or(undefined)],
                Err(kind) => {
                    let message = format!("the reply is a {kind} of Rust, which JavaScript has no form for");
                    vec![undefined, undefined, string(scope, &message).into()]
                }
            },
            Self::Thrown(message, value) => {
                let value = value.and_then(|mut body| body::read(scope, &mut body).ok().flatten());
                vec![undefined, value.unwrap_or(undefined), string(scope, &message).into()]
            }
            Self::Failed(code, message) => {
                vec![undefined, undefined, string(scope, &message).into(), string(scope, &code).into()]
            }
        };
        v8::Array::new_with_elements(scope, &parts).into()
    }
}

/// `answer(token, reply)`: a handler of this isolate has answered. An exception if the reply cannot be cloned.
fn answer(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let token = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let replies = &Realm::of(scope).buses.replies;
    let Some(form) = replies.form(token) else { return };
    if let Some(reply) = form.write(scope, args.get(1), None) {
        replies.answer(token, Ok(reply));
    }
}

/// `fail(token, message, thrown, code)`: a handler of this isolate threw. Without `thrown` where that cannot be cloned; the code is
/// for other processes.
fn fail(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let token = args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize;
    let message = args.get(1).to_rust_string_lossy(scope);
    let replies = &Realm::of(scope).buses.replies;
    let Some(form) = replies.form(token) else { return };
    if form == Form::Wire {
        let code = args.get(3).to_rust_string_lossy(scope);
        return replies.answer(token, Err(Failure::new(RemoteError { code, message })));
    }
    let mut thrown = None;
    if form == Form::Isolate && !args.get(2).is_undefined() {
        thrown = form.write(scope, args.get(2), None);
        if thrown.is_none() {
            return;
        }
    }
    replies.answer(token, Err(Thrown::failure(message, thrown)));
}

/// `stop_subsystem(bus, name)`: what waits becomes dead letters.
fn stop_subsystem(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    if let Some(subsystem) = bus.kernel.get(&args.get(1).to_rust_string_lossy(scope)) {
        subsystem.stop();
    }
}

/// `await_idle(bus)`: the program lives until everything that was sent has been handled.
fn await_idle(scope: &mut Scope<'_, '_>, args: Args<'_>, _: Return<'_>) {
    let realm = Realm::of(scope);
    realm.buses.await_idle(&realm, args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize);
}

/// `stats(bus)`: as JSON.
fn stats(scope: &mut Scope<'_, '_>, args: Args<'_>, mut rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let stats = bus.kernel.stats();
    let subsystems: serde_json::Map<String, serde_json::Value> = stats
        .subsystems
        .iter()
        .map(|one| {
            let numbers = serde_json::json!({
                "name": &*one.name, "status": format!("{:?}", one.status).to_lowercase(),
                "accepted": one.accepted, "rejected": one.rejected, "handled": one.handled,
                "failed": one.failed + one.panicked, "expired": one.expired, "cancelled": one.cancelled,
                "withdrawn": one.withdrawn, "dropped": one.dropped, "unhandled": one.unhandled,
                "discarded": one.discarded, "lost": one.lost, "present": one.present,
                "waiting": one.waiting, "running": one.present - one.waiting, "delayed": 0,
                "highWater": one.high_water, "capacity": one.capacity, "restarts": one.restarts,
            });
            (one.name.to_string(), numbers)
        })
        .collect();
    rv.set(string(scope, &serde_json::Value::Object(subsystems).to_string()).into());
}

/// `idle(bus)`: a promise, kept when nothing waits and nothing is being handled.
fn idle(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    spawn_promise(scope, rv, async move {
        bus.kernel.idle().await;
        Ok(())
    });
}

/// `buried(bus)`: a promise, which keeps no program alive, kept when there is a dead letter; `false` on the bus of an embedder.
fn buried(scope: &mut Scope<'_, '_>, args: Args<'_>, rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    spawn_unreferenced_promise(scope, rv, async move {
        match &bus.buried {
            Some(buried) => buried.notified().await,
            None => return Ok(false),
        }
        Ok(true)
    });
}

/// `take_dead_letters(bus)`: `[[address, subsystem, body, rank, reason, text]]`, the oldest first.
fn take_dead_letters(scope: &mut Scope<'_, '_>, args: Args<'_>, mut rv: Return<'_>) {
    let Some(bus) = bus(scope, &args) else { return };
    let mut all: Vec<v8::Local<'_, v8::Value>> = Vec::new();
    for mut letter in bus.kernel.take_dead_letters() {
        let address = match undelivered(&bus, &letter) {
            Undelivered::No => letter.message.address(),
            Undelivered::Asked => continue,
            Undelivered::Sent { address, payload } => {
                if let Some(payload) = payload {
                    *letter.message.body_mut() = Body::from(payload);
                }
                address
            }
        };
        let body = body::read(scope, letter.message.body_mut()).ok().flatten();
        let parts = [
            string(scope, &address).into(),
            string(scope, letter.message.subsystem()).into(),
            body.unwrap_or_else(|| v8::undefined(scope).into()),
            v8::Integer::new(scope, 3 - letter.message.priority() as i32).into(),
            string(scope, reason_name(&letter.reason)).into(),
            string(scope, &letter.reason.to_string()).into(),
        ];
        all.push(v8::Array::new_with_elements(scope, &parts).into());
    }
    rv.set(v8::Array::new_with_elements(scope, &all).into());
}

/// What a dead letter is of a message that went to NATS. The letter itself knows neither address nor body: the mount has had them.
enum Undelivered {
    No,
    /// Who asked was told, and cannot be told again by a letter of which nothing is left.
    Asked,
    Sent {
        address: String,
        payload: Option<Payload>,
    },
}

fn undelivered(bus: &Bus, letter: &DeadLetter) -> Undelivered {
    let Reason::Failed(Failure::Error(error)) = &letter.reason else { return Undelivered::No };
    if let Some(NatsError::Undelivered { address, payload, .. }) = error.downcast_ref() {
        return Undelivered::Sent { address: address.clone(), payload: payload.clone() };
    }
    match bus.owner(letter.message.subsystem()) {
        Some(Owner::Mount) => Undelivered::Asked,
        _ => Undelivered::No,
    }
}

fn reason_name(reason: &Reason) -> &'static str {
    match reason {
        Reason::Failed(_) => "failed",
        Reason::Dropped => "dropped",
        Reason::Expired => "expired",
        Reason::Cancelled => "cancelled",
        Reason::NoHandler => "no-handler",
        Reason::Stopped => "stopped",
        Reason::Shutdown => "shutdown",
        Reason::Refused(_) => "refused",
        _ => "lost",
    }
}

/// The bus that the first argument names.
pub(super) fn bus(scope: &Scope<'_, '_>, args: &Args<'_>) -> Option<Arc<Bus>> {
    let number = v8::Local::<v8::Uint32>::try_from(args.get(0)).ok()?;
    Realm::of(scope).buses.get(number.value() as usize)
}

fn subsystem_of(address: &str) -> &str {
    address.split_once("://").map_or("", |(name, _)| name)
}

/// The message that the arguments of `send` describe; `is_one_way` is for one that goes to NATS. `None` when an exception is pending.
fn envelope<'a>(
    scope: &mut Scope<'_, '_>,
    args: &Args<'_>,
    address: &'a str,
    is_one_way: bool,
) -> Option<(Arc<Bus>, Envelope<'a>)> {
    let bus = bus(scope, args)?;
    let form = match bus.owner(subsystem_of(address)) {
        Some(Owner::Rust) => Form::Rust,
        Some(Owner::Mount) => Form::Wire,
        _ => Form::Isolate,
    };
    let mut body = form.write(scope, args.get(2), args.get(3).try_into().ok())?;
    if let Some(payload) = body.get_mut::<Payload>() {
        if is_one_way {
            payload.set_one_way();
        }
        if let Ok(headers) = args.get(11).try_into() {
            add_headers(scope, payload, headers)?;
        }
    }
    let mut envelope = bus.kernel.message_of(address, body);
    envelope = envelope.priority(match args.get(4).uint32_value(scope) {
        Some(0) => Priority::Urgent,
        Some(1) => Priority::High,
        Some(3) => Priority::Low,
        _ => Priority::Normal,
    });
    if !args.get(5).is_undefined() {
        let key = args.get(5).to_rust_string_lossy(scope);
        envelope = envelope.key(key_of(&key));
    }
    let milliseconds = |at: i32| {
        let number = v8::Local::<v8::Number>::try_from(args.get(at)).map_or(-1.0, |number| number.value());
        Duration::try_from_secs_f64(number / 1000.0).ok()
    };
    if let Some(delay) = milliseconds(6).filter(|delay| !delay.is_zero()) {
        envelope = envelope.after(delay);
    }
    if let Some(timeout) = milliseconds(7) {
        envelope = envelope.timeout(timeout);
    }
    if !args.get(8).is_undefined() {
        let [slot, generation] = [8, 9].map(|at| args.get(at).int32_value(scope).unwrap_or(0) as u32);
        if let Ok(context) = Contexts::of(scope).pool.resolve(ContextId { slot, generation }) {
            envelope = envelope.context(context);
        }
    }
    Some((bus, envelope))
}

/// Adds `[name, value, ...]`. `None` when an exception is pending.
fn add_headers(
    scope: &mut Scope<'_, '_>,
    payload: &mut Payload,
    headers: v8::Local<'_, v8::Array>,
) -> Option<()> {
    let texts: Vec<String> = (0..headers.length())
        .filter_map(|at| headers.get_index(scope, at).map(|text| text.to_rust_string_lossy(scope)))
        .collect();
    for pair in texts.chunks_exact(2) {
        if let Err(error) = payload.headers_mut().insert(&pair[0], &pair[1]) {
            NativeError::new(ErrorClass::TypeError, Some("ERR_INVALID_ARG_VALUE"), error.to_string())
                .throw(scope);
            return None;
        }
    }
    Some(())
}

/// The number of a key: FNV-1a, 64 bits.
fn key_of(key: &str) -> u64 {
    key.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
