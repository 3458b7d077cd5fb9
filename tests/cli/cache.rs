//! Programs with the compile cache, and `krepis cache`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Folder, Output, TIMEOUT, finish, krepis};

/// A name that an entry has; what it holds does not matter to the commands.
const ENTRY: &str = "0123456789abcdef0123456789abcdef01234567";

struct Cache {
    _folder: Folder,
    root: PathBuf,
}

impl Cache {
    fn new() -> Self {
        let folder = Folder::new();
        let seed = folder.write("seed", "");
        let root = seed.parent().expect("because it is in a folder").to_path_buf();
        Self { _folder: folder, root }
    }

    fn folder(&self) -> PathBuf {
        self.root.join("cache/compile")
    }

    fn run(&self, args: &[&str]) -> Output {
        self.run_in(&self.folder(), args)
    }

    fn run_in(&self, folder: &Path, args: &[&str]) -> Output {
        let mut command = krepis();
        command.env_remove("KREPIS_CACHE").env("KREPIS_CACHE_DIR", folder);
        finish(command.current_dir(&self.root).args(args), b"", TIMEOUT)
    }

    fn fill(&self) {
        fs::create_dir_all(self.folder()).expect("because the temporary folder is writable");
        #[cfg(unix)]
        set_mode(&self.folder(), 0o700);
        for (name, length) in [
            (format!("{ENTRY}.compiled"), 3 << 20),
            (format!("{ENTRY}.code"), 100),
            (format!("{}1.code", &ENTRY[1..]), 2_000),
            ("notes.txt".to_owned(), 7),
        ] {
            let file = vec![b'x'; length];
            fs::write(self.folder().join(name), file).expect("because the temporary folder is writable");
        }
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("because it is ours");
}

fn check(output: &Output, expected: &[&str]) {
    assert_eq!((output.stderr.as_str(), output.code), ("", Some(0)));
    let lines: Vec<_> =
        output.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in expected {
        assert!(lines.iter().any(|found| found == line), "{line} in {}", output.stdout);
    }
}

/// TypeScript that is long enough for its compilation and for V8's code of it, and that throws at the end.
fn program() -> String {
    let function =
        |n: usize| format!("export function f{n}(a: number, b: number): number {{ return a * b + {n}; }}\n");
    let functions: String = (0..100).map(function).collect();
    functions + "console.log(f7(2, 3) as number);\nthrow new Error('at the end');\n"
}

#[test]
fn programs_run_the_same_with_and_without_entries() {
    let cache = Cache::new();
    fs::write(cache.root.join("program.ts"), program()).expect("because the temporary folder is writable");
    let run = || {
        let output = cache.run(&["program.ts"]);
        assert_eq!((output.stdout.as_str(), output.code), ("13\n", Some(1)));
        assert!(output.stderr.contains("program.ts:102:7"), "{}", output.stderr);
    };
    let files = || {
        let files = fs::read_dir(cache.folder()).expect("because the program made it");
        let mut files: Vec<_> = files.map(|file| file.expect("because it can be read").path()).collect();
        files.sort_by_key(|file| file.extension().map(ToOwned::to_owned));
        files
    };
    run();
    let names: Vec<_> = files().iter().filter_map(|file| file.extension().map(ToOwned::to_owned)).collect();
    assert_eq!(names, ["code", "compiled"], "{:?}", files());
    let dates = || -> Vec<_> {
        let date = |file: &PathBuf| fs::metadata(file).and_then(|metadata| metadata.modified());
        files().iter().map(|file| date(file).expect("because it is there")).collect()
    };
    let first = dates();
    run();
    assert_eq!(dates(), first, "what is there is not written again");
    for damage in [&|bytes: &mut Vec<u8>| bytes.truncate(200), &|bytes: &mut Vec<u8>| bytes[2_000] ^= 1]
        as [&dyn Fn(&mut Vec<u8>); 2]
    {
        let whole: Vec<_> = files().iter().map(|file| fs::metadata(file).map(|m| m.len()).ok()).collect();
        for file in files() {
            let mut bytes = fs::read(&file).expect("because it is ours");
            damage(&mut bytes);
            fs::write(&file, bytes).expect("because it is ours");
        }
        run();
        let again: Vec<_> = files().iter().map(|file| fs::metadata(file).map(|m| m.len()).ok()).collect();
        assert_eq!(again, whole);
    }
}

#[test]
fn programs_without_the_cache_leave_no_trace() {
    let cache = Cache::new();
    fs::write(cache.root.join("program.ts"), program()).expect("because the temporary folder is writable");
    fs::write(cache.root.join("small.ts"), "console.log(1 as number)").expect("as above");
    assert_eq!(cache.run(&["small.ts"]).stdout, "1\n");
    let mut command = krepis();
    command.env("KREPIS_CACHE", "off").env("KREPIS_CACHE_DIR", cache.folder());
    let output = finish(command.current_dir(&cache.root).arg("program.ts"), b"", TIMEOUT);
    assert_eq!(output.stdout, "13\n");
    assert!(!cache.folder().exists());
    // A folder that cannot be used is no error of the program.
    assert_eq!(cache.run_in(&cache.root.join("small.ts"), &["program.ts"]).stdout, "13\n");
}

#[test]
fn info_counts_what_is_there() {
    let cache = Cache::new();
    let output = cache.run(&["cache", "info"]);
    let missing =
        ["state made by the first program that is large enough", "limit 512.0 MB", "total 0 files, 0 B"];
    check(&output, &missing);
    assert!(!cache.folder().exists());

    cache.fill();
    let folder = format!("folder {}", cache.folder().display());
    let counted =
        ["state in use", "TypeScript 1 file, 3.0 MB", "V8 code 2 files, 2.1 KB", "total 3 files, 3.0 MB"];
    check(&cache.run(&["cache", "info"]), &[&[folder.as_str()], &counted[..]].concat());

    let output = cache.run(&["cache", "info", "--json"]);
    let facts: serde_json::Value = serde_json::from_str(&output.stdout).expect("because it is JSON");
    assert_eq!(facts["folder"], cache.folder().to_string_lossy().as_ref());
    assert_eq!(facts["entries"]["code"], serde_json::json!({ "files": 2, "bytes": 2_100 }));
    assert_eq!(facts["entries"]["exports"]["files"], 0);
    assert_eq!(
        (&facts["total"]["bytes"], &facts["limit_bytes"]),
        (&((3 << 20) + 2_100).into(), &(512 << 20).into())
    );
}

#[test]
fn info_says_why_the_cache_is_not_used() {
    let cache = Cache::new();
    let file = cache.root.join("seed");
    check(&cache.run_in(&file, &["cache", "info"]), &["state not used: it is not a folder"]);
    let mut command = krepis();
    command.env("KREPIS_CACHE", "off").env("KREPIS_CACHE_DIR", cache.folder()).args(["cache", "info"]);
    check(&finish(&mut command, b"", TIMEOUT), &["state off: KREPIS_CACHE=off"]);
    #[cfg(unix)]
    {
        cache.fill();
        set_mode(&cache.folder(), 0o777);
        let reason = "state not used: others may write to it (mode 0777); `chmod go-w` it";
        check(&cache.run(&["cache", "info"]), &[reason]);
    }
}

#[test]
fn clear_deletes_its_own_files_alone() {
    let cache = Cache::new();
    let from = format!("from {}", cache.folder().display());
    check(&cache.run(&["cache", "clear"]), &[&format!("deleted 0 files, 0 B, {from}")]);
    cache.fill();
    check(&cache.run(&["cache", "clear"]), &[&format!("deleted 3 files, 3.0 MB, {from}")]);
    let left: Vec<_> = fs::read_dir(cache.folder()).expect("because it stays").collect();
    assert_eq!(left.len(), 1);
    assert!(cache.folder().join("notes.txt").exists());

    let output = cache.run_in(&cache.root.join("seed"), &["cache", "clear"]);
    assert_eq!((output.stdout.as_str(), output.code), ("", Some(1)));
    assert!(output.stderr.ends_with("seed cannot be cleared: it is not a folder\n"), "{}", output.stderr);
}

#[test]
fn a_wrong_action_is_a_wrong_command_line() {
    let cache = Cache::new();
    for args in [&["cache"][..], &["cache", "empty"], &["cache", "clear", "x"]] {
        assert_eq!(cache.run(args).code, Some(2), "{args:?}");
    }
}
