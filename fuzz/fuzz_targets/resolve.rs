//! Specifiers come from programs and their packages: no panic, a stable answer, and only files that exist.
//!
//! `cargo +nightly fuzz run resolve`

#![no_main]

use std::fs;
use std::path::PathBuf;

use hypers_modules::{Loader, LoaderOptions, RequestKind, Resolution, file_path};
use libfuzzer_sys::fuzz_target;

const FILES: &[(&str, &str)] = &[
    (
        "package.json",
        r##"{"name":"self","type":"module","exports":{".":"./a.ts","./*":"./lib/*.js"},
            "imports":{"#a":"./a.ts","#lib/*":"./lib/*.js","#dep":"dep","#gone":"./gone.js","#out":"../x.js"}}"##,
    ),
    (
        "tsconfig.json",
        r#"{"compilerOptions":{"baseUrl":".","paths":{"@/*":["./lib/*"],"alias":["./a.ts"]}}}"#,
    ),
    ("a.ts", "export {}"),
    ("b.json", "{}"),
    ("lib/index.js", ""),
    ("lib/one two%.js", ""),
    ("node_modules/dep/package.json", r#"{"name":"dep","main":"main"}"#),
    ("node_modules/dep/main.js", ""),
    ("node_modules/dep/sub/file.cjs", ""),
    (
        "node_modules/@s/p/package.json",
        r#"{"name":"@s/p","exports":{".":{"import":"./m.mjs","require":"./c.cjs"},"./f/*":"./f/*","./no":null}}"#,
    ),
    ("node_modules/@s/p/m.mjs", ""),
    ("node_modules/@s/p/c.cjs", ""),
    ("node_modules/@s/p/f/x.js", ""),
    ("node_modules/broken/package.json", "{"),
];

/// A project with packages, made anew for each process.
fn project() -> PathBuf {
    let root = std::env::temp_dir().join(format!("krepis-fuzz-resolve-{}", std::process::id()));
    for (name, text) in FILES {
        let file = root.join(name);
        fs::create_dir_all(file.parent().expect("a file has a folder"))
            .expect("the temporary folder is writable");
        fs::write(file, text).expect("the temporary folder is writable");
    }
    root.canonicalize().expect("it was just made")
}

thread_local! {
    static LOADER: Loader = Loader::new(LoaderOptions {
        cwd: project(),
        builtins: &["node:fs", "node:fs/promises", "node:test", "krepis:http"],
        ..LoaderOptions::default()
    });
}

// The input is a specifier and who asks, with a zero byte between them; nothing stands for the project's entry.
fuzz_target!(|input: &str| {
    let (specifier, referrer) = input.split_once('\0').unwrap_or((input, ""));
    LOADER.with(|loader| {
        let entry = loader.options().cwd.join("a.ts");
        let entry = entry.to_str().expect("its name is text");
        let referrer = if referrer.is_empty() { entry } else { referrer };
        for kind in [RequestKind::Import, RequestKind::Require] {
            let found = loader.resolve(specifier, referrer, kind);
            let again = loader.resolve(specifier, referrer, kind);
            match (found, again) {
                (Ok(found), Ok(again)) => {
                    assert_eq!(found, again);
                    check(&found);
                }
                (Err(found), Err(again)) => {
                    assert_eq!(found.to_string(), again.to_string());
                    assert!(
                        found.code().starts_with("ERR_")
                            || matches!(found.code(), "MODULE_NOT_FOUND" | "ELOOP"),
                        "{found}"
                    );
                }
                (found, again) => panic!("first {found:?}, then {again:?}"),
            }
        }
        if let Ok(found) = loader.resolve_entry(specifier) {
            check(&found);
        }
    });
});

fn check(found: &Resolution) {
    let url = found.url();
    if let Resolution::File { path, suffix } = found {
        assert!(path.is_absolute() && path.is_file(), "{}", path.display());
        assert!(suffix.is_empty() || suffix.starts_with(['?', '#']), "{suffix:?}");
        let back = file_path(&url);
        assert_eq!(back.as_deref(), Some(&**path), "{url}");
    }
}
