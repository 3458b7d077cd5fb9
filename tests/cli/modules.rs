//! Bad input to the module system: what is wrong, where, and who asked; and nothing that overflows.

use std::fmt::Write as _;

use crate::support::{Folder, Output, TIMEOUT, finish, krepis};

/// Runs `entry` in a folder of these files; output names the folder's files without the folder.
fn program(files: &[(&str, &str)], entry: &str) -> Output {
    let folder = Folder::new();
    for (name, text) in files {
        folder.write(name, text);
    }
    run(&folder, entry)
}

fn run(folder: &Folder, entry: &str) -> Output {
    let root = folder.path("").canonicalize().expect("because the folder is there");
    let mut output = finish(krepis().current_dir(&root).arg(entry), b"", TIMEOUT);
    for text in [&mut output.stdout, &mut output.stderr] {
        *text = text.replace(&format!("{}/", root.display()), "").replace(&root.display().to_string(), ".");
    }
    output
}

/// The program fails, and says all of this.
#[track_caller]
fn fails_with(files: &[(&str, &str)], entry: &str, expected: &[&str]) {
    let output = program(files, entry);
    assert_eq!(output.code, Some(1), "{entry}: {}{}", output.stdout, output.stderr);
    for text in expected {
        assert!(output.stderr.contains(text), "{entry} does not say {text:?}:\n{}", output.stderr);
    }
}

#[test]
fn a_missing_module_is_named_with_who_asked_and_what_is_near() {
    let near = ("lib/helper.mjs", "export {};");
    fails_with(
        &[("a.mjs", "import './lib/helpr.mjs';"), near],
        "a.mjs",
        &[
            "Cannot find module './lib/helpr.mjs' imported from a.mjs",
            "did you mean \"./lib/helper.mjs\"?",
            "Tried:",
            "ERR_MODULE_NOT_FOUND",
        ],
    );
    fails_with(
        &[("a.cjs", "require('./lib/helpr.mjs');"), near],
        "a.cjs",
        &[
            "Cannot find module './lib/helpr.mjs'",
            "did you mean \"./lib/helper.mjs\"?",
            "MODULE_NOT_FOUND",
            "a.cjs:1:",
        ],
    );
    fails_with(
        &[("a.mjs", "import 'loadsh';"), ("node_modules/lodash/index.js", "")],
        "a.mjs",
        &["Cannot find package 'loadsh' imported from a.mjs", "did you mean \"lodash\"?"],
    );
    fails_with(
        &[("a.mjs", "import 'node:pth';")],
        "a.mjs",
        &["No such built-in module: node:pth", "did you mean \"node:path\"?"],
    );
}

#[test]
fn packages_that_cannot_be_used_say_where_they_are_wrong() {
    let importer = ("a.mjs", "import 'pkg';");
    fails_with(
        &[importer, ("node_modules/pkg/package.json", "{\n  \"name\": \"pkg\",\n  oops\n}")],
        "a.mjs",
        &["ERR_INVALID_PACKAGE_CONFIG", "node_modules/pkg/package.json", "3:"],
    );
    fails_with(
        &[importer, ("node_modules/pkg/package.json", "{\"exports\": \"../outside.js\"}")],
        "a.mjs",
        &["ERR_INVALID_PACKAGE_TARGET", "node_modules/pkg/package.json"],
    );
    fails_with(
        &[
            ("a.mjs", "import 'pkg/private';"),
            ("node_modules/pkg/package.json", "{\"exports\": {\".\": \"./index.js\"}}"),
        ],
        "a.mjs",
        &["ERR_PACKAGE_PATH_NOT_EXPORTED", "./private"],
    );
    fails_with(
        &[("a.mjs", "import './lib';"), ("lib/index.mjs", "")],
        "a.mjs",
        &["ERR_UNSUPPORTED_DIR_IMPORT", "lib/index.mjs"],
    );
    fails_with(
        &[("a.mjs", "import '#none';"), ("package.json", "{\"imports\": {}}")],
        "a.mjs",
        &["ERR_PACKAGE_IMPORT_NOT_DEFINED", "#none"],
    );
    fails_with(
        &[("a.mjs", "import 'x';"), ("krepis.json", "{\"imports\": {\"x\": 5}}")],
        "a.mjs",
        &["krepis.json"],
    );
}

#[test]
fn syntax_errors_show_their_frame() {
    for (name, text) in [
        ("b.mjs", "export const one = 1;\nexport const = 2;"),
        ("b.ts", "export const one: number = 1;\nexport const = 2;"),
    ] {
        fails_with(
            &[("a.mjs", &format!("import './{name}';")), (name, text)],
            "a.mjs",
            &[&format!("{name}:2:14"), "> 2 | export const = 2;", "SyntaxError"],
        );
    }
    fails_with(
        &[("a.cjs", "require('./b.cjs');"), ("b.cjs", "let a = 1;\nlet a = 2;")],
        "a.cjs",
        &["b.cjs:2", "SyntaxError", "already been declared"],
    );
    fails_with(&[("a.cjs", "require('./b.json');"), ("b.json", "{\"a\": }")], "a.cjs", &["b.json", "JSON"]);
}

#[test]
fn a_module_that_requires_what_is_being_evaluated_is_told() {
    fails_with(
        &[("a.mjs", "import './b.cjs'; export const a = 1;"), ("b.cjs", "exports.a = require('./a.mjs');")],
        "a.mjs",
        &["ERR_REQUIRE_CYCLE_MODULE", "a.mjs", "b.cjs:1"],
    );
    fails_with(
        &[("a.cjs", "require('./b.mjs');"), ("b.mjs", "await 1;")],
        "a.cjs",
        &["ERR_REQUIRE_ASYNC_MODULE", "b.mjs", "import()"],
    );
    fails_with(
        &[
            ("a.mjs", "import { a } from './b.mjs'; export const c = 1; console.log(a);"),
            ("b.mjs", "import { c } from './a.mjs'; export const a = c + 1;"),
        ],
        "a.mjs",
        &["ReferenceError", "'c'", "b.mjs:1"],
    );
}

#[test]
fn text_that_is_not_utf_8_loads_as_in_node() {
    let folder = Folder::new();
    let file = folder.write("a.js", "");
    std::fs::write(&file, b"console.log('\xff\xfe'.length);").expect("because the folder is ours");
    assert_eq!(run(&folder, "a.js").stdout, "2\n");
}

#[cfg(unix)]
#[test]
fn links_that_lead_to_each_other_are_named() {
    let folder = Folder::new();
    folder.write("a.mjs", "import './one.mjs';");
    for (from, to) in [("one.mjs", "two.mjs"), ("two.mjs", "one.mjs")] {
        std::os::unix::fs::symlink(folder.path(from), folder.path(to)).expect("because the folder is ours");
    }
    let output = run(&folder, "a.mjs");
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("ELOOP") && output.stderr.contains("one.mjs"), "{}", output.stderr);
}

#[test]
fn a_chain_of_ten_thousand_modules_loads() {
    const MODULES: usize = 10_000;
    let folder = Folder::new();
    for at in 0..MODULES {
        let (mut import, mut require) = (String::new(), String::from("exports.depth = "));
        if at + 1 < MODULES {
            writeln!(import, "import {{ depth as below }} from './m{}.mjs';", at + 1).expect("to a string");
            write!(require, "1 + require('./c{}.cjs').depth;", at + 1).expect("to a string");
        } else {
            import.push_str("const below = 0;\n");
            require.push_str("1;");
        }
        folder.write(&format!("m{at}.mjs"), &format!("{import}export const depth = below + 1;"));
        folder.write(&format!("c{at}.cjs"), &require);
    }
    folder.write("main.mjs", "import { depth } from './m0.mjs'; import required from './c0.cjs'; console.log(depth, required.depth);");
    let output = run(&folder, "main.mjs");
    assert_eq!(output.stdout, "10000 10000\n", "{}", output.stderr);
}

#[test]
fn modules_come_before_the_program_and_conditions_choose() {
    let folder = Folder::new();
    folder.write(
        "node_modules/pkg/package.json",
        r#"{"exports": {"special": "./special.js", "default": "./plain.js"}}"#,
    );
    folder.write("node_modules/pkg/special.js", "module.exports = 'special';");
    folder.write("node_modules/pkg/plain.js", "module.exports = 'plain';");
    folder.write("first.mjs", "console.log('first');");
    let hooks = "
        require('node:module').registerHooks({
          load(url, context, next) {
            const result = next(url, context);
            return url.endsWith('main.mjs') ? { ...result, source: `${result.source}console.log('hooked');` } : result;
          },
        });";
    folder.write("hooks.cjs", hooks);
    folder.write("main.mjs", "import name from 'pkg'; console.log(name);");
    let root = folder.path("");
    let with = |args: &[&str]| finish(krepis().current_dir(&root).args(args), b"", TIMEOUT);
    assert_eq!(with(&["main.mjs"]).stdout, "plain\n");
    assert_eq!(with(&["-C", "special", "main.mjs"]).stdout, "special\n");
    let output = with(&["-r", "./first.mjs", "--require", "./hooks.cjs", "--conditions=special", "main.mjs"]);
    assert_eq!(output.stdout, "first\nspecial\nhooked\n", "{}", output.stderr);
    let output = with(&["-r", "./none.cjs", "main.mjs"]);
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("Cannot find module './none.cjs'"), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn links_are_kept_where_that_is_asked() {
    let folder = Folder::new();
    folder.write("real/name.mjs", "console.log(import.meta.filename.split('/').at(-2));");
    std::os::unix::fs::symlink(folder.path("real"), folder.path("link")).expect("because the folder is ours");
    folder.write("main.mjs", "import './link/name.mjs';");
    let root = folder.path("");
    let with = |args: &[&str]| finish(krepis().current_dir(&root).args(args), b"", TIMEOUT).stdout;
    assert_eq!(with(&["main.mjs"]), "real\n");
    assert_eq!(with(&["--preserve-symlinks", "main.mjs"]), "link\n");
}

#[test]
fn a_name_that_commonjs_does_not_tell_is_explained() {
    let module = ("b.cjs", "exports.first = 1; exports[`sec${'ond'}`] = 2;");
    for (name, near) in [("second", false), ("frist", true)] {
        let import = format!("import {{ {name} }} from './b.cjs';");
        let mut expected =
            vec![format!("Named export '{name}' not found in './b.cjs'"), "a.mjs:1:10".to_owned()];
        expected.push(format!("const {{ {name} }} = module;"));
        if near {
            expected.push("did you mean 'first'?".to_owned());
        }
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        fails_with(&[("a.mjs", &import), module], "a.mjs", &expected);
    }
}

#[test]
fn what_was_read_ahead_of_a_failure_is_looked_at_again() {
    let folder = Folder::new();
    let mut imports = String::from("import './missing.mjs';\nimport './broken.mjs';\n");
    for at in 0..40 {
        folder.write(&format!("m{at}.mjs"), "export {};");
        writeln!(imports, "import './m{at}.mjs';").expect("to a string");
    }
    folder.write("first.mjs", &imports);
    folder.write("second.mjs", &imports);
    folder.write("third.mjs", &imports);
    folder.write("broken.mjs", "export const = 1;");
    let program = "
        import { writeFileSync } from 'node:fs';
        const report = (name) => import(name).then(() => console.log('loaded'), (error) => console.log(error.code ?? error.name));
        await report('./first.mjs');
        writeFileSync('missing.mjs', '');
        await report('./second.mjs');
        writeFileSync('broken.mjs', '');
        await report('./third.mjs');";
    folder.write("main.mjs", program);
    let output = run(&folder, "main.mjs");
    assert_eq!(output.stdout, "ERR_MODULE_NOT_FOUND\nSyntaxError\nloaded\n", "{}", output.stderr);
}

#[test]
fn the_explanation_is_of_the_module_that_was_asked() {
    let files = [
        ("main.mjs", "import './one/a.mjs'; import './two/a.mjs';"),
        ("one/a.mjs", "import { first } from './b.cjs';"),
        ("one/b.cjs", "exports.first = 1;"),
        ("two/a.mjs", "import { frist } from './b.cjs';"),
        ("two/b.cjs", "exports.other = 1;"),
    ];
    fails_with(&files, "main.mjs", &["Named export 'frist' not found in './b.cjs'\n", "two/a.mjs:1:10"]);
}
