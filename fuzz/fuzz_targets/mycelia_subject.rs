//! Subjects and headers come from other processes: no panic, and a subject that stands for an address is that address's own.
//!
//! `cargo +nightly fuzz run mycelia_subject`

#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelia_router::nats::fuzzing::{address, subject, timeout};

fuzz_target!(|input: (&str, &str, &str)| {
    let (prefix, route, text) = input;
    if let Some(address) = address(prefix, "orders", text) {
        assert!(address.starts_with("orders://"));
        // Others are longer than what is sent.
        if let Some(again) = subject(prefix, "orders", &address) {
            assert_eq!(again, text, "{address:?}");
        }
    }
    if let Some(subject) = subject(prefix, "orders", &format!("orders://{route}")) {
        assert_eq!(address(prefix, "orders", &subject).as_deref(), Some(&*format!("orders://{route}")));
        assert!(
            !subject.bytes().any(|byte| byte <= b' ' || byte == 0x7f || byte == b'*' || byte == b'>'),
            "{subject:?}"
        );
        assert!(!subject.contains("..") && !subject.ends_with('.'), "{subject:?}");
    }
    let _ = timeout(text);
});
