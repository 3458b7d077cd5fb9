//! Bodies that come and go in pieces, and clients that leave.

use super::{Site, eventually, get, on_both_drivers};

#[test]
fn a_stream_is_sent_as_it_comes() {
    let code = r#"
        let release: (() => void) | undefined;
        export default (request: Request) => {
          if (request.url.endsWith("/next")) { release!(); return new Response(); }
          let count = 0;
          return new Response(new ReadableStream({
            async pull(controller) {
              await new Promise<void>((resolve) => release = resolve);
              controller.enqueue(new TextEncoder().encode(`piece ${++count}`));
              if (count === 3) controller.close();
            },
          }, { highWaterMark: 0 }));
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let mut connection = site.connect();
        connection.send(get("/"));
        let head = connection.head();
        assert_eq!(head.header("transfer-encoding"), Some("chunked"));
        for piece in ["piece 1", "piece 2", "piece 3"] {
            // Each piece arrives before the next one is made.
            assert_eq!(site.get("/next").status, 200);
            assert_eq!(connection.chunk().as_deref(), Some(piece.as_bytes()));
        }
        assert_eq!(connection.chunk().as_deref(), Some(&b""[..]));
        // The connection goes on.
        connection.send(get("/next"));
        assert_eq!(connection.response().status, 200);
        site.end();
    });
}

#[test]
fn other_bodies_that_stream() {
    let code = r##"
        const text = new TextEncoder();
        export default async (request: Request) => {
          switch (new URL(request.url).pathname) {
            case "/generator": return new Response(async function* () { yield text.encode("a"); yield text.encode("b"); }());
            case "/transform": {
              const upper = new TransformStream({ transform: (chunk, to) => to.enqueue(chunk.toUpperCase()) });
              return new Response(request.body!.pipeThrough(new TextDecoderStream()).pipeThrough(upper)
                .pipeThrough(new TextEncoderStream()));
            }
            case "/length": return new Response(new Blob(["abc"]).stream(), { headers: { "content-length": "3" } });
            case "/blob": return new Response(new Blob(["abc"], { type: "text/x-a" }));
            case "/tee": {
              const [first, second] = new Response("tee").body!.tee();
              await new Response(first).text();
              return new Response(second);
            }
            case "/empty": return new Response(new ReadableStream({ start: (controller) => controller.close() }));
            default: return new Response(new ReadableStream({
              async start(controller) {
                for (let i = 0; i < 1000; i++) controller.enqueue(text.encode(`${i},`));
                controller.close();
              },
            }));
          }
        };"##;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let mut connection = site.connect();
        let numbers: String = (0..1000).map(|number| format!("{number},")).collect();
        for (target, expected) in [
            ("/generator", "ab"),
            ("/length", "abc"),
            ("/blob", "abc"),
            ("/tee", "tee"),
            ("/empty", ""),
            ("/numbers", &numbers),
        ] {
            connection.send(get(target));
            let response = connection.response();
            assert_eq!(
                (response.status, response.text(), response.is_whole),
                (200, expected, true),
                "{target}"
            );
        }
        connection.send(super::post("/transform", "text/plain", "shout"));
        assert_eq!(connection.response().text(), "SHOUT");
        connection.send("HEAD /numbers HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(connection.head().status, 200);
        connection.send(get("/blob"));
        assert_eq!(connection.response().text(), "abc");
        // HTTP/1.0 has no chunks: the end of the connection is the end of the body.
        let mut old = site.connect();
        old.send("GET /generator HTTP/1.0\r\n\r\n");
        assert!(old.rest().ends_with(b"\r\n\r\nab"));
        site.end();
    });
}

/// The producer counts what it was asked for: with a client that takes nothing it must stop after what the socket's
/// buffers hold, far from the 1 GiB that it would give.
#[test]
fn a_slow_reader_holds_the_producer_back() {
    let code = r#"
        let made = 0;
        const chunk = new Uint8Array(64 * 1024);
        export default (request: Request) => {
          if (request.url.endsWith("/made")) return new Response(String(made));
          return new Response(new ReadableStream({
            pull(controller) {
              if (made === 16_384) return controller.close();
              made++;
              controller.enqueue(chunk);
            },
          }));
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let mut slow = site.connect();
        slow.send(get("/"));
        assert_eq!(slow.head().status, 200);
        let made = || site.get("/made").text().parse::<usize>().expect("because it is a count");
        // Until twenty questions in a row find the same count.
        let (mut last, mut same) = (0, 0);
        eventually("the producer stops", || {
            let now = made();
            same = if now == last { same + 1 } else { 0 };
            last = now;
            std::thread::sleep(std::time::Duration::from_millis(5));
            same == 20
        });
        assert!(
            last > 0 && last < 2_000,
            "{last} pieces of 64 KiB were made for a client that reads nothing"
        );
        slow.close();
        site.end();
    });
}

#[test]
fn a_request_body_is_read_as_it_comes() {
    let code = r#"
        export default async (request: Request) => {
          const reader = request.body!.getReader();
          const text = new TextDecoder();
          return new Response(new ReadableStream({
            async pull(controller) {
              const { done, value } = await reader.read();
              if (done) return controller.close();
              controller.enqueue(new TextEncoder().encode(`got ${text.decode(value)}`));
            },
          }));
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let mut connection = site.connect();
        connection.send("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
        assert_eq!(connection.head().status, 200);
        for piece in ["one", "two", "three"] {
            connection.send(format!("{:x}\r\n{piece}\r\n", piece.len()));
            assert_eq!(connection.chunk(), Some(format!("got {piece}").into_bytes()));
        }
        connection.send("0\r\n\r\n");
        assert_eq!(connection.chunk().as_deref(), Some(&b""[..]));
        connection.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi");
        assert_eq!(connection.response().text(), "got hi");
        site.end();
    });
}

/// Every way in which a program can learn that its client has gone.
#[test]
fn a_client_that_leaves_is_noticed() {
    let code = r#"
        const encode = (text: string) => new TextEncoder().encode(text);
        const gone = (what: string) => (error: Error) => console.log(what, error.name);
        export default async (request: Request, server: any) => {
          const { pathname } = new URL(request.url);
          const aborted = (what: string) => {
            const { signal } = request;
            signal.addEventListener("abort", () => console.log(what, signal.aborted, signal.reason.name));
          };
          switch (pathname) {
            case "/waiting": {
              aborted("waiting");
              console.log("ready");
              return new Promise<Response>(() => {});
            }
            case "/streaming": {
              aborted("streaming");
              return new Response(new ReadableStream({
                start: (controller) => controller.enqueue(encode("begin")),
                cancel: (reason) => console.log("cancelled", reason.name),
              }));
            }
            case "/late": {
              const { signal } = request;
              request = undefined!;
              return new Response(new ReadableStream({
                start(controller) {
                  controller.enqueue(encode("begin"));
                  signal.onabort = () => controller.error(signal.reason);
                },
                cancel: () => console.log("late cancelled"),
              }));
            }
            case "/body": {
              console.log("ready");
              await request.text().catch(gone("body"));
              return new Response("nobody reads this");
            }
            case "/generator": {
              async function* pieces() {
                try {
                  for (;;) { yield encode("x".repeat(1000)); await new Promise((resolve) => setTimeout(resolve, 1)); }
                } finally { console.log("generator ended"); }
              }
              return new Response(pieces());
            }
            case "/asks_late": {
              console.log("ready");
              while (server.requestIP(request) !== null) await new Promise((resolve) => setTimeout(resolve, 1));
              try { request.method; } catch (error) { console.log(error.code); }
              console.log(request.signal.aborted, request.signal.reason.name);
              return new Response(request.method);
            }
            default: return new Response("still here");
          }
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);

        let mut connection = site.connect();
        connection.send(get("/waiting"));
        assert_eq!(site.line(), "ready");
        connection.close();
        assert_eq!(site.line(), "waiting true AbortError");

        let mut connection = site.connect();
        connection.send(get("/streaming"));
        assert_eq!(connection.head().status, 200);
        assert_eq!(connection.chunk().as_deref(), Some(&b"begin"[..]));
        connection.close();
        let mut lines = [site.line(), site.line()];
        lines.sort();
        assert_eq!(lines, ["cancelled AbortError", "streaming true AbortError"]);

        let mut connection = site.connect();
        connection.send("POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf");
        assert_eq!(site.line(), "ready");
        connection.close();
        assert_eq!(site.line(), "body TypeError");

        let mut connection = site.connect();
        connection.send(get("/generator"));
        assert_eq!(connection.head().status, 200);
        connection.chunk();
        connection.close();
        assert_eq!(site.line(), "generator ended");

        let mut connection = site.connect();
        connection.send(get("/late"));
        assert_eq!(connection.head().status, 200);
        connection.chunk();
        connection.close();

        let mut connection = site.connect();
        connection.send(get("/asks_late"));
        assert_eq!(site.line(), "ready");
        connection.close();
        assert_eq!(site.line(), "ERR_REQUEST_OVER");
        assert_eq!(site.line(), "true AbortError");

        assert_eq!(site.get("/").text(), "still here");
        site.end();
    });
}

/// The signal of a request that was answered does not fire when its connection ends later.
#[test]
fn an_answered_request_is_not_aborted() {
    let code = r#"
        let aborts = 0;
        let last: Request;
        export default (request: Request) => {
          if (request.url.endsWith("/count")) return new Response(`${aborts} ${last.signal.aborted}`);
          request.signal.addEventListener("abort", () => aborts++);
          last = request;
          return request.url.endsWith("/stream") ? new Response(new Blob(["a"]).stream()) : new Response("a");
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        for target in ["/", "/stream"] {
            let mut connection = site.connect();
            connection.send(get(target));
            assert_eq!(connection.response().text(), "a");
            connection.close();
            assert_eq!(site.get("/count").text(), "0 false", "{target}");
        }
        site.end();
    });
}
