//! Packages that the loader finds by itself are those that `oxc_resolver` finds.

use std::fs;
use std::path::Path;

use hypers_modules::{Loader, LoaderOptions, RequestKind, Tsconfig, file_url};
use oxc_resolver::{ResolveOptions, Resolver};
use proptest::prelude::*;

const FILES: [&str; 10] = [
    "node_modules/p/a.js",
    "node_modules/p/b.ts",
    "node_modules/p/index.js",
    "node_modules/p/lib/a.js",
    "node_modules/p/lib/b/c.mjs",
    "node_modules/p/lib/x/index.js",
    "node_modules/q/a.js",
    "node_modules/.store/r/a.js",
    "src/main.js",
    "src/node_modules/q/a.js",
];
/// Where packages may have a manifest.
const PLACES: [&str; 4] = ["node_modules/p", "node_modules/q", "src", "src/node_modules/q"];
const SPECIFIERS: [&str; 17] = [
    "p",
    "p/a.js",
    "p/else",
    "p/a",
    "p/b",
    "p/b.js",
    "p/lib/a",
    "p/lib/a.js",
    "p/lib/b/c",
    "p/lib",
    "p/lib/",
    "p/lib/x",
    "p/../q/a.js",
    "p/node_modules/x",
    "q",
    "q/a.js",
    "r/a.js",
];
const KEYS: [&str; 20] = [
    ".",
    "./a",
    "./a.js",
    "./b",
    "./lib/*",
    "./lib/*.js",
    "./lib/b/*",
    "./*",
    "./l*",
    "./lib/",
    "./*/c",
    "./*a*",
    "import",
    "require",
    "node",
    "default",
    "browser",
    "krepis",
    "#x",
    "0",
];
const TARGETS: [&str; 16] = [
    "./a.js",
    "./a",
    "./b.js",
    "./b.ts",
    "./lib/*.js",
    "./lib/*",
    "./*",
    "./lib/",
    "./lib/*/c.mjs",
    "a.js",
    "../q/a.js",
    "./lib/../a.js",
    "./lib//a.js",
    "./node_modules/a.js",
    "./none.js",
    "./a.js?x",
];

/// A value of `exports`: what is nested is made of the same.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => prop::sample::select(&TARGETS[..]).prop_map(|target| format!("{target:?}")),
        1 => prop::sample::select(&["null", "1", "[]", "true"][..]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let map = |keys: &'static [&'static str], inner: BoxedStrategy<String>| {
            let keys = prop::sample::subsequence(keys, 0..=5.min(keys.len())).prop_shuffle();
            (keys, prop::collection::vec(inner, 5)).prop_map(|(keys, values)| {
                let entries: Vec<_> =
                    keys.iter().zip(values).map(|(key, value)| format!("{key:?}:{value}")).collect();
                format!("{{{}}}", entries.join(","))
            })
        };
        prop_oneof![
            4 => map(&KEYS[..12], inner.clone().boxed()),
            4 => map(&KEYS[12..18], inner.clone().boxed()),
            1 => map(&KEYS, inner.clone().boxed()),
            1 => prop::collection::vec(inner, 0..3).prop_map(|list| format!("[{}]", list.join(","))),
        ]
    })
}

fn manifest() -> impl Strategy<Value = String> {
    let name = prop::sample::select(&["p", "q", "other"][..]);
    let main = prop::option::of(prop::sample::select(&TARGETS[..]));
    (name, main, prop::option::of(value())).prop_map(|(name, main, exports)| {
        let main = main.map(|main| format!(r#","main":{main:?}"#)).unwrap_or_default();
        let exports = exports.map(|exports| format!(r#","exports":{exports}"#)).unwrap_or_default();
        format!(r#"{{"name":{name:?}{main}{exports}}}"#)
    })
}

fn resolver(cwd: &Path, kind: &str) -> Resolver {
    let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    Resolver::new(ResolveOptions {
        cwd: Some(cwd.to_path_buf()),
        condition_names: strings(&["krepis", "node", kind, "module-sync", "default"]),
        extensions: strings(&[".js", ".json", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".jsx"]),
        extension_alias: vec![
            (".js".into(), strings(&[".js", ".ts", ".tsx"])),
            (".mjs".into(), strings(&[".mjs", ".mts"])),
        ],
        ..ResolveOptions::default()
    })
}

/// Asks both everything, in a project with these manifests at [`PLACES`].
fn check(manifests: &[Option<String>], linked: bool) -> Result<(), TestCaseError> {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let root = directory.path().canonicalize().expect("it was just made");
    for file in FILES {
        let file = root.join(file);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("writable");
        fs::write(file, "").expect("writable");
    }
    for (place, manifest) in PLACES.iter().zip(manifests) {
        if let Some(manifest) = manifest {
            fs::write(root.join(place).join("package.json"), manifest).expect("writable");
        }
    }
    #[cfg(unix)]
    if linked {
        std::os::unix::fs::symlink(".store/r", root.join("node_modules/r")).expect("writable");
        fs::write(root.join("node_modules/.store/r/package.json"), "{}").expect("writable");
    }
    let options = LoaderOptions { cwd: root.clone(), tsconfig: Tsconfig::Off, ..LoaderOptions::default() };
    let loader = Loader::new(options);
    for (kind, name) in [(RequestKind::Import, "import"), (RequestKind::Require, "require")] {
        let resolver = resolver(&root, name);
        for specifier in SPECIFIERS {
            for from in ["src", "node_modules/p/lib"].map(|from| root.join(from)) {
                let ours = loader.resolve(specifier, &file_url(&from.join("main.js")), kind).ok();
                let ours = ours.map(|found| found.path().expect("a file").to_path_buf());
                let theirs = resolver.resolve(&from, specifier).ok().map(|found| found.path().to_path_buf());
                prop_assert_eq!(ours, theirs, "{} of {} from {}", name, specifier, from.display());
            }
        }
    }
    Ok(())
}

#[test]
fn the_most_specific_entry_decides() {
    for exports in [
        r#"{"./lib/*":"./lib/*","./lib/*.js":"./a.js","./*":"./b.ts","./lib/b/*":"./lib/b/*.mjs"}"#,
        r#"{"./lib/b/*":"./lib/b/*.mjs","./*":"./b.ts","./lib/*.js":"./a.js","./lib/*":"./lib/*"}"#,
        r#"{"./*":"./b.ts","./a":"./a.js","./lib/":"./lib/"}"#,
        r#"{"./lib/*":null,"./*":"./b.ts"}"#,
        r#"{".":{"require":{"browser":"./b.ts","node":"./a.js"},"default":"./index.js"}}"#,
        r#"{"default":"./index.js","import":"./a.js"}"#,
        r#"{"import":{"browser":"./b.ts"},"default":"./index.js"}"#,
        r#"[{"import":"./a.js"},"./index.js"]"#,
        r#"{".":"./a.js","import":"./b.ts"}"#,
        r#""./lib/a.js""#,
        "null",
    ] {
        for name in ["p", "other"] {
            let manifest = format!(r#"{{"name":{name:?},"main":"lib/a.js","exports":{exports}}}"#);
            let own = format!(r#"{{"name":"p","exports":{exports}}}"#);
            check(&[Some(manifest.clone()), None, None, None], true).expect("the same");
            check(&[Some(manifest), Some("{}".to_owned()), Some(own), None], false).expect("the same");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn packages_are_those_that_the_resolver_finds(
        manifests in prop::collection::vec(prop::option::weighted(0.8, manifest()), 4),
        linked in any::<bool>(),
    ) {
        check(&manifests, linked)?;
    }
}
