//! What a user of the kernel sees. No test depends on time: `ring` is called with the time that it is to be.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use mycelia_router::kernel::{
    About, AskError, Body, Delivery, Directive, Failure, Interceptor, Kernel, Message, Mount, Options,
    Outcome, Overflow, Priority, Reason, Refusal, RegisterError, State, Status, Subsystem, Supervision,
    WrongType,
};

/// What handlers saw, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: impl ToString) {
        self.0.lock().unwrap().push(line.to_string());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A kernel with a subsystem `s`, whose `s://log` notes the numbers that it gets.
fn logging(options: Options) -> (Kernel, Subsystem, Log) {
    let kernel = Kernel::new();
    let subsystem = kernel.subsystem_with("s", options).unwrap();
    let log = Log::default();
    let lines = log.clone();
    subsystem
        .on("log", move |message: &mut Message| -> Result<(), WrongType> {
            lines.add(message.get::<i32>()?);
            Ok(())
        })
        .unwrap();
    (kernel, subsystem, log)
}

fn accounted(kernel: &Kernel) {
    for one in kernel.stats().subsystems {
        assert_eq!(one.accepted, one.ended() + one.present, "{one:?}");
    }
}

fn far(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn messages_are_handled_in_order() {
    let (kernel, subsystem, log) = logging(Options::default());
    for number in 0..200 {
        kernel.send("s://log", number).unwrap();
    }
    assert_eq!(subsystem.stats().waiting, 200);
    assert_eq!(kernel.run_until_idle(), 200);
    assert_eq!(log.take(), (0..200).map(|number| number.to_string()).collect::<Vec<_>>());
    let stats = subsystem.stats();
    assert_eq!((stats.handled, stats.present, stats.pool_size), (200, 0, 200));
    for number in 0..200 {
        kernel.send("s://log", number).unwrap();
    }
    kernel.run_until_idle();
    assert_eq!(subsystem.stats().reused(), 200);
    assert!((subsystem.stats().reuse_rate() - 0.5).abs() < 1e-9);
    accounted(&kernel);
}

#[test]
fn addresses_lead_to_handlers() {
    let kernel = Kernel::new();
    let users = kernel.subsystem("users").unwrap();
    users
        .on("{id}/posts/{post}", |message: &mut Message| {
            assert_eq!(message.params(), [("id", "7"), ("post", "x")]);
            assert_eq!((message.param("id"), message.param("other")), (Some("7"), None));
            assert_eq!((message.subsystem(), message.route()), ("users", "{id}/posts/{post}"));
            Body::new(message.address())
        })
        .unwrap()
        .on("list", |message: &mut Message| Body::new(message.address()))
        .unwrap();
    let ask = |address: &str| kernel.ask(address, ()).wait().unwrap().take::<String>().unwrap();
    assert_eq!(ask("users://7/posts/x"), "users://7/posts/x");
    assert_eq!(ask("users://list"), "users://list");
    let target = kernel.target("users://7/posts/x").unwrap();
    assert_eq!(target.ask(()).wait().unwrap().take::<String>().unwrap(), "users://7/posts/x");

    let error = kernel.send("users://nobody/here", 5).unwrap_err();
    assert_eq!(error.to_string(), "no handler for \"users://nobody/here\"");
    assert_eq!(error.into_body().take::<i32>().unwrap(), 5);
    let error = kernel.send("nonsense", ()).unwrap_err();
    assert_eq!(error.to_string(), "\"nonsense\" is no address: expected \"subsystem://route\"");
}

#[test]
fn names_and_patterns_are_checked() {
    let kernel = Kernel::new();
    let users = kernel.subsystem("users").unwrap();
    assert!(matches!(kernel.subsystem("users"), Err(RegisterError::Duplicate { .. })));
    assert!(matches!(kernel.subsystem("a/b"), Err(RegisterError::InvalidName { .. })));
    users.on("{id}", |_: &mut Message| ()).unwrap();
    assert!(matches!(users.on("{name}", |_: &mut Message| ()), Err(RegisterError::Route(_))));
    assert!(matches!(users.on("{", |_: &mut Message| ()), Err(RegisterError::Route(_))));
    assert_eq!(kernel.get("users").unwrap().name(), "users");
    assert!(kernel.get("nobody").is_none());
}

#[test]
fn a_handler_that_is_taken_away_leaves_dead_letters() {
    let (kernel, subsystem, log) = logging(Options::default());
    let target = kernel.target("s://log").unwrap();
    target.send(1).unwrap();
    assert!(subsystem.off("log") && !subsystem.off("log"));
    target.send(2).unwrap();
    assert!(matches!(kernel.send("s://log", 3).unwrap_err().refusal, Refusal::NoRoute { .. }));
    kernel.run_until_idle();
    assert!(log.take().is_empty());
    let reasons: Vec<_> = kernel.take_dead_letters().iter().map(|letter| letter.reason.to_string()).collect();
    assert_eq!(reasons, ["its handler was taken away"; 2]);
    accounted(&kernel);
}

#[test]
fn bodies_of_the_wrong_type_are_errors() {
    let (kernel, _, _) = logging(Options::default());
    let error = kernel.ask("s://log", "text").wait().unwrap_err();
    assert_eq!(error.to_string(), "expected a body of type i32, found &str");
    let mut letters = kernel.take_dead_letters();
    assert_eq!(letters.pop().unwrap().message.take::<&str>().unwrap(), "text");
}

#[test]
fn questions_are_answered() {
    let kernel = Kernel::new();
    let math = kernel.subsystem("math").unwrap();
    math.on("double", |message: &mut Message| {
        assert!(message.wants_reply() && !message.is_abandoned());
        message.take::<i32>().map(|number| Body::new(number * 2))
    })
    .unwrap()
    .on("nothing", |_: &mut Message| ())
    .unwrap()
    .on("fail", |_: &mut Message| Err::<(), _>("no"))
    .unwrap()
    .on("panic", |_: &mut Message| -> () { panic!("at the {}", "disco") })
    .unwrap();
    assert_eq!(kernel.ask("math://double", 4).wait().unwrap().take::<i32>().unwrap(), 8);
    assert!(kernel.ask("math://nothing", 4).wait().unwrap().is_empty());
    assert_eq!(kernel.ask("math://fail", 4).wait().unwrap_err().to_string(), "no");
    let error = kernel.ask("math://panic", 4).wait().unwrap_err();
    assert_eq!(error.to_string(), "the handler panicked: at the disco");
    assert!(matches!(kernel.ask("math://none", 4).wait(), Err(AskError::Refused(_))));
    accounted(&kernel);
}

#[test]
fn handlers_can_ask() {
    let kernel = Kernel::new();
    let weak = kernel.downgrade();
    kernel
        .subsystem("outer")
        .unwrap()
        .on("sum", move |message: &mut Message| {
            let kernel = weak.upgrade().unwrap();
            let first = kernel.ask("inner://one", ()).wait()?.take::<i32>().unwrap();
            Ok::<_, AskError>(Body::new(first + *message.get::<i32>().unwrap()))
        })
        .unwrap();
    kernel.subsystem("inner").unwrap().on("one", |_: &mut Message| Body::new(1)).unwrap();
    assert_eq!(kernel.ask("outer://sum", 2).wait().unwrap().take::<i32>().unwrap(), 3);
}

#[test]
fn async_handlers_wait_and_go_on() {
    let kernel = Kernel::new();
    let slow = kernel.subsystem_with("slow", Options { concurrency: 2, ..Options::default() }).unwrap();
    let (gates, receive) = mpsc::channel::<tokio::sync::oneshot::Sender<i32>>();
    let gates = Mutex::new(gates);
    slow.on_async("wait", move |mut message: Message| {
        let (open, gate) = tokio::sync::oneshot::channel();
        gates.lock().unwrap().send(open).unwrap();
        async move {
            assert!(message.wants_reply());
            let number = message.take::<i32>()?;
            Ok::<_, WrongType>(Body::new(number + gate.await.unwrap_or(0)))
        }
    })
    .unwrap();
    let mut asks: Vec<_> = (0..3).map(|number| kernel.ask("slow://wait", number * 10)).collect();
    kernel.run_until_idle();
    let open: Vec<_> = receive.try_iter().collect();
    assert_eq!(open.len(), 2, "as many as the concurrency allows");
    assert_eq!((slow.stats().begun, slow.stats().waiting), (2, 1));
    let [first, second] = open.try_into().unwrap();
    second.send(5).unwrap();
    kernel.run_until_idle();
    assert_eq!(slow.stats().begun, 2, "the third one has begun");
    first.send(1).unwrap();
    receive.try_recv().unwrap().send(2).unwrap();
    kernel.run_until_idle();
    let answers: Vec<_> = asks.drain(..).map(|ask| ask.wait().unwrap().take::<i32>().unwrap()).collect();
    assert_eq!(answers, [1, 15, 22]);
    accounted(&kernel);
}

#[test]
fn a_full_queue_refuses() {
    let options = Options { capacity: 2, overflow: Overflow::Reject, ..Options::default() };
    let (kernel, subsystem, log) = logging(options);
    kernel.send("s://log", 1).unwrap();
    kernel.send("s://log", 2).unwrap();
    let error = kernel.send("s://log", 3).unwrap_err();
    assert_eq!(error.to_string(), "the queue of subsystem \"s\" is full: 2 messages are waiting");
    assert_eq!(error.into_body().take::<i32>().unwrap(), 3);
    assert!(kernel.send_blocking("s://log", 4).is_err());
    assert!(kernel.ask("s://log", 4).wait().is_err());
    assert_eq!(subsystem.stats().rejected, 3);
    kernel.run_until_idle();
    assert_eq!(log.take(), ["1", "2"]);
}

#[test]
fn a_full_queue_drops_its_oldest() {
    let options = Options { capacity: 2, overflow: Overflow::DropOldest, ..Options::default() };
    let (kernel, subsystem, log) = logging(options);
    kernel.message("s://log", 0).priority(Priority::High).send().unwrap();
    for number in 1..6 {
        kernel.send("s://log", number).unwrap();
    }
    assert_eq!(kernel.send_batch("s://log", 6..9).unwrap(), 3);
    kernel.run_until_idle();
    assert_eq!(log.take(), ["0", "8"], "the least urgent ones go first");
    assert_eq!(subsystem.stats().dropped, 7);
    assert!(kernel.take_dead_letters().iter().all(|letter| matches!(letter.reason, Reason::Dropped)));
    accounted(&kernel);
}

#[test]
fn senders_wait_for_room() {
    let (kernel, subsystem, log) = logging(Options { capacity: 1, ..Options::default() });
    kernel.send("s://log", 1).unwrap();
    let mut second = kernel.send_async("s://log", 2);
    let mut third = kernel.send_async("s://log", 3);
    let mut asked = kernel.ask("s://log", 4);
    assert!(poll(&mut second).is_pending() && poll(&mut third).is_pending() && poll(&mut asked).is_pending());
    kernel.run_until_idle();
    // The one that was woken gives up: the next one is woken in its place.
    drop(second);
    assert!(matches!(poll(&mut third), Poll::Ready(Ok(_))));
    kernel.run_until_idle();
    assert!(poll(&mut asked).is_pending());
    kernel.run_until_idle();
    assert!(matches!(poll(&mut asked), Poll::Ready(Ok(_))));
    // This thread makes room by working.
    for number in 5..10 {
        kernel.send_blocking("s://log", number).unwrap();
    }
    kernel.run_until_idle();
    assert_eq!(log.take(), ["1", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(subsystem.stats().rejected, 0);
    accounted(&kernel);
}

#[test]
fn a_message_that_is_handled_has_its_place_besides() {
    let kernel = Kernel::new();
    let options = Options { capacity: 1, overflow: Overflow::Reject, ..Options::default() };
    let one = kernel.subsystem_with("one", options).unwrap();
    let weak = kernel.downgrade();
    one.on("again", move |message: &mut Message| {
        let left = message.take::<i32>().unwrap();
        let kernel = weak.upgrade().unwrap();
        if left > 0 {
            kernel.send("one://again", left - 1).unwrap();
            assert!(kernel.send("one://again", 0).is_err());
        }
    })
    .unwrap();
    kernel.send("one://again", 5).unwrap();
    assert_eq!(kernel.run_until_idle(), 6);
    assert_eq!(one.stats().handled, 6);
}

#[test]
fn more_urgent_messages_go_first() {
    let (kernel, _, log) = logging(Options::default());
    for (number, priority) in [
        (1, Priority::Low),
        (2, Priority::Normal),
        (3, Priority::Urgent),
        (4, Priority::High),
        (5, Priority::Normal),
    ] {
        kernel.message("s://log", number).priority(priority).send().unwrap();
    }
    kernel.run_until_idle();
    assert_eq!(log.take(), ["3", "4", "2", "5", "1"]);
}

#[test]
fn an_urgent_message_overtakes_what_a_worker_has_in_its_hands() {
    let kernel = Kernel::new();
    let one = kernel.subsystem("one").unwrap();
    let log = Log::default();
    let (lines, weak) = (log.clone(), kernel.downgrade());
    one.on("log", move |message: &mut Message| {
        let number = message.take::<i32>().unwrap();
        lines.add(number);
        if number == 1 {
            let kernel = weak.upgrade().unwrap();
            kernel.message("one://log", 100).priority(Priority::Urgent).send().unwrap();
        }
    })
    .unwrap();
    for number in 0..4 {
        kernel.send("one://log", number).unwrap();
    }
    kernel.run_until_idle();
    assert_eq!(log.take(), ["0", "1", "100", "2", "3"]);
}

#[test]
fn delayed_messages_come_when_they_are_due() {
    let (kernel, subsystem, log) = logging(Options { capacity: 3, ..Options::default() });
    kernel.message("s://log", 2).after(Duration::from_secs(20)).send().unwrap();
    let id = kernel.message("s://log", 3).after(Duration::from_secs(30)).send().unwrap();
    kernel.message("s://log", 1).at(far(10)).send().unwrap();
    assert!(kernel.send("s://log", 0).is_err(), "they have their places");
    assert!(kernel.ring(Instant::now()).is_some());
    assert_eq!(kernel.run_until_idle(), 0);
    kernel.ring(far(15));
    assert_eq!(kernel.run_until_idle(), 1);
    assert!(subsystem.cancel(id) && !subsystem.cancel(id));
    assert!(kernel.ring(far(100)).is_none());
    kernel.run_until_idle();
    assert_eq!(log.take(), ["1", "2"]);
    assert_eq!(subsystem.stats().withdrawn, 1);
    accounted(&kernel);
}

#[test]
fn scheduled_messages_come_again() {
    let (kernel, _, log) = logging(Options::default());
    let count = AtomicUsize::new(0);
    let scheduled =
        kernel.every(Duration::from_secs(10), "s://log", move || count.fetch_add(1, SeqCst) as i32).unwrap();
    let next = kernel.next_ring().unwrap();
    for tick in 0..3 {
        kernel.ring(next + Duration::from_secs(tick * 10));
        kernel.run_until_idle();
    }
    // Times that were missed are not caught up with.
    kernel.ring(next + Duration::from_secs(95));
    assert_eq!(kernel.next_ring(), Some(next + Duration::from_secs(100)));
    kernel.run_until_idle();
    assert_eq!(log.take(), ["0", "1", "2", "3"]);
    assert!(scheduled.is_active());
    drop(scheduled);
    assert_eq!(kernel.next_ring(), None);
}

#[test]
fn questions_time_out() {
    let (kernel, subsystem, log) = logging(Options::default());
    let mut ask = kernel.message("s://log", 1).timeout(Duration::from_secs(5)).ask();
    assert!(poll(&mut ask).is_pending());
    kernel.ring(far(10));
    assert!(matches!(poll(&mut ask), Poll::Ready(Err(AskError::TimedOut))));
    assert_eq!(kernel.run_until_idle(), 0);
    assert_eq!(subsystem.stats().withdrawn, 1);
    // An answered question leaves no timer.
    let ask = kernel.message("s://log", 2).timeout(Duration::from_secs(5)).ask();
    kernel.run_until_idle();
    ask.wait().unwrap();
    assert_eq!(kernel.next_ring(), None);
    assert_eq!(log.take(), ["2"]);
    // One way: not started after its time.
    kernel.message("s://log", 3).timeout(Duration::ZERO).send().unwrap();
    kernel.run_until_idle();
    assert!(
        matches!(kernel.take_dead_letters()[..], [ref letter] if matches!(letter.reason, Reason::Expired))
    );
    accounted(&kernel);
}

#[test]
fn a_dropped_question_is_taken_back() {
    let (kernel, subsystem, log) = logging(Options::default());
    drop(kernel.ask("s://log", 1));
    let kept = kernel.ask("s://log", 2);
    assert_eq!(kernel.run_until_idle(), 1);
    kept.wait().unwrap();
    assert_eq!(log.take(), ["2"]);
    assert_eq!(subsystem.stats().withdrawn, 1);
    accounted(&kernel);
}

#[test]
fn names_of_messages_find_only_their_own() {
    let (kernel, subsystem, log) = logging(Options::default());
    let first = kernel.send("s://log", 1).unwrap();
    kernel.run_until_idle();
    let second = kernel.send("s://log", 2).unwrap();
    assert_eq!(first.slot, second.slot);
    assert!(!subsystem.cancel(first), "its slot is another's now");
    assert!(subsystem.cancel(second));
    assert_eq!(kernel.run_until_idle(), 0);
    assert_eq!((log.take(), first.to_string()), (vec!["1".to_owned()], "0.0.1".to_owned()));
}

#[test]
fn batches_and_sequences_keep_their_order() {
    let (kernel, _, log) = logging(Options { capacity: 150, ..Options::default() });
    let error = kernel.target("s://log").unwrap().send_batch(0..200).unwrap_err();
    assert_eq!((error.accepted, error.rest.len()), (150, 50));
    assert_eq!(error.rest[0].get::<i32>(), Some(&150));
    kernel.run_until_idle();
    assert_eq!(log.take().len(), 150);
    assert_eq!(kernel.target("s://log").unwrap().send_batch_blocking(0..1000).unwrap(), 1000);
    kernel.run_until_idle();
    assert_eq!(log.take(), (0..1000).map(|number| number.to_string()).collect::<Vec<_>>());

    let other = kernel.subsystem_with("t", Options { concurrency: 4, ..Options::default() }).unwrap();
    let lines = log.clone();
    other.on("{name}", move |message: &mut Message| lines.add(message.param("name").unwrap())).unwrap();
    assert_eq!(
        kernel.send_sequence([("t://a", 0), ("s://log", 1), ("t://b", 0), ("s://log", 2)]).unwrap(),
        4
    );
    kernel.run_until_idle();
    assert_eq!(log.take(), ["a", "b", "1", "2"]);
    let error = kernel.send_sequence([("t://a", 0), ("t://a/b", 0)]).unwrap_err();
    assert_eq!((error.accepted, error.left), (0, 2));
    assert_eq!(kernel.run_until_idle(), 0);
    accounted(&kernel);
}

#[test]
fn messages_with_one_key_are_handled_one_after_the_other() {
    let kernel = Kernel::new();
    let keyed = kernel.subsystem_with("keyed", Options { concurrency: 8, ..Options::default() }).unwrap();
    let (begun, gates) = mpsc::channel::<(i32, tokio::sync::oneshot::Sender<()>)>();
    let begun = Mutex::new(begun);
    keyed
        .on_async("do", move |mut message: Message| {
            let (open, gate) = tokio::sync::oneshot::channel();
            begun.lock().unwrap().send((message.take().unwrap(), open)).unwrap();
            async move { gate.await.unwrap() }
        })
        .unwrap();
    for (number, key) in [(10, 1), (11, 1), (20, 2), (12, 1), (21, 2)] {
        kernel.message("keyed://do", number).key(key).send().unwrap();
    }
    let mut order = Vec::new();
    let mut open: Vec<(i32, tokio::sync::oneshot::Sender<()>)> = Vec::new();
    loop {
        kernel.run_until_idle();
        open.extend(gates.try_iter());
        let keys: Vec<_> = open.iter().map(|(number, _)| number / 10).collect();
        assert!(keys.len() <= 2 && (keys.len() < 2 || keys[0] != keys[1]), "{keys:?}");
        let Some((number, gate)) = open.pop() else { break };
        order.push(number);
        gate.send(()).unwrap();
    }
    let of = |key: i32| order.iter().copied().filter(|number| number / 10 == key).collect::<Vec<_>>();
    assert_eq!((of(1), of(2)), (vec![10, 11, 12], vec![20, 21]));
    accounted(&kernel);
}

#[test]
fn publishing_reaches_all_who_subscribed() {
    let kernel = Kernel::new();
    let log = Log::default();
    for (name, pattern) in [
        ("a", "orders://{id}/paid"),
        ("b", "orders://{id}/paid"),
        ("c", "orders://*rest"),
        ("d", "users://*rest"),
    ] {
        let lines = log.clone();
        let subsystem = kernel.subsystem(name).unwrap();
        subsystem
            .subscribe(pattern, move |message: &mut Message| {
                let id = message.param("id").unwrap_or("-").to_owned();
                lines.add(format!("{name} {id} {}", message.take::<i32>().unwrap()));
            })
            .unwrap();
    }
    let published = kernel.publish("orders://7/paid", 3);
    assert_eq!((published.delivered, published.refused), (3, 0));
    kernel.run_until_idle();
    let mut lines = log.take();
    lines.sort();
    assert_eq!(lines, ["a 7 3", "b 7 3", "c - 3"]);
    assert_eq!(kernel.get("a").unwrap().unsubscribe("orders://{id}/paid"), 1);
    assert_eq!(kernel.publish("orders://7/paid", 3).delivered, 2);
    assert_eq!(kernel.publish("stock://7", 3).delivered, 0);
}

#[test]
fn topics_have_wildcards_anywhere() {
    let kernel = Kernel::new();
    let log = Log::default();
    let subsystem = kernel.subsystem("s").unwrap();
    for pattern in
        ["orders://*/created", "orders://eu/*path/created", "orders://*all", "orders://eu/{id:int}/created"]
    {
        let lines = log.clone();
        let note = move |message: &mut Message| lines.add(format!("{pattern} {:?}", message.params()));
        subsystem.subscribe(pattern, note).unwrap();
    }
    let heard = |topic: &str| {
        kernel.publish(topic, ());
        kernel.run_until_idle();
        let mut lines = log.take();
        lines.sort();
        lines
    };
    assert_eq!(
        heard("orders://eu/7/created"),
        [
            "orders://*/created []",
            "orders://*all [(\"all\", \"eu/7/created\")]",
            "orders://eu/*path/created [(\"path\", \"7\")]",
            "orders://eu/{id:int}/created [(\"id\", \"7\")]",
        ]
    );
    assert_eq!(heard("orders://us/created").len(), 2);
    assert!(heard("stock://us/created").is_empty());
}

struct Noting(Log, &'static str);

impl Interceptor for Noting {
    fn before(&self, message: &mut Message) -> Result<(), Failure> {
        self.0.add(format!("{} before", self.1));
        match message.get::<i32>() {
            Ok(13) => Err(Failure::new("thirteen")),
            _ => Ok(()),
        }
    }

    fn after(&self, about: &About<'_>, reply: Body) -> Outcome {
        self.0.add(format!("{} after {}://{}", self.1, about.subsystem, about.route));
        Ok(reply)
    }

    fn error(&self, _: &About<'_>, failure: Failure) -> Outcome {
        self.0.add(format!("{} error {failure}", self.1));
        if self.1 == "inner" && failure.to_string() == "mend me" {
            Ok(Body::new("mended"))
        } else {
            Err(failure)
        }
    }
}

#[test]
fn interceptors_see_what_happens() {
    let log = Log::default();
    let kernel = Kernel::builder().intercept(Noting(log.clone(), "outer")).build();
    let subsystem = kernel.subsystem("s").unwrap();
    subsystem.intercept(Noting(log.clone(), "inner"));
    subsystem.on("ok", |_: &mut Message| ()).unwrap();
    subsystem.on_async("bad", |_: Message| async { Err::<(), _>("mend me") }).unwrap();
    subsystem.on("panic", |_: &mut Message| -> () { panic!("oh") }).unwrap();
    kernel.ask("s://ok", 1).wait().unwrap();
    assert_eq!(log.take(), ["outer before", "inner before", "inner after s://ok", "outer after s://ok"]);
    assert_eq!(kernel.ask("s://bad", 1).wait().unwrap().get::<&str>(), Some(&"mended"));
    assert_eq!(log.take(), ["outer before", "inner before", "inner error mend me", "outer after s://bad"]);
    assert_eq!(kernel.ask("s://ok", 13).wait().unwrap_err().to_string(), "thirteen");
    assert_eq!(log.take(), ["outer before", "inner error thirteen", "outer error thirteen"]);
    kernel.ask("s://panic", 1).wait().unwrap_err();
    assert_eq!(log.take()[2], "inner error the handler panicked: oh");
}

/// Panics where it is told to.
struct Breaking(&'static str);

impl Interceptor for Breaking {
    fn before(&self, _: &mut Message) -> Result<(), Failure> {
        assert_ne!(self.0, "before");
        Ok(())
    }

    fn after(&self, _: &About<'_>, reply: Body) -> Outcome {
        assert_ne!(self.0, "after");
        Ok(reply)
    }

    fn error(&self, _: &About<'_>, failure: Failure) -> Outcome {
        assert_ne!(self.0, "error");
        Err(failure)
    }
}

#[test]
fn an_interceptor_that_panics_costs_its_message() {
    for (place, address) in [("before", "s://ok"), ("after", "s://ok"), ("error", "s://fail")] {
        let kernel = Kernel::builder().intercept(Breaking(place)).build();
        let subsystem = kernel.subsystem("s").unwrap();
        subsystem.on("ok", |_: &mut Message| ()).unwrap();
        subsystem.on("fail", |_: &mut Message| Err::<(), _>("no")).unwrap();
        let error = kernel.ask(address, ()).wait().unwrap_err();
        assert!(matches!(error, AskError::Failed(Failure::Panicked(_))), "{place}: {error}");
        assert_eq!((subsystem.stats().panicked, kernel.stats().dead_letters.kept), (1, 1), "{place}");
        accounted(&kernel);
    }
}

#[test]
fn an_async_handler_that_panics_after_it_waited_costs_its_message() {
    let (kernel, subsystem, log) = logging(Options::default());
    let mut wakers = Vec::new();
    let (send, receive) = mpsc::channel::<tokio::sync::oneshot::Sender<()>>();
    let send = Mutex::new(send);
    subsystem
        .on_async("late", move |_: Message| {
            let (open, gate) = tokio::sync::oneshot::channel();
            send.lock().unwrap().send(open).unwrap();
            async move {
                gate.await.unwrap();
                assert_eq!(1, 2, "late");
            }
        })
        .unwrap();
    let ask = kernel.ask("s://late", ());
    kernel.run_until_idle();
    kernel.send("s://log", 1).unwrap();
    wakers.extend(receive.try_iter());
    assert_eq!((wakers.len(), subsystem.stats().begun), (1, 1));
    wakers.pop().unwrap().send(()).unwrap();
    kernel.run_until_idle();
    assert!(ask.wait().unwrap_err().to_string().ends_with("late\n  left: 1\n right: 2"));
    kernel.ring(far(1));
    kernel.run_until_idle();
    assert_eq!((log.take(), subsystem.stats().panicked), (vec!["1".to_owned()], 1));
    accounted(&kernel);
}

fn supervised(supervision: Supervision) -> (Kernel, Subsystem, Log) {
    let options = Options { supervision, ..Options::default() };
    let (kernel, subsystem, log) = logging(options);
    subsystem.on("panic", |_: &mut Message| -> () { panic!("as told") }).unwrap();
    subsystem.on("fail", |_: &mut Message| Err::<(), _>("as told")).unwrap();
    let lines = log.clone();
    subsystem.on_restart(move || lines.add("restart"));
    (kernel, subsystem, log)
}

#[test]
fn a_subsystem_rests_after_a_panic_and_goes_on() {
    let (kernel, subsystem, log) = supervised(Supervision::default());
    kernel.send("s://log", 1).unwrap();
    kernel.send("s://panic", ()).unwrap();
    kernel.send("s://log", 2).unwrap();
    kernel.send("s://fail", ()).unwrap();
    kernel.send("s://log", 3).unwrap();
    kernel.run_until_idle();
    assert_eq!((log.take(), subsystem.stats().status), (vec!["1".to_owned()], Status::Resting));
    assert_eq!(subsystem.stats().waiting, 3, "what was not started is there");
    kernel.ring(far(1));
    kernel.run_until_idle();
    assert_eq!(log.take(), ["restart", "2", "3"], "an error is no reason to restart");
    let letters = kernel.take_dead_letters();
    assert!(matches!(&letters[0].reason, Reason::Failed(Failure::Panicked(text)) if &**text == "as told"));
    assert_eq!(letters[0].message.address(), "s://panic");
    accounted(&kernel);
}

#[test]
fn a_subsystem_gives_up() {
    let supervision = Supervision {
        on_error: Directive::Restart,
        backoff: Duration::ZERO,
        max_restarts: 2,
        ..Supervision::default()
    };
    let (kernel, subsystem, log) = supervised(supervision);
    for _ in 0..3 {
        kernel.send("s://fail", ()).unwrap();
    }
    kernel.send("s://log", 1).unwrap();
    let ask = kernel.ask("s://log", 2);
    kernel.message("s://log", 3).after(Duration::from_secs(9)).send().unwrap();
    kernel.run_until_idle();
    assert_eq!(log.take(), ["restart", "restart"]);
    assert_eq!(subsystem.stats().status, Status::Stopped);
    assert_eq!(subsystem.stats().discarded, 3, "delayed ones as well");
    assert!(matches!(ask.wait(), Err(AskError::Lost(Reason::Stopped))));
    let error = kernel.send("s://log", 4).unwrap_err();
    assert_eq!(error.to_string(), "subsystem \"s\" is stopped: `restart` starts it again");
    accounted(&kernel);

    subsystem.restart();
    assert_eq!(kernel.replay_dead_letters(|letter| letter.message.is::<i32>()), 3);
    kernel.run_until_idle();
    assert_eq!(log.take(), ["restart", "1", "2", "3"]);
    let counts = kernel.stats().dead_letters;
    assert_eq!((counts.total, counts.replayed, counts.kept), (6, 3, 3));
}

#[test]
fn each_rest_is_twice_as_long_as_the_one_before() {
    let seconds = Duration::from_secs;
    let supervision = Supervision {
        backoff: seconds(10),
        max_backoff: seconds(35),
        within: seconds(10_000),
        ..Supervision::default()
    };
    let (kernel, subsystem, _) = supervised(supervision);
    for rest in [10, 20, 35, 35] {
        kernel.send("s://panic", ()).unwrap();
        let before = Instant::now();
        kernel.run_until_idle();
        let (next, after) = (kernel.next_ring().unwrap(), Instant::now());
        assert!(before + seconds(rest) <= next && next <= after + seconds(rest), "{rest}");
        assert_eq!(subsystem.stats().status, Status::Resting);
        kernel.ring(next);
        assert_eq!(subsystem.stats().status, Status::Active);
    }
    assert_eq!(subsystem.stats().restarts, 4);
}

#[test]
fn stop_means_stop() {
    let supervision = Supervision { on_panic: Directive::Stop, ..Supervision::default() };
    let (kernel, subsystem, _) = supervised(supervision);
    kernel.send("s://panic", ()).unwrap();
    kernel.send("s://log", 1).unwrap();
    kernel.run_until_idle();
    assert_eq!((subsystem.stats().status, subsystem.stats().discarded), (Status::Stopped, 1));
}

#[test]
fn a_restart_makes_state_anew() {
    let kernel = Kernel::new();
    let supervision = Supervision { backoff: Duration::ZERO, ..Supervision::default() };
    let counter = kernel.subsystem_with("counter", Options { supervision, ..Options::default() }).unwrap();
    let state = State::of(&counter, || 0);
    let handler = |sum: &mut i32, message: &mut Message| {
        let number = message.take::<i32>().unwrap();
        assert!(number >= 0, "negative");
        *sum += number;
        Body::new(*sum)
    };
    counter.on("add", state.handler(handler)).unwrap();
    let add = |number: i32| kernel.ask("counter://add", number).wait().map(|sum| sum.take::<i32>().unwrap());
    assert_eq!((add(2).unwrap(), add(3).unwrap()), (2, 5));
    add(-1).unwrap_err();
    assert_eq!(add(4).unwrap(), 4);
}

#[test]
fn a_paused_subsystem_takes_and_does_not_handle() {
    let (kernel, subsystem, log) = logging(Options::default());
    subsystem.pause();
    kernel.send("s://log", 1).unwrap();
    assert_eq!(kernel.run_until_idle(), 0);
    subsystem.resume();
    assert_eq!((kernel.run_until_idle(), log.take().len()), (1, 1));
}

#[test]
fn dead_letters_are_bounded_and_heard_of() {
    let heard = Log::default();
    let lines = heard.clone();
    let kernel = Kernel::builder()
        .dead_letters(2)
        .on_dead_letter(move |letter| lines.add(letter.message.address()))
        .build();
    let subsystem = kernel.subsystem("s").unwrap();
    subsystem.on("fail/{id}", |_: &mut Message| Err::<(), _>("no")).unwrap();
    for id in 0..3 {
        kernel.send(&format!("s://fail/{id}"), id).unwrap();
    }
    kernel.run_until_idle();
    assert_eq!(heard.take(), ["s://fail/0", "s://fail/1", "s://fail/2"]);
    let counts = kernel.stats().dead_letters;
    assert_eq!((counts.total, counts.forgotten, counts.kept), (3, 1, 2));
    let letters = kernel.take_dead_letters();
    assert_eq!(letters[0].message.get::<i32>(), Ok(&1));
}

#[test]
fn one_dead_letter_is_sent_again_or_comes_back() {
    let options = Options { capacity: 1, overflow: Overflow::Reject, ..Options::default() };
    let (kernel, subsystem, log) = logging(options);
    subsystem.off("log");
    subsystem.on("{n}", |message: &mut Message| message.get::<i32>().map(drop)).unwrap();
    kernel.send("s://7", "no number").unwrap();
    kernel.run_until_idle();
    kernel.send("s://8", 8).unwrap();
    let letter = kernel.take_dead_letters().pop().unwrap();
    let letter = *kernel.replay(letter).unwrap_err();
    assert!(matches!(letter.reason, Reason::Refused(Refusal::Full { .. })), "{}", letter.reason);
    assert_eq!(
        (letter.message.address().as_str(), letter.message.get::<&str>()),
        ("s://7", Ok(&"no number"))
    );
    kernel.run_until_idle();
    kernel.replay(letter).unwrap();
    kernel.run_until_idle();
    let letter = kernel.take_dead_letters().pop().unwrap();
    assert_eq!(letter.message.param("n"), Some("7"), "it went where it was sent, and failed again");
    let counts = kernel.stats().dead_letters;
    assert_eq!((counts.total, counts.replayed, counts.kept), (2, 1, 0));
    assert!(log.take().is_empty());
    accounted(&kernel);
}

#[test]
fn draining_lets_what_has_begun_come_to_its_end() {
    let (kernel, _, log) = logging(Options::default());
    let weak = kernel.downgrade();
    let chain = kernel.subsystem("chain").unwrap();
    chain
        .on("go", move |message: &mut Message| {
            let left = message.take::<i32>().unwrap();
            let address = if left > 0 { "chain://go" } else { "s://log" };
            weak.upgrade().unwrap().send(address, left - 1).unwrap();
        })
        .unwrap();
    kernel.send("chain://go", 3).unwrap();
    let drained = kernel.drain();
    let error = kernel.send("s://log", 9).unwrap_err();
    assert_eq!(error.refusal, Refusal::Closed);
    drained.wait();
    assert_eq!(log.take(), ["-1"]);
    kernel.shutdown();
    assert!(kernel.is_closed());
    accounted(&kernel);
}

#[test]
fn shutdown_leaves_nobody_waiting() {
    let (kernel, subsystem, _) = logging(Options { capacity: 2, ..Options::default() });
    let open = Arc::new(());
    let held = Arc::clone(&open);
    subsystem
        .on_async("never", move |_: Message| {
            let held = Arc::clone(&held);
            async move {
                let _held = held;
                std::future::pending::<()>().await;
            }
        })
        .unwrap();
    let never = kernel.ask("s://never", ());
    kernel.run_until_idle();
    let queued = kernel.ask("s://log", 1);
    kernel.message("s://log", 2).after(Duration::from_secs(1)).send().unwrap();
    let mut waiting = kernel.send_async("s://log", 3);
    assert!(poll(&mut waiting).is_pending());
    let mut drained = kernel.drain();
    assert!(poll(&mut drained).is_pending());
    kernel.shutdown();
    assert!(matches!(poll(&mut drained), Poll::Ready(())));
    assert!(matches!(poll(&mut waiting), Poll::Ready(Err(error)) if error.refusal == Refusal::Closed));
    assert!(matches!(never.wait(), Err(AskError::Lost(Reason::Shutdown))));
    assert!(matches!(queued.wait(), Err(AskError::Lost(Reason::Shutdown))));
    drop(kernel.take_dead_letters());
    assert_eq!(Arc::strong_count(&open), 1, "handlers and futures are dropped");
    accounted(&kernel);
}

#[test]
fn nothing_is_left_of_a_kernel() {
    let held = Arc::new(());
    let kernel = Kernel::new();
    let subsystem = kernel.subsystem("s").unwrap();
    let inside = Arc::clone(&held);
    subsystem.on("x", move |_: &mut Message| assert!(Arc::strong_count(&inside) > 0)).unwrap();
    let target = kernel.target("s://x").unwrap();
    target.send(Arc::clone(&held)).unwrap();
    target.message(Arc::clone(&held)).after(Duration::from_secs(9)).send().unwrap();
    let weak = kernel.downgrade();
    drop((kernel, subsystem));
    assert!(weak.upgrade().is_none());
    assert_eq!(Arc::strong_count(&held), 1);
    assert_eq!(target.send(()).unwrap_err().refusal, Refusal::Closed);
}

#[test]
fn workers_share_the_work() {
    let kernel = Kernel::new();
    let options = Options { concurrency: 2, ..Options::default() };
    let both = kernel.subsystem_with("both", options).unwrap();
    let barrier = Arc::new(std::sync::Barrier::new(2));
    both.on("meet", move |_: &mut Message| {
        barrier.wait();
    })
    .unwrap();
    let workers = kernel.workers(2).unwrap();
    // Each pair can only be handled by two threads at once.
    let count = if cfg!(miri) { 10 } else { 100 };
    for _ in 0..count {
        kernel.send_blocking("both://meet", ()).unwrap();
    }
    while both.stats().handled < count {
        std::thread::yield_now();
    }
    workers.join();
    accounted(&kernel);
}

#[test]
fn no_more_are_handled_at_once_than_the_concurrency_allows() {
    let kernel = Kernel::new();
    let two = kernel.subsystem_with("two", Options { concurrency: 2, ..Options::default() }).unwrap();
    let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    two.on("x", move |_: &mut Message| {
        seen.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
        std::thread::yield_now();
        now.fetch_sub(1, SeqCst);
    })
    .unwrap();
    let workers = kernel.workers(4).unwrap();
    let count = if cfg!(miri) { 20 } else { 2_000 };
    kernel.target("two://x").unwrap().send_batch_blocking((0..count).map(|_| ())).unwrap();
    kernel.idle().wait();
    workers.join();
    assert!((1..=2).contains(&most.load(SeqCst)), "{most:?}");
    assert_eq!(two.stats().handled, count);
    accounted(&kernel);
}

#[test]
fn workers_ring_timers() {
    let (kernel, _, _) = logging(Options::default());
    let _workers = kernel.workers(1).unwrap();
    let (send, receive) = mpsc::channel();
    let send = Mutex::new(send);
    let late = kernel.subsystem("late").unwrap();
    late.on("x", move |_: &mut Message| send.lock().unwrap().send(()).unwrap()).unwrap();
    kernel.message("late://x", ()).after(Duration::from_millis(1)).send().unwrap();
    receive.recv().unwrap();
}

#[test]
fn takers_share_and_lose_nothing_that_was_not_started() {
    let kernel = Kernel::new();
    let work = kernel.subsystem_with("work", Options { concurrency: 2, ..Options::default() }).unwrap();
    work.on("{n}", |_: &mut Message| -> () { panic!("not called") }).unwrap();
    let taker = work.taker();
    assert!(taker.try_take(4).is_none());
    let asks: Vec<_> = (0..4).map(|number| kernel.ask(&format!("work://{number}"), number)).collect();
    assert_eq!(kernel.run_until_idle(), 0);
    let mut first = taker.try_take(3).unwrap();
    let mut second = pin!(taker.take(3));
    let Poll::Ready(Some(mut second)) = second.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is one more")
    };
    assert!(taker.try_take(1).is_none(), "the concurrency is used up");
    assert_eq!((first.len(), second.len()), (3, 1));
    let started = second.start().unwrap();
    assert_eq!(started.message().param("n"), Some("3"));
    started.finish(Ok(Body::new("three")));
    // This one dies while it works.
    let thread = std::thread::spawn(move || {
        let started = first.start().unwrap();
        assert_eq!(started.message().get::<i32>(), Ok(&0));
        panic!("killed");
    });
    thread.join().unwrap_err();
    drop(second);
    let mut rest = taker.try_take(9).unwrap();
    let mut numbers = Vec::new();
    while let Some(mut started) = rest.start() {
        numbers.push(started.message_mut().take::<i32>().unwrap());
        started.done();
    }
    drop(rest);
    assert_eq!(numbers, [1, 2]);
    let answers: Vec<_> = asks.into_iter().map(mycelia_router::kernel::Ask::wait).collect();
    assert!(matches!(answers[0], Err(AskError::Lost(Reason::WorkerLost))));
    assert!(answers[1..].iter().all(Result::is_ok));
    assert_eq!(kernel.take_dead_letters()[0].message.address(), "work://0");
    assert_eq!((work.stats().lost, work.stats().handled), (1, 3));
    accounted(&kernel);
}

/// Another kernel, as if it were far away.
struct Tunnel(Kernel);

impl Mount for Tunnel {
    fn deliver(&self, message: Message) -> Delivery {
        let kernel = self.0.clone();
        Box::pin(async move {
            let bytes = message.body().as_bytes().ok_or_else(|| Failure::new("no bytes"))?.to_vec();
            let answer = kernel.ask(&message.address(), Body::bytes(bytes)).await;
            answer.map_err(Failure::new)
        })
    }
}

#[test]
fn a_mount_is_a_subsystem_elsewhere() {
    let far = Kernel::new();
    far.subsystem("orders")
        .unwrap()
        .on("{id}/echo", |message: &mut Message| {
            let mut bytes = message.take::<Vec<u8>>()?;
            bytes.extend(message.param("id").unwrap_or_default().bytes());
            Ok::<_, WrongType>(Body::bytes(bytes))
        })
        .unwrap();
    let near = Kernel::new();
    let orders = near.subsystem("orders").unwrap();
    orders.mount(Arc::new(Tunnel(far.clone()))).unwrap();
    let mut ask = near.ask("orders://7/echo", Body::bytes(b"abc".to_vec()));
    near.run_until_idle();
    far.run_until_idle();
    near.run_until_idle();
    let Poll::Ready(Ok(answer)) = poll(&mut ask) else { panic!("no answer") };
    assert_eq!(answer.as_bytes(), Some(&b"abc7"[..]));
    near.ask("orders://7/echo", 5).wait().unwrap_err();
    assert_eq!(near.stats().total(|one| one.failed), 1);
}

#[test]
fn event_loops_are_woken() {
    let (kernel, _, log) = logging(Options::default());
    let mut work = kernel.work();
    assert!(poll(&mut work).is_pending());
    kernel.send("s://log", 1).unwrap();
    assert!(poll(&mut work).is_ready());
    assert_eq!(kernel.run(10), 1);
    let mut work = kernel.work();
    assert!(poll(&mut work).is_pending());
    kernel.message("s://log", 2).after(Duration::from_secs(9)).send().unwrap();
    assert!(poll(&mut work).is_ready(), "the next time to ring is another");
    assert_eq!(log.take(), ["1"]);
}
