//! From the bus to the kernel of an isolate. A pump has one message at a time at work; a subsystem has as many pumps in an
//! isolate as it handles messages at once.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Mutex;

use krepis_context::ContextId;
use mycelia_router::kernel::{Body, Failure, Message, Outcome, Priority, Taker};
use mycelia_router::nats::Payload;
use slab::Slab;
use tokio::sync::oneshot;

use super::body::{self, Form};
use super::workers::Stopping;
use crate::natives::{string, string_array};
use crate::parcel::Parcel;
use crate::realm::Realm;

/// How many messages a pump takes at once, of those whose handlers answer at once. While one waits, others of the same lease
/// would wait with it: then it is one.
const MOST: usize = 32;

/// Where the answers of handlers in this isolate are waited for.
#[derive(Default)]
pub(crate) struct Replies {
    waiting: RefCell<Slab<(oneshot::Sender<Outcome>, Form)>>,
}

impl Replies {
    fn expect(&self, form: Form) -> (usize, oneshot::Receiver<Outcome>) {
        let (sender, receiver) = oneshot::channel();
        (self.waiting.borrow_mut().insert((sender, form)), receiver)
    }

    /// Who reads an answer.
    pub(crate) fn form(&self, token: usize) -> Option<Form> {
        self.waiting.borrow().get(token).map(|(_, form)| *form)
    }

    /// A handler has answered; the first answer counts.
    pub(crate) fn answer(&self, token: usize, outcome: Outcome) {
        if let Some((sender, _)) = self.waiting.borrow_mut().try_remove(token) {
            // Nobody waits any more when the pump was stopped.
            drop(sender.send(outcome));
        }
    }
}

/// What a handler of JavaScript threw, on its way to who asked.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Thrown {
    message: String,
    /// For the one who asked.
    value: Mutex<Option<Body>>,
}

impl Thrown {
    pub(crate) fn failure(message: String, value: Option<Body>) -> Failure {
        Failure::new(Self { message, value: Mutex::new(value) })
    }

    pub(crate) fn take(&self) -> Option<Body> {
        super::lock(&self.value).take()
    }
}

/// Brings messages to `deliver(token, address, body, rank, timeout, slot, generation, wantsReply, headers)` until the subsystem stops or the isolate
/// is told to.
pub(crate) async fn run(
    realm: Rc<Realm>,
    taker: Taker,
    deliver: Rc<v8::Global<v8::Function>>,
    stopping: Stopping,
) {
    let mut most = 1;
    loop {
        let lease = tokio::select! {
            biased;
            () = stopping.wait() => return,
            lease = taker.take(most) => lease,
        };
        let Some(mut lease) = lease else { return };
        let mut has_waited = false;
        while let Some(mut started) = lease.start() {
            let (token, mut answer) = realm.buses.replies.expect(Form::of(started.message().body()));
            let called = realm.callback(|scope| call(&realm, scope, &deliver, token, started.message_mut()));
            if called.is_none() {
                // The isolate is at its end: what was started is lost, and says so.
                return;
            }
            let outcome = match answer.try_recv() {
                Ok(outcome) => Ok(outcome),
                Err(_) => {
                    has_waited = true;
                    answer.await
                }
            };
            match outcome {
                Ok(outcome) => started.finish(outcome),
                Err(_) => drop(started),
            }
            if stopping.is_set() {
                return;
            }
        }
        most = if has_waited { 1 } else { (most * 2).min(MOST) };
        drop(lease);
        tokio::task::yield_now().await;
    }
}

fn call(
    realm: &Realm,
    scope: &mut v8::PinScope<'_, '_>,
    deliver: &v8::Global<v8::Function>,
    token: usize,
    message: &mut Message,
) {
    let address = string(scope, &message.address()).into();
    let rank = match message.priority() {
        Priority::Urgent => 0,
        Priority::High => 1,
        Priority::Normal => 2,
        Priority::Low => 3,
    };
    let rank = v8::Integer::new(scope, rank).into();
    let timeout = message.deadline().map_or(-1.0, |deadline| {
        deadline.saturating_duration_since(std::time::Instant::now()).as_secs_f64() * 1000.0
    });
    let timeout = v8::Number::new(scope, timeout).into();
    let id = message.context().map(krepis_context::Context::id);
    let [slot, generation] = id.map_or([0, 0], |ContextId { slot, generation }| [slot, generation]);
    let [slot, generation] =
        [slot, generation].map(|word| v8::Integer::new_from_unsigned(scope, word).into());
    let headers = headers_of(scope, message);
    let body = match body_of(scope, message) {
        Ok(body) => body,
        Err(why) => return realm.buses.replies.answer(token, Err(Thrown::failure(why, None))),
    };
    let deliver = v8::Local::new(scope, deliver);
    let wants_reply = v8::Boolean::new(scope, message.wants_reply()).into();
    let token = v8::Number::new(scope, token as f64).into();
    realm.call(
        scope,
        deliver,
        &[token, address, body, rank, timeout, slot, generation, wants_reply, headers],
    );
}

/// The body for JavaScript, or why there is none.
fn body_of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    message: &mut Message,
) -> Result<v8::Local<'s, v8::Value>, String> {
    let moves = message.get::<Parcel>().is_ok_and(Parcel::moves);
    v8::tc_scope!(let attempt, scope);
    let body = body::read(attempt, message.body_mut());
    if moves {
        // It cannot be replayed without its memory.
        drop(std::mem::take(message.body_mut()));
    }
    match body {
        Ok(Some(body)) => Ok(body),
        Ok(None) => {
            let why = attempt.exception().map(|thrown| thrown.to_rust_string_lossy(attempt));
            Err(format!("its body cannot be read: {}", why.unwrap_or_default()))
        }
        Err(kind) => Err(format!("its body is a {kind} of Rust, which JavaScript has no form for")),
    }
}

/// `[name, value, ...]` of what came by a broker.
fn headers_of<'s>(scope: &mut v8::PinScope<'s, '_>, message: &Message) -> v8::Local<'s, v8::Value> {
    match message.get::<Payload>() {
        Ok(payload) => {
            let texts = payload.headers().iter().flat_map(|(name, value)| [name, value]);
            string_array(scope, texts).into()
        }
        Err(_) => v8::undefined(scope).into(),
    }
}
