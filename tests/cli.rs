//! The `krepis` binary as a user meets it: programs with the output they must have, and the command line.
//!
//! One test binary, so that V8 is linked once.

#[path = "cli/cache.rs"]
mod cache;
#[path = "cli/cases.rs"]
mod cases;
#[path = "cli/command_line.rs"]
mod command_line;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/di.rs"]
mod di;
#[path = "cli/docs.rs"]
mod docs;
#[path = "cli/embedding.rs"]
mod embedding;
#[path = "cli/fetch.rs"]
mod fetch;
#[path = "cli/graph.rs"]
mod graph;
#[cfg(unix)]
#[path = "cli/http/mod.rs"]
mod http;
#[path = "cli/modules.rs"]
mod modules;
#[cfg(unix)]
#[path = "cli/nats.rs"]
mod nats;
#[path = "cli/process.rs"]
mod process;
#[path = "cli/repl.rs"]
mod repl;
#[path = "cli/routes.rs"]
mod routes;
#[cfg(unix)]
#[path = "cli/signals.rs"]
mod signals;
#[path = "cli/support.rs"]
mod support;
#[cfg(unix)]
#[path = "cli/watch.rs"]
mod watch;
