//! Spans of the crate `tracing` in the trace of the current context.
//!
//! [`ContextLayer`] gives each span a [`Stamp`]: a place in the trace of [`Context::current`], or below the span that it is
//! in. Other layers read it from the span's extensions. With the feature `otlp`, [`ExportLayer`] also hands the spans to a
//! processor of the OpenTelemetry SDK; `examples/otlp.rs` sends them to a collector.
//!
//! A context is a span itself: `traceparent` names it as the parent of what it asks of others. The span of `tracing` that
//! stands for it is the one around all the others in it, and has the field `otel.kind`: `"server"` or `"consumer"` in the
//! context of a request that came in, `"client"` or `"producer"` in a child for one that goes out. Where there is none, the
//! spans have a parent that nobody tells of.
//!
//! ```
//! use krepis_context::{ContextPool, Options};
//! use krepis_context::telemetry::{ContextLayer, Stamp};
//! use tracing_subscriber::layer::SubscriberExt;
//!
//! let subscriber = tracing_subscriber::registry().with(ContextLayer);
//! let request = ContextPool::new(&Options::default())?.create()?;
//! tracing::subscriber::with_default(subscriber, || {
//!     request.run(|| tracing::info_span!("GET /users", otel.kind = "server").in_scope(|| tracing::info!("hello")))
//! });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "otlp")]
mod export;

#[cfg(feature = "otlp")]
pub use export::ExportLayer;

use std::fmt::Debug;

use tracing_core::Subscriber;
use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id};
use tracing_subscriber::layer::{Context as LayerContext, Layer};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::context::Context;
use crate::pool::ContextId;
use crate::trace::{Trace, TraceFlags};

/// Gives each span a [`Stamp`].
#[derive(Clone, Copy, Debug, Default)]
pub struct ContextLayer;

/// Where a span is: in the extensions of spans that a [`ContextLayer`] has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The context in which the span began. It may be over.
    pub context: Option<ContextId>,
    /// The span's own identity.
    pub trace: Trace,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ContextLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        if let Some(span) = context.span(id) {
            stamp(&span, attributes);
        }
    }
}

/// The span's stamp; it gets one if it has none.
fn stamp<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>, attributes: &Attributes<'_>) -> Stamp {
    if let Some(stamp) = span.extensions().get::<Stamp>() {
        return *stamp;
    }
    let above = span.parent().and_then(|parent| parent.extensions().get::<Stamp>().copied());
    let current = Context::current();
    let context = current.as_ref().map(Context::id);
    let trace = match (above, current) {
        // A span in a span of the same context.
        (Some(above), Some(_)) if above.context == context => above.trace.child(),
        // The context itself.
        (_, Some(current)) if Kind::of(attributes) != Kind::Internal => current.trace(),
        // The first span of a context, which may itself have begun in a span of another.
        (_, Some(current)) => current.trace().child(),
        (Some(above), None) => above.trace.child(),
        (None, None) => Trace::root(TraceFlags::RANDOM),
    };
    let stamp = Stamp { context, trace };
    span.extensions_mut().insert(stamp);
    stamp
}

/// The field by which crates for `tracing` tell what a span is to OpenTelemetry.
const KIND: &str = "otel.kind";

/// What a span is to the spans on other machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

impl Kind {
    fn of(attributes: &Attributes<'_>) -> Self {
        let mut kind = Self::default();
        if attributes.metadata().fields().field(KIND).is_some() {
            attributes.record(&mut kind);
        }
        kind
    }

    /// Whether it came from another machine.
    #[cfg(feature = "otlp")]
    fn came_in(self) -> bool {
        matches!(self, Self::Server | Self::Consumer)
    }
}

impl Visit for Kind {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == KIND {
            *self = match value.to_ascii_lowercase().as_str() {
                "server" => Self::Server,
                "client" => Self::Client,
                "producer" => Self::Producer,
                "consumer" => Self::Consumer,
                _ => Self::Internal,
            };
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == KIND {
            self.record_str(field, &format!("{value:?}"));
        }
    }
}
