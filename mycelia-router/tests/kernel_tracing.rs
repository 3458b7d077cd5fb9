//! The spans of handlers: `cargo test -p mycelia-router --features tracing`.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use mycelia_router::kernel::{About, Body, Failure, Interceptor, Kernel, Message, Outcome};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber, info, info_span};

/// A span as it was seen.
#[derive(Clone, Debug, Default)]
struct Seen {
    name: &'static str,
    target: String,
    fields: BTreeMap<&'static str, String>,
    parent: Option<u64>,
    entered: usize,
    closed: bool,
    events: usize,
}

/// Spans in the order in which they were made: a span's number is its place, from 1 on.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Seen>,
    current: Vec<u64>,
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl Recorder {
    fn with<R>(&self, look: impl FnOnce(&mut State) -> R) -> R {
        look(&mut self.0.lock().unwrap())
    }

    /// Runs `work`, which sees no other test's spans, and gives what was recorded.
    fn watch(work: impl FnOnce()) -> Vec<Seen> {
        let recorder = Self::default();
        tracing::subscriber::with_default(recorder.clone(), work);
        let state = recorder.with(std::mem::take);
        assert!(state.current.is_empty(), "every span that was entered was left");
        state.spans
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.with(|state| {
            let metadata = attributes.metadata();
            let mut seen =
                Seen { name: metadata.name(), target: metadata.target().into(), ..Seen::default() };
            attributes.record(&mut Fields(&mut seen.fields));
            let explicit = attributes.parent().map(Id::into_u64);
            let contextual = attributes.is_contextual().then(|| state.current.last().copied()).flatten();
            seen.parent = explicit.or(contextual);
            state.spans.push(seen);
            Id::from_u64(state.spans.len() as u64)
        })
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        self.with(|state| values.record(&mut Fields(&mut state.at(id).fields)));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.with(|state| {
            if let Some(&current) = state.current.last() {
                state.at(&Id::from_u64(current)).events += 1;
            }
        });
    }

    fn enter(&self, id: &Id) {
        self.with(|state| {
            state.at(id).entered += 1;
            state.current.push(id.into_u64());
        });
    }

    fn exit(&self, id: &Id) {
        self.with(|state| assert_eq!(state.current.pop(), Some(id.into_u64())));
    }

    fn try_close(&self, id: Id) -> bool {
        self.with(|state| state.at(&id).closed = true);
        true
    }
}

impl State {
    fn at(&mut self, id: &Id) -> &mut Seen {
        &mut self.spans[id.into_u64() as usize - 1]
    }
}

fn check(seen: &Seen, route: &str, error: Option<&str>) {
    assert_eq!((seen.name, seen.target.as_str()), ("message", "mycelia"), "{seen:?}");
    assert_eq!(seen.fields["route"], route, "{seen:?}");
    assert_eq!(seen.fields.get("error").map(String::as_str), error, "{seen:?}");
    assert!(seen.closed && seen.entered > 0, "{seen:?}");
}

#[test]
fn a_handler_has_a_span_with_its_message() {
    let kernel = Kernel::new();
    let orders = kernel.subsystem("orders").unwrap();
    orders.on("{id}/paid", |_: &mut Message| info!("in the handler")).unwrap();
    let mut id = None;
    let spans = Recorder::watch(|| {
        id = Some(kernel.send("orders://7/paid", ()).unwrap());
        info_span!("the worker's").in_scope(|| kernel.run_until_idle());
    });
    let [worker, message] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((worker.name, worker.events), ("the worker's", 0));
    check(message, "{id}/paid", None);
    assert_eq!(message.fields["subsystem"], "orders");
    assert_eq!(message.fields["id"], id.unwrap().to_string());
    assert_eq!((message.parent, message.events, message.entered), (Some(1), 1, 1));
}

#[test]
fn a_handler_that_asks_is_the_parent_of_the_one_that_answers() {
    let kernel = Kernel::new();
    let weak = kernel.downgrade();
    let outer = kernel.subsystem("outer").unwrap();
    outer
        .on("x", move |_: &mut Message| weak.upgrade().unwrap().ask("inner://y", ()).wait().map(drop))
        .unwrap();
    kernel.subsystem("inner").unwrap().on("y", |_: &mut Message| ()).unwrap();
    let spans = Recorder::watch(|| drop(kernel.ask("outer://x", ()).wait().unwrap()));
    let [outer, inner] = &spans[..] else { panic!("{spans:?}") };
    check(outer, "x", None);
    check(inner, "y", None);
    assert_eq!((outer.parent, inner.parent), (None, Some(1)));
}

#[test]
fn the_span_of_a_handler_that_fails_says_so() {
    let kernel = Kernel::new();
    let s = kernel.subsystem("s").unwrap();
    s.on("fail", |_: &mut Message| Err::<(), _>("no paper")).unwrap();
    s.on_async("later", |_: Message| async {
        let mut first = true;
        std::future::poll_fn(|task| {
            task.waker().wake_by_ref();
            if std::mem::take(&mut first) { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
        })
        .await;
        Err::<(), _>("no ink")
    })
    .unwrap();
    s.on("panic", |_: &mut Message| -> () { panic!("oh") }).unwrap();
    let spans = Recorder::watch(|| {
        for address in ["s://fail", "s://later", "s://panic"] {
            kernel.send(address, ()).unwrap();
        }
        kernel.run_until_idle();
    });
    let [fail, later, panic] = &spans[..] else { panic!("{spans:?}") };
    check(fail, "fail", Some("no paper"));
    check(later, "later", Some("no ink"));
    assert!(later.entered >= 2, "once for each time that it is polled");
    check(panic, "panic", Some("the handler panicked: oh"));
}

struct Mending;

impl Interceptor for Mending {
    fn error(&self, _: &About<'_>, failure: Failure) -> Outcome {
        info!("in the interceptor");
        if failure.to_string() == "mend me" { Ok(Body::empty()) } else { Err(failure) }
    }
}

#[test]
fn what_an_interceptor_mends_has_not_failed() {
    let kernel = Kernel::builder().intercept(Mending).build();
    let s = kernel.subsystem("s").unwrap();
    s.on("mend", |_: &mut Message| Err::<(), _>("mend me")).unwrap();
    s.on("leave", |_: &mut Message| Err::<(), _>("leave me")).unwrap();
    let spans = Recorder::watch(|| {
        kernel.ask("s://mend", ()).wait().unwrap();
        kernel.ask("s://leave", ()).wait().unwrap_err();
    });
    let [mended, left] = &spans[..] else { panic!("{spans:?}") };
    check(mended, "mend", None);
    check(left, "leave", Some("leave me"));
    assert_eq!((mended.events, left.events), (1, 1), "interceptors are in the span");
}
