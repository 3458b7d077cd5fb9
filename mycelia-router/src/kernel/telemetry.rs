//! A span of `tracing` around every handler; nothing at all without the feature.

pub(crate) use imp::Span;

#[cfg(feature = "tracing")]
mod imp {
    use crate::kernel::Message;

    pub(crate) struct Span(tracing::Span);

    impl Span {
        /// `message`, with the subsystem, the route and the message's name, which are put together only if someone listens.
        pub(crate) fn of(message: &Message) -> Self {
            Self(tracing::info_span!(
                target: "mycelia",
                "message",
                subsystem = message.subsystem(),
                route = message.route(),
                id = %message.id(),
            ))
        }

        /// Calls `work` inside of it.
        pub(crate) fn run<R>(&self, work: impl FnOnce() -> R) -> R {
            self.0.in_scope(work)
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod imp {
    use crate::kernel::Message;

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
    }
}
