//! `native("http")`: the HTTP server, seen from `js/krepis/http.js`.
//!
//! A request is two small integers in JavaScript, its slot and generation; what a handler does not ask for is never
//! made. A handler that answers at once has its response serialised into the connection's buffer before the call that
//! delivered the request returns.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use crate::http::{Body, BodyError, BodySender, Options, Request, RequestId, ResponseError, Server, Service};
use crate::io::{ListenOptions, TcpListener};
use crate::natives::{ErrorClass, NativeError, get, natives, set, string, uint8_array};
use crate::realm::{Realm, Stop, spawn_promise};

natives! {
    body_bytes, body_chunk, bound, close, has_body, headers, header, is_active, listen, method, peer, respond, respond_streaming,
    send_abort, send_chunk, send_finish, url,
}

/// The servers of one realm, and the responses that are being streamed.
#[derive(Default)]
pub(crate) struct Servers {
    running: RefCell<HashMap<u32, Rc<Running>>>,
    next_id: Cell<u32>,
    streaming: RefCell<HashMap<(u32, u32), BodySender>>,
    watches_signals: Cell<bool>,
}

/// A server that JavaScript started.
struct Running {
    /// `None` until the event loop runs.
    server: RefCell<Option<Rc<Server>>>,
    is_closing: Cell<bool>,
    changed: tokio::sync::Notify,
}

/// Hands each request to the JavaScript function that `listen` was given.
struct Dispatch {
    realm: Rc<Realm>,
    dispatch: v8::Global<v8::Function>,
    aborted: v8::Global<v8::Function>,
}

impl Dispatch {
    fn call_with_id(&self, function: &v8::Global<v8::Function>, request: &Request) {
        let id = request.id();
        self.realm.callback(|scope| {
            let function = v8::Local::new(scope, function);
            let slot = v8::Integer::new_from_unsigned(scope, id.slot).into();
            let generation = v8::Integer::new_from_unsigned(scope, id.generation).into();
            self.realm.call(scope, function, &[slot, generation]);
        });
    }
}

impl Service for Dispatch {
    fn call(&self, request: Request) {
        self.call_with_id(&self.dispatch, &request);
    }

    fn aborted(&self, request: &Request) {
        let id = request.id();
        self.realm.servers.streaming.borrow_mut().remove(&(id.slot, id.generation));
        self.call_with_id(&self.aborted, request);
    }
}

/// `listen({ hostname, port, reusePort, …limits }, dispatch, aborted)`: `{ id, hostname, port }`.
///
/// The port is bound at once, so that an address in use is an exception here; connections are accepted as soon as the
/// event loop runs.
fn listen(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(given) = v8::Local::<v8::Object>::try_from(args.get(0)) else { return };
    let functions =
        (v8::Local::<v8::Function>::try_from(args.get(1)), v8::Local::<v8::Function>::try_from(args.get(2)));
    let (Ok(dispatch), Ok(aborted)) = functions else { return };
    let hostname = get(scope, given, "hostname").to_rust_string_lossy(scope);
    let port = get(scope, given, "port").uint32_value(scope).unwrap_or(0) as u16;
    let reuse_port = get(scope, given, "reusePort").is_true();
    let options = limits(scope, given);

    let listen_options = ListenOptions { reuse_port, ..ListenOptions::default() };
    let bound = address(&hostname, port).and_then(|address| TcpListener::bind_std(address, listen_options));
    let (listener, local) =
        match bound.and_then(|listener| listener.local_addr().map(|local| (listener, local))) {
            Ok(bound) => bound,
            Err(error) => return listen_error(&hostname, port, &error).throw(scope),
        };
    let realm = Realm::of(scope);
    let dispatch = Dispatch {
        realm: Rc::clone(&realm),
        dispatch: v8::Global::new(scope, dispatch),
        aborted: v8::Global::new(scope, aborted),
    };
    let id = realm.servers.next_id.get();
    realm.servers.next_id.set(id + 1);
    let running = Rc::new(Running {
        server: RefCell::default(),
        is_closing: Cell::new(false),
        changed: tokio::sync::Notify::new(),
    });
    realm.servers.running.borrow_mut().insert(id, Rc::clone(&running));
    let failing = Rc::clone(&realm);
    realm.spawn(async move {
        match TcpListener::from_std(listener) {
            Ok(listener) => {
                let server = Server::start(listener, Rc::new(dispatch), options);
                *running.server.borrow_mut() = Some(Rc::new(server));
                running.changed.notify_waiters();
                while !running.is_closing.get() {
                    running.changed.notified().await;
                }
            }
            Err(error) => failing.fail(&format!("Error: the server cannot accept connections: {error}")),
        }
    });
    watch_signals(&realm);

    let result = v8::Object::new(scope);
    let id = v8::Integer::new_from_unsigned(scope, id).into();
    let hostname = string(scope, &local.ip().to_string()).into();
    let port = v8::Integer::new(scope, i32::from(local.port())).into();
    set(scope, result, "id", id);
    set(scope, result, "hostname", hostname);
    set(scope, result, "port", port);
    rv.set(result.into());
}

fn address(hostname: &str, port: u16) -> std::io::Result<SocketAddr> {
    let mut addresses = (hostname, port).to_socket_addrs()?;
    addresses
        .next()
        .ok_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "the host name has no address"))
}

fn listen_error(hostname: &str, port: u16, error: &std::io::Error) -> NativeError {
    let (code, reason) = match error.kind() {
        std::io::ErrorKind::AddrInUse => (Some("EADDRINUSE"), "address already in use".to_owned()),
        std::io::ErrorKind::PermissionDenied => (Some("EACCES"), "permission denied".to_owned()),
        std::io::ErrorKind::AddrNotAvailable => (Some("EADDRNOTAVAIL"), "address not available".to_owned()),
        _ => (None, error.to_string()),
    };
    let code_text = code.map(|code| format!("{code}: ")).unwrap_or_default();
    NativeError::new(ErrorClass::Error, code, format!("listen {code_text}{reason} {hostname}:{port}"))
}

/// The limits that JavaScript gave: sizes in bytes, times in milliseconds, 0 for no limit.
fn limits(scope: &mut v8::PinScope<'_, '_>, given: v8::Local<'_, v8::Object>) -> Options {
    let mut options = Options::default();
    let mut number = |name| {
        let value = get(scope, given, name);
        value.is_number().then(|| value.number_value(scope).unwrap_or(0.0).max(0.0))
    };
    let time =
        |milliseconds: f64| (milliseconds > 0.0).then(|| Duration::from_secs_f64(milliseconds / 1000.0));
    if let Some(bytes) = number("maxHeaderSize") {
        options.head.head_len_bytes = bytes as usize;
    }
    if let Some(bytes) = number("maxBodySize") {
        options.body_len_bytes = (bytes > 0.0).then_some(bytes as u64);
    }
    if let Some(milliseconds) = number("headersTimeout") {
        options.head_timeout = time(milliseconds);
    }
    if let Some(milliseconds) = number("bodyTimeout") {
        options.body_timeout = time(milliseconds);
    }
    if let Some(milliseconds) = number("idleTimeout") {
        options.idle_timeout = time(milliseconds);
    }
    if let Some(milliseconds) = number("writeTimeout") {
        options.write_timeout = time(milliseconds);
    }
    if let Some(connections) = number("maxConnections") {
        options.connections = (connections as usize).max(1);
    }
    options
}

/// `bound(port)`: tells the embedder which port its server got.
fn bound(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let port = args.get(0).uint32_value(scope).unwrap_or(0) as u16;
    if let Some(bound) = Realm::of(scope).options.serve.as_ref().and_then(|serve| serve.bound.as_ref()) {
        // An embedder that no longer listens does not want to know.
        let _ = bound.send(port);
    }
}

/// `close(id, graceMs)`: stops accepting, lets requests in flight finish, resolves to whether all did.
fn close(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = args.get(0).uint32_value(scope).unwrap_or(u32::MAX);
    let grace =
        Duration::from_secs_f64(args.get(1).number_value(scope).unwrap_or(0.0).clamp(0.0, 1e9) / 1000.0);
    let realm = Realm::of(scope);
    spawn_promise(scope, rv, async move { Ok(drain(&realm, id, grace).await) });
}

/// Ends a server, however often it is asked for; the server counts as running until it has ended.
async fn drain(realm: &Realm, id: u32, grace: Duration) -> bool {
    let Some(running) = realm.servers.running.borrow().get(&id).cloned() else { return true };
    let server = loop {
        if let Some(server) = running.server.borrow().clone() {
            break server;
        }
        running.changed.notified().await;
    };
    let done = server.drain(grace).await;
    realm.servers.running.borrow_mut().remove(&id);
    running.is_closing.set(true);
    running.changed.notify_waiters();
    done
}

/// SIGINT and SIGTERM let the servers that are running finish what they have begun, and end the process; a second
/// signal ends it at once. A program's own listener for the signal takes its place.
fn watch_signals(realm: &Rc<Realm>) {
    if realm.servers.watches_signals.replace(true) {
        return;
    }
    #[cfg(unix)]
    {
        let task = Rc::clone(realm);
        realm.spawn_unreferenced(async move {
            let Ok(mut signals) = Signals::new() else { return };
            let mut number = signals.unheard(&task).await;
            // The answer to the signal keeps the program alive when its last server is gone.
            task.state.active.set(task.state.active.get() + 1);
            tokio::select! {
                () = drain_all(&task, Duration::from_secs(10)) => {}
                second = signals.unheard(&task) => number = second,
            }
            task.enter(|scope| task.stop(scope, Stop::Exit(128 + number)));
        });
    }
}

/// The signals that end a server.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// The number of the next signal that the program does not listen to itself.
    async fn unheard(&mut self, realm: &Realm) -> i32 {
        loop {
            let (name, number) = tokio::select! {
                _ = self.interrupt.recv() => ("SIGINT", libc::SIGINT),
                _ = self.terminate.recv() => ("SIGTERM", libc::SIGTERM),
            };
            if !has_listener(realm, name) {
                return number;
            }
        }
    }
}

/// Ends all servers at the same time.
#[cfg(unix)]
async fn drain_all(realm: &Rc<Realm>, grace: Duration) {
    let mut drains = tokio::task::JoinSet::new();
    for &id in realm.servers.running.borrow().keys() {
        let realm = Rc::clone(realm);
        drains.spawn_local(async move { drain(&realm, id, grace).await });
    }
    while drains.join_next().await.is_some() {}
}

#[cfg(unix)]
fn has_listener(realm: &Realm, signal: &str) -> bool {
    realm
        .callback(|scope| {
            let name = string(scope, signal).into();
            realm.call_host(scope, "hasSignalListener", &[name]).is_some_and(|found| found.is_true())
        })
        .unwrap_or(false)
}

fn request_id(scope: &v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>) -> RequestId {
    let number = |value: v8::Local<'_, v8::Value>| value.uint32_value(scope).unwrap_or(u32::MAX);
    RequestId { slot: number(args.get(0)), generation: number(args.get(1)) }
}

fn request(scope: &v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>) -> Option<Request> {
    Request::find(request_id(scope, args))
}

fn latin1<'s>(
    scope: &v8::PinScope<'s, '_>,
    bytes: &[u8],
    kind: v8::NewStringType,
) -> v8::Local<'s, v8::String> {
    v8::String::new_from_one_byte(scope, bytes, kind).unwrap_or_else(|| v8::String::empty(scope))
}

/// `method(slot, generation)`.
fn method(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return };
    if let Some(method) =
        request.with_head(|head| latin1(scope, head.method(), v8::NewStringType::Internalized))
    {
        rv.set(method.into());
    }
}

/// `url(slot, generation)`: the absolute URL; a target that is one already stays as it is.
fn url(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return };
    let url = request.with_head(|head| {
        let target = head.target();
        if target.starts_with(b"http://") || target.starts_with(b"https://") {
            return latin1(scope, target, v8::NewStringType::Normal);
        }
        let host = head.header(b"host").unwrap_or(b"localhost");
        let mut url = Vec::with_capacity(8 + host.len() + target.len());
        url.extend_from_slice(b"http://");
        url.extend_from_slice(if host.is_empty() { b"localhost" } else { host });
        if target.starts_with(b"/") {
            url.extend_from_slice(target);
        } else {
            url.push(b'/');
        }
        latin1(scope, &url, v8::NewStringType::Normal)
    });
    if let Some(url) = url {
        rv.set(url.into());
    }
}

/// `header(slot, generation, name)`: the first header of a lower-case name, or undefined.
fn header(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return };
    let name = args.get(2).to_rust_string_lossy(scope);
    let value = request.with_head(|head| {
        head.header(name.as_bytes()).map(|value| latin1(scope, value, v8::NewStringType::Normal))
    });
    if let Some(value) = value.flatten() {
        rv.set(value.into());
    }
}

/// `headers(slot, generation)`: `[name, value, …]`, names in lower case, as they came.
fn headers(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return };
    let list = request.with_head(|head| {
        let mut list: Vec<v8::Local<'_, v8::Value>> = Vec::with_capacity(32);
        let mut lower = Vec::with_capacity(32);
        for (name, value) in head.headers() {
            lower.clear();
            lower.extend(name.iter().map(u8::to_ascii_lowercase));
            list.push(latin1(scope, &lower, v8::NewStringType::Internalized).into());
            list.push(latin1(scope, value, v8::NewStringType::Normal).into());
        }
        v8::Array::new_with_elements(scope, &list)
    });
    if let Some(list) = list {
        rv.set(list.into());
    }
}

/// `peer(slot, generation)`: `[address, port]` of the client.
fn peer(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return };
    let address = string(scope, &request.peer().ip().to_string()).into();
    let port = v8::Integer::new(scope, i32::from(request.peer().port())).into();
    rv.set(v8::Array::new_with_elements(scope, &[address, port]).into());
}

/// `has_body(slot, generation)`.
fn has_body(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_bool(request(scope, &args).is_some_and(|request| request.has_body()));
}

/// `is_active(slot, generation)`: whether the client still waits for the response or for more of it.
fn is_active(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_bool(request(scope, &args).is_some_and(|request| request.is_active()));
}

fn body_error(error: BodyError) -> NativeError {
    let code = match error {
        BodyError::TooLarge => "ERR_BODY_TOO_LARGE",
        BodyError::Timeout => "ERR_BODY_TIMEOUT",
        BodyError::Malformed(_) => "ERR_BODY_MALFORMED",
        _ => "ECONNRESET",
    };
    NativeError::new(ErrorClass::TypeError, Some(code), format!("cannot read the request body: {error}"))
}

/// `body_chunk(slot, generation)`: a promise of the next piece, `undefined` at the end.
fn body_chunk(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let request = request(scope, &args);
    spawn_promise(scope, rv, async move {
        match request {
            Some(request) => request.chunk().await.transpose().map_err(body_error),
            None => Err(body_error(BodyError::Gone)),
        }
    });
}

/// `body_bytes(slot, generation)`: the whole body as a `Uint8Array`, at once when it has arrived already, else a promise.
fn body_bytes(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return body_error(BodyError::Gone).throw(scope) };
    let mut bytes = Vec::new();
    loop {
        match request.try_chunk() {
            Poll::Ready(Some(Ok(piece))) if bytes.is_empty() => bytes = piece,
            Poll::Ready(Some(Ok(piece))) => bytes.extend_from_slice(&piece),
            Poll::Ready(Some(Err(error))) => return body_error(error).throw(scope),
            Poll::Ready(None) => return rv.set(uint8_array(scope, bytes).into()),
            Poll::Pending => break,
        }
    }
    spawn_promise(scope, rv, async move {
        while let Some(piece) = request.chunk().await {
            bytes.extend_from_slice(&piece.map_err(body_error)?);
        }
        Ok(bytes)
    });
}

/// The bytes of a response's headers, gathered from JavaScript in one buffer.
#[derive(Default)]
struct HeaderBytes {
    bytes: Vec<u8>,
    /// Ends of names and values, alternating.
    ends: Vec<usize>,
}

impl HeaderBytes {
    /// Reads arguments `at` (a flat list or null) and `at + 1` (a content type or null).
    fn read(scope: &mut v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>, at: i32) -> Self {
        let mut headers = Self::default();
        if let Ok(list) = v8::Local::<v8::Array>::try_from(args.get(at)) {
            for index in 0..list.length() {
                if let Some(text) = list.get_index(scope, index).and_then(|text| text.to_string(scope)) {
                    headers.push(scope, text);
                }
            }
            headers.ends.truncate(headers.ends.len() / 2 * 2);
        }
        if let Ok(content_type) = v8::Local::<v8::String>::try_from(args.get(at + 1)) {
            headers.bytes.extend_from_slice(b"content-type");
            headers.ends.push(headers.bytes.len());
            headers.push(scope, content_type);
        }
        headers
    }

    /// Header values are byte strings: one byte a character, which `Headers` has checked.
    fn push(&mut self, scope: &v8::PinScope<'_, '_>, text: v8::Local<'_, v8::String>) {
        let start = self.bytes.len();
        self.bytes.resize(start + text.length(), 0);
        text.write_one_byte_v2(scope, 0, &mut self.bytes[start..], v8::WriteFlags::empty());
        self.ends.push(self.bytes.len());
    }

    fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let part = |index: usize| {
            let start = if index == 0 { 0 } else { self.ends[index - 1] };
            &self.bytes[start..self.ends[index]]
        };
        (0..self.ends.len() / 2).map(move |pair| (part(2 * pair), part(2 * pair + 1)))
    }
}

/// The bytes of a body or of a piece of one: a string in UTF-8, a view's contents.
fn body_of(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Vec<u8> {
    if let Ok(text) = v8::Local::<v8::String>::try_from(value) {
        let mut bytes = Vec::new();
        super::stdio::append_utf8(scope, text, &mut bytes);
        return bytes;
    }
    let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) else { return Vec::new() };
    let mut bytes = vec![0; view.byte_length()];
    view.copy_contents(&mut bytes);
    bytes
}

fn response_error(error: &ResponseError) -> NativeError {
    NativeError::new(ErrorClass::TypeError, None, format!("cannot send the response: {error}"))
}

/// `respond(slot, generation, status, list, contentType, body)`: a whole response; `body` is a string, a view or null.
/// `false` when the client is gone.
fn respond(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return rv.set_bool(false) };
    let status = args.get(2).uint32_value(scope).unwrap_or(0) as u16;
    let headers = HeaderBytes::read(scope, &args, 3);
    let body = args.get(5);
    let result = if body.is_null_or_undefined() {
        request.respond(status, headers.iter(), Body::Empty)
    } else {
        let bytes = body_of(scope, body);
        request.respond(status, headers.iter(), Body::Owned(bytes))
    };
    match result {
        Ok(()) => rv.set_bool(true),
        Err(ResponseError::Gone) => rv.set_bool(false),
        Err(error) => response_error(&error).throw(scope),
    }
}

/// `respond_streaming(slot, generation, status, list, contentType)`: the head; the body follows by `send_chunk`.
fn respond_streaming(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(request) = request(scope, &args) else { return rv.set_bool(false) };
    let id = request.id();
    let status = args.get(2).uint32_value(scope).unwrap_or(0) as u16;
    let headers = HeaderBytes::read(scope, &args, 3);
    match request.respond_streaming(status, headers.iter()) {
        Ok(sender) => {
            Realm::of(scope).servers.streaming.borrow_mut().insert((id.slot, id.generation), sender);
            rv.set_bool(true);
        }
        Err(ResponseError::Gone) => rv.set_bool(false),
        Err(error) => response_error(&error).throw(scope),
    }
}

/// `send_chunk(slot, generation, chunk)`: `true` when more may follow, a promise of it when the client is slow, `false`
/// when the client is gone.
fn send_chunk(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = request_id(scope, &args);
    let key = (id.slot, id.generation);
    let piece = body_of(scope, args.get(2));
    let realm = Realm::of(scope);
    let sent = match realm.servers.streaming.borrow_mut().get_mut(&key) {
        Some(sender) => sender.send(Body::Owned(piece)),
        None => Err(ResponseError::Gone),
    };
    match sent {
        Ok(true) => rv.set_bool(true),
        Ok(false) => {
            let waiting = Rc::clone(&realm);
            spawn_promise(scope, rv, async move {
                let ready = std::future::poll_fn(|cx| match waiting.servers.streaming.borrow().get(&key) {
                    Some(sender) => sender.poll_ready(cx),
                    None => Poll::Ready(Err(ResponseError::Gone)),
                });
                Ok(ready.await.is_ok())
            });
        }
        Err(ResponseError::Gone) => {
            realm.servers.streaming.borrow_mut().remove(&key);
            rv.set_bool(false);
        }
        Err(error) => response_error(&error).throw(scope),
    }
}

/// `send_finish(slot, generation)`: the body is complete.
fn send_finish(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let id = request_id(scope, &args);
    let sender = Realm::of(scope).servers.streaming.borrow_mut().remove(&(id.slot, id.generation));
    match sender.map(BodySender::finish) {
        Some(Err(error)) if !matches!(error, ResponseError::Gone) => response_error(&error).throw(scope),
        _ => {}
    }
}

/// `send_abort(slot, generation)`: the body ends here, incomplete; the client sees the connection close.
fn send_abort(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let id = request_id(scope, &args);
    let sender = Realm::of(scope).servers.streaming.borrow_mut().remove(&(id.slot, id.generation));
    if let Some(sender) = sender {
        sender.abort();
    }
}
