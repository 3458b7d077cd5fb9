//! The line editor, on a thread of its own, so that the program's event loop turns while somebody types.
//!
//! rustyline does the editing: it is small, blocks a thread of ours rather than bringing a loop of its own, asks a
//! validator whether Enter ends the input, and prints what a program writes above the line that is being typed.

use std::cell::Cell;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use kiren_runtime::Completions;
use krepis::modules::repl_is_incomplete;
use rustyline::completion::Completer;
use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, ExternalPrinter as _, Helper};
use tokio::sync::mpsc::UnboundedSender;

/// What comes from whoever types.
pub(super) enum Input {
    /// A whole piece of code, or a command with a dot.
    Code(String),
    /// Ctrl-C; whether there was a line to give up.
    Interrupted { had_text: bool },
    /// Ctrl-D, or the end of the pipe.
    End,
    /// The Tab key asks for what can stand here.
    Complete { line: String, reply: mpsc::SyncSender<Completions> },
}

/// The far end of the editor's thread.
pub(super) struct Prompt {
    wanted: mpsc::Sender<()>,
    /// Prints above the line that is being typed; without it, at the cursor.
    pub(super) above: Option<mpsc::Sender<String>>,
}

impl Prompt {
    /// Asks for the next input, which arrives at the channel.
    pub(super) fn show(&self) {
        // The editor is gone only when the process is about to end.
        let _ = self.wanted.send(());
    }
}

/// How many inputs the history keeps.
const HISTORY: usize = 1_000;
/// A program that is busy gives no completions.
const COMPLETION_WAIT: Duration = Duration::from_millis(500);

/// Whether input is a command of the prompt: `.help`, but not `.5`.
pub(super) fn is_command(input: &str) -> bool {
    let input = input.trim_start();
    input.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Starts the editor, or the reader of a pipe.
///
/// # Errors
/// When the terminal cannot be used.
pub(super) fn start(inputs: UnboundedSender<Input>, history: Option<PathBuf>) -> anyhow::Result<Prompt> {
    let (wanted, asked) = mpsc::channel();
    if !std::io::stdin().is_terminal() {
        std::thread::Builder::new().name("krepis-input".into()).spawn(move || read_pipe(&inputs, &asked))?;
        return Ok(Prompt { wanted, above: None });
    }
    let mut editor: Editor<Assistant, FileHistory> = Editor::new()?;
    editor.set_max_history_size(HISTORY)?;
    editor.set_history_ignore_dups(true)?;
    editor.set_auto_add_history(true);
    editor.set_completion_type(rustyline::CompletionType::List);
    editor.set_helper(Some(Assistant { inputs: inputs.clone(), has_text: Cell::new(false) }));
    if let Some(history) = &history {
        // There is none the first time, and typing goes on without one.
        drop(editor.load_history(history));
    }
    let above = editor.create_external_printer().ok().map(|mut printer| {
        let (above, texts) = mpsc::channel::<String>();
        let print = move || {
            for text in texts {
                drop(printer.print(text));
            }
        };
        // Without the thread nothing receives, and texts go to the cursor.
        std::thread::Builder::new().name("krepis-printer".into()).spawn(print).map(|_| above)
    });
    let above = above.transpose()?;
    std::thread::Builder::new()
        .name("krepis-editor".into())
        .stack_size(8 << 20)
        .spawn(move || edit(editor, &inputs, &asked, history))?;
    Ok(Prompt { wanted, above })
}

fn edit(
    mut editor: Editor<Assistant, FileHistory>,
    inputs: &UnboundedSender<Input>,
    asked: &mpsc::Receiver<()>,
    history: Option<PathBuf>,
) {
    while asked.recv().is_ok() {
        let input = match editor.readline("> ") {
            Ok(text) => {
                save(&mut editor, history.as_ref());
                Input::Code(text)
            }
            Err(ReadlineError::Interrupted) => {
                let had_text = editor.helper().is_some_and(|helper| helper.has_text.take());
                Input::Interrupted { had_text }
            }
            Err(_) => Input::End,
        };
        if inputs.send(input).is_err() {
            return;
        }
    }
}

fn save(editor: &mut Editor<Assistant, FileHistory>, history: Option<&PathBuf>) {
    let Some(history) = history else { return };
    if let Some(folder) = history.parent() {
        // Where nothing can be kept, typing goes on.
        drop(std::fs::create_dir_all(folder));
    }
    drop(editor.append_history(history));
}

/// Gathers lines of a pipe to whole inputs.
fn read_pipe(inputs: &UnboundedSender<Input>, asked: &mpsc::Receiver<()>) {
    let mut lines = std::io::stdin().lock().lines().map_while(Result::ok);
    while asked.recv().is_ok() {
        let mut text = String::new();
        let input = loop {
            match lines.next() {
                Some(line) => {
                    text.push_str(&line);
                    if is_command(&text) || !repl_is_incomplete(&text) {
                        break Input::Code(text);
                    }
                    text.push('\n');
                }
                None if text.is_empty() => break Input::End,
                None => break Input::Code(text),
            }
        };
        if inputs.send(input).is_err() {
            return;
        }
    }
}

/// What the editor asks while somebody types.
struct Assistant {
    inputs: UnboundedSender<Input>,
    has_text: Cell<bool>,
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let (reply, answer) = mpsc::sync_channel(1);
        let before = line.get(..pos).unwrap_or(line);
        let asked = self.inputs.send(Input::Complete { line: before.to_owned(), reply });
        let found = asked.ok().and_then(|()| answer.recv_timeout(COMPLETION_WAIT).ok()).unwrap_or_default();
        Ok((pos.saturating_sub(found.replaces), found.names))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        let incomplete = !is_command(input) && repl_is_incomplete(input);
        Ok(if incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Hinter for Assistant {
    type Hint = String;

    /// Gives no hints; it is told of every change.
    fn hint(&self, line: &str, _: usize, _: &Context<'_>) -> Option<String> {
        self.has_text.set(!line.is_empty());
        None
    }
}

impl Highlighter for Assistant {}

impl Helper for Assistant {}
