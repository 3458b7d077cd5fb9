//! A watcher and real files. Nothing is timed: the watcher's own word is waited for.

#![cfg(feature = "watch")]

mod project;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use hypers_modules::RequestKind::Import;
use hypers_modules::{Loader, RequestKind, Watcher, file_url};
use project::{options_of, strip};

/// How long a change may take to be told before the test is given up.
const PATIENCE: Duration = Duration::from_secs(60);

struct Watched {
    root: PathBuf,
    loader: Arc<Loader>,
    watcher: Watcher,
    told: mpsc::Receiver<Vec<PathBuf>>,
    _directory: tempfile::TempDir,
}

impl Watched {
    fn new(files: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temp directory");
        let root = directory.path().canonicalize().expect("it exists");
        for file in files {
            let file = root.join(file);
            fs::create_dir_all(file.parent().expect("has a parent")).expect("writable");
            fs::write(file, "").expect("writable");
        }
        let loader = Arc::new(Loader::new(options_of(&root)));
        let (tell, told) = mpsc::channel();
        let watcher = Watcher::new(Arc::clone(&loader), move |paths| drop(tell.send(paths.to_vec())));
        Self { root, loader, watcher: watcher.expect("files can be watched"), told, _directory: directory }
    }

    fn found(&self, specifier: &str) -> String {
        let main = file_url(&self.root.join("src/main.js"));
        let found = self.loader.resolve(specifier, &main, RequestKind::Import);
        self.watcher.follow().expect("there is room");
        found.map_or_else(|error| error.code().to_owned(), |found| strip(&self.root, &found.url()))
    }

    /// Waits until the answer is this one; only what the watcher tells can change it.
    fn comes_to(&self, specifier: &str, expected: &str) {
        while self.found(specifier) != expected {
            self.told.recv_timeout(PATIENCE).expect("the change is told");
        }
    }
}

#[test]
fn changes_are_seen() {
    let watched = Watched::new(&["src/a.js", "package.json"]);
    fs::write(watched.root.join("package.json"), "{}").expect("writable");
    assert!(watched.loader.is_watched());
    assert_eq!(watched.found("./a.js"), "src/a.js");
    assert_eq!(watched.found("./b.js"), "ERR_MODULE_NOT_FOUND");
    assert_eq!(watched.found("dep"), "ERR_MODULE_NOT_FOUND");
    let version = watched.loader.version();

    fs::write(watched.root.join("src/b.js"), "").expect("writable");
    watched.comes_to("./b.js", "src/b.js");
    assert_ne!(watched.loader.version(), version);

    fs::remove_file(watched.root.join("src/a.js")).expect("it is there");
    watched.comes_to("./a.js", "ERR_MODULE_NOT_FOUND");

    // A directory that comes into being with what is in it.
    let package = watched.root.join("node_modules/dep");
    fs::create_dir_all(&package).expect("writable");
    fs::write(package.join("index.js"), "").expect("writable");
    watched.comes_to("dep", "node_modules/dep/index.js");

    // One that goes and comes back.
    fs::rename(watched.root.join("node_modules"), watched.root.join("gone")).expect("renamed");
    watched.comes_to("dep", "ERR_MODULE_NOT_FOUND");
    fs::rename(watched.root.join("gone"), watched.root.join("node_modules")).expect("renamed");
    watched.comes_to("dep", "node_modules/dep/index.js");
}

#[test]
fn what_happened_before_the_watch_began_is_seen() {
    let watched = Watched::new(&["src/a.js"]);
    let main = file_url(&watched.root.join("src/main.js"));
    assert!(watched.loader.resolve("./late.js", &main, Import).is_err());
    fs::write(watched.root.join("src/late.js"), "").expect("writable");
    watched.watcher.follow().expect("there is room");
    assert_eq!(watched.found("./late.js"), "src/late.js");
    let loader = Arc::clone(&watched.loader);
    drop(watched);
    assert!(!loader.is_watched());
}
