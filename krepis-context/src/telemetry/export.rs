//! Spans for the OpenTelemetry SDK.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{Event, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks, SpanProcessor};
use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event as TracingEvent, Level, Subscriber};
use tracing_subscriber::layer::{Context as LayerContext, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::context::Context;

use super::{KIND, Kind, Stamp, stamp};

/// How many events of a span are kept, and how many attributes of each; the rest is counted.
const LIMIT: usize = 128;

/// Hands each span that ends to a processor, under the identity of its [`Stamp`]. Spans of traces that are not sampled
/// are left out.
///
/// To export OTLP, the processor is the SDK's `BatchSpanProcessor` around the exporter of the crate `opentelemetry-otlp`.
///
/// A span has failed if an error was logged in it; the field `otel.kind` says whether it is a `"server"`, a `"client"`, a
/// `"producer"` or a `"consumer"`.
#[derive(Debug)]
pub struct ExportLayer<P> {
    processor: Arc<P>,
    scope: InstrumentationScope,
}

/// What is gathered while a span runs.
struct Recording {
    start: SystemTime,
    kind: Kind,
    /// Its parent is in another process.
    came_in: bool,
    attributes: Attribute,
    events: SpanEvents,
}

impl<P: SpanProcessor> ExportLayer<P> {
    /// A layer that hands spans to `processor`, as those of the library `scope`.
    pub fn new(processor: P, scope: &'static str) -> Self {
        Self { processor: Arc::new(processor), scope: InstrumentationScope::builder(scope).build() }
    }

    /// The processor. Who has put the layer into a subscriber still needs it at the end of the process, for
    /// [`SpanProcessor::shutdown`]: a processor that sends spans in batches loses those that it has not sent yet.
    pub fn processor(&self) -> Arc<P> {
        Arc::clone(&self.processor)
    }
}

impl<S, P> Layer<S> for ExportLayer<P>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    P: SpanProcessor + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let trace = stamp(&span, attributes).trace;
        if !trace.flags.is_sampled() {
            return;
        }
        let kind = Kind::of(attributes);
        let came_in = kind.came_in() && Context::current().is_some_and(|context| context.trace() == trace);
        let mut gathered = Attribute::default();
        attributes.record(&mut gathered);
        span.extensions_mut().insert(Recording {
            start: SystemTime::now(),
            kind,
            came_in,
            attributes: gathered,
            events: SpanEvents::default(),
        });
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
        let name = gathered.message.take().unwrap_or_else(|| event.metadata().name().to_owned());
        if *event.metadata().level() == Level::ERROR {
            recording.attributes.error.get_or_insert_with(|| name.clone());
        }
        let event = Event::new(name, SystemTime::now(), gathered.values, gathered.dropped);
        recording.events.events.push(event);
    }

    fn on_close(&self, id: Id, context: LayerContext<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let mut extensions = span.extensions_mut();
        let Some(recording) = extensions.remove::<Recording>() else { return };
        let Some(&mut Stamp { trace, .. }) = extensions.get_mut::<Stamp>() else { return };
        let Recording { start, kind, came_in, attributes, events } = recording;
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
            parent_span_is_remote: came_in && trace.parent_id.is_valid(),
            span_kind: match kind {
                Kind::Internal => SpanKind::Internal,
                Kind::Server => SpanKind::Server,
                Kind::Client => SpanKind::Client,
                Kind::Producer => SpanKind::Producer,
                Kind::Consumer => SpanKind::Consumer,
            },
            name: span.name().into(),
            start_time: start,
            end_time: SystemTime::now(),
            attributes: attributes.values,
            dropped_attributes_count: attributes.dropped,
            events,
            links: SpanLinks::default(),
            status: attributes.error.map_or(Status::Unset, Status::error),
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
    /// The first error that was logged.
    error: Option<String>,
}

impl Attribute {
    fn add(&mut self, name: &'static str, value: impl Into<opentelemetry::Value>) {
        if name == KIND {
            return;
        }
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
