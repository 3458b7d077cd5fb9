//! Requests and responses whose handlers do what they should.

use super::{Site, get, on_both_drivers, post};

const ECHO: &str = r##"
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/text": return new Response(await request.text());
      case "/json": return Response.json(await request.json());
      case "/bytes": return new Response(new Uint8Array(await request.arrayBuffer()));
      case "/blob": return new Response(await request.blob());
      case "/form": {
        const parts: unknown[] = [];
        for (const [name, value] of await request.formData()) {
          parts.push(typeof value === "string" ? [name, value] : [name, value.name, value.type, await value.text()]);
        }
        return Response.json(parts);
      }
      case "/body": return new Response(request.body);
      case "/chunks": {
        let [count, length] = [0, 0];
        for await (const chunk of request.body!) { count++; length += chunk.length; }
        return Response.json({ several: count > 1, length });
      }
      case "/size": return new Response(String((await request.bytes()).length));
      case "/large": return new Response(new Uint8Array(5_000_000).fill(120));
      case "/request": return Response.json({
        method: request.method, url: request.url, headers: [...request.headers], body: request.body,
      });
      case "/empty": return new Response(null, { status: Number(new URL(request.url).searchParams.get("status")) });
      case "/cookies": {
        const headers = new Headers({ "x-latin1": "caf\u00e9" });
        headers.append("set-cookie", "a=1; Path=/");
        headers.append("set-cookie", "b=2; HttpOnly");
        return new Response(request.headers.get("cookie"), { headers });
      }
      case "/latin1": return Response.json([...request.headers.get("x-name")!].map((c) => c.codePointAt(0)));
      case "/twice": {
        await request.text();
        const second = await request.text().then(() => "read twice", (error) => `${error.name} ${request.bodyUsed}`);
        return new Response(second);
      }
      case "/late": {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return new Response(`${request.method} ${request.headers.get("host")}`);
      }
    }
    return new Response(pathname, { headers: { "content-type": "text/x-path" } });
  },
};
"##;

#[test]
fn bodies_arrive_as_what_they_are_read_as() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let form = "a=1&b=two+words&a=%C3%A9";
        let multipart = "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\none\r\n--x\r\n\
            content-disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\ncontent-type: text/plain\r\n\r\n\
            line\r\nline\r\n--x--\r\n";
        for (target, content_type, body, expected) in [
            ("/text", "text/plain", "h\u{e9}llo", "h\u{e9}llo"),
            ("/text", "text/plain", "", ""),
            ("/json", "application/json", r#"{ "a": [1, null] }"#, r#"{"a":[1,null]}"#),
            ("/bytes", "application/octet-stream", "\0\u{1}\u{7f}", "\0\u{1}\u{7f}"),
            ("/blob", "text/css", "a {}", "a {}"),
            ("/body", "text/plain", "passed on", "passed on"),
            (
                "/form",
                "application/x-www-form-urlencoded",
                form,
                "[[\"a\",\"1\"],[\"b\",\"two words\"],[\"a\",\"\u{e9}\"]]",
            ),
            (
                "/form",
                "multipart/form-data; boundary=x",
                multipart,
                r#"[["a","one"],["f","f.txt","text/plain","line\r\nline"]]"#,
            ),
            ("/twice", "text/plain", "once", "TypeError true"),
        ] {
            let response = site.ask(post(target, content_type, body));
            assert_eq!((response.status, response.text()), (200, expected), "{target} {body:?}");
        }
        assert_eq!(site.ask(post("/blob", "text/css", "a")).header("content-type"), Some("text/css"));
        site.end();
    });
}

#[test]
fn large_bodies_pass_both_ways() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let body: String = (0..5_000_000 / 8).map(|number| format!("{number:07} ")).collect();
        for target in ["/body", "/text", "/bytes"] {
            let mut connection = site.connect();
            let mut sender = connection.duplicate();
            let request = post(target, "text/plain", &body);
            let sending = std::thread::spawn(move || sender.send(request));
            let response = connection.response();
            sending.join().expect("because the server reads");
            assert_eq!(response.status, 200, "{target}");
            assert!(response.body == body.as_bytes(), "{target}: {} bytes came back", response.body.len());
        }
        let response = site.ask(post("/chunks", "text/plain", &body));
        assert_eq!(response.text(), r#"{"several":true,"length":5000000}"#);
        assert!(site.get("/large").body == [b'x'].repeat(5_000_000));
        site.end();
    });
}

#[test]
fn a_request_is_what_was_sent() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let response = site
            .ask("PATCH /request?a=%20b#no HTTP/1.1\r\nHost: example.org:81\r\nX-A: 1\r\nx-a:  2 \r\n\r\n");
        assert_eq!(
            response.text(),
            r#"{"method":"PATCH","url":"http://example.org:81/request?a=%20b#no","headers":[["host","example.org:81"],["x-a","1, 2"]],"body":null}"#
        );
        let response = site.ask("GET http://other.org/request HTTP/1.1\r\nhost: other.org\r\n\r\n");
        assert!(response.text().contains(r#""url":"http://other.org/request""#), "{}", response.text());
        let response = site.ask("OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n");
        assert_eq!(response.text(), "/");
        // What a handler asks for only after waiting is still there.
        assert_eq!(site.get("/late").text(), "GET test");
        site.end();
    });
}

#[test]
fn responses_without_a_body() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let mut connection = site.connect();
        for (status, length) in
            [(204, None), (304, None), (205, Some("0")), (200, Some("0")), (404, Some("0"))]
        {
            connection.send(get(&format!("/empty?status={status}")));
            let response = connection.response();
            assert_eq!((response.status, response.header("content-length")), (status, length));
            assert_eq!(response.header("transfer-encoding"), None);
        }
        for target in ["/path", "/large"] {
            connection.send(format!("HEAD {target} HTTP/1.1\r\nhost: a\r\n\r\n"));
            let head = connection.head();
            connection.send(get(target));
            let whole = connection.response();
            assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));
            assert_eq!(head.header("content-type"), whole.header("content-type"));
        }
        site.end();
    });
}

#[test]
fn header_values_are_bytes() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let response = site.ask("GET /cookies HTTP/1.1\r\nhost: a\r\ncookie: a=1; b=2\r\n\r\n");
        assert_eq!(response.all("set-cookie"), ["a=1; Path=/", "b=2; HttpOnly"]);
        assert_eq!(response.header("x-latin1"), Some("caf\u{e9}"));
        assert_eq!(response.text(), "a=1; b=2");
        let response = site.ask(b"GET /latin1 HTTP/1.1\r\nhost: a\r\nx-name: \xe9\xff\r\n\r\n");
        assert_eq!(response.text(), "[233,255]");
        site.end();
    });
}

#[test]
fn a_date_is_sent_as_http_writes_it() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let response = site.get("/");
        let date = response.header("date").expect("because a server with a clock sends one");
        let shape: String = date
            .chars()
            .map(|c| match c {
                '0'..='9' => '0',
                'A'..='Z' => 'A',
                'a'..='z' => 'a',
                other => other,
            })
            .collect();
        assert_eq!(shape, "Aaa, 00 Aaa 0000 00:00:00 AAA", "{date}");
        assert!(date.ends_with("GMT"));
        site.end();
    });
}

#[test]
fn chunked_requests_are_joined() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let mut connection = site.connect();
        connection.send(
            "POST /text HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n\
             3\r\nabc\r\n0000A;name=value\r\n0123456789\r\n0\r\ntrailer: x\r\n\r\n",
        );
        assert_eq!(connection.response().text(), "abc0123456789");
        // One byte at a time, and the connection is still in step.
        for byte in
            "POST /text HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n".bytes()
        {
            connection.send([byte]);
        }
        assert_eq!(connection.response().text(), "de");
        site.end();
    });
}

#[test]
fn a_client_that_waits_is_told_to_continue_when_the_body_is_read() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, ECHO);
        let head = |target: &str| {
            format!("POST {target} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n")
        };
        let mut connection = site.connect();
        connection.send(head("/text"));
        assert_eq!(connection.response().status, 100);
        connection.send("hello");
        assert_eq!(connection.response().text(), "hello");
        // A handler that does not read answers at once, and the connection cannot go on.
        connection.send(head("/unread"));
        let response = connection.response();
        assert_eq!((response.status, response.header("connection")), (200, Some("close")));
        assert_eq!(connection.rest(), b"");
        site.end();
    });
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let code = r#"
        export default (request: Request) => {
          const { pathname } = new URL(request.url);
          const delay = Number(pathname.slice(1).split("-")[1]);
          if (Number.isNaN(delay)) return new Response(pathname);
          return new Promise((resolve) => setTimeout(() => resolve(new Response(pathname)), delay));
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let targets: Vec<String> = (0..60)
            .map(|number| match number % 4 {
                0 | 1 => format!("/{number}"),
                2 => format!("/{number}-0"),
                _ => format!("/{number}-{}", 9 - number % 9),
            })
            .collect();
        let mut connection = site.connect();
        connection.send(targets.iter().map(|target| get(target)).collect::<String>());
        for target in &targets {
            assert_eq!(connection.response().text(), target);
        }
        site.end();
    });
}

/// 200 requests over 20 connections, answered after delays that mix them, each with its own id everywhere.
#[test]
fn requests_do_not_see_each_other() {
    let code = r#"
        const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
        export default {
          async fetch(request: Request) {
            const id = new URL(request.url).searchParams.get("id")!;
            await pause(Number(id) * 7 % 11);
            const header = request.headers.get("x-id")!;
            await pause(Number(id) * 5 % 3);
            const body = await request.text();
            await pause(Number(id) * 3 % 5);
            return new Response(`${id} ${header} ${body} ${request.url}`, { headers: { "x-id": id } });
          },
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        std::thread::scope(|scope| {
            for connection in 0..20 {
                let site = &site;
                scope.spawn(move || {
                    let mut client = site.connect();
                    for round in 0..10 {
                        let id = connection * 10 + round;
                        let body = format!("{id}:").repeat(1 + id * 3);
                        let length = body.len();
                        client.send(format!(
                            "POST /?id={id} HTTP/1.1\r\nhost: h{id}\r\nx-id: {id}\r\ncontent-length: {length}\r\n\r\n{body}"
                        ));
                        let response = client.response();
                        assert_eq!(response.text(), format!("{id} {id} {body} http://h{id}/?id={id}"));
                        assert_eq!(response.header("x-id"), Some(id.to_string().as_str()));
                    }
                });
            }
        });
        site.end();
    });
}

#[test]
fn the_clients_address_is_known() {
    let code = r#"
        export default { fetch: (request, server) => Response.json(server.requestIP(request)) };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let mut connection = site.connect();
        connection.send(get("/"));
        let expected =
            format!(r#"{{"address":"127.0.0.1","port":{},"family":"IPv4"}}"#, connection.local_port());
        assert_eq!(connection.response().text(), expected);
        site.end();
    });
}
