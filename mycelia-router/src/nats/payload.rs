//! What travels: bytes, and headers.

use std::fmt;

use async_nats::HeaderMap;
use bytes::Bytes;

use super::error::NatsError;
use crate::kernel::Body;

/// Bytes with headers: the body of every message and every reply that came by NATS, and what a message that has headers is sent
/// with.
///
/// ```
/// use mycelia_router::kernel::Body;
/// use mycelia_router::nats::Payload;
///
/// let payload = Payload::new("{\"total\":7}").with("content-type", "application/json")?;
/// let body = Body::from(payload);
/// assert_eq!(body.as_bytes(), Some(&b"{\"total\":7}"[..]));
/// assert_eq!(body.get::<Payload>().unwrap().headers().get("Content-Type"), Some("application/json"));
/// # Ok::<(), mycelia_router::nats::NatsError>(())
/// ```
#[derive(Clone, Default)]
pub struct Payload {
    bytes: Bytes,
    /// Most messages have few, many have none.
    headers: Option<Box<Headers>>,
    /// The subject that it came with.
    subject: Option<Box<str>>,
    is_one_way: bool,
}

impl Payload {
    /// Bytes without headers.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), ..Self::default() }
    }

    /// With one more header.
    ///
    /// # Errors
    ///
    /// NATS does not take it.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, NatsError> {
        self.headers_mut().insert(name, value)?;
        Ok(self)
    }

    /// The bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The bytes alone.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        const NONE: &Headers = &Headers { list: Vec::new() };
        self.headers.as_deref().unwrap_or(NONE)
    }

    /// The headers.
    pub fn headers_mut(&mut self) -> &mut Headers {
        self.headers.get_or_insert_default()
    }

    /// The subject that it came with, if it came by NATS.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Has a question with this as its body answered when NATS has taken it, and not when it was handled: it is sent one way, and
    /// who asks learns what became of that. By core NATS the client has it then, on JetStream the stream.
    pub fn set_one_way(&mut self) {
        self.is_one_way = true;
    }

    pub(crate) fn is_one_way(&self) -> bool {
        self.is_one_way
    }

    pub(crate) fn arrived(message: async_nats::Message) -> Self {
        let headers = message.headers.as_ref().map(|map| Box::new(Headers::of(map)));
        Self {
            bytes: message.payload,
            headers,
            subject: Some(message.subject.as_str().into()),
            is_one_way: false,
        }
    }

    /// What the server counts.
    pub(crate) fn wire_bytes(&self) -> usize {
        self.headers().wire_bytes() + self.bytes.len()
    }

    /// Takes away what was said between two kernels, when it is sent on to a third.
    pub(crate) fn strip(&mut self) {
        if let Some(headers) = &mut self.headers {
            headers.list.retain(|(name, _)| !is_hop(name));
        }
    }

    /// What a body is outside of the process.
    pub(crate) fn of(body: &Body) -> Result<Self, NatsError> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        if let Some(payload) = body.get::<Self>() {
            return Ok(payload.clone());
        }
        if let Some(bytes) = body.get::<Bytes>() {
            return Ok(Self::new(bytes.clone()));
        }
        match body.as_bytes() {
            Some(bytes) => Ok(Self::new(Bytes::copy_from_slice(bytes))),
            None => Err(NatsError::NotBytes { type_name: body.type_name() }),
        }
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<Payload> for Body {
    fn from(payload: Payload) -> Self {
        Self::bytes(payload)
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Payload")
            .field("bytes", &self.bytes.len())
            .field("headers", self.headers())
            .field("subject", &self.subject)
            .finish()
    }
}

/// Headers in the order in which they were set. Names are compared without regard to case.
///
/// Those whose names begin with `Mycelia-` are the kernel's own, those that begin with `Nats-` the server's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    list: Vec<(String, String)>,
}

impl Headers {
    /// The first of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All of them; a name can be there more than once.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Sets a header, in place of those of that name.
    ///
    /// # Errors
    ///
    /// NATS does not take it.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), NatsError> {
        check(name, value)?;
        self.remove(name);
        self.list.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Adds a header to those of that name.
    ///
    /// # Errors
    ///
    /// NATS does not take it.
    pub fn append(&mut self, name: &str, value: &str) -> Result<(), NatsError> {
        check(name, value)?;
        self.list.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Takes the headers of a name away.
    pub fn remove(&mut self, name: &str) {
        self.list.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Sets a header of our own, which is one.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.list.push((name.to_owned(), value.to_owned()));
    }

    /// Those of a message. The client keeps no order among different names: they are sorted.
    pub(crate) fn of(map: &HeaderMap) -> Self {
        let each = map.iter().flat_map(|(name, values)| {
            values.iter().map(|value| (AsRef::<str>::as_ref(name).to_owned(), value.as_str().to_owned()))
        });
        let mut list: Vec<_> = each.collect();
        list.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self { list }
    }

    pub(crate) fn to_map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in &self.list {
            map.append(name.as_str(), value.as_str());
        }
        map
    }

    /// The bytes that they are on the way, as the server counts them; none for none.
    pub(crate) fn wire_bytes(&self) -> usize {
        if self.list.is_empty() {
            return 0;
        }
        let lines = self.list.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len());
        lines.sum::<usize>() + "NATS/1.0\r\n\r\n".len()
    }
}

/// Whether a header is between two kernels only.
fn is_hop(name: &str) -> bool {
    let begins =
        |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    begins("mycelia-") || name.eq_ignore_ascii_case(super::wire::TIMEOUT_HEADER)
}

fn check(name: &str, value: &str) -> Result<(), NatsError> {
    let letter = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    let name_is_fine = !name.is_empty() && name.bytes().all(letter);
    if name_is_fine && !value.contains(['\r', '\n', '\0']) {
        return Ok(());
    }
    Err(NatsError::InvalidHeader { name: name.to_owned(), value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_without_regard_to_case() {
        let mut headers = Headers::default();
        headers.insert("Content-Type", "text/plain").unwrap();
        headers.append("baggage", "a=1").unwrap();
        headers.append("Baggage", "b=2").unwrap();
        headers.insert("content-type", "application/json").unwrap();
        assert_eq!(headers.get("CONTENT-TYPE"), Some("application/json"));
        assert_eq!(headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("baggage")).count(), 2);
        headers.remove("baggage");
        assert_eq!(headers.len(), 1);
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for (name, value) in [("", "x"), ("a b", "x"), ("a:", "x"), ("ä", "x"), ("a", "x\r\ny"), ("a", "\0")]
        {
            let error = Headers::default().insert(name, value).unwrap_err();
            assert!(matches!(error, NatsError::InvalidHeader { .. }), "{name:?}: {value:?}");
        }
        Headers::default().insert("a", "größe").unwrap();
    }

    #[test]
    fn headers_are_counted_as_they_are_sent() {
        let payload = Payload::new("x").with("a", "1").unwrap();
        assert_eq!(payload.headers().wire_bytes(), "NATS/1.0\r\na: 1\r\n\r\n".len());
        assert_eq!(Payload::new("x").headers().wire_bytes(), 0);
    }

    #[test]
    fn what_is_between_two_kernels_goes_no_further() {
        let mut payload = Payload::new("x").with("mycelia-error", "failed").unwrap();
        payload = payload.with("grpc-timeout", "1S").unwrap().with("content-type", "text/plain").unwrap();
        payload.strip();
        assert_eq!(payload.headers().iter().collect::<Vec<_>>(), [("content-type", "text/plain")]);
    }

    #[test]
    fn bodies_are_bytes_or_an_error_that_names_them() {
        let bytes = |body: Body| Payload::of(&body).map(Payload::into_bytes);
        assert_eq!(bytes(Body::empty()).unwrap(), "");
        assert_eq!(bytes(Body::bytes("abc")).unwrap(), "abc");
        assert_eq!(bytes(Body::new(Bytes::from_static(b"abc"))).unwrap(), "abc");
        assert_eq!(bytes(Payload::new("abc").into()).unwrap(), "abc");
        let error = bytes(Body::new(7_u32)).unwrap_err().to_string();
        assert!(error.contains("a body of type u32 cannot leave the process"), "{error}");
    }
}
