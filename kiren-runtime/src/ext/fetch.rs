//! `native("fetch")`: the HTTP client for JavaScript.
//!
//! An exchange, one request with its response, is a number from `open` to `close`. Sending and reading keep the
//! program alive while they are under way; an exchange whose response nobody reads does not.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Uri};
use slab::Slab;
use tokio::sync::Notify;
use tokio::sync::mpsc::error::TrySendError;

use crate::fetch::{Answer, Client, FetchError, Outgoing, Piece, RequestBody, ResponseBody, Upload};
use crate::natives::{ErrorClass, IntoJs, NativeError, natives, throw_type_error, uint8_array};
use crate::realm::{Realm, spawn_promise};

natives! { close, digest, finish, open, open_file, read, read_all, send, user_agent, write }

/// The client of an isolate and what it has under way.
#[derive(Default)]
struct Fetches {
    client: Client,
    exchanges: RefCell<Slab<Rc<Exchange>>>,
}

#[derive(Default)]
struct Exchange {
    closed: Cell<bool>,
    closing: Notify,
    upload: RefCell<Option<Upload>>,
    body: RefCell<Option<ResponseBody>>,
}

impl Fetches {
    fn of(isolate: &mut v8::Isolate) -> Rc<Self> {
        if let Some(fetches) = isolate.get_slot::<Rc<Self>>() {
            return Rc::clone(fetches);
        }
        let fetches = Rc::<Self>::default();
        isolate.set_slot(Rc::clone(&fetches));
        fetches
    }
}

impl Exchange {
    /// Ends what is under way and lets go of the connection.
    fn close(&self) {
        self.closed.set(true);
        self.closing.notify_waiters();
        self.upload.take();
        self.body.take();
    }

    /// Does `work` unless the exchange is closed meanwhile.
    async fn unless_closed<T>(
        &self,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, NativeError> {
        let closing = self.closing.notified();
        if self.closed.get() {
            return Err(FetchError::Aborted.into());
        }
        tokio::select! {
            biased;
            () = closing => Err(FetchError::Aborted.into()),
            result = work => result.map_err(NativeError::from),
        }
    }
}

impl From<FetchError> for NativeError {
    fn from(error: FetchError) -> Self {
        Self::new(ErrorClass::Error, Some(error.code()), error.to_string())
    }
}

/// The exchange that JavaScript names; one that is closed is like one whose response has ended.
fn exchange(
    scope: &mut v8::PinScope<'_, '_>,
    args: &v8::FunctionCallbackArguments<'_>,
) -> Option<Rc<Exchange>> {
    let id = args.get(0).uint32_value(scope)? as usize;
    Fetches::of(scope).exchanges.borrow().get(id).cloned()
}

/// `open() -> id`
fn open(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = Fetches::of(scope).exchanges.borrow_mut().insert(Rc::default());
    rv.set_uint32(u32::try_from(id).expect("because memory ends before four billion exchanges"));
}

/// `close(id)`: aborts what is under way; what waits for it is rejected.
fn close(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(id) = args.get(0).uint32_value(scope) else { return };
    let exchange = Fetches::of(scope).exchanges.borrow_mut().try_remove(id as usize);
    if let Some(exchange) = exchange {
        exchange.close();
    }
}

/// `user_agent() -> string`
fn user_agent(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = format!("Krepis/{}", Realm::of(scope).options.version);
    rv.set(name.into_js(scope));
}

/// `send(id, method, url, headers, body) -> Promise<[status, statusText, headers, hasBody, decoded]>`. The body is
/// null, a string, bytes, or true for one that `write` and `finish` give.
fn send(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(exchange) = exchange(scope, &args) else { return };
    let (request, upload) = match outgoing(scope, &args) {
        Ok(parts) => parts,
        Err(message) => {
            throw_type_error(scope, &message);
            return;
        }
    };
    *exchange.upload.borrow_mut() = upload;
    let fetches = Fetches::of(scope);
    spawn_promise(scope, rv, async move {
        let answer = exchange.unless_closed(Box::pin(fetches.client.send(request))).await?;
        Ok(Head::keep_body(answer, &exchange))
    });
}

fn outgoing(
    scope: &mut v8::PinScope<'_, '_>,
    args: &v8::FunctionCallbackArguments<'_>,
) -> Result<(Outgoing, Option<Upload>), String> {
    let method = args.get(1).to_rust_string_lossy(scope);
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| format!("invalid method {method:?}"))?;
    let url = args.get(2).to_rust_string_lossy(scope);
    let uri = url.parse::<Uri>().map_err(|error| format!("{url:?} cannot be requested: {error}"))?;
    let headers =
        v8::Local::<v8::Array>::try_from(args.get(3)).map_err(|_| "expected an array of headers")?;
    let headers = header_map(scope, headers)?;
    let (body, upload) = request_body(scope, args.get(4));
    Ok((Outgoing { method, uri, headers, body }, upload))
}

fn header_map(scope: &mut v8::PinScope<'_, '_>, list: v8::Local<'_, v8::Array>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::with_capacity(list.length() as usize / 2);
    let mut bytes = Vec::new();
    for at in (0..list.length()).step_by(2) {
        one_byte(scope, list, at, &mut bytes);
        let name = HeaderName::from_bytes(&bytes)
            .map_err(|_| format!("invalid header name {:?}", String::from_utf8_lossy(&bytes)))?;
        one_byte(scope, list, at + 1, &mut bytes);
        let value =
            HeaderValue::from_bytes(&bytes).map_err(|_| format!("invalid value of the header {name}"))?;
        headers.try_append(name, value).map_err(|_| "too many headers")?;
    }
    Ok(headers)
}

/// The bytes of a string in an array, which the module `headers` has checked to have no wider ones.
fn one_byte(scope: &mut v8::PinScope<'_, '_>, list: v8::Local<'_, v8::Array>, at: u32, bytes: &mut Vec<u8>) {
    bytes.clear();
    let text = list.get_index(scope, at).and_then(|value| v8::Local::<v8::String>::try_from(value).ok());
    if let Some(text) = text {
        bytes.resize(text.length(), 0);
        text.write_one_byte_v2(scope, 0, bytes, v8::WriteFlags::empty());
    }
}

fn request_body(
    scope: &mut v8::PinScope<'_, '_>,
    value: v8::Local<'_, v8::Value>,
) -> (RequestBody, Option<Upload>) {
    if value.is_true() {
        let (upload, body) = RequestBody::stream();
        return (body, Some(upload));
    }
    let bytes =
        if value.is_string() { value.to_rust_string_lossy(scope).into_bytes() } else { view_bytes(value) };
    if bytes.is_empty() {
        return (RequestBody::Empty, None);
    }
    (RequestBody::Bytes(bytes.into()), None)
}

/// A copy of what a view shows; nothing for what is none.
fn view_bytes(value: v8::Local<'_, v8::Value>) -> Vec<u8> {
    let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) else { return Vec::new() };
    let mut bytes = vec![0; view.byte_length()];
    view.copy_contents(&mut bytes);
    bytes
}

/// What JavaScript is told of a response.
struct Head {
    status: u16,
    reason: String,
    headers: HeaderMap,
    has_body: bool,
    decoded: bool,
}

impl Head {
    fn keep_body(answer: Answer, exchange: &Exchange) -> Self {
        let Answer { status, reason, headers, body } = answer;
        let (has_body, decoded) = (body.is_some(), body.as_ref().is_some_and(ResponseBody::is_decoded));
        *exchange.body.borrow_mut() = body;
        Self { status: status.as_u16(), reason, headers, has_body, decoded }
    }
}

impl IntoJs for Head {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        let mut list: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(self.headers.len() * 2);
        for (name, value) in &self.headers {
            list.push(latin1(scope, name.as_str().as_bytes(), v8::NewStringType::Internalized));
            list.push(latin1(scope, value.as_bytes(), v8::NewStringType::Normal));
        }
        let headers = v8::Array::new_with_elements(scope, &list);
        let head = [
            v8::Integer::new_from_unsigned(scope, self.status.into()).into(),
            self.reason.into_js(scope),
            headers.into(),
            v8::Boolean::new(scope, self.has_body).into(),
            v8::Boolean::new(scope, self.decoded).into(),
        ];
        v8::Array::new_with_elements(scope, &head).into()
    }
}

fn latin1<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    bytes: &[u8],
    kind: v8::NewStringType,
) -> v8::Local<'s, v8::Value> {
    v8::String::new_from_one_byte(scope, bytes, kind).unwrap_or_else(|| v8::String::empty(scope)).into()
}

/// `write(id, bytes) -> undefined, or false when nobody takes the body any more, or a promise where the connection is
/// slower`: of true, or of that false.
fn write(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let exchange = exchange(scope, &args);
    let upload = exchange.as_ref().and_then(|exchange| exchange.upload.borrow().clone());
    let (Some(exchange), Some(upload)) = (exchange, upload) else {
        rv.set_bool(false);
        return;
    };
    match upload.try_send(Piece::Bytes(Bytes::from(view_bytes(args.get(1))))) {
        Ok(()) => {}
        Err(TrySendError::Closed(_)) => rv.set_bool(false),
        Err(TrySendError::Full(piece)) => spawn_promise(scope, rv, async move {
            let sent = exchange.unless_closed(async { Ok(upload.send(piece).await.is_ok()) }).await;
            Ok(sent.unwrap_or(false))
        }),
    }
}

/// `finish(id, complete)`: the request's body ends here, or fails.
fn finish(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(upload) = exchange(scope, &args).and_then(|exchange| exchange.upload.take()) else { return };
    if !args.get(1).is_true() {
        return;
    }
    if let Err(TrySendError::Full(piece)) = upload.try_send(Piece::End) {
        // A connection that is gone wants no end.
        Realm::of(scope).spawn_unreferenced(async move { drop(upload.send(piece).await) });
    }
}

/// `open_file(id, path) -> Promise<length>`: makes a file the exchange's response body.
fn open_file(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(exchange) = exchange(scope, &args) else { return };
    let path = args.get(1).to_rust_string_lossy(scope);
    spawn_promise(scope, rv, async move {
        let (body, length) = exchange.unless_closed(ResponseBody::open_file(path)).await?;
        *exchange.body.borrow_mut() = Some(body);
        Ok(length.to_string())
    });
}

/// `read(id) -> Uint8Array, undefined at the end, or a promise of either where the bytes have not arrived`.
fn read(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some((exchange, mut body)) = taken(scope, &args) else { return };
    let arrived = {
        let mut next = pin!(body.next());
        match next.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Some(result),
            // Dropped and asked again: nothing is lost between two frames.
            Poll::Pending => None,
        }
    };
    match arrived {
        Some(Ok(Some(bytes))) => {
            *exchange.body.borrow_mut() = Some(body);
            rv.set(uint8_array(scope, bytes).into());
        }
        Some(Ok(None)) => {}
        Some(Err(error)) => NativeError::from(error).throw(scope),
        None => spawn_promise(scope, rv, async move {
            let bytes = exchange.unless_closed(body.next()).await?;
            if bytes.is_some() && !exchange.closed.get() {
                *exchange.body.borrow_mut() = Some(body);
            }
            Ok(bytes)
        }),
    }
}

/// `read_all(id) -> Promise<Uint8Array>`: all that is left.
fn read_all(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let taken = taken(scope, &args);
    spawn_promise(scope, rv, async move {
        match taken {
            Some((exchange, mut body)) => exchange.unless_closed(body.rest()).await,
            None => Ok(Vec::new()),
        }
    });
}

/// The body, while somebody reads from it.
fn taken(
    scope: &mut v8::PinScope<'_, '_>,
    args: &v8::FunctionCallbackArguments<'_>,
) -> Option<(Rc<Exchange>, ResponseBody)> {
    let exchange = exchange(scope, args)?;
    let body = exchange.body.take()?;
    Some((exchange, body))
}

/// `digest(algorithm, bytes) -> Uint8Array` with sha256, sha384 or sha512, for the option `integrity`.
fn digest(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    let algorithm = match name.as_str() {
        "sha256" => &ring::digest::SHA256,
        "sha384" => &ring::digest::SHA384,
        "sha512" => &ring::digest::SHA512,
        _ => return throw_type_error(scope, &format!("no digest {name:?}")),
    };
    let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(args.get(1)) else { return };
    let mut storage = [0; v8::TYPED_ARRAY_MAX_SIZE_IN_HEAP];
    let digest = ring::digest::digest(algorithm, view.get_contents(&mut storage));
    rv.set(uint8_array(scope, digest.as_ref().to_vec()).into());
}
