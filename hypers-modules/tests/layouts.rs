//! What package managers write into `node_modules`, by hand: each package sees the version that is meant for it.

#![cfg(unix)]

mod project;

use hypers_modules::RequestKind::{Import, Require};
use project::Project;

const INDEX: &str = "";

/// npm: everything as far up as it goes, a second version inside of who needs it.
#[test]
fn npm_hoists_and_nests() {
    let project = Project::new(&[
        ("package.json", r#"{"name":"app"}"#),
        ("src/main.js", INDEX),
        ("node_modules/a/package.json", r#"{"name":"a","version":"1.0.0","main":"lib/index.js"}"#),
        ("node_modules/a/lib/index.js", INDEX),
        ("node_modules/a/node_modules/shared/package.json", r#"{"name":"shared","version":"2.0.0"}"#),
        ("node_modules/a/node_modules/shared/index.js", INDEX),
        (
            "node_modules/b/package.json",
            r#"{"name":"b","version":"1.0.0","exports":{"import":"./b.mjs","require":"./b.cjs"}}"#,
        ),
        ("node_modules/b/b.mjs", INDEX),
        ("node_modules/b/b.cjs", INDEX),
        ("node_modules/shared/package.json", r#"{"name":"shared","version":"1.0.0"}"#),
        ("node_modules/shared/index.js", INDEX),
        ("node_modules/@types/shared/index.d.ts", INDEX),
        ("node_modules/peer/index.js", INDEX),
        ("node_modules/.bin/a", "#!/usr/bin/env node\n"),
        ("node_modules/.package-lock.json", "{}"),
    ]);
    project.check(&[
        ("shared", "src/main.js", Import, "node_modules/shared/index.js"),
        ("shared", "node_modules/a/lib/index.js", Require, "node_modules/a/node_modules/shared/index.js"),
        ("shared", "node_modules/b/b.cjs", Require, "node_modules/shared/index.js"),
        ("b", "node_modules/a/lib/index.js", Require, "node_modules/b/b.cjs"),
        ("b", "node_modules/a/node_modules/shared/index.js", Import, "node_modules/b/b.mjs"),
        ("peer", "node_modules/a/lib/index.js", Require, "node_modules/peer/index.js"),
        ("a/package.json", "src/main.js", Require, "node_modules/a/package.json"),
        ("missing", "node_modules/a/lib/index.js", Require, "MODULE_NOT_FOUND"),
    ]);
}

/// npm's workspaces: links from the root's `node_modules` to folders, each with what could not be hoisted.
#[test]
fn npm_yarn_and_bun_workspaces_are_linked() {
    let project = Project::new(&[
        ("package.json", r#"{"name":"root","workspaces":["packages/*"]}"#),
        (
            "packages/web/package.json",
            r#"{"name":"@app/web","exports":{".":"./src/index.ts","./*":"./src/*.ts"}}"#,
        ),
        ("packages/web/src/index.ts", INDEX),
        ("packages/web/src/page.ts", INDEX),
        ("packages/web/node_modules/react/package.json", r#"{"name":"react","version":"18.0.0"}"#),
        ("packages/web/node_modules/react/index.js", INDEX),
        ("packages/core/package.json", r#"{"name":"@app/core","main":"src/index.ts"}"#),
        ("packages/core/src/index.ts", INDEX),
        ("node_modules/react/package.json", r#"{"name":"react","version":"19.0.0"}"#),
        ("node_modules/react/index.js", INDEX),
    ]);
    project.link("../../packages/web", "node_modules/@app/web");
    project.link("../../packages/core", "node_modules/@app/core");
    project.check(&[
        ("@app/core", "packages/web/src/index.ts", Import, "packages/core/src/index.ts"),
        ("@app/web/page", "packages/core/src/index.ts", Import, "packages/web/src/page.ts"),
        ("@app/web/page", "packages/web/src/index.ts", Import, "packages/web/src/page.ts"),
        ("react", "packages/web/src/index.ts", Import, "packages/web/node_modules/react/index.js"),
        ("react", "packages/core/src/index.ts", Import, "node_modules/react/index.js"),
        ("@app/none", "packages/core/src/index.ts", Import, "ERR_MODULE_NOT_FOUND"),
    ]);
}

/// pnpm: a store of real folders, one for each version and each set of peers, and links between them.
#[test]
fn pnpm_links_a_store() {
    let store = "node_modules/.pnpm";
    let project = Project::new(&[
        ("package.json", r#"{"name":"app"}"#),
        ("main.js", INDEX),
        (&format!("{store}/a@1.0.0/node_modules/a/index.js"), INDEX),
        (
            &format!("{store}/a@1.0.0/node_modules/a/package.json"),
            r#"{"name":"a","exports":{".":"./index.js","./in/*":"./in/*.js"}}"#,
        ),
        (&format!("{store}/a@1.0.0/node_modules/a/in/x.js"), INDEX),
        (&format!("{store}/shared@1.0.0/node_modules/shared/index.js"), INDEX),
        (&format!("{store}/shared@2.0.0/node_modules/shared/index.js"), INDEX),
        (&format!("{store}/@s+p@3.1.0_peer@1.0.0/node_modules/@s/p/index.js"), INDEX),
        (&format!("{store}/@s+p@3.1.0_peer@2.0.0/node_modules/@s/p/index.js"), INDEX),
        (&format!("{store}/peer@1.0.0/node_modules/peer/index.js"), INDEX),
        (&format!("{store}/peer@2.0.0/node_modules/peer/index.js"), INDEX),
        ("packages/w/package.json", r#"{"name":"w"}"#),
        ("packages/w/index.js", INDEX),
    ]);
    for (target, at) in [
        (".pnpm/a@1.0.0/node_modules/a", "node_modules/a"),
        (".pnpm/shared@1.0.0/node_modules/shared", "node_modules/shared"),
        ("../.pnpm/@s+p@3.1.0_peer@1.0.0/node_modules/@s/p", "node_modules/@s/p"),
        ("../../shared@2.0.0/node_modules/shared", "node_modules/.pnpm/a@1.0.0/node_modules/shared"),
        ("../../peer@1.0.0/node_modules/peer", "node_modules/.pnpm/@s+p@3.1.0_peer@1.0.0/node_modules/peer"),
        ("../../peer@2.0.0/node_modules/peer", "node_modules/.pnpm/@s+p@3.1.0_peer@2.0.0/node_modules/peer"),
        (
            "../../../../node_modules/.pnpm/@s+p@3.1.0_peer@2.0.0/node_modules/@s/p",
            "packages/w/node_modules/@s/p",
        ),
        ("../packages/w", "node_modules/w"),
        // Hoisted for those who do not name what they need.
        ("../peer@2.0.0/node_modules/peer", "node_modules/.pnpm/node_modules/peer"),
    ] {
        project.link(target, at);
    }
    let in_store = |path: &str| format!("{store}/{path}/index.js");
    let (p1, p2) = ("@s+p@3.1.0_peer@1.0.0/node_modules/@s/p", "@s+p@3.1.0_peer@2.0.0/node_modules/@s/p");
    for (specifier, from, expected) in [
        ("a", "main.js".to_owned(), in_store("a@1.0.0/node_modules/a")),
        ("a/in/x", "main.js".into(), format!("{store}/a@1.0.0/node_modules/a/in/x.js")),
        ("shared", "main.js".into(), in_store("shared@1.0.0/node_modules/shared")),
        ("shared", in_store("a@1.0.0/node_modules/a"), in_store("shared@2.0.0/node_modules/shared")),
        ("@s/p", "main.js".into(), in_store(p1)),
        ("peer", in_store(p1), in_store("peer@1.0.0/node_modules/peer")),
        ("@s/p", "packages/w/index.js".into(), in_store(p2)),
        ("peer", in_store(p2), in_store("peer@2.0.0/node_modules/peer")),
        ("peer", in_store("a@1.0.0/node_modules/a"), in_store("peer@2.0.0/node_modules/peer")),
        ("w", "main.js".into(), "packages/w/index.js".into()),
        ("peer", "main.js".into(), "MODULE_NOT_FOUND".into()),
        ("a", "packages/w/index.js".into(), in_store("a@1.0.0/node_modules/a")),
    ] {
        assert_eq!(project.found(specifier, &from, Require), expected, "{specifier} from {from}");
    }
    // A new version: the link is turned, and told by the name that it has in the project.
    project.loader.set_watched(true);
    project.remove("node_modules/shared");
    project.link(".pnpm/shared@2.0.0/node_modules/shared", "node_modules/shared");
    project.changed(&["node_modules/shared"]);
    assert_eq!(project.found("shared", "main.js", Require), in_store("shared@2.0.0/node_modules/shared"));
    // A file of the store, told by its real name.
    project.remove(&in_store("shared@2.0.0/node_modules/shared"));
    project.changed(&[&in_store("shared@2.0.0/node_modules/shared")]);
    assert_eq!(project.found("shared", "main.js", Require), "MODULE_NOT_FOUND");
}

/// bun's isolated installs: as pnpm's, under another name.
#[test]
fn bun_links_a_store() {
    let project = Project::new(&[
        ("main.ts", INDEX),
        ("node_modules/.bun/a@1.0.0/node_modules/a/index.ts", INDEX),
        (
            "node_modules/.bun/a@1.0.0/node_modules/a/package.json",
            r#"{"name":"a","module":"x.js","main":"index.ts"}"#,
        ),
        ("node_modules/.bun/b@2.0.0/node_modules/b/index.js", INDEX),
    ]);
    project.link(".bun/a@1.0.0/node_modules/a", "node_modules/a");
    project.link("../../b@2.0.0/node_modules/b", "node_modules/.bun/a@1.0.0/node_modules/b");
    project.check(&[
        ("a", "main.ts", Import, "node_modules/.bun/a@1.0.0/node_modules/a/index.ts"),
        (
            "b",
            "node_modules/.bun/a@1.0.0/node_modules/a/index.ts",
            Import,
            "node_modules/.bun/b@2.0.0/node_modules/b/index.js",
        ),
        ("b", "main.ts", Import, "ERR_MODULE_NOT_FOUND"),
    ]);
}
