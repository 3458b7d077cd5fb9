//! `native("structured_clone")`: V8's serializer and deserializer in one run, for clones inside this isolate.

use crate::natives::natives;
use crate::parcel::Parcel;

natives! { clone }

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
    let copy =
        Parcel::write(scope, args.get(0), transfer, run).and_then(|mut parcel| parcel.read(scope, run));
    if let Some(copy) = copy {
        rv.set(copy);
    }
}
