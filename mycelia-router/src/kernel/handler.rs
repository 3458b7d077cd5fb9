//! What handles messages.

use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use super::body::Body;
use super::error::Failure;
use super::interceptor::Interceptor;
use super::message::Message;
use super::sync::{Mutex, lock};
use crate::Router;

/// What became of a message: a reply, perhaps an empty one, or a failure.
pub type Outcome = Result<Body, Failure>;

/// What a handler may return: nothing, a [`Body`] as the reply, or a `Result` of one of these with any error.
pub trait IntoOutcome {
    /// Makes the outcome.
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for () {
    #[inline]
    fn into_outcome(self) -> Outcome {
        Ok(Body::empty())
    }
}

impl IntoOutcome for Body {
    #[inline]
    fn into_outcome(self) -> Outcome {
        Ok(self)
    }
}

impl<R: IntoOutcome, E: Into<Box<dyn std::error::Error + Send + Sync>>> IntoOutcome for Result<R, E> {
    #[inline]
    fn into_outcome(self) -> Outcome {
        match self {
            Ok(reply) => reply.into_outcome(),
            Err(error) => Err(Failure::new(error)),
        }
    }
}

/// What a subsystem knows of its handlers. Replaced as a whole, so that a worker has one for all of a batch.
#[derive(Clone, Default)]
pub(crate) struct Handlers {
    pub(crate) list: Vec<Arc<Handler>>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
}

impl Handlers {
    #[inline]
    pub(crate) fn get(&self, route: u32) -> Option<&Handler> {
        self.list.get(route as usize).map(|handler| &**handler)
    }
}

/// One handler, and the pattern of the addresses that it handles.
pub(crate) struct Handler {
    pub(crate) pattern: Arc<str>,
    /// The pattern by itself, to tell the parameters of an address when they are asked for.
    pub(crate) matcher: Router<()>,
    pub(crate) kind: Kind,
}

type Call = dyn Fn(&mut Message, &mut Body) -> Result<(), Failure> + Send + Sync;
type Start = dyn Fn(Message) -> Box<dyn Task> + Send + Sync;

pub(crate) enum Kind {
    /// Leaves its reply in the body.
    Sync(Box<Call>),
    Async(Box<Start>),
    /// It was taken away.
    Gone,
}

impl Handler {
    pub(crate) fn new(pattern: Arc<str>, matcher: Router<()>, kind: Kind) -> Arc<Self> {
        Arc::new(Self { pattern, matcher, kind })
    }
}

impl Kind {
    pub(crate) fn of_sync<R: IntoOutcome>(
        handler: impl Fn(&mut Message) -> R + Send + Sync + 'static,
    ) -> Self {
        Self::Sync(Box::new(move |message, reply| {
            let body = handler(message).into_outcome()?;
            if !body.is_empty() {
                *reply = body;
            }
            Ok(())
        }))
    }

    pub(crate) fn of_async<F>(handler: impl Fn(Message) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        let home = Arc::new(Home { spare: Mutex::new(Vec::new()) });
        Self::Async(Box::new(move |message| home.task(handler(message))))
    }
}

/// A handler that has begun and is not done.
pub(crate) trait Task: Send {
    fn poll(&mut self, task: &mut Context<'_>) -> Poll<Outcome>;

    /// Drops the future; its memory goes to the next one of the same handler.
    fn recycle(self: Box<Self>);
}

/// How many futures' memory a handler keeps.
const SPARE: usize = 1024;

/// The memory of futures of one type.
struct Home<F> {
    #[allow(clippy::vec_box)] // The boxes are what is kept.
    spare: Mutex<Vec<Box<Running<F>>>>,
}

struct Running<F> {
    future: Pin<Box<Option<F>>>,
    /// Weak, because the home has what is spare.
    home: Weak<Home<F>>,
}

impl<F: Future<Output: IntoOutcome> + Send + 'static> Home<F> {
    fn task(self: &Arc<Self>, future: F) -> Box<dyn Task> {
        let spare = lock(&self.spare).pop();
        let mut running =
            spare.unwrap_or_else(|| Box::new(Running { future: Box::pin(None), home: Arc::downgrade(self) }));
        running.future.set(Some(future));
        running
    }
}

impl<F: Future<Output: IntoOutcome> + Send + 'static> Task for Running<F> {
    fn poll(&mut self, task: &mut Context<'_>) -> Poll<Outcome> {
        let future = self.future.as_mut().as_pin_mut().expect("because a task is not polled after its end");
        future.poll(task).map(IntoOutcome::into_outcome)
    }

    fn recycle(mut self: Box<Self>) {
        self.future.set(None);
        let Some(home) = self.home.upgrade() else { return };
        let mut spare = lock(&home.spare);
        if spare.len() < SPARE {
            spare.push(self);
        }
    }
}
