//! Starting `krepis`, with a limit on the time it may take.

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What no program of a test takes; a machine under load is slow.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The exit code; 128 and the signal's number where a signal ended it, as in a shell; `None` after the timeout.
    pub(crate) code: Option<i32>,
}

/// `krepis` with an environment that does not change its output, and with a compile cache of the tests' own.
pub(crate) fn krepis() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_krepis"));
    for name in ["FORCE_COLOR", "NO_COLOR", "NODE_NO_WARNINGS", "TZ"] {
        command.env_remove(name);
    }
    command.env("KREPIS_CACHE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/compile-cache"));
    command
}

/// Runs `krepis` with arguments and nothing on standard input.
pub(crate) fn run<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(args: I) -> Output {
    finish(krepis().args(args), b"", TIMEOUT)
}

/// Runs a command to its end with `input` on standard input.
pub(crate) fn finish(command: &mut Command, input: &[u8], timeout: Duration) -> Output {
    let mut child = start(command);
    let mut stdin = child.stdin.take().expect("because it is piped");
    let input = input.to_vec();
    // A program that does not read leaves the writer behind; it ends with the program.
    thread::spawn(move || drop(stdin.write_all(&input)));
    wait(child, timeout)
}

/// Starts a command with all three streams piped.
pub(crate) fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("because the binary was built for this test")
}

/// Waits for the end of a child and takes what it printed, as far as the test has not taken the streams itself; kills
/// it when it takes too long.
pub(crate) fn wait(mut child: Child, timeout: Duration) -> Output {
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let deadline = Instant::now() + timeout;
    let mut pause = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait().expect("because the child is ours") {
            break Some(status);
        }
        if Instant::now() > deadline {
            child.kill().expect("because the child is ours");
            child.wait().expect("because the child is ours");
            break None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let text = |stream: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&stream.join().expect("because reading does not panic")).into_owned()
    };
    Output { stdout: text(stdout), stderr: text(stderr), code: status.and_then(shell_code) }
}

fn collect(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut bytes).expect("because a pipe can be read");
        }
        bytes
    })
}

#[cfg(unix)]
fn shell_code(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal))
}

#[cfg(not(unix))]
fn shell_code(status: ExitStatus) -> Option<i32> {
    status.code()
}

/// A folder of its own for one test, removed at its end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("krepis-test-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).expect("because the temporary folder is writable");
        Self(path.canonicalize().expect("because it was just made"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("because the temporary folder is writable");
        }
        std::fs::write(&path, text).expect("because the temporary folder is writable");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
