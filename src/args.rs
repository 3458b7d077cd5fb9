//! What the command line means. A wrong one ends with exit code 2 and says what was expected.

use std::ffi::OsString;
use std::net::IpAddr;

use clap::{Args, Parser, Subcommand};

/// The commands that are not the name of a file.
pub(crate) const COMMANDS: &[&str] = &["run", "eval", "repl", "serve", "init", "types", "info", "help"];

const EXAMPLES: &str = "\
Examples:
  krepis app.ts --port 80           run a program; what follows its name is its own
  echo 'console.log(1)' | krepis -  run what comes from standard input
  krepis -p '2 ** 10'               print the value of an expression
  krepis serve api.ts --port 8080   serve `export default { fetch(request) {...} }`
  krepis --watch serve api.ts       the same, again whenever a file changes
  krepis init my-app                make a project that runs and type-checks";

/// A JavaScript and TypeScript server platform.
#[derive(Parser)]
#[command(name = "krepis", version, after_help = EXAMPLES, arg_required_else_help = false)]
struct Cli {
    #[command(flatten)]
    options: Options,
    /// Print the value of an expression, the same as `eval -p`.
    #[arg(short, long, value_name = "CODE")]
    print: Option<String>,
    #[command(subcommand)]
    command: Option<CliCommand>,
}

/// What applies to every program.
#[derive(Args, Clone, Default)]
pub(crate) struct Options {
    /// Flags for V8, separated by commas or spaces, such as --max-lazy.
    #[arg(long, value_name = "FLAGS", global = true, allow_hyphen_values = true)]
    pub(crate) v8_flags: Option<String>,
    /// The JavaScript heap's limit in megabytes.
    #[arg(long, value_name = "MB", global = true, value_parser = clap::value_parser!(u32).range(8..))]
    pub(crate) max_heap: Option<u32>,
    /// Run again whenever a file of the program changes.
    #[arg(long, global = true)]
    pub(crate) watch: bool,
}

#[derive(Subcommand)]
enum CliCommand {
    /// Run a program: TypeScript, JSX or JavaScript; `-` is standard input.
    Run {
        /// The program, and its own arguments.
        #[arg(
            required = true,
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "FILE [ARGS]"
        )]
        file: Vec<OsString>,
    },
    /// Evaluate a piece of TypeScript or JavaScript.
    Eval {
        /// The code.
        code: String,
        /// Print the value of the last expression.
        #[arg(short, long)]
        print: bool,
        /// The code's arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Serve a module's default export over HTTP.
    Serve(Serve),
    #[command(external_subcommand)]
    File(Vec<OsString>),
}

/// `krepis serve`.
#[derive(Args, Clone)]
pub(crate) struct Serve {
    /// The module: it exports by default `{ fetch(request) {...} }`, or a function of a request.
    pub(crate) file: OsString,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub(crate) host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    #[arg(long, short, default_value_t = 3000)]
    pub(crate) port: u16,
    /// How many isolates share the port, each on a thread of its own.
    #[arg(long, short, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) workers: u16,
    /// The program's arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<OsString>,
}

/// What to do.
pub(crate) enum Command {
    Run { file: OsString, args: Vec<OsString> },
    Eval { code: String, print: bool, args: Vec<OsString> },
    Serve(Serve),
}

/// Parses, or ends the process with the help or with what is wrong (exit code 2).
pub(crate) fn parse(arguments: Vec<OsString>) -> (Options, Command) {
    let cli = Cli::parse_from(arguments);
    let command = match (cli.command, cli.print) {
        (Some(CliCommand::Run { mut file }) | Some(CliCommand::File(mut file)), None) => {
            let args = file.split_off(1);
            Command::Run { file: file.remove(0), args }
        }
        (Some(CliCommand::Eval { code, print, args }), None) => Command::Eval { code, print, args },
        (Some(CliCommand::Serve(serve)), None) => Command::Serve(serve),
        (None, Some(code)) => Command::Eval { code, print: true, args: Vec::new() },
        (Some(_), Some(_)) => usage("--print takes no command beside it"),
        (None, None) => usage("expected a FILE or a command"),
    };
    (cli.options, command)
}

fn usage(message: &str) -> ! {
    use clap::CommandFactory as _;
    Cli::command().error(clap::error::ErrorKind::MissingRequiredArgument, message).exit()
}
