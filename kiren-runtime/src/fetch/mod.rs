//! The HTTP client under `fetch`: one request, one response, no redirects and no policy; those are JavaScript's.
//!
//! HTTP/1.1 and HTTP/2 (by ALPN) are hyper's, TLS is rustls's; connecting, pooling, decoding and naming what went
//! wrong happen here. Everything runs on the caller's thread inside its `LocalSet`; a connection's own task never
//! keeps a program alive. Certificates are read at the first https request, a thread is started only to look up a
//! name, and nothing at all happens before the first request.
//!
//! What holds here: a response body is read only as fast as its reader asks; what a decoder gives is bounded per
//! step, however small its input was; a request is repeated only when no server can have acted on it twice.

mod body;
mod connect;
mod error;
mod pool;
mod proxy;
mod tls;

use std::cell::OnceCell;
use std::rc::Rc;

use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{Method, StatusCode, Uri, Version};

pub(crate) use body::{Piece, RequestBody, ResponseBody, Upload};
use connect::{Connection, Origin};
pub(crate) use error::FetchError;
use pool::Pool;
use proxy::Proxies;
use tls::Tls;

/// What one isolate keeps between its requests.
#[derive(Default)]
pub(crate) struct Client {
    pool: Rc<Pool>,
    proxies: OnceCell<Proxies>,
    tls: OnceCell<Tls>,
}

/// A request as JavaScript hands it over.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
}

/// A response whose head has arrived.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) reason: String,
    pub(crate) headers: HeaderMap,
    /// None where the method or the status rules a body out.
    pub(crate) body: Option<ResponseBody>,
}

impl Client {
    /// Sends a request and waits for the head of its response.
    pub(crate) async fn send(&self, request: Outgoing) -> Result<Answer, FetchError> {
        let origin = Origin::of(&request.uri)?;
        let head = request.method == Method::HEAD;
        let mut request = request;
        loop {
            let pooled = self.pool.take(&origin);
            let reused = pooled.is_some();
            let mut connection = match pooled {
                Some(connection) => connection,
                None => self.open(&origin).await?,
            };
            let spare = if reused { repeatable(&request) } else { None };
            let wire = self.on_the_wire(request, &origin, &connection)?;
            match connection.send(wire).await {
                Ok(response) => {
                    let answer = Answer::new(response, head)?;
                    self.pool.give_back(origin, connection, &answer.headers);
                    return Ok(answer);
                }
                // The server closed a connection that had waited in the pool: what was not answered is sent again.
                Err(error) => match spare {
                    Some(spare) if error.is_lost_connection() => request = spare,
                    _ => return Err(error),
                },
            }
        }
    }

    /// A new connection, or one that somebody else opened meanwhile and that takes several requests at once.
    async fn open(&self, origin: &Origin) -> Result<Connection, FetchError> {
        let turn = self.pool.turn(origin);
        let first = turn.as_ref().and_then(|turn| turn.try_lock().ok());
        if let (None, Some(turn)) = (&first, &turn) {
            // Wait for what the first one learns; after that, and also when it fails, everybody goes ahead at once.
            drop(turn.lock().await);
        }
        if let Some(shared) = self.pool.take_shared(origin) {
            return Ok(shared);
        }
        let proxy = self.proxies().route(origin);
        let opened = connect::connect(origin, proxy, || self.tls.get_or_init(Tls::load)).await;
        drop(first);
        drop(turn);
        match &opened {
            Ok(connection) => self.pool.learn(origin, connection),
            Err(_) => self.pool.forget(origin),
        }
        opened
    }

    fn proxies(&self) -> &Proxies {
        self.proxies.get_or_init(Proxies::from_environment)
    }

    /// The request in the form that the connection's protocol wants.
    fn on_the_wire(
        &self,
        request: Outgoing,
        origin: &Origin,
        connection: &Connection,
    ) -> Result<hyper::Request<RequestBody>, FetchError> {
        let Outgoing { method, uri, mut headers, body } = request;
        let mut wire = hyper::Request::new(body);
        if connection.is_http2() {
            let authority = headers.remove(HOST).and_then(|host| host.to_str().ok()?.parse().ok());
            let mut parts = uri.into_parts();
            parts.authority = authority.or(parts.authority);
            *wire.uri_mut() = Uri::from_parts(parts).map_err(|error| FetchError::Url(error.to_string()))?;
            for name in [CONNECTION, TRANSFER_ENCODING, UPGRADE, HeaderName::from_static("keep-alive")] {
                headers.remove(name);
            }
            *wire.version_mut() = Version::HTTP_2;
        } else {
            if !headers.contains_key(HOST) {
                let host = uri.authority().map_or("", |authority| authority.as_str());
                let host = HeaderValue::from_str(host).map_err(|error| FetchError::Url(error.to_string()))?;
                headers.insert(HOST, host);
            }
            match self.proxies().route(origin) {
                Some(proxy) if !origin.secure => {
                    if let Some(authorization) = &proxy.authorization {
                        headers.insert(PROXY_AUTHORIZATION, authorization.clone());
                    }
                    *wire.uri_mut() = uri;
                }
                _ => *wire.uri_mut() = origin_form(&uri),
            }
        }
        *wire.method_mut() = method;
        *wire.headers_mut() = headers;
        Ok(wire)
    }
}

/// `/path?query`, without a copy.
fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query().map_or_else(|| Uri::from_static("/"), |path| Uri::from(path.clone()))
}

/// A copy of a request that may reach a server twice.
fn repeatable(request: &Outgoing) -> Option<Outgoing> {
    let body = request.body.copy()?;
    request.method.is_idempotent().then(|| Outgoing {
        method: request.method.clone(),
        uri: request.uri.clone(),
        headers: request.headers.clone(),
        body,
    })
}

impl Answer {
    fn new(response: hyper::Response<Incoming>, head: bool) -> Result<Self, FetchError> {
        let (parts, incoming) = response.into_parts();
        let status = parts.status;
        if status == StatusCode::SWITCHING_PROTOCOLS {
            return Err(FetchError::Protocol("the server switched to another protocol".to_owned()));
        }
        let reason = match parts.extensions.get::<hyper::ext::ReasonPhrase>() {
            Some(reason) => reason.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
            None if parts.version == Version::HTTP_2 => String::new(),
            None => status.canonical_reason().unwrap_or("").to_owned(),
        };
        let empty = head || matches!(status.as_u16(), 204 | 205 | 304);
        let body = if empty { None } else { Some(ResponseBody::new(incoming, &parts.headers)) };
        Ok(Self { status, reason, headers: parts.headers, body })
    }
}

/// The encodings named by `Content-Encoding`, in the order in which they were applied.
fn encodings(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(CONTENT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|name| !name.is_empty())
}

/// The length that `Content-Length` announces.
fn announced_len_bytes(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
