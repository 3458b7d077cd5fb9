//! `grpc-timeout`, of [gRPC over HTTP/2](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): how long a
//! caller will wait, in at most eight digits and a unit.

use std::time::Duration;

use super::{Text, trim};

/// The units, and how many nanoseconds they have.
const UNITS: [(u8, u64); 6] = [
    (b'n', 1),
    (b'u', 1_000),
    (b'm', 1_000_000),
    (b'S', 1_000_000_000),
    (b'M', 60_000_000_000),
    (b'H', 3_600_000_000_000),
];
const MAX: u64 = 99_999_999;

/// The time that a header gives. `None` if it is not valid.
///
/// ```
/// use krepis_context::http::grpc_timeout::{format, parse};
/// use std::time::Duration;
///
/// assert_eq!(parse("1500m"), Some(Duration::from_millis(1500)));
/// assert_eq!(parse("123456789n"), None);
/// assert_eq!(format(Duration::from_millis(1500)).as_str(), "1500000u");
/// ```
pub fn parse(header: &str) -> Option<Duration> {
    let (unit, digits) = trim(header).as_bytes().split_last()?;
    if !(1..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (_, nanos) = UNITS.iter().find(|(name, _)| name == unit)?;
    let count = digits.iter().fold(0, |count, digit| count * 10 + u64::from(digit - b'0'));
    Some(Duration::from_nanos(nanos.saturating_mul(count)))
}

/// The header that gives this time, in the finest unit that holds it; what the unit cannot say is left out. No time at all
/// is `1n`, as the header has to be more than zero.
pub fn format(timeout: Duration) -> Text<9> {
    let nanos = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX).max(1);
    let fitting = UNITS.iter().find(|(_, unit)| nanos / unit <= MAX);
    // 2^64 nanoseconds are about five million hours.
    let (name, unit) = fitting.expect("because hours hold every number of 64 bits");
    let mut count = nanos / unit;
    let mut text = Text::new();
    let mut divisor = 10_u64.pow(count.max(1).ilog10());
    while divisor > 0 {
        text.push(b'0' + (count / divisor) as u8);
        count %= divisor;
        divisor /= 10;
    }
    text.push(*name);
    text
}
