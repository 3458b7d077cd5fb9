//! A value of JavaScript between isolates: V8's serialised form, and the memory that goes with it.
//!
//! What V8 does not know (Blob, MessagePort, ...) is up to JavaScript: a `run` object of `structured_clone.js` says what is such
//! a host object; only an index goes through the serializer.

#![allow(unsafe_code, reason = "V8's memory of buffers goes to another thread")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use v8::{ValueDeserializerHelper, ValueSerializerHelper};

use crate::natives::{get, string};

/// A value that is in no isolate.
pub(crate) struct Parcel {
    bytes: Vec<u8>,
    /// Of `ArrayBuffer`s that were transferred, in the order of the transfer list.
    moved: Vec<Memory>,
    carried: Arc<Carried>,
}

/// What the serializer met that is shared with the reader, not copied, by the number written in its place.
#[derive(Default)]
struct Carried {
    buffers: Vec<Memory>,
    modules: Vec<v8::CompiledWasmModule>,
}

/// Memory of a buffer.
struct Memory(v8::SharedRef<v8::BackingStore>);

// SAFETY: a `std::shared_ptr` counts atomically. The memory of a SharedArrayBuffer is made to be used by several threads; that of
// an ArrayBuffer is detached from it before it comes here, so that one thread at a time has it.
unsafe impl Send for Memory {}
// SAFETY: as above; nothing is read through a shared `Memory` but the pointer.
unsafe impl Sync for Memory {}

impl Parcel {
    /// Whether it can be read one time only, because memory moves with it.
    pub(crate) fn moves(&self) -> bool {
        !self.moved.is_empty()
    }

    /// How many bytes it takes, shared memory left out.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() + self.moved.iter().map(|memory| memory.0.byte_length()).sum::<usize>()
    }

    /// Serialises a value; `transfer` are the `ArrayBuffer`s that move. Nothing is moved when there is an error.
    ///
    /// `None` when an exception is pending.
    pub(crate) fn write(
        scope: &mut v8::PinScope<'_, '_>,
        value: v8::Local<'_, v8::Value>,
        transfer: v8::Local<'_, v8::Array>,
        run: v8::Local<'_, v8::Object>,
    ) -> Option<Self> {
        let context = scope.get_current_context();
        let buffers: Vec<v8::Local<'_, v8::ArrayBuffer>> = (0..transfer.length())
            .filter_map(|index| transfer.get_index(scope, index).and_then(|item| item.try_into().ok()))
            .collect();
        let carried = Rc::new(RefCell::new(Carried::default()));
        let plain = v8::Object::new(scope).get_prototype(scope);
        let writer = Writer {
            run: v8::Global::new(scope, run),
            object_prototype: plain.map(|prototype| v8::Global::new(scope, prototype)),
            carried: Rc::clone(&carried),
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
            let message = string(scope, "An ArrayBuffer in the transfer list cannot be detached");
            let error = call(scope, run, "error", &[message.into()])?;
            scope.throw_exception(error);
            return None;
        }
        call(scope, run, "move", &[])?;
        let detach = |buffer: &v8::Local<'_, v8::ArrayBuffer>| {
            let memory = Memory(buffer.get_backing_store());
            buffer.detach(None);
            memory
        };
        let moved = buffers.iter().map(detach).collect();
        let bytes = serializer.release();
        drop(serializer);
        Some(Self { bytes, moved, carried: Arc::new(carried.take()) })
    }

    /// The value, in the isolate of `scope`; memory that [moves](Self::moves) has been given away afterwards. `None` when an
    /// exception is pending.
    pub(crate) fn read<'s>(
        &mut self,
        scope: &mut v8::PinScope<'s, '_>,
        run: v8::Local<'_, v8::Object>,
    ) -> Option<v8::Local<'s, v8::Value>> {
        let context = scope.get_current_context();
        let reader = Reader { run: v8::Global::new(scope, run), carried: Arc::clone(&self.carried) };
        let deserializer = v8::ValueDeserializer::new(scope, Box::new(reader), &self.bytes);
        for (index, memory) in std::mem::take(&mut self.moved).iter().enumerate() {
            let buffer = v8::ArrayBuffer::with_backing_store(scope, &memory.0);
            deserializer.transfer_array_buffer(index as u32, buffer);
        }
        if deserializer.read_header(context) != Some(true) {
            return None;
        }
        deserializer.read_value(context)
    }
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Parcel").field("len", &self.len()).finish_non_exhaustive()
    }
}

struct Writer {
    run: v8::Global<v8::Object>,
    object_prototype: Option<v8::Global<v8::Value>>,
    carried: Rc<RefCell<Carried>>,
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
        _: &mut v8::PinScope<'s, '_>,
        buffer: v8::Local<'s, v8::SharedArrayBuffer>,
    ) -> Option<u32> {
        let buffers = &mut self.carried.borrow_mut().buffers;
        buffers.push(Memory(buffer.get_backing_store()));
        Some(buffers.len() as u32 - 1)
    }

    fn get_wasm_module_transfer_id(
        &self,
        _: &mut v8::PinScope<'_, '_>,
        module: v8::Local<'_, v8::WasmModuleObject>,
    ) -> Option<u32> {
        let modules = &mut self.carried.borrow_mut().modules;
        modules.push(module.get_compiled_module());
        Some(modules.len() as u32 - 1)
    }
}

struct Reader {
    run: v8::Global<v8::Object>,
    carried: Arc<Carried>,
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
        let memory = self.carried.buffers.get(id as usize)?;
        Some(v8::SharedArrayBuffer::with_backing_store(scope, &memory.0))
    }

    fn get_wasm_module_from_id<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        id: u32,
    ) -> Option<v8::Local<'s, v8::WasmModuleObject>> {
        v8::WasmModuleObject::from_compiled_module(scope, self.carried.modules.get(id as usize)?)
    }
}
