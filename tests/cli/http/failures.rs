//! Handlers that fail, and programs that cannot serve.

use super::{Site, get, on_both_drivers, post};
use crate::support::{Folder, TIMEOUT, finish, krepis, run};

const FAILING: &str = r#"
class Secret extends Error {}
function fail(): never {
  throw new Secret("the password is swordfish");
}
export default {
  async fetch(request: Request): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case "/async": await null; fail();
      case "/string": throw "a string";
      case "/undefined": throw undefined;
      case "/nothing": return undefined as never;
      case "/number": return 5 as never;
      case "/object": return { status: 200 } as never;
      case "/used": { const response = new Response("a"); await response.text(); return response; }
      case "/locked": { const response = new Response("a"); response.body!.getReader(); return response; }
      case "/error": return Response.error();
      case "/header": return new Response("a", { headers: { "content-length": "7" } });
      case "/json": return Response.json(await request.json());
      case "/midway": return new Response(new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode("begin")),
        async pull() { await new Promise((resolve) => setTimeout(resolve, 5)); fail(); },
      }));
      case "/chunk": return new Response(new ReadableStream({
        start: (controller) => { controller.enqueue("text"); controller.close(); },
      }));
    }
    return new Response("well");
  },
};
"#;

#[test]
fn a_failure_is_told_to_the_operator_and_not_to_the_client() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, FAILING);
        for (target, expected) in [
            ("/async", "the password is swordfish"),
            ("/string", "a string"),
            ("/undefined", "undefined"),
            ("/nothing", "the handler returned undefined, expected a Response"),
            ("/number", "the handler returned number, expected a Response"),
            ("/object", "the handler returned an object (Object), expected a Response"),
            ("/used", "Body is unusable"),
            ("/locked", "its stream is locked"),
            ("/error", "status 0"),
        ] {
            let before = site.stderr().len();
            let mut connection = site.connect();
            connection.send(get(target));
            let response = connection.response();
            assert_eq!((response.status, response.text()), (500, "Internal Server Error"), "{target}");
            let told = site.wait_for_stderr(expected);
            assert!(told[before..].starts_with("Error in a request handler: "), "{target}: {told}");
            // The connection goes on.
            connection.send(get("/"));
            assert_eq!(connection.response().text(), "well", "{target}");
        }
        let response = site.ask(post("/json", "application/json", "{"));
        assert_eq!((response.status, response.text()), (500, "Internal Server Error"));
        site.wait_for_stderr("SyntaxError");
        assert!(site.stderr().contains("app.ts:4:"), "no stack in {}", site.stderr());
        site.end_noisy();
    });
}

#[test]
fn a_synchronous_failure_is_the_same() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, "export default (request) => {\n  null.x;\n};");
        let response = site.get("/");
        assert_eq!((response.status, response.text()), (500, "Internal Server Error"));
        assert!(site.wait_for_stderr("app.ts:2:").contains("TypeError"));
        site.end_noisy();
    });
}

#[test]
fn a_response_that_breaks_off_is_seen_to_be_incomplete() {
    on_both_drivers(|driver| {
        let site = Site::serve(driver, FAILING);
        let mut connection = site.connect();
        connection.send(get("/midway"));
        let response = connection.response();
        assert_eq!((response.status, response.text(), response.is_whole), (200, "begin", false));
        site.wait_for_stderr("swordfish");
        let mut connection = site.connect();
        connection.send(get("/chunk"));
        assert!(!connection.rest().ends_with(b"0\r\n\r\n"));
        site.wait_for_stderr("expected Uint8Array chunks, found string");
        // A wrong length would have the client wait, or take the next response for the body.
        let response = site.get("/header");
        assert!(response.status == 500 || response.body == b"a", "{response:?}");
        assert_eq!(site.get("/").text(), "well");
        site.end_noisy();
    });
}

#[test]
fn on_error_answers_for_a_handler() {
    let code = r#"
        export default {
          fetch(request: Request) {
            if (request.url.endsWith("/well")) return new Response("well");
            throw new Error(new URL(request.url).pathname);
          },
          async onError(error: Error, request: Request) {
            if (error.message === "/again") throw new Error("second");
            if (error.message === "/nothing") return;
            return new Response(`sorry for ${error.message} of ${request.method}`, { status: 503 });
          },
        };"#;
    on_both_drivers(|driver| {
        let site = Site::serve(driver, code);
        let response = site.get("/a");
        assert_eq!((response.status, response.text()), (503, "sorry for /a of GET"));
        assert_eq!(site.stderr(), "");
        for (target, expected) in [("/again", "second"), ("/nothing", "returned undefined")] {
            assert_eq!(site.get(target).text(), "Internal Server Error");
            site.wait_for_stderr(expected);
        }
        assert_eq!(site.get("/well").text(), "well");
        site.end_noisy();
    });
}

#[test]
fn what_a_module_exports_is_checked() {
    for (code, expected) in [
        ("export const a = 1;", "no default export"),
        ("export default 5;", "found number"),
        ("export default { get() {} };", "found an object (Object)"),
        ("export default { fetch: 5 };", "expected `export default { fetch(request) {...} }`"),
        ("export default null;", "found null"),
        ("throw new Error('at the top');", "at the top"),
    ] {
        let folder = Folder::new();
        let file = folder.write("app.ts", code);
        let output = run(["serve".as_ref(), file.as_os_str(), "--port".as_ref(), "0".as_ref()]);
        assert_eq!((output.stdout.as_str(), output.code), ("", Some(1)), "{code}");
        assert!(output.stderr.contains(expected), "{code}: {}", output.stderr);
    }
}

#[test]
fn a_port_in_use_is_said() {
    on_both_drivers(|driver| {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("because there are free ports");
        let port = taken.local_addr().expect("because it is bound").port();
        let folder = Folder::new();
        let code = format!(
            "import {{ serve }} from 'krepis:http';\nserve(() => new Response(), {{ port: {port} }});\nconsole.log('no');"
        );
        let program = folder.write("program.ts", &code);
        let app = folder.write("app.ts", "export default () => new Response();");
        let port_text = port.to_string();
        for args in [
            vec![program.as_os_str()],
            vec!["serve".as_ref(), app.as_os_str(), "--port".as_ref(), port_text.as_ref()],
            vec![
                "serve".as_ref(),
                app.as_os_str(),
                "--port".as_ref(),
                port_text.as_ref(),
                "--workers".as_ref(),
                "2".as_ref(),
            ],
        ] {
            let output = finish(krepis().args(&args).env("KREPIS_IO", driver), b"", TIMEOUT);
            let expected = format!("listen EADDRINUSE: address already in use 127.0.0.1:{port}");
            assert!(output.stderr.contains(&expected), "{args:?}: {}", output.stderr);
            assert_eq!((output.stdout.as_str(), output.code), ("", Some(1)), "{args:?}");
        }
        let code = format!(
            "import {{ serve }} from 'krepis:http';
            try {{ serve(() => new Response(), {{ port: {port} }}); }} catch (error) {{ console.log(error.code); }}"
        );
        let output =
            finish(krepis().arg(folder.write("catch.ts", &code)).env("KREPIS_IO", driver), b"", TIMEOUT);
        assert_eq!((output.stdout.as_str(), output.code), ("EADDRINUSE\n", Some(0)));
    });
}

#[test]
fn options_are_checked() {
    for (call, expected) in [
        ("serve()", "TypeError: serve: expected a handler function, found undefined"),
        ("serve({})", "TypeError: serve: expected a handler function, or an object with a fetch method"),
        (
            "serve(() => {}, { port: 65536 })",
            "RangeError: serve: expected a port from 0 to 65535, found 65536",
        ),
        ("serve(() => {}, { port: 'x' })", "RangeError: serve: expected a port from 0 to 65535, found x"),
        (
            "serve(() => {}, { headersTimeout: -1 })",
            "RangeError: serve: expected headersTimeout to be a number",
        ),
        ("serve(() => {}, { maxBodySize: '1' })", "RangeError: serve: expected maxBodySize to be a number"),
        ("serve(() => {}, { signal: AbortSignal.abort() })", "AbortError"),
        ("serve(() => {}, { port: 0, hostname: '256.256.256.256' })", "256.256.256.256"),
    ] {
        let folder = Folder::new();
        let code = format!("import {{ serve }} from 'krepis:http';\n{call};");
        let output = run([folder.write("program.mjs", &code)]);
        assert!(output.stderr.contains(expected), "{call}: {}", output.stderr);
        assert_eq!(output.code, Some(1), "{call}");
    }
}
