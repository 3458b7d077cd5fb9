//! The suite `text`: `elysia-text` beside Rust's crates, and `krepis:text`, its WebAssembly and its N-API package beside what
//! JavaScript has by itself, on three runtimes.
//!
//! All read the same texts ([`inputs`]): Rust's program makes them, for JavaScript they are files. Rust's figures come from
//! one program (`xtask/peers/text-rust`), JavaScript's from a process for each function and runtime: the `.mjs` files beside
//! this one. The charts over sizes ask both for every size of every script.

#[allow(unreachable_pub, reason = "it is public where it is shared with")]
#[path = "../../../../peers/text-rust/src/inputs.rs"]
mod inputs;
mod js;
mod native;
mod rust;
mod sizes;
mod wasm;
mod wc;

pub(super) use js::JS;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{Context, Group, Program, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "text",
    groups: &[
        Group { id: "rust-normalize", title: "normalize, Rust", run: rust::normalize },
        Group { id: "rust-words", title: "word count, Rust", run: rust::words },
        Group { id: "rust-truncate", title: "truncate, Rust", run: rust::truncate },
        Group { id: "rust-tokenize", title: "tokenize, Rust", run: rust::tokenize },
        Group { id: "rust-graphemes", title: "grapheme clusters, Rust", run: rust::graphemes },
        Group { id: "wc", title: "word count of a file, beside wc -w", run: wc::words_of_a_file },
        Group { id: "js-normalize", title: "normalize, JavaScript", run: js::normalize },
        Group { id: "js-words", title: "word count, JavaScript", run: js::words },
        Group { id: "js-truncate", title: "truncate, JavaScript", run: js::truncate },
        Group { id: "js-tokenize", title: "tokenize, JavaScript", run: js::tokenize },
        Group { id: "native-call", title: "a call from JavaScript over Rust", run: native::calls },
        Group { id: "wasm-size", title: "size of the WebAssembly package", run: wasm::size },
        Group { id: "sizes-normalize", title: "normalize, 16 B to 16 MiB", run: sizes::normalize },
        Group { id: "sizes-words", title: "word count, 16 B to 16 MiB", run: sizes::words },
        Group { id: "sizes-graphemes", title: "grapheme clusters, 16 B to 16 MiB", run: sizes::graphemes },
        Group { id: "sizes-tokens", title: "tokenize, 16 B to 16 MiB", run: sizes::tokens },
    ],
    programs,
    libraries,
};

fn programs(context: &Context) -> Vec<(&'static str, Program)> {
    JS.runtimes(context)
}

fn libraries() -> Vec<(String, String)> {
    rust::RUST.versions().into_iter().chain(JS.versions()).collect()
}

/// The folder in which programs find the texts as files: beside their own.
fn folder(context: &Context) -> PathBuf {
    context.scratch.join(JS.suite).join("inputs")
}

/// A text as a file, which is written once.
fn file(folder: &Path, name: &str) -> Result<PathBuf> {
    let file = folder.join(format!("{name}.txt"));
    if !file.exists() {
        fs::create_dir_all(folder)?;
        let text = inputs::text(name).with_context(|| format!("there is no text {name}"))?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(file)
}

/// The name of a text of a script, at most so long.
fn sized(script: &str, bytes: usize) -> String {
    format!("{script}.{bytes}")
}
