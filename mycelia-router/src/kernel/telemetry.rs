//! A span of `tracing` around every handler; nothing at all without the feature.

pub(crate) use imp::Span;

#[cfg(feature = "tracing")]
mod imp {
    use crate::kernel::{Failure, Message};
    use tracing::field::{Empty, display};

    pub(crate) struct Span(tracing::Span);

    impl Span {
        /// `message`, with the subsystem, the route and the message's name, which are put together only if someone listens.
        /// Its parent is the span that the worker is in: that of the handler, when a handler waits for an answer.
        pub(crate) fn of(message: &Message) -> Self {
            Self(tracing::info_span!(
                target: "mycelia",
                "message",
                subsystem = message.subsystem(),
                route = message.route(),
                id = %message.id(),
                error = Empty,
            ))
        }

        /// Calls `work` inside of it.
        pub(crate) fn run<R>(&self, work: impl FnOnce() -> R) -> R {
            self.0.in_scope(work)
        }

        /// The handler failed, or an interceptor did: `error` says how.
        pub(crate) fn fail(&self, failure: &Failure) {
            self.0.record("error", display(failure));
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod imp {
    use crate::kernel::{Failure, Message};

    pub(crate) struct Span;

    impl Span {
        #[inline]
        pub(crate) fn of(_: &Message) -> Self {
            Self
        }

        #[inline]
        pub(crate) fn run<R>(&self, work: impl FnOnce() -> R) -> R {
            work()
        }

        #[inline]
        pub(crate) fn fail(&self, _: &Failure) {}
    }
}
