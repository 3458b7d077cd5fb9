//! One isolate with its context, and what Rust keeps beside it: the way into JavaScript from outside.
//!
//! Everything runs on one thread. Tasks of the event loop enter JavaScript through [`Realm::callback`], which also
//! runs the ticks and microtasks that the callback queued and reports what it threw.

#![allow(unsafe_code, reason = "a task re-enters the isolate it belongs to through a raw handle")]

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;
use std::time::Instant;

use crate::bus::RealmBuses;
use crate::contexts::RealmContexts;
use crate::error::JsError;
use crate::exports::Held;
use crate::ext::fs::Folders;
use crate::ext::http::Servers;
use crate::ext::mycelia::Tables;
use crate::ext::stdio::Output;
use crate::ext::wasm::WasmStreams;
use crate::ext::watch::Watches;
use crate::modules::ModuleMap;
use crate::natives::{self, IntoJs, NativeError};
use crate::services::HeldServices;

/// Why the program ends before its event loop is empty.
#[derive(Debug)]
pub(crate) enum Stop {
    /// `process.exit(code)`.
    Exit(i32),
    /// An error that nobody handled.
    Uncaught(Box<JsError>),
}

/// The exit code when a listener of `uncaughtException` throws, as in Node.
const LISTENER_THREW: i32 = 7;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// What the event loop has to know of the program's state.
#[derive(Default)]
pub(crate) struct LoopState {
    pub(crate) next_timer: Cell<f64>,
    pub(crate) timers_referenced: Cell<bool>,
    pub(crate) immediates_waiting: Cell<bool>,
    pub(crate) immediates_referenced: Cell<bool>,
    pub(crate) has_ticks: Cell<bool>,
    /// Operations and servers in flight that keep the program alive.
    pub(crate) active: Cell<usize>,
    /// Tasks spawned before the loop runs.
    pub(crate) early: RefCell<Vec<Task>>,
    pub(crate) running: Cell<bool>,
    /// Something changed that the loop has to look at before it waits on.
    pub(crate) changed: Cell<bool>,
    /// Callbacks since the loop last had its turn.
    pub(crate) callbacks: Cell<u32>,
    pub(crate) waker: RefCell<Option<Waker>>,
}

/// How many callbacks may pass before the loop looks after V8's own tasks again.
const CALLBACKS_PER_TURN: u32 = 256;

/// See the module's documentation.
pub(crate) struct Realm {
    /// Valid until the isolate is disposed of, which happens after the event loop and its tasks are gone.
    isolate: v8::UnsafeRawIsolatePtr,
    context: v8::Global<v8::Context>,
    host: v8::Global<v8::Object>,
    pub(crate) started: Instant,
    pub(crate) state: LoopState,
    pub(crate) output: Output,
    pub(crate) modules: ModuleMap,
    pub(crate) servers: Servers,
    pub(crate) wasm_streams: WasmStreams,
    pub(crate) folders: Folders,
    pub(crate) watches: Watches,
    pub(crate) held_services: HeldServices,
    /// What JavaScript holds of native modules and of Lua.
    pub(crate) held: Held,
    pub(crate) contexts: RealmContexts,
    pub(crate) tables: Tables,
    pub(crate) buses: RealmBuses,
    pub(crate) options: Rc<crate::RuntimeOptions>,
    pub(crate) stop: RefCell<Option<Stop>>,
    /// Set when the heap's limit was reached, and V8 unwinds JavaScript.
    pub(crate) heap_full: Arc<AtomicBool>,
    rejections: RefCell<Vec<(v8::Global<v8::Promise>, Rejection)>>,
}

/// Why a promise was rejected, and the frame (js/frame.js) in which it was.
type Rejection = [v8::Global<v8::Value>; 2];

impl Realm {
    pub(crate) fn new(
        scope: &mut v8::PinScope<'_, '_>,
        host: v8::Local<'_, v8::Object>,
        options: Rc<crate::RuntimeOptions>,
        heap_full: Arc<AtomicBool>,
    ) -> Rc<Self> {
        let context = scope.get_current_context();
        let realm = Rc::new(Self {
            // SAFETY: only read back in `enter`, on this thread and while the isolate lives.
            isolate: unsafe { scope.as_raw_isolate_ptr() },
            context: v8::Global::new(scope, context),
            host: v8::Global::new(scope, host),
            started: Instant::now(),
            state: LoopState { next_timer: Cell::new(f64::INFINITY), ..LoopState::default() },
            output: Output::default(),
            modules: ModuleMap::new(&options),
            servers: Servers::default(),
            wasm_streams: WasmStreams::default(),
            folders: Folders::default(),
            watches: Watches::default(),
            held_services: HeldServices::default(),
            held: Held::default(),
            contexts: RealmContexts::default(),
            tables: Tables::default(),
            buses: RealmBuses::default(),
            options,
            stop: RefCell::new(None),
            heap_full,
            rejections: RefCell::default(),
        });
        scope.set_slot(Rc::clone(&realm));
        realm
    }

    /// The realm of the isolate that runs `scope`.
    pub(crate) fn of(scope: &v8::Isolate) -> Rc<Self> {
        Rc::clone(
            scope.get_slot::<Rc<Self>>().expect("because the runtime sets it before any JavaScript runs"),
        )
    }

    /// Runs `body` in this realm's context. For tasks of the event loop, when no JavaScript is on the stack.
    pub(crate) fn enter<R>(&self, body: impl FnOnce(&mut v8::PinScope<'_, '_>) -> R) -> R {
        // SAFETY: the isolate is alive (see the field) and is used by one thread; no scope is open on it here,
        // since tasks run only between the loop's turns.
        let mut isolate = unsafe { v8::Isolate::from_raw_isolate_ptr(self.isolate) };
        v8::scope_with_context!(let scope, &mut isolate, &self.context);
        body(scope)
    }

    /// Enters JavaScript for one callback: afterwards its ticks and microtasks have run.
    pub(crate) fn callback<R>(&self, body: impl FnOnce(&mut v8::PinScope<'_, '_>) -> R) -> Option<R> {
        if self.stop.borrow().is_some() {
            return None;
        }
        let result = self.enter(|scope| {
            let result = body(scope);
            self.drain(scope);
            result
        });
        let callbacks = self.state.callbacks.get() + 1;
        self.state.callbacks.set(callbacks);
        if self.state.changed.get() || callbacks >= CALLBACKS_PER_TURN || !self.output.is_empty() {
            self.wake();
        }
        Some(result)
    }

    /// Makes the event loop look again at what is left to do.
    pub(crate) fn wake(&self) {
        if let Some(waker) = &*self.state.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    pub(crate) fn now_ms(&self) -> f64 {
        crate::ext::timers::now_ms()
    }

    /// Calls `host[name](...args)` and reports what it throws as uncaught.
    pub(crate) fn call_host<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        name: &str,
        args: &[v8::Local<'_, v8::Value>],
    ) -> Option<v8::Local<'s, v8::Value>> {
        let function = self.host_function(scope, name)?;
        self.call(scope, function, args)
    }

    /// Calls a function and reports what it throws as uncaught.
    pub(crate) fn call<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        function: v8::Local<'_, v8::Function>,
        args: &[v8::Local<'_, v8::Value>],
    ) -> Option<v8::Local<'s, v8::Value>> {
        let undefined = v8::undefined(scope).into();
        v8::tc_scope!(let attempt, scope);
        let result = function.call(attempt, undefined, args);
        if result.is_none()
            && let Some(exception) = attempt.exception()
            && !attempt.has_terminated()
        {
            let message = attempt.message();
            attempt.reset();
            self.report_uncaught(attempt, exception, message, "uncaughtException");
        }
        result
    }

    pub(crate) fn host_function<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        name: &str,
    ) -> Option<v8::Local<'s, v8::Function>> {
        let host = v8::Local::new(scope, &self.host);
        natives::get(scope, host, name).try_into().ok()
    }

    /// Runs ticks and microtasks until there are none, then reports rejections that nobody handled.
    pub(crate) fn drain(&self, scope: &mut v8::PinScope<'_, '_>) {
        while self.stop.borrow().is_none() {
            if self.heap_full.load(Ordering::Relaxed) {
                // The unwinding ended at the outermost call: nothing else may start.
                return self.fail("the JavaScript heap is full");
            }
            if self.state.has_ticks.get() {
                self.call_host(scope, "runTicks", &[]);
            } else {
                scope.perform_microtask_checkpoint();
            }
            if !self.state.has_ticks.get() && !self.report_rejections(scope) {
                break;
            }
        }
    }

    /// V8 tells of a promise that was rejected without a handler, or got one later.
    pub(crate) fn promise_rejected(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        message: &v8::PromiseRejectMessage<'_>,
    ) {
        let promise = v8::Global::new(scope, message.get_promise());
        match message.get_event() {
            v8::PromiseRejectEvent::PromiseRejectWithNoHandler => {
                let reason = message.get_value().unwrap_or_else(|| v8::undefined(scope).into());
                let frame = scope.get_continuation_preserved_embedder_data();
                let rejection = [reason, frame].map(|value| v8::Global::new(scope, value));
                self.rejections.borrow_mut().push((promise, rejection));
            }
            v8::PromiseRejectEvent::PromiseHandlerAddedAfterReject => {
                let mut rejections = self.rejections.borrow_mut();
                let waiting = rejections.len();
                rejections.retain(|(candidate, _)| *candidate != promise);
                if rejections.len() == waiting {
                    drop(rejections);
                    let promise = v8::Local::new(scope, &promise).into();
                    self.call_host(scope, "reportHandled", &[promise]);
                }
            }
            _ => {}
        }
    }

    /// Whether there was anything to report.
    fn report_rejections(&self, scope: &mut v8::PinScope<'_, '_>) -> bool {
        let rejections = self.rejections.take();
        for (promise, rejection) in &rejections {
            let promise = v8::Local::new(scope, promise);
            let [reason, frame] = rejection.each_ref().map(|value| v8::Local::new(scope, value));
            if promise.has_handler() {
                continue;
            }
            if self.modules.is_entry(scope, promise) {
                // An error at the top of the program is one that was thrown, not one that was forgotten in a promise.
                let message = v8::Exception::create_message(scope, reason);
                self.report_uncaught(scope, reason, Some(message), "uncaughtException");
                continue;
            }
            let handled = self.call_host(scope, "reportRejection", &[promise.into(), reason, frame]);
            if self.stop.borrow().is_some() {
                break;
            }
            if !handled.is_some_and(|handled| handled.is_true()) {
                let message = v8::Exception::create_message(scope, reason);
                self.end_with_error(scope, reason, Some(message), true);
                break;
            }
        }
        !rejections.is_empty()
    }

    /// Offers an error to the program's own listeners; ends the program when none takes it.
    pub(crate) fn report_uncaught(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        exception: v8::Local<'_, v8::Value>,
        message: Option<v8::Local<'_, v8::Message>>,
        kind: &str,
    ) {
        if self.stop.borrow().is_some() {
            return;
        }
        let kind = natives::string(scope, kind).into();
        let handled = {
            v8::tc_scope!(let attempt, scope);
            let function = self.host_function(attempt, "reportUncaught");
            let undefined = v8::undefined(attempt).into();
            let handled = function.and_then(|function| function.call(attempt, undefined, &[exception, kind]));
            match (handled, attempt.exception()) {
                // A listener threw: that error ends the program.
                (None, Some(second)) if !attempt.has_terminated() => {
                    let message = attempt.message();
                    attempt.reset();
                    let error = JsError::new(self, attempt, second, message, false);
                    self.stop(attempt, Stop::Uncaught(Box::new(error.with_exit_code(LISTENER_THREW))));
                    return;
                }
                (handled, _) => handled.is_some_and(|handled| handled.is_true()),
            }
        };
        if !handled {
            self.end_with_error(scope, exception, message, false);
        }
    }

    fn end_with_error(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        exception: v8::Local<'_, v8::Value>,
        message: Option<v8::Local<'_, v8::Message>>,
        in_promise: bool,
    ) {
        if self.stop.borrow().is_some() {
            return;
        }
        let error = JsError::new(self, scope, exception, message, in_promise);
        self.stop(scope, Stop::Uncaught(Box::new(error)));
    }

    /// Ends the program because of something that is not JavaScript's fault.
    pub(crate) fn fail(&self, text: &str) {
        self.stop.borrow_mut().get_or_insert(Stop::Uncaught(Box::new(JsError::plain(text))));
    }

    /// Whether V8 is unwinding JavaScript, as after the heap's limit was reached.
    pub(crate) fn is_terminating(&self) -> bool {
        self.enter(|scope| scope.is_execution_terminating())
    }

    /// Ends the program: no JavaScript runs after this but `exit` listeners.
    pub(crate) fn stop(&self, isolate: &v8::Isolate, stop: Stop) {
        self.stop.borrow_mut().get_or_insert(stop);
        isolate.terminate_execution();
        self.wake();
    }

    /// Runs a task on the event loop; it keeps the program alive until it ends.
    pub(crate) fn spawn(self: &Rc<Self>, future: impl Future<Output = ()> + 'static) {
        let realm = Rc::clone(self);
        realm.state.active.set(realm.state.active.get() + 1);
        self.spawn_unreferenced(async move {
            future.await;
            realm.state.active.set(realm.state.active.get() - 1);
            realm.wake();
        });
    }

    /// Runs a task on the event loop that does not keep the program alive.
    pub(crate) fn spawn_unreferenced(&self, future: impl Future<Output = ()> + 'static) {
        if self.state.running.get() {
            tokio::task::spawn_local(future);
        } else {
            self.state.early.borrow_mut().push(Box::pin(future));
        }
    }
}

/// Returns a promise from a native function, settled when `future` ends; until then it keeps the program alive.
pub(crate) fn spawn_promise<T: IntoJs + 'static>(
    scope: &mut v8::PinScope<'_, '_>,
    rv: v8::ReturnValue<'_, v8::Value>,
    future: impl Future<Output = Result<T, NativeError>> + 'static,
) {
    if let Some(task) = promise_task(scope, rv, future) {
        Realm::of(scope).spawn(task);
    }
}

/// The same for a promise that keeps no program alive.
pub(crate) fn spawn_unreferenced_promise<T: IntoJs + 'static>(
    scope: &mut v8::PinScope<'_, '_>,
    rv: v8::ReturnValue<'_, v8::Value>,
    future: impl Future<Output = Result<T, NativeError>> + 'static,
) {
    if let Some(task) = promise_task(scope, rv, future) {
        Realm::of(scope).spawn_unreferenced(task);
    }
}

fn promise_task<T: IntoJs + 'static>(
    scope: &mut v8::PinScope<'_, '_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
    future: impl Future<Output = Result<T, NativeError>> + 'static,
) -> Option<impl Future<Output = ()> + 'static> {
    let resolver = v8::PromiseResolver::new(scope)?;
    rv.set(resolver.get_promise(scope).into());
    let resolver = v8::Global::new(scope, resolver);
    let realm = Realm::of(scope);
    Some(async move {
        let result = future.await;
        realm.callback(|scope| {
            let resolver = v8::Local::new(scope, resolver);
            match result {
                Ok(value) => {
                    let value = value.into_js(scope);
                    resolver.resolve(scope, value);
                }
                Err(error) => {
                    let error = error.to_js(scope);
                    resolver.reject(scope, error);
                }
            }
        });
    })
}
