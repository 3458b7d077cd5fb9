//! `krepis graph --services`; `modules.rs` has `krepis graph FILE`.

#[path = "graph/modules.rs"]
mod modules;

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Folder, Output, TIMEOUT, finish, krepis};

const APP: &str = "\
import { Container, lazy, optional, token } from 'krepis:di';
const Config = token<{ url: string }>('Config');
class Db { static inject = [Config] as const; }
class Users { static inject = [Db, optional(token('Metrics'))] as const; }
class Mail { static inject = [lazy(Users)] as const; }
console.log('loaded', process.argv.slice(1).map((arg) => arg.split('/').at(-1)).join());
setInterval(() => {}, 1000);
export const services = new Container()
  .instance(Config, { url: 'db:' })
  .singleton(Db)
  .scoped(Users)
  .scoped(Mail);
";

const CAPTIVE: &str = "\
import { Container } from 'krepis:di';
class Session {}
class Cache { static inject = [Session] as const; }
const services = new Container().singleton(Cache).scoped(Session);
";

fn graph(folder: &Folder, program: &str, args: &[&str]) -> Output {
    let file = folder.write("app.ts", program);
    let root = file.parent().expect("because it is in a folder");
    let mut command = krepis();
    command.current_dir(root).env("XDG_CACHE_HOME", root).env("PATH", root).args([
        "graph",
        "--services",
        "app.ts",
    ]);
    let mut output = finish(command.args(args), b"", TIMEOUT);
    for text in [&mut output.stdout, &mut output.stderr] {
        *text = text.replace(&format!("{}/", root.display()), "");
    }
    output
}

fn read(folder: &Folder, name: &str) -> String {
    let file = folder.write("seed", "").with_file_name(name);
    std::fs::read_to_string(Path::new(&file)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_pipe_gets_a_tree_and_nothing_else() {
    let output = graph(&Folder::new(), APP, &["one", "two"]);
    let expected = "\
4 services: 2 singleton, 2 scoped

  Mail             scoped     at app.ts:12:4
  └─ Users         scoped     lazy, at app.ts:11:4
     ├─ Db         singleton  at app.ts:10:4
     │  └─ Config  singleton  at app.ts:9:4
     └─ Metrics    -          optional, not registered
";
    assert_eq!(output.stdout, expected);
    assert_eq!((output.stderr.as_str(), output.code), ("loaded app.ts,one,two\n", Some(0)));
}

#[test]
fn other_formats_are_asked_for() {
    let folder = Folder::new();
    let dot = graph(&folder, APP, &["--format", "dot"]).stdout;
    assert!(dot.starts_with("digraph services {\n") && dot.contains("n2 -> n1 [style=solid]"), "{dot}");
    let mermaid = graph(&folder, APP, &["-f", "mermaid"]).stdout;
    assert!(mermaid.starts_with("flowchart LR\n") && mermaid.contains("n3 -.->|lazy| n2"), "{mermaid}");
    let json = graph(&folder, APP, &["-f", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).expect("because it is JSON");
    assert_eq!(json["nodes"][1]["service"], "Db");
    assert_eq!(json["edges"][0], json!({ "from": 1, "to": 0, "need": "one" }));
    let html = graph(&folder, APP, &["-f", "html"]).stdout;
    assert!(html.starts_with("<!doctype html>") && html.contains("<h1>Services of app.ts</h1>"), "{html}");
}

#[test]
fn a_file_is_written_in_the_format_of_its_name() {
    let folder = Folder::new();
    for (name, start) in [
        ("a.html", "<!doctype html>"),
        ("a.gv", "digraph"),
        ("a.mmd", "flowchart"),
        ("a.json", "{\n"),
        ("a.txt", "4 services"),
    ] {
        let output = graph(&folder, APP, &["-o", name]);
        assert_eq!((output.stdout.as_str(), output.code), ("", Some(0)), "{}", output.stderr);
        assert!(read(&folder, name).starts_with(start), "{name}");
    }
    assert!(graph(&folder, APP, &["-o", "-"]).stdout.starts_with("4 services"));
    let output = graph(&folder, APP, &["-o", "no/such/folder.dot"]);
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("error: no/such/folder.dot cannot be written"), "{}", output.stderr);
}

#[test]
fn without_a_viewer_the_page_is_still_written() {
    let folder = Folder::new();
    let output = graph(&folder, APP, &["--open"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let place = output.stdout.trim_end();
    assert!(place.starts_with("krepis/graph/") && place.ends_with("-app.services.html"), "{place}");
    assert!(read(&folder, place).starts_with("<!doctype html>"));
    if cfg!(target_os = "linux") {
        assert!(output.stderr.contains("is not opened: xdg-open"), "{}", output.stderr);
    }
}

#[test]
fn services_with_problems_are_drawn_and_fail() {
    let problem = "\
1 problem in the services
  1. captive dependency: singleton Cache would keep scoped Session
       Cache (singleton) registered at app.ts:4:34
       Session (scoped) registered at app.ts:4:51
     make Cache scoped, or Session a singleton
";
    let tree = "\
2 services: 1 singleton, 1 scoped

  Cache       singleton  captive dependency, at app.ts:4:34
! └─ Session  scoped     captive dependency, at app.ts:4:51

";
    let folder = Folder::new();
    for way in [
        "export default services;",
        "export { services };",
        "export default { services, fetch() {} };",
        "export class App { static container = services; }",
        "export default services.build();",
        "await services.buildAsync(); export default services;",
    ] {
        let program = format!("{CAPTIVE}{way}");
        let output = graph(&folder, &program, &[]);
        assert_eq!(output.stdout, format!("{tree}{problem}"), "{way}: {}", output.stderr);
        assert_eq!((output.stderr.as_str(), output.code), ("", Some(1)), "{way}");
        // Elsewhere the words would be missing.
        let output = graph(&folder, &program, &["-o", "a.dot"]);
        assert_eq!((output.stderr.as_str(), output.code), (problem, Some(1)), "{way}");
        assert!(read(&folder, "a.dot").contains("n0 -> n1 [style=solid, color=\"#dc2626\""), "{way}");
    }
}

#[test]
fn async_services_are_no_problem_before_it_is_known_how_the_container_is_built() {
    let folder = Folder::new();
    let program = "\
import { Container } from 'krepis:di';
class Db {}
class Users { static inject = [Db] as const; }
export const services = new Container().singleton(Db, async () => new Db()).singleton(Users);
";
    let output = graph(&folder, program, &[]);
    assert_eq!(output.code, Some(0), "{}", output.stdout);
    let output = graph(&folder, &format!("{program}services.build();"), &[]);
    assert!(output.stdout.contains("async behind sync: Users needs Db"), "{}", output.stdout);
    assert_eq!(output.code, Some(1));
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let two = "import { Container } from 'krepis:di'; export const a = new Container(), b = new Container();";
    let folder = Folder::new();
    for (program, args, expected, code) in [
        (
            "export const port = 80; export default 1;",
            &[][..],
            "app.ts exports default, port, and no Container",
            1,
        ),
        ("console.log(1)", &[], "and no Container of krepis:di", 1),
        (two, &[], "app.ts exports several containers: choose one with --export a or --export b", 1),
        (two, &["--export", "c"], "app.ts has no export c; it exports a, b", 1),
        (two, &["--export", "b"], "", 0),
        ("throw new RangeError('early')", &[], "Uncaught RangeError: early\n    at", 1),
        ("process.exit(0)", &[], "app.ts ended before its services could be seen", 1),
        ("let = ;", &[], "SyntaxError", 1),
        ("", &["--format", "png"], "possible values: text, dot, mermaid, json, html", 2),
    ] {
        let output = graph(&folder, program, args);
        assert!(output.stderr.contains(expected), "{program}: {}", output.stderr);
        assert_eq!(output.code, Some(code), "{program}: {output:?}");
        assert!(!output.stderr.contains("kiren:"), "{program}: {}", output.stderr);
    }
    let output = finish(krepis().args(["graph", "--services", "no-such-file.ts"]), b"", TIMEOUT);
    assert!(output.stderr.contains("error: no-such-file.ts cannot be read"), "{}", output.stderr);
}
