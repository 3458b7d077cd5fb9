//! The HTTP server as clients meet it: bytes over a socket, on both I/O drivers.

mod client;
mod contexts;
mod examples;
mod failures;
mod limits;
mod messages;
mod shutdown;
mod streaming;

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Folder, Output, TIMEOUT, krepis, start, wait};
use client::{Connection, Response};

/// Runs a test on every driver that can be had here.
fn on_both_drivers(test: impl Fn(&'static str)) {
    for driver in ["portable", "uring"] {
        if driver == "uring"
            && let Some(reason) = why_no_uring()
        {
            println!("skipped on io_uring: {reason}");
            continue;
        }
        println!("KREPIS_IO={driver}");
        test(driver);
    }
}

/// What krepis says when io_uring cannot be had.
fn why_no_uring() -> Option<&'static str> {
    static REASON: OnceLock<Option<String>> = OnceLock::new();
    let probe = || {
        let mut command = krepis();
        command.args(["eval", "setTimeout(() => {}, 1)"]).env("KREPIS_IO", "uring");
        let output = crate::support::finish(&mut command, b"", TIMEOUT);
        output.stderr.contains("cannot be had").then_some(output.stderr)
    };
    REASON.get_or_init(probe).as_deref()
}

/// A program that listens.
struct Site {
    /// `None` once it was waited for.
    child: Option<Child>,
    address: SocketAddr,
    /// What it prints, line by line; a thread reads.
    lines: Mutex<mpsc::Receiver<String>>,
    stderr: Arc<Mutex<String>>,
    _folder: Option<Folder>,
}

impl Site {
    /// `krepis serve` with `code` as its module, on a free port.
    fn serve(driver: &str, code: &str) -> Self {
        Self::serve_with(driver, code, &[])
    }

    fn serve_with(driver: &str, code: &str, options: &[&str]) -> Self {
        let folder = Folder::new();
        let file = folder.write("app.ts", code);
        let mut command = krepis();
        command.arg("serve").arg(file).args(["--port", "0"]).args(options);
        Self::start(driver, &mut command, Some(folder))
    }

    /// `krepis FILE`, of a program that calls `serve` and prints the address as `krepis serve` does.
    fn run(driver: &str, code: &str) -> Self {
        let folder = Folder::new();
        let mut command = krepis();
        command.arg(folder.write("program.ts", code));
        Self::start(driver, &mut command, Some(folder))
    }

    fn start(driver: &str, command: &mut Command, folder: Option<Folder>) -> Self {
        let mut child = start(command.env("KREPIS_IO", driver));
        let stdout = BufReader::new(child.stdout.take().expect("because it is piped"));
        let (print, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                // A test that has seen enough does not listen.
                drop(print.send(line.expect("because the program prints text")));
            }
        });
        let stderr = Arc::new(Mutex::new(String::new()));
        let (mut pipe, text) = (child.stderr.take().expect("because it is piped"), Arc::clone(&stderr));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                text.lock()
                    .expect("because no thread panics")
                    .push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let unknown = SocketAddr::from(([0; 4], 0));
        let mut site =
            Self { child: Some(child), address: unknown, lines: Mutex::new(lines), stderr, _folder: folder };
        let line = site.line();
        let port = line.trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("printed {line:?}\n{}", site.stderr()));
        site.address = SocketAddr::from(([127, 0, 0, 1], port));
        site
    }

    /// The next line that the program prints.
    fn line(&self) -> String {
        let lines = self.lines.lock().expect("because no thread panics");
        lines.recv_timeout(TIMEOUT).unwrap_or_else(|_| panic!("no line was printed\n{}", self.stderr()))
    }

    fn connect(&self) -> Connection {
        Connection::open(self.address)
    }

    /// Sends one request on a connection of its own.
    fn ask(&self, request: impl AsRef<[u8]>) -> Response {
        let mut connection = self.connect();
        connection.send(request);
        connection.response()
    }

    fn get(&self, target: &str) -> Response {
        self.ask(get(target))
    }

    /// What the program has printed to standard error.
    fn stderr(&self) -> String {
        self.stderr.lock().expect("because no thread panics").clone()
    }

    /// Waits until standard error contains `text`.
    fn wait_for_stderr(&self, text: &str) -> String {
        let mut found = String::new();
        eventually(&format!("standard error contains {text:?}"), || {
            found = self.stderr();
            found.contains(text)
        });
        found
    }

    fn child(&self) -> &Child {
        self.child.as_ref().expect("because only `wait` takes it")
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child().id().to_string()]).status();
        assert!(status.expect("because every Unix has kill").success());
    }

    /// Waits for the end of the program.
    fn wait(mut self) -> Output {
        let child = self.child.take().expect("because only this takes it");
        let output = wait(child, TIMEOUT);
        let stdout =
            self.lines.lock().expect("because no thread panics").iter().map(|line| line + "\n").collect();
        Output { stdout, stderr: self.stderr(), ..output }
    }

    /// Ends it with SIGTERM, as a test that has not seen an error on standard error does.
    fn end(self) {
        self.signal("TERM");
        let output = self.wait();
        assert_eq!((output.code, output.stderr.as_str()), (Some(143), ""));
    }

    /// Ends it with SIGTERM, whatever it said.
    fn end_noisy(self) {
        self.signal("TERM");
        assert_eq!(self.wait().code, Some(143));
    }
}

/// A test that failed leaves nothing behind.
impl Drop for Site {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Waits for a condition that only the program's next steps bring about.
fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !condition() {
        assert!(Instant::now() < deadline, "it never happened that {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: test\r\n\r\n")
}

fn post(target: &str, content_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {target} HTTP/1.1\r\nhost: test\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}
