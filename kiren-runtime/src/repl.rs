//! Pieces of code one after another in the same global scope: what a prompt and `krepis eval` are made of.
//!
//! V8's own REPL mode does the evaluation: it allows `await` outside of functions and declarations that were there
//! before, and gives a script's completion value. It is reached through the inspector, without a debugger.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use hypers_modules::repl_rewrite;
use v8::inspector::{
    Channel, ChannelImpl, StringBuffer, StringView, V8Inspector, V8InspectorClient, V8InspectorClientImpl,
    V8InspectorClientTrustLevel, V8InspectorSession,
};

use crate::error::JsError;
use crate::event_loop;
use crate::natives::{self, string};
use crate::realm::{Realm, Stop};
use crate::runtime::{Runtime, UNSETTLED};

/// Why code did not come to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum Interruption {
    /// It threw, or an error elsewhere in the program was not caught. The runtime can go on.
    Error(JsError),
    /// [`Interrupter::interrupt`] stopped it. The runtime can go on.
    Interrupted,
    /// The program asked to end, or used up its heap: only [`Runtime::end`] may follow.
    End,
}

/// A value in the runtime's heap.
pub struct Value {
    realm: Rc<Realm>,
    value: v8::Global<v8::Value>,
}

impl Value {
    /// Whether it is `undefined`.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        self.realm.enter(|scope| v8::Local::new(scope, &self.value).is_undefined())
    }

    /// The value as `console.log` shows it inside of an object, strings with quotes. Custom inspection may run code of
    /// the program.
    ///
    /// # Errors
    /// What that code threw, and how it was stopped.
    pub fn inspect(&self, colors: bool) -> Result<String, Interruption> {
        self.realm.enter(|scope| {
            let value = v8::Local::new(scope, &self.value);
            let colors = v8::Boolean::new(scope, colors).into();
            let text = call(&self.realm, scope, "show", &[value, colors])?;
            Ok(text.to_rust_string_lossy(scope))
        })
    }

    /// The value itself for a string, else the same as [`Value::inspect`]: what `console.log(value)` prints.
    ///
    /// # Errors
    /// The same as those of [`Value::inspect`].
    pub fn display(&self, colors: bool) -> Result<String, Interruption> {
        let text = self.realm.enter(|scope| {
            let value = v8::Local::new(scope, &self.value);
            value.is_string().then(|| value.to_rust_string_lossy(scope))
        });
        text.map_or_else(|| self.inspect(colors), Ok)
    }
}

impl Debug for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").finish_non_exhaustive()
    }
}

/// Stops what a runtime evaluates, from any thread.
#[derive(Clone)]
pub struct Interrupter(Arc<Interrupt>);

struct Interrupt {
    isolate: v8::IsolateHandle,
    asked: AtomicBool,
    /// Of the event loop, while it waits.
    waker: Mutex<Option<Waker>>,
}

impl Interrupter {
    /// Stops the code that runs, or the wait for a promise. Without an effect while the runtime does neither.
    pub fn interrupt(&self) {
        self.0.asked.store(true, Ordering::SeqCst);
        self.0.isolate.terminate_execution();
        if let Ok(mut waker) = self.0.waker.lock()
            && let Some(waker) = waker.take()
        {
            waker.wake();
        }
    }
}

impl Debug for Interrupter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupter").finish_non_exhaustive()
    }
}

/// What can stand at the end of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// How many bytes at the end of the line each of the names replaces.
    pub replaces: usize,
    /// Sorted.
    pub names: Vec<String>,
}

/// A runtime's evaluation of pieces, once it has begun.
pub(crate) struct Session {
    // Dropped in this order: the session before the inspector that it belongs to.
    inspector_session: V8InspectorSession,
    _inspector: V8Inspector,
    responses: Rc<Responses>,
    interrupt: Arc<Interrupt>,
    last_call: Cell<i32>,
}

/// The inspector's answers, by the number of their call.
#[derive(Default)]
struct Responses(RefCell<HashMap<i32, Vec<u16>>>);

struct ToResponses(Rc<Responses>);

impl ChannelImpl for ToResponses {
    fn send_response(&self, call_id: i32, message: v8::UniquePtr<StringBuffer>) {
        if let Some(message) = message.as_ref() {
            self.0.0.borrow_mut().insert(call_id, message.string().into_iter().collect());
        }
    }

    fn send_notification(&self, _: v8::UniquePtr<StringBuffer>) {}

    fn flush_protocol_notifications(&self) {}
}

struct Client;

impl V8InspectorClientImpl for Client {}

/// The inspector counts groups of contexts from 1; there is one context.
const GROUP: i32 = 1;
/// The number that an inspector gives to its first context.
const CONTEXT: i32 = 1;
/// Holds the values of one call until they have been taken over.
const OBJECTS: &[u8] = b"krepis";

impl Session {
    fn new(isolate: &mut v8::Isolate, realm: &Realm) -> Self {
        let inspector = V8Inspector::create(isolate, V8InspectorClient::new(Box::new(Client)));
        realm.enter(|scope| {
            let context = scope.get_current_context();
            inspector.context_created(context, GROUP, StringView::empty(), StringView::empty());
        });
        let responses = Rc::<Responses>::default();
        let channel = Channel::new(Box::new(ToResponses(Rc::clone(&responses))));
        let trust = V8InspectorClientTrustLevel::FullyTrusted;
        let inspector_session = inspector.connect(GROUP, channel, StringView::empty(), trust);
        let interrupt = Interrupt {
            isolate: isolate.thread_safe_handle(),
            asked: AtomicBool::new(false),
            waker: Mutex::default(),
        };
        Self {
            inspector_session,
            _inspector: inspector,
            responses,
            interrupt: Arc::new(interrupt),
            last_call: Cell::new(0),
        }
    }

    /// Starts `Runtime.<method>` and returns the number that its answer will have.
    fn dispatch(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        method: &str,
        parameters: &[(&str, v8::Local<'_, v8::Value>)],
    ) -> i32 {
        let id = self.last_call.get() + 1;
        self.last_call.set(id);
        let object = v8::Object::new(scope);
        for (name, value) in parameters {
            natives::set(scope, object, name, *value);
        }
        let message = v8::Object::new(scope);
        let number = v8::Integer::new(scope, id).into();
        let method = string(scope, &format!("Runtime.{method}")).into();
        for (name, value) in [("id", number), ("method", method), ("params", object.into())] {
            natives::set(scope, message, name, value);
        }
        if let Some(text) = v8::json::stringify(scope, message.into()) {
            let mut units = vec![0; text.length()];
            text.write_v2(scope, 0, &mut units, v8::WriteFlags::empty());
            self.inspector_session.dispatch_protocol_message(StringView::from(&*units));
        }
        id
    }

    /// The answer's `result`, once it is there.
    fn response<'s>(&self, scope: &mut v8::PinScope<'s, '_>, id: i32) -> Option<v8::Local<'s, v8::Object>> {
        let units = self.responses.0.borrow_mut().remove(&id)?;
        let text = v8::String::new_from_two_byte(scope, &units, v8::NewStringType::Normal)?;
        let message = v8::json::parse(scope, text)?.try_into().ok()?;
        natives::get(scope, message, "result").try_into().ok()
    }

    /// The value that a RemoteObject stands for.
    fn value_of<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        remote: v8::Local<'s, v8::Object>,
    ) -> v8::Local<'s, v8::Value> {
        let id = natives::get(scope, remote, "objectId");
        let text = natives::get(scope, remote, "unserializableValue");
        if id.is_string() {
            let id = id.to_rust_string_lossy(scope);
            let found = self.inspector_session.unwrap_object(scope, StringView::from(id.as_bytes()));
            self.inspector_session.release_object_group(StringView::from(OBJECTS));
            return found.map_or_else(|_| v8::undefined(scope).into(), |(value, _, _)| value);
        }
        if let Ok(text) = v8::Local::<v8::String>::try_from(text) {
            // A literal that JSON lacks: 1n, -0, NaN, Infinity.
            let script = v8::Script::compile(scope, text, None);
            return script
                .and_then(|script| script.run(scope))
                .unwrap_or_else(|| v8::undefined(scope).into());
        }
        natives::get(scope, remote, "value")
    }
}

impl Runtime {
    /// Evaluates TypeScript or JavaScript in the global scope and gives the value of its last statement, after waiting
    /// for the promises that it awaits at its top level; the event loop turns meanwhile. `import` declarations and
    /// `require` are relative to the current folder. Stack traces call the code `name`.
    ///
    /// ```no_run
    /// # use kiren_runtime::{Interruption, Runtime, RuntimeOptions};
    /// # fn run(runtime: &mut Runtime) -> Result<(), Interruption> {
    /// runtime.evaluate("let a: number = await Promise.resolve(20)", "first")?;
    /// assert_eq!(runtime.evaluate("a + 1", "second")?.inspect(false)?, "21");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What it threw, an error in a callback that ran meanwhile, a promise that nothing is left to settle.
    pub fn evaluate(&mut self, code: &str, name: &str) -> Result<Value, Interruption> {
        self.begin(name, false)?;
        self.clear_interrupt();
        let input = repl_rewrite(code, name).map_err(|error| self.does_not_parse(&error))?;
        self.realm.modules.remember_virtual(name, code, input.map);
        let id = self.start_evaluation(&format!("{}\n//# sourceURL={name}", input.code));
        let session = self.session.as_ref().expect("because it has begun");
        let responses = Rc::clone(&session.responses);
        let answered = self.turn_until(|_| match responses.0.borrow().contains_key(&id) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })?;
        if answered.is_none() {
            let text = "Error: the code awaits a promise that nothing is left to settle";
            return Err(Interruption::Error(JsError::plain(text).with_exit_code(UNSETTLED)));
        }
        self.take_result(id)
    }

    /// Makes names for interactive use: `_` and `_error` for the last value and error, and the built-in modules.
    ///
    /// # Errors
    /// When the runtime's own JavaScript fails.
    pub fn begin_interactive(&mut self) -> Result<(), Interruption> {
        self.begin("[repl]", true)
    }

    /// Waits for something outside of the program, and turns the event loop meanwhile.
    ///
    /// # Errors
    /// An error that the program did not catch, its end, or an interruption; `future` may be waited for again.
    pub fn wait_for<F: Future>(&mut self, mut future: Pin<&mut F>) -> Result<F::Output, Interruption> {
        let active = &self.realm.state.active;
        active.set(active.get() + 1);
        let result = self.turn_until(|cx| future.as_mut().poll(cx));
        let active = &self.realm.state.active;
        active.set(active.get() - 1);
        result.and_then(|done| done.ok_or(Interruption::End))
    }

    /// Turns the event loop until it has nothing left to do.
    ///
    /// # Errors
    /// An error that the program did not catch, its end, or an interruption.
    pub fn run_event_loop(&mut self) -> Result<(), Interruption> {
        self.turn_until(|_| Poll::<()>::Pending).map(|_| ())
    }

    /// Fires the `exit` event, writes out what waits, and returns the program's exit code. Nothing may run after it.
    ///
    /// # Errors
    /// An error in a listener of `exit`, or the heap's limit where that ended the program.
    pub fn end(&mut self) -> Result<i32, JsError> {
        self.finish(None)
    }

    /// The same as [`Runtime::end`], for a program that an error ends.
    ///
    /// # Errors
    /// The error, always.
    pub fn end_with(&mut self, error: JsError) -> Result<i32, JsError> {
        *self.realm.stop.borrow_mut() = Some(Stop::Uncaught(Box::new(error)));
        self.finish(None)
    }

    /// A handle that stops evaluation from another thread, such as one that waits for signals.
    ///
    /// # Errors
    /// When the runtime's own JavaScript fails.
    pub fn interrupter(&mut self) -> Result<Interrupter, Interruption> {
        self.begin("[repl]", false)?;
        let session = self.session.as_ref().expect("because it has begun");
        Ok(Interrupter(Arc::clone(&session.interrupt)))
    }

    /// The names that can stand at the end of `line`: variables, or the properties of the object before a dot. No code
    /// of the program runs for it.
    pub fn complete(&mut self, line: &str) -> Completions {
        let Some(session) = &self.session else { return Completions::default() };
        self.realm
            .enter(|scope| {
                v8::tc_scope!(let attempt, scope);
                complete(&self.realm, attempt, session, line)
            })
            .unwrap_or_default()
    }

    /// Gives what the program writes to standard output (1) and standard error (2) to `sink`, in place of the
    /// process's streams.
    pub fn redirect_output(&mut self, sink: impl FnMut(u8, &[u8]) + 'static) {
        self.realm.output.redirect(Box::new(sink));
    }

    fn begin(&mut self, name: &str, interactive: bool) -> Result<(), Interruption> {
        if self.session.is_some() {
            return Ok(());
        }
        self.session = Some(Session::new(&mut self.isolate, &self.realm));
        self.realm.enter(|scope| {
            let name = string(scope, name).into();
            let interactive = v8::Boolean::new(scope, interactive).into();
            call(&self.realm, scope, "start", &[name, interactive]).map(|_| ())
        })
    }

    fn start_evaluation(&self, code: &str) -> i32 {
        let session = self.session.as_ref().expect("because it has begun");
        self.realm.enter(|scope| {
            let code = string(scope, code).into();
            let group = string(scope, "krepis").into();
            let yes = v8::Boolean::new(scope, true).into();
            let context = v8::Integer::new(scope, CONTEXT).into();
            let parameters =
                [("expression", code), ("objectGroup", group), ("replMode", yes), ("contextId", context)];
            let id = session.dispatch(scope, "evaluate", &parameters);
            self.realm.drain(scope);
            id
        })
    }

    fn take_result(&mut self, id: i32) -> Result<Value, Interruption> {
        let session = self.session.as_ref().expect("because it has begun");
        let realm = &self.realm;
        realm.enter(|scope| {
            let stopped = || Interruption::Error(JsError::plain("Error: the evaluation was stopped"));
            let response = session.response(scope, id).ok_or_else(stopped)?;
            let details = natives::get(scope, response, "exceptionDetails");
            let (holder, name) = match v8::Local::<v8::Object>::try_from(details) {
                Ok(details) => (details, "exception"),
                Err(_) => (response, "result"),
            };
            let remote = natives::get(scope, holder, name);
            let remote = v8::Local::<v8::Object>::try_from(remote).map_err(|_| stopped())?;
            let value = session.value_of(scope, remote);
            if details.is_object() {
                call(realm, scope, "rememberError", &[value])?;
                let message = v8::Exception::create_message(scope, value);
                return Err(Interruption::Error(JsError::new(realm, scope, value, Some(message), false)));
            }
            call(realm, scope, "remember", &[value])?;
            Ok(Value { realm: Rc::clone(realm), value: v8::Global::new(scope, value) })
        })
    }

    /// A SyntaxError, which becomes `_error` too.
    fn does_not_parse(&self, error: &hypers_modules::TranspileError) -> Interruption {
        self.realm.enter(|scope| {
            let message = string(scope, &error.to_string());
            let exception = v8::Exception::syntax_error(scope, message);
            if let Err(interruption) = call(&self.realm, scope, "rememberError", &[exception]) {
                return interruption;
            }
            Interruption::Error(JsError::of_source(error))
        })
    }

    fn clear_interrupt(&mut self) {
        let interrupt = &self.session.as_ref().expect("because it has begun").interrupt;
        if interrupt.asked.swap(false, Ordering::SeqCst) {
            self.isolate.cancel_terminate_execution();
        }
    }

    /// Turns the event loop until `ready` is, it has nothing left to do (`None`), or something interrupts it.
    fn turn_until<T>(
        &mut self,
        mut ready: impl FnMut(&mut std::task::Context<'_>) -> Poll<T>,
    ) -> Result<Option<T>, Interruption> {
        let interrupt = self.session.as_ref().map(|session| Arc::clone(&session.interrupt));
        let asked = || interrupt.as_ref().is_some_and(|interrupt| interrupt.asked.load(Ordering::SeqCst));
        let done = event_loop::run_until(&self.realm, &mut self.event_loop, |cx| {
            if let Some(interrupt) = &interrupt
                && let Ok(mut waker) = interrupt.waker.lock()
            {
                *waker = Some(cx.waker().clone());
            }
            if asked() { Poll::Ready(None) } else { ready(cx).map(Some) }
        });
        self.realm.output.flush();
        if self.heap_is_used_up() || matches!(*self.realm.stop.borrow(), Some(Stop::Exit(_))) {
            return Err(Interruption::End);
        }
        if asked() {
            self.clear_interrupt();
            return Err(Interruption::Interrupted);
        }
        if let Some(Stop::Uncaught(error)) = self.realm.stop.take() {
            self.isolate.cancel_terminate_execution();
            return Err(Interruption::Error(*error));
        }
        done.map(Option::flatten).map_err(|text| Interruption::Error(JsError::plain(text)))
    }
}

/// Calls a function of `js/repl.js`.
fn call<'s>(
    realm: &Realm,
    scope: &mut v8::PinScope<'s, '_>,
    name: &str,
    arguments: &[v8::Local<'_, v8::Value>],
) -> Result<v8::Local<'s, v8::Value>, Interruption> {
    v8::tc_scope!(let attempt, scope);
    let undefined = v8::undefined(attempt).into();
    let module = string(attempt, "repl").into();
    let result = realm
        .host_function(attempt, "load")
        .and_then(|load| load.call(attempt, undefined, &[module]))
        .and_then(|exports| v8::Local::<v8::Object>::try_from(exports).ok())
        .and_then(|exports| v8::Local::<v8::Function>::try_from(natives::get(attempt, exports, name)).ok())
        .and_then(|function| function.call(attempt, undefined, arguments));
    match (result, attempt.exception()) {
        (Some(value), _) => Ok(value),
        (None, Some(exception)) if !attempt.has_terminated() => {
            let message = attempt.message();
            attempt.reset();
            Err(Interruption::Error(JsError::new(realm, attempt, exception, message, false)))
        }
        (None, _) => Err(Interruption::Interrupted),
    }
}

fn complete(
    realm: &Realm,
    scope: &mut v8::PinScope<'_, '_>,
    session: &Session,
    line: &str,
) -> Option<Completions> {
    let context = v8::Integer::new(scope, CONTEXT).into();
    let id = session.dispatch(scope, "globalLexicalScopeNames", &[("executionContextId", context)]);
    let lexical = session.response(scope, id)?;
    let lexical = natives::get(scope, lexical, "names");
    let text = string(scope, line).into();
    let root = call(realm, scope, "rootOf", &[text]).ok()?;
    let root = lexical_value(scope, session, lexical, root).unwrap_or_else(|| v8::undefined(scope).into());
    let found = call(realm, scope, "complete", &[text, lexical, root]).ok()?;
    let found = v8::Local::<v8::Array>::try_from(found).ok()?;
    let names = v8::Local::<v8::Array>::try_from(found.get_index(scope, 0)?).ok()?;
    let units = found.get_index(scope, 1)?.uint32_value(scope)? as usize;
    let names = (0..names.length())
        .map(|index| names.get_index(scope, index).map(|name| name.to_rust_string_lossy(scope)))
        .collect::<Option<Vec<_>>>()?;
    let replaces = line.chars().rev().scan(0, |taken, c| {
        *taken += c.len_utf16();
        (*taken <= units).then(|| c.len_utf8())
    });
    Some(Completions { replaces: replaces.sum(), names })
}

/// `[value]` of a variable that is no property of globalThis, if it has a value.
fn lexical_value<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    session: &Session,
    names: v8::Local<'_, v8::Value>,
    name: v8::Local<'_, v8::Value>,
) -> Option<v8::Local<'s, v8::Value>> {
    let names = v8::Local::<v8::Array>::try_from(names).ok()?;
    let known = (0..names.length())
        .any(|index| names.get_index(scope, index).is_some_and(|known| known.strict_equals(name)));
    if !known {
        return None;
    }
    let group = string(scope, "krepis").into();
    let pure = v8::Boolean::new(scope, true).into();
    let context = v8::Integer::new(scope, CONTEXT).into();
    let parameters =
        [("expression", name), ("objectGroup", group), ("throwOnSideEffect", pure), ("contextId", context)];
    let id = session.dispatch(scope, "evaluate", &parameters);
    let response = session.response(scope, id)?;
    if natives::get(scope, response, "exceptionDetails").is_object() {
        return None;
    }
    let remote = v8::Local::<v8::Object>::try_from(natives::get(scope, response, "result")).ok()?;
    let value = session.value_of(scope, remote);
    Some(v8::Array::new_with_elements(scope, &[value]).into())
}
