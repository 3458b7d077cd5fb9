//! Signals from outside: what they do by default, and with listeners.

use std::io::{BufRead as _, BufReader};
use std::process::Command;

use crate::support::{Output, TIMEOUT, krepis, start, wait};

/// Runs code that prints a line when it is ready, sends it a signal, and returns what it did then.
fn signalled(code: &str, signals: &[&str]) -> Output {
    let mut child = start(krepis().args(["eval", code]));
    let mut stdout = BufReader::new(child.stdout.take().expect("because it is piped"));
    let mut line = String::new();
    for signal in signals {
        line.clear();
        stdout.read_line(&mut line).expect("because the program prints a line when it is ready");
        let status = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(status.expect("because every Unix has kill").success());
    }
    let reader = std::thread::spawn(move || {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut stdout, &mut rest).expect("because the program prints text");
        rest
    });
    let output = wait(child, TIMEOUT);
    Output { stdout: reader.join().expect("because reading does not panic"), ..output }
}

const WAITING: &str = "setInterval(() => {}, 1000); console.log('ready');";

#[test]
fn without_listeners_a_signal_ends_the_program() {
    assert_eq!(signalled(WAITING, &["INT"]).code, Some(130));
    assert_eq!(signalled(WAITING, &["TERM"]).code, Some(143));
    assert_eq!(signalled(WAITING, &["HUP"]).code, Some(129));
}

#[test]
fn a_listener_gets_name_and_number() {
    let code = format!(
        "process.on('SIGTERM', (name, number) => {{ console.log(name, number); process.exit(5); }}); {WAITING}"
    );
    let output = signalled(&code, &["TERM"]);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str(), output.code), ("SIGTERM 15\n", "", Some(5)));
}

#[test]
fn a_listener_that_does_not_exit_lets_the_program_go_on() {
    let code = format!(
        "let count = 0; process.on('SIGINT', () => {{ console.log(++count); if (count === 2) process.exit(); }}); {WAITING}"
    );
    let output = signalled(&code, &["INT", "INT"]);
    assert_eq!((output.stdout.as_str(), output.code), ("2\n", Some(0)));
}

#[test]
fn a_removed_listener_restores_the_default() {
    let code = format!("process.once('SIGINT', () => console.log('once')); {WAITING}");
    assert_eq!(signalled(&code, &["INT", "INT"]).code, Some(130));
    let code =
        format!("const f = () => {{}}; process.on('SIGTERM', f); process.off('SIGTERM', f); {WAITING}");
    assert_eq!(signalled(&code, &["TERM"]).code, Some(143));
}

#[test]
fn output_is_written_before_a_program_kills_itself() {
    let output = crate::support::run([
        "eval",
        "console.log('last words'); process.kill(process.pid, 'SIGKILL'); for (;;);",
    ]);
    assert_eq!((output.stdout.as_str(), output.code), ("last words\n", Some(137)));
}

#[test]
fn abort_ends_with_sigabrt() {
    let output = crate::support::run(["eval", "console.log('before'); process.abort()"]);
    assert_eq!((output.stdout.as_str(), output.code), ("before\n", Some(134)));
}
