//! Programs as data: `tests/cases/**/NAME.{js,ts,...}` runs and must print `NAME.out`.
//!
//! Beside it may stand `NAME.err` (standard error; else it must be empty), `NAME.code` (the exit code, else 0), `NAME.in`
//! (standard input), `NAME.args` (arguments, one a line) and `NAME.flags` (options of krepis itself, one a line). In
//! outputs `[dir]` is the folder of the case, `[pid]` the process id of a warning. What starts with `_`, and folders
//! `node_modules` and `lib`, hold what cases load.
//!
//! `UPDATE=1 cargo test --test cli cases` writes what the programs print now; `CASES=timers/` runs those only whose
//! path contains the text.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Output, TIMEOUT, finish, krepis};

const EXTENSIONS: &[&str] = &["js", "ts", "mjs", "cjs", "mts", "cts", "tsx", "jsx"];
const THREADS: usize = 2;

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let filter = std::env::var("CASES").unwrap_or_default();
    let mut cases = Vec::new();
    collect(&root, &mut cases);
    cases.retain(|case| case.to_string_lossy().contains(&filter));
    cases.sort();
    assert!(!cases.is_empty(), "no case in {} has {filter:?} in its path", root.display());

    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(difference) = check(case) {
                        let name = case.strip_prefix(&root).unwrap_or(case).display();
                        let mut failures = failures.lock().expect("because no thread panics");
                        failures.push(format!("=== {name}\n{difference}"));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("because no thread panics");
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} cases failed:\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn collect(folder: &Path, cases: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("because the folder is in the repository") {
        let path = entry.expect("because the folder is in the repository").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('_') || name == "node_modules" || name == "lib" {
            continue;
        }
        if path.is_dir() {
            collect(&path, cases);
        } else if path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
        {
            cases.push(path);
        }
    }
}

/// What differs from what was expected, as text.
fn check(case: &Path) -> Result<(), String> {
    let read = |extension| fs::read_to_string(case.with_extension(extension)).ok();
    let mut command = krepis();
    command.args(read("flags").iter().flat_map(|flags| flags.lines()));
    command.arg(case).current_dir(case.parent().unwrap_or(case));
    command.args(read("args").iter().flat_map(|args| args.lines()));
    let input = fs::read(case.with_extension("in")).unwrap_or_default();
    let output = normalize(finish(&mut command, &input, TIMEOUT), case);
    let Some(code) = output.code else {
        return Err(format!("did not end within {TIMEOUT:?}\n{}", shown(&output)));
    };
    if std::env::var_os("UPDATE").is_some() {
        update(case, &output, code);
        return Ok(());
    }

    let mut differences = String::new();
    let expected_code = read("code").map_or(Ok(0), |code| code.trim().parse::<i32>());
    let expected_code =
        expected_code.map_err(|error| format!("{}: {error}", case.with_extension("code").display()))?;
    if code != expected_code {
        differences.push_str(&format!("exit code: expected {expected_code}, found {code}\n"));
    }
    match read("out") {
        Some(expected) => differences.push_str(&compare("stdout", &expected, &output.stdout)),
        None => differences.push_str("there is no .out file (UPDATE=1 writes it)\n"),
    }
    differences.push_str(&compare("stderr", &read("err").unwrap_or_default(), &output.stderr));
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}

/// Replaces what is different on every machine.
fn normalize(output: Output, case: &Path) -> Output {
    let folder = case.parent().unwrap_or(case).to_string_lossy().into_owned();
    let text = |text: String| hide_process_id(&text.replace(&folder, "[dir]"));
    Output { stdout: text(output.stdout), stderr: text(output.stderr), code: output.code }
}

fn hide_process_id(text: &str) -> String {
    let mut pieces = text.split("(krepis:");
    let mut hidden = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        hidden.push_str("(krepis:");
        let rest = piece.trim_start_matches(|digit: char| digit.is_ascii_digit());
        hidden.push_str(if rest.len() < piece.len() { "[pid]" } else { "" });
        hidden.push_str(rest);
    }
    hidden
}

fn update(case: &Path, output: &Output, code: i32) {
    fs::write(case.with_extension("out"), &output.stdout).expect("because the repository is writable");
    let code = if code == 0 { String::new() } else { format!("{code}\n") };
    for (extension, text) in [("err", &output.stderr), ("code", &code)] {
        let path = case.with_extension(extension);
        if text.is_empty() {
            // Most often it is not there.
            drop(fs::remove_file(path));
        } else {
            fs::write(path, text).expect("because the repository is writable");
        }
    }
}

fn shown(output: &Output) -> String {
    format!("stdout:\n{}\nstderr:\n{}\n", output.stdout, output.stderr)
}

/// The lines that differ, in their surroundings; empty when there are none.
fn compare(stream: &str, expected: &str, found: &str) -> String {
    if expected == found {
        return String::new();
    }
    let expected: Vec<&str> = expected.split('\n').collect();
    let found: Vec<&str> = found.split('\n').collect();
    let same = expected.iter().zip(&found).take_while(|(expected, found)| expected == found).count();
    let most = expected.len().min(found.len()) - same;
    let same_end = expected.iter().rev().zip(found.iter().rev()).take_while(|(one, other)| one == other);
    let same_end = same_end.count().min(most);
    let mut text = format!("{stream} differs at line {} (- expected, + found):\n", same + 1);
    let mut push = |mark: &str, lines: &[&str]| {
        for line in lines {
            text.push_str(&format!("  {mark} {line}\n"));
        }
    };
    push(" ", &expected[same.saturating_sub(2)..same]);
    push("-", &expected[same..expected.len() - same_end]);
    push("+", &found[same..found.len() - same_end]);
    push(" ", &expected[expected.len() - same_end..][..same_end.min(2)]);
    text
}

#[test]
fn a_difference_shows_the_lines_that_differ() {
    let difference = compare("stdout", "a\nb\nc\nd\n", "a\nb\nx\nd\n");
    assert_eq!(
        difference,
        "stdout differs at line 3 (- expected, + found):\n    a\n    b\n  - c\n  + x\n    d\n    \n"
    );
    assert_eq!(compare("stdout", "same\n", "same\n"), "");
}

#[test]
fn process_ids_are_hidden() {
    assert_eq!(hide_process_id("(krepis:123) Warning: (krepis:x)"), "(krepis:[pid]) Warning: (krepis:x)");
}
