//! What specifiers mean, row by row: Node's rules, TypeScript's, and import maps.

mod project;

use hypers_modules::RequestKind::{Import, Require};
use hypers_modules::{LoaderOptions, Tsconfig, file_url};
use project::{Project, strip};

#[test]
fn exports_and_imports_maps() {
    let project = Project::with(
        &[
            (
                "package.json",
                r##"{"name":"self","exports":{".":"./main.js","./deep/*":"./src/*.js"},
                    "imports":{"#dep":"dep","#fs":"node:fs","#bare-fs":"fs","#gone":"./gone.js","#x/*":"./src/*.js",
                    "#c":{"require":"./r.js","default":"./d.js"},"#dep/*":"dep/*","#no":null}}"##,
            ),
            ("main.js", ""),
            ("r.js", ""),
            ("d.js", ""),
            ("src/a.js", ""),
            (
                "node_modules/dep/package.json",
                r#"{"exports":{
                    ".":{"krepis":{"import":"./ki.js","require":"./kr.js"},"node":"./node.js","default":"./d.js"},
                    "./node":{"node":{"unknown":"./none.js","default":"./node.js"}},
                    "./sync":{"module-sync":"./sync.js","default":"./d.js"},
                    "./user":{"mine":"./user.js","default":"./d.js"},
                    "./nothing":{"browser":"./d.js"},
                    "./array":["./none.js","./d.js"],
                    "./array-cond":[{"browser":"./none.js"},"./d.js"],
                    "./p/*":"./p/*.js","./p/private/*":null,"./p/*.css":"./p/*.style.js","./q/*/z":"./p/*.js",
                    "./dir/":"./p/","./up":"../up.js","./abs":"/abs.js","./bare":"other","./number":1,"./null":null,
                    "./data.json":"./data.json"}}"#,
            ),
            ("node_modules/dep/ki.js", ""),
            ("node_modules/dep/kr.js", ""),
            ("node_modules/dep/node.js", ""),
            ("node_modules/dep/d.js", ""),
            ("node_modules/dep/sync.js", ""),
            ("node_modules/dep/user.js", ""),
            ("node_modules/dep/p/a.js", ""),
            ("node_modules/dep/p/a.style.js", ""),
            ("node_modules/dep/p/private/b.js", ""),
            ("node_modules/dep/data.json", "{}"),
            ("node_modules/sugar/package.json", r#"{"exports":"./s.js"}"#),
            ("node_modules/sugar/s.js", ""),
            ("node_modules/both/package.json", r#"{"exports":{"./a":"./a.js","import":"./b.js"}}"#),
            ("node_modules/main/package.json", r#"{"main":"lib"}"#),
            ("node_modules/main/lib/index.js", ""),
            ("node_modules/main/other.js", ""),
            ("node_modules/main/sub/package.json", r#"{"main":"../other.js"}"#),
            ("node_modules/@s/p/package.json", r#"{"exports":{".":"./i.js","./x":"./x.js"}}"#),
            ("node_modules/@s/p/i.js", ""),
            ("node_modules/@s/p/x.js", ""),
        ],
        |_, options| LoaderOptions { conditions: vec!["mine".into()], ..options },
    );
    let dep = |path: &str| format!("node_modules/dep/{path}");
    for (specifier, kind, expected) in [
        ("dep", Import, dep("ki.js")),
        ("dep", Require, dep("kr.js")),
        ("dep/node", Import, dep("node.js")),
        ("dep/sync", Import, dep("sync.js")),
        ("dep/sync", Require, dep("sync.js")),
        ("dep/user", Import, dep("user.js")),
        ("dep/nothing", Import, "ERR_PACKAGE_PATH_NOT_EXPORTED".into()),
        ("dep/array-cond", Import, dep("d.js")),
        ("dep/p/a", Import, dep("p/a.js")),
        ("dep/p/private/b", Import, "ERR_PACKAGE_PATH_NOT_EXPORTED".into()),
        ("dep/p/a.css", Import, dep("p/a.style.js")),
        ("dep/q/a/z", Import, dep("p/a.js")),
        ("dep/up", Import, "ERR_INVALID_PACKAGE_TARGET".into()),
        ("dep/abs", Import, "ERR_INVALID_PACKAGE_TARGET".into()),
        ("dep/bare", Import, "ERR_INVALID_PACKAGE_TARGET".into()),
        ("dep/null", Import, "ERR_PACKAGE_PATH_NOT_EXPORTED".into()),
        ("dep/p/none", Import, "ERR_MODULE_NOT_FOUND".into()),
        ("dep/p/none", Require, "MODULE_NOT_FOUND".into()),
        ("dep/p/../d", Import, "ERR_INVALID_MODULE_SPECIFIER".into()),
        ("dep/package.json", Require, "ERR_PACKAGE_PATH_NOT_EXPORTED".into()),
        ("dep/data.json", Require, dep("data.json")),
        ("sugar", Import, "node_modules/sugar/s.js".into()),
        ("sugar/s.js", Import, "ERR_PACKAGE_PATH_NOT_EXPORTED".into()),
        ("both", Import, "ERR_INVALID_PACKAGE_CONFIG".into()),
        ("main", Require, "node_modules/main/lib/index.js".into()),
        ("main/other", Require, "node_modules/main/other.js".into()),
        ("main/sub", Require, "node_modules/main/other.js".into()),
        ("@s/p", Import, "node_modules/@s/p/i.js".into()),
        ("@s/p/x", Import, "node_modules/@s/p/x.js".into()),
        ("@s/p/y", Import, "ERR_PACKAGE_PATH_NOT_EXPORTED".into()),
        ("@s/none", Import, "ERR_MODULE_NOT_FOUND".into()),
        ("self", Import, "main.js".into()),
        ("self/deep/a", Import, "src/a.js".into()),
        ("self/none", Import, "ERR_PACKAGE_PATH_NOT_EXPORTED".into()),
        ("#dep", Import, dep("ki.js")),
        ("#dep/p/a", Require, dep("p/a.js")),
        ("#fs", Import, "node:fs".into()),
        ("#bare-fs", Import, "node:fs".into()),
        ("#x/a", Import, "src/a.js".into()),
        ("#c", Require, "r.js".into()),
        ("#c", Import, "d.js".into()),
        ("#gone", Import, "ERR_MODULE_NOT_FOUND".into()),
        ("#no", Import, "ERR_PACKAGE_IMPORT_NOT_DEFINED".into()),
        ("#undefined", Import, "ERR_PACKAGE_IMPORT_NOT_DEFINED".into()),
        ("#undefined", Require, "ERR_PACKAGE_IMPORT_NOT_DEFINED".into()),
        ("#", Import, "ERR_INVALID_MODULE_SPECIFIER".into()),
    ] {
        assert_eq!(project.found(specifier, "src/x.js", kind), expected, "{specifier} {kind:?}");
    }
    let bare = Project::new(&[("package.json", "{}"), ("a.js", "")]);
    assert_eq!(bare.found("#x", "a.js", Import), "ERR_PACKAGE_IMPORT_NOT_DEFINED");
}

#[test]
fn schemes_suffixes_and_escapes() {
    let project = Project::new(&[
        ("main.ts", ""),
        ("a b.ts", ""),
        ("c#d.js", ""),
        ("p%q.js", ""),
        ("\u{fc}.js", ""),
        ("dir/index.js", ""),
        ("dir/index.ts", ""),
        ("js/index.js", ""),
        ("jsx.jsx", ""),
        ("real.tsx", ""),
        ("m.mts", ""),
        ("c.cts", ""),
        ("node_modules/test/index.js", ""),
        ("node_modules/fs/index.js", ""),
    ]);
    project.check(&[
        ("./a%20b.ts", "main.ts", Import, "a%20b.ts"),
        ("./a b.ts", "main.ts", Import, "a%20b.ts"),
        ("./a b.ts", "main.ts", Require, "a%20b.ts"),
        ("./a%20b.ts", "main.ts", Require, "MODULE_NOT_FOUND"),
        ("./c%23d.js", "main.ts", Import, "c%23d.js"),
        ("./c#d.js", "main.ts", Require, "c%23d.js"),
        ("./p%25q.js", "main.ts", Import, "p%25q.js"),
        ("./p%q.js", "main.ts", Import, "p%25q.js"),
        ("./%C3%BC.js", "main.ts", Import, "%C3%BC.js"),
        ("./main.ts?v=1", "main.ts", Import, "main.ts?v=1"),
        ("./main.ts?v=1#h", "main.ts", Import, "main.ts?v=1#h"),
        ("./main.ts#h", "main.ts", Import, "main.ts#h"),
        ("./main.ts?v=1", "main.ts", Require, "MODULE_NOT_FOUND"),
        ("./dir", "x.js", Require, "dir/index.js"),
        ("./dir/", "x.js", Require, "dir/index.js"),
        ("./js", "x.js", Import, "ERR_UNSUPPORTED_DIR_IMPORT"),
        ("./real.js", "main.ts", Import, "real.tsx"),
        ("./real.jsx", "main.ts", Import, "real.tsx"),
        ("./m.mjs", "main.ts", Import, "m.mts"),
        ("./c.cjs", "main.ts", Import, "c.cts"),
        ("node:fs", "main.ts", Import, "node:fs"),
        ("fs", "main.ts", Import, "node:fs"),
        ("fs/", "main.ts", Require, "node_modules/fs/index.js"),
        ("test", "main.ts", Import, "node_modules/test/index.js"),
        ("node:test", "main.ts", Import, "node:test"),
        ("krepis:http", "main.ts", Require, "krepis:http"),
        ("krepis:htp", "main.ts", Require, "ERR_UNKNOWN_BUILTIN_MODULE"),
        ("data:text/javascript,1", "main.ts", Import, "data:text/javascript,1"),
        ("data:text/javascript,1", "main.ts", Require, "MODULE_NOT_FOUND"),
        ("app:nope", "main.ts", Import, "ERR_UNSUPPORTED_ESM_URL_SCHEME"),
        ("app:nope", "main.ts", Require, "MODULE_NOT_FOUND"),
        ("http://a/b.js", "main.ts", Import, "ERR_UNSUPPORTED_ESM_URL_SCHEME"),
        ("", "main.ts", Import, "ERR_INVALID_MODULE_SPECIFIER"),
        ("./a\0b", "main.ts", Import, "ERR_INVALID_MODULE_SPECIFIER"),
        ("a\0b", "main.ts", Require, "ERR_INVALID_MODULE_SPECIFIER"),
        ("./a%2Fb", "main.ts", Import, "ERR_INVALID_MODULE_SPECIFIER"),
        (&"x".repeat(9_000), "main.ts", Import, "ERR_INVALID_MODULE_SPECIFIER"),
        (&format!("./{}", "x/".repeat(2_000)), "main.ts", Import, "ERR_MODULE_NOT_FOUND"),
        (&"x/".repeat(2_000), "main.ts", Require, "MODULE_NOT_FOUND"),
        (&format!("./{}", "x".repeat(3_000)), "main.ts", Require, "MODULE_NOT_FOUND"),
    ]);
    let url = file_url(&project.root.join("main.ts"));
    assert_eq!(project.found(&format!("{url}?x"), "dir/x.js", Import), "main.ts?x");
    assert_eq!(project.found(project.root.join("main").to_str().expect("text"), "x.js", Require), "main.ts");
    assert_eq!(project.found("file://host/x", "x.js", Import), "ERR_INVALID_MODULE_SPECIFIER");
    let long = format!("data:text/javascript,{}", "1".repeat(100_000));
    assert_eq!(project.found(&long, "main.ts", Import), long);
}

#[test]
fn tsconfig_paths() {
    let project = Project::new(&[
        (
            "tsconfig.json",
            r#"{"extends":["./a.json","@t/base/paths.json","@t/pkg"],"include":["src","other"]}"#,
        ),
        ("a.json", r#"{"compilerOptions":{"strict":true}}"#),
        ("based/tsconfig.json", r#"{"extends":"./b.json"}"#),
        ("based/b.json", r#"{"compilerOptions":{"baseUrl":"./src"}}"#),
        ("based/src/dir/index.ts", ""),
        ("node_modules/@t/base/paths.json", "{}"),
        ("node_modules/@t/pkg/package.json", r#"{"exports":{".":"./conf.json"}}"#),
        (
            "node_modules/@t/pkg/conf.json",
            r#"{"compilerOptions":{"paths":{"@/*":["../../../src/*","../../../fallback/*"],"one":["../../../src/a"]}}}"#,
        ),
        ("src/a.ts", ""),
        ("src/main.ts", ""),
        ("fallback/b.ts", ""),
        ("outside/x.ts", ""),
        ("package/tsconfig.json", r#"{"compilerOptions":{"paths":{"@/*":["./own/*"]}}}"#),
        ("package/own/a.ts", ""),
        ("package/node_modules/p/x.ts", ""),
        (
            "solution/tsconfig.json",
            r#"{"files":[],"references":[{"path":"./app.json"},{"path":"./test.json"}]}"#,
        ),
        (
            "solution/app.json",
            r#"{"include":["*.ts"],"exclude":["*.test.ts"],"compilerOptions":{"paths":{"~/*":["./app/*"]}}}"#,
        ),
        (
            "solution/test.json",
            r#"{"include":["*.test.ts"],"compilerOptions":{"paths":{"~/*":["./test/*"]}}}"#,
        ),
        ("solution/app/x.ts", ""),
        ("solution/test/x.ts", ""),
        ("broken/tsconfig.json", "{"),
        ("missing/tsconfig.json", r#"{"extends":"./none.json"}"#),
        ("circular/tsconfig.json", r#"{"extends":"./b.json"}"#),
        ("circular/b.json", r#"{"extends":"./tsconfig.json"}"#),
    ]);
    for _ in 0..2 {
        project.check(&[
            ("@/a", "src/main.ts", Import, "src/a.ts"),
            ("@/a.js", "src/main.ts", Import, "src/a.ts"),
            ("@/b", "src/main.ts", Import, "fallback/b.ts"),
            ("@/none", "src/main.ts", Import, "ERR_MODULE_NOT_FOUND"),
            ("one", "src/main.ts", Import, "src/a.ts"),
            ("dir", "based/src/main.ts", Import, "based/src/dir/index.ts"),
            ("@/a", "outside/x.ts", Import, "ERR_MODULE_NOT_FOUND"),
            ("@/a", "package/x.ts", Import, "package/own/a.ts"),
            ("@/a", "package/node_modules/p/x.ts", Import, "ERR_MODULE_NOT_FOUND"),
            ("~/x", "solution/a.ts", Import, "solution/app/x.ts"),
            ("~/x", "solution/a.test.ts", Import, "solution/test/x.ts"),
            ("~/x", "solution/b.ts", Import, "solution/app/x.ts"),
            ("x", "broken/a.ts", Import, "ERR_INVALID_TSCONFIG"),
            ("x", "missing/a.ts", Import, "ERR_INVALID_TSCONFIG"),
            ("x", "circular/a.ts", Import, "ERR_INVALID_TSCONFIG"),
        ]);
    }
    let files =
        [("ts.json", r#"{"compilerOptions":{"paths":{"x":["./a.ts"]}}}"#), ("a.ts", ""), ("d/m.ts", "")];
    let manual = Project::with(&files, |_, options| LoaderOptions {
        tsconfig: Tsconfig::File("ts.json".into()),
        ..options
    });
    assert_eq!(manual.found("x", "d/m.ts", Import), "a.ts");
    let off = Project::with(&[("tsconfig.json", files[0].1), files[1]], |_, options| LoaderOptions {
        tsconfig: Tsconfig::Off,
        ..options
    });
    assert_eq!(off.found("x", "m.ts", Import), "ERR_MODULE_NOT_FOUND");
}

#[test]
fn import_maps() {
    let project = Project::new(&[
        (
            "krepis.json",
            r#"{"imports":{"@app/":"./src/","lib":"./src/lib.ts","p":"dep","p/":"dep/","files":"node:fs","fs":"./fs.ts",
                "blocked":null,"./src/old.ts":"./src/new.ts","data":"data:text/javascript,1","gone":"./gone.ts"},
               "scopes":{"./src/inner/":{"lib":"./src/inner/lib.ts"}}}"#,
        ),
        ("src/lib.ts", ""),
        ("src/new.ts", ""),
        ("src/inner/lib.ts", ""),
        ("fs.ts", ""),
        ("node_modules/dep/index.js", ""),
        ("node_modules/dep/x.js", ""),
        ("node_modules/dep/node_modules/deeper/index.js", ""),
        ("nested/krepis.json", r#"{"imports":{"lib":"./own.ts"}}"#),
        ("nested/own.ts", ""),
        ("broken/krepis.json", "{\n \"imports\": {\n  \"a\": 1\n}}"),
    ]);
    project.check(&[
        ("@app/lib", "main.ts", Import, "src/lib.ts"),
        ("@app/lib.js?x", "main.ts", Import, "src/lib.ts?x"),
        ("lib", "main.ts", Import, "src/lib.ts"),
        ("lib", "main.ts", Require, "src/lib.ts"),
        ("lib", "src/inner/x.ts", Import, "src/inner/lib.ts"),
        ("lib", "nested/deep/x.ts", Import, "nested/own.ts"),
        ("@app/lib", "nested/x.ts", Import, "ERR_MODULE_NOT_FOUND"),
        ("p", "src/main.ts", Import, "node_modules/dep/index.js"),
        ("p/x.js", "src/main.ts", Import, "node_modules/dep/x.js"),
        ("files", "main.ts", Import, "node:fs"),
        ("fs", "main.ts", Import, "fs.ts"),
        ("node:fs", "main.ts", Import, "node:fs"),
        ("./old.ts", "src/main.ts", Import, "src/new.ts"),
        ("data", "main.ts", Import, "data:text/javascript,1"),
        ("blocked", "main.ts", Import, "ERR_MODULE_NOT_FOUND"),
        ("@app/../x", "main.ts", Import, "ERR_MODULE_NOT_FOUND"),
        ("gone", "main.ts", Import, "ERR_MODULE_NOT_FOUND"),
        // Packages have no map.
        ("lib", "node_modules/dep/index.js", Import, "ERR_MODULE_NOT_FOUND"),
        ("x", "broken/main.ts", Import, "ERR_INVALID_IMPORT_MAP"),
    ]);
    assert_eq!(
        project.error("x", "broken/main.ts", Import),
        "Invalid import map broken/krepis.json:3:8: invalid type: integer `1`, expected an address (a path that \
         starts with ./, ../ or /, a URL or a package) or null imported from broken/main.ts"
    );
    assert_eq!(
        project.error("blocked", "main.ts", Import),
        "Cannot find module 'blocked': the import map krepis.json blocks it: its address is null imported from main.ts"
    );
}

#[cfg(unix)]
#[test]
fn links() {
    let files = [("real/a.ts", ""), ("packages/p/index.js", ""), ("main.ts", "")];
    let make = |project: &Project| {
        project.link("../real/a.ts", "links/file.ts");
        project.link("../real", "links/dir");
        project.link("dir", "links/chain");
        project.link("nowhere", "links/broken.ts");
        project.link("loop-b.ts", "links/loop-a.ts");
        project.link("loop-a.ts", "links/loop-b.ts");
        project.link("loop", "links/loop");
        project.link("../packages/p", "node_modules/p");
        project.link("circle", "node_modules/circle");
    };
    let project = Project::new(&files);
    make(&project);
    project.check(&[
        ("./links/file.ts", "main.ts", Import, "real/a.ts"),
        ("./links/file", "main.ts", Require, "real/a.ts"),
        ("./links/dir/a", "main.ts", Import, "real/a.ts"),
        ("./links/chain/a", "main.ts", Import, "real/a.ts"),
        ("p", "main.ts", Import, "packages/p/index.js"),
        ("./links/broken.ts", "main.ts", Import, "ERR_MODULE_NOT_FOUND"),
        ("./links/loop-a.ts", "main.ts", Import, "ELOOP"),
        ("./links/loop/x.ts", "main.ts", Import, "ELOOP"),
        ("./links/loop-a.ts", "main.ts", Require, "ELOOP"),
        ("circle", "main.ts", Import, "ELOOP"),
        ("circle/x", "main.ts", Require, "ELOOP"),
    ]);
    assert_eq!(
        project.error("./links/loop-a.ts", "main.ts", Import),
        "Too many symbolic links: links/loop-a.ts leads to itself imported from main.ts"
    );
    let kept = Project::with(&files, |_, options| LoaderOptions { preserve_symlinks: true, ..options });
    make(&kept);
    kept.check(&[
        ("./links/file.ts", "main.ts", Import, "links/file.ts"),
        ("./links/dir/a", "main.ts", Import, "links/dir/a.ts"),
        ("p", "main.ts", Import, "node_modules/p/index.js"),
        ("./links/broken.ts", "main.ts", Import, "ERR_MODULE_NOT_FOUND"),
    ]);
}

#[test]
fn what_commonjs_asks_beside_require() {
    let project = Project::with(
        &[
            ("global/g/index.js", ""),
            ("global/file.js", ""),
            ("a/node_modules/x/package.json", r#"{"main":"m"}"#),
            ("a/node_modules/x/m.js", ""),
            ("a/rel.js", ""),
            ("b/node_modules/y/index.js", ""),
            ("a/src/package.json", r#"{"name":"me","exports":"./i.js"}"#),
            ("a/package.json", "{}"),
        ],
        |root, options| LoaderOptions { node_path: Some(vec![root.join("global")]), ..options },
    );
    project.check(&[
        ("g", "a/x.js", Require, "global/g/index.js"),
        ("file", "a/x.js", Require, "global/file.js"),
        ("g", "a/x.js", Import, "ERR_MODULE_NOT_FOUND"),
    ]);
    let places = [project.root.join("b"), project.root.join("a")];
    for (specifier, expected) in [
        ("x", Ok("a/node_modules/x/m.js")),
        ("y", Ok("b/node_modules/y/index.js")),
        ("./rel", Ok("a/rel.js")),
        ("fs", Ok("node:fs")),
        ("z", Err("MODULE_NOT_FOUND")),
    ] {
        let found = project.loader.resolve_from_paths(specifier, &places, "/main.js");
        let found = found.map(|found| strip(&project.root, &found.url()));
        assert_eq!(found.as_deref().map_err(|error| error.code()), expected, "{specifier}");
    }
    assert_eq!(
        project.loader.resolve_from_paths("x", &[], "/main.js").expect_err("nowhere").code(),
        "MODULE_NOT_FOUND"
    );
    let paths = project.loader.node_modules_paths("/p/node_modules/q/lib".as_ref());
    let paths: Vec<_> = paths.iter().map(|path| path.to_str().expect("text")).collect();
    assert_eq!(
        paths,
        [
            "/p/node_modules/q/lib/node_modules",
            "/p/node_modules/q/node_modules",
            "/p/node_modules",
            "/node_modules"
        ]
    );
    let base = file_url(&project.root.join("a/src/main.js"));
    for (specifier, expected) in [
        ("x", Ok(Some("a/node_modules/x/package.json"))),
        ("x/not/there", Ok(Some("a/node_modules/x/package.json"))),
        ("me", Ok(Some("a/src/package.json"))),
        ("..", Ok(Some("a/package.json"))),
        ("./i.js", Ok(Some("a/src/package.json"))),
        ("none", Err("ERR_MODULE_NOT_FOUND")),
    ] {
        let found = project.loader.find_package_json(specifier, &base);
        let found = found.map(|found| found.map(|path| strip(&project.root, &path.to_string_lossy())));
        let found = found.as_ref().map(Option::as_deref).map_err(|error| error.code());
        assert_eq!(found, expected, "{specifier}");
    }
}

#[test]
fn errors_say_what_was_tried() {
    let project = Project::new(&[
        ("main.ts", ""),
        ("main.js", ""),
        ("users.ts", ""),
        ("package.json", r##"{"imports":{"#config":"./c.js"}}"##),
        ("node_modules/lodash/index.js", ""),
        ("node_modules/@scope/tools/index.js", ""),
        ("node_modules/dep/package.json", r#"{"exports":{"./client":"./c.js","./server":"./s.js"}}"#),
        ("node_modules/dep/c.js", ""),
        ("node_modules/bad/package.json", "{\n  \"name\": \"bad\",\n  \"main\": ,\n}"),
        ("dir/index.js", ""),
    ]);
    for (specifier, from, kind, expected) in [
        (
            "./user.js",
            "main.js",
            Import,
            "Cannot find module './user.js' imported from main.js; did you mean \"./users.ts\"?\n\
             Tried: user.js, user.ts, user.tsx, user.js.ts and 3 more",
        ),
        (
            "lodahs/fp",
            "main.js",
            Import,
            "Cannot find package 'lodahs' imported from main.js; did you mean \"lodash/fp\"?\n\
             Tried: node_modules/lodahs",
        ),
        (
            "@scope/tool",
            "main.js",
            Require,
            "Cannot find module '@scope/tool'; did you mean \"@scope/tools\"?\nRequire stack:\n- main.js\n\
             Tried: node_modules/@scope/tool",
        ),
        (
            // The useful paths first.
            "./man.ts",
            "main.js",
            Import,
            "Cannot find module './man.ts' imported from main.js; did you mean \"./main.js\"?\n\
             Tried: man.ts, man.ts.ts, man.ts.tsx, man.ts.mts and 1 more",
        ),
        (
            // Schemes are for `import`.
            "app:nope",
            "main.js",
            Require,
            "Cannot find module 'app:nope'\nRequire stack:\n- main.js\nTried: node_modules/app:nope",
        ),
        (
            "pathh",
            "main.js",
            Import,
            "Cannot find package 'pathh' imported from main.js; did you mean \"path\"?\nTried: node_modules/pathh",
        ),
        (
            "dep/clients",
            "main.js",
            Import,
            "Package subpath './clients' is not defined by \"exports\" in node_modules/dep/package.json imported from \
             main.js (conditions: krepis, node, import, module-sync, default); did you mean \"dep/client\"?",
        ),
        (
            "#confg",
            "main.js",
            Import,
            "Package import specifier \"#confg\" is not defined in package package.json imported from main.js; did you \
             mean \"#config\"?",
        ),
        (
            "bad",
            "main.js",
            Import,
            "Invalid package config node_modules/bad/package.json:3:11: expected value imported from main.js",
        ),
        (
            "./dir",
            "main.js",
            Import,
            "Directory import './dir' is not supported resolving ES modules imported from main.js; did you mean \
             \"./dir/index.js\"?",
        ),
    ] {
        for _ in 0..2 {
            assert_eq!(project.error(specifier, from, kind), expected);
        }
    }
}
