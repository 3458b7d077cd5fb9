//! A project in a temporary directory, and what is asked of it.

#![allow(dead_code, unreachable_pub, reason = "not every test needs everything")]

use std::fs;
use std::path::{Path, PathBuf};

use hypers_modules::{Loader, LoaderOptions, RequestKind, ResolveError, file_url};

pub const BUILTINS: &[&str] = &["node:fs", "node:fs/promises", "node:path", "node:test", "krepis:http"];

pub struct Project {
    pub root: PathBuf,
    pub loader: Loader,
    _directory: tempfile::TempDir,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, |_, options| options)
    }

    pub fn with(files: &[(&str, &str)], options: impl FnOnce(&Path, LoaderOptions) -> LoaderOptions) -> Self {
        let directory = tempfile::tempdir().expect("a temp directory");
        let root = directory.path().canonicalize().expect("it exists");
        for (path, text) in files {
            write(&root.join(path), text);
        }
        let loader = Loader::new(options(&root, options_of(&root)));
        Self { root, loader, _directory: directory }
    }

    pub fn write(&self, path: &str, text: &str) {
        write(&self.root.join(path), text);
    }

    pub fn remove(&self, path: &str) {
        let path = self.root.join(path);
        if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
            .expect("it is there");
    }

    /// A link at `at`, with the target as it is written.
    #[cfg(unix)]
    pub fn link(&self, target: &str, at: &str) {
        let at = self.root.join(at);
        fs::create_dir_all(at.parent().expect("has a parent")).expect("writable");
        std::os::unix::fs::symlink(target, at).expect("linked");
    }

    pub fn changed(&self, paths: &[&str]) {
        let paths: Vec<PathBuf> = paths.iter().map(|path| self.root.join(path)).collect();
        self.loader.changed(&paths);
    }

    pub fn ask(&self, specifier: &str, from: &str, kind: RequestKind) -> Result<String, ResolveError> {
        ask(&self.loader, &self.root, specifier, from, kind)
    }

    /// The path or name that is found; the code of the error where none is.
    pub fn found(&self, specifier: &str, from: &str, kind: RequestKind) -> String {
        self.ask(specifier, from, kind).unwrap_or_else(|error| error.code().to_owned())
    }

    #[track_caller]
    pub fn check(&self, rows: &[(&str, &str, RequestKind, &str)]) {
        for (specifier, from, kind, expected) in rows {
            let found = self.ask(specifier, from, *kind);
            let shown = found.as_deref().unwrap_or_else(|error| error.code());
            assert_eq!(shown, *expected, "{specifier} from {from} {kind:?}: {found:?}");
        }
    }

    pub fn error(&self, specifier: &str, from: &str, kind: RequestKind) -> String {
        let error = self.ask(specifier, from, kind).expect_err(specifier);
        strip(&self.root, &error.to_string())
    }
}

pub fn options_of(root: &Path) -> LoaderOptions {
    LoaderOptions {
        cwd: root.to_path_buf(),
        builtins: BUILTINS,
        node_path: Some(Vec::new()),
        ..LoaderOptions::default()
    }
}

pub fn ask(
    loader: &Loader,
    root: &Path,
    specifier: &str,
    from: &str,
    kind: RequestKind,
) -> Result<String, ResolveError> {
    let found = loader.resolve(specifier, &file_url(&root.join(from)), kind)?;
    Ok(strip(root, &found.url()))
}

pub fn strip(root: &Path, text: &str) -> String {
    text.replace(&format!("{}/", file_url(root)), "").replace(&format!("{}/", root.display()), "")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("has a parent")).expect("writable");
    fs::write(path, text).expect("writable");
}
