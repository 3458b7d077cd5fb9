//! `--watch`.

use std::io::{BufRead as _, BufReader};
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Folder, TIMEOUT, krepis, start, wait};

fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(child.id() as i32).expect("because a child has a number");
    kill_process(pid, signal).expect("because the child runs");
}

#[test]
fn a_change_starts_the_program_again() {
    let folder = Folder::new();
    let dep = folder.write("dep.ts", "export const x: number = 1;");
    let main =
        folder.write("main.ts", "import { x } from './dep.ts'; console.log(x); setInterval(() => {}, 1000);");
    let mut child = start(krepis().arg("--watch").arg(&main));
    let mut lines = BufReader::new(child.stdout.take().expect("because it is piped")).lines();
    let mut line = || lines.next().expect("because the program prints").expect("because it is text");
    assert_eq!(line(), "1");
    std::fs::write(&dep, "console.log('second'); export const x: number = 2;")
        .expect("because it was just made");
    assert_eq!(line(), "second");
    assert_eq!(line(), "2");
    signal(&child, Signal::INT);
    let output = wait(child, TIMEOUT);
    assert_eq!(output.code, Some(130));
    assert!(
        output.stderr.contains("[watch] restarted because") && output.stderr.contains("dep.ts changed"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_program_that_failed_waits_for_a_change() {
    let folder = Folder::new();
    let main = folder.write("main.ts", "throw 1;");
    let mut child = start(krepis().arg("--watch").arg(&main));
    let mut errors = BufReader::new(child.stderr.take().expect("because it is piped")).lines();
    let ended =
        errors.find(|line| line.as_ref().is_ok_and(|line| line.contains("waiting for a file to change")));
    assert!(ended.is_some_and(|line| line.is_ok_and(|line| line.contains("exit code 1"))));
    let mut lines = BufReader::new(child.stdout.take().expect("because it is piped")).lines();
    std::fs::write(&main, "console.log('mended');").expect("because it was just made");
    assert_eq!(lines.next().and_then(Result::ok).as_deref(), Some("mended"));
    signal(&child, Signal::TERM);
    assert_eq!(wait(child, TIMEOUT).code, Some(143));
}
