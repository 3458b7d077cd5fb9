//! What of `process` needs a process around it: standard input, the environment, the end.

use crate::support::{TIMEOUT, finish, krepis, run, start, wait};

#[test]
fn standard_input_that_nobody_reads_does_not_keep_the_program() {
    // The pipe stays open until the program has ended.
    let mut child = start(krepis().args(["eval", "process.stdin; console.log('done')"]));
    let stdin = child.stdin.take();
    let output = wait(child, TIMEOUT);
    drop(stdin);
    assert_eq!((output.stdout.as_str(), output.code), ("done\n", Some(0)));
}

#[test]
fn a_paused_or_unreferenced_standard_input_lets_the_program_end() {
    for change in
        ["process.stdin.pause()", "process.stdin.unref()", "process.stdin.destroy()", "process.exit()"]
    {
        let code = format!("process.stdin.on('data', () => {{}}); setTimeout(() => {{ {change} }}, 5)");
        let mut child = start(krepis().args(["eval", &code]));
        let stdin = child.stdin.take();
        let output = wait(child, TIMEOUT);
        drop(stdin);
        assert_eq!((output.stderr.as_str(), output.code), ("", Some(0)), "{change}");
    }
}

#[test]
fn standard_input_arrives_piece_by_piece() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let code = "process.stdin.setEncoding('utf8').on('data', (text) => console.log(text.trim().toUpperCase())).on('end', () => console.log('end'))";
    let mut child = start(krepis().args(["eval", code]));
    let mut stdin = child.stdin.take().expect("because it is piped");
    let mut lines = BufReader::new(child.stdout.take().expect("because it is piped")).lines();
    for word in ["one", "two"] {
        // One write, so that the word and its line end arrive together.
        stdin.write_all(format!("{word}\n").as_bytes()).expect("because the program reads");
        let line = lines.next().expect("because the program answers").expect("because it is text");
        assert_eq!(line, word.to_uppercase());
    }
    drop(stdin);
    let end = lines.next().expect("because the program answers").expect("because it is text");
    assert_eq!(end, "end");
    assert!(child.wait().expect("because the child is ours").success());
}

#[test]
fn the_environment_is_the_process_s() {
    let code = "console.log(process.env.KREPIS_TEST, new Date(0).getHours(), process.env.NOT_SET); process.env.TZ = 'Asia/Tokyo'; console.log(new Date(0).getHours())";
    let mut command = krepis();
    command.args(["eval", code]).env("KREPIS_TEST", "a value").env("TZ", "America/New_York");
    let output = finish(&mut command, b"", TIMEOUT);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("a value 19 undefined\n9\n", ""));
}

#[test]
fn exit_stops_javascript_at_once() {
    for (code, expected) in [
        ("try { process.exit(3) } catch { console.log('catch') } finally { console.log('finally') }", 3),
        ("[1, 2].forEach(() => process.exit(4))", 4),
        ("Promise.resolve().then(() => process.exit(5)); setTimeout(() => console.log('timer'))", 5),
        (
            "setTimeout(() => process.exit(6)); setTimeout(() => console.log('timer')); setImmediate(() => {})",
            6,
        ),
        ("process.nextTick(() => process.exit(7)); process.nextTick(() => console.log('tick'))", 7),
        ("await 0; process.exit(8); console.log('after')", 8),
        ("await new Promise((resolve) => setTimeout(resolve, 1)); process.exit(0)", 0),
        ("process.exitCode = 9; setImmediate(() => process.exit())", 9),
        ("new Promise(() => { process.exit(10) }); console.log('after')", 10),
        ("[3, 1, 2].sort(() => { process.exit(11) }); console.log('after')", 11),
    ] {
        let output = run(["eval", code]);
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""), "{code}");
        assert_eq!(output.code, Some(expected), "{code}");
    }
}
