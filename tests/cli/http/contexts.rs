//! The context of a request: what its headers say, how it ends, who sees it.

use std::collections::HashSet;
use std::sync::Mutex;
use std::thread;

use super::client::Connection;
use super::{Site, eventually, get, on_both_drivers};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

fn get_with(target: &str, headers: &[(&str, &str)]) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("GET {target} HTTP/1.1\r\nhost: test\r\n{lines}\r\n")
}

fn traced(target: &str) -> String {
    let traceparent = format!("00-{TRACE}-{SPAN}-01");
    let headers = [
        ("traceparent", traceparent.as_str()),
        ("tracestate", "vendor=1"),
        ("baggage", "user=ada,shop=a%20b"),
        ("x-request-id", "id-7"),
    ];
    get_with(target, &headers)
}

const TRACED: &str = r#"
    import { Context } from "krepis:context";
    import { setTimeout as sleep } from "node:timers/promises";

    export default async (request: Request, server: { url: string }): Promise<Response> => {
      const url = new URL(request.url);
      const context = Context.current()!;
      const seen = () => [context.traceId, context.parentSpanId, context.isSampled, context.tracestate,
        context.get("request.id"), [...context.baggage].join(";"), Context.current() === context].join(" ");
      switch (url.pathname) {
        case "/own": {
          await sleep(1);
          return new Response(seen());
        }
        case "/begins": return new Response(`${/^[0-9a-f]{32}$/.test(context.traceId)} ${context.parentSpanId}`);
        case "/headers": return new Response([...request.headers].map((header) => header.join(": ")).join("\n"));
        case "/out": {
          const init = url.search === "?own" ? { headers: { traceparent: "the program's", baggage: "of=its" } } : {};
          const response = await fetch(new URL("/headers", server.url), init);
          return new Response(`${context.spanId}\n${await response.text()}`);
        }
        case "/child": {
          return Context.run({ fields: { own: 1 } }, async () => {
            const { parentSpanId } = Context.current()!;
            await sleep(1);
            return new Response(`${parentSpanId === context.spanId} ${Context.current()!.traceId}`);
          });
        }
      }
      return new Response("?", { status: 404 });
    };"#;

#[test]
fn an_incoming_trace_is_continued_and_fetch_passes_it_on() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, TRACED);
        let expected = format!("{TRACE} {SPAN} true vendor=1 id-7 user,ada;shop,a b true");
        assert_eq!(site.ask(traced("/own")).text(), expected);
        assert_eq!(site.get("/begins").text(), "true undefined");
        assert_eq!(site.ask(traced("/child")).text(), format!("true {TRACE}"));
        // What is not valid is as if it were not there.
        let broken = get_with("/begins", &[("traceparent", "00-0-0-00")]);
        assert_eq!(site.ask(broken).text(), "true undefined");

        let response = site.ask(traced("/out"));
        let mut lines = response.text().lines();
        let span = lines.next().expect("because the handler sends its span");
        let headers: HashSet<&str> = lines.collect();
        for header in ["tracestate: vendor=1", "baggage: user=ada,shop=a%20b", "x-request-id: id-7"] {
            assert!(headers.contains(header), "no {header:?} in {headers:?}");
        }
        let traceparent = headers.iter().find_map(|header| header.strip_prefix("traceparent: "));
        let parts: Vec<&str> = traceparent.expect("because fetch passes it on").split('-').collect();
        assert_eq!((parts.len(), parts[0], parts[1], parts[3]), (4, "00", TRACE, "01"));
        // The request is a span of its own, below the handler's.
        assert!(parts[2] != SPAN && parts[2] != span, "{parts:?}");

        // Headers of the program's stay; a request that no trace came with begins none for others.
        let own = site.ask(traced("/out?own"));
        assert!(own.text().contains("\ntraceparent: the program's"), "{}", own.text());
        assert!(own.text().contains("\nbaggage: of=its"), "{}", own.text());
        assert!(!site.get("/out").text().contains("traceparent"));
        // What goes with a request needs no trace.
        let untraced =
            get_with("/out", &[("baggage", "user=ada"), ("x-request-id", "id-8"), ("tracestate", "a=1")]);
        let untraced = site.ask(untraced);
        for (header, is_there) in [
            ("baggage: user=ada", true),
            ("x-request-id: id-8", true),
            ("tracestate", false),
            ("traceparent", false),
        ] {
            assert_eq!(untraced.text().contains(header), is_there, "{header} in {}", untraced.text());
        }
        site.end();
    });
}

#[test]
fn a_grpc_timeout_is_the_deadline() {
    let code = r#"
        import { Context } from "krepis:context";
        import { setTimeout as sleep } from "node:timers/promises";

        export default async (request: Request): Promise<Response> => {
          const context = Context.current()!;
          if (request.url.endsWith("/remaining")) return new Response(String(context.remaining));
          try {
            await sleep(3_600_000, undefined, { signal: context.signal });
          } catch {}
          return new Response(`${context.cause} ${context.reason.name} ${Context.current() === context}`);
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let remaining = |timeout: &str| {
            let response = site.ask(get_with("/remaining", &[("grpc-timeout", timeout)]));
            response.text().parse::<f64>().expect("because it is a number, or Infinity")
        };
        let hour = remaining("1H");
        assert!(hour > 3_000_000.0 && hour <= 3_600_000.0, "{hour}");
        assert!(remaining("1n") == 0.0);
        assert!(remaining("soon").is_infinite());
        assert_eq!(site.get("/remaining").text(), "Infinity");
        let over = site.ask(get_with("/wait", &[("grpc-timeout", "20m")]));
        assert_eq!(over.text(), "deadline-exceeded TimeoutError true");
        site.end();
    });
}

#[test]
fn a_context_is_over_after_the_response() {
    let code = r#"
        import { Context, pool } from "krepis:context";
        import { setTimeout as sleep } from "node:timers/promises";

        let kept: Context;
        let id: string;
        let later = "";
        export default async (request: Request): Promise<Response> => {
          const context = Context.current()!;
          switch (new URL(request.url).pathname) {
            case "/keep":
              [kept, id] = [context, context.id];
              sleep(1).then(() => later = `${Context.current()}`);
              return new Response("kept");
            case "/kept": {
              let code = "";
              try {
                kept.get("a");
              } catch (error: any) {
                code = error.code;
              }
              return new Response(`${kept.isOpen} ${code} ${Context.find(id)}`);
            }
            case "/later": return new Response(later);
            case "/stream": {
              let count = 0;
              kept = context;
              return new Response(new ReadableStream({
                async pull(controller) {
                  await sleep(1);
                  controller.enqueue(new TextEncoder().encode(`${Context.current() === context} `));
                  if (++count === 3) controller.close();
                },
              }));
            }
            case "/fails": throw new Error("failed");
          }
          return new Response(String(pool.statistics().inUse));
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        // That of the question.
        assert_eq!(site.get("/in-use").text(), "1");
        assert_eq!(site.get("/keep").text(), "kept");
        assert_eq!(site.get("/kept").text(), "false ERR_CONTEXT_OVER undefined");
        eventually("what the handler began goes on without a context", || {
            site.get("/later").text() == "undefined"
        });
        assert_eq!(site.get("/stream").text(), "true true true ");
        assert_eq!(site.get("/in-use").text(), "1");
        assert_eq!(site.get("/fails").status, 500);
        assert_eq!(site.get("/in-use").text(), "1");
        site.wait_for_stderr("failed");
        site.end_noisy();
    });
}

#[test]
fn the_context_of_a_client_that_has_gone_says_so() {
    let code = r#"
        import { Context, pool } from "krepis:context";
        import { setTimeout as sleep } from "node:timers/promises";

        export default async (request: Request): Promise<Response> => {
          const context = Context.current()!;
          const seen: string[] = [];
          const see = (what: string) => seen.push(`${what} ${Context.current() === context} ${context.cause}`);
          switch (new URL(request.url).pathname) {
            case "/waits":
              request.signal.addEventListener("abort", () => see("request.signal"));
              context.signal.addEventListener("abort", () => see("context.signal"));
              console.log("waiting");
              await sleep(3_600_000, undefined, { signal: context.signal }).catch((error) => see(error.name));
              console.log(seen.sort().join(", "));
              return new Response("nobody hears");
            case "/disposes":
              context.dispose();
              console.log("waiting");
              await sleep(3_600_000, undefined, { signal: request.signal }).catch((error) => seen.push(error.name));
              console.log(`${seen} ${Context.current()}`);
              return new Response("nobody hears");
            case "/streams":
              return new Response(new ReadableStream({
                start: (controller) => controller.enqueue(new TextEncoder().encode("begin")),
                pull: () => new Promise(() => {}),
                cancel() {
                  see("cancel");
                  console.log(seen.join());
                },
              }));
          }
          return new Response(String(pool.statistics().inUse));
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let mut leaving = site.connect();
        leaving.send(get("/waits"));
        assert_eq!(site.line(), "waiting");
        leaving.close();
        assert_eq!(
            site.line(),
            "AbortError true client-gone, context.signal true client-gone, request.signal true client-gone"
        );
        let mut leaving = site.connect();
        leaving.send(get("/disposes"));
        assert_eq!(site.line(), "waiting");
        leaving.close();
        assert_eq!(site.line(), "AbortError undefined");
        let mut leaving = site.connect();
        leaving.send(get("/streams"));
        assert_eq!(leaving.head().status, 200);
        assert_eq!(leaving.chunk().as_deref(), Some(&b"begin"[..]));
        leaving.close();
        assert_eq!(site.line(), "cancel true client-gone");
        eventually("only the context of the question is left", || site.get("/in-use").text() == "1");
        site.end();
    });
}

#[test]
fn workers_see_the_same_contexts() {
    let code = r#"
        import { Context } from "krepis:context";

        const me = crypto.randomUUID();
        let kept: Context | undefined;
        let told = "";
        export default (request: Request): Response => {
          const url = new URL(request.url);
          const id = url.searchParams.get("id")!;
          const answer = (text: unknown) => new Response(`${me} ${text}`);
          switch (url.pathname) {
            case "/make":
              kept = Context.create({ fields: { who: "made", long: "long ".repeat(100) } });
              kept.signal.addEventListener("abort", () => told = kept!.cause!);
              return answer(kept.id);
            case "/find": {
              using found = Context.find(id);
              const fields = `${found?.get("who")} ${found?.get("long")?.length} ${found?.get("seen-by")}`;
              found?.set("seen-by", me);
              return answer(fields);
            }
            case "/seen": return answer(kept?.get("seen-by"));
            case "/cancel": {
              using found = Context.find(id);
              return answer(found?.cancel("shutdown"));
            }
            case "/told": return answer(told);
            case "/dispose":
              kept?.dispose();
              return answer("disposed");
          }
          return answer("?");
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve_with(driver, code, &["--workers", "2"]);
        let ask = |connection: &mut Connection, target: &str| {
            connection.send(get(target));
            let response = connection.response();
            let (worker, text) = response.text().split_once(' ').expect("because both are sent");
            (worker.to_owned(), text.to_owned())
        };
        let mut one = site.connect();
        let (maker, id) = ask(&mut one, "/make");
        // The kernel spreads connections by their ports.
        let mut other = site.connect();
        let mut other_worker = String::new();
        eventually("the other worker answers", || {
            other = site.connect();
            other_worker = ask(&mut other, "/who").0;
            other_worker != maker
        });
        let find = format!("/find?id={id}");
        assert_eq!(ask(&mut other, &find).1, "made 500 undefined");
        assert_eq!(ask(&mut other, &find).1, format!("made 500 {other_worker}"));
        assert_eq!(ask(&mut one, "/seen").1, other_worker);
        assert_eq!(ask(&mut one, "/told").1, "");
        assert_eq!(ask(&mut other, &format!("/cancel?id={id}")).1, "true");
        assert_eq!(ask(&mut other, &format!("/cancel?id={id}")).1, "false");
        eventually("the maker's signal has told", || ask(&mut one, "/told").1 == "shutdown");
        assert_eq!(ask(&mut one, "/dispose").1, "disposed");
        for connection in [&mut one, &mut other] {
            assert_eq!(ask(connection, &find).1, "undefined undefined undefined");
        }
        site.end();
    });
}

/// Two threads write to one context, make and end contexts below it, and look for contexts that the other one ends meanwhile.
#[test]
fn workers_race_for_the_same_contexts() {
    const CONNECTIONS: usize = 8;
    const REQUESTS: usize = 25;
    let code = r#"
        import { Context, pool } from "krepis:context";

        const me = crypto.randomUUID();
        let made: Context | undefined;
        let held: Context[] = [];
        export default (request: Request): Response => {
          const url = new URL(request.url);
          const parameter = (name: string) => url.searchParams.get(name)!;
          const answer = (text: unknown) => new Response(`${me} ${text}`);
          switch (url.pathname) {
            case "/make": return answer((made = Context.create({ fields: { who: "shared" } })).id);
            case "/write": {
              using shared = Context.find(parameter("id"))!;
              const wrong: string[] = [];
              for (let i = 0; i < 6; i++) {
                const name = `${parameter("n")}.${i}`;
                const value = i % 2 === 0 ? Number(parameter("n")) : `of ${name}`;
                shared.set(name, value);
                if (shared.get(name) !== value) wrong.push(name);
                // Contexts below it, whose references meet at the same word.
                for (let k = 0; k < 20; k++) {
                  using child = shared.child({ fields: { k, name } });
                  using twin = child.clone();
                  if (twin.get("k") !== k || twin.get("name") !== name || twin.get(name) !== value) wrong.push(`${name} ${k}`);
                }
                for (const [found, text] of shared) {
                  if (typeof text === "string" && found !== "who" && text !== `of ${found}`) wrong.push(`${found} is ${text}`);
                }
              }
              return answer(wrong.join() || "well");
            }
            case "/count": {
              using shared = Context.find(parameter("id"))!;
              return answer(`${[...shared].length} ${shared.get("who")}`);
            }
            case "/churn": {
              for (const context of held) context.dispose();
              held = Context.batch(60);
              for (const context of held) context.set("self", context.id);
              return answer(held.map((context) => context.id).join());
            }
            case "/find": {
              const wrong: string[] = [];
              let found = 0;
              for (const id of parameter("ids").split(",")) {
                using context = Context.find(id);
                if (context === undefined) continue;
                found++;
                const self = context.get("self");
                if (context.id !== id || (self !== undefined && self !== id)) wrong.push(`${id} is ${self}`);
              }
              return answer(wrong.join() || (found <= 60 ? "well" : "too many"));
            }
            case "/end":
              made?.dispose();
              for (const context of held) context.dispose();
              return answer(pool.statistics().inUse);
          }
          return answer("?");
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve_with(driver, code, &["--workers", "2"]);
        let ask = |connection: &mut Connection, target: &str| {
            connection.send(get(target));
            let response = connection.response();
            response.text().split_once(' ').expect("because both are sent").1.to_owned()
        };
        let mut one = site.connect();
        let id = ask(&mut one, "/make");
        let ids = Mutex::new(String::from("1/1"));
        thread::scope(|scope| {
            for connection in 0..CONNECTIONS {
                let (site, id) = (&site, &id);
                scope.spawn(move || {
                    let mut own = site.connect();
                    for request in 0..REQUESTS {
                        let n = connection * REQUESTS + request;
                        assert_eq!(ask(&mut own, &format!("/write?id={id}&n={n}")), "well");
                    }
                });
            }
            // What one worker makes and ends is looked for by both: connections come to whichever.
            let (site, ids) = (&site, &ids);
            let churning = scope.spawn(move || {
                let mut own = site.connect();
                for _ in 0..CONNECTIONS * REQUESTS {
                    let made = ask(&mut own, "/churn");
                    *ids.lock().expect("because no thread panics") = made;
                }
            });
            let mut own: [Connection; 4] = std::array::from_fn(|_| site.connect());
            for turn in (0..own.len()).cycle() {
                let target = format!("/find?ids={}", ids.lock().expect("because no thread panics"));
                assert_eq!(ask(&mut own[turn], &target), "well");
                if churning.is_finished() {
                    break;
                }
            }
        });
        for _ in 0..4 {
            let expected = format!("{} shared", CONNECTIONS * REQUESTS * 6 + 1);
            assert_eq!(ask(&mut site.connect(), &format!("/count?id={id}")), expected);
        }
        eventually("both workers have ended what they made", || ask(&mut site.connect(), "/end") == "0");
        site.end();
    });
}

/// All of a round are in their handlers at once, and go on in turns.
#[test]
fn requests_at_once_see_only_their_own_data() {
    const AT_ONCE: usize = 500;
    const ROUNDS: usize = 2;
    let code = format!(
        r#"
        import {{ AsyncLocalStorage }} from "node:async_hooks";
        import {{ Context, Variable }} from "krepis:context";
        import {{ setTimeout as sleep }} from "node:timers/promises";

        const storage = new AsyncLocalStorage<string>();
        const variable = new Variable<string>();
        let waiting = 0;
        let gate = Promise.withResolvers<void>();
        async function all(): Promise<void> {{
          const {{ promise, resolve }} = gate;
          if (++waiting < {AT_ONCE}) return promise;
          waiting = 0;
          gate = Promise.withResolvers();
          resolve();
        }}
        export default async (request: Request): Promise<Response> => {{
          const own = new URL(request.url).pathname.slice(1);
          const wrong: string[] = [];
          const check = (what: string) => {{
            const context = Context.current();
            const seen = [context?.get("own"), context?.get("request.id"), context?.baggage.get("own"), context?.traceId,
              storage.getStore(), variable.get()];
            const expected = [own, own, own, own.padStart(32, "a"), own, own];
            if (seen.join() !== expected.join()) wrong.push(`${{what}}: ${{seen.join()}}`);
          }};
          Context.current()!.set("own", own);
          return storage.run(own, () => variable.run(own, async () => {{
            check("at first");
            await all();
            check("after all have come");
            await sleep(Number(own) % 7);
            check("after a timer");
            await Promise.all([1, 2, 3].map((i) => sleep(i).then(() => check("in a reaction"))));
            queueMicrotask(() => check("in a microtask"));
            await Context.run({{ fields: {{ inner: own }} }}, async () => {{
              await sleep(1);
              check("in a context below");
              if (Context.current()!.get("inner") !== own) wrong.push("another's inner field");
            }});
            check("at last");
            return new Response(wrong.length === 0 ? own : wrong.join("; "));
          }}));
        }};"#
    );
    on_both_drivers(|driver| {
        let site = Site::serve(driver, &code);
        for round in 0..ROUNDS {
            let mut connections: Vec<_> = (0..AT_ONCE).map(|_| site.connect()).collect();
            let own = |at: usize| (round * AT_ONCE + at).to_string();
            for (at, connection) in connections.iter_mut().enumerate() {
                let own = own(at);
                let (traceparent, baggage) = (format!("00-{own:a>32}-{SPAN}-00"), format!("own={own}"));
                let headers =
                    [("traceparent", traceparent.as_str()), ("baggage", &baggage), ("x-request-id", &own)];
                connection.send(get_with(&format!("/{own}"), &headers));
            }
            for (at, connection) in connections.iter_mut().enumerate() {
                assert_eq!(connection.response().text(), own(at));
            }
        }
        site.end();
    });
}
