//! Where the run is, on stderr: one line that is rewritten on a terminal, one line a step elsewhere.

use std::cell::Cell;
use std::io::{IsTerminal, Write, stderr};
use std::time::Instant;

pub(crate) struct Progress {
    steps: usize,
    step: Cell<usize>,
    title: Cell<&'static str>,
    started: Cell<Instant>,
    shown: Shown,
}

enum Shown {
    Rewritten,
    Lines,
    #[cfg(test)]
    Nowhere,
}

impl Progress {
    pub(crate) fn new(steps: usize) -> Self {
        let shown = if stderr().is_terminal() { Shown::Rewritten } else { Shown::Lines };
        Self { steps, step: Cell::new(0), title: Cell::new(""), started: Cell::new(Instant::now()), shown }
    }

    #[cfg(test)]
    pub(crate) fn silent() -> Self {
        Self { shown: Shown::Nowhere, ..Self::new(0) }
    }

    /// The next step begins.
    pub(crate) fn step(&self, title: &'static str) {
        self.step.set(self.step.get() + 1);
        self.title.set(title);
        self.started.set(Instant::now());
        if matches!(self.shown, Shown::Lines) {
            eprintln!("[{}/{}] {title}", self.step.get(), self.steps);
        }
    }

    pub(crate) fn round(&self, round: usize, rounds: usize) {
        if matches!(self.shown, Shown::Rewritten) {
            let (step, steps, title) = (self.step.get(), self.steps, self.title.get());
            let seconds = self.started.get().elapsed().as_secs();
            eprint!("\r\x1b[K[{step}/{steps}] {title}: round {round} of {rounds}, {seconds} s");
            let _ = stderr().flush();
        }
    }

    pub(crate) fn done(&self) {
        if matches!(self.shown, Shown::Rewritten) {
            eprint!("\r\x1b[K");
            let _ = stderr().flush();
        }
    }
}
