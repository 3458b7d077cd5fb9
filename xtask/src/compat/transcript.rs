//! What a job prints, step by step, and how two runs of it compare.
//!
//! A step begins with `=== NAME`; `!!! MESSAGE` is an error that ended it.

use anyhow::{Result, ensure};

use super::program::Output;

/// What came of a job on Krepis.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) steps: usize,
    pub(crate) failures: Vec<Failure>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) step: String,
    pub(crate) why: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Standing {
    Works,
    Partly,
    Not,
}

impl Verdict {
    pub(crate) fn standing(&self) -> Standing {
        match self.failures.len() {
            0 => Standing::Works,
            failed if failed < self.steps => Standing::Partly,
            _ => Standing::Not,
        }
    }

    pub(crate) fn summary(&self) -> String {
        match self.standing() {
            Standing::Works => "works".to_owned(),
            Standing::Partly => format!("{} of {} steps differ", self.failures.len(), self.steps),
            Standing::Not => "does not work".to_owned(),
        }
    }
}

/// One part of what was printed.
#[derive(Debug, PartialEq)]
struct Step<'a> {
    name: &'a str,
    lines: Vec<&'a str>,
}

/// Compares a program of steps. It has to do all of them on Node.
pub(crate) fn compare_steps(node: &Output, krepis: &Output) -> Result<Verdict> {
    let (expected, found) = (steps(&node.stdout), steps(&krepis.stdout));
    ensure!(
        node.code == Some(0) && !expected.is_empty(),
        "fails on Node: {}{}",
        last_words(node),
        expected.iter().filter_map(error).map(|line| format!("; {line}")).collect::<String>(),
    );
    let mut failures = Vec::new();
    for (index, step) in expected.iter().enumerate() {
        let why = match found.get(index) {
            Some(same) if same == step => continue,
            // The last step of a program that ended early says itself why.
            Some(other)
                if index + 1 == found.len()
                    && krepis.code != Some(0)
                    && error(other).is_none()
                    && step.lines.starts_with(&other.lines) =>
            {
                last_words(krepis)
            }
            Some(other) => difference(step, other),
            None => last_words(krepis),
        };
        failures.push(Failure { step: step.name.to_owned(), why });
    }
    if failures.is_empty() && krepis.code != node.code {
        failures.push(Failure { step: "exit".to_owned(), why: last_words(krepis) });
    }
    Ok(Verdict { steps: expected.len(), failures })
}

/// Compares one call of a package's own program.
pub(crate) fn compare_call(call: &str, node: &Output, krepis: &Output) -> Option<Failure> {
    if (&node.stdout, node.code) == (&krepis.stdout, krepis.code) {
        return None;
    }
    let lines = |output: &'_ Output| output.stdout.lines().map(str::to_owned).collect::<Vec<_>>();
    // What has begun well and ended early says itself why.
    let why = if node.stdout.starts_with(&krepis.stdout) && node.stdout != krepis.stdout {
        last_words(krepis)
    } else if node.stdout == krepis.stdout {
        format!("exit code {} instead of {}", code(krepis), code(node))
    } else {
        first_difference(&lines(node), &lines(krepis))
    };
    Some(Failure { step: call.to_owned(), why })
}

fn steps(text: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("=== "), steps.last_mut()) {
            (Some(name), _) => steps.push(Step { name, lines: Vec::new() }),
            (None, Some(step)) => step.lines.push(line),
            (None, None) => steps.push(Step { name: "start", lines: vec![line] }),
        }
    }
    steps
}

fn error<'a>(step: &Step<'a>) -> Option<&'a str> {
    step.lines.iter().find_map(|line| line.strip_prefix("!!! "))
}

fn difference(expected: &Step<'_>, found: &Step<'_>) -> String {
    match error(found) {
        Some(error) => error.to_owned(),
        None => first_difference(&expected.lines, &found.lines),
    }
}

fn first_difference<S: AsRef<str>>(expected: &[S], found: &[S]) -> String {
    let line = |lines: &[S], at: usize| {
        lines.get(at).map_or_else(|| "nothing".to_owned(), |line| format!("`{}`", line.as_ref().trim()))
    };
    let at = expected.iter().zip(found).take_while(|(one, two)| one.as_ref() == two.as_ref()).count();
    format!("{} where Node prints {}", line(found, at), line(expected, at))
}

/// Why a program ended before its end.
fn last_words(output: &Output) -> String {
    let Some(_) = output.code else { return "stuck, or ended by a signal".to_owned() };
    let lines = || output.stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines()
        .find(|line| line.starts_with("Uncaught") || line.contains("Error:") || line.starts_with("error:"));
    let found = error.or_else(|| lines().next()).map(|line| {
        let line = line.strip_prefix("Uncaught (in promise) ").unwrap_or(line);
        line.strip_prefix("Uncaught ").unwrap_or(line).trim_end_matches(" {").to_owned()
    });
    found.unwrap_or_else(|| format!("ended with exit code {}", code(output)))
}

fn code(output: &Output) -> String {
    output.code.map_or_else(|| "none".to_owned(), |code| code.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(stdout: &str, stderr: &str, code: i32) -> Output {
        Output { stdout: stdout.to_owned(), stderr: stderr.to_owned(), code: Some(code) }
    }

    fn check(krepis: &Output, standing: Standing, failures: &[(&str, &str)]) {
        let node = output("=== a\n1\n=== b\n2\n3\n", "", 0);
        let verdict = compare_steps(&node, krepis).unwrap();
        let found: Vec<_> = verdict.failures.iter().map(|f| (f.step.as_str(), f.why.as_str())).collect();
        assert_eq!((verdict.standing(), found.as_slice()), (standing, failures));
    }

    #[test]
    fn compares_step_by_step() {
        check(&output("=== a\n1\n=== b\n2\n3\n", "a warning", 0), Standing::Works, &[]);
        check(
            &output("=== a\n1\n=== b\n2\n4\n", "", 0),
            Standing::Partly,
            &[("b", "`4` where Node prints `3`")],
        );
        check(
            &output("=== a\n1\n=== b\n2\n", "", 0),
            Standing::Partly,
            &[("b", "nothing where Node prints `3`")],
        );
        check(
            &output("=== a\n!!! TypeError: no\n=== b\n2\n3\n", "", 1),
            Standing::Partly,
            &[("a", "TypeError: no")],
        );
        check(
            &output("=== a\n1\n=== b\n2\n3\n", "", 3),
            Standing::Partly,
            &[("exit", "ended with exit code 3")],
        );
        let failed = output("=== a\n1\n=== b\n2\n", "Uncaught TypeError: x", 1);
        check(&failed, Standing::Partly, &[("b", "TypeError: x")]);
        let words = "file.js:1\n\nUncaught Error: gone {\n  code: 1\n}";
        check(&output("", words, 1), Standing::Not, &[("a", "Error: gone"), ("b", "Error: gone")]);
    }

    #[test]
    fn a_job_that_fails_on_node_is_no_job() {
        let node = output("=== a\n!!! Error: x\n", "", 1);
        assert!(compare_steps(&node, &node).is_err());
        assert!(compare_steps(&output("", "", 0), &output("", "", 0)).is_err());
    }

    #[test]
    fn compares_calls_by_output_and_code() {
        let node = output("1:1 error\n", "", 1);
        assert_eq!(compare_call("lint", &node, &output("1:1 error\n", "other", 1)), None);
        let why = |krepis| compare_call("lint", &node, &krepis).unwrap().why;
        assert_eq!(why(output("1:1 error\n", "", 0)), "exit code 0 instead of 1");
        assert_eq!(why(output("", "Uncaught Error: x", 1)), "Error: x");
        assert_eq!(why(output("1:1", "Uncaught Error: y", 1)), "Error: y");
        assert_eq!(why(output("1:2 error\n", "", 1)), "`1:2 error` where Node prints `1:1 error`");
    }
}
