//! `krepis routes`.

use serde_json::{Value, json};

use crate::support::{Folder, Output, TIMEOUT, finish, krepis};

const ROUTER: &str = "\
import { Router } from 'krepis:mycelia';
console.log('loaded', process.argv.slice(1).map((arg) => arg.split('/').at(-1)).join());
setInterval(() => {}, 1000);
class Show {}
export default new Router({ ignoreCase: true })
  .constraint('odd', (text) => text % 2 === 1)
  .insert('/users/{id}', function user() {})
  .insert('/users/me', Show)
  .insert('/users/{id:odd}', { get() {}, post() {} })
  .insert('/files/*path', 'files')
  .insert('/files/{name}.{extension}', () => {})
  .insert('/', [1, 'two', null]);
";

const KERNEL: &str = "\
import { Kernel } from 'krepis:mycelia';
const kernel = new Kernel();
kernel.subsystem('mail', { capacity: 10, overflow: 'reject', concurrency: Infinity }).on('send/{to}', function send() {});
kernel.on('orders://{id}/pay', function pay() {}).on('orders://9/pay', async () => {});
kernel.subscribe('orders://paid/*', function heard() {}, { subsystem: 'mail' });
kernel.subsystem('idle');
export const bus = { kernel };
";

fn routes(folder: &Folder, program: &str, args: &[&str]) -> Output {
    let file = folder.write("app.ts", program);
    let root = file.parent().expect("because it is in a folder");
    let mut command = krepis();
    command.current_dir(root).env("XDG_CACHE_HOME", root).env("PATH", root).args(["routes", "app.ts"]);
    let mut output = finish(command.args(args), b"", TIMEOUT);
    for text in [&mut output.stdout, &mut output.stderr] {
        *text = text.replace(&format!("{}/", root.display()), "");
    }
    output
}

fn read(folder: &Folder, name: &str) -> String {
    let file = folder.write("seed", "").with_file_name(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_pipe_gets_a_tree_with_overlaps_and_nothing_else() {
    let output = routes(&Folder::new(), ROUTER, &["one", "two"]);
    let expected = "\
default: 6 patterns, 3 overlaps, case is ignored

  /
  ├─ /                      /                          [1, \"two\", null]
  ├─ files/
~ │  ├─ {name}.{extension}  /files/{name}.{extension}  a function  ~ 3
~ │  └─ *path               /files/*path               \"files\"  ~ 3
  └─ users/
~    ├─ me                  /users/me                  class Show  ~ 1
~    ├─ {id:odd}            /users/{id:odd}            { get, post }  ~ 2
~    └─ {id}                /users/{id}                user()  ~ 1, 2

3 overlaps
  1. /users/me goes to /users/me, not to /users/{id}
  2. /users/7 goes to /users/{id:odd}, not to /users/{id}
  3. /files/x.x goes to /files/{name}.{extension}, not to /files/*path
";
    assert_eq!(output.stdout, expected);
    assert_eq!((output.stderr.as_str(), output.code), ("loaded app.ts,one,two\n", Some(0)));
}

#[test]
fn a_kernel_is_shown_by_subsystems() {
    let output = routes(&Folder::new(), KERNEL, &[]);
    let expected = "\
bus.kernel: 3 addresses in 3 subsystems, 1 subscriber, 1 overlap

mail://  capacity 10, overflow reject, concurrency unlimited
  send/{to}  send()
  hears orders://paid/*  heard()

orders://  capacity 1024, overflow wait, concurrency 1
~ 9/pay     a function  ~ 1
~ {id}/pay  pay()  ~ 1

idle://  capacity 1024, overflow wait, concurrency 1
  nothing

1 overlap
  1. orders://9/pay goes to orders://9/pay, not to orders://{id}/pay
";
    assert_eq!((output.stdout.as_str(), output.stderr.as_str(), output.code), (expected, "", Some(0)));
}

#[test]
fn json_has_what_the_help_says() {
    let folder = Folder::new();
    let output = routes(&folder, ROUTER, &["--format", "json"]);
    let json: Value = serde_json::from_str(&output.stdout).expect("because it is JSON");
    let table = &json["tables"][0];
    assert_eq!((&table["name"], &table["kind"]), (&json!("default"), &json!("router")));
    assert_eq!(
        table["options"],
        json!({ "percentDecoding": false, "trailingSlash": "strict", "ignoreCase": true })
    );
    assert_eq!(
        table["routes"][0],
        json!({ "pattern": "/users/{id}", "value": "user()", "overlaps": [0, 1] })
    );
    assert_eq!(
        table["overlaps"][0],
        json!({ "first": "/users/me", "second": "/users/{id}", "path": "/users/me" })
    );
    assert_eq!(table.get("subsystems"), None);

    let output = routes(&folder, KERNEL, &["-f", "json"]);
    let json: Value = serde_json::from_str(&output.stdout).expect("because it is JSON");
    let table = &json["tables"][0];
    assert_eq!((&table["name"], &table["kind"]), (&json!("bus.kernel"), &json!("kernel")));
    assert_eq!(
        table["subsystems"][0],
        json!({ "name": "mail", "capacity": 10, "overflow": "reject", "concurrency": null })
    );
    assert_eq!(
        table["routes"][3],
        json!({ "pattern": "orders://paid/*", "value": "heard()", "subsystem": "mail", "kind": "subscriber", "overlaps": [] })
    );
    assert_eq!(table["overlaps"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_patterns_say_is_text_on_the_page() {
    let program = "\
import { Router } from 'krepis:mycelia';
export const r = new Router()
  .insert('/<script>alert(1)<\\/script>', '<img src=x onerror=alert(2)>')
  .insert('/</script>/{a&b}', '\\u202e')
  .insert('/{any}', 3).insert('/<!--', 4).insert('/\"\\u0007\\'', 5);
";
    let program = program.replace("{a&b}", "a&b");
    let output = routes(&Folder::new(), &program, &["-f", "html"]);
    let page = output.stdout;
    assert_eq!((output.stderr.as_str(), output.code), ("", Some(0)));
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</script>\n</body>\n</html>\n"), "{page}");
    // The data, and the script.
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2), "{page}");
    assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains('\u{7}'), "{page}");
    for shown in ["/&lt;script&gt;alert(1)", "&lt;img src=x onerror=alert(2)&gt;", "a&amp;b", "&quot;"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let outside = ["http:", "https:", "src=\"", "@import", "url(", "//cdn"];
    assert!(outside.iter().all(|outside| !page.contains(outside)), "nothing comes from elsewhere");
}

#[test]
fn the_page_has_routes_overlaps_and_the_matcher() {
    let output = routes(&Folder::new(), ROUTER, &["-f", "html"]);
    let page = output.stdout;
    for shown in [
        "<title>Routes of app.ts</title>",
        "<h1>Routes of app.ts</h1>",
        "<h2>default <small>router</small></h2>",
        "<i class=\"parameter\">{id}</i>",
        "<i class=\"wildcard\">*path</i>",
        "class=\"row clash\" id=\"t0r1\"",
        "<span class=\"value\">class Show</span>",
        "\"krepis/mycelia/walk\": (load) => {",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert_eq!(page.matches("data-routes=\"t0r").count(), 3);
    let kernel = routes(&Folder::new(), KERNEL, &["-f", "html"]).stdout;
    assert!(kernel.contains("<h3>orders:// <small>capacity 1024, overflow wait, concurrency 1</small></h3>"));
    assert!(kernel.contains("<small>hears</small>"), "{kernel}");
}

#[test]
fn a_file_is_written_in_the_format_of_its_name() {
    let folder = Folder::new();
    for (name, start) in
        [("a.html", "<!doctype html>"), ("a.json", "{\n"), ("a.txt", "default: "), ("a", "<!doctype html>")]
    {
        let output = routes(&folder, ROUTER, &["-o", name]);
        assert_eq!((output.stdout.as_str(), output.code), ("", Some(0)), "{}", output.stderr);
        assert!(read(&folder, name).starts_with(start), "{name}");
    }
    assert!(routes(&folder, ROUTER, &["-o", "-"]).stdout.starts_with("default: "));
    let output = routes(&folder, ROUTER, &["-o", "no/such/folder.txt"]);
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("error: no/such/folder.txt cannot be written"), "{}", output.stderr);
    let output = routes(&folder, ROUTER, &["--open"]);
    assert!(output.stdout.trim_end().ends_with("-app.routes.html"), "{}", output.stdout);
    assert!(read(&folder, output.stdout.trim_end()).starts_with("<!doctype html>"));
}

#[test]
fn several_tables_go_by_the_names_of_their_exports() {
    let program = "\
import { Kernel, Router } from 'krepis:mycelia';
export const b = new Router().insert('/b', null);
export const a = { router: new Router(), routes: b, kernel: new Kernel(), fetch() {} };
export default b;
";
    let names = |args: &[&str]| {
        let output = routes(&Folder::new(), program, args);
        assert_eq!((output.stderr.as_str(), output.code), ("", Some(0)));
        let heads = output.stdout.lines().filter(|line| line.contains(": "));
        heads.map(|line| line.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&[]),
        [
            "default: 1 pattern, 0 overlaps",
            "a.router: 0 patterns, 0 overlaps",
            "a.kernel: 0 addresses in 0 subsystems, 0 subscribers, 0 overlaps"
        ]
    );
    assert_eq!(names(&["--export", "b"]), ["b: 1 pattern, 0 overlaps"]);
}

#[test]
fn a_table_of_3000_routes_is_drawn() {
    let program = "\
import { Router } from 'krepis:mycelia';
export const router = new Router().insert('/*rest', 'rest');
for (let at = 1; at < 3000; at++) router.insert(`/s${at % 50}/{id}/r${at}`, at);
";
    let folder = Folder::new();
    let text = routes(&folder, program, &[]).stdout;
    assert!(text.starts_with("router: 3000 patterns, 2999 overlaps\n"), "{text}");
    assert!(
        text.contains("~ 1, 2, 3, and 2996 more\n")
            && text.ends_with("  and 2799 more: JSON has all of them\n"),
        "{text}"
    );
    let page = routes(&folder, program, &["-f", "html"]).stdout;
    assert_eq!(page.matches("\" id=\"t0r").count(), 3000);
}

#[test]
fn what_cannot_be_shown_is_said() {
    let folder = Folder::new();
    for (program, args, expected, code) in [
        (
            "export const port = 80; export default { fetch() {} };",
            &[][..],
            "error: app.ts exports default (an object with fetch), port (80), and no Router or Kernel of krepis:mycelia: \
             export one, or an object that has one as `router`, `routes` or `kernel`\n",
            1,
        ),
        ("export {};", &[], "error: app.ts exports nothing, and no Router or Kernel", 1),
        ("exports.a = null;", &[], "exports default (an object with a), a (null), and no Router", 1),
        (ROUTER, &["--export", "c"], "error: app.ts has no export c; it exports default", 1),
        ("throw new RangeError('early')", &[], "Uncaught RangeError: early\n    at", 1),
        ("process.exit(0)", &[], "error: app.ts ended before its routes could be seen", 1),
        ("let = ;", &[], "SyntaxError", 1),
        ("", &["--format", "dot"], "possible values: text, json, html", 2),
    ] {
        let output = routes(&folder, program, args);
        assert!(output.stderr.contains(expected), "{program}: {}", output.stderr);
        assert_eq!((output.stdout.as_str(), output.code), ("", Some(code)), "{program}: {output:?}");
        assert!(!output.stderr.contains("kiren:"), "{program}: {}", output.stderr);
    }
    let output = finish(krepis().args(["routes", "no-such-file.ts"]), b"", TIMEOUT);
    assert!(output.stderr.contains("error: no-such-file.ts cannot be read"), "{}", output.stderr);
    assert_eq!(output.code, Some(1));
    let output = finish(krepis().args(["routes"]), b"", TIMEOUT);
    assert_eq!(output.code, Some(2));
}

#[test]
fn colors_are_for_text_that_is_shown() {
    let folder = Folder::new();
    let file = folder.write("app.ts", ROUTER);
    let colored = |args: &[&str]| {
        let mut command = krepis();
        command.env("FORCE_COLOR", "1").arg("routes").arg(&file).args(args);
        finish(&mut command, b"", TIMEOUT).stdout
    };
    let text = colored(&[]);
    assert!(
        text.contains("\u{1b}[33m~\u{1b}[0m \u{1b}[2m│  ├─ ") && text.contains("\u{1b}[36m{id}\u{1b}[0m"),
        "{text}"
    );
    assert!(!colored(&["-f", "json"]).contains('\u{1b}'));
}
