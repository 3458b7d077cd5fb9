//! `native("module_graph")`: what `krepis:modules` asks about modules: a program's graph, loading ahead, figures.

use std::sync::Arc;

use hypers_modules::ModuleGraph;
use hypers_modules::graph::GraphOptions;

use crate::modules;
use crate::natives::{ErrorClass, NativeError, natives, string, string_array};
use crate::realm::{Realm, spawn_promise};

natives! { entry_path, es_modules, graph, preload, statistics }

/// `graph(entry, dependencies)`: a promise of the graph below an entry, as JSON text. It is built on another thread.
fn graph(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let entry = args.get(0).to_rust_string_lossy(scope);
    let options = GraphOptions { dependencies: !args.get(1).is_false() };
    let loader = Arc::clone(&Realm::of(scope).modules.loader);
    spawn_promise(scope, rv, async move {
        let build = move || {
            let graph = ModuleGraph::build(&loader, &entry, &options, &mut |_| {});
            graph.map(|graph| graph.to_json().to_string())
        };
        let built = tokio::task::spawn_blocking(build).await;
        let built = built.map_err(|error| NativeError::error(format!("the graph was not built: {error}")))?;
        built.map_err(|error| NativeError::new(ErrorClass::Error, Some(error.code()), error.to_string()))
    });
}

/// `preload(specifiers, referrer)`: compiles the modules and all they import, and evaluates none. Gives how many are new.
fn preload(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(specifiers) = v8::Local::<v8::Array>::try_from(args.get(0)) else { return };
    let referrer = args.get(1).to_rust_string_lossy(scope);
    let mut fresh = 0;
    for at in 0..specifiers.length() {
        let Some(specifier) = specifiers.get_index(scope, at) else { return };
        let specifier = specifier.to_rust_string_lossy(scope);
        let Some(count) = modules::preload(scope, &specifier, &referrer) else { return };
        fresh += count;
    }
    rv.set_uint32(fresh);
}

/// The file of the program's entry, or `undefined`.
fn entry_path(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    if let Some(path) = Realm::of(scope).modules.main_path().filter(|path| path != "-") {
        rv.set(string(scope, &path).into());
    }
}

/// The URLs of the modules that `import` has loaded.
fn es_modules(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let urls = Realm::of(scope).modules.urls();
    rv.set(string_array(scope, urls).into());
}

/// Numbers, in the order in which `js/krepis/modules.js` names them.
fn statistics(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let numbers = Realm::of(scope).modules.statistics();
    let numbers: Vec<v8::Local<'_, v8::Value>> =
        numbers.into_iter().map(|number| v8::Number::new(scope, number).into()).collect();
    rv.set(v8::Array::new_with_elements(scope, &numbers).into());
}
