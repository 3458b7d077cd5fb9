//! The runtimes, and how each is told to run a program or to serve.

use std::path::{Path, PathBuf};

use crate::bench::peers;
use crate::bench::process::Invocation;
use crate::bench::results::KREPIS;
use crate::bench::rounds::Candidate;
use crate::bench::suites::{Context, Program};
use crate::workspace;

/// Makes the invocation of a server out of the port it listens on.
pub(super) type Serve = Box<dyn Fn(u16) -> Invocation>;

const PEERS: [&str; 3] = ["node", "deno", "bun"];

pub(super) fn programs(context: &Context) -> Vec<(&'static str, Program)> {
    let peers = PEERS.into_iter().map(|name| (name, peers::package(name).installed()));
    [(KREPIS, context.krepis.clone())].into_iter().chain(peers).collect()
}

/// A program of `xtask/bench/runtime/`.
pub(super) fn program(name: &str) -> PathBuf {
    workspace::root().join("xtask/bench/runtime").join(name)
}

/// Every runtime with the same file.
pub(in crate::bench::suites) fn scripts(context: &Context, file: &Path) -> Vec<Candidate<Invocation>> {
    programs(context)
        .into_iter()
        .map(|(name, program)| Candidate {
            subject: name.to_owned(),
            what: program.map(|it| script(name, it, file)),
        })
        .collect()
}

/// Krepis with another file, shown as a variant of it.
pub(super) fn krepis_variant(context: &Context, variant: &str, file: &Path) -> Candidate<Invocation> {
    let what = context.krepis.clone().map(|program| script(KREPIS, program, file));
    Candidate { subject: format!("{KREPIS} {variant}"), what }
}

/// Every runtime with its own server.
pub(super) fn servers(context: &Context) -> Vec<Candidate<Serve>> {
    programs(context)
        .into_iter()
        .map(|(name, path)| Candidate { subject: name.to_owned(), what: path.map(|path| server(name, path)) })
        .collect()
}

/// The same with hyper, the bar that a server in Rust sets.
pub(super) fn servers_and_hyper(context: &Context) -> Vec<Candidate<Serve>> {
    let hyper = (*context.hyper).clone().map(|path| server("hyper", path));
    servers(context).into_iter().chain([Candidate { subject: "hyper".to_owned(), what: hyper }]).collect()
}

fn script(runtime: &str, path: PathBuf, file: &Path) -> Invocation {
    let invocation = Invocation::new(path);
    match runtime {
        "deno" => invocation.args(["run", "--allow-all"]).args([file]),
        _ => invocation.args([file]),
    }
}

fn server(name: &'static str, path: PathBuf) -> Serve {
    Box::new(move |port| {
        let invocation = match name {
            KREPIS => Invocation::new(&path)
                .args(["serve", "--host", "127.0.0.1", "--port", &port.to_string()])
                .args([program("server.krepis.js")]),
            "hyper" => Invocation::new(&path),
            "node" => script(name, path.clone(), &program("server.node.mjs")),
            other => script(other, path.clone(), &program(&format!("server.{other}.js"))),
        };
        invocation.env("PORT", port.to_string())
    })
}
