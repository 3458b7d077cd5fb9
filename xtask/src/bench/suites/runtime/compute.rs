//! What happens inside one process: computing, timers, printing.

use std::io::{self, Read};
use std::process::ChildStdout;

use anyhow::{Context as _, Result, ensure};

use super::subjects::{program, scripts};
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::{Quantity, interleave};
use crate::bench::suites::Context;

const LINES: usize = 1_000_000;

pub(super) fn fib(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "Recursive, first call in the process, measured by the program.";
    Ok(printed(context, 10, "fib.js", nanoseconds("fib", "fib(35)", about)))
}

pub(super) fn count(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "Integer and floating-point work in one loop, first run in the process, measured by the program.";
    Ok(printed(context, 10, "loop.js", nanoseconds("loop", "loop of 10M", about)))
}

pub(super) fn timers(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "100,000 × setTimeout with delays of 0 to 9 ms, until the last has fired.";
    Ok(printed(context, 10, "timers.js", nanoseconds("timers", "100k timers", about)))
}

pub(super) fn drift(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "How late a setTimeout of 1 s fires in an idle process.";
    Ok(printed(context, 5, "drift.js", nanoseconds("timer-drift", "drift of a 1 s timer", about)))
}

pub(super) fn console(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "One million console.log calls into a pipe, the whole process.";
    let quantity = nanoseconds("console", "1M lines of console.log", about);
    let candidates = scripts(context, &program("console.js"));
    Ok(interleave(&context.progress, context.rounds(5), candidates, [quantity], |_, invocation| {
        let (run, lines) = invocation.run(context.pinning, &context.scratch, count_lines)?;
        ensure!(lines == LINES, "expected {LINES} lines on stdout, found {lines}");
        Ok([run.wall.as_nanos() as f64])
    }))
}

/// A program that prints the milliseconds it measured.
fn printed(context: &Context, rounds: usize, file: &str, quantity: Quantity) -> Vec<Benchmark> {
    let candidates = scripts(context, &program(file));
    interleave(&context.progress, context.rounds(rounds), candidates, [quantity], |_, invocation| {
        let (_, output) = invocation.output(context.pinning, &context.scratch)?;
        let milliseconds: f64 = output
            .trim()
            .parse()
            .with_context(|| format!("expected milliseconds on stdout, found {output:?}"))?;
        Ok([milliseconds * 1e6])
    })
}

fn nanoseconds(id: &'static str, title: &'static str, about: &'static str) -> Quantity {
    Quantity { id, title, about, unit: Unit::Nanoseconds }
}

/// Reads to the end without keeping it.
fn count_lines(mut stdout: ChildStdout) -> io::Result<usize> {
    let mut buffer = vec![0; 64 * 1024];
    let mut lines = 0;
    loop {
        match stdout.read(&mut buffer)? {
            0 => return Ok(lines),
            read => lines += buffer[..read].iter().filter(|&&byte| byte == b'\n').count(),
        }
    }
}
