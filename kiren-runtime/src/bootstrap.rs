//! Puts the runtime's globals into a context, at snapshot time or, without a snapshot, at start.

use crate::sources;

/// Runs `js/bootstrap.js` in the current context, with all functions compiled where `eager`, and returns the `host` object it filled: the functions that
/// Rust calls, and the place where the natives are hung later.
///
/// `None` means that internal JavaScript threw: the exception is pending in `scope`.
pub(crate) fn run<'s>(scope: &mut v8::PinScope<'s, '_>, eager: bool) -> Option<v8::Local<'s, v8::Object>> {
    let host = v8::Object::new(scope);
    install_compile(scope, host, eager)?;
    let bootstrap = sources::compile_bootstrap(scope, eager)?;
    let undefined = v8::undefined(scope).into();
    bootstrap.call(scope, undefined, &[host.into()])?;
    Some(host)
}

/// Sets `host.compile(name)`, through which `load()` compiles an internal module at its first use.
pub(crate) fn install_compile(
    scope: &mut v8::PinScope<'_, '_>,
    host: v8::Local<'_, v8::Object>,
    eager: bool,
) -> Option<bool> {
    let key = v8::String::new(scope, "compile")?;
    let eager = v8::Boolean::new(scope, eager);
    let function = v8::Function::builder(compile).data(eager.into()).build(scope)?;
    host.set(scope, key.into(), function.into())
}

fn compile(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    let compiled = match args.data().is_true() {
        true => sources::compile_eagerly(scope, &name),
        false => sources::compile_module(scope, &name),
    };
    match compiled {
        Some(function) => rv.set(function.into()),
        // It did not compile: the exception is pending.
        None if sources::exists(&name) => {}
        None => {
            if let Some(message) = v8::String::new(scope, &format!("no internal module {name:?}")) {
                let error = v8::Exception::error(scope, message);
                scope.throw_exception(error);
            }
        }
    }
}
