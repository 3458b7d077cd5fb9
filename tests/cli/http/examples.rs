//! The examples in `examples/`, as their readers run them.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{Site, get, on_both_drivers, post};
use crate::support::krepis;

fn serve(driver: &str, example: &str) -> Site {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
    Site::start(driver, krepis().arg("serve").arg(file).args(["--port", "0"]), None)
}

#[test]
fn api() {
    on_both_drivers(|driver| {
        let site = serve(driver, "api.ts");
        assert_eq!(site.get("/").text(), "Hello from Krepis\n");
        let users = site.get("/users");
        assert_eq!(users.text(), r#"[{"id":1,"name":"Ada"}]"#);
        assert_eq!(users.header("content-type"), Some("application/json"));
        let created = site.ask(post("/users", "application/json", r#"{"name":"Grace"}"#));
        assert_eq!((created.status, created.text()), (201, r#"{"id":2,"name":"Grace"}"#));
        assert_eq!(created.header("location"), Some("/users/2"));
        assert_eq!(site.get("/users/2").text(), r#"{"id":2,"name":"Grace"}"#);
        for target in ["/users/3", "/nowhere"] {
            let missing = site.get(target);
            assert_eq!(
                (missing.status, missing.text()),
                (404, &*format!(r#"{{"error":"nothing at {target}"}}"#))
            );
        }
        let unnamed = site.ask(post("/users", "application/json", "{}"));
        assert_eq!((unnamed.status, unnamed.text()), (400, r#"{"error":"expected a name"}"#));
        let ticks = site.get("/ticks");
        assert_eq!(ticks.header("content-type"), Some("text/event-stream"));
        let expected: String = (1..=5).map(|count| format!("data: tick {count}\n\n")).collect();
        assert_eq!(ticks.text(), expected);
        let mut leaving = site.connect();
        leaving.send(get("/ticks"));
        assert_eq!(leaving.head().status, 200);
        leaving.close();
        assert_eq!(site.get("/users/1").status, 200);
        assert_eq!(site.stderr(), "");
        let broken = site.ask(post("/users", "application/json", "{"));
        assert_eq!((broken.status, broken.text()), (500, "Internal Server Error"));
        site.wait_for_stderr("SyntaxError");
        site.end_noisy();
    });
}

#[test]
fn context() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    on_both_drivers(|driver| {
        let site = serve(driver, "context.ts");
        let line = || -> serde_json::Value { site.line().parse().expect("because it logs JSON") };
        let with = |target, header| get(target).replacen("\r\n", &format!("\r\n{header}\r\n"), 1);

        assert_eq!(site.get("/users/1").text(), r#"{"id":"1","name":"Ada"}"#);
        let (query, answer) = (line(), line());
        assert_eq!(query["message"], "query: select name from users where id = ?");
        assert_eq!(answer["message"], "/users/1: 200");
        assert_eq!((&query["trace"], &query["tenant"]), (&answer["trace"], &"public".into()));
        assert_ne!(query["span"], answer["span"]);

        let headers = format!("traceparent: 00-{TRACE}-b7ad6b7169203331-01\r\nbaggage: tenant=acme");
        let missing = site.ask(with("/users/9", headers));
        assert_eq!((missing.status, missing.text()), (404, r#"{"error":"nothing at /users/9"}"#));
        for logged in [line(), line()] {
            assert_eq!((&logged["trace"], &logged["tenant"]), (&TRACE.into(), &"acme".into()));
        }

        let late = site.ask(with("/report", "grpc-timeout: 200m".to_owned()));
        assert_eq!((late.status, late.text()), (504, r#"{"error":"The context's deadline has passed"}"#));
        assert_eq!(line()["message"], "query: select count(*) from history");
        assert_eq!(line()["message"], "/report: deadline-exceeded");

        let mut leaving = site.connect();
        leaving.send(get("/report"));
        assert_eq!(line()["message"], "query: select count(*) from history");
        leaving.close();
        assert_eq!(line()["message"], "/report: client-gone");
        site.end();
    });
}

#[test]
fn hono() {
    if let Err(reason) = install_hono() {
        println!("skipped: {reason}");
        return;
    }
    on_both_drivers(|driver| {
        let site = serve(driver, "hono/app.ts");
        assert_eq!(site.get("/").text(), "Hello from Hono on Krepis\n");
        assert_eq!(site.line(), "<-- GET /");
        let missing = site.get("/notes/a");
        assert_eq!((missing.status, missing.text()), (404, r#"{"error":"no such note"}"#));
        let put = post("/notes/a", "application/json", r#"{"note":"remember"}"#).replacen("POST", "PUT", 1);
        let created = site.ask(put);
        assert_eq!((created.status, created.text()), (201, r#"{"note":"remember"}"#));
        assert_eq!(site.get("/notes/a").text(), r#"{"note":"remember"}"#);
        assert_eq!(site.get("/nowhere").status, 404);
        site.end();
    });
}

/// Hono from the registry, unless it is there.
fn install_hono() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hono");
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder).stdin(Stdio::null());
    if folder.join("node_modules/hono").exists() {
        return Ok(());
    }
    let output = npm.output().map_err(|error| format!("npm cannot be started: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("npm ci failed:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}
