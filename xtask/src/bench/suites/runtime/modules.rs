//! An application of 1,000 ES modules: its start with empty caches, and with what the runtime keeps between runs.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::subjects::scripts;
use crate::bench::process::Invocation;
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::{Quantity, interleave};
use crate::bench::suites::Context;

const MODULES: usize = 1000;

pub(super) fn run(context: &Context) -> Result<Vec<Benchmark>> {
    let app = generate(&context.scratch.join("app"))?;
    // Every module adds its index.
    let expected = format!("{}\n", MODULES * (MODULES - 1) / 2);
    let rounds = context.rounds(20);

    let cold = Quantity {
        id: "modules-cold",
        title: "1,000 modules, cold",
        about: "The whole process, with the runtime's own caches empty; the files are in the kernel's.",
        unit: Unit::Nanoseconds,
    };
    let mut fresh = 0;
    let mut benchmarks =
        interleave(&context.progress, rounds, scripts(context, &app), [cold], |_, invocation| {
            fresh += 1;
            let cache = context.scratch.join(format!("cold-{fresh}"));
            fs::create_dir_all(&cache)?;
            let (run, output) = caching(invocation, &cache).output(context.pinning, &context.scratch)?;
            ensure!(output == expected, "expected {expected:?} on stdout, found {output:?}");
            fs::remove_dir_all(&cache)?;
            Ok([run.wall.as_nanos() as f64])
        });

    let warm = Quantity {
        id: "modules-warm",
        title: "1,000 modules, warm",
        about: "The same with the caches that earlier runs left, Node's compile cache among them.",
        unit: Unit::Nanoseconds,
    };
    benchmarks.extend(interleave(
        &context.progress,
        rounds,
        scripts(context, &app),
        [warm],
        |subject, invocation| {
            let cache = context.scratch.join("warm").join(subject);
            fs::create_dir_all(&cache)?;
            let invocation = caching(invocation, &cache).env("NODE_COMPILE_CACHE", cache.join("node"));
            let (run, output) = invocation.output(context.pinning, &context.scratch)?;
            ensure!(output == expected, "expected {expected:?} on stdout, found {output:?}");
            Ok([run.wall.as_nanos() as f64])
        },
    ));
    Ok(benchmarks)
}

/// With the caches that a runtime keeps without being asked in this folder.
fn caching(invocation: &Invocation, folder: &Path) -> Invocation {
    invocation
        .clone()
        .env("XDG_CACHE_HOME", folder)
        .env("DENO_DIR", folder.join("deno"))
        .env("BUN_RUNTIME_TRANSPILER_CACHE_PATH", folder.join("bun"))
}

/// A binary tree of modules, forty to a folder; each exports a class, a table and a function. Returns the entry.
fn generate(folder: &Path) -> Result<PathBuf> {
    let path = |index: usize| format!("part{}/m{index}.mjs", index / 40);
    for index in 0..MODULES {
        let children: Vec<_> =
            [2 * index + 1, 2 * index + 2].into_iter().filter(|&child| child < MODULES).collect();
        let mut source = String::new();
        for child in &children {
            writeln!(source, "import {{ total as t{child} }} from \"../{}\";", path(*child))?;
        }
        let terms: String = children.iter().map(|child| format!(" + t{child}()")).collect();
        write!(source, "{}", MODULE.replace("INDEX", &index.to_string()).replace("TERMS", &terms))?;
        let file = folder.join(path(index));
        fs::create_dir_all(file.parent().expect("because it is in a folder"))?;
        fs::write(file, source)?;
    }
    let entry = folder.join("main.mjs");
    fs::write(
        &entry,
        format!("import {{ total }} from \"./{}\";\nconsole.log(String(total()));\n", path(0)),
    )?;
    Ok(entry)
}

/// What stands in each of the modules, below its imports.
const MODULE: &str = include_str!("../../../../bench/runtime/module.mjs.in");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_imported_once() {
        let dir = std::env::temp_dir().join(format!("krepis-xtask-app-{}", std::process::id()));
        let entry = generate(&dir).unwrap();
        let mut imported = Vec::new();
        let mut queue = vec![entry];
        while let Some(file) = queue.pop() {
            let source = fs::read_to_string(&file).unwrap();
            for line in source.lines().filter(|line| line.starts_with("import ")) {
                let specifier = line.split('"').nth(1).unwrap();
                let path = fs::canonicalize(file.parent().unwrap().join(specifier)).unwrap();
                imported.push(path.clone());
                queue.push(path);
            }
        }
        fs::remove_dir_all(&dir).unwrap();
        imported.sort();
        imported.dedup();
        assert_eq!(imported.len(), MODULES);
    }
}
