//! Subsystems in several processes: programs that speak by way of a real `nats-server`.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::support::{TIMEOUT, krepis, start};
use server::Server;

#[allow(dead_code, clippy::unwrap_used)] // It is shared with tests of Rust.
#[path = "../../mycelia-router/tests/nats/server.rs"]
mod server;

/// A running program of `tests/cli/nats`, killed when it is dropped.
struct Program {
    name: String,
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    stderr: Option<JoinHandle<String>>,
}

impl Program {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let file = format!("{}/tests/cli/nats/{name}.ts", env!("CARGO_MANIFEST_DIR"));
        let mut child = start(krepis().arg(file).args(arguments));
        let stdout = BufReader::new(child.stdout.take().expect("because it is piped"));
        let mut stderr = child.stderr.take().expect("because it is piped");
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // The test may have seen enough.
                drop(sender.send(line));
            }
        });
        let stderr = thread::spawn(move || {
            let mut text = Vec::new();
            drop(stderr.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        let name = format!("{name} {}", arguments.join(" "));
        Self { name, child, lines, seen: Vec::new(), stderr: Some(stderr) }
    }

    /// One that handles orders under a name.
    fn serving(name: &str, server: &Server) -> Self {
        let mut program = Self::start("serve", &[name, &server.url()]);
        program.until("serving orders connected");
        program
    }

    /// The next line, if it comes within the time; `None` at the end.
    fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(TIMEOUT) {
            Ok(line) => {
                self.seen.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => self.fail("it prints nothing more"),
        }
    }

    /// Waits for a line that begins like this.
    fn until(&mut self, start: &str) -> String {
        loop {
            match self.line() {
                Some(line) if line.starts_with(start) => return line,
                Some(_) => {}
                None => self.fail(&format!("it ended without a line that begins with {start:?}")),
            }
        }
    }

    /// Waits until it ends by itself: everything that it printed.
    fn output(&mut self) -> String {
        while self.line().is_some() {}
        let deadline = Instant::now() + TIMEOUT;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("because the child is ours") {
                break status;
            }
            if Instant::now() > deadline {
                self.fail("it does not end");
            }
            thread::sleep(Duration::from_millis(5));
        };
        self.check(status);
        self.seen.iter().map(|line| format!("{line}\n")).collect()
    }

    fn check(&mut self, status: ExitStatus) {
        let stderr = self.stderr.take().map(|text| text.join().expect("because reading does not panic"));
        assert_eq!(stderr.as_deref(), Some(""), "{}", self.name);
        assert!(status.success(), "{}: {status}", self.name);
    }

    fn fail(&mut self, why: &str) -> ! {
        drop(self.child.kill());
        let stderr = self.stderr.take().and_then(|text| text.join().ok()).unwrap_or_default();
        panic!("{}: {why}\nafter {:#?}\n{stderr}", self.name, self.seen);
    }

    /// Asks it to end.
    fn terminate(&self) {
        let status = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
        assert!(status.expect("because every Unix has kill").success());
    }

    /// As `kill -9` does.
    fn kill(&mut self) {
        self.child.kill().expect("because the child is ours");
        self.child.wait().expect("because the child is ours");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What a program prints that runs to its end beside a server.
fn printed(name: &str, server: &Server) -> String {
    Program::start(name, &[&server.url()]).output()
}

#[test]
fn another_process_answers() {
    let server = Server::start_with("cli-ask", "max_payload: 4096");
    let mut serving = Program::serving("one", &server);
    assert_eq!(printed("ask", &server), include_str!("nats/ask.out"));
    let logged = serving.until("logged");
    assert!(logged.starts_with("logged { a: 1 } {") && logged.contains("'x-who': 'ada'"), "{logged}");
    serving.terminate();
    serving.until("drained 0 closed");
    serving.output();
}

#[test]
fn what_cannot_be_mounted_says_why() {
    let server = Server::start_with("cli-wrong", "authorization: { user: ada, password: s3cret }");
    let output = printed("wrong", &server);
    assert_eq!(output, include_str!("nats/wrong.out"));
    assert!(!output.contains("s3cret") && !output.contains("wr0ng"));
}

#[test]
fn a_process_answers_itself_by_way_of_the_server() {
    let server = Server::start("cli-own");
    assert_eq!(printed("own", &server), include_str!("nats/own.out"));
}

#[test]
fn draining_sends_what_is_to_be_sent() {
    let server = Server::start("cli-burst");
    let mut stream = client(&server, "SUB orders.burst 1\r\n");
    let mut burst = Program::start("burst", &[&server.url()]);
    let mut line = String::new();
    for number in 0..5_000 {
        while !line.starts_with("HMSG orders.burst 1 ") {
            line.clear();
            assert_ne!(stream.read_line(&mut line).expect("within the time"), 0, "after {number}");
        }
        line.clear();
    }
    assert_eq!(burst.output(), "5000 0\n");
}

#[test]
fn processes_share_the_work_and_one_goes() {
    let server = Server::start("cli-share");
    let [mut one, mut other] = ["one", "other"].map(|name| Program::serving(name, &server));
    let mut asking = Program::start("share", &[&server.url()]);
    asking.until("both");
    one.terminate();
    let handled: u32 =
        one.until("drained").split(' ').nth(1).and_then(|count| count.parse().ok()).unwrap_or(0);
    one.output();
    let answers = asking.until("{");
    assert_eq!(
        answers,
        format!(r#"{{"answered":{{"one":{handled},"other":{}}},"failed":[]}}"#, 600 - handled)
    );
    assert!(handled >= 20);
    other.terminate();
    other.until(&format!("drained {}", 600 - handled));
}

#[test]
fn what_a_stream_has_is_handled() {
    let mut server = Server::start("cli-stream");
    let url = server.url();
    let [mut one, mut other] = [(); 2].map(|()| Program::start("consume", &[&url]));
    one.until("serving");
    other.until("serving");
    let mut producing = Program::start("produce", &[&url]);
    for _ in 0..50 {
        producing.until("stored");
    }
    one.until("handled");
    server.kill();
    one.kill();
    server.restart();
    producing.until("done");
    assert_eq!(numbers(&producing, "stored"), (0..300).collect());
    while one.line().is_some() {}
    // What was with the one that died comes to the other when nobody has acknowledged it for a time.
    while &numbers(&one, "handled") | &numbers(&other, "handled") != (0..300).collect() {
        other.until("handled");
    }
}

/// Of the lines that begin with a word.
fn numbers(program: &Program, word: &str) -> BTreeSet<u32> {
    let numbers = program.seen.iter().filter_map(|line| line.strip_prefix(word)?.trim().parse().ok());
    numbers.collect()
}

#[test]
fn what_no_handler_bears_is_given_up() {
    let server = Server::start("cli-dead");
    assert_eq!(printed("dead", &server), include_str!("nats/dead.out"));
}

#[test]
fn workers_serve_what_comes() {
    let server = Server::start("cli-workers");
    assert_eq!(printed("workers", &server), include_str!("nats/workers.out"));
}

#[test]
fn clients_of_another_kind_send_bytes() {
    let server = Server::start("cli-foreign");
    let _serving = Program::serving("one", &server);
    let mut stream = client(&server, "SUB answers 1\r\nPUB orders.7.kind answers 2\r\nhi\r\n");
    let mut line = String::new();
    while !line.ends_with("Uint8Array: 104,105\r\n") {
        assert_ne!(stream.read_line(&mut line).expect("within the time"), 0, "{line}");
    }
    assert!(line.contains("content-type: text/plain; charset=utf-8\r\n"), "{line}");
}

/// Speaks the protocol by hand. Returns when the server has heard it.
fn client(server: &Server, lines: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(server.address()).expect("because the server is there");
    stream.set_read_timeout(Some(TIMEOUT)).expect("because it is a time");
    let hello = format!("CONNECT {{\"verbose\":false,\"headers\":true}}\r\n{lines}PING\r\n");
    stream.write_all(hello.as_bytes()).expect("because the server reads");
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while line != "PONG\r\n" {
        line.clear();
        assert_ne!(stream.read_line(&mut line).expect("within the time"), 0);
    }
    stream
}
