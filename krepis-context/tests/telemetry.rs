//! Spans of `tracing` in the traces of contexts, seen by the exporter that the OpenTelemetry SDK has for tests.
#![cfg(feature = "otlp")]
#![allow(clippy::unwrap_used)] // Also in helpers.

use krepis_context::telemetry::{ContextLayer, ExportLayer};
use krepis_context::{Context, ContextPool, Options};
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor, SpanData, SpanProcessor,
};
use tracing_subscriber::layer::SubscriberExt;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn pool() -> ContextPool {
    ContextPool::new(&Options { contexts: 8, pages: 2, ..Options::default() }).unwrap()
}

fn request(pool: &ContextPool, flags: &str) -> Context {
    let context = pool.create().unwrap();
    let header = format!("00-{TRACE}-b7ad6b7169203331-{flags}");
    context.extract([("traceparent", &*header)]).unwrap();
    context
}

/// The spans that `work` ends, in that order.
fn spans(work: impl FnOnce()) -> Vec<SpanData> {
    let exporter = InMemorySpanExporter::default();
    let layer = ExportLayer::new(SimpleSpanProcessor::new(exporter.clone()), "test");
    tracing::subscriber::with_default(tracing_subscriber::registry().with(ContextLayer).with(layer), work);
    exporter.get_finished_spans().unwrap()
}

#[test]
fn spans_are_in_the_trace_of_their_context() {
    let context = request(&pool(), "01");
    let own = context.trace().span_id;
    let spans = spans(|| {
        context.run(|| {
            let outer = tracing::info_span!("query", table = "users", rows = tracing::field::Empty);
            let _outer = outer.enter();
            outer.record("rows", 3);
            tracing::info_span!("parse").in_scope(|| tracing::error!(code = 7, "no such column"));
        });
    });
    let [inner, outer] = &spans[..] else { panic!("{spans:?}") };
    for span in [inner, outer] {
        assert_eq!(span.span_context.trace_id().to_string(), TRACE);
        assert!(span.span_context.is_sampled() && span.start_time <= span.end_time);
    }
    assert_eq!((&*outer.name, &*inner.name), ("query", "parse"));
    assert_eq!(outer.parent_span_id.to_bytes(), own.0);
    assert_eq!(inner.parent_span_id, outer.span_context.span_id());
    let attributes: Vec<_> =
        outer.attributes.iter().map(|pair| format!("{}={}", pair.key, pair.value)).collect();
    assert_eq!(attributes, ["table=users", "rows=3"]);
    assert_eq!(&*inner.events[0].name, "no such column");
    assert_eq!(format!("{:?}", inner.status), r#"Error { description: "no such column" }"#);
    assert!(format!("{:?}", outer.status).starts_with("Unset"));
}

#[test]
fn a_span_with_a_kind_is_its_context() {
    let request = request(&pool(), "01");
    let call = request.child().unwrap();
    let spans = spans(|| {
        request.run(|| {
            let _server = tracing::info_span!("server", otel.kind = %"SERVER", size = 1).entered();
            // Not the first in its context: a span like others.
            tracing::info_span!("consumer", otel.kind = "consumer").in_scope(|| ());
            call.run(|| tracing::info_span!("client", otel.kind = "client").in_scope(|| ()));
        });
    });
    let [consumer, client, server] = &spans[..] else { panic!("{spans:?}") };
    let ids = |span: &SpanData| (span.span_context.span_id().to_bytes(), span.parent_span_id.to_bytes());
    let of_context = |context: &Context| (context.trace().span_id.0, context.trace().parent_id.0);
    assert_eq!((ids(server), ids(client)), (of_context(&request), of_context(&call)));
    assert_eq!(server.parent_span_id.to_string(), "b7ad6b7169203331");
    assert_eq!(consumer.parent_span_id, server.span_context.span_id());
    let kinds = [server, client, consumer].map(|span| format!("{:?}", span.span_kind));
    assert_eq!(kinds, ["Server", "Client", "Consumer"]);
    let remote = [server, client, consumer].map(|span| span.parent_span_is_remote);
    assert_eq!(remote, [true, false, false]);
    assert_eq!((server.attributes.len(), client.attributes.len()), (1, 0), "the kind is no attribute");
}

#[test]
#[cfg_attr(miri, ignore = "the processor's thread takes minutes")]
fn a_processor_is_flushed_at_the_end() {
    let exporter = InMemorySpanExporter::default();
    let layer = ExportLayer::new(BatchSpanProcessor::builder(exporter.clone()).build(), "test");
    let processor = layer.processor();
    let subscriber = tracing_subscriber::registry().with(ContextLayer).with(layer);
    let request = request(&pool(), "01");
    tracing::subscriber::with_default(subscriber, || {
        request.run(|| tracing::info_span!("last").in_scope(|| ()));
        processor.force_flush().unwrap();
    });
    assert_eq!(exporter.get_finished_spans().unwrap().len(), 1);
    processor.shutdown().unwrap();
}

#[test]
fn what_is_not_sampled_is_not_exported() {
    let context = request(&pool(), "00");
    assert!(spans(|| context.run(|| tracing::info_span!("query").in_scope(|| ()))).is_empty());
}

#[test]
fn a_context_in_a_context_has_its_own_spans() {
    let pool = pool();
    let (context, other) = (request(&pool, "01"), request(&pool, "01"));
    let spans = spans(|| {
        context.run(|| {
            tracing::info_span!("outer")
                .in_scope(|| other.run(|| tracing::info_span!("other").in_scope(|| ())));
            assert_eq!(Context::current().as_ref(), Some(&context));
        });
    });
    assert_eq!(spans[0].parent_span_id.to_bytes(), other.trace().span_id.0);
    assert_eq!(Context::current(), None);
    drop((context, other));
    assert_eq!(pool.statistics().in_use, 0);
}

#[test]
fn futures_take_their_context_along() {
    use std::task::{Context as Task, Poll, Waker};
    let context = request(&pool(), "01");
    let mut polled = false;
    let seen = std::future::poll_fn(move |_| {
        let first = !std::mem::replace(&mut polled, true);
        if first { Poll::Pending } else { Poll::Ready(Context::current()) }
    });
    let mut future = std::pin::pin!(context.run_async(seen));
    let mut task = Task::from_waker(Waker::noop());
    assert_eq!(future.as_mut().poll(&mut task), Poll::Pending);
    assert_eq!(Context::current(), None);
    assert_eq!(future.as_mut().poll(&mut task), Poll::Ready(Some(context.clone())));
}
