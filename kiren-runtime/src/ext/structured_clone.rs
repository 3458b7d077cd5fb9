//! `native("structured_clone")`: V8's serializer and deserializer in one run, for clones inside this isolate.
//!
//! What V8 does not know (Blob, MessagePort, ...) is cloned by JavaScript: the `run` object of `structured_clone.js`
//! says what is such a host object and keeps the clones; only an index goes through the serializer.

use std::cell::RefCell;
use std::rc::Rc;

use v8::{ValueDeserializerHelper, ValueSerializerHelper};

use crate::natives::{get, natives};

natives! { clone }

/// What the serializer met that is shared with the clone, not copied, by the number written in its place.
#[derive(Default)]
struct Shared {
    buffers: RefCell<Vec<v8::Global<v8::SharedArrayBuffer>>>,
    modules: RefCell<Vec<v8::CompiledWasmModule>>,
}

struct Writer {
    run: v8::Global<v8::Object>,
    object_prototype: Option<v8::Global<v8::Value>>,
    shared: Rc<Shared>,
}

impl Writer {
    /// `run[method](argument)`.
    fn ask<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        method: &str,
        argument: v8::Local<'_, v8::Value>,
    ) -> Option<v8::Local<'s, v8::Value>> {
        let run = v8::Local::new(scope, &self.run);
        call(scope, run, method, &[argument])
    }
}

fn call<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    object: v8::Local<'_, v8::Object>,
    method: &str,
    arguments: &[v8::Local<'_, v8::Value>],
) -> Option<v8::Local<'s, v8::Value>> {
    let function = v8::Local::<v8::Function>::try_from(get(scope, object, method)).ok()?;
    function.call(scope, object.into(), arguments)
}

impl v8::ValueSerializerImpl for Writer {
    fn throw_data_clone_error<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        message: v8::Local<'s, v8::String>,
    ) {
        if let Some(error) = self.ask(scope, "error", message.into()) {
            scope.throw_exception(error);
        }
    }

    fn has_custom_host_object(&self, _: &v8::Isolate) -> bool {
        true
    }

    fn is_host_object<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        object: v8::Local<'s, v8::Object>,
    ) -> Option<bool> {
        // Plain objects are nearly all there are, and are told apart without a call into JavaScript.
        let prototype = object.get_prototype(scope)?;
        if prototype.is_null() || self.object_prototype.as_ref().is_some_and(|plain| *plain == prototype) {
            return Some(false);
        }
        self.ask(scope, "isHost", object.into()).map(|answer| answer.is_true())
    }

    fn write_host_object<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        object: v8::Local<'s, v8::Object>,
        serializer: &dyn v8::ValueSerializerHelper,
    ) -> Option<bool> {
        let index = self.ask(scope, "write", object.into())?.uint32_value(scope)?;
        serializer.write_uint32(index);
        Some(true)
    }

    fn get_shared_array_buffer_id<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        buffer: v8::Local<'s, v8::SharedArrayBuffer>,
    ) -> Option<u32> {
        let mut buffers = self.shared.buffers.borrow_mut();
        buffers.push(v8::Global::new(scope, buffer));
        Some(buffers.len() as u32 - 1)
    }

    fn get_wasm_module_transfer_id(
        &self,
        _: &mut v8::PinScope<'_, '_>,
        module: v8::Local<'_, v8::WasmModuleObject>,
    ) -> Option<u32> {
        let mut modules = self.shared.modules.borrow_mut();
        modules.push(module.get_compiled_module());
        Some(modules.len() as u32 - 1)
    }
}

struct Reader {
    run: v8::Global<v8::Object>,
    shared: Rc<Shared>,
}

impl v8::ValueDeserializerImpl for Reader {
    fn read_host_object<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        deserializer: &dyn v8::ValueDeserializerHelper,
    ) -> Option<v8::Local<'s, v8::Object>> {
        let mut index = 0;
        if !deserializer.read_uint32(&mut index) {
            return None;
        }
        let run = v8::Local::new(scope, &self.run);
        let hosts = v8::Local::<v8::Object>::try_from(get(scope, run, "hosts")).ok()?;
        hosts.get_index(scope, index)?.try_into().ok()
    }

    fn get_shared_array_buffer_from_id<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        id: u32,
    ) -> Option<v8::Local<'s, v8::SharedArrayBuffer>> {
        let buffers = self.shared.buffers.borrow();
        let original = v8::Local::new(scope, buffers.get(id as usize)?);
        // Another object over the same memory.
        Some(v8::SharedArrayBuffer::with_backing_store(scope, &original.get_backing_store()))
    }

    fn get_wasm_module_from_id<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        id: u32,
    ) -> Option<v8::Local<'s, v8::WasmModuleObject>> {
        v8::WasmModuleObject::from_compiled_module(scope, self.shared.modules.borrow().get(id as usize)?)
    }
}

/// `clone(value, buffers, run)`: the clone; `buffers` are the `ArrayBuffer`s of the transfer list. Nothing is moved
/// when an error is thrown.
fn clone(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let (Ok(transfer), Ok(run)) =
        (v8::Local::<v8::Array>::try_from(args.get(1)), v8::Local::<v8::Object>::try_from(args.get(2)))
    else {
        return;
    };
    if let Some(copy) = run_clone(scope, args.get(0), transfer, run) {
        rv.set(copy);
    }
}

/// `None` when an exception is pending.
fn run_clone<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    value: v8::Local<'_, v8::Value>,
    transfer: v8::Local<'_, v8::Array>,
    run: v8::Local<'_, v8::Object>,
) -> Option<v8::Local<'s, v8::Value>> {
    let context = scope.get_current_context();
    let buffers: Vec<v8::Local<'s, v8::ArrayBuffer>> = (0..transfer.length())
        .filter_map(|index| transfer.get_index(scope, index).and_then(|item| item.try_into().ok()))
        .collect();
    let shared = Rc::new(Shared::default());
    let plain = v8::Object::new(scope).get_prototype(scope);
    let writer = Writer {
        run: v8::Global::new(scope, run),
        object_prototype: plain.map(|prototype| v8::Global::new(scope, prototype)),
        shared: Rc::clone(&shared),
    };
    let serializer = v8::ValueSerializer::new(scope, Box::new(writer));
    for (index, buffer) in buffers.iter().enumerate() {
        serializer.transfer_array_buffer(index as u32, *buffer);
    }
    serializer.write_header();
    if serializer.write_value(context, value) != Some(true) {
        return None;
    }
    if buffers.iter().any(|buffer| buffer.was_detached() || !buffer.is_detachable()) {
        let message = crate::natives::string(scope, "An ArrayBuffer in the transfer list cannot be detached");
        let error = call(scope, run, "error", &[message.into()])?;
        scope.throw_exception(error);
        return None;
    }
    call(scope, run, "move", &[])?;
    let moved: Vec<v8::Local<'_, v8::ArrayBuffer>> = buffers
        .iter()
        .map(|buffer| {
            let store = buffer.get_backing_store();
            buffer.detach(None);
            v8::ArrayBuffer::with_backing_store(scope, &store)
        })
        .collect();

    let bytes = serializer.release();
    let reader = Reader { run: v8::Global::new(scope, run), shared };
    let deserializer = v8::ValueDeserializer::new(scope, Box::new(reader), &bytes);
    for (index, buffer) in moved.iter().enumerate() {
        deserializer.transfer_array_buffer(index as u32, *buffer);
    }
    if deserializer.read_header(context) != Some(true) {
        return None;
    }
    deserializer.read_value(context)
}
