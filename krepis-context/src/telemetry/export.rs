//! Spans for the OpenTelemetry SDK.

use std::fmt::Debug;
use std::time::SystemTime;

use opentelemetry::trace::{Event, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks, SpanProcessor};
use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event as TracingEvent, Level, Subscriber};
use tracing_subscriber::layer::{Context as LayerContext, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::{Stamp, stamp};

/// How many events of a span are kept, and how many attributes of each; the rest is counted.
const LIMIT: usize = 128;

/// Hands each span that ends to a processor, under the identity of its [`Stamp`]. Spans of traces that are not sampled
/// are left out.
///
/// To export OTLP, the processor is the SDK's `BatchSpanProcessor` around the exporter of the crate `opentelemetry-otlp`.
#[derive(Debug)]
pub struct ExportLayer<P> {
    processor: P,
    scope: InstrumentationScope,
}

/// What is gathered while a span runs.
struct Recording {
    start: SystemTime,
    attributes: Attribute,
    events: SpanEvents,
}

impl<P: SpanProcessor> ExportLayer<P> {
    /// A layer that hands spans to `processor`, as those of the library `scope`.
    pub fn new(processor: P, scope: &'static str) -> Self {
        Self { processor, scope: InstrumentationScope::builder(scope).build() }
    }
}

impl<S, P> Layer<S> for ExportLayer<P>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    P: SpanProcessor + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if !stamp(&span).trace.flags.is_sampled() {
            return;
        }
        let mut gathered = Attribute::default();
        attributes.record(&mut gathered);
        let recording =
            Recording { start: SystemTime::now(), attributes: gathered, events: SpanEvents::default() };
        span.extensions_mut().insert(recording);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: LayerContext<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(recording) = span.extensions_mut().get_mut::<Recording>()
        {
            values.record(&mut recording.attributes);
        }
    }

    fn on_event(&self, event: &TracingEvent<'_>, context: LayerContext<'_, S>) {
        let Some(span) = context.event_span(event) else { return };
        let mut extensions = span.extensions_mut();
        let Some(recording) = extensions.get_mut::<Recording>() else { return };
        if recording.events.events.len() >= LIMIT {
            recording.events.dropped_count += 1;
            return;
        }
        let mut gathered = Attribute::default();
        event.record(&mut gathered);
        gathered.add("level", event.metadata().level().as_str());
        recording.attributes.failed |= *event.metadata().level() == Level::ERROR;
        let name = gathered.message.take().unwrap_or_else(|| event.metadata().name().to_owned());
        let event = Event::new(name, SystemTime::now(), gathered.values, gathered.dropped);
        recording.events.events.push(event);
    }

    fn on_close(&self, id: Id, context: LayerContext<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let mut extensions = span.extensions_mut();
        let Some(recording) = extensions.remove::<Recording>() else { return };
        let Some(&mut Stamp { trace, .. }) = extensions.get_mut::<Stamp>() else { return };
        let Recording { start, attributes, events } = recording;
        let span_context = SpanContext::new(
            TraceId::from_bytes(trace.trace_id.0),
            SpanId::from_bytes(trace.span_id.0),
            TraceFlags::new(trace.flags.0),
            false,
            TraceState::default(),
        );
        self.processor.on_end(SpanData {
            span_context,
            parent_span_id: SpanId::from_bytes(trace.parent_id.0),
            // The context's own span is above; what the request brought along is above that.
            parent_span_is_remote: false,
            span_kind: SpanKind::Internal,
            name: span.name().into(),
            start_time: start,
            end_time: SystemTime::now(),
            attributes: attributes.values,
            dropped_attributes_count: attributes.dropped,
            events,
            links: SpanLinks::default(),
            status: if attributes.failed { Status::error("") } else { Status::Unset },
            instrumentation_scope: self.scope.clone(),
        });
    }
}

/// Fields of `tracing` as attributes.
#[derive(Default)]
struct Attribute {
    values: Vec<KeyValue>,
    dropped: u32,
    message: Option<String>,
    /// An error was logged.
    failed: bool,
}

impl Attribute {
    fn add(&mut self, name: &'static str, value: impl Into<opentelemetry::Value>) {
        if self.values.len() < LIMIT {
            self.values.push(KeyValue::new(name, value));
        } else {
            self.dropped += 1;
        }
    }
}

impl Visit for Attribute {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.add(field.name(), value),
            Err(_) => self.add(field.name(), value.to_string()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" { self.message = Some(text) } else { self.add(field.name(), text) }
    }
}
