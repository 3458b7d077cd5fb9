//! `--watch`: runs the program in a child process, and again whenever one of its files changes.
//!
//! The child writes the path of each module it loads to a file that the variable [`REPORT`] names; the parent watches
//! the folders of these files. There is never more than one child.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, ExitStatus};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use kiren_runtime::LoadObserver;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};

use crate::args::Command;

/// Names the file to which a child reports what it loads.
const REPORT: &str = "KREPIS_WATCH_REPORT";
/// Editors write a file in several steps, and more than one file at a time.
const SETTLE: Duration = Duration::from_millis(50);
/// How long a child may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// In a child of `--watch`: what reports its files.
pub(crate) fn reporter() -> Option<LoadObserver> {
    let path = std::env::var_os(REPORT)?;
    let file = OpenOptions::new().append(true).open(path).ok()?;
    let file = Mutex::new(file);
    Some(LoadObserver::new(move |path| {
        let mut line = path.as_os_str().as_bytes().to_vec();
        line.push(b'\n');
        // Without the parent there is nobody to report to.
        if let Ok(mut file) = file.lock() {
            drop(file.write_all(&line));
        }
    }))
}

/// Watches until a signal ends it.
pub(crate) fn watch(arguments: &[OsString], command: &Command) -> ExitCode {
    let file = match command {
        Command::Run { file, .. } => file.as_os_str(),
        Command::Serve(serve) => serve.file.as_os_str(),
        _ => OsStr::new(""),
    };
    if file == "-" {
        crate::args::usage("--watch needs a FILE: standard input can be read only once");
    }
    match Watch::start(arguments, Path::new(file)).and_then(Watch::run) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

enum Event {
    /// Files that were written, made, moved or removed.
    Changed(Vec<PathBuf>),
    Signal(i32),
}

/// What the child does.
enum State {
    Running(Child),
    /// It was asked to end, and is killed at this time; then the next begins.
    Stopping(Child, Instant),
    Ended,
}

struct Watch {
    program: PathBuf,
    arguments: Vec<OsString>,
    cwd: PathBuf,
    events: mpsc::Receiver<Event>,
    watcher: RecommendedWatcher,
    /// Holds the report, and nothing else.
    folder: PathBuf,
    report: File,
    files: HashSet<PathBuf>,
    watched: HashSet<PathBuf>,
    state: State,
    /// The file that changed, and when the changes will have settled.
    changed: Option<(PathBuf, Instant)>,
}

impl Watch {
    fn start(arguments: &[OsString], entry: &Path) -> anyhow::Result<Self> {
        let (sender, events) = mpsc::channel();
        listen_to_signals(sender.clone())?;
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && !event.kind.is_access()
            {
                // Nobody receives only while the process ends.
                let _ = sender.send(Event::Changed(event.paths));
            }
        })
        .context("files cannot be watched here")?;
        let folder = std::env::temp_dir().join(format!("krepis-watch-{}", std::process::id()));
        // Left over by a process of the same number.
        drop(fs::remove_dir_all(&folder));
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .context("the temporary folder cannot be written")?;
        let folder = folder.canonicalize()?;
        let report =
            OpenOptions::new().create_new(true).read(true).append(true).open(folder.join("loaded"))?;
        let cwd = std::env::current_dir().context("the current folder cannot be found")?;
        let mut watch = Self {
            program: std::env::current_exe().context("this program's own file cannot be found")?,
            arguments: child_arguments(arguments, entry.as_os_str()),
            events,
            watcher,
            report,
            files: HashSet::new(),
            watched: HashSet::new(),
            state: State::Ended,
            changed: None,
            folder,
            cwd,
        };
        watch.watch_folder(&watch.folder.clone());
        // Also one that is missing now.
        let entry = watch.cwd.join(entry);
        watch.add(entry.canonicalize().unwrap_or(entry));
        watch.spawn()?;
        Ok(watch)
    }

    fn run(mut self) -> anyhow::Result<u8> {
        loop {
            let event = match self.deadline() {
                Some(deadline) => {
                    match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                        Ok(event) => Some(event),
                        Err(mpsc::RecvTimeoutError::Timeout) => None,
                        Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(1),
                    }
                }
                None => Some(self.events.recv()?),
            };
            match event {
                Some(Event::Changed(paths)) => self.note(&paths)?,
                Some(Event::Signal(SIGCHLD)) => self.reap()?,
                Some(Event::Signal(signal)) => return Ok(self.leave(signal)),
                None => self.act()?,
            }
        }
    }

    /// When something is to be done although nothing happens.
    fn deadline(&self) -> Option<Instant> {
        match (&self.state, &self.changed) {
            (State::Stopping(_, kill_at), _) => Some(*kill_at),
            (_, Some((_, settled))) => Some(*settled),
            _ => None,
        }
    }

    fn note(&mut self, paths: &[PathBuf]) -> anyhow::Result<()> {
        self.read_report()?;
        if let Some(path) = paths.iter().find(|path| self.files.contains(*path)) {
            let first = self.changed.take().map_or_else(|| path.clone(), |(first, _)| first);
            self.changed = Some((first, Instant::now() + SETTLE));
        }
        Ok(())
    }

    /// A deadline has passed: a child that does not end is killed, changes have settled.
    fn act(&mut self) -> anyhow::Result<()> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Running(child) => {
                terminate(&child);
                self.state = State::Stopping(child, Instant::now() + GRACE);
                Ok(())
            }
            State::Stopping(mut child, _) => {
                child.kill()?;
                child.wait()?;
                self.restart()
            }
            State::Ended => self.restart(),
        }
    }

    /// A child may have ended.
    fn reap(&mut self) -> anyhow::Result<()> {
        let (child, stopping) = match &mut self.state {
            State::Running(child) => (child, false),
            State::Stopping(child, _) => (child, true),
            State::Ended => return Ok(()),
        };
        let Some(status) = child.try_wait()? else { return Ok(()) };
        self.state = State::Ended;
        self.read_report()?;
        if stopping {
            return self.restart();
        }
        eprintln!("[watch] {}; waiting for a file to change", describe(status));
        Ok(())
    }

    fn restart(&mut self) -> anyhow::Result<()> {
        if let Some((path, _)) = self.changed.take() {
            let path = path.strip_prefix(&self.cwd).unwrap_or(&path);
            eprintln!("[watch] restarted because {} changed", path.display());
        }
        self.spawn()
    }

    fn spawn(&mut self) -> anyhow::Result<()> {
        let child = std::process::Command::new(&self.program)
            .args(&self.arguments)
            .env(REPORT, self.folder.join("loaded"))
            .spawn()
            .with_context(|| format!("{} cannot be started", self.program.display()))?;
        self.state = State::Running(child);
        Ok(())
    }

    /// Takes over what children reported since the last time.
    fn read_report(&mut self) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        self.report.read_to_end(&mut bytes)?;
        // A line that is still being written is read the next time.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        self.report.seek(SeekFrom::Current(whole as i64 - bytes.len() as i64))?;
        for line in bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            self.add(PathBuf::from(OsString::from_vec(line.to_vec())));
        }
        Ok(())
    }

    /// Packages are not worked on, and have folders by the thousand.
    fn add(&mut self, file: PathBuf) {
        if file.components().any(|part| part.as_os_str() == "node_modules") {
            return;
        }
        if let Some(folder) = file.parent() {
            self.watch_folder(folder);
        }
        self.files.insert(file);
    }

    fn watch_folder(&mut self, folder: &Path) {
        if !self.watched.contains(folder) && self.watcher.watch(folder, RecursiveMode::NonRecursive).is_ok() {
            self.watched.insert(folder.to_path_buf());
        }
    }

    /// Ends with the signal's exit code, after the child.
    fn leave(&mut self, signal: i32) -> u8 {
        if let State::Running(mut child) | State::Stopping(mut child, _) =
            std::mem::replace(&mut self.state, State::Ended)
        {
            terminate(&child);
            let kill_at = Instant::now() + GRACE;
            while matches!(child.try_wait(), Ok(None)) {
                let left = kill_at.saturating_duration_since(Instant::now());
                match self.events.recv_timeout(left) {
                    Ok(Event::Changed(_) | Event::Signal(SIGCHLD)) => {}
                    // A second signal, or its time is over.
                    _ => {
                        drop(child.kill());
                        drop(child.wait());
                        break;
                    }
                }
            }
        }
        128 + signal as u8
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // What stays behind in the temporary folder is the system's to clean up.
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn listen_to_signals(events: mpsc::Sender<Event>) -> anyhow::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGCHLD, SIGHUP, SIGINT, SIGTERM])?;
    let forward = move || signals.forever().all(|signal| events.send(Event::Signal(signal)).is_ok());
    std::thread::Builder::new().name("krepis-signals".into()).spawn(forward)?;
    Ok(())
}

/// The command line without `--watch`, which stands before the program's file or among the options of `serve`; what
/// looks like it among the program's own arguments stays.
fn child_arguments(arguments: &[OsString], entry: &OsStr) -> Vec<OsString> {
    let at = arguments.iter().rposition(|argument| argument == "--watch");
    let before_entry = arguments.iter().position(|argument| argument == entry).unwrap_or(arguments.len());
    let first =
        arguments.iter().position(|argument| argument == "--watch").filter(|first| *first < before_entry);
    let removed = first.or(at);
    let kept = arguments.iter().enumerate().skip(1).filter(|(index, _)| Some(*index) != removed);
    kept.map(|(_, argument)| argument.clone()).collect()
}

fn terminate(child: &Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It has ended already where this fails.
        let _ = kill_process(pid, Signal::TERM);
    }
}

fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(0) => "the program ended".to_owned(),
        Some(code) => format!("the program ended with exit code {code}"),
        None => format!("the program was ended ({status})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_child_is_not_told_to_watch() {
        let check = |line: &str, entry: &str, expected: &str| {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let kept = child_arguments(&arguments, OsStr::new(entry));
            assert_eq!(kept.join(OsStr::new(" ")), expected, "{line}");
        };
        check("krepis --watch a.ts --port 1", "a.ts", "a.ts --port 1");
        check("krepis run --watch a.ts --watch", "a.ts", "run a.ts --watch");
        check("krepis --watch serve a.ts -p 1", "a.ts", "serve a.ts -p 1");
        check("krepis serve a.ts --watch", "a.ts", "serve a.ts");
    }
}
