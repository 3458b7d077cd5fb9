//! WebAssembly as modules: `import source` gives the compiled module; an `import` its instance, linked with what it
//! imports from other modules ([ESM integration](https://github.com/WebAssembly/esm-integration)).

use std::rc::Rc;

use super::compile::compile_text;
use super::{Key, ModuleMap, Record};
use crate::natives::{ErrorClass, NativeError, string};
use crate::realm::Realm;

/// Compiles the bytes of the module at `url`, once.
pub(super) fn compile<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    map: &ModuleMap,
    url: &Rc<str>,
    bytes: &[u8],
) -> Option<v8::Local<'s, v8::Object>> {
    if let Some(known) = map.wasm.borrow().get(url) {
        return Some(v8::Local::new(scope, known).into());
    }
    v8::tc_scope!(let attempt, scope);
    let Some(module) = v8::WasmModuleObject::compile(attempt, bytes) else {
        let reason = attempt.exception().map(|exception| exception.to_rust_string_lossy(attempt));
        attempt.reset();
        let reason = reason.unwrap_or_default();
        let message =
            format!("{url} is no valid WebAssembly module: {}", reason.trim_start_matches("Error: "));
        NativeError::new(ErrorClass::SyntaxError, Some("ERR_INVALID_WASM"), message).throw(attempt);
        attempt.rethrow();
        return None;
    };
    map.wasm.borrow_mut().insert(Rc::clone(url), v8::Global::new(attempt, module));
    Some(module.into())
}

/// The module whose evaluation makes an instance of the compiled one at `key`: its imports are imports, its exports
/// exports. `js/wasm_module.js` writes it.
pub(super) fn instance_module(
    scope: &mut v8::PinScope<'_, '_>,
    map: &ModuleMap,
    key: Key,
) -> Option<Rc<Record>> {
    let wasm = map.wasm.borrow().get(&key.url).map(|wasm| v8::Local::new(scope, wasm))?;
    let write = Realm::of(scope).host_function(scope, "wasmModule")?;
    let undefined = v8::undefined(scope).into();
    let url = string(scope, &key.url).into();
    let text = write.call(scope, undefined, &[wasm.into(), url])?.to_rust_string_lossy(scope);
    let link = (Rc::clone(&key.url), key.url.to_string(), key.import_type);
    map.links.borrow_mut().insert(link, key.clone());
    compile_text(scope, map, key, &text, None)
}
