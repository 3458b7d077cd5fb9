//! JetStream: at least once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mycelia_router::kernel::{Body, Failure, Message, Reason};
use mycelia_router::nats::{
    DELIVERIES_HEADER, JetStream, MountOptions, Nats, NatsError, Payload, REASON_HEADER, RemoteError,
    Retention, ServeOptions,
};
use tokio::sync::Semaphore;

use super::node::{Node, Seen, nats_error, remote, text_of, until, until_is};
use super::server::Server;

/// A stream whose failures are soon forgotten.
fn quick() -> JetStream {
    JetStream { retry_delay: Duration::from_millis(20), ..JetStream::new("ORDERS") }
}

fn serve(jetstream: JetStream) -> ServeOptions {
    ServeOptions { jetstream: Some(jetstream), ..ServeOptions::default() }
}

fn mount(jetstream: JetStream) -> MountOptions {
    MountOptions { jetstream: Some(jetstream), timeout: Duration::from_secs(60), ..MountOptions::default() }
}

/// How many messages a stream holds.
async fn held(nats: &Nats, stream: &str) -> u64 {
    let context = async_nats::jetstream::new(nats.client().clone());
    let Ok(mut stream) = context.get_stream(stream).await else { return u64::MAX };
    stream.info().await.map_or(u64::MAX, |info| info.state.messages)
}

/// How many messages the queue of the stream has not had, or not acknowledged.
async fn open(nats: &Nats) -> u64 {
    let context = async_nats::jetstream::new(nats.client().clone());
    let Ok(stream) = context.get_stream("ORDERS").await else { return u64::MAX };
    let info = stream.consumer_info("workers").await;
    info.map_or(u64::MAX, |info| info.num_pending + info.num_ack_pending as u64)
}

/// A node that notes what it handles.
async fn noting(server: &Server, seen: &Seen) -> Node {
    let node = Node::new(server).await;
    let seen = seen.clone();
    node.orders.on("note", move |message: &mut Message| seen.add(text_of(message))).unwrap();
    node
}

/// Who sends one way learns that the stream has it, and waits for nobody's handler.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_can_wait_until_it_is_stored() {
    let server = Server::start_with("one-way", "max_payload: 2048");
    let near = Node::mounted(&server, mount(quick())).await;
    let one_way = |bytes: Vec<u8>| {
        let mut payload = Payload::new(bytes);
        payload.set_one_way();
        near.kernel.ask("orders://note", Body::from(payload))
    };
    assert!(one_way(b"it".to_vec()).await.unwrap().is_empty());
    assert_eq!(held(&near.nats, "ORDERS").await, 1);
    let refused = one_way(vec![b'x'; 3000]).await;
    assert!(matches!(nats_error(&refused), NatsError::TooLarge { .. }));
    let counts = near.nats.stats().subsystems[0].1;
    assert_eq!((counts.published, counts.asked), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stored_is_handled_when_someone_is_there() {
    let server = Server::start("stored");
    let near = Node::mounted(&server, mount(quick())).await;
    for number in 0..20 {
        near.kernel.send("orders://note", Body::bytes(number.to_string())).unwrap();
    }
    near.kernel.idle().await;
    assert!(near.kernel.take_dead_letters().is_empty());
    assert_eq!(held(&near.nats, "ORDERS").await, 20);

    let seen = Seen::default();
    let far = noting(&server, &seen).await;
    let served = far.nats.serve(&far.orders, serve(quick())).await.unwrap();
    until_is("all are handled", || seen.len() == 20).await;
    until("the work queue is empty", || async { held(&near.nats, "ORDERS").await == 0 }).await;
    let counts = served.counts();
    assert_eq!((counts.received, counts.handled, counts.acked, counts.naked), (20, 20, 20, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_lie_in_the_stream_too() {
    let server = Server::start("stream-ask");
    let far = Node::new(&server).await;
    far.orders
        .on("{id}/total", |message: &mut Message| {
            Body::bytes(format!("{} {}", message.param("id").unwrap(), text_of(message)))
        })
        .unwrap()
        .on("fails", |_: &mut Message| {
            Err::<(), _>(RemoteError { code: "E_STOCK".into(), message: "none left".into() })
        })
        .unwrap();
    let near = Node::mounted(&server, mount(JetStream { max_deliveries: 2, ..quick() })).await;
    let early = near.kernel.ask("orders://7/total", Body::bytes("early"));
    until("the question is stored", || async { held(&near.nats, "ORDERS").await == 1 }).await;
    let _served =
        far.nats.serve(&far.orders, serve(JetStream { max_deliveries: 2, ..quick() })).await.unwrap();
    assert_eq!(
        early.await.unwrap().as_bytes(),
        Some(&b"7 early"[..]),
        "it waited for someone who can answer"
    );
    assert_eq!(near.ask("orders://8/total", "late").await.unwrap(), "8 late");
    assert_eq!(
        remote(&near.ask("orders://fails", "").await),
        ("E_STOCK", "none left"),
        "when it is given up"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_tried_again_and_given_up_in_the_end() {
    let server = Server::start("dead");
    let far = Node::new(&server).await;
    let seen = Seen::default();
    let noted = seen.clone();
    far.orders
        .on("{id}/fails", move |message: &mut Message| {
            noted.note(message.address());
            Err::<(), _>("no\nway")
        })
        .unwrap();
    let noted = seen.clone();
    far.orders
        .on(
            "{id}/recovers",
            move |message: &mut Message| {
                if noted.note(message.address()) < 3 { Err("not yet") } else { Ok(()) }
            },
        )
        .unwrap();
    let options = JetStream { max_deliveries: 4, ..quick() };
    let served = far.nats.serve(&far.orders, serve(options.clone())).await.unwrap();
    let near = Node::mounted(&server, mount(options)).await;
    near.kernel.send("orders://7/recovers", Body::bytes("")).unwrap();
    let sent = Payload::new("{}").with("content-type", "application/json").unwrap();
    near.kernel.send("orders://a.b/fails", Body::from(sent)).unwrap();
    near.kernel.send("orders://8/unknown", Body::bytes("")).unwrap();
    until_is("two are given up", || served.counts().terminated == 2).await;
    until("nothing is left", || async { held(&near.nats, "ORDERS").await == 0 }).await;
    assert_eq!((seen.times("orders://7/recovers"), seen.times("orders://a.b/fails")), (3, 4));
    assert_eq!((served.counts().acked, served.counts().naked), (1, 2 + 3 + 3));

    // Dead letters are messages of a stream, with the addresses that they had.
    assert_eq!(held(&near.nats, "ORDERS_DEAD").await, 2);
    let morgue = Node::new(&server).await;
    let found = Seen::default();
    let noted = found.clone();
    morgue
        .orders
        .on("*rest", move |message: &mut Message| {
            let payload = message.get::<Payload>().unwrap();
            let header = |name| payload.headers().get(name).unwrap_or("-");
            noted.note(format!(
                "{} {} {} {} {:?}",
                message.address(),
                header("content-type"),
                header(DELIVERIES_HEADER),
                header(REASON_HEADER),
                payload.bytes(),
            ));
        })
        .unwrap();
    let dead = JetStream { dead_letters: None, ..JetStream::new("ORDERS_DEAD") };
    let options = ServeOptions { prefix: "dead".into(), ..serve(dead) };
    let _served = morgue.nats.serve(&morgue.orders, options).await.unwrap();
    until_is("both are found", || found.len() == 2).await;
    assert_eq!(
        found.all(),
        [
            "orders://8/unknown - 4 no-handler: no handler for \"orders://8/unknown\" b\"\"",
            "orders://a.b/fails application/json 4 failed: no way b\"{}\"",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    const MESSAGES: usize = 400;
    let mut server = Server::start("kill");
    let seen = Seen::default();
    let (one, other) = (noting(&server, &seen).await, noting(&server, &seen).await);
    let options = JetStream { ack_wait: Duration::from_secs(2), ..quick() };
    let mut served = Vec::new();
    for node in [&one, &other] {
        let options = ServeOptions { in_flight: 8, ..serve(options.clone()) };
        served.push(node.nats.serve(&node.orders, options).await.unwrap());
    }
    let near = Node::mounted(&server, mount(options)).await;
    let kernel = near.kernel.clone();
    let sending = tokio::spawn(async move {
        for number in 0..MESSAGES {
            kernel.send_async("orders://note", Body::bytes(number.to_string())).await.unwrap();
        }
        kernel.idle().await;
    });
    let published = || near.nats.stats().subsystems[0].1.published as usize;
    for share in [1, 2] {
        // In the middle of it: some are stored, some are on their way, some are being handled.
        until_is("it has begun", || published() >= MESSAGES * share / 4 && seen.len() >= 10 * share).await;
        server.kill();
        server.restart();
    }
    sending.await.unwrap();
    let lost = near.kernel.take_dead_letters();
    assert_eq!(published() + lost.len(), MESSAGES, "each was stored, or its sender was told");
    until_is("what was stored is handled", || seen.len() >= published()).await;
    for number in 0..MESSAGES {
        let number = number.to_string();
        let told = lost.iter().any(|letter| letter.reason.to_string().contains(&number));
        assert!(seen.times(&number) >= 1 || told, "{number} is lost");
    }
    // What was acknowledged may still lie in the stream of this server, which died before it took it out.
    until("everything is acknowledged", || async { open(&near.nats).await == 0 }).await;
    assert!(served.iter().all(|served| served.is_active() && served.counts().terminated == 0));
    assert!(near.nats.stats().reconnects >= 1 && one.nats.stats().reconnects >= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_process_had_goes_to_another() {
    let server = Server::start("dies");
    let options = JetStream { ack_wait: Duration::from_secs(1), ..quick() };
    let dying = Node::new(&server).await;
    dying.orders.on_async("note", |_: Message| std::future::pending::<()>()).unwrap();
    let served = dying.nats.serve(&dying.orders, serve(options.clone())).await.unwrap();
    let near = Node::mounted(&server, mount(options.clone())).await;
    for number in 0..10 {
        near.kernel.send("orders://note", Body::bytes(number.to_string())).unwrap();
    }
    until_is("it has them all", || served.counts().received == 10).await;
    drop(served);
    drop(dying);
    let seen = Seen::default();
    let living = noting(&server, &seen).await;
    let served = living.nats.serve(&living.orders, serve(options)).await.unwrap();
    until_is("another has them", || seen.len() == 10).await;
    until_is("for good", || served.counts().acked == 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_handlers_keep_their_messages() {
    let server = Server::start("slow");
    let node = Node::new(&server).await;
    let hold = Arc::new(Semaphore::new(0));
    let held_back = Arc::clone(&hold);
    node.orders
        .on_async("slow", move |_: Message| {
            let hold = Arc::clone(&held_back);
            async move { drop(hold.acquire().await) }
        })
        .unwrap();
    let options = JetStream { ack_wait: Duration::from_secs(3), ..quick() };
    let served = node.nats.serve(&node.orders, serve(options.clone())).await.unwrap();
    let near = Node::mounted(&server, mount(options)).await;
    near.kernel.send("orders://slow", Body::bytes("")).unwrap();
    // Each is a third of the time that the server waits.
    until_is("it is longer than the server waits", || served.counts().prolonged >= 4).await;
    hold.add_permits(1);
    until_is("it is acknowledged", || served.counts().acked == 1).await;
    assert_eq!(served.counts().received, 1, "it was delivered once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draining_acknowledges_what_was_taken() {
    let server = Server::start("drain-stream");
    let node = Node::new(&server).await;
    let hold = Arc::new(Semaphore::new(0));
    let held_back = Arc::clone(&hold);
    node.orders
        .on_async("note", move |_: Message| {
            let hold = Arc::clone(&held_back);
            async move { hold.acquire().await.unwrap().forget() }
        })
        .unwrap();
    let served =
        node.nats.serve(&node.orders, ServeOptions { in_flight: 3, ..serve(quick()) }).await.unwrap();
    let near = Node::mounted(&server, mount(quick())).await;
    for number in 0..10 {
        near.kernel.send("orders://note", Body::bytes(number.to_string())).unwrap();
    }
    near.kernel.idle().await;
    until_is("it has its share", || served.counts().received == 3).await;
    let counts = |node: &Node| node.nats.stats().subsystems[0].1;
    let draining = tokio::spawn(served.drain());
    assert!(!draining.is_finished());
    hold.add_permits(3);
    draining.await.unwrap();
    assert_eq!(
        (counts(&node).received, counts(&node).acked),
        (3, 3),
        "no more than it can handle, and all of that"
    );
    until("the rest is there for others", || async { held(&near.nats, "ORDERS").await == 7 }).await;
    let seen = Seen::default();
    let other = noting(&server, &seen).await;
    let _served = other.nats.serve(&other.orders, serve(quick())).await.unwrap();
    until_is("who have it", || seen.len() == 7).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_stream_does_not_take_is_a_dead_letter() {
    let server = Server::start("full");
    let near = Node::mounted(&server, mount(JetStream { max_bytes: Some(2000), ..quick() })).await;
    for number in 0..3 {
        near.kernel.send("orders://note", Body::bytes(vec![b'0' + number; 800])).unwrap();
        near.kernel.idle().await;
    }
    let letter = near.kernel.take_dead_letters().pop().unwrap();
    let Reason::Failed(Failure::Error(error)) = &letter.reason else { panic!("{letter:?}") };
    let Some(NatsError::Undelivered { payload: Some(payload), source, .. }) = error.downcast_ref() else {
        panic!("{error}")
    };
    assert_eq!(payload.bytes(), &vec![b'2'; 800]);
    let NatsError::NotStored { stream, attempts: 1, .. } = &**source else { panic!("{source}") };
    assert_eq!(stream, "ORDERS");
    assert!(error.to_string().contains("maximum bytes exceeded"), "{error}");

    // The stream is gone: there is nobody to say anything.
    let context = async_nats::jetstream::new(near.nats.client().clone());
    context.delete_stream("ORDERS").await.unwrap();
    let asked =
        near.kernel.message("orders://note", Body::bytes("")).timeout(Duration::from_secs(2)).ask().await;
    if let Err(mycelia_router::kernel::AskError::Failed(_)) = &asked {
        assert!(matches!(nats_error(&asked), NatsError::NotStored { .. } | NatsError::TimedOut { .. }));
    } else {
        assert!(matches!(asked, Err(mycelia_router::kernel::AskError::TimedOut)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queues_of_a_stream_with_limits_have_all_of_it() {
    let server = Server::start("limits");
    let options = JetStream { retention: Retention::Limits, ..quick() };
    let near = Node::mounted(&server, mount(options.clone())).await;
    let (mail, books) = (Seen::default(), Seen::default());
    let (first, second) = (noting(&server, &mail).await, noting(&server, &books).await);
    let queue = |name: &str| ServeOptions { queue: name.to_owned(), ..serve(options.clone()) };
    let _mail = first.nats.serve(&first.orders, queue("mail")).await.unwrap();
    let _books = second.nats.serve(&second.orders, queue("books")).await.unwrap();
    for number in 0..10 {
        near.kernel.send("orders://note", Body::bytes(number.to_string())).unwrap();
    }
    until_is("both have all", || mail.len() == 10 && books.len() == 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_was_deleted_is_made_again() {
    let server = Server::start("deleted");
    let seen = Seen::default();
    let far = noting(&server, &seen).await;
    let served = far.nats.serve(&far.orders, serve(quick())).await.unwrap();
    let near = Node::mounted(&server, mount(quick())).await;
    near.kernel.send("orders://note", Body::bytes("before")).unwrap();
    until_is("it works", || served.counts().acked == 1).await;
    let context = async_nats::jetstream::new(near.nats.client().clone());
    context.delete_consumer_from_stream("workers", "ORDERS").await.unwrap();
    near.kernel.send("orders://note", Body::bytes("after")).unwrap();
    until_is("it works again", || served.counts().acked == 2).await;
    assert!(served.counts().pull_errors >= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_has_to_be_there_is_not_made() {
    let server = Server::start("absent");
    let node = Node::new(&server).await;
    let options = JetStream { create: false, ..quick() };
    for error in [
        node.nats.mount(&node.orders, mount(options.clone())).await.unwrap_err(),
        node.nats.serve(&node.orders, serve(options)).await.unwrap_err(),
    ] {
        assert!(error.to_string().starts_with("JetStream: cannot find stream \"ORDERS\": "), "{error}");
    }
    let options = JetStream { stream: "a.b".into(), ..quick() };
    assert!(matches!(
        node.nats.serve(&node.orders, serve(options)).await,
        Err(NatsError::InvalidName { .. })
    ));
}

/// A process that dies of a message does not die of it for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_survives_is_given_up() {
    let server = Server::start("poison");
    let options = JetStream { ack_wait: Duration::from_secs(3), max_deliveries: 2, ..quick() };
    let near = Node::mounted(&server, mount(options.clone())).await;
    near.kernel.send("orders://note", Body::bytes("poison")).unwrap();
    for _ in 0..2 {
        let node = Node::new(&server).await;
        let poisoned = Arc::new(AtomicBool::new(false));
        let had = Arc::clone(&poisoned);
        node.orders
            .on_async("note", move |_: Message| {
                had.store(true, Ordering::Relaxed);
                std::future::pending::<()>()
            })
            .unwrap();
        let _served = node.nats.serve(&node.orders, serve(options.clone())).await.unwrap();
        until_is("it has it", || poisoned.load(Ordering::Relaxed)).await;
    }
    let seen = Seen::default();
    let node = noting(&server, &seen).await;
    let served = node.nats.serve(&node.orders, serve(options)).await.unwrap();
    until("it is given up", || async { held(&node.nats, "ORDERS_DEAD").await == 1 }).await;
    until("for good", || async { held(&node.nats, "ORDERS").await == 0 }).await;
    assert_eq!((seen.len(), served.counts().acked), (0, 0));
}

/// It does not deliver messages to itself again and again until they count as given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kernel_that_is_shut_down_leaves_its_messages_to_others() {
    let server = Server::start("leaves");
    let options = JetStream { max_deliveries: 2, ..quick() };
    let leaving = Node::new(&server).await;
    leaving.orders.on_async("note", |_: Message| std::future::pending::<()>()).unwrap();
    let left = leaving.nats.serve(&leaving.orders, serve(options.clone())).await.unwrap();
    let near = Node::mounted(&server, mount(options.clone())).await;
    near.kernel.send("orders://note", Body::bytes("it")).unwrap();
    until_is("it has it", || left.counts().received == 1).await;
    leaving.kernel.shutdown();
    until_is("it ends", || !left.is_active()).await;
    assert_eq!((left.counts().received, left.counts().naked), (1, 1));
    let seen = Seen::default();
    let staying = noting(&server, &seen).await;
    let served = staying.nats.serve(&staying.orders, serve(options)).await.unwrap();
    until_is("another has it", || served.counts().acked == 1).await;
    assert_eq!((seen.len(), served.counts().terminated), (1, 0));
}
