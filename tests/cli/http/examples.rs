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
