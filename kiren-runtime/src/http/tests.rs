//! The server as a client sees it, over a loopback socket, on both drivers.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    net::SocketAddr,
    rc::Rc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::{spawn_local, yield_now},
};

use super::*;
use crate::io::{Driver, ListenOptions, Runtime, TcpListener, select};

/// How long a test waits for what has to happen before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

const NO_HEADERS: [(&[u8], &[u8]); 0] = [];

/// Answers by target; notes what else happens.
#[derive(Default)]
struct Site {
    calls: Cell<usize>,
    aborted: Cell<usize>,
    held: RefCell<Vec<Request>>,
    errors: RefCell<Vec<BodyError>>,
}

/// So that a test keeps the site that its server serves.
struct Shared(Rc<Site>);

impl Service for Shared {
    fn call(&self, request: Request) {
        self.0.calls.set(self.0.calls.get() + 1);
        let site = self.0.clone();
        let target = request.with_head(|head| String::from_utf8_lossy(head.target()).into_owned()).unwrap();
        match &target[..] {
            "/hello" => request.respond(200, NO_HEADERS, Body::Slice(b"hello")).unwrap(),
            "/none" => request.respond(204, NO_HEADERS, Body::Slice(b"dropped")).unwrap(),
            "/large" => request.respond(200, NO_HEADERS, Body::Owned(vec![b'x'; 4 << 20])).unwrap(),
            "/inject" => {
                let bad = [(&b"x"[..], &b"a\r\nSet-Cookie: b"[..])];
                assert!(matches!(request.respond(200, bad, Body::Empty), Err(ResponseError::Header(_))));
                request.respond(500, NO_HEADERS, Body::Empty).unwrap();
            }
            "/hold" => self.0.held.borrow_mut().push(request),
            "/upgrade" => match request.upgrade([(&b"upgrade"[..], &b"shout"[..])]) {
                Ok(upgraded) => drop(spawn_local(async move { shout(upgraded.await.unwrap()).await })),
                Err(_) => request.respond(426, NO_HEADERS, Body::Empty).unwrap(),
            },
            _ => drop(spawn_local(async move { site.answer(request, &target).await })),
        }
    }

    fn aborted(&self, request: &Request) {
        assert!(!request.is_active());
        self.0.aborted.set(self.0.aborted.get() + 1);
    }
}

impl Site {
    /// What is not answered at once.
    async fn answer(&self, request: Request, target: &str) {
        yield_now().await;
        match target {
            "/late" => {
                let method = request.with_head(|head| head.method().to_vec()).unwrap();
                request.respond(200, NO_HEADERS, Body::Owned(method)).unwrap();
            }
            "/echo" => {
                let mut whole = Vec::new();
                while let Some(chunk) = request.chunk().await {
                    match chunk {
                        Ok(chunk) => whole.extend_from_slice(&chunk),
                        Err(error) => return self.errors.borrow_mut().push(error),
                    }
                }
                request.respond(200, NO_HEADERS, Body::Owned(whole)).unwrap();
            }
            "/pipe" => {
                let mut sender = request.respond_streaming(200, NO_HEADERS).unwrap();
                while let Some(Ok(chunk)) = request.chunk().await {
                    if !sender.send(Body::Owned(chunk)).unwrap() {
                        sender.ready().await.unwrap();
                    }
                }
                sender.finish().unwrap();
            }
            "/sized" => {
                let length = [(&b"content-length"[..], &b"4"[..])];
                let mut sender = request.respond_streaming(200, length).unwrap();
                sender.send(Body::Slice(b"ab")).unwrap();
                sender.send(Body::Slice(b"cd")).unwrap();
                sender.finish().unwrap();
            }
            "/too-long" => {
                let length = [(&b"content-length"[..], &b"1"[..])];
                let mut sender = request.respond_streaming(200, length).unwrap();
                assert!(matches!(sender.send(Body::Slice(b"ab")), Err(ResponseError::Length)));
            }
            "/torn" => {
                let mut sender = request.respond_streaming(200, NO_HEADERS).unwrap();
                sender.send(Body::Slice(b"part")).unwrap();
                while request.exchange_pending() > 0 {
                    yield_now().await;
                }
                sender.abort();
            }
            "/flood" => {
                let mut sender = request.respond_streaming(200, NO_HEADERS).unwrap();
                while let Ok(has_room) = sender.send(Body::Slice(&[0; 16 * 1024])) {
                    if !has_room && sender.ready().await.is_err() {
                        break;
                    }
                }
            }
            _ => request.respond(404, NO_HEADERS, Body::Empty).unwrap(),
        }
    }
}

/// The protocol that "/upgrade" changes to: what comes in goes out in capitals.
async fn shout(Upgraded { stream, mut leftover, .. }: Upgraded) {
    loop {
        leftover.make_ascii_uppercase();
        leftover = stream.write_all(leftover).await.1;
        leftover.clear();
        leftover.reserve(64);
        let (outcome, buffer) = stream.read(leftover).await;
        leftover = buffer;
        if !matches!(outcome, Ok(1..)) {
            return;
        }
    }
}

/// A server with its site, in the middle of a test.
struct Bench {
    site: Rc<Site>,
    server: Server,
}

impl Bench {
    fn address(&self) -> SocketAddr {
        self.server.local_addr()
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address()).await.unwrap()
    }

    /// Sends `request` on a connection of its own and reads until the server closes it.
    async fn ask(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_ref()).await.unwrap();
        read_all(&mut stream).await
    }

    async fn until(&self, what: &str, condition: impl Fn(&Site) -> bool) {
        let waiting = async {
            while !condition(&self.site) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("waited in vain until {what}"));
    }
}

/// Everything until the server closes, without the dates.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset behind a response is an end, too.
    let _ =
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("server did not close");
    undated(&bytes)
}

/// What arrives until it ends with `end`, without the dates.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while !bytes.ends_with(end.as_bytes()) {
            assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "closed after {:?}", undated(&bytes));
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("server did not answer");
    undated(&bytes)
}

fn undated(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.split_inclusive("\r\n").filter(|line| !line.starts_with("date: ")).collect()
}

fn both_drivers<F: Future<Output = ()>>(options: Options, test: impl Fn(Rc<Bench>) -> F) {
    let mut drivers = vec![Driver::Portable];
    if matches!(select(), Ok(selection) if selection.driver == Driver::Uring) {
        drivers.push(Driver::Uring);
    }
    for driver in drivers {
        eprintln!("driver {driver}");
        Runtime::new(driver).unwrap().block_on(async {
            let listener =
                TcpListener::bind("127.0.0.1:0".parse().unwrap(), ListenOptions::default()).unwrap();
            let site = Rc::<Site>::default();
            let server = Server::start(listener, Rc::new(Shared(site.clone())), options);
            test(Rc::new(Bench { site, server })).await;
        });
    }
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")
}

fn get_last(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
}

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const LAST_HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";

#[test]
fn a_connection_is_kept() {
    both_drivers(Options::default(), async |bench| {
        let mut stream = bench.connect().await;
        for _ in 0..3 {
            stream.write_all(get("/hello").as_bytes()).await.unwrap();
            assert_eq!(read_until(&mut stream, "hello").await, HELLO);
            stream.write_all(get("/late").as_bytes()).await.unwrap();
            let late = read_until(&mut stream, "GET").await;
            assert_eq!(late, "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nGET");
        }
        assert_eq!(bench.server.connections(), 1);
    });
}

#[test]
fn a_date_is_sent() {
    both_drivers(Options::default(), async |bench| {
        let mut stream = bench.connect().await;
        stream.write_all(get_last("/hello").as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let year = text.split("\r\ndate: ").nth(1).and_then(|rest| rest.get(12..16)).unwrap();
        assert!(year.parse::<u32>().unwrap() > 2020, "{text}");
    });
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    both_drivers(Options::default(), async |bench| {
        let requests = ["/hello", "/late", "/none", "/hello"].map(get).concat() + &get_last("/hello");
        let late = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nGET";
        let expected = [HELLO, late, "HTTP/1.1 204 No Content\r\n\r\n", HELLO, LAST_HELLO].concat();
        assert_eq!(bench.ask(&requests).await, expected);
        // The same in pieces.
        let mut stream = bench.connect().await;
        stream.set_nodelay(true).unwrap();
        for piece in requests.as_bytes().chunks(7) {
            stream.write_all(piece).await.unwrap();
            yield_now().await;
        }
        assert_eq!(read_all(&mut stream).await, expected);
    });
}

#[test]
fn many_pipelined_requests_do_not_fill_memory() {
    both_drivers(Options::default(), async |bench| {
        let count = 20_000;
        let (mut reader, mut writer) = bench.connect().await.into_split();
        let writing = spawn_local(async move {
            writer.write_all(get("/hello").repeat(count).as_bytes()).await.unwrap();
            writer.write_all(get_last("/hello").as_bytes()).await.unwrap();
            writer
        });
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.unwrap();
        writing.await.unwrap();
        assert_eq!(undated(&bytes).matches("hello").count(), count + 1);
    });
}

#[test]
fn responses_without_a_body() {
    both_drivers(Options::default(), async |bench| {
        let head = "HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let expected = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n";
        assert_eq!(bench.ask(head).await, expected);
        let expected = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
        assert_eq!(bench.ask(get_last("/none")).await, expected);
        let head = "HEAD /pipe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        assert_eq!(bench.ask(head).await, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
    });
}

#[test]
fn old_clients() {
    both_drivers(Options::default(), async |bench| {
        assert_eq!(bench.ask("GET /hello HTTP/1.0\r\n\r\n").await, LAST_HELLO);
        let streamed = bench.ask("POST /pipe HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc").await;
        assert_eq!(streamed, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc");
        let mut stream = bench.connect().await;
        stream.write_all(b"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await.unwrap();
        let kept = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive\r\n\r\nhello";
        assert_eq!(read_until(&mut stream, "hello").await, kept);
    });
}

#[test]
fn bodies_of_both_kinds_arrive() {
    both_drivers(Options::default(), async |bench| {
        let check = async |fields: &str, body: &str, expected: &str| {
            let head =
                format!("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n\r\n{body}");
            let answer = bench.ask(head).await;
            assert_eq!(answer.split("\r\n\r\n").nth(1), Some(expected), "{fields} {body}");
        };
        check("Content-Length: 0", "", "").await;
        check("Content-Length: 5", "hello", "hello").await;
        check("Transfer-Encoding: chunked", "0\r\n\r\n", "").await;
        check("Transfer-Encoding: chunked", "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n", "hello")
            .await;
        let large = "0123456789".repeat(100_000);
        check(&format!("Content-Length: {}", large.len()), &large, &large).await;
        check("Transfer-Encoding: chunked", &format!("f4240\r\n{large}\r\n0\r\n\r\n"), &large).await;
    });
}

#[test]
fn a_body_can_be_streamed_back_while_it_arrives() {
    both_drivers(Options::default(), async |bench| {
        let mut stream = bench.connect().await;
        stream
            .write_all(b"POST /pipe HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            .await
            .unwrap();
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        assert_eq!(read_until(&mut stream, "\r\n\r\n").await, head);
        stream.write_all(b"3\r\nabc\r\n").await.unwrap();
        assert_eq!(read_until(&mut stream, "abc\r\n").await, "3\r\nabc\r\n");
        stream.write_all(b"0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        assert_eq!(read_until(&mut stream, "hello").await, format!("0\r\n\r\n{HELLO}"));
    });
}

#[test]
fn an_announced_length_is_kept() {
    both_drivers(Options::default(), async |bench| {
        let sized = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nabcd";
        assert_eq!(bench.ask(get_last("/sized")).await, sized);
        assert!(!bench.ask(get("/too-long")).await.contains("ab"));
    });
}

#[test]
fn a_response_that_breaks_off_is_seen_to_be_incomplete() {
    both_drivers(Options::default(), async |bench| {
        let torn = bench.ask(get("/torn")).await;
        assert_eq!(torn, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n");
        assert_eq!(bench.site.aborted.get(), 0, "because the service did it itself");
    });
}

#[test]
fn large_responses_are_whole() {
    both_drivers(Options::default(), async |bench| {
        let mut stream = bench.connect().await;
        stream.write_all((get("/large") + &get_last("/hello")).as_bytes()).await.unwrap();
        let text = read_all(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 4 << 20);
        assert!(text.starts_with(&head) && text.ends_with(LAST_HELLO));
        assert_eq!(text.len(), head.len() + (4 << 20) + LAST_HELLO.len());
    });
}

#[test]
fn a_client_that_waits_is_told_to_continue() {
    both_drivers(Options::default(), async |bench| {
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        let mut stream = bench.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        assert_eq!(read_until(&mut stream, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(b"ok").await.unwrap();
        assert_eq!(read_until(&mut stream, "ok").await, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        // Answered without reading the body: no 100, and the connection ends.
        let refused = bench.ask(head.replace("/echo", "/hello")).await;
        assert_eq!(refused, LAST_HELLO);
    });
}

#[test]
fn a_body_that_nobody_reads_is_dropped() {
    both_drivers(Options::default(), async |bench| {
        let post = |length: usize| {
            let head = format!("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
            head + &"x".repeat(length)
        };
        assert_eq!(bench.ask(post(1000) + &get_last("/hello")).await, [HELLO, LAST_HELLO].concat());
        let chunked =
            "POST /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
        let answer = bench.ask(chunked.to_owned() + &get_last("/hello")).await;
        assert_eq!(answer, [HELLO, LAST_HELLO].concat());
        // Too much to drop: the answer arrives, then the connection ends.
        assert_eq!(bench.ask(post(400_000)).await, LAST_HELLO);
    });
}

#[test]
fn malformed_requests_are_refused_and_not_served() {
    both_drivers(Options::default(), async |bench| {
        let check = async |request: &str, status: &str| {
            let calls = bench.site.calls.get();
            let answer = bench.ask(request.to_owned() + &get("/hello")).await;
            let expected = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            assert_eq!(answer, expected, "{request:?}");
            assert_eq!(bench.site.calls.get(), calls, "{request:?}");
        };
        let bad = "400 Bad Request";
        check("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", bad).await;
        check("GET / HTTP/3.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported").await;
        check("GET / HTTP/1.1\r\n\r\n", bad).await;
        check("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", bad).await;
        check("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", bad).await;
        check("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", bad).await;
        check("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", bad).await;
        check("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", bad)
            .await;
        check("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, x\r\n\r\n", bad).await;
        check(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "501 Not Implemented",
        )
        .await;
        check("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", "417 Expectation Failed").await;
        check("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "501 Not Implemented").await;
        let large = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "y".repeat(20_000));
        check(&large, "431 Request Header Fields Too Large").await;
        let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(101));
        check(&many, "431 Request Header Fields Too Large").await;
        let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "y".repeat(10_000));
        check(&long, "414 URI Too Long").await;
    });
}

#[test]
fn malformed_chunks_are_refused() {
    both_drivers(Options::default(), async |bench| {
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let answer = bench.ask(format!("{head}5\r\nhello\r\n?\r\n")).await;
        assert_eq!(answer, "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        bench.until("the reader failed", |site| site.errors.borrow().len() == 1).await;
        assert!(matches!(bench.site.errors.borrow()[0], BodyError::Malformed(_)));
    });
}

#[test]
fn bodies_are_limited() {
    let options = Options { body_len_bytes: Some(10), ..Options::default() };
    both_drivers(options, async |bench| {
        let refused = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let sized = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world";
        assert_eq!(bench.ask(sized).await, refused);
        assert_eq!(bench.site.calls.get(), 0);
        let chunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(bench.ask(format!("{chunked}b\r\nhello world\r\n0\r\n\r\n")).await, refused);
        bench.until("the reader failed", |site| *site.errors.borrow() == [BodyError::TooLarge]).await;
    });
}

#[test]
fn headers_cannot_be_injected() {
    both_drivers(Options::default(), async |bench| {
        let answer = bench.ask(get_last("/inject")).await;
        let expected = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        assert_eq!(answer, expected);
    });
}

#[test]
fn slow_clients_are_told_so() {
    let tiny = Some(Duration::from_millis(40));
    let options =
        Options { head_timeout: tiny, body_timeout: tiny, idle_timeout: tiny, ..Options::default() };
    both_drivers(options, async |bench| {
        let late = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        assert_eq!(bench.ask("GET / HTTP/1.1\r\nHost").await, late);
        assert_eq!(bench.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").await, late);
        bench.until("the reader failed", |site| *site.errors.borrow() == [BodyError::Timeout]).await;
        // Idle from the beginning, or after a request: closed without a word.
        assert_eq!(bench.ask("").await, "");
        assert_eq!(bench.ask(get("/hello")).await, HELLO);
        // Empty lines before a head are ignored, but not for ever.
        let mut stream = bench.connect().await;
        stream.write_all(get("/hello").as_bytes()).await.unwrap();
        read_until(&mut stream, "hello").await;
        let knocking = async {
            while stream.write_all(b"\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, knocking).await.expect("server did not close");
        // Bytes that drip in do not extend the time for a head.
        let mut stream = bench.connect().await;
        let (mut reader, mut writer) = stream.split();
        let drip = async {
            writer.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
            while writer.write_all(b"y").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let mut bytes = Vec::new();
        tokio::select! {
            () = drip => {}
            _ = reader.read_to_end(&mut bytes) => {}
        }
        assert!(bytes.is_empty() || undated(&bytes) == late, "{}", undated(&bytes));
    });
}

#[test]
fn a_client_that_takes_nothing_is_dropped() {
    let options = Options { write_timeout: Some(Duration::from_millis(50)), ..Options::default() };
    both_drivers(options, async |bench| {
        let mut stream = bench.connect().await;
        stream.write_all(get("/flood").as_bytes()).await.unwrap();
        bench.until("the request was aborted", |site| site.aborted.get() == 1).await;
        tokio::time::timeout(PATIENCE, bench.server.closed()).await.unwrap();
    });
}

#[test]
fn a_client_that_leaves_aborts_its_request() {
    both_drivers(Options::default(), async |bench| {
        let mut stream = bench.connect().await;
        stream.write_all(get("/hold").as_bytes()).await.unwrap();
        bench.until("the request is held", |site| site.held.borrow().len() == 1).await;
        let request = bench.site.held.borrow_mut().pop().unwrap();
        assert!(request.is_active() && Request::find(request.id()).is_some());
        drop(stream);
        bench.until("the request was aborted", |site| site.aborted.get() == 1).await;
        tokio::time::timeout(PATIENCE, bench.server.closed()).await.unwrap();
        assert!(matches!(request.respond(200, NO_HEADERS, Body::Empty), Err(ResponseError::Gone)));
        assert_eq!(request.chunk().await, Some(Err(BodyError::Gone)));
        assert!(request.with_head(|_| ()).is_none() && Request::find(request.id()).is_none());
        // In the middle of a body, whoever reads it learns it as well.
        let mut stream = bench.connect().await;
        stream.write_all(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").await.unwrap();
        bench.until("the request is there", |site| site.calls.get() == 2).await;
        drop(stream);
        bench.until("the reader failed", |site| site.errors.borrow().len() == 1).await;
    });
}

#[test]
fn half_closed_clients_are_answered_where_that_is_asked_for() {
    let options = Options { half_close: true, ..Options::default() };
    both_drivers(options, async |bench| {
        let mut stream = bench.connect().await;
        stream.write_all(get("/late").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = read_all(&mut stream).await;
        assert_eq!(answer, "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nGET");
    });
}

#[test]
fn a_request_that_is_over_is_not_mistaken_for_the_next_one() {
    both_drivers(Options::default(), async |bench| {
        let mut stream = bench.connect().await;
        stream.write_all(get("/hold").as_bytes()).await.unwrap();
        bench.until("the request is held", |site| site.held.borrow().len() == 1).await;
        let first = bench.site.held.borrow_mut().pop().unwrap();
        first.respond(200, NO_HEADERS, Body::Empty).unwrap();
        assert!(matches!(first.respond(200, NO_HEADERS, Body::Empty), Err(ResponseError::Gone)));
        read_until(&mut stream, "\r\n\r\n").await;
        stream.write_all(get("/hold").as_bytes()).await.unwrap();
        bench.until("the next one is held", |site| site.held.borrow().len() == 1).await;
        assert!(matches!(first.respond(200, NO_HEADERS, Body::Empty), Err(ResponseError::Gone)));
        assert!(first.with_head(|_| ()).is_none());
        let second = bench.site.held.borrow_mut().pop().unwrap();
        second.respond(201, NO_HEADERS, Body::Empty).unwrap();
        assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 201"));
    });
}

#[test]
fn a_connection_can_be_taken_over() {
    both_drivers(Options::default(), async |bench| {
        let mut stream = bench.connect().await;
        let request =
            "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\nfirst";
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, "FIRST").await;
        let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: shout\r\nconnection: upgrade\r\n\r\n";
        assert_eq!(answer, format!("{head}FIRST"));
        stream.write_all(b"second").await.unwrap();
        assert_eq!(read_until(&mut stream, "SECOND").await, "SECOND");
        assert!(bench.ask(get_last("/upgrade")).await.starts_with("HTTP/1.1 426 "));
    });
}

#[test]
fn draining_answers_what_is_in_flight() {
    both_drivers(Options::default(), async |bench| {
        let mut idle = bench.connect().await;
        idle.write_all(get("/hello").as_bytes()).await.unwrap();
        read_until(&mut idle, "hello").await;
        let mut busy = bench.connect().await;
        busy.write_all(get("/hold").as_bytes()).await.unwrap();
        bench.until("the request is held", |site| site.held.borrow().len() == 1).await;
        let draining = spawn_local({
            let bench = bench.clone();
            async move { bench.server.drain(PATIENCE).await }
        });
        assert_eq!(read_all(&mut idle).await, "");
        let request = bench.site.held.borrow_mut().pop().unwrap();
        request.respond(200, NO_HEADERS, Body::Slice(b"hello")).unwrap();
        assert_eq!(read_all(&mut busy).await, LAST_HELLO);
        assert!(draining.await.unwrap());
        assert_eq!(bench.site.aborted.get(), 0);
        let connected = tokio::time::timeout(PATIENCE, TcpStream::connect(bench.address())).await.unwrap();
        if let Ok(mut late) = connected {
            assert_eq!(read_all(&mut late).await, "");
        }
    });
}

#[test]
fn draining_has_a_deadline() {
    both_drivers(Options::default(), async |bench| {
        let mut busy = bench.connect().await;
        busy.write_all(get("/hold").as_bytes()).await.unwrap();
        bench.until("the request is held", |site| site.held.borrow().len() == 1).await;
        assert!(!bench.server.drain(Duration::from_millis(1)).await);
        assert_eq!((bench.site.aborted.get(), bench.server.connections()), (1, 0));
        assert_eq!(read_all(&mut busy).await, "");
    });
}

#[test]
fn connections_are_limited() {
    let options = Options { connections: 1, ..Options::default() };
    both_drivers(options, async |bench| {
        let mut first = bench.connect().await;
        first.write_all(get("/hello").as_bytes()).await.unwrap();
        read_until(&mut first, "hello").await;
        let mut second = bench.connect().await;
        second.write_all(get("/hello").as_bytes()).await.unwrap();
        first.write_all(get("/hello").as_bytes()).await.unwrap();
        read_until(&mut first, "hello").await;
        assert_eq!(bench.site.calls.get(), 2, "because the second connection waits");
        drop(first);
        assert_eq!(read_until(&mut second, "hello").await, HELLO);
    });
}
