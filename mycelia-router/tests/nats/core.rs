//! Core NATS: at most once.

use std::sync::Arc;
use std::time::Duration;

use mycelia_router::kernel::{AskError, Body, Kernel, Message, Reason};
use mycelia_router::nats::{MountOptions, Nats, NatsError, Payload, RemoteError, ServeOptions, Status};
use tokio::sync::Semaphore;

use super::node::{Node, Seen, json, nats_error, remote, text_of, until_is};
use super::server::Server;

/// Answers with the subsystem's name for itself and what it was asked.
fn echo(node: &Node, name: &'static str) {
    node.orders
        .on("{id}/echo", move |message: &mut Message| {
            Body::bytes(format!("{name} {} {}", message.param("id").unwrap(), text_of(message)))
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_are_answered_elsewhere() {
    let server = Server::start("answered");
    let far = Node::new(&server).await;
    echo(&far, "far");
    far.orders
        .on("{id}/headers", |message: &mut Message| {
            assert!(message.deadline().is_some(), "how long is waited for the answer travels");
            let payload = message.get::<Payload>().unwrap();
            assert_eq!(payload.subject(), Some("orders.7.headers"));
            let said = payload.headers().get("Content-Type").unwrap().to_owned();
            Body::from(Payload::new(said).with("x-answer", "yes").unwrap())
        })
        .unwrap()
        .on("nothing", |message: &mut Message| assert_eq!(text_of(message), ""))
        .unwrap();
    let served = far.nats.serve(&far.orders, ServeOptions::default()).await.unwrap();
    let near = Node::mounted(&server, MountOptions::default()).await;

    assert_eq!(near.ask("orders://7/echo", "hello").await.unwrap(), "far 7 hello");
    let answer = near.kernel.ask("orders://7/headers", json("{}")).await.unwrap();
    let answer = answer.get::<Payload>().unwrap();
    assert_eq!(
        (&answer.bytes()[..], answer.headers().get("x-answer")),
        (&b"application/json"[..], Some("yes"))
    );
    assert!(near.kernel.ask("orders://nothing", ()).await.unwrap().as_bytes().unwrap().is_empty());

    let (there, here) = (served.counts(), near.nats.stats().subsystems[0].1);
    assert_eq!((there.received, there.handled, there.replied), (3, 3, 3));
    assert_eq!((here.asked, here.answered, here.undelivered), (3, 3, 0));
    served.drain().await;
    assert!(
        matches!(nats_error(&near.ask("orders://7/echo", "").await), NatsError::NoResponders { subject } if subject == "orders.7.echo")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_shares_the_work() {
    let server = Server::start("queue");
    let (one, other) = (Node::new(&server).await, Node::new(&server).await);
    let mut served = Vec::new();
    for (node, name) in [(&one, "one"), (&other, "other")] {
        echo(node, name);
        served.push(node.nats.serve(&node.orders, ServeOptions::default()).await.unwrap());
    }
    let near = Node::mounted(&server, MountOptions::default()).await;
    let answered = Seen::default();
    for number in 0..200 {
        let answer = near.ask("orders://7/echo", number.to_string()).await.unwrap();
        let (name, rest) = answer.split_once(' ').unwrap();
        assert_eq!(rest, format!("7 {number}"));
        answered.note(name);
    }
    assert_eq!(answered.all(), ["one", "other"], "both had some of it");
    assert_eq!(
        served.iter().map(|served| served.counts().received).sum::<u64>(),
        200,
        "and nobody what another had"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_come_as_they_were() {
    let server = Server::start("addresses");
    let far = Node::new(&server).await;
    far.orders.on("*rest", |message: &mut Message| Body::bytes(message.address())).unwrap();
    far.orders.on("{id}/exact", |_: &mut Message| Body::bytes("exact")).unwrap();
    let prefix = || "shop.eu".to_owned();
    let _served = far
        .nats
        .serve(&far.orders, ServeOptions { prefix: prefix(), ..ServeOptions::default() })
        .await
        .unwrap();
    let near = Node::mounted(&server, MountOptions { prefix: prefix(), ..MountOptions::default() }).await;
    for address in [
        "orders://7",
        "orders://a.b/*/>/c d",
        "orders://50%/%2E/%",
        "orders://a//b/",
        "orders://\0/\t\r\n/\u{7f}",
        "orders://größe/日本/$SYS/_INBOX",
    ] {
        assert_eq!(near.ask(address, "").await.unwrap(), address);
    }
    assert_eq!(near.ask("orders://7/exact", "").await.unwrap(), "exact", "the table here decides");
    let long = format!("orders://{}", "x".repeat(3000));
    assert!(matches!(nats_error(&near.ask(&long, "").await), NatsError::SubjectTooLong { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_come_back() {
    let server = Server::start("failures");
    let far = Node::new(&server).await;
    far.orders
        .on("error", |_: &mut Message| Err::<(), _>("two\nlines"))
        .unwrap()
        .on("panic", |_: &mut Message| -> () { panic!("oh") })
        .unwrap()
        .on("own", |_: &mut Message| {
            Err::<(), _>(RemoteError { code: "E_STOCK".into(), message: "none left".into() })
        })
        .unwrap()
        .on("number", |_: &mut Message| Body::new(7_u32))
        .unwrap();
    let served = far.nats.serve(&far.orders, ServeOptions::default()).await.unwrap();
    let near = Node::mounted(&server, MountOptions::default()).await;
    for (route, code, message) in [
        ("error", "failed", "two\nlines"),
        ("panic", "panicked", "the handler panicked: oh"),
        ("own", "E_STOCK", "none left"),
        ("nowhere", "no-handler", "no handler for \"orders://nowhere\""),
        (
            "number",
            "not-bytes",
            "a body of type u32 cannot leave the process: expected bytes, made by `Body::bytes` or as a `Payload`",
        ),
    ] {
        let asked = near.ask(&format!("orders://{route}"), "").await;
        assert_eq!(remote(&asked), (code, message));
    }
    assert_eq!((served.counts().failed, served.counts().refused), (3, 1));

    let asked = near.kernel.ask("orders://error", 7_u64).await;
    assert!(matches!(nats_error(&asked), NatsError::NotBytes { type_name: "u64" }));
    far.orders.stop();
    assert_eq!(remote(&near.ask("orders://error", "").await).0, "refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_is_not_sent_back() {
    let server = Server::start("loop");
    let node = Node::mounted(&server, MountOptions::default()).await;
    echo(&node, "here");
    let served = node.nats.serve(&node.orders, ServeOptions::default()).await.unwrap();
    assert_eq!(node.ask("orders://7/echo", "").await.unwrap(), "here 7 ", "what is here does not go out");
    assert_eq!(served.counts().received, 0);
    let asked = node.ask("orders://nowhere", "").await;
    assert_eq!(remote(&asked).0, "no-handler");
    assert_eq!(served.counts().received, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_have_their_time() {
    let server = Server::start("time");
    let far = Node::new(&server).await;
    let hold = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&hold);
    far.orders
        .on_async("slow", move |_: Message| {
            let held = Arc::clone(&held);
            async move { drop(held.acquire().await) }
        })
        .unwrap();
    let _served = far.nats.serve(&far.orders, ServeOptions::default()).await.unwrap();
    let timeout = Duration::from_millis(300);
    let near = Node::mounted(&server, MountOptions { timeout, ..MountOptions::default() }).await;
    // Which of the two clocks is first is nobody's to say.
    let asked = near.ask("orders://slow", "").await;
    match nats_error(&asked) {
        NatsError::TimedOut { subject, after } => assert_eq!((&**subject, *after), ("orders.slow", timeout)),
        NatsError::Remote(error) => assert_eq!(error.code, "timed-out"),
        error => panic!("{error}"),
    }
    let asked =
        near.kernel.message("orders://slow", Body::bytes("")).timeout(Duration::from_millis(50)).ask();
    assert!(matches!(asked.await, Err(AskError::TimedOut | AskError::Failed(_))));
    hold.add_permits(10);
    near.ask("orders://slow", "").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_can_be_held_is_refused() {
    let server = Server::start("busy");
    let far = Node::new(&server).await;
    let hold = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&hold);
    far.orders
        .on_async("slow", move |_: Message| {
            let held = Arc::clone(&held);
            async move { held.acquire().await.unwrap().forget() }
        })
        .unwrap();
    let options = ServeOptions { in_flight: 2, pending: 3, ..ServeOptions::default() };
    let served = far.nats.serve(&far.orders, options).await.unwrap();
    let near =
        Node::mounted(&server, MountOptions { timeout: Duration::from_secs(60), ..MountOptions::default() })
            .await;
    let asked: Vec<_> = (0..9).map(|_| near.kernel.ask("orders://slow", Body::bytes(""))).collect();
    until_is("all came", || served.counts().received == 9).await;
    assert_eq!(served.counts().refused, 4);
    hold.add_permits(5);
    let mut busy = 0;
    for ask in asked {
        let answer = ask.await;
        if answer.is_err() {
            assert_eq!(remote(&answer), ("busy", "3 messages are waiting"));
            busy += 1;
        }
    }
    assert_eq!(busy, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_large_is_said_before_it_is_sent() {
    let server = Server::start_with("payload", "max_payload: 2048");
    let far = Node::new(&server).await;
    far.orders.on("reply", |_: &mut Message| Body::bytes(vec![0; 3000])).unwrap();
    far.orders.on("fail", |_: &mut Message| Err::<(), _>("ä".repeat(3000))).unwrap();
    far.orders.on("size", |message: &mut Message| Body::bytes(text_of(message).len().to_string())).unwrap();
    let _served = far.nats.serve(&far.orders, ServeOptions::default()).await.unwrap();
    let near = Node::mounted(&server, MountOptions::default()).await;
    assert_eq!(near.nats.max_payload(), 2048);
    let asked = near.ask("orders://size", vec![b'x'; 2040]).await;
    let NatsError::TooLarge { bytes, limit: 2048 } = nats_error(&asked) else { panic!("{asked:?}") };
    assert!(*bytes > 2048, "headers count");
    assert_eq!(near.ask("orders://size", vec![b'x'; 1900]).await.unwrap(), "1900");
    let asked = near.ask("orders://reply", "").await;
    assert_eq!(
        remote(&asked),
        ("too-large", "a message of 3000 bytes, headers included, is too large: the server takes 2048")
    );
    let asked = near.ask("orders://fail", "").await;
    assert_eq!(remote(&asked), ("failed", &*"ä".repeat(512)), "what fits of it");

    near.kernel.send("orders://size", Body::bytes(vec![0; 2049])).unwrap();
    near.kernel.idle().await;
    let reasons: Vec<_> =
        near.kernel.take_dead_letters().iter().map(|letter| letter.reason.to_string()).collect();
    let expected = "cannot deliver to orders://size: \
                    a message of 2049 bytes, headers included, is too large: the server takes 2048";
    assert!(reasons.iter().any(|reason| reason == expected), "{reasons:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_comes_back() {
    let mut server = Server::start("reconnect");
    let far = Node::new(&server).await;
    let seen = Seen::default();
    let noted = seen.clone();
    far.orders.on("note", move |message: &mut Message| noted.add(text_of(message))).unwrap();
    echo(&far, "far");
    let served = far.nats.serve(&far.orders, ServeOptions::default()).await.unwrap();
    let nats = Nats::builder(&server.url()).buffer(4).name("near").connect().await.unwrap();
    let near = Node::with(nats);
    let timeout = Duration::from_millis(200);
    near.nats.mount(&near.orders, MountOptions { timeout, ..MountOptions::default() }).await.unwrap();
    assert_eq!((near.nats.status(), near.nats.stats().reconnects), (Status::Connected, 0));

    server.kill();
    until_is("it is seen", || near.nats.status() == Status::Reconnecting).await;
    for number in 0..50 {
        near.kernel.send("orders://note", Body::bytes(number.to_string())).unwrap();
    }
    near.kernel.idle().await;
    let letters = near.kernel.take_dead_letters();
    assert!(!letters.is_empty(), "the client's buffer has a bound");
    let mut lost = Vec::new();
    for letter in &letters {
        let Reason::Failed(mycelia_router::kernel::Failure::Error(error)) = &letter.reason else {
            panic!("{letter:?}")
        };
        let Some(NatsError::Undelivered { address, payload: Some(payload), source }) = error.downcast_ref()
        else {
            panic!("{error}")
        };
        assert_eq!(address, "orders://note");
        assert!(matches!(**source, NatsError::Congested { status: Status::Reconnecting, .. }), "{source}");
        lost.push(String::from_utf8(payload.bytes().to_vec()).unwrap());
    }

    server.restart();
    until_is("both are back", || {
        [&near, &far]
            .iter()
            .all(|node| node.nats.status() == Status::Connected && node.nats.stats().reconnects >= 1)
    })
    .await;
    // The subscription may come later than the question.
    loop {
        let asked = near.ask("orders://7/echo", "again").await;
        match &asked {
            Ok(answer) => {
                assert_eq!(answer, "far 7 again");
                break;
            }
            Err(_) => assert!(matches!(
                nats_error(&asked),
                NatsError::NoResponders { .. } | NatsError::TimedOut { .. }
            )),
        }
    }
    // What came of what the client kept came once, and none of it was said to be lost.
    assert!(seen.all().iter().all(|number| seen.times(number) == 1 && !lost.contains(number)));
    assert!(served.is_active());
    near.nats.close().await;
    assert!(matches!(nats_error(&near.ask("orders://7/echo", "").await), NatsError::Closed));
    assert_eq!(near.nats.status(), Status::Closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draining_finishes_what_came() {
    let server = Server::start("drain-core");
    let far = Node::new(&server).await;
    let hold = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&hold);
    far.orders
        .on_async("slow", move |_: Message| {
            let held = Arc::clone(&held);
            async move { held.acquire().await.unwrap().forget() }
        })
        .unwrap();
    let served =
        far.nats.serve(&far.orders, ServeOptions { in_flight: 2, ..ServeOptions::default() }).await.unwrap();
    let near =
        Node::mounted(&server, MountOptions { timeout: Duration::from_secs(60), ..MountOptions::default() })
            .await;
    let asked: Vec<_> = (0..5).map(|_| near.kernel.ask("orders://slow", Body::bytes(""))).collect();
    until_is("all came", || served.counts().received == 5).await;
    let draining = tokio::spawn(served.drain());
    // As long as the subscription is there, questions wait behind the others, and are given up.
    loop {
        let probe =
            near.kernel.message("orders://probe", Body::bytes("")).timeout(Duration::from_millis(100)).ask();
        let answer = probe.await;
        if let Err(AskError::Failed(_)) = &answer
            && let NatsError::NoResponders { .. } = nats_error(&answer)
        {
            break;
        }
    }
    hold.add_permits(5);
    draining.await.unwrap();
    for ask in asked {
        ask.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kernel_that_is_shut_down_serves_nothing() {
    let server = Server::start("shutdown");
    let far = Node::new(&server).await;
    echo(&far, "far");
    let served = far.nats.serve(&far.orders, ServeOptions::default()).await.unwrap();
    far.kernel.shutdown();
    until_is("the service ends", || !served.is_active()).await;
    let near = Node::mounted(&server, MountOptions::default()).await;
    assert!(matches!(nats_error(&near.ask("orders://7/echo", "").await), NatsError::NoResponders { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_way_messages_and_their_numbers() {
    let server = Server::start("one-way");
    let far = Node::new(&server).await;
    let seen = Seen::default();
    let noted = seen.clone();
    far.orders.on("note", move |message: &mut Message| noted.add(text_of(message))).unwrap();
    let _served = far.nats.serve(&far.orders, ServeOptions::default()).await.unwrap();
    let near = Node::mounted(&server, MountOptions::default()).await;
    for number in 0..100 {
        near.kernel.send("orders://note", Body::bytes(number.to_string())).unwrap();
    }
    until_is("all came", || seen.len() == 100).await;
    let text = near.nats.stats().prometheus();
    assert!(text.contains("mycelia_nats_connected 1\n"), "{text}");
    until_is("all are counted", || {
        near.nats.stats().prometheus().contains("mycelia_nats_published_total{subsystem=\"orders\"} 100\n")
    })
    .await;
}

#[tokio::test]
async fn what_nats_does_not_take_is_said_at_once() {
    let server = Server::start("names");
    let node = Node::new(&server).await;
    let mount = |prefix: &str| {
        node.nats.mount(&node.orders, MountOptions { prefix: prefix.to_owned(), ..MountOptions::default() })
    };
    assert!(matches!(mount("a..b").await, Err(NatsError::InvalidName { .. })));
    mount("").await.unwrap();
    assert!(matches!(mount("").await, Err(NatsError::Register(_))), "there is one mount");
    let queue = "two words".to_owned();
    let served = node.nats.serve(&node.orders, ServeOptions { queue, ..ServeOptions::default() }).await;
    assert!(matches!(served, Err(NatsError::Subscribe { .. })));
    let kernel = Kernel::new();
    let other = kernel.subsystem("a.b").unwrap();
    node.nats.mount(&other, MountOptions::default()).await.unwrap();
}

#[cfg(feature = "context")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_go_on_at_the_other_side() {
    use krepis_context::ContextPool;

    let server = Server::start("context");
    let far = Node::new(&server).await;
    far.orders
        .on("context", |message: &mut Message| {
            let context = message.context().unwrap();
            let left = context.remaining().unwrap();
            assert!(left <= Duration::from_secs(30) && left > Duration::ZERO);
            let baggage = context.baggage();
            Body::bytes(format!("{} {}", context.trace().trace_id, baggage.get("tenant").unwrap()))
        })
        .unwrap();
    let contexts = Some(ContextPool::new(&krepis_context::Options::default()).unwrap());
    let _served =
        far.nats.serve(&far.orders, ServeOptions { contexts, ..ServeOptions::default() }).await.unwrap();
    let timeout = Duration::from_secs(60);
    let near = Node::mounted(&server, MountOptions { timeout, ..MountOptions::default() }).await;
    let context = ContextPool::new(&krepis_context::Options::default()).unwrap().create().unwrap();
    context.set_baggage("tenant", "a b", &[]).unwrap();
    context.shrink_timeout(Duration::from_secs(30));
    let trace = context.trace();
    let answer =
        near.kernel.message("orders://context", Body::bytes("")).context(context).ask().await.unwrap();
    assert_eq!(answer.as_bytes(), Some(format!("{} a b", trace.trace_id).as_bytes()));
}
