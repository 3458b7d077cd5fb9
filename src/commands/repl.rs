//! `krepis repl`: evaluates what is typed, input by input, in one global scope.

mod editor;

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use kiren_runtime::{Interrupter, Interruption, JsError, Runtime, Value};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use self::editor::{Input, Prompt};
use super::eval::colors;
use super::{finish, paths, runtime_options};
use crate::args::Options;

const HELP: &str = "\
.clear       forget all variables, and begin again
.exit        leave; so does Ctrl-D
.help        print this
.load FILE   evaluate what a file holds
.save FILE   write what was typed into a file
`_` is the last value and `_error` the last error. Ctrl-C gives up a line, or stops code that runs.
";

pub(crate) fn repl(options: &Options) -> ExitCode {
    match Repl::start(options) {
        Ok(repl) => finish(repl.run()),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

struct Repl<'a> {
    options: &'a Options,
    runtime: Runtime,
    prompt: Prompt,
    inputs: UnboundedReceiver<Input>,
    /// Whether somebody types, rather than a pipe.
    on_terminal: bool,
    /// Whether the editor shows its prompt, so that output goes above it.
    at_prompt: Rc<Cell<bool>>,
    /// Where Ctrl-C goes while code runs.
    interrupter: Arc<Mutex<Interrupter>>,
    /// What was evaluated, for `.save`.
    typed: Vec<String>,
    count: usize,
}

/// What follows an input.
enum Next {
    Input,
    /// The program asked to end, or whoever types left.
    Leave,
}

impl<'a> Repl<'a> {
    fn start(options: &'a Options) -> anyhow::Result<Self> {
        let on_terminal = std::io::stdin().is_terminal();
        let (sender, inputs) = unbounded_channel();
        let prompt = editor::start(sender, paths::history()).context("the terminal cannot be read")?;
        let at_prompt = Rc::<Cell<bool>>::default();
        let (runtime, interrupter) = new_runtime(options, &prompt, &at_prompt)?;
        let interrupter = Arc::new(Mutex::new(interrupter));
        if on_terminal {
            interrupt_on_signal(Arc::clone(&interrupter))?;
            let version = env!("CARGO_PKG_VERSION");
            println!("Krepis {version}, V8 {}. Type .help for help.", kiren_runtime::engine::version());
        }
        Ok(Self {
            options,
            runtime,
            prompt,
            inputs,
            on_terminal,
            at_prompt,
            interrupter,
            typed: Vec::new(),
            count: 0,
        })
    }

    fn run(mut self) -> Result<i32, JsError> {
        let mut interrupted = false;
        loop {
            let next = match self.read() {
                Some(Input::Code(code)) => {
                    interrupted = false;
                    self.input(&code)
                }
                Some(Input::Interrupted { had_text }) if had_text || !interrupted => {
                    interrupted = !had_text;
                    if interrupted {
                        println!("(Ctrl-C again, Ctrl-D or .exit leaves)");
                    }
                    Next::Input
                }
                _ => Next::Leave,
            };
            if let Next::Leave = next {
                break;
            }
        }
        if !self.on_terminal {
            self.finish_callbacks();
        }
        let result = self.runtime.end();
        // The process ends now: nothing is gained by freeing the heap first.
        std::mem::forget(self.runtime);
        result
    }

    /// The next input, with the event loop turning until it comes; `None` once the program is at its end.
    fn read(&mut self) -> Option<Input> {
        self.at_prompt.set(self.on_terminal);
        self.prompt.show();
        let input = loop {
            let received = {
                let mut next = std::pin::pin!(self.inputs.recv());
                self.runtime.wait_for(next.as_mut())
            };
            match received {
                Ok(Some(Input::Complete { line, reply })) => {
                    // The editor may have given up waiting.
                    drop(reply.send(self.runtime.complete(&line)));
                }
                Ok(input) => break input,
                Err(Interruption::Error(error)) => self.print_error(&error),
                Err(Interruption::End) => break None,
                Err(_) => {}
            }
        };
        self.at_prompt.set(false);
        input
    }

    fn input(&mut self, code: &str) -> Next {
        if editor::is_command(code) {
            return self.command(code.trim());
        }
        if code.trim().is_empty() {
            return Next::Input;
        }
        self.typed.push(code.to_owned());
        self.evaluate(code)
    }

    fn evaluate(&mut self, code: &str) -> Next {
        self.count += 1;
        let name = format!("REPL{}", self.count);
        let result = self.runtime.evaluate(code, &name).and_then(|value| self.text_of(&value));
        match result {
            Ok(None) => Next::Input,
            Ok(Some(text)) => {
                print(1, &format!("{text}\n"));
                Next::Input
            }
            Err(Interruption::Error(error)) => {
                self.print_error(&error);
                Next::Input
            }
            Err(Interruption::End) => Next::Leave,
            Err(_) => {
                print(2, "(interrupted)\n");
                Next::Input
            }
        }
    }

    /// How a value is echoed; a pipe gets no `undefined` for each declaration.
    fn text_of(&self, value: &Value) -> Result<Option<String>, Interruption> {
        if value.is_undefined() && !self.on_terminal {
            return Ok(None);
        }
        value.inspect(colors()).map(Some)
    }

    fn command(&mut self, command: &str) -> Next {
        let (name, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let result = match (name, argument.trim()) {
            (".exit", "") => return Next::Leave,
            (".help", "") => {
                print(1, HELP);
                Ok(())
            }
            (".clear", "") => self.clear(),
            (".load" | ".save", "") => Err(anyhow::anyhow!("{name} needs the name of a file")),
            (".load", file) => return self.load(Path::new(file)),
            (".save", file) => self.save(Path::new(file)),
            _ => Err(anyhow::anyhow!("no command {command}; .help lists them")),
        };
        if let Err(error) = result {
            print(2, &format!("error: {error:#}\n"));
        }
        Next::Input
    }

    fn load(&mut self, file: &Path) -> Next {
        match std::fs::read_to_string(file) {
            Ok(code) => {
                self.typed.push(code.clone());
                self.evaluate(&code)
            }
            Err(error) => {
                print(2, &format!("error: {} cannot be read: {error}\n", file.display()));
                Next::Input
            }
        }
    }

    fn save(&self, file: &Path) -> anyhow::Result<()> {
        let text = self.typed.iter().map(|code| format!("{code}\n")).collect::<String>();
        std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))?;
        print(1, &format!("Saved to {}\n", file.display()));
        Ok(())
    }

    /// A new runtime: nothing of the old one is left.
    fn clear(&mut self) -> anyhow::Result<()> {
        let (runtime, interrupter) = new_runtime(self.options, &self.prompt, &self.at_prompt)?;
        // Isolates of a thread end in the reverse order of their beginning; this one's memory stays until the process
        // ends.
        std::mem::forget(std::mem::replace(&mut self.runtime, runtime));
        if let Ok(mut current) = self.interrupter.lock() {
            *current = interrupter;
        }
        self.typed.clear();
        self.count = 0;
        Ok(())
    }

    /// At the end of a pipe, what was started comes to its end.
    fn finish_callbacks(&mut self) {
        while let Err(Interruption::Error(error)) = self.runtime.run_event_loop() {
            self.print_error(&error);
        }
    }

    fn print_error(&self, error: &JsError) {
        let frame = error.frame().filter(|_| error.text().starts_with("SyntaxError")).unwrap_or_default();
        let text = format!("{frame}Uncaught {}\n", error.text());
        match &self.prompt.above {
            // The printer's thread ends with the process.
            Some(above) if self.at_prompt.get() => drop(above.send(text)),
            _ => print(2, &text),
        }
    }
}

fn new_runtime(
    options: &Options,
    prompt: &Prompt,
    at_prompt: &Rc<Cell<bool>>,
) -> anyhow::Result<(Runtime, Interrupter)> {
    let failed = |interruption| match interruption {
        Interruption::Error(error) => anyhow::Error::new(error),
        other => anyhow::anyhow!("the runtime cannot start: {other:?}"),
    };
    let mut runtime = Runtime::new(runtime_options(options, Vec::new()))?;
    runtime.begin_interactive().map_err(failed)?;
    if let Some(above) = prompt.above.clone() {
        let at_prompt = Rc::clone(at_prompt);
        runtime.redirect_output(move |descriptor, bytes| {
            let text = String::from_utf8_lossy(bytes);
            match at_prompt.get() {
                // The printer's thread ends with the process.
                true => drop(above.send(text.into_owned())),
                false => print(descriptor, &text),
            }
        });
    }
    let interrupter = runtime.interrupter().map_err(failed)?;
    Ok((runtime, interrupter))
}

/// Writes to standard output (1) or error (2); a reader that has gone away is not an error of the program.
fn print(descriptor: u8, text: &str) {
    let result = match descriptor {
        2 => std::io::stderr().write_all(text.as_bytes()),
        _ => {
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        }
    };
    drop(result);
}

/// Ctrl-C while code runs; at the prompt the editor reads it as a key.
fn interrupt_on_signal(interrupter: Arc<Mutex<Interrupter>>) -> anyhow::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])?;
    let watch = move || {
        for _ in signals.forever() {
            if let Ok(interrupter) = interrupter.lock() {
                interrupter.interrupt();
            }
        }
    };
    std::thread::Builder::new().name("krepis-signals".into()).spawn(watch)?;
    Ok(())
}
