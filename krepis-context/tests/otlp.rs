//! `examples/otlp.rs`, and what arrives at a collector: the official messages of OTLP, decoded by the official types.
#![cfg(not(miri))] // Miri has no sockets.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;

#[allow(dead_code, unreachable_pub)] // It is a program.
#[path = "../examples/otlp.rs"]
mod example;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SENDER: &str = "b7ad6b7169203331";
/// "The parent is in another process", and whether that is known.
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// A collector that takes one export and answers with this status.
fn collector(status: &'static str) -> (String, JoinHandle<ExportTraceServiceRequest>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    (endpoint, std::thread::spawn(move || receive(&listener.accept().unwrap().0, status)))
}

fn receive(mut connection: &TcpStream, status: &str) -> ExportTraceServiceRequest {
    let mut reader = BufReader::new(connection);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    assert_eq!(line(), "POST /v1/traces HTTP/1.1");
    let headers: BTreeMap<String, String> =
        std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty()))
            .map(|header| {
                header.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())).unwrap()
            })
            .collect();
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).unwrap();

    let answer = ExportTraceServiceResponse::default().encode_to_vec();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
        answer.len()
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(&answer).unwrap();
    ExportTraceServiceRequest::decode(&body[..]).unwrap()
}

/// Attributes as `name=value`, in their order.
fn attributes(attributes: &[KeyValue]) -> Vec<String> {
    let text = |pair: &KeyValue| {
        let value = pair.value.clone().unwrap().value.unwrap();
        let value = match value {
            Value::StringValue(text) => format!("{text:?}"),
            Value::IntValue(number) => number.to_string(),
            Value::DoubleValue(number) => format!("{number:?}"),
            Value::BoolValue(yes) => yes.to_string(),
            other => format!("{other:?}"),
        };
        format!("{}={value}", pair.key)
    };
    attributes.iter().map(text).collect()
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_collector_sees_the_whole_trace() {
    let (endpoint, collector) = collector("200 OK");
    let next = example::trace_to(&endpoint, &format!("00-{TRACE}-{SENDER}-01")).unwrap();
    let ExportTraceServiceRequest { resource_spans } = collector.join().unwrap();

    let [ResourceSpans { resource: Some(resource), scope_spans, .. }] = &resource_spans[..] else {
        panic!("{resource_spans:?}")
    };
    assert!(attributes(&resource.attributes).contains(&"service.name=\"shop\"".to_owned()), "{resource:?}");
    let [scope] = &scope_spans[..] else { panic!("{scope_spans:?}") };
    assert_eq!(scope.scope.as_ref().unwrap().name, "shop.http");

    // Spans are sent as they end.
    let names: Vec<_> = scope.spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["select orders", "render", "charge", "GET /orders"]);
    let [select, render, charge, request] = &scope.spans[..] else { panic!("{names:?}") };
    for span in &scope.spans {
        assert_eq!(hex(&span.trace_id), TRACE);
        assert!(span.start_time_unix_nano >= request.start_time_unix_nano);
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
        assert!(span.end_time_unix_nano <= request.end_time_unix_nano);
        assert_eq!(span.flags & 0xFF, 1, "it is sampled");
    }

    // From the sender to the request, from there to all others, and on to who is called.
    assert_eq!(hex(&request.parent_span_id), SENDER);
    for span in [select, render, charge] {
        assert_eq!(span.parent_span_id, request.span_id, "{}", span.name);
        assert_eq!(span.flags & (HAS_IS_REMOTE | IS_REMOTE), HAS_IS_REMOTE, "{}", span.name);
    }
    assert_eq!(request.flags & (HAS_IS_REMOTE | IS_REMOTE), HAS_IS_REMOTE | IS_REMOTE);
    assert_eq!(next, format!("00-{TRACE}-{}-01", hex(&charge.span_id)));

    let kinds = [(request, SpanKind::Server), (select, SpanKind::Internal), (charge, SpanKind::Client)];
    kinds.iter().for_each(|(span, kind)| assert_eq!(span.kind(), *kind, "{}", span.name));
    assert_eq!(attributes(&request.attributes), ["http.response.status_code=200"]);
    assert_eq!(attributes(&select.attributes), ["rows=3", "cached=false", "cost=0.5"]);
    assert_eq!(attributes(&charge.attributes), ["peer=\"payments\""]);

    let status = |span: &Span| {
        span.status
            .clone()
            .map_or((StatusCode::Unset, String::new()), |status| (status.code(), status.message))
    };
    assert_eq!(status(render), (StatusCode::Error, "no template for the footer".to_owned()));
    assert_eq!(status(request), (StatusCode::Unset, String::new()));
    let [event] = &select.events[..] else { panic!("{select:?}") };
    assert_eq!(
        (&*event.name, attributes(&event.attributes)),
        ("connected", vec!["shard=\"eu-1\"".to_owned(), "level=\"INFO\"".to_owned()])
    );
}

#[test]
fn a_trace_that_is_not_sampled_is_not_sent() {
    // Nobody listens: to send something would be an error.
    let next = example::trace_to("http://127.0.0.1:1/v1/traces", &format!("00-{TRACE}-{SENDER}-00")).unwrap();
    assert!(next.starts_with(&format!("00-{TRACE}-")) && next.ends_with("-00"), "{next}");
}

#[test]
fn a_collector_that_refuses_is_an_error_at_the_end() {
    let (endpoint, collector) = collector("400 Bad Request");
    let refused = example::trace_to(&endpoint, &format!("00-{TRACE}-{SENDER}-01"));
    assert_eq!(collector.join().unwrap().resource_spans.len(), 1);
    assert!(refused.unwrap_err().to_string().contains("400"));
    let nobody = example::trace_to("http://127.0.0.1:1/v1/traces", &format!("00-{TRACE}-{SENDER}-01"));
    nobody.unwrap_err();
}
