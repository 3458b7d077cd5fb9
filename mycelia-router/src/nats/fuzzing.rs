//! What reads text of other processes, for the fuzz target `mycelia_subject`.

use std::time::Duration;

use super::subject::Subjects;
use super::wire;

/// The address that a subject stands for.
pub fn address(prefix: &str, subsystem: &str, subject: &str) -> Option<String> {
    Subjects::new(prefix, subsystem).ok()?.address(subject)
}

/// The subject of an address.
pub fn subject(prefix: &str, subsystem: &str, address: &str) -> Option<String> {
    Subjects::new(prefix, subsystem).ok()?.subject(address).ok()
}

/// What the header `grpc-timeout` says.
pub fn timeout(header: &str) -> Option<Duration> {
    wire::parse_timeout(header)
}
