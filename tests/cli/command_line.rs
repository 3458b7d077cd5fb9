//! The command line: where programs come from, flags, exit codes.

use crate::support::{Folder, TIMEOUT, finish, krepis, run};

#[test]
fn runs_a_file_with_its_own_arguments() {
    let folder = Folder::new();
    let file = folder.write("main.ts", "console.log(process.argv.slice(2).join(' ') as string)");
    let output = run([file.as_os_str(), "--port".as_ref(), "80".as_ref()]);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str(), output.code), ("--port 80\n", "", Some(0)));
    let output = run(["run".as_ref(), file.as_os_str(), "--watch".as_ref()]);
    assert_eq!((output.stdout.as_str(), output.code), ("--watch\n", Some(0)));
}

#[test]
fn runs_standard_input() {
    let output = finish(krepis().args(["-", "a"]), b"console.log(process.argv.slice(1).join())", TIMEOUT);
    assert_eq!((output.stdout.as_str(), output.code), ("-,a\n", Some(0)));
}

#[test]
fn evaluates_code() {
    let output = run(["eval", "const x: number = 1; console.log(x + 1)"]);
    assert_eq!((output.stdout.as_str(), output.code), ("2\n", Some(0)));
    let output = run(["-p", "2 ** 10"]);
    assert_eq!((output.stdout.as_str(), output.code), ("1024\n", Some(0)));
    let output = run(["eval", "console.log(process.argv.length, process.argv[1])", "a"]);
    assert_eq!(output.stdout, "2 a\n");
}

#[test]
fn a_recursive_fibonacci_can_be_timed() {
    let code = "const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
        console.time('fibonacci'); const result = fibonacci(20); console.timeEnd('fibonacci'); console.log(result);";
    let output = run(["eval", code]);
    let (timing, result) = output.stdout.split_once('\n').expect("because two lines are printed");
    let number = timing.strip_prefix("fibonacci: ").and_then(|rest| rest.strip_suffix("ms"));
    assert!(number.is_some_and(|number| number.parse::<f64>().is_ok()), "{timing}");
    assert_eq!((result, output.stderr.as_str(), output.code), ("6765\n", "", Some(0)));
}

#[test]
fn a_wrong_command_line_is_code_2() {
    for (args, expected) in [
        (&["--no-such-flag"][..], "--no-such-flag"),
        (&["--max-heap=lots", "x.js"], "--max-heap"),
        (&["eval"], "CODE"),
        (&["serve"], "FILE"),
        (&["--max-heap=64", "--no-such-flag", "x.js"], "--no-such-flag"),
        (&["--wath", "x.js"], "'--watch'"),
        (&["srve", "x.js"], "'serve'"),
        (&["--watch", "info"], "FILE"),
    ] {
        let output = run(args);
        assert_eq!(output.code, Some(2), "{args:?}: {output:?}");
        assert!(output.stderr.contains(expected), "{args:?}: {}", output.stderr);
        assert_eq!(output.stdout, "", "{args:?}");
    }
}

#[test]
fn a_missing_file_is_code_1() {
    let output = run(["no/such/file.js"]);
    assert_eq!(output.code, Some(1));
    assert_eq!(output.stderr, "error: no such file: no/such/file.js\n");
}

#[test]
fn help_and_version_are_code_0() {
    let output = run(["--version"]);
    let version = format!("krepis {} (V8 ", env!("CARGO_PKG_VERSION"));
    assert!(output.stdout.starts_with(&version), "{}", output.stdout);
    assert_eq!(output.code, Some(0));
    let output = run(["--help"]);
    assert!(output.stdout.contains("Examples:"), "{}", output.stdout);
    assert_eq!(output.code, Some(0));
    for command in ["run", "eval", "repl", "serve", "init", "types", "info"] {
        let output = run([command, "--help"]);
        assert!(output.stdout.contains("Examples:"), "{command}: {}", output.stdout);
    }
}

#[test]
fn without_a_file_the_program_comes_from_standard_input() {
    let output = finish(&mut krepis(), b"console.log(6 * 7 as number)", TIMEOUT);
    assert_eq!((output.stdout.as_str(), output.code), ("42\n", Some(0)), "{}", output.stderr);
}

#[test]
fn v8_flags_reach_v8() {
    let output = run(["--v8-flags=--expose-gc", "eval", "console.log(typeof gc)"]);
    assert_eq!((output.stdout.as_str(), output.code), ("function\n", Some(0)));
}

#[test]
fn the_heap_limit_ends_the_program_with_a_message() {
    for code in [
        "const keep = []; for (;;) keep.push(new Array(1000).fill({}));",
        "const keep = []; setInterval(() => { for (let i = 0; i < 1e5; i++) keep.push({ i }); }, 0);",
        "let s = 'x'; const keep = []; for (let i = 0;; i++) keep.push(`${s}${i}`.repeat(10).split(''));",
    ] {
        let output = run(["--max-heap=32", "eval", code]);
        assert_eq!(output.code, Some(1), "{code}: {output:?}");
        assert!(
            output.stderr.contains("out of memory") && output.stderr.contains("32 MB"),
            "{code}: {}",
            output.stderr
        );
        assert!(output.stderr.contains("--max-heap"), "{code}: {}", output.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_does_not_crash_the_program() {
    use std::io::Read as _;
    let mut command = krepis();
    command.args(["eval", "for (let i = 0; i < 200000; i++) console.log('line ' + i)"]);
    let mut child = crate::support::start(&mut command);
    let mut first = [0; 6];
    let mut stdout = child.stdout.take().expect("because it is piped");
    stdout.read_exact(&mut first).expect("because the program prints");
    drop(stdout);
    let output = crate::support::wait(child, TIMEOUT);
    assert_eq!(&first, b"line 0");
    assert_eq!(output.stderr, "");
    assert_eq!(output.code, Some(0));
}
