//! Runs a program once and says what it cost.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, Once};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use wait4::Wait4;

use super::cpu::Pinning;

/// No program here runs for longer than this; one that does is stuck, and is ended.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program with what it is given.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) env: Vec<(&'static str, OsString)>,
}

/// What one run cost.
pub(crate) struct Run {
    pub(crate) wall: Duration,
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Never less than this program's own peak (about 5 MB), which a child shares until it has become another program.
    pub(crate) peak_rss_bytes: u64,
}

impl Invocation {
    pub(crate) fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), args: Vec::new(), env: Vec::new() }
    }

    pub(crate) fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    /// With an environment of its own: cargo's many variables belong to no measurement.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().env("NO_COLOR", "1").env("DENO_NO_UPDATE_CHECK", "1");
        command.envs(
            ["PATH", "HOME", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))),
        );
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    /// Runs the program to its end; `read` gets its standard output.
    pub(crate) fn run<T>(
        &self,
        pinning: Pinning,
        scratch: &Path,
        read: impl FnOnce(ChildStdout) -> io::Result<T>,
    ) -> Result<(Run, T)> {
        let errors = scratch.join("stderr");
        let mut command = self.command();
        command.stdout(Stdio::piped()).stderr(File::create(&errors)?);

        let started = Instant::now();
        let mut child = pinning.measured(|| command.spawn()).with_context(|| self.cannot_start())?;
        watch(Some(&child));
        let output = read(child.stdout.take().expect("because it is piped"));
        let used = child.wait4();
        let wall = started.elapsed();
        watch(None);

        let (output, used) = (output?, used?);
        ensure!(used.status.success(), "{}", self.failed(&format!("ended with {}", used.status), &errors));
        let cpu = used.rusage.utime + used.rusage.stime;
        Ok((Run { wall, cpu, peak_rss_bytes: used.rusage.maxrss }, output))
    }

    /// The same, with the whole output as text.
    pub(crate) fn output(&self, pinning: Pinning, scratch: &Path) -> Result<(Run, String)> {
        self.run(pinning, scratch, |mut stdout| {
            let mut text = String::new();
            stdout.read_to_string(&mut text)?;
            Ok(text)
        })
    }

    fn cannot_start(&self) -> String {
        format!("cannot start {}", self.program.display())
    }

    fn failed(&self, how: &str, errors: &Path) -> String {
        let text = std::fs::read(errors)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default();
        let name = self.program.file_name().unwrap_or_default();
        match text.lines().find(|line| !line.trim().is_empty()) {
            Some(line) => format!("{} {how}: {}", name.display(), line.trim()),
            None => format!("{} {how}, with nothing on stderr", name.display()),
        }
    }
}

/// A server that has answered its first request, and ends when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// From before the process was started to the first byte of its first response.
    pub(crate) first_response: Duration,
}

impl Server {
    /// Starts what `invocation` makes of a free port.
    pub(crate) fn start(
        pinning: Pinning,
        scratch: &Path,
        invocation: impl FnOnce(u16) -> Invocation,
    ) -> Result<Self> {
        let port = free_port()?;
        let invocation = invocation(port);
        let errors = scratch.join("stderr");
        let mut command = invocation.command();
        command.stdout(Stdio::null()).stderr(File::create(&errors)?);

        let started = Instant::now();
        let child = pinning.measured(|| command.spawn()).with_context(|| invocation.cannot_start())?;
        let mut server = Self { child, port, first_response: Duration::ZERO };
        loop {
            if get_once(port).is_ok() {
                server.first_response = started.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("{}", invocation.failed(&format!("ended with {status} before it answered"), &errors));
            }
            if started.elapsed() > Duration::from_secs(10) {
                bail!("{}", invocation.failed("did not answer within 10 s", &errors));
            }
            thread::sleep(Duration::from_micros(50));
        }
    }

    /// User and system time of all its threads so far, in steps of the kernel's clock tick; Linux only.
    pub(crate) fn cpu_time(&self) -> Result<Duration> {
        let file = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
        let ticks = cpu_ticks(&stat).with_context(|| format!("{file} has no times"))?;
        Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
    }

    /// Resident memory now; Linux only.
    pub(crate) fn rss_bytes(&self) -> Result<u64> {
        let file = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
        resident_bytes(&status).with_context(|| format!("{file} has no VmRSS"))
    }
}

/// `utime` and `stime`, fields 14 and 15 of proc(5)'s `stat`; the name before them may hold spaces.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn resident_bytes(status: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    value.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn get_once(port: u16) -> io::Result<()> {
    use std::io::Write;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")?;
    let mut status = [0; 12];
    stream.read_exact(&mut status)?;
    if status.ends_with(b" 200") {
        Ok(())
    } else {
        Err(io::Error::other("the server did not answer with 200"))
    }
}

/// Ends a child that outlives [`PATIENCE`], so that a hanging program is a failed row and not a hanging benchmark.
fn watch(child: Option<&Child>) {
    static WATCHED: Mutex<Option<(Pid, Instant)>> = Mutex::new(None);
    static WATCHER: Once = Once::new();

    let pid = child.map(Pid::from_child);
    *WATCHED.lock().expect("because no holder of the lock panics") = pid.map(|pid| (pid, Instant::now()));
    WATCHER.call_once(|| {
        thread::spawn(|| {
            loop {
                thread::sleep(Duration::from_millis(500));
                let mut watched = WATCHED.lock().expect("because no holder of the lock panics");
                if let Some((pid, since)) = *watched
                    && since.elapsed() > PATIENCE
                {
                    let _ = kill_process(pid, Signal::KILL);
                    *watched = None;
                }
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("krepis-xtask-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    #[test]
    fn processor_time_is_read_past_a_name_with_spaces() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 100 0 0 0 12 30 0 0 20 0 1 0 5 1000 200";
        assert_eq!(cpu_ticks(stat), Some(42));
        assert_eq!(cpu_ticks("7 (x) S 1"), None);
    }

    #[test]
    fn a_run_has_output_and_cost() {
        let dir = scratch("run");
        let echo = Invocation::new("/bin/sh").args(["-c", "echo $GREETING"]).env("GREETING", "hello");
        let (run, output) = echo.output(Pinning::detect(false), &dir).unwrap();
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(output, "hello\n");
        assert!(run.peak_rss_bytes > 0 && run.wall > Duration::ZERO);
    }

    #[test]
    fn a_failure_says_what_the_program_said() {
        let dir = scratch("fail");
        let check = |script: &str, expected: &str| {
            let program = Invocation::new("/bin/sh").args(["-c", script]);
            assert_eq!(program.output(Pinning::detect(false), &dir).err().unwrap().to_string(), expected);
        };
        check("echo broken >&2; exit 3", "sh ended with exit status: 3: broken");
        check("exit 4", "sh ended with exit status: 4, with nothing on stderr");
        let server = Server::start(Pinning::detect(false), &dir, |_| {
            Invocation::new("/bin/sh").args(["-c", "echo no port >&2; exit 1"])
        });
        assert_eq!(
            server.err().unwrap().to_string(),
            "sh ended with exit status: 1 before it answered: no port"
        );
        std::fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn reads_resident_memory() {
        assert_eq!(resident_bytes("Name:\tx\nVmRSS:\t   2048 kB\nThreads:\t1\n"), Some(2048 * 1024));
        assert_eq!(resident_bytes("Name:\tx\n"), None);
    }
}
