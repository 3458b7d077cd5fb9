//! `eval -p`, `init`, `types` and `info`.

use crate::support::{Folder, TIMEOUT, finish, krepis, run};

fn check(code: &str, expected: &str) {
    let output = run(["-p", code]);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str(), output.code),
        (expected, "", Some(0)),
        "{code}"
    );
}

#[test]
fn print_gives_the_value_of_the_last_statement() {
    check("let a: number = 1; a + 1", "2\n");
    check("{ a: 1 }", "{ a: 1 }\n");
    check("'text'", "text\n");
    check("-0", "-0\n");
    check("12n", "12n\n");
    check("Symbol('x')", "Symbol(x)\n");
    check("function f() {}", "undefined\n");
    check("if (true) { [1, 2].map((x) => x * 2) }", "[ 2, 4 ]\n");
    check("await new Promise((resolve) => setTimeout(resolve, 1, 'late'))", "late\n");
    check(
        "[__filename, __dirname, typeof require, typeof module]",
        "[ '[eval]', '.', 'function', 'object' ]\n",
    );
    check("setTimeout(() => console.log('after'), 1); 'before'", "before\nafter\n");
}

#[test]
fn modules_are_found_from_the_current_folder() {
    let folder = Folder::new();
    let file = folder.write("dep.ts", "export const x: number = 5; export default 'd';");
    for code in [
        "import d, { x as y } from './dep.ts'; [d, y].join()",
        "const { default: d, x } = await import('./dep.ts'); [d, x].join()",
        "const { default: d, x } = require('./dep.ts'); [d, x].join()",
    ] {
        let mut command = krepis();
        command.current_dir(file.parent().expect("because it is in a folder")).args(["-p", code]);
        let output = finish(&mut command, b"", TIMEOUT);
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("d,5\n", ""), "{code}");
    }
}

#[test]
fn errors_name_the_place_in_the_code() {
    for (code, expected, exit_code) in [
        ("1;\nthrow new Error('x')", "[eval]:2:7\n", 1),
        ("let x = ;", "Uncaught SyntaxError", 1),
        ("Promise.reject(new Error('r'))", "Uncaught (in promise) Error: r", 1),
        ("await new Promise(() => {})", "nothing is left to settle", 13),
        ("process.exit(7)", "", 7),
    ] {
        let output = run(["eval", code]);
        assert_eq!(output.code, Some(exit_code), "{code}: {output:?}");
        assert!(output.stderr.contains(expected), "{code}: {}", output.stderr);
    }
}

#[test]
fn init_makes_a_project_and_overwrites_nothing() {
    let folder = Folder::new();
    let seed = folder.write("seed", "");
    let root = seed.parent().expect("because it is in a folder");
    let init = || finish(krepis().current_dir(root).args(["init", "my-app"]), b"", TIMEOUT);
    let output = init();
    assert_eq!((output.stderr.as_str(), output.code), ("", Some(0)));
    assert!(output.stdout.contains("krepis serve --watch src/main.ts"), "{}", output.stdout);
    let manifest = std::fs::read_to_string(root.join("my-app/package.json")).expect("because init made it");
    assert!(manifest.contains("\"name\": \"my-app\""), "{manifest}");

    let app = "import app from './my-app/src/main.ts';
        const response = await app.fetch(new Request('http://localhost/todos'));
        [response.status, (await response.json()).length].join()";
    let output = finish(krepis().current_dir(root).args(["-p", app]), b"", TIMEOUT);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("200,1\n", ""));

    std::fs::write(root.join("my-app/README.md"), "mine").expect("because the folder is writable");
    std::fs::remove_file(root.join("my-app/tsconfig.json")).expect("because init made it");
    let output = init();
    assert_eq!(output.code, Some(1));
    assert!(
        output.stderr.contains("README.md") && !output.stderr.contains("tsconfig.json"),
        "{}",
        output.stderr
    );
    assert_eq!(std::fs::read_to_string(root.join("my-app/README.md")).ok().as_deref(), Some("mine"));
    assert!(!root.join("my-app/tsconfig.json").exists());
}

#[test]
fn types_prints_the_declarations() {
    let output = run(["types"]);
    assert_eq!(output.stdout, include_str!("../../types/krepis.d.ts"));
}

#[test]
fn info_says_which_driver_runs() {
    let output = finish(krepis().env("KREPIS_IO", "portable").arg("info"), b"", TIMEOUT);
    assert!(output.stdout.contains("portable (forced by KREPIS_IO=portable)"), "{}", output.stdout);
    let output = finish(krepis().env("KREPIS_IO", "portable").args(["info", "--json"]), b"", TIMEOUT);
    let code = format!(
        "const info = {}; [info.io.driver, info.versions.krepis, info.memory.rss_bytes > 0].join()",
        output.stdout
    );
    check(&code, &format!("portable,{},true\n", env!("CARGO_PKG_VERSION")));
}
