//! Spans of the crate `tracing` in the trace of the current context.
//!
//! [`ContextLayer`] gives each span a [`Stamp`]: a place in the trace of [`Context::current`], or below the span that it is
//! in. Other layers read it from the span's extensions. With the feature `otlp`, [`ExportLayer`] also hands the spans to a
//! processor of the OpenTelemetry SDK.
//!
//! ```
//! use krepis_context::telemetry::{ContextLayer, Stamp};
//! use tracing_subscriber::layer::SubscriberExt;
//!
//! let subscriber = tracing_subscriber::registry().with(ContextLayer);
//! # drop(subscriber);
//! ```

#[cfg(feature = "otlp")]
mod export;

#[cfg(feature = "otlp")]
pub use export::ExportLayer;

use tracing_core::Subscriber;
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
    fn on_new_span(&self, _attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        if let Some(span) = context.span(id) {
            stamp(&span);
        }
    }
}

/// The span's stamp; it gets one if it has none.
fn stamp<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> Stamp {
    if let Some(stamp) = span.extensions().get::<Stamp>() {
        return *stamp;
    }
    let above = span.parent().and_then(|parent| parent.extensions().get::<Stamp>().copied());
    let current = Context::current();
    let context = current.as_ref().map(Context::id);
    let trace = match (above, current) {
        // A span in a span of the same context.
        (Some(above), Some(_)) if above.context == context => above.trace.child(),
        // The first span of a context, which may itself have begun in a span of another.
        (_, Some(current)) => current.trace().child(),
        (Some(above), None) => above.trace.child(),
        (None, None) => Trace::root(TraceFlags::RANDOM),
    };
    let stamp = Stamp { context, trace };
    span.extensions_mut().insert(stamp);
    stamp
}
