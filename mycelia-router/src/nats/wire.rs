//! What kernels tell each other in headers.

use std::time::{Duration, Instant};

use async_nats::HeaderMap;
use bytes::Bytes;

use super::connection::Nats;
use super::error::NatsError;
use super::payload::Payload;
use crate::kernel::Message;

/// Says that a reply is a failure, and which: one of [`code`](super::code), or the handler's own. The payload is its message.
pub const ERROR_HEADER: &str = "Mycelia-Error";

/// Where the reply to a question that lies in a stream goes: there, the subject for replies is that of acknowledgements.
pub const REPLY_HEADER: &str = "Mycelia-Reply-To";

/// Why a message is a dead letter.
pub const REASON_HEADER: &str = "Mycelia-Dead-Reason";

/// How often a dead letter was delivered before.
pub const DELIVERIES_HEADER: &str = "Mycelia-Dead-Deliveries";

/// How much time is left for the answer, as gRPC writes it: digits and a unit, `1500m`.
pub const TIMEOUT_HEADER: &str = "grpc-timeout";

/// What a message is sent with: its bytes, its headers, and those of the request that it is part of.
pub(crate) fn outbound(message: &Message) -> Result<Payload, NatsError> {
    let mut payload = Payload::of(message.body())?;
    payload.strip();
    #[cfg(feature = "context")]
    if let Some(context) = message.context() {
        // Each message is a span of its own, if there is room for one.
        let span = context.child();
        let headers = payload.headers_mut();
        span.as_ref().unwrap_or(context).inject(|name, value| {
            if name != TIMEOUT_HEADER {
                headers.set(name, value);
            }
        });
    }
    Ok(payload)
}

/// When a message has to be answered: its own deadline, or that of the request that it is part of.
pub(crate) fn deadline(message: &Message) -> Option<Instant> {
    let own = message.deadline();
    #[cfg(feature = "context")]
    let own = {
        let left = message.context().and_then(krepis_context::Context::remaining);
        let theirs = left.and_then(|left| Instant::now().checked_add(left));
        own.into_iter().chain(theirs).min()
    };
    own
}

/// The headers and the bytes, if the server takes them.
pub(crate) fn checked(nats: &Nats, payload: Payload) -> Result<(HeaderMap, Bytes), NatsError> {
    let (bytes, limit) = (payload.wire_bytes(), nats.max_payload());
    if bytes > limit {
        return Err(NatsError::TooLarge { bytes, limit });
    }
    Ok((payload.headers().to_map(), payload.into_bytes()))
}

/// At most eight digits and a unit.
pub(crate) fn format_timeout(timeout: Duration) -> String {
    const MOST: u128 = 99_999_999;
    let units = [(timeout.as_millis(), 'm'), (u128::from(timeout.as_secs()), 'S')];
    let (count, unit) = units.into_iter().find(|(count, _)| *count <= MOST).unwrap_or((MOST, 'S'));
    format!("{count}{unit}")
}

pub(crate) fn parse_timeout(header: &str) -> Option<Duration> {
    let (digits, unit) = header.split_at_checked(header.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_there_and_back() {
        for (millis, text) in
            [(0, "0m"), (1500, "1500m"), (99_999_999, "99999999m"), (100_000_000, "100000S")]
        {
            let timeout = Duration::from_millis(millis);
            assert_eq!(format_timeout(timeout), text);
            assert_eq!(parse_timeout(text), Some(timeout));
        }
        assert_eq!(format_timeout(Duration::MAX), "99999999S");
        assert_eq!(parse_timeout("2H"), Some(Duration::from_secs(7200)));
        for text in ["", "m", "1", "-1m", "123456789m", "1x", "1ä", "1 m"] {
            assert_eq!(parse_timeout(text), None, "{text:?}");
        }
    }
}
