//! `krepis graph FILE`: nothing of it runs the program.

use serde_json::Value;

use crate::support::{Folder, Output, TIMEOUT, finish, krepis};

/// A program with a cycle at load, one that is closed later, a package in two versions, and what may be missing.
const SHOP: &[(&str, &str)] = &[
    ("package.json", r#"{ "name": "shop", "type": "module" }"#),
    (
        "main.ts",
        "import { cart } from './src/cart.ts';\nimport big from 'big';\nimport fs from 'node:fs';\n\
         console.log('it runs', cart, big, fs);\n",
    ),
    (
        "src/cart.ts",
        "import { price } from './price.ts';\nimport type { Never } from './types.ts';\n\
         export const cart = () => price();\nexport type Cart = Never;\n",
    ),
    (
        "src/price.ts",
        "import { cart } from './cart.ts';\nimport 'small';\ntry { await import('optional') } catch {}\n\
         export const price = () => [cart, () => import('../main.ts')];\n",
    ),
    ("node_modules/big/package.json", r#"{ "name": "big", "version": "2.0.0" }"#),
    ("node_modules/big/index.js", "module.exports = [require('./lib.js'), require('small')];\n"),
    ("node_modules/big/lib.js", "exports.later = () => require('peer'); require('./index.js');\n"),
    ("node_modules/big/node_modules/small/package.json", r#"{ "name": "small", "version": "2.1.0" }"#),
    ("node_modules/big/node_modules/small/index.js", "exports.two = 2;\n"),
    ("node_modules/small/package.json", r#"{ "name": "small", "version": "1.0.0" }"#),
    ("node_modules/small/index.js", "exports.one = 1;\n"),
];

fn made(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    for (name, text) in files {
        let path = folder.path(name);
        std::fs::create_dir_all(path.parent().expect("because it is in a folder"))
            .expect("because it is writable");
        folder.write(name, text);
    }
    folder
}

fn graph(folder: &Folder, args: &[&str]) -> Output {
    let root = folder.path("");
    let mut command = krepis();
    command.current_dir(&root).env("XDG_CACHE_HOME", folder.path("cache")).env("PATH", &root);
    let mut output = finish(command.arg("graph").args(args), b"", TIMEOUT);
    for text in [&mut output.stdout, &mut output.stderr] {
        *text = text.replace(&*root.to_string_lossy(), "");
    }
    output
}

#[test]
fn a_pipe_gets_a_tree() {
    let output = graph(&made(SHOP), &["main.ts"]);
    let expected = "\
main.ts: 3 modules, 419 B; 3 packages with 4 modules, 154 B

                          size   alone
  main.ts                126 B   573 B
! ├─ src/cart.ts         138 B   310 B  cycle 2
! │  └─ src/price.ts     155 B   172 B  cycle 1
! │     ├─ src/cart.ts                  cycle 1, again
  │     ├─ small@1.0.0    17 B          1 module
  │     ├─ optional                     may be missing
! │     └─ main.ts                      cycle 2, later, again
  └─ big@2.0.0           120 B   137 B  2 modules
     ├─ small@2.1.0       17 B          1 module
     └─ peer                            may be missing, later

1 cycle at load
  1. src/cart.ts -> src/price.ts -> src/cart.ts
       src/cart.ts:1:1   import \"./price.ts\"
       src/price.ts:1:1  import \"./cart.ts\"

1 cycle closed only later
  2. main.ts -> src/cart.ts -> src/price.ts -> main.ts
       main.ts:1:1        import \"./src/cart.ts\"
       src/cart.ts:1:1    import \"./price.ts\"
       src/price.ts:4:41  import(\"../main.ts\"), later

1 cycle within dependencies: --all shows them

1 package more than once
  small: 1.0.0 (1 module, 17 B), 2.1.0 (1 module, 17 B)

1 built-in: node:fs

2 imports that may be missing, and are
  src/price.ts:3:13: Cannot find package 'optional'
  node_modules/big/lib.js:1:23: Cannot find module 'peer'
";
    assert_eq!(output.stdout, expected);
    assert_eq!((output.stderr.as_str(), output.code), ("", Some(0)));
}

#[test]
fn whole_or_cut_by_depth() {
    let folder = made(SHOP);
    let whole = graph(&folder, &["main.ts", "--all"]).stdout;
    assert!(
        whole.contains("  ├─ node_modules/big/index.js                          58 B   137 B\n"),
        "{whole}"
    );
    assert!(whole.contains("  └─ node:fs  ") && !whole.contains("built-in"), "{whole}");
    let cut = graph(&folder, &["main.ts", "--depth", "1"]).stdout;
    assert!(
        cut.contains("  └─ big@2.0.0     120 B   137 B  2 modules, 2 imports not shown: --depth 2\n"),
        "{cut}"
    );
    assert!(!cut.contains("─ src/price.ts"), "{cut}");
}

#[test]
fn colors_are_asked_for() {
    let folder = made(SHOP);
    let mut command = krepis();
    command.current_dir(folder.path("")).env("FORCE_COLOR", "1").args(["graph", "main.ts"]);
    let output = finish(&mut command, b"", TIMEOUT).stdout;
    assert!(output.contains("\u{1b}[36mbig@2.0.0\u{1b}[0m"), "{output}");
}

#[test]
fn drawings() {
    let folder = made(SHOP);
    let dot = graph(&folder, &["main.ts", "-f", "dot"]).stdout;
    for line in [
        "digraph modules {\n",
        "  n0 [label=\"main.ts\\n126 B\"];\n",
        "  n2 [label=\"big@2.0.0\\n2 modules, 120 B\", shape=folder, style=\"\"];\n",
        "  n1 -> n3 [style=solid, color=\"#dc2626\", penwidth=2];\n",
        "  n3 -> n0 [style=dashed, color=\"#d97706\", penwidth=2];\n",
        "label=\"optional\\nmay be missing\", style=dashed];\n",
    ] {
        assert!(dot.contains(line), "{line} in {dot}");
    }
    assert!(!graph(&folder, &["main.ts", "-f", "dot", "--depth", "1"]).stdout.contains("price"));
    let mermaid = graph(&folder, &["main.ts", "-f", "mermaid"]).stdout;
    for line in [
        "flowchart LR\n",
        "  n2[[\"big@2.0.0<br/>2 modules, 120 B\"]]\n",
        "  n3 -.-> n0\n",
        "  linkStyle 2 stroke:#dc2626,stroke-width:2px\n",
    ] {
        assert!(mermaid.contains(line), "{line} in {mermaid}");
    }
}

#[test]
fn json_and_files() {
    let folder = made(SHOP);
    let json: Value =
        serde_json::from_str(&graph(&folder, &["main.ts", "-f", "json"]).stdout).expect("it is JSON");
    assert_eq!((json["version"].as_u64(), json["totals"]["modules"].as_u64()), (Some(1), Some(10)));
    assert_eq!(json["modules"][1]["name"], "src/cart.ts");
    for (name, start) in [
        ("a.html", "<!doctype html>"),
        ("a.dot", "digraph"),
        ("a.mmd", "flowchart"),
        ("a.json", "{"),
        ("a.txt", "main.ts:"),
    ] {
        let output = graph(&folder, &["main.ts", "-o", name]);
        assert_eq!((output.stdout.as_str(), output.code), ("", Some(0)), "{}", output.stderr);
        let text = std::fs::read_to_string(folder.path(name)).expect("because it was written");
        assert!(text.starts_with(start), "{name}");
    }
}

#[test]
fn a_page_needs_nothing_else() {
    let folder =
        made(&[("main.js", "import './<b>&.js'; import './</script><script>alert(1)'"), ("<b>&.js", "1")]);
    let page = graph(&folder, &["main.js", "-f", "html"]);
    assert_eq!(page.code, Some(1), "an import is missing");
    let page = page.stdout;
    assert!(page.contains("<h1>Modules of main.js</h1>") && page.contains("default-src 'none'"), "{page}");
    assert!(page.contains("&lt;b&gt;&amp;.js") && !page.contains("<b>&.js"), "names are text");
    assert_eq!(page.matches("</script>").count(), 2, "no name ends a script");
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing is loaded");
    // Without a viewer the page is still written, and its place printed.
    let opened = graph(&folder, &["main.js", "--open"]).stdout;
    assert!(opened.trim_end().ends_with("-main.modules.html"), "{opened}");
}

#[test]
fn why_a_module_is_there() {
    let folder = made(SHOP);
    let small = "\
node_modules/small/index.js: 17 B, of small@1.0.0
  all ways lead through src/price.ts
  1. main.ts
     └─ src/cart.ts  main.ts:1:1  import \"./src/cart.ts\"
        └─ src/price.ts  src/cart.ts:1:1  import \"./price.ts\"
           └─ node_modules/small/index.js  src/price.ts:2:1  import \"small\"
";
    assert_eq!(graph(&folder, &["main.ts", "--why", "small@1.0.0"]).stdout, small);
    let both = graph(&folder, &["main.ts", "--why", "small"]).stdout;
    assert!(both.contains("of small@2.1.0\n") && both.ends_with(small), "{both}");
    for word in ["src/price.ts", "./src/price.ts", "price.ts"] {
        let told = graph(&folder, &["main.ts", "--why", word]).stdout;
        assert!(told.starts_with("src/price.ts: 155 B, 172 B with what is there because of it\n"), "{told}");
    }
    assert!(graph(&folder, &["main.ts", "--why", "fs"]).stdout.contains("└─ node:fs  main.ts:3:1"));
    assert!(graph(&folder, &["main.ts", "--why", "main.ts"]).stdout.ends_with("  the entry\n"));
    let json = graph(&folder, &["main.ts", "--why", "src/cart.ts", "-f", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["modules"][0]["chains"][0][0]["specifier"], "./src/cart.ts");
    let output = graph(&folder, &["main.ts", "--why", "prise.ts"]);
    assert_eq!(output.stderr, "error: main.ts has no module prise.ts; did you mean price.ts?\n");
    assert_eq!(output.code, Some(1));
}

#[test]
fn cycles_for_ci() {
    let folder = made(SHOP);
    let output = graph(&folder, &["main.ts", "--cycles"]);
    assert!(output.stdout.starts_with("1 cycle at load\n  1. src/cart.ts -> src/price.ts -> src/cart.ts\n"));
    assert!(output.stdout.ends_with("1 cycle within dependencies: --all shows them\n"), "{}", output.stdout);
    assert_eq!(output.code, Some(1));
    // What others do among themselves fails only who asks for it.
    let output = graph(&folder, &["node_modules/big/index.js", "--cycles"]);
    assert_eq!(
        (output.stdout.as_str(), output.code),
        ("1 cycle within dependencies: --all shows them\n", Some(0))
    );
    assert_eq!(graph(&folder, &["node_modules/big/index.js", "--cycles", "--all"]).code, Some(1));
    let json = graph(&folder, &["main.ts", "--cycles", "-f", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["cycles"][0]["imports"][1]["to"], "src/cart.ts");
    let folder = made(&[("a.js", "import './b.js'"), ("b.js", "export const a = () => import('./a.js')")]);
    let output = graph(&folder, &["a.js", "--cycles"]);
    assert!(output.stdout.starts_with("1 cycle closed only later\n"), "{}", output.stdout);
    assert_eq!(output.code, Some(0));
    let output = graph(&made(&[("a.js", "")]), &["a.js", "--cycles"]);
    assert_eq!((output.stdout.as_str(), output.code), ("no cycles\n", Some(0)));
}

#[test]
fn what_is_wrong_is_told_and_fails() {
    let folder = made(&[
        ("main.js", "import './halper.js';\nimport 'node:nothing'; import './a.ts'"),
        ("helper.js", ""),
        ("a.ts", "let x = ;"),
    ]);
    let output = graph(&folder, &["main.js"]);
    let expected = "\
3 problems
  main.js:1:1: Cannot find module './halper.js'; did you mean \"./helper.js\"?
  main.js:2:1: No such built-in module: node:nothing
  a.ts: it does not compile: Unexpected token at 1:9
";
    assert!(output.stdout.ends_with(expected), "{}", output.stdout);
    assert_eq!((output.stderr.as_str(), output.code), ("", Some(1)));
    // Elsewhere the words would be missing.
    let output = graph(&folder, &["main.js", "-o", "a.dot"]);
    assert!(output.stderr.starts_with("main.js:1:1: Cannot find module './halper.js'"), "{}", output.stderr);
    assert_eq!(output.code, Some(1));
    for (args, expected, code) in [
        (&["mian.js"][..], "error: Cannot find module 'mian.js'; did you mean \"main.js\"?", 1),
        (&["main.js", "more"], "the program does not run, and takes no arguments", 2),
        (&["main.js", "--why", "x", "--cycles"], "cannot be used with", 2),
        (&["main.js", "--services", "--all"], "cannot be used with", 2),
        (&["main.js", "--export", "x"], "--services", 2),
        (&["main.js", "--cycles", "-f", "dot"], "error: --cycles is told as text or json", 1),
    ] {
        let output = graph(&folder, args);
        assert!(output.stderr.contains(expected), "{args:?}: {}", output.stderr);
        assert_eq!(output.code, Some(code), "{args:?}");
    }
}

#[test]
fn a_long_chain_is_cut_and_does_not_overflow() {
    let folder = Folder::new();
    const LONG: usize = 2_000;
    for number in 0..LONG {
        folder.write(&format!("m{number}.mjs"), &format!("import './m{}.mjs'", (number + 1) % LONG));
    }
    let output = graph(&folder, &["m0.mjs"]);
    assert!(output.stdout.starts_with("m0.mjs: 2000 modules, "), "{:.200}", output.stdout);
    assert!(output.stdout.contains("1 import not shown: --depth 41\n"), "{:.9000}", output.stdout);
    assert!(
        output.stdout.contains("m7.mjs -> (1991 more) -> m1999.mjs -> m0.mjs\n"),
        "{:.9000}",
        output.stdout
    );
    assert!(output.stdout.len() < 20_000, "{}", output.stdout.len());
    let why = graph(&folder, &["m0.mjs", "--why", "m1999.mjs"]).stdout;
    assert!(why.contains("(1975 more)\n") && why.len() < 5_000, "{why}");
}
