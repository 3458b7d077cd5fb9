//! `cargo xtask v8`: which archive of V8 a build on this platform links, and whether it is the one that was committed.
//!
//! The build script of the `v8` crate does the choosing; this repeats its rules to explain them:
//! `V8_FROM_SOURCE`, then `RUSTY_V8_ARCHIVE`, then the mirror (`third_party/v8`, set in `.cargo/config.toml`), then
//! the upstream release.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::workspace;

/// Where the library comes from.
enum Source {
    Compiled,
    Override(String),
    Mirror(String),
    Vendored(PathBuf),
    Upstream,
}

pub(crate) fn run() -> Result<ExitCode> {
    let version = locked_version(&fs::read_to_string(workspace::root().join("Cargo.lock"))?)?;
    let folder = workspace::root().join("third_party/v8").join(format!("v{version}"));
    let target = host_target();

    println!("crate     v8 {version}");
    println!("platform  {target}");
    let source = source(&folder, &target);
    println!("archive   {}", describe(&source));
    if matches!(source, Source::Upstream) {
        println!("\n{}", without_vendored(&target));
    }
    verify(&folder)
}

fn describe(source: &Source) -> String {
    match source {
        Source::Compiled => "built from source (V8_FROM_SOURCE is set)".to_owned(),
        Source::Override(archive) => format!("{archive} (RUSTY_V8_ARCHIVE is set); not verified here"),
        Source::Mirror(mirror) => {
            format!("from the mirror {mirror} (RUSTY_V8_MIRROR is set); not verified here")
        }
        Source::Vendored(archive) => format!("vendored: {}", archive.display()),
        Source::Upstream => "upstream release, downloaded at the first build".to_owned(),
    }
}

fn source(folder: &Path, target: &str) -> Source {
    if env::var_os("V8_FROM_SOURCE").is_some_and(|value| value == "1" || value == "true") {
        return Source::Compiled;
    }
    if let Ok(archive) = env::var("RUSTY_V8_ARCHIVE") {
        return Source::Override(archive);
    }
    let vendored = folder.parent();
    if let Ok(mirror) = env::var("RUSTY_V8_MIRROR")
        && vendored != Some(Path::new(&mirror))
    {
        return Source::Mirror(mirror);
    }
    let archive = folder.join(archive_name(target));
    if archive.is_file() { Source::Vendored(archive) } else { Source::Upstream }
}

fn archive_name(target: &str) -> String {
    if target.contains("windows") {
        format!("rusty_v8_release_{target}.lib.gz")
    } else {
        format!("librusty_v8_release_{target}.a.gz")
    }
}

fn without_vendored(target: &str) -> String {
    format!(
        "third_party/v8 holds no archive for {target}, so the build script of the v8 crate downloads one from the\n\
         upstream release. Where that page cannot be reached, do one of these:\n\
         - on another machine, download the two files of the release (its tag is v and the version above)\n    \
             {archive}\n    \
             src_binding_release_{target}.rs\n  \
           into a folder, and set RUSTY_V8_ARCHIVE to that folder;\n\
         - set RUSTY_V8_MIRROR to a mirror that you can reach (files are looked up at MIRROR/TAG/FILE);\n\
         - build it: third_party/v8/README.md has the recipe; V8_FROM_SOURCE=1 has the crate do it.",
        archive = archive_name(target),
    )
}

/// Checks every file that `SHA256SUMS` names, and says so for each.
fn verify(folder: &Path) -> Result<ExitCode> {
    let list = folder.join("SHA256SUMS");
    let text = fs::read_to_string(&list).with_context(|| {
        format!(
            "cannot read {}: the vendored archive has to be of the v8 version that Cargo.lock names",
            list.display()
        )
    })?;
    let mut sound = true;
    for (expected, name) in parse_sums(&text)? {
        let file = folder.join(name);
        match sha256(&file) {
            Ok(found) if found == expected => println!("verified  {name}"),
            Ok(found) => {
                sound = false;
                eprintln!("error: {name}: expected SHA-256 {expected}, found {found}");
            }
            Err(error) => {
                sound = false;
                eprintln!("error: {name}: cannot read it: {error}");
            }
        }
    }
    if sound {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "\nThe files in {} are not the ones that were committed. If a clone or a Git filter cut them short:\n\
         git checkout -- {}",
        folder.display(),
        folder.strip_prefix(workspace::root()).unwrap_or(folder).display(),
    );
    Ok(ExitCode::FAILURE)
}

/// The lines of a `sha256sum` list: checksum, two spaces (or space and star), name.
fn parse_sums(text: &str) -> Result<Vec<(&str, &str)>> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| match line.split_once(char::is_whitespace) {
            Some((sum, name)) if sum.len() == 64 => {
                Ok((sum, name.trim_start_matches([' ', '*']).trim_start_matches("./")))
            }
            _ => bail!("SHA256SUMS: expected \"<64 hex digits>  <file>\", found {line:?}"),
        })
        .collect()
}

fn sha256(file: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(file)?, &mut hash)?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The version of the `v8` package in a `Cargo.lock`.
fn locked_version(lock: &str) -> Result<String> {
    lock.split("[[package]]")
        .find(|package| package.lines().any(|line| line == "name = \"v8\""))
        .and_then(|package| {
            package.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        })
        .map(str::to_owned)
        .context("Cargo.lock names no package v8")
}

fn host_target() -> String {
    let platform = match env::consts::OS {
        "macos" => "apple-darwin".to_owned(),
        "windows" => "pc-windows-msvc".to_owned(),
        os if cfg!(target_env = "musl") => format!("unknown-{os}-musl"),
        os => format!("unknown-{os}-gnu"),
    };
    format!("{}-{platform}", env::consts::ARCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_two_styles_of_sha256sum() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let text = format!("{a}  ./one.gz\n{b} *two.rs\n\n");
        assert_eq!(parse_sums(&text).unwrap(), [(a.as_str(), "one.gz"), (b.as_str(), "two.rs")]);
        assert!(parse_sums("abc  short\n").is_err());
    }

    #[test]
    fn hashes_a_file() {
        let file = env::temp_dir().join(format!("krepis-xtask-sha-{}", std::process::id()));
        fs::write(&file, "abc").unwrap();
        let found = sha256(&file).unwrap();
        fs::remove_file(&file).unwrap();
        assert_eq!(found, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn finds_the_locked_version() {
        let lock = "[[package]]\nname = \"v8-tools\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"v8\"\nversion = \"152.2.0\"\n";
        assert_eq!(locked_version(lock).unwrap(), "152.2.0");
        assert!(locked_version("[[package]]\nname = \"x\"\n").is_err());
    }
}
