//! A loader that is told of every change answers as one that has seen nothing.
//!
//! `cargo +nightly fuzz run --dev resolve_memo -- -max_len=60 -len_control=0`

#![no_main]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use hypers_modules::{Loader, LoaderOptions, RequestKind, file_url};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

const FILES: [&str; 21] = [
    "a.ts",
    "a.js",
    "src/a.ts",
    "src/a.js",
    "src/b.tsx",
    "src/b/index.js",
    "src/b/index.ts",
    "src/b/package.json",
    "package.json",
    "src/package.json",
    "tsconfig.json",
    "src/tsconfig.json",
    "base.json",
    "krepis.json",
    "src/krepis.json",
    "node_modules/p/package.json",
    "node_modules/p/index.js",
    "node_modules/p/lib.js",
    "src/node_modules/p/index.js",
    "node_modules/@s/q/index.js",
    "packages/q/index.js",
];
const TREES: [&str; 8] = [
    "src",
    "src/b",
    "node_modules",
    "node_modules/p",
    "src/node_modules",
    "packages",
    "node_modules/@s/q",
    "linked",
];
const LINKS: [&str; 7] =
    ["node_modules/@s/q", "node_modules/p", "linked", "src/a.js", "packages/q", "src/b", "src"];
const TARGETS: [&str; 7] = ["packages/q", "src", "src/b", "a.ts", "src/a.js", "nowhere", "linked"];
const TEXTS: [&str; 14] = [
    "{}",
    "",
    "{",
    r#"{"main":"lib"}"#,
    r#"{"exports":{".":"./lib.js","./lib":{"import":"./index.js","require":"./lib.js"}}}"#,
    r##"{"name":"p","exports":"./a.js","imports":{"#a":"./a.js","#p":"p","#q/*":"@s/q/*"}}"##,
    r#"{"compilerOptions":{"paths":{"@/*":["./src/*","./*"]}}}"#,
    r#"{"extends":"./base.json"}"#,
    r#"{"extends":"p/base.json","compilerOptions":{"baseUrl":"."},"include":["src/*.ts"]}"#,
    r#"{"files":[],"references":[{"path":"./base.json"},{"path":"./src"}]}"#,
    r#"{"imports":{"p":"./a.js","@/":"./src/"}}"#,
    r#"{"imports":{"p":null},"scopes":{"./src/a.ts":{"p":"./a.ts"}}}"#,
    r#"{"imports":{"p/lib":"q","q":"@s/q"}}"#,
    r#"{"type":"module"}"#,
];
/// How many of the questions are asked after each change.
const ASKED: usize = 4;
const QUESTIONS: [(&str, &str); 20] = [
    ("./a", "x.ts"),
    ("./a.js", "x.js"),
    ("./a.js", "src/a.ts"),
    ("./b", "src/a.ts"),
    ("./b", "src/x.js"),
    ("./b/", "src/a.js"),
    ("../a", "src/b/x.ts"),
    ("p", "x.js"),
    ("p", "src/a.ts"),
    ("p", "src/b.ts"),
    ("p/lib", "src/x.js"),
    ("p/none", "x.js"),
    ("@/a", "src/a.ts"),
    ("@/b", "src/b/x.ts"),
    ("@s/q", "src/x.js"),
    ("#a", "x.js"),
    ("#p", "src/x.js"),
    ("p", "node_modules/p/index.js"),
    ("./linked/a", "x.ts"),
    ("./a", "linked/x.ts"),
];

/// Does one thing, and says which paths a watcher would name.
fn change(root: &Path, what: u8, at: u8, how: u8) -> Vec<PathBuf> {
    let pick = |list: &[&str], at: u8| root.join(list[usize::from(at) % list.len()]);
    let path = match what % 4 {
        0 | 1 => pick(&FILES, at),
        2 => pick(&TREES, at),
        _ => pick(&LINKS, at),
    };
    let parent = path.parent().expect("it is below the root");
    let mut told: Vec<PathBuf> = parent
        .ancestors()
        .take_while(|above| *above != root)
        .filter(|above| !above.exists())
        .map(PathBuf::from)
        .collect();
    let done = match what % 4 {
        0 => fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, TEXTS[usize::from(how) % TEXTS.len()]))
            .is_ok(),
        1 => fs::remove_file(&path).is_ok(),
        2 if path.is_symlink() => fs::remove_file(&path).is_ok(),
        2 => fs::remove_dir_all(&path).is_ok(),
        _ => {
            drop(fs::create_dir_all(parent));
            drop(fs::remove_file(&path));
            symlink(pick(&TARGETS, how), &path).is_ok()
        }
    };
    // Where a directory on the way leads out by a link, the write was made there.
    if done && what % 4 == 0 {
        told.extend(path.canonicalize());
    }
    told.push(path);
    told
}

/// Where the trees are made: in memory where that is possible, since most of an input's time is the file system's.
fn somewhere() -> TempDir {
    let memory = tempfile::tempdir_in("/dev/shm");
    memory.or_else(|_| tempfile::tempdir()).expect("the temporary folder is writable")
}

thread_local! {
    static DIRECTORY: TempDir = somewhere();
}

/// The root of an input's tree, empty.
fn root() -> PathBuf {
    let root = DIRECTORY.with(|directory| directory.path().join("root"));
    drop(fs::remove_dir_all(&root));
    fs::create_dir_all(&root).expect("the temporary folder is writable");
    root.canonicalize().expect("it was just made")
}

fuzz_target!(|input: &[u8]| {
    let root = root();
    let (&flags, changes) = input.split_first().unwrap_or((&0, &[]));
    let options = LoaderOptions {
        cwd: root.clone(),
        builtins: &["node:fs", "node:path"],
        node_path: Some(Vec::new()),
        preserve_symlinks: flags & 1 == 1,
        watched: flags & 2 == 2,
        ..LoaderOptions::default()
    };
    let loader = Loader::new(options.clone());
    let steps: Vec<&[u8]> = changes.chunks_exact(3).take(16).collect();
    let last = steps.len().saturating_sub(1);
    // A few questions, the same after each change, so that they are remembered; at the end a fresh loader is asked too.
    let asked = || QUESTIONS.into_iter().cycle().skip(usize::from(flags >> 2) % QUESTIONS.len()).take(ASKED);
    for (at, step) in steps.iter().enumerate() {
        loader.changed(&change(&root, step[0], step[1], step[2]));
        let fresh = (at == last).then(|| Loader::new(options.clone()));
        for (specifier, from) in asked() {
            let from = file_url(&root.join(from));
            for kind in [RequestKind::Import, RequestKind::Require] {
                let known = loader.resolve(specifier, &from, kind).map_err(|error| error.to_string());
                if let Some(fresh) = &fresh {
                    let found = fresh.resolve(specifier, &from, kind).map_err(|error| error.to_string());
                    assert_eq!(known, found, "{specifier} from {from} {kind:?}");
                }
            }
        }
    }
});
