//! What is refused before a handler sees it: malformed requests, those that are too large, and those that are slow.

use super::{Site, get, on_both_drivers, post};

const COUNTING: &str = r#"
let served = 0;
export default {
  maxHeaderSize: 4096,
  maxBodySize: 1000,
  fetch(request: Request) {
    if (request.url.endsWith("/served")) return new Response(String(served));
    served++;
    return request.text().then((text) => new Response(`${text.length}`));
  },
};
"#;

#[test]
fn malformed_requests_are_refused_and_not_served() {
    let long_header = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(5000));
    let endless_header = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}", "x".repeat(5000));
    let long_target = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "x".repeat(70_000));
    let cases: &[(&str, u16)] = &[
        ("G@T / HTTP/1.1\r\nhost: a\r\n\r\n", 400),
        (" GET / HTTP/1.1\r\nhost: a\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nhost: a\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nhost: a\r\n\r\n", 505),
        ("GET /\r\nhost: a\r\n\r\n", 400),
        ("GET / HTTP/1.2\r\nhost: a\r\n\r\n", 505),
        ("GET / HTTP/2.0\r\nhost: a\r\n\r\n", 505),
        ("GET / http/1.1\r\nhost: a\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nx : 1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nx: 1\r\n folded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 2\r\n\r\nab", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1x\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999\r\n\r\n", 400),
        (
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (&long_header, 431),
        (&endless_header, 431),
        (&long_target, 414),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1001\r\n\r\n", 413),
    ];
    on_both_drivers(|driver| {
        let site = Site::serve(driver, COUNTING);
        let mut wrong = Vec::new();
        for (request, expected) in cases {
            let mut connection = site.connect();
            connection.try_send(request);
            let response = connection.response();
            let shown: String = request.chars().take(100).collect();
            if response.status != *expected {
                wrong.push(format!("{} in place of {expected} for {shown:?}", response.status));
            }
            assert_eq!(response.header("connection"), Some("close"), "{shown:?}");
            assert_eq!(connection.rest(), b"", "{shown:?}");
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(site.get("/served").text(), "0");
        site.end();
    });
}

#[test]
fn a_body_that_turns_out_malformed_or_too_large_ends_its_request() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, COUNTING);
        let chunked = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        let large = format!("{chunked}3e9\r\n{}\r\n0\r\n\r\n", "x".repeat(1001));
        for (request, expected) in [
            (format!("{chunked}xyz\r\n"), 400),
            (format!("{chunked}-1\r\n"), 400),
            (format!("{chunked}2\r\nabc\r\n"), 400),
            (format!("{chunked}fffffffffffffffff\r\n"), 400),
            (large, 413),
        ] {
            let mut connection = site.connect();
            connection.try_send(&request);
            let response = connection.response();
            assert_eq!(response.status, expected, "{request:?}");
        }
        assert_eq!(site.ask(post("/", "text/plain", &"x".repeat(1000))).text(), "1000");
        assert_eq!(site.get("/").text(), "0");
        // What clients do wrong is no error of the program.
        site.end();
    });
}

/// Each server has one short limit, so that the others cannot strike first on a machine under load.
#[test]
fn slow_clients_are_told_so() {
    on_both_drivers(|driver| {
        let with = |limit: &str| {
            let handler = "fetch: async (request) => new Response(await request.text())";
            Site::serve(driver, &format!("export default {{ {limit}: 60, {handler} }};"))
        };

        let site = with("headersTimeout");
        let mut connection = site.connect();
        connection.send("GET / HTTP/1.1\r\nhost:");
        assert_eq!(connection.response().status, 408);
        assert_eq!(connection.rest(), b"");
        // One that says nothing has nothing to be told.
        assert_eq!(site.connect().rest(), b"");
        site.end();

        let site = with("bodyTimeout");
        let mut connection = site.connect();
        connection.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab");
        assert_eq!(connection.response().status, 408);
        assert_eq!(connection.rest(), b"");
        site.end();

        let site = with("idleTimeout");
        let mut connection = site.connect();
        connection.send(get("/"));
        assert_eq!(connection.response().status, 200);
        assert_eq!(connection.rest(), b"");
        site.end();
    });
}

#[test]
fn a_client_that_takes_nothing_is_dropped() {
    let code = r#"
        export default {
          writeTimeout: 100,
          fetch: (request: Request) => {
            request.signal.onabort = () => console.log("dropped");
            return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65536)) }));
          },
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let mut connection = site.connect();
        connection.send(get("/"));
        assert_eq!(site.line(), "dropped");
        site.end();
    });
}

#[test]
fn connections_are_limited() {
    on_both_drivers(|driver| {
        let code = "export default { maxConnections: 1, fetch: (request) => new Response(request.url) };";
        let site = Site::serve(driver, code);
        let mut first = site.connect();
        first.send(get("/first"));
        assert_eq!(first.response().text(), "http://test/first");
        let mut second = site.connect();
        second.send(get("/second"));
        first.send(get("/again"));
        assert_eq!(first.response().text(), "http://test/again");
        first.close();
        assert_eq!(second.response().text(), "http://test/second");
        second.close();
        site.end();
    });
}
