//! `native("url")`: the URL parser. JavaScript gets the serialisation and, through a `Uint32Array` that it passes in,
//! where the parts begin and end in it: one crossing for each URL.

use crate::ext::encoding::view_bytes_mut;
use crate::natives::{natives, string};
use crate::url::{Offsets, Part, Url};

natives! { domain_to_unicode, parse, set }

/// `domain_to_unicode(domain)`: the labels of a domain in ASCII as people write them.
fn domain_to_unicode(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let domain = args.get(0).to_rust_string_lossy(scope);
    let (domain, _) = idna::domain_to_unicode(&domain);
    rv.set(string(scope, &domain).into());
}

/// `parse(url, base | undefined, offsets)`: the href, or `undefined` when the URL is not valid.
fn parse(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let input = args.get(0).to_rust_string_lossy(scope);
    let mut base = None;
    if !args.get(1).is_undefined() {
        base = Url::parse(&args.get(1).to_rust_string_lossy(scope), None);
        if base.is_none() {
            return;
        }
    }
    if let Some(url) = Url::parse(&input, base.as_ref()) {
        give(scope, rv, &url, args.get(2));
    }
}

/// `set(href, part, value, offsets)`: the new href. The parts are numbered as in `url.js`.
fn set(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    const PARTS: [Part; 9] = [
        Part::Protocol,
        Part::Username,
        Part::Password,
        Part::Host,
        Part::Hostname,
        Part::Port,
        Part::Pathname,
        Part::Search,
        Part::Hash,
    ];
    let href = args.get(0).to_rust_string_lossy(scope);
    let value = args.get(2).to_rust_string_lossy(scope);
    let part = args.get(1).uint32_value(scope).and_then(|number| PARTS.get(number as usize));
    let (Some(mut url), Some(part)) = (Url::parse(&href, None), part) else { return };
    url.set(*part, &value);
    give(scope, rv, &url, args.get(3));
}

fn give(
    scope: &mut v8::PinScope<'_, '_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
    url: &Url,
    offsets: v8::Local<'_, v8::Value>,
) {
    let (href, places) = url.serialise();
    write(offsets, places);
    rv.set(string(scope, &href).into());
}

/// A serialised URL is ASCII, so offsets in bytes are also offsets in UTF-16.
fn write(array: v8::Local<'_, v8::Value>, offsets: Offsets) {
    for (chunk, offset) in view_bytes_mut(array).chunks_exact_mut(4).zip(offsets) {
        chunk.copy_from_slice(&offset.to_ne_bytes());
    }
}
