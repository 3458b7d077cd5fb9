//! The compile cache: what it keeps, what it refuses, and many users of one folder at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hypers_modules::{
    CacheFolderError, CacheOptions, CodeKey, CodeKind, CompileCache, EntryKind, Format, ImportType,
    LoadError, Loader, LoaderOptions, RequestKind, Resolution, Source, Tsconfig, cjs_exports,
};
use proptest::prelude::*;
use tempfile::TempDir;

const LIMIT: u64 = 64 << 20;

/// A cache in a folder of its own.
struct Fixture {
    directory: TempDir,
    cache: Arc<CompileCache>,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary folder");
        let cache = open(&directory.path().join("cache"), LIMIT);
        Self { directory, cache }
    }

    fn folder(&self) -> &Path {
        &self.cache.options().folder
    }

    /// The only file of the cache.
    fn entry(&self) -> PathBuf {
        let files = files(self.folder());
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        fs::write(&path, text).expect("writable");
        path
    }

    fn loader(&self) -> Loader {
        self.loader_with(Tsconfig::Off)
    }

    fn loader_with(&self, tsconfig: Tsconfig) -> Loader {
        let cwd = self.directory.path().to_path_buf();
        let cache = Some(Arc::clone(&self.cache));
        Loader::new(LoaderOptions { cwd, tsconfig, cache, ..LoaderOptions::default() })
    }

    fn hits_and_writes(&self) -> (u64, u64) {
        self.cache.flush();
        let counters = self.cache.counters();
        (counters.hits, counters.written)
    }
}

fn open(folder: &Path, limit_bytes: u64) -> Arc<CompileCache> {
    let options = CacheOptions { folder: folder.to_path_buf(), limit_bytes, engine: "engine 1".into() };
    Arc::new(CompileCache::new(options))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files
}

fn load(loader: &Loader, path: &Path) -> Result<Source, LoadError> {
    let resolution = Resolution::File { path: path.into(), suffix: String::new() };
    let source = loader.load(&resolution, ImportType::Unspecified, RequestKind::Import);
    if let Some(cache) = &loader.options().cache {
        cache.flush();
    }
    source
}

/// Puts code in and waits until it is on disk.
fn put(cache: &CompileCache, key: &CodeKey, code: &[u8]) {
    cache.put_code(key, code);
    cache.flush();
}

fn key(text: &str) -> CodeKey {
    CodeKey::new(text.as_bytes(), CodeKind::Esm)
}

/// A text of at least `length` bytes.
fn long(start: &str, length: usize) -> String {
    let filler = "f(\"what makes it long\");\n";
    start.to_owned() + "\n" + &filler.repeat(length / filler.len() + 1)
}

#[test]
fn engine_code_is_kept_by_text_kind_and_engine() {
    let fixture = Fixture::new();
    let cache = &fixture.cache;
    let text = key("a()");
    assert_eq!(cache.get_code(&text), None);
    put(cache, &text, b"first");
    put(cache, &text, b"second");
    assert_eq!(cache.get_code(&text).as_deref(), Some(&b"second"[..]));
    assert_eq!(cache.get_code(&text.with_kind(CodeKind::CommonJs)), None);
    assert_eq!(cache.get_code(&key("a();")), None);
    let other = CacheOptions { engine: "engine 2".into(), ..cache.options().clone() };
    assert_eq!(CompileCache::new(other).get_code(&text), None);
    assert_eq!(open(fixture.folder(), LIMIT).get_code(&text).as_deref(), Some(&b"second"[..]));
    cache.forget_code(&text);
    cache.forget_code(&text);
    assert_eq!(cache.get_code(&text), None);
    put(cache, &text, b"");
    assert_eq!(cache.get_code(&text).as_deref(), Some(&b""[..]));
    let counters = cache.counters();
    assert_eq!((counters.hits, counters.misses, counters.written, counters.failed), (2, 4, 3, 0));
}

#[test]
fn compilations_are_read_from_disk_the_next_time() {
    let fixture = Fixture::new();
    let text = long("export const a: number = 1;\nthrow new Error(`${a as number}`);", 8 << 10);
    let path = fixture.write("a.ts", &text);
    let first = load(&fixture.loader(), &path).expect("valid");
    assert_eq!(fixture.hits_and_writes(), (0, 1));
    let second = load(&fixture.loader(), &path).expect("valid");
    assert_eq!(fixture.hits_and_writes(), (1, 1));
    assert_eq!((first.format, &first.code, first.code_key), (second.format, &second.code, second.code_key));
    let copy = fixture.write("other/b.ts", &text);
    let third = load(&fixture.loader(), &copy).expect("valid");
    assert_eq!(fixture.hits_and_writes(), (2, 1));
    for (source, file) in [(&first, &path), (&second, &path), (&third, &copy)] {
        assert!(!source.code.text().contains(": number"));
        let line = source.code.text().lines().position(|line| line.starts_with("throw")).expect("kept");
        let map = source.map.as_ref().expect("it was compiled");
        let original = map.lookup(line as u32, 6).expect("mapped");
        assert_eq!((Path::new(original.source), original.line), (file.as_path(), 1));
    }
    fixture.write("a.ts", text.replace("= 1", "= 2"));
    assert!(load(&fixture.loader(), &path).expect("valid").code.text().contains("a = 2"));
    assert_eq!(fixture.hits_and_writes(), (2, 2));
}

#[test]
fn what_has_a_say_in_a_compilation_is_part_of_its_name() {
    let fixture = Fixture::new();
    let text = long("export class A { a; static b = <div/> }", 8 << 10);
    let config = |options: &str| format!("{{ \"compilerOptions\": {{ {options} }} }}");
    let plain = fixture.write("plain/a.tsx", &text);
    let classic = fixture.write("classic/a.tsx", &text);
    fixture.write("classic/tsconfig.json", config("\"jsx\": \"react\""));
    let assigned = fixture.write("assigned/a.tsx", &text);
    fixture.write("assigned/tsconfig.json", config("\"useDefineForClassFields\": false"));
    let development = fixture.write("development/a.tsx", &text);
    let same = fixture.write("development/b.tsx", &text);
    fixture.write("development/tsconfig.json", config("\"jsx\": \"react-jsxdev\""));
    let all = [&plain, &classic, &assigned, &development, &same];
    let loader = fixture.loader_with(Tsconfig::Nearest);
    let first: Vec<_> = all.iter().map(|path| load(&loader, path).expect("valid").code).collect();
    assert_eq!(fixture.hits_and_writes(), (0, 5));
    let second: Vec<_> = all.iter().map(|path| load(&loader, path).expect("valid").code).collect();
    assert_eq!(fixture.hits_and_writes(), (5, 5));
    assert_eq!(first, second);
    assert!(first[1].text().contains("React.createElement"));
    assert!(first[3].text().contains("development/a.tsx") && first[4].text().contains("development/b.tsx"));
    // The language: what is a type assertion in one is an element in the other.
    let assertion = long("export const a = <any>1;", 8 << 10);
    load(&loader, &fixture.write("a.ts", &assertion)).expect("valid");
    load(&loader, &fixture.write("a.tsx", &assertion)).expect_err("an element that is never closed");
}

#[test]
fn small_sources_and_broken_ones_are_not_kept() {
    let fixture = Fixture::new();
    for (name, text) in [
        ("a.ts", "export const a: number = 1;".to_owned()),
        ("a.js", "export const a = 1;".to_owned()),
        ("b.ts", long("let a = ;", 8 << 10)),
        ("a.json", format!("[{}1]", "1,".repeat(10 << 10))),
    ] {
        let source = load(&fixture.loader(), &fixture.write(name, text));
        assert_eq!(source.ok().and_then(|source| source.code_key), None, "{name}");
    }
    assert!(!fixture.folder().exists() || files(fixture.folder()).is_empty());
    let untouched = Fixture::new();
    load(&untouched.loader(), &untouched.write("a.ts", "let a: number = 1;")).expect("valid");
    assert!(!untouched.folder().exists());
}

#[test]
fn facts_about_javascript_are_kept() {
    let fixture = Fixture::new();
    // It says "export", so that only parsing it tells that it is no module.
    let text =
        long("exports.a = 1; module.exports.b = require('./export'); __exportStar(require('./c'))", 32 << 10);
    let path = fixture.write("a.js", &text);
    for round in 0..2 {
        let loader = fixture.loader();
        let source = load(&loader, &path).expect("readable");
        assert_eq!(source.format, Format::CommonJs);
        let key = source.code_key.expect("it is long");
        assert_eq!(key, CodeKey::new(text.as_bytes(), CodeKind::CommonJs));
        assert_eq!(loader.cjs_exports(&text, Some(&key)), cjs_exports(&text));
        assert_eq!(fixture.hits_and_writes(), (round * 2, 2));
    }
    let module = fixture.write("b.js", long("export const a = 1", 32 << 10));
    let source = load(&fixture.loader(), &module).expect("readable");
    assert_eq!((source.format, source.code_key.is_some()), (Format::Esm, true));
    // Without a key, or for a short text, it is looked through.
    let written = fixture.hits_and_writes();
    assert_eq!(fixture.loader().cjs_exports(&text, None).names, ["a", "b"]);
    assert_eq!(fixture.loader().cjs_exports("exports.a = 1", Some(&key("exports.a = 1"))).names, ["a"]);
    assert_eq!(fixture.hits_and_writes(), written);
}

#[test]
fn a_loader_without_a_cache_has_no_keys() {
    let fixture = Fixture::new();
    let path = fixture.write("a.ts", long("export const a: number = 1;", 32 << 10));
    let loader = Loader::new(LoaderOptions { cwd: fixture.folder().into(), ..LoaderOptions::default() });
    assert_eq!(load(&loader, &path).expect("valid").code_key, None);
    assert!(!fixture.folder().exists());
}

/// Whatever is done to an entry's file: it is a miss, and the next one is whole again.
fn check_damage(damage: impl Fn(&Path)) {
    let fixture = Fixture::new();
    let path = fixture.write("a.ts", long("export const a: number = 1;", 8 << 10));
    let expected = load(&fixture.loader(), &path).expect("valid").code;
    let entry = fixture.entry();
    damage(&entry);
    assert_eq!(load(&fixture.loader(), &path).expect("valid").code, expected);
    assert_eq!(fixture.hits_and_writes(), (0, 2));
    assert_eq!(load(&fixture.loader(), &path).expect("valid").code, expected);
    assert_eq!(fixture.hits_and_writes(), (1, 2));
    assert_eq!(fixture.entry(), entry);
}

#[test]
fn damaged_entries_are_written_again() {
    let change = |entry: &Path, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(entry).expect("readable");
        edit(&mut bytes);
        fs::write(entry, bytes).expect("writable");
    };
    for length in [0, 1, 63, 64, 65, 500] {
        check_damage(|entry| change(entry, &|bytes| bytes.truncate(length)));
    }
    // Magic, version, kind, length, checksum, key, payload.
    for place in [0, 8, 12, 16, 23, 24, 31, 32, 63, 64, 1_000] {
        for bit in [0, 7] {
            check_damage(|entry| change(entry, &|bytes| bytes[place] ^= 1 << bit));
        }
    }
    check_damage(|entry| change(entry, &|bytes| bytes.push(0)));
    check_damage(|entry| change(entry, &|bytes| bytes[16..24].fill(0xff)));
    check_damage(|entry| fs::remove_file(entry).expect("writable"));
    // A hole of a terabyte takes no room on disk, and must take none in memory.
    check_damage(|entry| {
        let file = fs::OpenOptions::new().write(true).open(entry).expect("writable");
        file.set_len(1 << 40).expect("the file system has holes");
    });
}

#[test]
fn an_entry_under_another_name_is_refused() {
    let fixture = Fixture::new();
    put(&fixture.cache, &key("a"), b"code of a");
    let of_a = fixture.entry();
    put(&fixture.cache, &key("b"), b"code of b");
    let of_b = files(fixture.folder()).into_iter().find(|path| *path != of_a).expect("there are two");
    fs::copy(&of_a, &of_b).expect("writable");
    assert_eq!(fixture.cache.get_code(&key("a")).as_deref(), Some(&b"code of a"[..]));
    assert_eq!(fixture.cache.get_code(&key("b")), None);
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_not_read() {
    use std::os::unix::fs::symlink;
    check_damage(|entry| {
        fs::rename(entry, entry.with_file_name("../elsewhere")).expect("writable");
        symlink("../elsewhere", entry).expect("links can be made");
    });
    check_damage(|entry| {
        fs::remove_file(entry).expect("writable");
        symlink(entry, entry).expect("links can be made");
    });
    check_damage(|entry| {
        fs::remove_file(entry).expect("writable");
        let made = Command::new("mkfifo").arg(entry).status().expect("it is everywhere");
        assert!(made.success());
    });
    // A folder cannot be replaced by a file: it stays a miss.
    let fixture = Fixture::new();
    put(&fixture.cache, &key("a"), b"code");
    let entry = fixture.entry();
    fs::remove_file(&entry).expect("writable");
    fs::create_dir(&entry).expect("writable");
    put(&fixture.cache, &key("a"), b"code");
    assert_eq!(fixture.cache.get_code(&key("a")), None);
    assert_eq!(fixture.cache.counters().failed, 1);
    assert_eq!(fixture.entry(), entry);
}

#[cfg(unix)]
mod permissions {
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }

    /// Whether permissions mean nothing to this user: to root they do not.
    fn is_root(path: &Path) -> bool {
        fs::metadata(path).expect("it is there").uid() == 0
    }

    #[test]
    fn nobody_else_may_read_or_write() {
        let fixture = Fixture::new();
        let folder = fixture.directory.path().join("deep/cache");
        put(&open(&folder, LIMIT), &key("a"), b"code");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o777;
        assert_eq!((mode(&folder), mode(&files(&folder)[0])), (0o700, 0o600));
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_not_used() {
        for mode in [0o777, 0o1777, 0o720, 0o702] {
            let fixture = Fixture::new();
            put(&fixture.cache, &key("a"), b"code");
            set_mode(fixture.folder(), mode);
            let cache = open(fixture.folder(), LIMIT);
            assert!(
                matches!(cache.state(), Err(CacheFolderError::WritableByOthers { mode: found }) if *found == mode)
            );
            assert_eq!(cache.get_code(&key("a")), None);
            put(&cache, &key("b"), b"code");
            assert_eq!((cache.counters().failed, files(fixture.folder()).len()), (1, 1));
        }
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_used() {
        let fixture = Fixture::new();
        fs::create_dir(fixture.folder()).expect("writable");
        set_mode(fixture.folder(), 0o755);
        if is_root(fixture.folder()) {
            std::os::unix::fs::chown(fixture.folder(), Some(12_345), None).expect("root may");
            let state = fixture.cache.state().map_err(ToString::to_string);
            assert_eq!(state, Err("it belongs to the user 12345, and this is the user 0".into()));
        } else {
            let roots = open(Path::new("/usr"), LIMIT);
            assert!(matches!(roots.state(), Err(CacheFolderError::ForeignOwner { owner: 0, .. })));
        }
    }

    #[test]
    fn what_may_not_be_read_or_written_fails_no_program() {
        let fixture = Fixture::new();
        let path = fixture.write("a.ts", long("export const a: number = 1;", 8 << 10));
        let expected = load(&fixture.loader(), &path).expect("valid").code;
        if is_root(fixture.folder()) {
            return;
        }
        set_mode(fixture.folder(), 0o500);
        assert_eq!(load(&fixture.loader(), &path).expect("valid").code, expected);
        assert_eq!(fixture.hits_and_writes(), (1, 1));
        put(&fixture.cache, &key("a"), b"code");
        assert_eq!((fixture.cache.counters().failed, files(fixture.folder()).len()), (1, 1));
        set_mode(&fixture.entry(), 0o000);
        assert_eq!(load(&fixture.loader(), &path).expect("valid").code, expected);
        set_mode(fixture.folder(), 0o700);
        assert_eq!(load(&fixture.loader(), &path).expect("valid").code, expected);
        assert_eq!(load(&fixture.loader(), &path).expect("valid").code, expected);
        assert_eq!(fixture.hits_and_writes(), (2, 2));
    }
}

#[test]
fn folders_that_cannot_be_made_fail_no_program() {
    let fixture = Fixture::new();
    let file = fixture.write("file", "");
    let path = fixture.write("a.ts", long("export const a: number = 1;", 8 << 10));
    for folder in [file.clone(), file.join("below"), Path::new("").into(), "/proc/cannot/be/made".into()] {
        let cache = open(&folder, LIMIT);
        assert!(cache.state().is_err(), "{}", folder.display());
        let options = LoaderOptions { cache: Some(Arc::clone(&cache)), ..LoaderOptions::default() };
        for _ in 0..2 {
            assert!(load(&Loader::new(options.clone()), &path).expect("valid").code_key.is_some());
        }
        let counters = cache.counters();
        assert_eq!((counters.hits, counters.misses, counters.failed), (0, 2, 2), "{}", folder.display());
    }
    assert!(matches!(open(&file, LIMIT).state(), Err(CacheFolderError::NotAFolder)));
}

#[test]
fn a_folder_that_is_deleted_meanwhile_is_made_again() {
    let fixture = Fixture::new();
    put(&fixture.cache, &key("a"), b"code");
    fs::remove_dir_all(fixture.folder()).expect("writable");
    assert_eq!(fixture.cache.get_code(&key("a")), None);
    put(&fixture.cache, &key("a"), b"code");
    assert_eq!(fixture.cache.get_code(&key("a")).as_deref(), Some(&b"code"[..]));
    assert_eq!(fixture.cache.counters().failed, 0);
}

/// What the entries take on disk.
fn used(folder: &Path) -> u64 {
    let size = |path: PathBuf| fs::metadata(path).map_or(0, |metadata| metadata.len().next_multiple_of(4096));
    files(folder).into_iter().map(size).sum()
}

#[test]
fn the_limit_is_kept_and_the_oldest_go_first() {
    let fixture = Fixture::new();
    let limit = 1 << 20;
    let cache = open(fixture.folder(), limit);
    let code = vec![7; 30_000];
    for number in 0..200 {
        put(&cache, &key(&number.to_string()), &code);
        assert!(used(fixture.folder()) <= limit + limit / 8);
    }
    assert!(used(fixture.folder()) > limit / 2, "too much was deleted");
    assert!(cache.counters().evicted > 100);
    // What is longest unused goes first; what is read becomes new.
    let ages =
        |cache: &CompileCache| (0..200).filter(|n| cache.get_code(&key(&n.to_string())).is_some()).collect();
    let left: Vec<u32> = ages(&cache);
    let old = SystemTime::now() - Duration::from_secs(3 * 24 * 60 * 60);
    for path in files(fixture.folder()) {
        let file = fs::OpenOptions::new().write(true).open(path).expect("writable");
        file.set_modified(old).expect("it is ours");
    }
    let used_again = left[..3].to_vec();
    for number in &used_again {
        assert!(cache.get_code(&key(&number.to_string())).is_some());
    }
    for number in 200..220 {
        put(&cache, &key(&number.to_string()), &code);
    }
    let kept: Vec<u32> = ages(&cache);
    assert!(used_again.iter().all(|number| kept.contains(number)), "{used_again:?} of {kept:?}");
    assert!(left.iter().any(|number| !kept.contains(number)));
    // What would drive out too much else is not kept.
    let written = cache.counters().written;
    put(&cache, &key("large"), &vec![0; 200_000]);
    assert_eq!((cache.get_code(&key("large")), cache.counters().written), (None, written));
}

#[test]
fn files_of_dead_writers_go_and_those_of_strangers_stay() {
    let fixture = Fixture::new();
    let cache = open(fixture.folder(), 1 << 20);
    put(&cache, &key("a"), b"code");
    let write = |name: &str, age: u64| {
        let path = fixture.folder().join(name);
        let file = fs::File::create(&path).expect("writable");
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).expect("it is ours");
        path
    };
    let dead = write("0123456789abcdef-12.tmp", 2 * 60 * 60);
    let alive = write("0123456789abcdef-13.tmp", 1);
    let strangers =
        ["notes.txt", "0123.code", "x.tmp", "0123456789ABCDEF-1.tmp"].map(|name| write(name, 1 << 30));
    for number in 0..40 {
        put(&cache, &key(&number.to_string()), &[7; 60_000]);
    }
    assert!(!dead.exists() && alive.exists());
    assert!(strangers.iter().all(|path| path.exists()));
    cache.clear().expect("readable");
    assert_eq!(files(fixture.folder()).len(), strangers.len() + 1);
}

#[test]
fn survey_and_clear_count_what_is_there() {
    let fixture = Fixture::new();
    let survey = fixture.cache.survey().expect("no folder is an empty one");
    assert!(survey.kinds.iter().all(|(_, count)| count.files == 0));
    assert_eq!(fixture.cache.clear().expect("as above").deleted.files, 0);
    assert!(!fixture.folder().exists());

    load(&fixture.loader(), &fixture.write("a.ts", long("let a: number = 1;", 8 << 10))).expect("valid");
    let script = long("exports.a = import('a')", 32 << 10);
    let source = load(&fixture.loader(), &fixture.write("a.js", &script)).expect("valid");
    fixture.loader().cjs_exports(&script, source.code_key.as_ref());
    put(&fixture.cache, &key("a"), &[0; 100]);
    put(&fixture.cache, &key("b"), &[0; 200]);
    let survey = fixture.cache.survey().expect("readable");
    let counts: Vec<_> = survey.kinds.iter().map(|(kind, count)| (*kind, count.files)).collect();
    let expected = [
        (EntryKind::Compiled, 1),
        (EntryKind::Syntax, 1),
        (EntryKind::Exports, 1),
        (EntryKind::EngineCode, 2),
    ];
    assert_eq!(counts, expected);
    assert_eq!(survey.kinds[3].1.bytes, 100 + 200 + 2 * 64);
    let cleared = fixture.cache.clear().expect("writable");
    assert_eq!((cleared.deleted.files, cleared.failed), (5, 0));
    assert_eq!(cleared.deleted.bytes, survey.kinds.iter().map(|(_, count)| count.bytes).sum::<u64>());
    assert!(files(fixture.folder()).is_empty());
    assert_eq!(fixture.cache.get_code(&key("a")), None);
}

/// Reads and writes entries until the time is over: whatever is found is what belongs to its key.
fn use_heavily(folder: &Path, rounds: u32, seed: u32) {
    let cache = open(folder, 4 << 20);
    let mut state = seed;
    for round in 0..rounds {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let number = (state >> 16) % 150;
        let key = key(&number.to_string());
        match cache.get_code(&key) {
            Some(code) => assert!(
                code.len() >= 50_000 && code.iter().all(|byte| u32::from(*byte) == number),
                "entry {number} holds something else"
            ),
            None => cache.put_code(&key, &vec![number as u8; 50_000 + (state % 1_000) as usize]),
        }
        match round % 97 {
            13 => cache.forget_code(&key),
            96 if seed == 0 => drop(cache.clear().expect("readable")),
            _ => {}
        }
    }
    cache.flush();
    let counters = cache.counters();
    assert!(counters.hits > 0 && counters.written > 0, "{counters:?}");
    assert_eq!(counters.failed, 0);
}

const CHILD: &str = "HYPERS_CACHE_TEST_FOLDER";

/// Not a test of its own: the second process of the one below.
#[test]
fn as_a_second_process() {
    if let Some(folder) = std::env::var_os(CHILD) {
        use_heavily(Path::new(&folder), 1_500, 7);
    }
}

#[test]
fn threads_and_processes_share_a_folder() {
    let fixture = Fixture::new();
    let itself = std::env::current_exe().expect("it runs");
    let children = [(); 2].map(|()| {
        let mut command = Command::new(&itself);
        command.args(["--exact", "as_a_second_process"]).env(CHILD, fixture.folder());
        command.stdout(std::process::Stdio::null()).spawn().expect("it runs")
    });
    let folder = fixture.folder();
    std::thread::scope(|scope| {
        for seed in 0..4 {
            scope.spawn(move || use_heavily(folder, 1_000, seed));
        }
    });
    for mut child in children {
        assert!(child.wait().expect("it is ours").success());
    }
    let survey = fixture.cache.survey().expect("readable");
    assert_eq!(survey.unfinished.files, 0);
    assert!(used(fixture.folder()) <= 5 << 20);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn bytes_come_back_as_they_were_put(
        text in ".*", code in proptest::collection::vec(any::<u8>(), 0..5_000), commonjs: bool
    ) {
        let fixture = Fixture::new();
        let kind = if commonjs { CodeKind::CommonJs } else { CodeKind::Esm };
        let key = CodeKey::new(text.as_bytes(), kind);
        put(&fixture.cache, &key, &code);
        prop_assert_eq!(fixture.cache.get_code(&key), Some(code));
    }

    #[test]
    fn cached_facts_are_those_of_the_text(names in proptest::collection::vec("[a-z\u{e4}\u{65e5}]{1,8}", 1..20)) {
        let fixture = Fixture::new();
        let own: String = names.iter().map(|name| format!("exports['{name}'] = require('{name}');\n")).collect();
        let whole: String = names.iter().map(|name| format!("__exportStar(require('{name}'));\n")).collect();
        let text = long(&(own + &whole), 16 << 10);
        let key = CodeKey::new(text.as_bytes(), CodeKind::CommonJs);
        for _ in 0..2 {
            prop_assert_eq!(fixture.loader().cjs_exports(&text, Some(&key)), cjs_exports(&text));
            fixture.cache.flush();
        }
        prop_assert_eq!(fixture.hits_and_writes(), (1, 1));
    }
}

#[test]
fn what_is_put_in_is_written_when_the_cache_goes() {
    let fixture = Fixture::new();
    let cache = open(fixture.folder(), LIMIT);
    let keys: Vec<_> = (0..300).map(|number| key(&number.to_string())).collect();
    for key in &keys {
        cache.put_code(key, &code_of(key));
    }
    drop(cache);
    for key in &keys {
        assert_eq!(fixture.cache.get_code(key), Some(code_of(key)));
    }
}

fn code_of(key: &CodeKey) -> Vec<u8> {
    format!("{key:?}").into_bytes()
}

#[test]
fn sources_are_whole_or_refused() {
    let fixture = Fixture::new();
    let loader = fixture.loader();
    let read = |path: &Path| load(&loader, path).map(|source| source.code.text().to_owned());
    for (bytes, text) in [
        (&b""[..], ""),
        (b"\xef\xbb\xbfa()", "a()"),
        (b"#!/bin/krepis\na()", "///bin/krepis\na()"),
        (b"\xef\xbb\xbf#!x", "//x"),
        (b"'\xff'; '\xe2\x82'; '\xc3\xa4'", "'\u{fffd}'; '\u{fffd}'; '\u{e4}'"),
    ] {
        assert_eq!(read(&fixture.write("a.cjs", bytes)).as_deref().ok(), Some(text));
    }
    let large = fixture.write("large.cjs", "");
    fs::OpenOptions::new()
        .write(true)
        .open(&large)
        .and_then(|file| file.set_len(1 << 40))
        .expect("it has holes");
    let error = read(&large).expect_err("no string of an engine is so long");
    assert_eq!(
        (error.code(), matches!(error, LoadError::TooLarge { size, .. } if size == 1 << 40)),
        (Some("ERR_FS_FILE_TOO_LARGE"), true)
    );
    assert!(matches!(
        read(fixture.directory.path()),
        Err(LoadError::UnknownExtension { .. } | LoadError::Read { .. })
    ));
    #[cfg(target_os = "linux")]
    assert!(!load_from_proc().is_empty());
}

/// A file that says it is empty, and is not.
#[cfg(target_os = "linux")]
fn load_from_proc() -> String {
    let loader = Loader::new(LoaderOptions { cwd: "/".into(), ..LoaderOptions::default() });
    let resolution = Resolution::File { path: Path::new("/proc/self/status").into(), suffix: String::new() };
    let source = loader.load(&resolution, ImportType::Text, RequestKind::Import).expect("it can be read");
    source.code.text().to_owned()
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_to_its_end() {
    let fixture = Fixture::new();
    let pipe = fixture.directory.path().join("a.cjs");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("it is everywhere").success());
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::write(pipe, "exports.a = 1"))
    };
    assert_eq!(load(&fixture.loader(), &pipe).expect("readable").code.text(), "exports.a = 1");
    writer.join().expect("no panic").expect("somebody read it");
}
