//! A `nats-server` of the test's own.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// Killed when it is dropped.
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Server {
    /// A server with JetStream whose files are in a folder of the test.
    pub(crate) fn start(test: &str) -> Self {
        Self::start_with(test, "")
    }

    /// The same, with more in its configuration.
    pub(crate) fn start_with(test: &str, config: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nats").join(test);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("server.conf"), config).unwrap();
        let mut server = Self { folder, port: 0, child: None };
        loop {
            server.port = free_port();
            if server.run() {
                return server;
            }
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address())
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// The same server again, at the same place, with the files that it left.
    pub(crate) fn restart(&mut self) {
        self.kill();
        // Connections of the one before may still be on the port.
        while !self.run() {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// `false` when it ended at once: the port was taken meanwhile.
    fn run(&mut self) -> bool {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        let child = Command::new(program())
            .args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-js", "-sd"])
            .arg(self.folder.join("store"))
            .arg("-c")
            .arg(self.folder.join("server.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let child = self.child.insert(child);
        loop {
            if child.try_wait().unwrap().is_some() {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap();
                assert!(log.contains("address already in use"), "nats-server ended:\n{log}");
                self.child = None;
                return false;
            }
            if greets(self.port) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Debian has it in a folder that is not on everyone's path.
fn program() -> &'static str {
    let programs = ["nats-server", "/usr/sbin/nats-server"];
    let found = programs.into_iter().find(|program| {
        let version =
            Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    });
    found.expect(
        "these tests need nats-server, on the PATH or in /usr/sbin (Debian: apt-get install nats-server)",
    )
}

/// One that the system gives nobody by itself: it has to be free again after the server was killed.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let start = (std::process::id() % 1200) as u16 * 10;
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// The first line of a server that takes clients.
fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).is_ok() && line.starts_with("INFO ")
}
