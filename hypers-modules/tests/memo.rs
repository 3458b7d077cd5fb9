//! What is remembered is what a loader that has seen nothing would find.

mod project;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hypers_modules::RequestKind::{Import, Require};
use hypers_modules::{Format, ImportType, Loader, LoaderOptions, RequestKind, Resolution};
use project::{Project, ask, options_of};
use proptest::prelude::*;

#[test]
fn an_answer_stands_until_what_it_depended_on_changes() {
    let project = Project::new(&[
        ("package.json", r#"{"name":"self","exports":"./main.js"}"#),
        ("main.js", ""),
        ("src/a.js", ""),
        ("src/main.ts", ""),
        ("node_modules/dep/package.json", r#"{"main":"one.js"}"#),
        ("node_modules/dep/one.js", ""),
        ("node_modules/dep/two.js", ""),
        ("node_modules/other/index.js", ""),
    ]);
    project.loader.set_watched(true);
    // What is asked, what is done, what is told, before and after.
    type Row<'a> = (&'a str, RequestKind, &'a str, &'a str, &'a [&'a str], &'a str);
    let rows: [Row<'_>; 12] = [
        ("./a.js", Import, "src/a.js", "-src/a.js", &["src/a.js"], "ERR_MODULE_NOT_FOUND"),
        ("./a.js", Import, "ERR_MODULE_NOT_FOUND", "+src/a.ts", &["src/a.ts"], "src/a.ts"),
        ("./a.js", Import, "src/a.ts", "+src/a.js", &["src/a.js"], "src/a.js"),
        ("./b", Import, "ERR_MODULE_NOT_FOUND", "+src/b/index.ts", &["src/b"], "src/b/index.ts"),
        ("./c/d.js", Import, "ERR_MODULE_NOT_FOUND", "+src/c/d.js", &["src/c/d.js"], "src/c/d.js"),
        (
            "dep",
            Require,
            "node_modules/dep/one.js",
            "+src/node_modules/dep/index.js",
            &["src/node_modules"],
            "src/node_modules/dep/index.js",
        ),
        (
            "dep",
            Require,
            "src/node_modules/dep/index.js",
            "-src/node_modules",
            &["src/node_modules"],
            "node_modules/dep/one.js",
        ),
        ("self", Import, "main.js", "-package.json", &["package.json"], "ERR_MODULE_NOT_FOUND"),
        ("@/a", Import, "ERR_MODULE_NOT_FOUND", "+tsconfig.json", &["tsconfig.json"], "src/a.js"),
        (
            "late",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "+node_modules/late/index.js",
            &["node_modules/late/index.js"],
            "node_modules/late/index.js",
        ),
        ("mapped", Import, "ERR_MODULE_NOT_FOUND", "+krepis.json", &["krepis.json"], "src/a.js"),
        ("./a.js", Require, "src/a.js", "-src", &["src"], "MODULE_NOT_FOUND"),
    ];
    for (specifier, kind, before, action, told, after) in rows {
        let found = || project.found(specifier, "src/main.ts", kind);
        assert_eq!(found(), before, "{specifier} before {action}");
        let (sign, path) = action.split_at(1);
        match (sign, path) {
            ("-", path) => project.remove(path),
            (_, "tsconfig.json") => {
                project.write(path, r#"{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}"#);
            }
            (_, "krepis.json") => project.write(path, r#"{"imports":{"mapped":"./src/a.js"}}"#),
            (_, path) => project.write(path, ""),
        }
        assert_eq!(found(), before, "{specifier} is remembered after {action}");
        let version = project.loader.version();
        project.changed(told);
        assert_ne!(project.loader.version(), version, "{action}");
        assert_eq!(found(), after, "{specifier} after {action}");
    }
}

#[test]
fn nothing_else_is_forgotten() {
    let project = Project::new(&[
        ("package.json", "{}"),
        ("a.js", ""),
        ("b.js", ""),
        ("other/c.js", ""),
        ("node_modules/dep/index.js", ""),
        ("node_modules/two/index.js", ""),
    ]);
    project.loader.set_watched(true);
    let all = [
        ("./a.js", "x.js"),
        ("./b.js", "x.js"),
        ("./c.js", "other/x.js"),
        ("dep", "x.js"),
        ("two", "other/x.js"),
        ("./no.js", "x.js"),
    ];
    let ask_all = || all.iter().for_each(|(specifier, from)| drop(project.ask(specifier, from, Import)));
    // A missing `./no.js` depends on the names beside it, which its suggestion is made of.
    for (told, dropped) in [
        ("a.js", 2),
        ("other/c.js", 1),
        ("other", 3),
        ("node_modules/dep/index.js", 1),
        ("node_modules/dep", 1),
        ("node_modules/dep/unused.js", 0),
        ("node_modules/new/index.js", 0),
        ("unrelated.txt", 1),
        ("other/unrelated.txt", 0),
        ("package.json", 3),
        ("other/package.json", 1),
        ("tsconfig.json", 3),
        ("krepis.json", 6),
        ("elsewhere/deep/x.js", 0),
        (".", 6),
    ] {
        ask_all();
        assert_eq!(project.loader.remembered(), all.len());
        let version = project.loader.version();
        project.changed(&[told]);
        assert_eq!(all.len() - project.loader.remembered(), dropped, "{told}");
        assert_eq!(project.loader.version() != version, dropped > 0, "{told}");
        assert_eq!(project.loader.shared_version().load(Ordering::Relaxed), project.loader.version());
    }
}

#[test]
fn what_is_missing_is_looked_at_again_where_nobody_watches() {
    let project = Project::new(&[("main.js", "")]);
    for (specifier, kind, file) in [
        ("./late.js", Import, "late.js"),
        ("./late.cjs", Require, "late.cjs"),
        ("late", Require, "node_modules/late/index.js"),
        ("late/sub.js", Require, "node_modules/late/sub.js"),
    ] {
        for _ in 0..2 {
            assert!(project.ask(specifier, "main.js", kind).is_err(), "{specifier}");
        }
        project.write(file, "");
        assert_eq!(project.found(specifier, "main.js", kind), file);
    }
    let version = project.loader.version();
    for _ in 0..3 {
        assert!(project.ask("late/none", "main.js", Import).is_err());
    }
    assert_eq!(project.loader.version(), version, "an answer that still holds is kept");
}

#[test]
fn formats_and_compiler_options_follow_their_files() {
    let project = Project::new(&[
        ("package.json", r#"{"type":"module"}"#),
        ("a.js", ""),
        ("b.tsx", "export default <a/>"),
        ("inner/package.json", r#"{"type":"commonjs"}"#),
        ("inner/a.js", ""),
    ]);
    let load = |path: &str| {
        let file = Resolution::file(project.root.join(path));
        project.loader.load(&file, ImportType::Unspecified, Import).expect("readable")
    };
    assert_eq!((load("a.js").format, load("inner/a.js").format), (Format::Esm, Format::CommonJs));
    project.write("package.json", r#"{"type":"commonjs"}"#);
    project.write("inner/package.json", r#"{"type":"module"}"#);
    project.changed(&["package.json"]);
    assert_eq!(load("a.js").format, Format::CommonJs);
    project.changed(&["inner/package.json"]);
    assert_eq!(load("inner/a.js").format, Format::Esm);
    assert!(load("b.tsx").code.text().contains("react/jsx-runtime"));
    project.write("tsconfig.json", r#"{"extends":"./base.json"}"#);
    project.write("base.json", r#"{"compilerOptions":{"jsx":"react","jsxFactory":"h"}}"#);
    project.changed(&["tsconfig.json"]);
    assert!(load("b.tsx").code.text().contains("h(\"a\""));
    project.write("base.json", r#"{"compilerOptions":{"jsx":"react","jsxFactory":"k"}}"#);
    project.changed(&["base.json"]);
    assert!(load("b.tsx").code.text().contains("k(\"a\""));
}

#[test]
fn threads_share_a_loader() {
    let names: Vec<String> = (0..50).map(|at| format!("f{at}.js")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    let project = Project::new(&files);
    let root = project.root.clone();
    let loader = Arc::new(project.loader);
    let work = |changes: bool| {
        for round in 0..20 {
            for name in &names {
                let found = ask(&loader, &root, &format!("./{name}"), "main.js", Import);
                assert_eq!(found.expect("it is there"), *name);
                assert!(ask(&loader, &root, "nowhere", "main.js", Require).is_err());
            }
            if changes {
                loader.changed(&[root.join(&names[round])]);
            }
        }
    };
    std::thread::scope(|scope| {
        for at in 0..4 {
            let work = &work;
            scope.spawn(move || work(at == 0));
        }
    });
    fn shared<T: Send + Sync>() {}
    shared::<Loader>();
}

/// Something that happens to a project.
#[derive(Clone, Debug)]
enum Change {
    Write(usize, usize),
    Remove(usize),
    /// A path that nobody may have asked for, with everything below it.
    RemoveTree(usize),
    Link(usize, usize),
}

const FILES: [&str; 22] = [
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
    "src/node_modules/p/lib.js",
    "node_modules/@s/q/index.js",
    "packages/q/index.js",
];
const TREES: [&str; 9] = [
    "src",
    "src/b",
    "node_modules",
    "node_modules/p",
    "src/node_modules",
    "src/node_modules/p",
    "packages",
    "node_modules/@s",
    "node_modules/@s/q",
];
const TARGETS: [&str; 6] = ["packages/q", "src", "src/b", "a.ts", "src/a.js", "nowhere"];
const LINKS: [&str; 6] = ["node_modules/@s/q", "node_modules/p", "linked", "src/a.js", "packages/q", "src/b"];

fn content(file: &str, choice: usize) -> &'static str {
    let choices: &[&str] = match file.rsplit('/').next().unwrap_or(file) {
        "package.json" => &[
            "{}",
            r#"{"main":"lib"}"#,
            r#"{"exports":{".":"./lib.js","./lib":{"import":"./index.js","require":"./lib.js"}}}"#,
            r##"{"name":"p","exports":"./a.js","imports":{"#a":"./a.js","#p":"p"}}"##,
            "{",
        ],
        "tsconfig.json" => &[
            "{}",
            r#"{"compilerOptions":{"paths":{"@/*":["./src/*","./*"]}}}"#,
            r#"{"extends":"./base.json"}"#,
            r#"{"compilerOptions":{"baseUrl":"."},"include":["src/*.ts"]}"#,
            "{",
        ],
        "base.json" => &["{}", r#"{"compilerOptions":{"paths":{"@/*":["./src/b/*"]}}}"#, "["],
        "krepis.json" => &[
            "{}",
            r#"{"imports":{"p":"./a.js","@/":"./src/"}}"#,
            r#"{"imports":{"p":null},"scopes":{"./src/a.ts":{"p":"./a.ts"}}}"#,
            r#"{"imports":{"p/lib":"q","q":"@s/q"}}"#,
            "{",
        ],
        _ => &[""],
    };
    choices[choice % choices.len()]
}

const QUESTIONS: [(&str, &str); 22] = [
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
    ("@s/q", "packages/q/x.js"),
    ("#a", "x.js"),
    ("#p", "src/x.js"),
    ("p", "node_modules/p/index.js"),
    ("./linked/a", "x.ts"),
    ("./a", "linked/x.ts"),
    ("q", "packages/q/index.js"),
];

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (0..FILES.len(), 0..5usize).prop_map(|(file, choice)| Change::Write(file, choice)),
        2 => (0..FILES.len()).prop_map(Change::Remove),
        1 => (0..TREES.len()).prop_map(Change::RemoveTree),
        1 => (0..LINKS.len(), 0..TARGETS.len()).prop_map(|(link, target)| Change::Link(link, target)),
    ]
}

/// Does it, and says which paths a watcher would name.
fn apply(project: &Project, change: &Change) -> Vec<PathBuf> {
    let root = &project.root;
    match change {
        Change::Write(file, choice) => {
            let path = root.join(FILES[*file]);
            // The directories that come into being with it.
            let mut told: Vec<PathBuf> =
                path.ancestors().skip(1).filter(|above| !above.exists()).map(PathBuf::from).collect();
            let parent = path.parent().expect("has a parent");
            if fs::create_dir_all(parent).is_err()
                || fs::write(&path, content(FILES[*file], *choice)).is_err()
            {
                return Vec::new();
            }
            told.push(path);
            told
        }
        Change::Remove(file) => {
            let path = root.join(FILES[*file]);
            if fs::remove_file(&path).is_ok() { vec![path] } else { Vec::new() }
        }
        Change::RemoveTree(tree) => {
            let path = root.join(TREES[*tree]);
            let removed = if path.is_symlink() { fs::remove_file(&path) } else { fs::remove_dir_all(&path) };
            if removed.is_ok() { vec![path] } else { Vec::new() }
        }
        #[cfg(unix)]
        Change::Link(link, target) => {
            let path = root.join(LINKS[*link]);
            let parent = path.parent().expect("has a parent").to_path_buf();
            let mut told: Vec<PathBuf> =
                parent.ancestors().filter(|above| !above.exists()).map(PathBuf::from).collect();
            drop(fs::create_dir_all(&parent));
            drop(fs::remove_file(&path));
            drop(std::os::unix::fs::symlink(root.join(TARGETS[*target]), &path));
            told.push(path);
            told
        }
        #[cfg(not(unix))]
        Change::Link(..) => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn after_every_change_it_is_as_if_nothing_had_been_known(
        first in prop::collection::vec(change(), 0..12),
        changes in prop::collection::vec(change(), 1..14),
        preserve in proptest::bool::weighted(0.2),
    ) {
        let options = |root: &std::path::Path| LoaderOptions { preserve_symlinks: preserve, watched: true, ..options_of(root) };
        let project = Project::with(&[("x.js", "")], |root, _| options(root));
        for change in &first {
            apply(&project, change);
        }
        for at in 0..=changes.len() {
            let model = Loader::new(options(&project.root));
            for (specifier, from) in QUESTIONS {
                for kind in [Import, Require] {
                    let known = ask(&project.loader, &project.root, specifier, from, kind).map_err(|error| error.to_string());
                    let fresh = ask(&model, &project.root, specifier, from, kind).map_err(|error| error.to_string());
                    prop_assert_eq!(known, fresh, "{} from {} {:?} after {:?} and {:?}", specifier, from, kind, first, &changes[..at]);
                }
            }
            if let Some(change) = changes.get(at) {
                let told = apply(&project, change);
                project.loader.changed(&told);
            }
        }
    }
}
