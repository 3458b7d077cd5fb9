//! Ways to end: `server.stop()`, signals, several workers.

use super::{Connection, Site, get, on_both_drivers};

/// Prints `begun` when a request is there and answers it when told to by a second one.
const SLOW: &str = r#"
let release: () => void;
export default {
  async fetch(request: Request) {
    if (request.url.endsWith("/release")) { release(); return new Response("released"); }
    if (request.url.endsWith("/fast")) return new Response("fast");
    if (request.url.endsWith("/stream")) {
      return new Response(async function* () {
        yield new TextEncoder().encode("first ");
        await new Promise<void>((resolve) => { release = resolve; console.log("begun"); });
        yield new TextEncoder().encode("last");
      }());
    }
    await new Promise<void>((resolve) => { release = resolve; console.log("begun"); });
    return new Response("slow");
  },
};
"#;

/// Two connections: one whose request waits, one that can release it.
fn waiting(site: &Site, target: &str) -> (Connection, Connection) {
    // The second one has begun a request, so that draining waits for it.
    let mut helper = site.connect();
    helper.send(get("/fast"));
    assert_eq!(helper.response().text(), "fast");
    helper.send("GET /release HTTP/1.1\r\n");
    let mut slow = site.connect();
    slow.send(get(target));
    assert_eq!(site.line(), "begun");
    (slow, helper)
}

fn refuses_connections(site: &Site) {
    super::eventually("new connections are refused", || std::net::TcpStream::connect(site.address).is_err());
}

#[test]
fn a_signal_lets_requests_in_flight_finish() {
    on_both_drivers(|driver| {
        for (signal, code) in [("TERM", 143), ("INT", 130)] {
            for (target, expected) in [("/", "slow"), ("/stream", "first last")] {
                let site = Site::serve(driver, SLOW);
                let mut idle = site.connect();
                idle.send(get("/fast"));
                assert_eq!(idle.response().text(), "fast");
                let (mut slow, mut helper) = waiting(&site, target);
                site.signal(signal);
                // An idle connection is closed, and no new one accepted.
                assert_eq!(idle.rest(), b"");
                refuses_connections(&site);
                helper.send("host: a\r\n\r\n");
                let response = helper.response();
                assert_eq!((response.text(), response.header("connection")), ("released", Some("close")));
                let response = slow.response();
                assert_eq!((response.text(), response.is_whole), (expected, true));
                assert_eq!(slow.rest(), b"");
                let output = site.wait();
                assert_eq!((output.code, output.stderr.as_str()), (Some(code), ""), "{signal} {target}");
            }
        }
    });
}

#[test]
fn a_second_signal_ends_at_once() {
    on_both_drivers(|driver| {
        for (first, second, code) in
            [("TERM", "TERM", 143), ("INT", "INT", 130), ("TERM", "INT", 130), ("INT", "TERM", 143)]
        {
            let site = Site::serve(driver, SLOW);
            let (mut slow, _helper) = waiting(&site, "/");
            site.signal(first);
            refuses_connections(&site);
            site.signal(second);
            assert_eq!(site.wait().code, Some(code), "{first} {second}");
            assert_eq!(slow.rest(), b"");
        }
    });
}

#[test]
fn a_listener_of_the_program_takes_the_place_of_draining() {
    let code =
        format!("{SLOW} process.on('SIGTERM', (name) => {{ console.log('got', name); process.exit(7); }});");
    on_both_drivers(|driver| {
        let site = Site::serve(driver, &code);
        let (_slow, _helper) = waiting(&site, "/");
        site.signal("TERM");
        let output = site.wait();
        assert_eq!((output.stdout.as_str(), output.code), ("got SIGTERM\n", Some(7)));
    });
}

#[test]
fn stop_drains_and_lets_the_program_end() {
    let code = r#"
        import { serve } from "krepis:http";
        let release: () => void;
        const server = serve(async (request) => {
          const { pathname } = new URL(request.url);
          if (pathname === "/stop") {
            server.stop().then((all) => console.log("stopped", all));
            server.finished.then(() => console.log("finished"));
            return new Response("stopping");
          }
          if (pathname === "/release") { release(); return new Response("released"); }
          if (pathname === "/fast") return new Response("fast");
          await new Promise<void>((resolve) => { release = resolve; console.log("begun"); });
          return new Response("slow");
        }, { port: 0, onListen: (server) => console.log(`Listening on ${server.url}`) });"#;
    on_both_drivers(|driver| {
        let site = Site::run(driver, code);
        let (mut slow, mut helper) = waiting(&site, "/");
        assert_eq!(site.get("/stop").text(), "stopping");
        refuses_connections(&site);
        helper.send("host: a\r\n\r\n");
        assert_eq!(helper.response().text(), "released");
        assert_eq!(slow.response().text(), "slow");
        let output = site.wait();
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        let mut lines: Vec<&str> = output.stdout.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["finished", "stopped true"]);
    });
}

#[test]
fn stop_does_not_wait_longer_than_it_is_told_to() {
    let code = r#"
        import { serve } from "krepis:http";
        const server = serve(async (request) => {
          request.signal.onabort = () => console.log("aborted");
          console.log("stopped", await server.stop({ grace: 20 }));
          return new Response("too late");
        }, { port: 0 });
        console.log(`Listening on ${server.url}`);"#;
    on_both_drivers(|driver| {
        let site = Site::run(driver, code);
        let mut connection = site.connect();
        connection.send(get("/"));
        assert_eq!(connection.rest(), b"");
        let output = site.wait();
        assert_eq!(
            (output.stdout.as_str(), output.code),
            ("aborted\nstopped false\n", Some(0)),
            "{}",
            output.stderr
        );
    });
}

#[test]
fn a_signal_option_and_disposal_stop_a_server() {
    on_both_drivers(|driver| {
        for stop in ["controller.abort();", "await server[Symbol.asyncDispose]();"] {
            let code = format!(
                r#"
                import {{ serve }} from "krepis:http";
                const controller = new AbortController();
                const server = serve(() => new Response("a"), {{ port: 0, signal: controller.signal }});
                console.log(`Listening on ${{server.url}}`);
                process.stdin.once("data", async () => {{ {stop} await server.finished; process.exit(3); }});"#
            );
            let mut site = Site::run(driver, &code);
            assert_eq!(site.get("/").text(), "a");
            let mut stdin =
                site.child.as_mut().and_then(|child| child.stdin.take()).expect("because it is piped");
            std::io::Write::write_all(&mut stdin, b"go\n").expect("because the program reads");
            assert_eq!(site.wait().code, Some(3));
        }
    });
}

/// Once no server is left, a signal does what it does in any program.
#[test]
fn a_program_that_has_stopped_its_server_can_be_ended() {
    let code = r#"
        import { serve } from "krepis:http";
        const server = serve(() => new Response("a"), { port: 0 });
        console.log(`Listening on ${server.url}`);
        await server.stop();
        console.log("stopped");
        setInterval(() => {}, 1000);"#;
    on_both_drivers(|driver| {
        for (signal, code_expected) in [("TERM", 143), ("INT", 130)] {
            let site = Site::run(driver, code);
            assert_eq!(site.line(), "stopped");
            site.signal(signal);
            assert_eq!(site.wait().code, Some(code_expected), "{signal}");
        }
    });
}

#[test]
fn workers_share_a_port_and_end_together() {
    let code = r#"
        const worker = crypto.randomUUID();
        export default () => new Response(worker, { headers: { connection: "close" } });"#;
    on_both_drivers(|driver| {
        let site = Site::serve_with(driver, code, &["--workers", "2"]);
        let mut workers = std::collections::HashSet::new();
        // The kernel spreads connections by their ports.
        super::eventually("both workers have answered", || {
            workers.insert(site.get("/").text().to_owned());
            workers.len() == 2
        });
        site.signal("TERM");
        let output = site.wait();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str(), output.code), ("", "", Some(143)));
    });
}

/// A signal drains every server of a program at the same time, also one that the program is stopping already.
#[test]
fn a_signal_ends_all_servers() {
    let code = r#"
        import { serve } from "krepis:http";
        let release: () => void;
        const second = serve(() => new Response("second"), { port: 0 });
        const first = serve(async (request) => {
          const { pathname } = new URL(request.url);
          if (pathname === "/second") return new Response(String(second.port));
          if (pathname === "/stop") { first.stop(); return new Response("stopping"); }
          if (pathname === "/release") { release(); return new Response("released"); }
          if (pathname === "/fast") return new Response("fast");
          await new Promise<void>((resolve) => { release = resolve; console.log("begun"); });
          return new Response("slow");
        }, { port: 0 });
        console.log(`Listening on ${first.url}`);"#;
    on_both_drivers(|driver| {
        for stops in [false, true] {
            let site = Site::run(driver, code);
            let port: u16 = site.get("/second").text().parse().expect("because it is a port");
            let (mut slow, mut helper) = waiting(&site, "/");
            if stops {
                assert_eq!(site.get("/stop").text(), "stopping");
                refuses_connections(&site);
            }
            site.signal("TERM");
            super::eventually("the second server is closed", || {
                std::net::TcpStream::connect(("127.0.0.1", port)).is_err()
            });
            refuses_connections(&site);
            helper.send("host: a\r\n\r\n");
            assert_eq!(helper.response().text(), "released");
            assert_eq!(slow.response().text(), "slow");
            let output = site.wait();
            assert_eq!((output.stderr.as_str(), output.code), ("", Some(143)));
        }
    });
}
