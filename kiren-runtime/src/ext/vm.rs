//! `native("vm")`: other contexts in this isolate, and scripts that run in one of them (`node:vm`).
//!
//! A context is known to JavaScript by its global object. A script is a number, until `release` is called with it.

mod sandbox;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;

use v8::script_compiler::{CachedData, CompileOptions, NoCacheReason, Source};

use crate::natives::{ErrorClass, NativeError, natives, set, throw_type_error, uint8_array};
use crate::realm::Realm;

natives! { code_cache, compile, compile_function, make_context, release, run }

#[derive(Default)]
struct Scripts {
    made: u32,
    open: HashMap<u32, v8::Global<v8::UnboundScript>>,
}

thread_local! {
    static SCRIPTS: RefCell<Scripts> = RefCell::default();
}

/// `make_context(sandbox, strings)`: the global object of a new context. Its properties are those of the object
/// `sandbox`, if there is one; `strings` says whether `eval` and `Function` may make code from text.
fn make_context<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let global_template = v8::Local::<v8::Object>::try_from(args.get(0))
        .ok()
        .map(|sandbox| sandbox::global_template(scope, sandbox));
    let token = scope.get_current_context().get_security_token(scope);
    let context =
        v8::Context::new(scope, v8::ContextOptions { global_template, ..v8::ContextOptions::default() });
    context.set_security_token(token);
    context.set_allow_generation_from_strings(args.get(1).is_true());
    rv.set(context.global(scope).into());
}

/// The context of a global object; the present one for `undefined`.
fn context_of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    global: v8::Local<'_, v8::Value>,
) -> v8::Local<'s, v8::Context> {
    let object = v8::Local::<v8::Object>::try_from(global).ok();
    object
        .and_then(|object| object.get_creation_context(scope))
        .unwrap_or_else(|| scope.get_current_context())
}

/// Where a text comes from: file, first line and column, in the arguments from `at` on.
fn origin<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: &v8::FunctionCallbackArguments<'s>,
    at: i32,
) -> v8::ScriptOrigin<'s> {
    let line = args.get(at + 1).int32_value(scope).unwrap_or(0);
    let column = args.get(at + 2).int32_value(scope).unwrap_or(0);
    v8::ScriptOrigin::new(scope, args.get(at), line, column, false, -1, None, false, false, false, None)
}

/// `compile(text, file, line, column, cache, global)`: `{ handle, rejected, sourceMapURL }`; `cache` is what `code_cache` gave, or
/// `undefined`, and `rejected` whether V8 could not use it. A syntax error is one of the context of `global`.
fn compile<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(text) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let origin = origin(scope, &args, 1);
    let cache = bytes(args.get(4));
    let (mut source, options) = match &cache {
        Some(bytes) => {
            let cache = CachedData::new(bytes);
            let source = Source::new_with_cached_data(text, Some(&origin), cache);
            (source, CompileOptions::ConsumeCodeCache)
        }
        None => (Source::new(text, Some(&origin)), CompileOptions::NoCompileOptions),
    };
    let context = context_of(scope, args.get(5));
    let script = {
        let scope = &mut v8::ContextScope::new(scope, context);
        v8::script_compiler::compile_unbound_script(scope, &mut source, options, NoCacheReason::NoReason)
    };
    let Some(script) = script else { return };
    let rejected = cache.is_some() && source.get_cached_data().is_none_or(CachedData::rejected);
    let map = script.get_source_mapping_url(scope);
    let script = v8::Global::new(scope, script);
    let handle = SCRIPTS.with_borrow_mut(|scripts| {
        scripts.made = scripts.made.wrapping_add(1);
        scripts.open.insert(scripts.made, script);
        scripts.made
    });
    let result = v8::Object::new(scope);
    let handle = v8::Integer::new_from_unsigned(scope, handle);
    set(scope, result, "handle", handle.into());
    let rejected = v8::Boolean::new(scope, rejected);
    set(scope, result, "rejected", rejected.into());
    set(scope, result, "sourceMapURL", map);
    rv.set(result.into());
}

fn bytes(value: v8::Local<'_, v8::Value>) -> Option<Vec<u8>> {
    let view = v8::Local::<v8::ArrayBufferView>::try_from(value).ok()?;
    let mut storage = [0; v8::TYPED_ARRAY_MAX_SIZE_IN_HEAP];
    Some(view.get_contents(&mut storage).to_vec())
}

fn script<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    handle: v8::Local<'_, v8::Value>,
) -> Option<v8::Local<'s, v8::UnboundScript>> {
    let handle = handle.uint32_value(scope).unwrap_or(0);
    let script = SCRIPTS.with_borrow(|scripts| scripts.open.get(&handle).cloned());
    if script.is_none() {
        throw_type_error(scope, "vm: the script has been released");
    }
    script.map(|script| v8::Local::new(scope, script))
}

/// `code_cache(handle)`: what V8 has compiled of the script so far, as bytes.
fn code_cache(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(script) = script(scope, args.get(0)) else { return };
    let bytes = script.create_code_cache().map(|cache| cache.to_vec()).unwrap_or_default();
    rv.set(uint8_array(scope, bytes).into());
}

/// `release(handle)`: the script is not needed any more.
fn release(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let handle = args.get(0).uint32_value(scope).unwrap_or(0);
    SCRIPTS.with_borrow_mut(|scripts| scripts.open.remove(&handle));
}

/// `run(handle, global, milliseconds)`: the value of the script's last statement. It is stopped after so many milliseconds, if
/// they are more than 0.
fn run(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(script) = script(scope, args.get(0)) else { return };
    let context = context_of(scope, args.get(1));
    let limit = u64::from(args.get(2).uint32_value(scope).unwrap_or(0));
    let watch = (limit > 0).then(|| Watch::start(scope, Duration::from_millis(limit)));
    let mut late = false;
    {
        let scope = &mut v8::ContextScope::new(scope, context);
        v8::tc_scope!(let scope, scope);
        let value = script.bind_to_current_context(scope).run(scope);
        late = watch.is_some_and(Watch::end) || late;
        match value {
            Some(value) => rv.set(value),
            None if late && !Realm::of(scope).heap_full.load(Ordering::Relaxed) => {
                scope.cancel_terminate_execution();
            }
            None => {
                scope.rethrow();
            }
        }
        if late {
            scope.cancel_terminate_execution();
        }
    }
    if late {
        let message = format!("Script execution timed out after {limit}ms");
        NativeError::new(ErrorClass::Error, Some("ERR_SCRIPT_EXECUTION_TIMEOUT"), message).throw(scope);
    }
}

/// A thread that stops the isolate when time is up.
struct Watch {
    ended: mpsc::Sender<()>,
    thread: std::thread::JoinHandle<bool>,
}

impl Watch {
    fn start(scope: &v8::PinScope<'_, '_>, limit: Duration) -> Self {
        let isolate = scope.thread_safe_handle();
        let (ended, wait) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let late = wait.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if late {
                isolate.terminate_execution();
            }
            late
        });
        Self { ended, thread }
    }

    /// Whether time was up.
    fn end(self) -> bool {
        // Nobody listens any more when it was.
        let _ = self.ended.send(());
        self.thread.join().unwrap_or(false)
    }
}

/// `compile_function(text, parameters, file, line, column, global, extensions)`: a function of that body; the properties of the
/// objects `extensions` are variables around it.
fn compile_function<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(text) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let parameters: Vec<v8::Local<'_, v8::String>> = items(scope, args.get(1));
    let extensions: Vec<v8::Local<'_, v8::Object>> = items(scope, args.get(6));
    let origin = origin(scope, &args, 2);
    let context = context_of(scope, args.get(5));
    let scope = &mut v8::ContextScope::new(scope, context);
    let mut source = Source::new(text, Some(&origin));
    let function = v8::script_compiler::compile_function(
        scope,
        &mut source,
        &parameters,
        &extensions,
        CompileOptions::NoCompileOptions,
        NoCacheReason::NoReason,
    );
    if let Some(function) = function {
        rv.set(function.into());
    }
}

/// The elements of an array that are a `T`.
fn items<'s, T>(scope: &mut v8::PinScope<'s, '_>, array: v8::Local<'_, v8::Value>) -> Vec<v8::Local<'s, T>>
where
    v8::Local<'s, T>: TryFrom<v8::Local<'s, v8::Value>>,
{
    let Ok(array) = v8::Local::<v8::Array>::try_from(array) else { return Vec::new() };
    (0..array.length()).filter_map(|at| array.get_index(scope, at)?.try_into().ok()).collect()
}
