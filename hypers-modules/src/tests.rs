//! Whole ways through the loader, on packages in a temporary directory.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use RequestKind::{Import, Require};

const BUILTINS: &[&str] = &["node:fs", "node:fs/promises", "node:path", "node:test", "krepis:http"];

struct Project {
    root: PathBuf,
    _directory: tempfile::TempDir,
    loader: Loader,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, LoaderOptions::default())
    }

    fn with(files: &[(&str, &str)], options: LoaderOptions) -> Self {
        let directory = tempfile::tempdir().expect("a temp directory");
        let root = directory.path().canonicalize().expect("it exists");
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("has a parent")).expect("writable");
            fs::write(path, text).expect("writable");
        }
        let options = LoaderOptions { cwd: root.clone(), builtins: BUILTINS, ..options };
        Self { root, _directory: directory, loader: Loader::new(options) }
    }

    fn resolve(&self, specifier: &str, from: &str, kind: RequestKind) -> Result<String, ResolveError> {
        let found = self.loader.resolve(specifier, &file_url(&self.root.join(from)), kind)?;
        Ok(self.strip(&found.url()))
    }

    fn load(&self, path: &str, attribute: ImportType, kind: RequestKind) -> Result<Source, LoadError> {
        let path = self.root.join(path);
        self.loader.load(&Resolution::file(path), attribute, kind)
    }

    fn strip(&self, text: &str) -> String {
        text.replace(&format!("{}/", file_url(&self.root)), "")
            .replace(&format!("{}/", self.root.display()), "")
    }
}

#[test]
fn paths() {
    let project = Project::new(&[
        ("main.ts", ""),
        ("main.js", ""),
        ("a.ts", ""),
        ("b.js", ""),
        ("c.mts", ""),
        ("d.cts", ""),
        ("e.tsx", ""),
        ("f.json", ""),
        ("both.js", ""),
        ("both.ts", ""),
        ("both/index.ts", ""),
        ("dir/index.ts", ""),
        ("jsdir/index.js", ""),
        ("main-dir/package.json", r#"{"main":"lib/x"}"#),
        ("main-dir/lib/x.js", ""),
        ("sp ace#.ts", ""),
        ("deep/er/x.ts", ""),
    ]);
    for (specifier, from, kind, expected) in [
        ("./a.ts", "main.ts", Import, "a.ts"),
        ("./a", "main.ts", Import, "a.ts"),
        ("./a", "main.js", Import, "a.ts"),
        ("./a.js", "main.js", Import, "a.ts"),
        ("./b", "main.ts", Import, "b.js"),
        ("./b", "main.js", Require, "b.js"),
        ("./c.mjs", "main.ts", Import, "c.mts"),
        ("./d.cjs", "main.ts", Require, "d.cts"),
        ("./e.js", "main.ts", Import, "e.tsx"),
        ("./e.jsx", "main.ts", Import, "e.tsx"),
        ("./f", "main.js", Require, "f.json"),
        ("./both", "main.js", Require, "both.js"),
        ("./both", "main.ts", Import, "both.ts"),
        ("./both/", "main.ts", Import, "both/index.ts"),
        ("./dir", "main.ts", Import, "dir/index.ts"),
        ("./dir", "main.js", Require, "dir/index.ts"),
        ("./jsdir", "main.js", Require, "jsdir/index.js"),
        ("./main-dir", "main.js", Require, "main-dir/lib/x.js"),
        ("..", "dir/sub/x.js", Require, "dir/index.ts"),
        (".", "jsdir/x.js", Require, "jsdir/index.js"),
        ("../../a.ts", "deep/er/x.ts", Import, "a.ts"),
        ("./a.ts?v=1#x", "main.ts", Import, "a.ts?v=1#x"),
        ("./sp%20ace%23.ts", "main.ts", Import, "sp%20ace%23.ts"),
        ("./sp ace#.ts", "main.ts", Require, "sp%20ace%23.ts"),
        ("node:fs", "main.ts", Import, "node:fs"),
        ("fs", "main.ts", Import, "node:fs"),
        ("fs/promises", "main.ts", Require, "node:fs/promises"),
        ("krepis:http", "main.ts", Import, "krepis:http"),
        ("data:text/javascript,1", "main.ts", Import, "data:text/javascript,1"),
    ] {
        let found = project.resolve(specifier, from, kind);
        assert_eq!(found.as_deref().ok(), Some(expected), "{specifier} from {from} {kind:?}: {found:?}");
    }
    let absolute = project.root.join("a.ts");
    for specifier in [absolute.display().to_string(), file_url(&absolute)] {
        assert_eq!(project.resolve(&specifier, "deep/er/x.ts", Import).expect("found"), "a.ts");
    }
}

#[test]
fn packages() {
    let project = Project::new(&[
        (
            "package.json",
            r##"{"name":"self","exports":{".":"./main.ts","./x":"./x.ts"},"imports":{"#lib/*":"./lib/*.ts","#fs":"node:fs","#dep":"dep"}}"##,
        ),
        ("main.ts", ""),
        ("x.ts", ""),
        ("lib/a.ts", ""),
        ("node_modules/dep/package.json", r#"{"main":"./lib"}"#),
        ("node_modules/dep/lib.js", ""),
        ("node_modules/dep/sub/y.js", ""),
        ("node_modules/dep/index.js", ""),
        (
            "node_modules/dual/package.json",
            r#"{"exports":{".":{"import":"./i.mjs","require":"./r.cjs"},"./k":{"krepis":"./k.js","default":"./d.js"},"./c":{"custom":"./k.js","default":"./d.js"},"./p/*":"./p/*.js","./ts":"./t.js"}}"#,
        ),
        ("node_modules/dual/i.mjs", ""),
        ("node_modules/dual/r.cjs", ""),
        ("node_modules/dual/k.js", ""),
        ("node_modules/dual/d.js", ""),
        ("node_modules/dual/p/q.js", ""),
        ("node_modules/dual/t.ts", ""),
        ("node_modules/@s/p/index.js", ""),
        ("node_modules/test/index.js", ""),
    ]);
    for (specifier, from, kind, expected) in [
        ("dep", "main.ts", Import, "node_modules/dep/lib.js"),
        ("dep/sub/y", "lib/a.ts", Require, "node_modules/dep/sub/y.js"),
        ("dual", "main.ts", Import, "node_modules/dual/i.mjs"),
        ("dual", "main.ts", Require, "node_modules/dual/r.cjs"),
        ("dual/k", "main.ts", Import, "node_modules/dual/k.js"),
        ("dual/c", "main.ts", Import, "node_modules/dual/d.js"),
        ("dual/p/q", "main.ts", Import, "node_modules/dual/p/q.js"),
        ("dual/ts", "main.ts", Import, "node_modules/dual/t.ts"),
        ("@s/p", "main.ts", Require, "node_modules/@s/p/index.js"),
        ("test", "main.ts", Import, "node_modules/test/index.js"),
        ("self/x", "lib/a.ts", Import, "x.ts"),
        ("#lib/a", "main.ts", Import, "lib/a.ts"),
        ("#fs", "main.ts", Import, "node:fs"),
        ("#dep", "main.ts", Import, "node_modules/dep/lib.js"),
    ] {
        let found = project.resolve(specifier, from, kind);
        assert_eq!(found.as_deref().ok(), Some(expected), "{specifier} from {from} {kind:?}: {found:?}");
    }
    let custom = LoaderOptions { conditions: vec!["custom".into()], ..LoaderOptions::default() };
    let project = Project::with(
        &[
            ("node_modules/d/package.json", r#"{"exports":{"custom":"./k.js","default":"./d.js"}}"#),
            ("node_modules/d/k.js", ""),
            ("node_modules/d/d.js", ""),
        ],
        custom,
    );
    assert_eq!(project.resolve("d", "a.ts", Import).expect("found"), "node_modules/d/k.js");
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_real_file() {
    let project = Project::new(&[("real/a.ts", ""), ("packages/p/index.js", ""), ("main.ts", "")]);
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(project.root.join(from), project.root.join(to)).expect("linked");
    };
    link("real/a.ts", "link.ts");
    link("real", "linked");
    fs::create_dir(project.root.join("node_modules")).expect("writable");
    link("packages/p", "node_modules/p");
    link("nowhere", "broken.ts");
    for (specifier, expected) in
        [("./link.ts", "real/a.ts"), ("./linked/a", "real/a.ts"), ("p", "packages/p/index.js")]
    {
        assert_eq!(project.resolve(specifier, "main.ts", Import).expect(specifier), expected);
    }
    assert_eq!(
        project.resolve("./broken.ts", "main.ts", Import).expect_err("broken").code(),
        "ERR_MODULE_NOT_FOUND"
    );
}

#[test]
fn path_aliases() {
    let project = Project::new(&[
        (
            "tsconfig.json",
            r#"{ /* comments */ "compilerOptions": { "paths": { "@/*": ["./src/*"], "~lib": ["./src/lib.ts"], }, } }"#,
        ),
        ("src/main.ts", ""),
        ("src/lib.ts", ""),
        ("src/index/index.ts", ""),
    ]);
    for (specifier, expected) in [
        ("@/lib", "src/lib.ts"),
        ("~lib", "src/lib.ts"),
        ("@/index", "src/index/index.ts"),
        ("@/lib.js", "src/lib.ts"),
    ] {
        let found = project.resolve(specifier, "src/main.ts", Import);
        assert_eq!(found.as_deref().ok(), Some(expected), "{specifier}: {found:?}");
    }
}

#[test]
fn failures_name_the_way() {
    let project = Project::new(&[
        ("main.ts", ""),
        ("main.js", ""),
        ("users.ts", ""),
        ("only.js", ""),
        ("jsdir/index.js", ""),
        (
            "node_modules/dual/package.json",
            r#"{"exports":{".":{"import":"./i.mjs"},"./bad":"../up.js","./private":null}}"#,
        ),
        ("node_modules/dep/package.json", "{}"),
        ("node_modules/dep/index.js", ""),
        ("node_modules/dep/util.js", ""),
        ("node_modules/broken/package.json", "{"),
        ("p/package.json", r##"{"imports":{"#a":"./a.js","#lib/*":"./lib/*.js","#no/*":null}}"##),
    ]);
    for (specifier, from, kind, code, message) in [
        (
            "./user",
            "main.ts",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find module './user' imported from main.ts; did you mean \"./users.ts\"?",
        ),
        (
            "./nothing.ts",
            "main.ts",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find module './nothing.ts' imported from main.ts",
        ),
        (
            "./only",
            "main.js",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find module './only' imported from main.js; did you mean \"./only.js\"?",
        ),
        (
            "./no/where",
            "main.js",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find module './no/where' imported from main.js",
        ),
        (
            "./user",
            "main.js",
            Require,
            "MODULE_NOT_FOUND",
            "Cannot find module './user'; did you mean \"./users.ts\"?\nRequire stack:\n- main.js",
        ),
        (
            "nothing",
            "main.js",
            Require,
            "MODULE_NOT_FOUND",
            "Cannot find module 'nothing'\nRequire stack:\n- main.js",
        ),
        (
            "users",
            "main.ts",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find package 'users' imported from main.ts; did you mean \"./users.ts\"?",
        ),
        (
            "@s/p/x",
            "main.ts",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find package '@s/p' imported from main.ts",
        ),
        (
            "dep/utils",
            "main.ts",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find module 'dep/utils' imported from main.ts; did you mean \"dep/util.js\"?",
        ),
        (
            "./jsdir",
            "main.js",
            Import,
            "ERR_UNSUPPORTED_DIR_IMPORT",
            "Directory import './jsdir' is not supported resolving ES modules imported from main.js; did you mean \"./jsdir/index.js\"?",
        ),
        (
            "node:fss",
            "main.ts",
            Import,
            "ERR_UNKNOWN_BUILTIN_MODULE",
            "No such built-in module: node:fss imported from main.ts; did you mean \"node:fs\"?",
        ),
        (
            "krepis:x",
            "main.ts",
            Require,
            "ERR_UNKNOWN_BUILTIN_MODULE",
            "No such built-in module: krepis:x imported from main.ts",
        ),
        (
            "https://x.y/z",
            "main.ts",
            Import,
            "ERR_UNSUPPORTED_ESM_URL_SCHEME",
            "Only URLs with a scheme in: file, data, node, and krepis are supported. Received protocol 'https:' in 'https://x.y/z' imported from main.ts",
        ),
        (
            "",
            "main.ts",
            Import,
            "ERR_INVALID_MODULE_SPECIFIER",
            "Invalid module '': it is empty imported from main.ts",
        ),
        (
            "./a%2fb",
            "main.ts",
            Import,
            "ERR_INVALID_MODULE_SPECIFIER",
            "Invalid module './a%2fb': it must not include encoded \"/\" or \"\\\" characters imported from main.ts",
        ),
        (
            "dual/x",
            "main.ts",
            Import,
            "ERR_PACKAGE_PATH_NOT_EXPORTED",
            "Package subpath './x' is not defined by \"exports\" in node_modules/dual/package.json imported from main.ts",
        ),
        (
            "dual",
            "main.ts",
            Require,
            "ERR_PACKAGE_PATH_NOT_EXPORTED",
            "No \"exports\" main defined in node_modules/dual/package.json imported from main.ts",
        ),
        (
            "dual/bad",
            "main.ts",
            Import,
            "ERR_INVALID_PACKAGE_TARGET",
            "Invalid \"exports\" target \"../up.js\" in the package config node_modules/dual/package.json imported from main.ts",
        ),
        (
            "#b",
            "p/a.js",
            Import,
            "ERR_PACKAGE_IMPORT_NOT_DEFINED",
            "Package import specifier \"#b\" is not defined in package p/package.json imported from p/a.js",
        ),
        (
            "#lib/b",
            "p/a.js",
            Import,
            "ERR_MODULE_NOT_FOUND",
            "Cannot find module '#lib/b' imported from p/a.js",
        ),
        (
            "#no/b",
            "p/a.js",
            Import,
            "ERR_PACKAGE_IMPORT_NOT_DEFINED",
            "Package import specifier \"#no/b\" is not defined in package p/package.json imported from p/a.js",
        ),
        (
            "broken",
            "main.ts",
            Import,
            "ERR_INVALID_PACKAGE_CONFIG",
            "Invalid package config node_modules/broken/package.json",
        ),
    ] {
        let error = project.resolve(specifier, from, kind).expect_err(specifier);
        assert_eq!(error.code(), code, "{specifier}: {error}");
        let shown = project.strip(&error.to_string());
        assert!(shown.starts_with(message), "{specifier}: {shown}");
    }
    let kept_back =
        project.resolve("dual/private", "main.ts", Import).expect_err("because its target is null");
    assert!(!kept_back.to_string().contains("did you mean"), "{kept_back}");
}

#[test]
fn entries() {
    let project = Project::new(&[
        ("a.ts", ""),
        ("main.ts", ""),
        ("d/index.js", ""),
        ("noext", ""),
        ("p/package.json", r#"{"main":"m.ts"}"#),
        ("p/m.ts", ""),
    ]);
    for (entry, expected) in [
        ("a.ts", "a.ts"),
        ("a", "a.ts"),
        ("./d", "d/index.js"),
        ("noext", "noext"),
        ("p", "p/m.ts"),
        (".", ""),
    ] {
        match project.loader.resolve_entry(entry) {
            Ok(found) => assert_eq!(project.strip(&found.url()), expected),
            Err(error) => assert_eq!(expected, "", "{entry}: {error}"),
        }
    }
    let error = project.loader.resolve_entry("man.ts").expect_err("missing");
    assert_eq!(
        project.strip(&error.to_string()),
        "Cannot find module 'man.ts'; did you mean \"main.ts\"?\n\
         Tried: man.ts, man.ts.js, man.ts.json, man.ts.mjs and 6 more"
    );
}

#[test]
fn formats() {
    let project = Project::new(&[
        ("m/package.json", r#"{"type":"module"}"#),
        ("m/a.js", "plain()"),
        ("m/a.cjs", "plain()"),
        ("m/a.ts", "plain()"),
        ("m/noext", "plain()"),
        ("c/package.json", r#"{"type":"commonjs"}"#),
        ("c/a.js", "export {}"),
        ("c/a.ts", "export {}"),
        ("c/b.ts", "let a: number"),
        ("c/a.mjs", "plain()"),
        ("u/a.js", "plain()"),
        ("u/b.js", "import 'x'"),
        ("u/c.js", "await 1"),
        ("u/a.ts", "let a: number"),
        ("u/b.tsx", "export default <a/>"),
        ("u/a.mts", "let a: number"),
        ("u/a.cts", "let a: number"),
        ("u/a.jsx", "<a/>"),
        ("u/a.json", "{}"),
        ("u/a.wasm", "\0asm"),
        ("u/unknown.xyz", "exports.a = 1"),
        ("u/addon.node", ""),
        ("broken/package.json", "{"),
        ("broken/a.js", ""),
    ]);
    for (path, kind, expected) in [
        ("m/a.js", Import, Ok(Format::Esm)),
        ("m/a.cjs", Import, Ok(Format::CommonJs)),
        ("m/a.ts", Import, Ok(Format::Esm)),
        ("m/noext", Import, Ok(Format::Esm)),
        ("c/a.js", Import, Ok(Format::CommonJs)),
        ("c/a.ts", Import, Ok(Format::Esm)),
        ("c/b.ts", Import, Ok(Format::CommonJs)),
        ("c/a.mjs", Require, Ok(Format::Esm)),
        ("u/a.js", Import, Ok(Format::CommonJs)),
        ("u/b.js", Import, Ok(Format::Esm)),
        ("u/c.js", Require, Ok(Format::Esm)),
        ("u/a.ts", Import, Ok(Format::CommonJs)),
        ("u/b.tsx", Import, Ok(Format::Esm)),
        ("u/a.mts", Import, Ok(Format::Esm)),
        ("u/a.cts", Import, Ok(Format::CommonJs)),
        ("u/a.json", Require, Ok(Format::Json)),
        ("u/a.json", Import, Err("ERR_IMPORT_ATTRIBUTE_MISSING")),
        ("u/a.wasm", Import, Ok(Format::Wasm)),
        ("u/unknown.xyz", Import, Err("ERR_UNKNOWN_FILE_EXTENSION")),
        ("u/unknown.xyz", Require, Ok(Format::CommonJs)),
        ("u/addon.node", Require, Err("ERR_DLOPEN_FAILED")),
        ("u/missing.js", Import, Err("ERR_MODULE_NOT_FOUND")),
        ("broken/a.js", Import, Err("ERR_INVALID_PACKAGE_CONFIG")),
    ] {
        let found = project.load(path, ImportType::Unspecified, kind);
        let found = found.map(|source| source.format).map_err(|error| error.code().unwrap_or("none"));
        assert_eq!(found, expected, "{path} {kind:?}");
    }
    for (path, attribute, expected) in [
        ("u/a.json", ImportType::Json, Ok(Format::Json)),
        ("u/a.json", ImportType::Text, Ok(Format::Text)),
        ("u/a.wasm", ImportType::Bytes, Ok(Format::Bytes)),
        ("u/unknown.xyz", ImportType::Text, Ok(Format::Text)),
        ("u/a.ts", ImportType::Json, Err("ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE")),
    ] {
        let found =
            project.load(path, attribute, Import).map(|s| s.format).map_err(|e| e.code().unwrap_or("none"));
        assert_eq!(found, expected, "{path} {attribute:?}");
    }
    assert_eq!(
        ImportType::parse("css").expect_err("unknown").code(),
        Some("ERR_IMPORT_ATTRIBUTE_UNSUPPORTED")
    );
}

#[test]
fn javascript_is_handed_through() {
    let project = Project::new(&[]);
    for (bytes, expected) in [
        (&b"a  /* b */"[..], "a  /* b */"),
        (b"\xef\xbb\xbfa", "a"),
        (b"#!/usr/bin/env krepis\na", "///usr/bin/env krepis\na"),
        (b"\xef\xbb\xbf#!x\na", "//x\na"),
        (b"'\xff'", "'\u{fffd}'"),
        (b"", ""),
    ] {
        fs::write(project.root.join("a.js"), bytes).expect("writable");
        let source = project.load("a.js", ImportType::Unspecified, Import).expect("readable");
        assert_eq!(source.code.text(), expected);
        assert!(source.map.is_none());
    }
    fs::write(project.root.join("a.ts"), b"\xef\xbb\xbf#!x\nlet a: number = f(1)").expect("writable");
    let source = project.load("a.ts", ImportType::Unspecified, Import).expect("compiles");
    assert_eq!(source.code.text(), "let a = f(1);\n");
    let map = source.map.expect("compiled code has a map");
    assert_eq!(map.lookup(0, 8).map(|p| (p.line, p.column)), Some((1, 16)));
}

#[test]
fn data_urls() {
    let project = Project::new(&[]);
    for (url, attribute, expected) in [
        (
            "data:text/javascript,export%20default%201",
            ImportType::Unspecified,
            Ok((Format::Esm, "export default 1")),
        ),
        (
            "data:text/javascript;charset=utf-8;base64,YSA9IDE=",
            ImportType::Unspecified,
            Ok((Format::Esm, "a = 1")),
        ),
        ("data:application/json,{}", ImportType::Json, Ok((Format::Json, "{}"))),
        ("data:application/json,{}", ImportType::Unspecified, Err("ERR_IMPORT_ATTRIBUTE_MISSING")),
        ("data:text/plain,a", ImportType::Text, Ok((Format::Text, "a"))),
        ("data:text/plain,a", ImportType::Unspecified, Err("ERR_INVALID_URL")),
        ("data:nothing", ImportType::Unspecified, Err("ERR_INVALID_URL")),
        ("data:text/javascript;base64,!", ImportType::Unspecified, Err("ERR_INVALID_URL")),
        ("data:application/typescript,let a: 1", ImportType::Unspecified, Ok((Format::Esm, "let a;\n"))),
    ] {
        let found = project.loader.load(&Resolution::Data(url.into()), attribute, Import);
        let found = found.as_ref().map(|s| (s.format, s.code.text())).map_err(|e| e.code().unwrap_or("none"));
        assert_eq!(found, expected, "{url}");
    }
}

#[test]
fn the_tsconfig_is_honoured() {
    let project = Project::new(&[
        ("tsconfig.json", r#"{"extends":"./base.json","include":["src"]}"#),
        (
            "base.json",
            r#"{"compilerOptions":{"experimentalDecorators":true,"jsx":"react","jsxFactory":"h"}}"#,
        ),
        ("src/a.tsx", "@d class A {}; <a/>"),
        ("test/b.tsx", "<a/>"),
        ("fields/tsconfig.json", r#"{"compilerOptions":{"target":"es2020"}}"#),
        ("fields/a.ts", "class A { x = 1; y?: number }"),
        ("broken/tsconfig.json", "{"),
        ("broken/a.ts", ""),
        ("node_modules/d/a.tsx", "<a/>"),
    ]);
    let code =
        |path: &str| project.load(path, ImportType::Unspecified, Import).map(|s| s.code.text().to_owned());
    for (path, part) in [
        ("src/a.tsx", "babelHelpers.decorate([d], A)"),
        ("src/a.tsx", "h(\"a\", null)"),
        ("test/b.tsx", "h(\"a\", null)"),
        ("fields/a.ts", "this.x = 1"),
        ("node_modules/d/a.tsx", "react/jsx-runtime"),
    ] {
        let code = code(path).expect(path);
        assert!(code.contains(part), "{path}: {code}");
    }
    let broken = code("broken/a.ts").expect_err("not JSON");
    assert_eq!(broken.code(), Some("ERR_INVALID_TSCONFIG"));
    assert!(broken.to_string().contains("tsconfig.json:1:1: EOF while parsing an object"), "{broken}");
}

#[test]
fn what_changed_is_seen_after_forget() {
    let project = Project::new(&[("package.json", r#"{"type":"module"}"#), ("a.js", "")]);
    let format = || project.load("a.js", ImportType::Unspecified, Import).expect("readable").format;
    assert_eq!(format(), Format::Esm);
    fs::write(project.root.join("package.json"), "{}").expect("writable");
    assert_eq!(format(), Format::Esm);
    project.loader.forget();
    assert_eq!(format(), Format::CommonJs);
}

#[test]
fn referrers() {
    let project = Project::new(&[("a.ts", ""), ("d/a.ts", "")]);
    let root = project.root.display();
    for (referrer, expected) in [
        (format!("{root}/x.ts"), "a.ts"),
        (format!("{root}/d/"), "d/a.ts"),
        ("d/x.ts".to_owned(), "d/a.ts"),
        ("[eval]".to_owned(), "a.ts"),
        ("node:internal".to_owned(), "a.ts"),
        (String::new(), "a.ts"),
    ] {
        let found = project.loader.resolve("./a.ts", &referrer, Import).expect("found");
        assert_eq!(found.path().expect("a file"), project.root.join(expected), "{referrer}");
    }
    let error = project.loader.resolve("./a.ts", "data:text/javascript,x", Import).expect_err("no directory");
    assert_eq!(error.code(), "ERR_INVALID_MODULE_SPECIFIER");
    assert!(Path::new(&project.root).is_absolute());
}

#[test]
fn the_compiler_names_the_version_that_is_pinned() {
    let manifest = include_str!("../../Cargo.toml");
    let version = super::COMPILER.trim_start_matches("oxc ");
    assert!(manifest.contains(&format!("oxc_transformer = \"={version}\"")), "{}", super::COMPILER);
}
