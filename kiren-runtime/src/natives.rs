//! Native functions for the internal JavaScript, in groups: `native("stdio")` makes the object of one group the
//! first time a program needs it, so that a group that is not used costs nothing at start.

use crate::ext;

/// Defines `install(scope, group)`, which hangs the named functions on a group object.
macro_rules! natives {
    ($($name:ident),* $(,)?) => {
        pub(crate) fn install(scope: &mut v8::PinScope<'_, '_>, group: v8::Local<'_, v8::Object>) {
            $( $crate::natives::set_function(scope, group, stringify!($name), $name); )*
        }
    };
}
pub(crate) use natives;

type Install = fn(&mut v8::PinScope<'_, '_>, v8::Local<'_, v8::Object>);

/// The groups, by the name that `native()` is called with.
const GROUPS: &[(&str, Install)] = &[
    ("async_context", ext::async_context::install),
    ("buffer", ext::buffer::install),
    ("bus", ext::bus::install),
    ("compression", ext::compression::install),
    ("context", ext::context::install),
    ("crypto", ext::crypto::install),
    ("di", ext::di::install),
    ("encoding", ext::encoding::install),
    ("engine", ext::engine::install),
    ("fetch", ext::fetch::install),
    ("fs", ext::fs::install),
    ("hash", ext::hash::install),
    ("http", ext::http::install),
    ("inspect", ext::inspect::install),
    ("module_graph", ext::module_graph::install),
    ("modules", ext::modules::install),
    ("mounts", ext::mounts::install),
    ("mycelia", ext::mycelia::install),
    ("os", ext::os::install),
    ("performance", ext::performance::install),
    ("process", ext::process::install),
    ("services", ext::services::install),
    ("signals", ext::signals::install),
    ("stack", ext::stack::install),
    ("stdio", ext::stdio::install),
    ("structured_clone", ext::structured_clone::install),
    ("tasks", ext::tasks::install),
    ("text", ext::text::install),
    ("timers", ext::timers::install),
    ("types", ext::types::install),
    ("url", ext::url::install),
    ("vm", ext::vm::install),
    ("wasm", ext::wasm::install),
    ("watch", ext::watch::install),
    ("workers", ext::workers::install),
];

/// `host.native(name)`.
pub(crate) fn native(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    let Some((_, install)) = GROUPS.iter().find(|(candidate, _)| *candidate == name) else {
        throw_error(scope, &format!("no native group {name:?}"));
        return;
    };
    let group = v8::Object::new(scope);
    install(scope, group);
    rv.set(group.into());
}

/// Sets `object[name]` to a native function.
pub(crate) fn set_function(
    scope: &mut v8::PinScope<'_, '_>,
    object: v8::Local<'_, v8::Object>,
    name: &str,
    callback: impl v8::MapFnTo<v8::FunctionCallback>,
) {
    let key = string(scope, name);
    let builder = v8::Function::builder(callback).constructor_behavior(v8::ConstructorBehavior::Throw);
    if let Some(function) = builder.build(scope) {
        object.set(scope, key.into(), function.into());
    }
}

/// A function of the parameters `args[1]` with the body `args[0]`. Made by the runtime and not by the program, it does not
/// depend on whether programs may make code from strings.
pub(crate) fn compile_function(
    scope: &mut v8::PinScope<'_, '_>,
    name: &str,
    args: &v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(text) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let Ok(names) = v8::Local::<v8::Array>::try_from(args.get(1)) else { return };
    let parameters: Vec<v8::Local<'_, v8::String>> =
        (0..names.length()).filter_map(|at| names.get_index(scope, at)?.try_into().ok()).collect();
    if let Some(function) = function_of(scope, text, name, &parameters) {
        rv.set(function.into());
    }
}

/// A function with the body `text`; `None` when an exception is pending. `name` is for stack traces.
pub(crate) fn function_of<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    text: v8::Local<'_, v8::String>,
    name: &str,
    parameters: &[v8::Local<'_, v8::String>],
) -> Option<v8::Local<'s, v8::Function>> {
    let name = string(scope, name);
    let origin = v8::ScriptOrigin::new(scope, name.into(), 0, 0, false, -1, None, false, false, false, None);
    let mut source = v8::script_compiler::Source::new(text, Some(&origin));
    v8::script_compiler::compile_function(
        scope,
        &mut source,
        parameters,
        &[],
        v8::script_compiler::CompileOptions::NoCompileOptions,
        v8::script_compiler::NoCacheReason::NoReason,
    )
}

/// A JavaScript string; an over-long one (over V8's 512 MB) becomes the empty string.
pub(crate) fn string<'s>(scope: &v8::PinScope<'s, '_>, text: &str) -> v8::Local<'s, v8::String> {
    v8::String::new(scope, text).unwrap_or_else(|| v8::String::empty(scope))
}

/// `object[name]`, or `undefined`.
pub(crate) fn get<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    object: v8::Local<'_, v8::Object>,
    name: &str,
) -> v8::Local<'s, v8::Value> {
    let key = string(scope, name);
    object.get(scope, key.into()).unwrap_or_else(|| v8::undefined(scope).into())
}

/// `object[name] = value`.
pub(crate) fn set(
    scope: &mut v8::PinScope<'_, '_>,
    object: v8::Local<'_, v8::Object>,
    name: &str,
    value: v8::Local<'_, v8::Value>,
) {
    let key = string(scope, name);
    object.set(scope, key.into(), value);
}

/// A JavaScript array of strings.
pub(crate) fn string_array<'s, S: AsRef<str>>(
    scope: &mut v8::PinScope<'s, '_>,
    items: impl IntoIterator<Item = S>,
) -> v8::Local<'s, v8::Array> {
    let items: Vec<v8::Local<'_, v8::Value>> =
        items.into_iter().map(|item| string(scope, item.as_ref()).into()).collect();
    v8::Array::new_with_elements(scope, &items)
}

/// Throws an `Error`.
pub(crate) fn throw_error(scope: &mut v8::PinScope<'_, '_>, message: &str) {
    let message = string(scope, message);
    let error = v8::Exception::error(scope, message);
    scope.throw_exception(error);
}

/// Throws a `TypeError`.
pub(crate) fn throw_type_error(scope: &mut v8::PinScope<'_, '_>, message: &str) {
    let message = string(scope, message);
    let error = v8::Exception::type_error(scope, message);
    scope.throw_exception(error);
}

/// An error for JavaScript: the constructor, Node's `code` where there is one, and the message.
#[derive(Debug, Clone)]
pub(crate) struct NativeError {
    pub(crate) class: ErrorClass,
    pub(crate) code: Option<&'static str>,
    pub(crate) message: String,
}

/// The JavaScript constructor of a [`NativeError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorClass {
    Error,
    TypeError,
    SyntaxError,
}

impl NativeError {
    pub(crate) fn new(class: ErrorClass, code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { class, code, message: message.into() }
    }

    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Error, None, message)
    }

    pub(crate) fn to_js<'s>(&self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        let message = string(scope, &self.message);
        let error = match self.class {
            ErrorClass::Error => v8::Exception::error(scope, message),
            ErrorClass::TypeError => v8::Exception::type_error(scope, message),
            ErrorClass::SyntaxError => v8::Exception::syntax_error(scope, message),
        };
        if let (Some(code), Ok(object)) = (self.code, v8::Local::<v8::Object>::try_from(error)) {
            let code = string(scope, code);
            set(scope, object, "code", code.into());
        }
        error
    }

    pub(crate) fn throw(&self, scope: &mut v8::PinScope<'_, '_>) {
        let error = self.to_js(scope);
        scope.throw_exception(error);
    }
}

impl From<std::io::Error> for NativeError {
    fn from(error: std::io::Error) -> Self {
        Self::error(error.to_string())
    }
}

/// What an asynchronous native resolves its promise with.
pub(crate) trait IntoJs {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value>;
}

impl IntoJs for () {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        v8::undefined(scope).into()
    }
}

impl IntoJs for bool {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        v8::Boolean::new(scope, self).into()
    }
}

impl IntoJs for u32 {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        v8::Integer::new_from_unsigned(scope, self).into()
    }
}

impl IntoJs for String {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        string(scope, &self).into()
    }
}

/// A `Uint8Array` that takes the bytes over without a copy.
impl IntoJs for Vec<u8> {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        uint8_array(scope, self).into()
    }
}

impl<T: IntoJs> IntoJs for Option<T> {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        match self {
            Some(value) => value.into_js(scope),
            None => v8::undefined(scope).into(),
        }
    }
}

/// A `Uint8Array` over `bytes`, which V8 frees with the array.
pub(crate) fn uint8_array<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    bytes: Vec<u8>,
) -> v8::Local<'s, v8::Uint8Array> {
    let length = bytes.len();
    let store = v8::ArrayBuffer::new_backing_store_from_vec(bytes).make_shared();
    let buffer = v8::ArrayBuffer::with_backing_store(scope, &store);
    v8::Uint8Array::new(scope, buffer, 0, length)
        .expect("because the view covers exactly the buffer that was just made")
}
