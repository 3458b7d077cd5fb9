//! The command line: `krepis --help`.

mod args;
mod commands;

use std::ffi::OsString;
use std::process::ExitCode;

use args::{Command, Options};

fn main() -> ExitCode {
    kiren_runtime::restore_default_signals();
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if names_a_file(&arguments) {
        // The common case needs no parser.
        let rest = arguments.split_off(2);
        return commands::run::file(&Options::default(), &arguments[1], rest);
    }
    let (options, command) = args::parse(arguments.clone());
    if options.watch {
        return commands::watch::watch(&arguments, &command);
    }
    match command {
        Command::Run { file, args } => commands::run::file(&options, &file, args),
        Command::Eval { code, print, args } => commands::eval::eval(&options, &code, print, args),
        Command::Interactive => commands::run::interactive(&options),
        Command::Repl => commands::repl::repl(&options),
        Command::Serve(serve) => commands::serve::serve(&options, &serve),
        Command::Init { directory } => commands::init::init(&directory),
        Command::Types => commands::types::print(),
        Command::Graph(graph) => commands::graph::graph(&options, &graph),
        Command::Routes(routes) => commands::routes::routes(&options, &routes),
        Command::Cache(action) => commands::cache::cache(&action),
        Command::Info { json } => commands::info::info(&options, json),
    }
}

/// Whether the first argument is a program and not an option or a command.
fn names_a_file(arguments: &[OsString]) -> bool {
    arguments
        .get(1)
        .and_then(|argument| argument.to_str())
        .is_some_and(|first| !first.starts_with('-') && !first.is_empty() && !args::COMMANDS.contains(&first))
}
