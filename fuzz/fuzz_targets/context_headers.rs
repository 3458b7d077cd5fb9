//! Headers come from strangers: no panic, and what a context sends on is read again as what it had.
//!
//! `cargo +nightly fuzz run context_headers`

#![no_main]

use std::sync::LazyLock;

use krepis_context::http::{baggage, grpc_timeout, request_id, tracestate};
use krepis_context::{ContextPool, Options, Trace};
use libfuzzer_sys::fuzz_target;

static POOL: LazyLock<ContextPool> = LazyLock::new(|| {
    ContextPool::new(&Options { contexts: 16, pages: 16, ..Options::default() })
        .expect("the options are valid")
});

const NAMES: [&str; 5] = ["traceparent", "tracestate", "baggage", "grpc-timeout", "x-request-id"];

// The input is headers: lines, the first character of which names the header.
fuzz_target!(|input: &str| {
    let headers = input.lines().filter_map(|line| {
        let first = line.chars().next()?;
        Some((NAMES[first as usize % NAMES.len()], &line[first.len_utf8()..]))
    });
    for (_, value) in headers.clone() {
        if let Some(trace) = Trace::from_traceparent(value) {
            let again = Trace::from_traceparent(&trace.traceparent()).expect("our own header");
            assert_eq!((again.trace_id, again.span_id), (trace.trace_id, trace.span_id));
        }
        if let Some(timeout) = grpc_timeout::parse(value) {
            let again = grpc_timeout::parse(&grpc_timeout::format(timeout)).expect("our own header");
            assert!(again <= timeout.max(std::time::Duration::from_nanos(1)));
        }
        for member in baggage::Baggage::new(value).iter() {
            assert!(member.value().len() <= 3 * value.len() && member.properties().count() <= value.len());
        }
        if let Some(id) = request_id::parse(value) {
            assert!(id.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    let context = POOL.create().expect("the pool is empty");
    context.extract(headers).expect("a page is larger than all headers");
    let mut sent = Vec::new();
    context.inject(|name, value| sent.push((name.to_owned(), value.to_owned())));
    let again = POOL.create().expect("the pool is empty");
    again.extract(sent.iter().map(|(name, value)| (&**name, &**value))).expect("it fitted before");
    assert_eq!(again.trace().trace_id, context.trace().trace_id);
    assert_eq!(again.trace().parent_id, context.trace().span_id);
    for key in ["tracestate", "baggage", "request.id"] {
        assert_eq!(again.get(key), context.get(key), "{key}");
    }
    if let Some(list) = context.get_str("tracestate") {
        assert_eq!(tracestate::parse([list]).as_deref(), Some(list));
    }
    context.set_baggage("fuzz", input.get(..100).unwrap_or(""), &[]).ok();
    drop((context, again));
    assert_eq!(POOL.statistics().in_use, 0);
});
