//! What the command line means. A wrong one ends with exit code 2 and says what was expected.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

/// The commands that are not the name of a file.
pub(crate) const COMMANDS: &[&str] =
    &["run", "eval", "repl", "serve", "init", "types", "graph", "routes", "cache", "info", "help"];

static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (V8 {})", env!("CARGO_PKG_VERSION"), kiren_runtime::engine::version()));

const EXAMPLES: &str = "\
Examples:
  krepis app.ts --port 80           run a program; what follows its name is its own
  echo 'console.log(1)' | krepis -  run what comes from standard input
  krepis                            type JavaScript and TypeScript, line by line
  krepis -p '2 ** 10'               print the value of an expression
  krepis serve api.ts --port 8080   serve `export default { fetch(request) {...} }`
  krepis --watch serve api.ts       the same, again whenever a file changes
  krepis graph app.ts               a picture of the program's modules: sizes, cycles, who pulls what
  krepis graph --services app.ts    how its services depend on each other
  krepis routes app.ts              its routes, and which of them take the same paths
  krepis init my-app                make a project that runs and type-checks

Exit codes: the program's own; 1 for an error that nobody caught; 2 for a wrong command line.";

const RUN_EXAMPLES: &str = "\
Examples:
  krepis run app.ts --port 80       the same as `krepis app.ts --port 80`
  krepis run --watch app.ts         run it again whenever a file of it changes
  krepis run --max-heap 512 app.ts  with a JavaScript heap of at most 512 MB
  krepis run -                      run what comes from standard input";

const EVAL_EXAMPLES: &str = "\
Examples:
  krepis eval 'console.log(process.argv.slice(1))' a b
  krepis eval -p 'let a: number = 1; a + 1'
  krepis eval -p 'await import(\"./package.json\", { with: { type: \"json\" } })'";

const REPL_EXAMPLES: &str = "\
Top-level await, import statements and TypeScript work; `_` is the last value and `_error` the last error.
Type .help for the commands, Ctrl-C to give up a line or stop a loop, Ctrl-D to leave.

Examples:
  krepis repl
  echo '6 * 7' | krepis repl        print the value of each line";

const SERVE_EXAMPLES: &str = "\
Examples:
  krepis serve api.ts               listen on http://127.0.0.1:3000/
  krepis serve api.ts --port 0      listen on a free port, and print it
  krepis serve api.ts --host :: --workers 4
  krepis serve --watch api.ts       start again whenever a file changes";

const INIT_EXAMPLES: &str = "\
Examples:
  krepis init my-app                make the folder my-app
  krepis init                       make the project here; no file is overwritten";

const TYPES_EXAMPLES: &str = "\
Examples:
  krepis types > krepis.d.ts        for a project with \"lib\": [\"esnext\"] and without \"dom\"";

const GRAPH_EXAMPLES: &str = "\
Without --services, the imports of FILE are followed without running it: `import` and `export from`,
`import()` and `require()` of a text, and files named by `new URL(\"x\", import.meta.url)`. Each module
stands where it is met first, with its size and, under `alone`, the size of what would go if it went.
A package in node_modules is one line unless --all is there. Cycles and missing modules are marked `!`.

A cycle at load is one whose imports all happen while the modules load, so that a module runs before
what it imports has; other cycles are closed later, by a call. An import in a `try`, or within a
function of a package, may be missing; any other that is makes the exit code 1.

With --services, FILE is loaded with its imports, as `krepis FILE` would; once its exports are there,
they are looked at and the process ends. It exports a Container of krepis:di, built or not, or an object
that has one as `services` or `container`. A container that breaks the rules is drawn too, with its
problems marked.

On a terminal the picture becomes an HTML page in a file, whose place is printed; in a pipe, text. What
the program prints goes to standard error.

Examples:
  krepis graph app.ts --open                     look at the modules
  krepis graph app.ts --format text              a tree, here
  krepis graph app.ts --why lodash               who pulls it
  krepis graph app.ts --cycles                   for CI: fails when there is a cycle at load
  krepis graph app.ts --format json | jq .totals
  krepis graph app.ts --depth 2 --format dot | dot -Tsvg > modules.svg
  krepis graph --services app.ts --open          look at the services
  krepis graph --services app.ts --format mermaid >> docs/services.md

Exit codes: 0; 1 for imports that are missing, files that do not compile, with --cycles for a cycle at
load, and for services with problems or a program that fails; 2 for a wrong command line.";

const ROUTES_EXAMPLES: &str = "\
FILE is loaded with its imports, as `krepis FILE` would; once its exports are there, they are
looked at and the process ends. It exports Routers or Kernels of krepis:mycelia, or objects that
have one as `router`, `routes` or `kernel`; each is shown under the name of its export.

Patterns stand in the order in which they are tried, with what they lead to. Those that take the
same paths as others are marked with `~` and the numbers of the overlaps, which are listed with
such a path and the pattern that wins. That is no error.

On a terminal the picture becomes an HTML page in a file, whose place is printed; in a pipe, text.
What the program prints goes to standard error.

JSON: { tables: [{ name, kind, options, subsystems,
                   routes: [{ pattern, value, subsystem, kind, overlaps }],
                   overlaps: [{ first, second, path }] }] }
A table is a `router` or a `kernel`; a kernel has `subsystems`, and each of its routes names its own
and is a `handler` or a `subscriber`. The `overlaps` of a route are places in the list of its
table: `first` wins, and where `path` is null constraints decide whether they overlap at all.

Examples:
  krepis routes app.ts --open          look at it
  krepis routes app.ts --format text   a tree, here
  krepis routes app.ts -o routes.json
  krepis routes app.ts --format json | jq '.tables[].overlaps[]'

Exit codes: 0; 1 for a program that fails or has no table; 2 for a wrong command line.";

const CACHE_EXAMPLES: &str = "\
What long sources are compiled to is kept on disk, and read the next time that a program with
the same sources runs. Entries are named by the content they were made from, so none is ever out
of date, and the oldest go when there are too many: there is no need to clear anything.

Examples:
  krepis cache info                 where it is and what it holds
  krepis cache clear                delete it; programs may be running
  KREPIS_CACHE=off krepis app.ts    run a program without it
  KREPIS_CACHE_DIR=/var/cache/app krepis app.ts";

const CACHE_INFO_EXAMPLES: &str = "\
JSON: { folder, state, limit_bytes, entries: { compiled, syntax, exports, code }, unfinished,
total }, where the last six are { files, bytes }.

Examples:
  krepis cache info                 a table
  krepis cache info --json | jq .total.bytes";

const CACHE_CLEAR_EXAMPLES: &str = "\
Only files of the cache are deleted, and none that a program is just writing.

Examples:
  krepis cache clear";

const INFO_EXAMPLES: &str = "\
Examples:
  krepis info                       a table
  krepis info --json                the same for programs
  KREPIS_IO=portable krepis info    with another I/O driver";

/// A JavaScript and TypeScript server platform.
#[derive(Parser)]
#[command(name = "krepis", version = VERSION.as_str(), after_help = EXAMPLES)]
#[command(override_usage = "krepis [OPTIONS] [FILE | COMMAND] [ARGS]...")]
struct Cli {
    #[command(flatten)]
    options: Options,
    /// Evaluate code, the same as `krepis eval`.
    #[arg(short, long, value_name = "CODE", conflicts_with = "print", allow_hyphen_values = true)]
    eval: Option<String>,
    /// Print the value of code, the same as `krepis eval -p`.
    #[arg(short, long, value_name = "CODE", allow_hyphen_values = true)]
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
    /// How many request contexts can be alive at once; 16383 without it.
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    pub(crate) max_contexts: Option<u32>,
    /// Load a module before the program, such as one that registers hooks; may be given again.
    #[arg(short = 'r', long, alias = "import", value_name = "MODULE", global = true)]
    pub(crate) require: Vec<String>,
    /// A condition for the "exports" and "imports" of packages, beside krepis, node, import and require.
    #[arg(short = 'C', long, value_name = "NAME", global = true)]
    pub(crate) conditions: Vec<String>,
    /// Know a file that is reached through a link by the link's path.
    #[arg(long, global = true)]
    pub(crate) preserve_symlinks: bool,
    /// Run again whenever a file of the program changes.
    #[arg(long, global = true)]
    pub(crate) watch: bool,
}

#[derive(Subcommand)]
enum CliCommand {
    /// Run a program: TypeScript, JSX or JavaScript; `-` is standard input.
    #[command(after_help = RUN_EXAMPLES)]
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
    #[command(after_help = EVAL_EXAMPLES)]
    Eval {
        /// The code: statements, with top-level await.
        #[arg(allow_hyphen_values = true)]
        code: String,
        /// Print the value of the last statement.
        #[arg(short, long)]
        print: bool,
        /// The code's arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Evaluate what is typed, line by line.
    #[command(after_help = REPL_EXAMPLES)]
    Repl,
    /// Serve a module's default export over HTTP.
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Serve),
    /// Make a project that runs and type-checks.
    #[command(after_help = INIT_EXAMPLES)]
    Init {
        /// The project's folder, made if it is not there.
        #[arg(default_value = ".")]
        directory: PathBuf,
    },
    /// Print the type declarations of what programs can use.
    #[command(after_help = TYPES_EXAMPLES)]
    Types,
    /// Show the modules of a program, their sizes, cycles and who pulls what; or its services.
    #[command(after_help = GRAPH_EXAMPLES)]
    Graph(Graph),
    /// Show the routes of a program, what they lead to, and which of them take the same paths.
    #[command(after_help = ROUTES_EXAMPLES)]
    Routes(Routes),
    /// Show or delete what is kept of compiled programs.
    #[command(after_help = CACHE_EXAMPLES)]
    Cache {
        #[command(subcommand)]
        action: CacheAction,
    },
    /// Print versions, the I/O driver in use and why, memory and paths.
    #[command(after_help = INFO_EXAMPLES)]
    Info {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
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

/// `krepis graph`.
#[derive(Args, Clone)]
pub(crate) struct Graph {
    /// The program.
    pub(crate) file: OsString,
    /// Show the services of the program's container in place of its modules.
    #[arg(long)]
    pub(crate) services: bool,
    /// Show why a module or package is there: the ways from FILE to it.
    #[arg(long, value_name = "MODULE", conflicts_with_all = ["services", "cycles", "depth"])]
    pub(crate) why: Option<String>,
    /// Show the cycles alone; one at load makes the exit code 1.
    #[arg(long, conflicts_with_all = ["services", "depth"])]
    pub(crate) cycles: bool,
    /// Show each module of packages, the built-ins, and cycles within packages.
    #[arg(long, conflicts_with = "services")]
    pub(crate) all: bool,
    /// Show modules that are at most so many imports away, in text and drawings.
    #[arg(long, value_name = "N", conflicts_with = "services")]
    pub(crate) depth: Option<usize>,
    /// How to show them; otherwise what the end of OUT says.
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<GraphFormat>,
    /// The file to write; `-` is standard output.
    #[arg(long, short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Open the file in the system's viewer.
    #[arg(long)]
    pub(crate) open: bool,
    /// The export that holds the container, when there are several.
    #[arg(long, value_name = "NAME", requires = "services")]
    pub(crate) export: Option<String>,
    /// The program's arguments, with --services.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<OsString>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A tree for the terminal.
    Text,
    /// For Graphviz.
    Dot,
    /// A flowchart for Markdown.
    Mermaid,
    /// For other programs.
    Json,
    /// A page with the picture, a search and explanations.
    Html,
}

/// `krepis routes`.
#[derive(Args, Clone)]
pub(crate) struct Routes {
    /// The program.
    pub(crate) file: OsString,
    /// How to show them; otherwise what the end of OUT says.
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<RoutesFormat>,
    /// The file to write; `-` is standard output.
    #[arg(long, short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Open the file in the system's viewer.
    #[arg(long)]
    pub(crate) open: bool,
    /// Show this export alone.
    #[arg(long, value_name = "NAME")]
    pub(crate) export: Option<String>,
    /// The program's arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<OsString>,
}

/// `krepis cache`.
#[derive(Subcommand, Clone)]
pub(crate) enum CacheAction {
    /// Print where the cache is, whether it is used, and what it holds.
    #[command(after_help = CACHE_INFO_EXAMPLES)]
    Info {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Delete everything that is in the cache.
    #[command(after_help = CACHE_CLEAR_EXAMPLES)]
    Clear,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoutesFormat {
    /// A tree for the terminal.
    Text,
    /// For other programs.
    Json,
    /// A page with the tree, a search, and an answer to which route takes a path.
    Html,
}

/// What to do.
pub(crate) enum Command {
    Run {
        file: OsString,
        args: Vec<OsString>,
    },
    Eval {
        code: String,
        print: bool,
        args: Vec<OsString>,
    },
    /// Without a command and a file: a prompt on a terminal, else standard input is the program.
    Interactive,
    Repl,
    Serve(Serve),
    Init {
        directory: PathBuf,
    },
    Types,
    Graph(Graph),
    Routes(Routes),
    Cache(CacheAction),
    Info {
        json: bool,
    },
}

/// Parses, or ends the process with the help or with what is wrong (exit code 2).
pub(crate) fn parse(arguments: Vec<OsString>) -> (Options, Command) {
    let cli = Cli::parse_from(arguments);
    let print = cli.print.is_some();
    let command = match (cli.command, cli.print.or(cli.eval)) {
        (None, Some(code)) => Command::Eval { code, print, args: Vec::new() },
        // What looks like a file is an argument of the code.
        (Some(CliCommand::File(args)), Some(code)) => Command::Eval { code, print, args },
        (Some(_), Some(_)) => usage("--eval and --print take no command beside them"),
        (None, None) => Command::Interactive,
        (Some(command), None) => command.into(),
    };
    if cli.options.watch && !matches!(command, Command::Run { .. } | Command::Serve(_)) {
        usage("--watch needs a FILE to run or serve");
    }
    if let Command::Graph(Graph { services: false, args, .. }) = &command
        && !args.is_empty()
    {
        usage("the program does not run, and takes no arguments: only with --services does it");
    }
    (cli.options, command)
}

impl From<CliCommand> for Command {
    fn from(command: CliCommand) -> Self {
        match command {
            CliCommand::Run { mut file } | CliCommand::File(mut file) => {
                let args = file.split_off(1);
                Self::Run { file: file.remove(0), args }
            }
            CliCommand::Eval { code, print, args } => Self::Eval { code, print, args },
            CliCommand::Repl => Self::Repl,
            CliCommand::Serve(serve) => Self::Serve(serve),
            CliCommand::Init { directory } => Self::Init { directory },
            CliCommand::Types => Self::Types,
            CliCommand::Graph(graph) => Self::Graph(graph),
            CliCommand::Routes(routes) => Self::Routes(routes),
            CliCommand::Cache { action } => Self::Cache(action),
            CliCommand::Info { json } => Self::Info { json },
        }
    }
}

/// Ends the process with what is wrong with the command line.
pub(crate) fn usage(message: &str) -> ! {
    Cli::command().error(clap::error::ErrorKind::MissingRequiredArgument, message).exit()
}

/// The command that a word may have been meant for. A word with a dot or a slash names a file.
pub(crate) fn similar_command(word: &str) -> Option<&'static str> {
    if word.contains(['.', '/', '\\']) {
        return None;
    }
    krepis::modules::nearest(word, COMMANDS.iter().copied())
}

/// Ends the process: neither a file nor a command, but close to one.
pub(crate) fn unknown_command(word: &std::ffi::OsStr, command: &str) -> ! {
    let word = word.to_string_lossy();
    eprintln!(
        "error: no such file or command: {word}\n\n  tip: a similar command exists: '{command}'\n\nFor more information, try '--help'."
    );
    std::process::exit(2)
}
