//! The graph of a program's modules, and the detector that loaders ask.

use std::collections::HashSet;
use std::path::Path;

use hypers_modules::graph::{
    CycleDetector, GraphOptions, ModuleGraph, ModuleKind, components, dominators, retained,
};
use hypers_modules::{ImportKind, Loader, LoaderOptions, Tsconfig, imports};
use proptest::prelude::*;
use tempfile::TempDir;

/// `kind specifier line:column`, with `lazy`, `optional` and the type.
fn shown(source: &str, path: &str) -> Vec<String> {
    let sites = imports(source, Path::new(path)).into_iter();
    let text = sites.map(|site| {
        let mut text =
            format!("{} {} {}:{}", site.kind.name(), site.specifier, site.line + 1, site.column + 1);
        text += if site.lazy { " lazy" } else { "" };
        text += if site.optional { " optional" } else { "" };
        text + &site.attribute.map_or_else(String::new, |value| format!(" {value}"))
    });
    text.collect()
}

#[test]
fn imports_of_a_source() {
    for (path, source, expected) in [
        ("a.js", "", &[][..]),
        ("a.js", "const important = 'import'; // require", &[]),
        (
            "a.js",
            "import a from 'a'\nimport 'b'; import * as c from \"c\"",
            &["import a 1:1", "import b 2:1", "import c 2:13"],
        ),
        (
            "a.js",
            "export * from 'a'; export { b } from 'b'; export * as c from 'c'; export const d = 1",
            &["export a 1:1", "export b 1:20", "export c 1:43"],
        ),
        (
            "a.js",
            "import a from 'a' with { type: 'json' }; export { b } from 'b' with { 'type': 'text' }",
            &["import a 1:1 json", "export b 1:42 text"],
        ),
        (
            "a.js",
            "import defer * as a from 'a'; import source b from 'b'; import.defer('c'); import.source('d')",
            &["defer a 1:1 lazy", "source b 1:31", "defer c 1:57 lazy", "source d 1:76 lazy"],
        ),
        (
            "a.js",
            "import('a'); import(`b`); import(c); import(`d${e}`); import('f', { with: { type: 'json' } })",
            &["dynamic a 1:1 lazy", "dynamic b 1:14 lazy", "dynamic f 1:55 lazy json"],
        ),
        (
            "a.mjs",
            "await import('a'); const b = (await import('b')).b; await Promise.all([import('c')]); \
                   async () => await import('d'); export {}",
            &["dynamic a 1:7", "dynamic b 1:37", "dynamic c 1:72", "dynamic d 1:105 lazy"],
        ),
        (
            "a.js",
            "import('a').catch(() => {}); import('b').then(f, g); import('c').then(f)",
            &["dynamic a 1:1 lazy optional", "dynamic b 1:30 lazy optional", "dynamic c 1:54 lazy"],
        ),
        (
            "a.cjs",
            "const a = require('a'), b = () => require('b'); function c() { require('c') } require(d)",
            &["require a 1:11", "require b 1:35 lazy", "require c 1:64 lazy"],
        ),
        (
            "a.cjs",
            "try { require('a') } catch { require('b') } try { require('c') } finally {}\n\
                   try { (() => { require('d') })(); x(() => require('e')) } catch {}",
            &[
                "require a 1:7 optional",
                "require b 1:30",
                "require c 1:51",
                "require d 2:16 optional",
                "require e 2:43 lazy",
            ],
        ),
        // Wrappers run at once, also what they are given.
        (
            "a.js",
            "(function (root, factory) { factory(require('a')) })(this, function () { require('b') })",
            &["require a 1:37", "require b 1:74"],
        ),
        (
            "a.js",
            "(() => { require('a') })(); (function () { require('b') }).call(this)",
            &["require a 1:10", "require b 1:44"],
        ),
        ("a.js", "(function* () { require('a') })()", &["require a 1:17 lazy"]),
        // A bundle's own `require`, and somebody else's.
        ("a.js", "import('a'); let = = ;", &[]),
        (
            "a.js",
            "define(function (require, exports) { require('./a'); require.resolve('./b') }); require('c')",
            &["require c 1:81"],
        ),
        ("a.js", "import a from 'a'; require('b')", &["import a 1:1"]),
        (
            "a.js",
            "x.require('a'); requires('b'); require.resolve('c'); require(`d`, 1)",
            &["resolve c 1:32", "require d 1:54"],
        ),
        (
            "a.js",
            "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n\
                  require('a'); require.resolve('b'); createRequire(import.meta.url)('c')",
            &["import node:module 1:1", "require a 3:1", "resolve b 3:15", "require c 3:37"],
        ),
        (
            "a.js",
            "import { createRequire as make } from 'module'; const load = make('/x'); load('a'); other('b')",
            &["import module 1:1", "require a 1:74"],
        ),
        (
            "a.js",
            "import m from 'module'; const r = m.createRequire(import.meta.url); () => r('a')",
            &["import module 1:1", "require a 1:75 lazy"],
        ),
        (
            "a.js",
            "new URL('./a.png', import.meta.url); new URL('b', c); new Worker(new URL('d.js', import.meta.url))",
            &["url ./a.png 1:1", "url d.js 1:66"],
        ),
        (
            "a.js",
            "class A { a = require('a'); static b = require('b'); static { require('c') } d() { require('d') } }",
            &["require a 1:15 lazy", "require b 1:40", "require c 1:63", "require d 1:84 lazy"],
        ),
        // As the compiler leaves them out and puts them in.
        (
            "a.ts",
            "import { A } from 'a';\nimport type { B } from 'b';\nimport { type C } from 'c';\nimport { D } from 'd';\n\
                  export type { E } from 'e';\nlet a: A = D;\nimport 'f'; import g = require('g'); g();",
            &["import node:module 1:1", "import d 4:1", "import f 7:1", "require g 7:20"],
        ),
        ("a.tsx", "\nexport default () => <p/>;", &["import react/jsx-runtime 1:1"]),
        ("a.ts", "\u{1f600}\u{e4}; let", &[]),
        ("a.js", "'\u{1f600}\u{e4}'; import('a')", &["dynamic a 1:8 lazy"]),
    ] {
        assert_eq!(shown(source, path), expected, "{source}");
    }
}

#[test]
fn hostile_nesting_is_no_overflow() {
    for unit in ["(", "[", "!", "a?", "`${", "()=>", "new ", "f(()=>{", "a=>(b=>"] {
        assert!(
            imports(&format!("import('a');{}", unit.repeat(4_000)), "a.js".as_ref()).len() <= 1,
            "{unit}"
        );
    }
    let deep = format!("{}require('a'){}", "(()=>".repeat(3_000), ")()".repeat(3_000));
    let sites = imports(&deep, "a.js".as_ref());
    assert_eq!((sites.len(), sites[0].lazy), (1, false));
}

struct Program {
    _folder: TempDir,
    loader: Loader,
}

fn program(files: &[(&str, &str)]) -> Program {
    let folder = tempfile::tempdir().expect("a temp directory");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("in a folder")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
    let cwd = folder.path().canonicalize().expect("it was just made");
    let builtins = &["node:fs", "node:module", "krepis:di"];
    let loader =
        Loader::new(LoaderOptions { cwd, builtins, tsconfig: Tsconfig::Off, ..LoaderOptions::default() });
    Program { _folder: folder, loader }
}

impl Program {
    fn graph(&self, entry: &str) -> ModuleGraph {
        ModuleGraph::build(&self.loader, entry, &GraphOptions::default(), &mut |_| {})
            .expect("the entry is there")
    }
}

fn names(graph: &ModuleGraph, modules: impl IntoIterator<Item = usize>) -> Vec<&str> {
    modules.into_iter().map(|module| graph.modules[module].name.as_str()).collect()
}

fn cycles(graph: &ModuleGraph) -> Vec<(bool, Vec<&str>, usize)> {
    let path = |imports: &[usize]| names(graph, imports.iter().map(|import| graph.imports[*import].from));
    graph.cycles.iter().map(|cycle| (cycle.at_load, path(&cycle.imports), cycle.members.len())).collect()
}

#[test]
fn a_program_with_packages() {
    let package = |name: &str, version: &str| format!(r#"{{"name":"{name}","version":"{version}"}}"#);
    let program = program(&[
        ("package.json", r#"{"name":"shop","version":"0.1.0"}"#),
        ("src/main.ts", "import { a } from './a.ts';\nimport big from 'big';\nimport 'node:fs';\na(big);"),
        ("src/a.ts", "import { deep } from 'deep';\nexport const a = (x: unknown) => deep(x);"),
        ("node_modules/big/package.json", &package("big", "2.0.0")),
        ("node_modules/big/index.js", "module.exports = require('./lib/big.js'); require('deep')"),
        ("node_modules/big/lib/package.json", r#"{"type":"commonjs"}"#),
        ("node_modules/big/lib/big.js", "exports.x = 1; // 0123456789"),
        ("node_modules/big/node_modules/deep/package.json", &package("deep", "2.0.0")),
        ("node_modules/big/node_modules/deep/index.js", "1;"),
        ("node_modules/deep/package.json", &package("deep", "1.0.0")),
        ("node_modules/deep/index.js", "exports.deep = () => {};"),
    ]);
    let graph = program.graph("src/main.ts");
    assert_eq!(
        names(&graph, 0..graph.modules.len()),
        [
            "src/main.ts",
            "src/a.ts",
            "node_modules/big/index.js",
            "node:fs",
            "node_modules/deep/index.js",
            "node_modules/big/lib/big.js",
            "node_modules/big/node_modules/deep/index.js",
        ]
    );
    let packages: Vec<_> =
        graph.packages.iter().map(|p| (p.name.as_str(), p.version.as_str(), p.modules)).collect();
    assert_eq!(
        packages,
        [("shop", "0.1.0", 2), ("big", "2.0.0", 2), ("deep", "1.0.0", 1), ("deep", "2.0.0", 1)]
    );
    assert_eq!(graph.packages.iter().filter(|package| package.is_dependency).count(), 3);
    assert_eq!(graph.duplicates(), [[2, 3]]);
    let [main, a, big] = [0, 1, 2].map(|module| &graph.modules[module]);
    assert_eq!((main.depth, a.depth, graph.modules[5].depth), (0, 1, 2));
    assert!(a.code_bytes < a.bytes && a.bytes > 0, "types are gone");
    let sum = |modules: &[usize]| modules.iter().map(|module| graph.modules[*module].bytes).sum::<u64>();
    assert_eq!(big.retained_bytes, sum(&[2, 5, 6]));
    assert_eq!(a.retained_bytes, sum(&[1, 4]));
    assert_eq!(main.retained_bytes, sum(&[0, 1, 2, 3, 4, 5, 6]));
    assert_eq!(graph.modules[5].dominator, Some(2));
    assert_eq!(graph.modules[3].kind, ModuleKind::Builtin);
    let chain = graph.chain(6);
    assert_eq!(
        names(&graph, chain.iter().map(|import| graph.imports[*import].from)),
        ["src/main.ts", "node_modules/big/index.js",]
    );
    assert_eq!(graph.imports[chain[1]].site.kind, ImportKind::Require);
    assert!(graph.problems().is_empty() && graph.cycles.is_empty());

    let shallow = GraphOptions { dependencies: false };
    let graph =
        ModuleGraph::build(&program.loader, "src/main.ts", &shallow, &mut |_| {}).expect("it is there");
    assert_eq!(graph.modules.len(), 5, "packages are not followed");
}

#[test]
fn problems_stop_nothing() {
    let program = program(&[
        (
            "main.js",
            "import './a.js'; import './gone.js'; import 'nopkg'; import './data.json';\n\
                     import j from './a.js' with { type: 'json' }; import t from './data.json' with { type: 'text' };\n\
                     import ok from './data.json' with { type: 'json' }; import s from './b.js' with { type: 'css' }",
        ),
        ("a.js", "import './gone.js'; import './broken.ts'; try { await import('maybe') } catch {}"),
        ("b.js", "import './syntax.js'; import 'pkg'; import 'node:nothing'"),
        ("broken.ts", "let let = ;"),
        ("syntax.js", "import 'x'; let = = ;"),
        ("data.json", "{}"),
        ("node_modules/pkg/package.json", r#"{"name":"pkg"}"#),
        ("node_modules/pkg/index.js", "exports.later = () => require('peer'); require('hard')"),
    ]);
    let graph = program.graph("main.js");
    let problems: Vec<String> = graph
        .problems()
        .iter()
        .map(|problem| {
            let place = problem.import.map_or(0, |import| graph.imports[import].site.line + 1);
            let mark = if problem.is_expected { "?" } else { "!" };
            let message: String = problem.message.chars().take(80).collect();
            format!("{mark} {}:{place} {message}", graph.modules[problem.module].name)
        })
        .collect();
    assert_eq!(
        problems,
        [
            "! main.js:1 Cannot find module './gone.js'",
            "! main.js:1 Cannot find package 'nopkg'",
            "! main.js:1 Module \"data.json\" needs an import attribute of \"type: json\"",
            "! main.js:2 Module \"a.js\" is not of type \"json\"",
            "! main.js:3 Import attribute \"type\" with value \"css\" is not supported",
            "! a.js:1 Cannot find module './gone.js'",
            "? a.js:1 Cannot find package 'maybe'",
            "! b.js:1 No such built-in module: node:nothing",
            "! broken.ts:0 it does not compile: Unexpected token at 1:11",
            "! syntax.js:0 it does not parse: Unexpected token",
            "? node_modules/pkg/index.js:1 Cannot find module 'peer'",
            "! node_modules/pkg/index.js:1 Cannot find module 'hard'",
        ]
    );
    // Both ask for the same file; text is a module of its own.
    assert_eq!(graph.modules.iter().filter(|module| module.kind == ModuleKind::Missing).count(), 6);
    assert_eq!(graph.modules.iter().filter(|module| module.name == "data.json").count(), 2);
    assert!(ModuleGraph::build(&program.loader, "mian.js", &GraphOptions::default(), &mut |_| {}).is_err());
}

#[test]
fn cycles_are_at_load_or_later() {
    for (files, expected) in [
        (
            &[("a.js", "import './b.js'"), ("b.js", "import './a.js'")][..],
            &[(true, &["a.js", "b.js"][..], 2)][..],
        ),
        (&[("a.js", "import './a.js'")], &[(true, &["a.js"], 1)]),
        (
            &[("a.js", "import './b.js'"), ("b.js", "() => import('./a.js')")],
            &[(false, &["a.js", "b.js"], 2)],
        ),
        (&[("a.js", "import './b.js'"), ("b.js", "await import('./a.js')")], &[(true, &["a.js", "b.js"], 2)]),
        (
            &[("a.js", "import './b.cjs'"), ("b.cjs", "() => require('./a.js')")],
            &[(false, &["a.js", "b.cjs"], 2)],
        ),
        (&[("a.js", "import './b.js'"), ("b.js", "new URL('./a.js', import.meta.url)")], &[]),
        // The shortest one of a larger set, from what is met first.
        (
            &[
                ("a.js", "import './b.js'"),
                ("b.js", "import './c.js'"),
                ("c.js", "import './d.js'; import './b.js'"),
                ("d.js", "import './b.js'"),
            ],
            &[(true, &["b.js", "c.js"], 3)],
        ),
        // One at load within a larger one that is closed later.
        (
            &[
                ("a.js", "import './b.js'"),
                ("b.js", "import './c.js'; () => import('./a.js')"),
                ("c.js", "import './b.js'"),
            ],
            &[(true, &["b.js", "c.js"], 2), (false, &["a.js", "b.js"], 3)],
        ),
        (
            &[
                ("a.ts", "import { B } from './b.ts'; let b: B"),
                ("b.ts", "import './a.ts'; export type B = 1"),
            ],
            &[],
        ),
    ] {
        let program = program(files);
        let graph = program.graph(files[0].0);
        let expected: Vec<_> =
            expected.iter().map(|(at_load, path, size)| (*at_load, path.to_vec(), *size)).collect();
        assert_eq!(cycles(&graph), expected, "{files:?}");
    }
}

#[test]
fn long_chains_and_long_cycles() {
    const LONG: usize = 10_000;
    let folder = tempfile::tempdir().expect("a temp directory");
    for number in 0..LONG {
        let text = format!("import './m{}.mjs';", (number + 1) % LONG);
        std::fs::write(folder.path().join(format!("m{number}.mjs")), text).expect("writable");
    }
    let cwd = folder.path().canonicalize().expect("it was just made");
    let loader = Loader::new(LoaderOptions { cwd, tsconfig: Tsconfig::Off, ..LoaderOptions::default() });
    let graph =
        ModuleGraph::build(&loader, "m0.mjs", &GraphOptions::default(), &mut |_| {}).expect("it is there");
    assert_eq!((graph.modules.len(), graph.modules[LONG - 1].depth), (LONG, LONG - 1));
    assert_eq!((graph.cycles.len(), graph.cycles[0].imports.len()), (1, LONG));
    assert_eq!(graph.chain(LONG - 1).len(), LONG - 1);
    assert_eq!(graph.modules[1].retained_bytes + graph.modules[0].bytes, graph.modules[0].retained_bytes);
    let json = graph.to_json();
    assert_eq!(
        (json["modules"][1]["name"].as_str(), json["cycles"][0]["atLoad"].as_bool()),
        (Some("m1.mjs"), Some(true))
    );
}

#[test]
fn the_same_files_make_the_same_graph() {
    let name = |number: usize| format!("m{number}.mjs");
    let text = |number: usize| {
        let to =
            [number + 1, number * 3 + 2, number + 50].map(|to| format!("import './{}';", name(to % 300)));
        to.concat()
    };
    let files: Vec<(String, String)> = (0..300).map(|number| (name(number), text(number))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let program = program(&files);
    let mut told = Vec::new();
    let first = ModuleGraph::build(&program.loader, "m0.mjs", &GraphOptions::default(), &mut |state| {
        told.push((state.read, state.found));
    });
    let first = first.expect("it is there").to_json();
    assert_eq!((told.len(), told.last()), (300, Some(&(300, 300))), "several threads read it");
    for _ in 0..3 {
        assert_eq!(program.graph("m0.mjs").to_json(), first);
    }
}

#[test]
fn json_has_a_stable_shape() {
    let program = program(&[
        ("a.mjs", "import fs from 'fs';\n import './b.json' with { type: 'json' };"),
        ("b.json", "1"),
    ]);
    let mut json = program.graph("a.mjs").to_json();
    let root = json["root"].take();
    let url = |name: &str| format!("file://{}/{name}", root.as_str().expect("a path"));
    let module = |name: &str, url: String, kind: &str, format: &str, bytes: u64, via: serde_json::Value| {
        serde_json::json!({
            "name": name, "url": url, "kind": kind, "format": format, "package": null, "bytes": bytes,
            "codeBytes": bytes, "depth": u64::from(!via.is_null()), "dominator": via.as_u64().map(|_| 0), "via": via,
            "retainedBytes": if via.is_null() { bytes + 1 } else { bytes }, "problem": null,
        })
    };
    let import = |to: u64, specifier: &str, kind: Option<&str>, line: u64, column: u64| {
        serde_json::json!({
            "from": 0, "to": to, "kind": "import", "specifier": specifier, "type": kind, "line": line,
            "column": column, "lazy": false, "optional": false, "problem": null,
        })
    };
    let expected = serde_json::json!({
        "version": 1, "root": null, "entry": 0,
        "modules": [
            module("a.mjs", url("a.mjs"), "file", "esm", 62, serde_json::Value::Null),
            module("node:fs", "node:fs".into(), "builtin", "builtin", 0, 0.into()),
            module("b.json", url("b.json"), "file", "json", 1, 1.into()),
        ],
        "imports": [import(1, "fs", None, 1, 1), import(2, "./b.json", Some("json"), 2, 2)],
        "packages": [], "cycles": [], "duplicates": [], "problems": [],
        "totals": { "modules": 3, "files": 2, "builtins": 1, "missing": 0, "bytes": 63, "codeBytes": 63 },
    });
    assert_eq!(json, expected);
}

/// What a detector should know, by looking everywhere.
#[derive(Default)]
struct Model {
    edges: Vec<(u32, u32)>,
}

impl Model {
    fn reaches(&self, from: u32, to: u32) -> bool {
        let mut seen = HashSet::from([from]);
        let mut stack = vec![from];
        while let Some(at) = stack.pop() {
            if at == to {
                return true;
            }
            let next = self.edges.iter().filter(|edge| edge.0 == at).map(|edge| edge.1);
            stack.extend(next.filter(|to| seen.insert(*to)));
        }
        false
    }

    fn distance(&self, from: u32, to: u32) -> Option<usize> {
        let mut level = vec![from];
        let mut seen = HashSet::from([from]);
        for distance in 0.. {
            if level.is_empty() || level.contains(&to) {
                return level.contains(&to).then_some(distance);
            }
            let edges = level.iter().flat_map(|at| self.edges.iter().filter(move |edge| edge.0 == *at));
            let next: Vec<u32> = edges.map(|edge| edge.1).collect();
            level = next.into_iter().filter(|to| seen.insert(*to)).collect();
        }
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_detector_answers_as_a_search_does(
        edges in prop::collection::vec((0u32..14, 0u32..14), 0..40),
        questions in prop::collection::vec((0u32..16, 0u32..16), 1..12),
    ) {
        let mut detector = CycleDetector::new();
        let mut model = Model::default();
        for (from, to) in edges {
            prop_assert_eq!(detector.add(from, to), !model.reaches(to, from), "add {} {}", from, to);
            model.edges.push((from, to));
            for &(from, to) in &questions {
                prop_assert_eq!(detector.closes(from, to), model.reaches(to, from), "{} {}", from, to);
                let path = detector.would_cycle(from, to);
                prop_assert_eq!(path.is_some(), model.reaches(to, from));
                let Some(path) = path else { continue };
                prop_assert_eq!(path.len(), model.distance(to, from).expect("it reaches it") + 2);
                prop_assert_eq!((path[0], path[path.len() - 2], path[path.len() - 1]), (to, from, to));
                let steps = path.windows(2).take(path.len() - 2);
                for step in steps {
                    prop_assert!(model.edges.contains(&(step[0], step[1])), "{:?}", path);
                }
            }
        }
    }

    #[test]
    fn what_is_being_loaded(steps in prop::collection::vec((any::<bool>(), 0u32..6), 0..60)) {
        let mut detector = CycleDetector::new();
        let mut model: Vec<u32> = Vec::new();
        for (enters, module) in steps {
            if enters {
                prop_assert_eq!(detector.enter(module), !model.contains(&module));
                if !model.contains(&module) {
                    model.push(module);
                }
            } else {
                detector.leave(module);
                model.retain(|other| *other != module);
            }
            for module in 0..7 {
                let at = model.iter().position(|other| *other == module);
                prop_assert_eq!(detector.is_loading(module), at.is_some());
                prop_assert_eq!(detector.loading_path(module), at.map(|at| &model[at..]));
            }
        }
    }

    #[test]
    fn components_and_dominators_are_what_their_definitions_say(
        edges in prop::collection::vec((0usize..9, 0usize..9), 0..24),
    ) {
        let mut successors = vec![Vec::new(); 9];
        for (from, to) in &edges {
            successors[*from].push(*to);
        }
        let model = Model { edges: edges.iter().map(|(a, b)| (*a as u32, *b as u32)).collect() };
        let both = |a: usize, b: usize| model.reaches(a as u32, b as u32) && model.reaches(b as u32, a as u32);
        let mut expected: Vec<Vec<usize>> =
            (0..9).map(|a| (0..9).filter(|b| both(a, *b)).collect::<Vec<_>>()).collect();
        expected.sort_unstable();
        expected.dedup();
        expected.retain(|members| members.len() > 1 || edges.contains(&(members[0], members[0])));
        prop_assert_eq!(components(&successors), expected);

        let found = dominators(&successors);
        let without = |gone: usize| {
            let edges = model.edges.iter().copied().filter(|(from, _)| *from != gone as u32);
            Model { edges: edges.collect() }
        };
        let dominated = |node: usize| -> Vec<usize> {
            let without = without(node);
            let only = |other: &usize| {
                model.reaches(0, *other as u32) && (*other == node || node == 0 || !without.reaches(0, *other as u32))
            };
            (0..9).filter(only).collect()
        };
        let retained = retained(&found, &successors, &[1; 9]);
        for node in (0..9).filter(|node| model.reaches(0, *node as u32)) {
            prop_assert_eq!(retained[node] as usize, dominated(node).len(), "{} in {:?}", node, successors);
        }
    }
}

#[test]
fn a_detector_takes_long_chains() {
    const LONG: u32 = 10_000;
    let mut detector = CycleDetector::new();
    for module in 0..LONG - 1 {
        assert!(detector.enter(module) && detector.add(module, module + 1));
    }
    assert!(detector.closes(LONG - 1, 0) && !detector.closes(0, LONG - 1));
    assert_eq!(detector.would_cycle(LONG - 1, 0).map(|path| path.len()), Some(LONG as usize + 1));
    assert!(!detector.add(LONG - 1, 0), "now it is a circle");
    assert!(detector.closes(17, 4_000) && detector.closes(4_000, 17));
    for module in (0..LONG - 1).rev() {
        detector.leave(module);
    }
    assert!(!detector.is_loading(0));
    // The other way round every import goes against the order.
    let mut detector = CycleDetector::new();
    for module in 0..1_000 {
        assert!(detector.add(module + 1, module));
    }
    assert!(detector.closes(0, 1_000) && !detector.closes(1_000, 0));
}
