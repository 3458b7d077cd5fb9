//! `krepis repl` at the end of a pipe: each value is echoed, no prompt is.

use crate::support::{TIMEOUT, finish, krepis};

fn check(input: &str, expected: &str) {
    let output = finish(krepis().arg("repl"), input.as_bytes(), TIMEOUT);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str(), output.code),
        (expected, "", Some(0)),
        "{input}"
    );
}

#[test]
fn values_are_echoed() {
    check("1 + 1\n'text'\nundefined\n{ a: 1 }\n.5 + 1\n", "2\n'text'\n{ a: 1 }\n1.5\n");
}

#[test]
fn declarations_last_and_may_come_again() {
    check("let a = 1\nlet a = 2\na\nconst c = 1\nconst c = 2\nc\n", "2\n2\n");
    check("class A { x = 1 }\nnew A\nfunction f() { return a }\nvar a = 3\nf()\n", "A { x: 1 }\n3\n");
    check("const t: string = await Promise.resolve('q')\nt\n", "'q'\n");
    check("enum E { A = 4 }\nE.A\ninterface I {}\n", "4\n");
}

#[test]
fn input_goes_on_until_it_is_whole() {
    check("function f() {\n  return `a\n  b`\n}\nf()\n", "'a\\n  b'\n");
    check("[\n1,\n2\n]\n", "[ 1, 2 ]\n");
}

#[test]
fn the_last_value_and_error_have_names() {
    let output =
        finish(krepis().arg("repl"), b"40\n_ + 2\nthrow new Error('boom')\n_error.message\n", TIMEOUT);
    assert_eq!((output.stdout.as_str(), output.code), ("40\n42\n'boom'\n", Some(0)));
    assert_eq!(output.stderr, "Uncaught Error: boom\n    at REPL3:1:7\n");
    check("_ = 5\n7\n_\n", "5\n7\n5\n");
}

#[test]
fn imports_and_callbacks_run() {
    check("import { createRequire } from 'node:module'\ntypeof createRequire\n", "'function'\n");
    // One input, so that the timer cannot come before the value.
    check("setTimeout(() => console.log('tick'), 1) && 'first'\n", "'first'\ntick\n");
}

#[test]
fn errors_leave_the_prompt_going() {
    let input = b"let = ;\nqueueMicrotask(() => { throw new Error('later') })\nPromise.reject(new Error('no')); 1\n'on'\n";
    let output = finish(krepis().arg("repl"), input, TIMEOUT);
    assert!(output.stdout.ends_with("'on'\n"), "{}", output.stdout);
    for expected in ["SyntaxError", "Uncaught Error: later", "Uncaught Error: no"] {
        assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
    }
}

#[test]
fn commands_begin_with_a_dot() {
    check("let a = 1\n.clear\ntypeof a\n.exit\n'not reached'\n", "'undefined'\n");
    check("process.exitCode = 0; 1\nprocess.exit()\n2\n", "1\n");
    let output = finish(krepis().arg("repl"), b".nothing\n", TIMEOUT);
    assert_eq!(output.stderr, "error: no command .nothing; .help lists them\n");
}
