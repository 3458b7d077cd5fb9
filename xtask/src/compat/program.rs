//! Runs one program of a package, on Node and on Krepis, in the same surroundings.

use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::workspace;

/// The programs to compare.
pub(crate) struct Programs {
    pub(crate) node: PathBuf,
    pub(crate) krepis: PathBuf,
}

/// What a program printed, without the places that belong to this machine.
pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `None`: ended by a signal, or stuck.
    pub(crate) code: Option<i32>,
}

/// A program that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(120);

impl Programs {
    pub(crate) fn both(&self, folder: &Path, args: &[String]) -> Result<(Output, Output)> {
        Ok((self.one(&self.node, folder, args)?, self.one(&self.krepis, folder, args)?))
    }

    fn one(&self, program: &Path, folder: &Path, args: &[String]) -> Result<Output> {
        let scratch = scratch()?;
        let (out, err) = (scratch.join("stdout"), scratch.join("stderr"));
        let mut command = Command::new(program);
        command.args(args).current_dir(folder).env_clear();
        command
            .envs(["PATH", "KIREN_JS"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("TZ", "UTC").env("LC_ALL", "en_US.UTF-8").env("TMPDIR", &scratch).env("HOME", &scratch);
        command.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(File::create(&err)?);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if started.elapsed() > PATIENCE {
                child.kill()?;
                child.wait()?;
                break None;
            }
            thread::sleep(Duration::from_millis(5));
        };
        let read = |path| {
            Ok::<_, anyhow::Error>(self.placeless(
                &String::from_utf8_lossy(&fs::read(path)?),
                folder,
                &scratch,
            ))
        };
        let output = Output {
            stdout: read(&out)?,
            stderr: read(&err)?,
            code: status.and_then(|status| status.code()),
        };
        fs::remove_dir_all(&scratch).with_context(|| format!("cannot empty {}", scratch.display()))?;
        Ok(output)
    }

    fn placeless(&self, text: &str, folder: &Path, scratch: &Path) -> String {
        text.replace(&*scratch.to_string_lossy(), "TMP")
            .replace(&format!("{}/", folder.display()), "")
            .replace(&*folder.to_string_lossy(), ".")
            .replace(&*self.krepis.to_string_lossy(), "krepis")
            .replace(&*relative(folder, &self.krepis).to_string_lossy(), "krepis")
            .replace(&*self.node.to_string_lossy(), "node")
    }
}

/// A folder of its own for the home and the temporary files of one run; away from the packages, whose modules are not
/// to be found from there.
fn scratch() -> Result<PathBuf> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = workspace::cache_dir().join("scratch").join(format!("{}-{number}", process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(fs::canonicalize(folder)?)
}

/// The way from a folder to a file, both absolute: programs show whichever is shorter.
fn relative(folder: &Path, file: &Path) -> PathBuf {
    let shared = folder.components().zip(file.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(file.components().skip(shared)).collect()
}
