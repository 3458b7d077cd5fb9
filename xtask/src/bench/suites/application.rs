//! An application of 1,000 modules in one of three languages, and how its start is measured: with empty caches, and with
//! what a runtime keeps between runs.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::Context;
use crate::bench::process::{Invocation, Run};
use crate::bench::results::Benchmark;
use crate::bench::rounds::{Candidate, Quantity, interleave};

const MODULES: usize = 1000;

/// What an application is written in.
#[derive(Clone, Copy)]
pub(super) enum Language {
    EsModules,
    /// ES modules with types that a runtime can strip.
    TypeScript,
    CommonJs,
}

/// A program that prints something.
pub(super) struct Application {
    pub(super) entry: PathBuf,
    pub(super) prints: String,
}

/// What is kept of a run.
pub(super) type Kept<const N: usize> = fn(&Run) -> [f64; N];

/// Every start with the runtime's own caches empty.
pub(super) fn cold<const N: usize>(
    context: &Context,
    application: &Application,
    candidates: Vec<Candidate<Invocation>>,
    quantities: [Quantity; N],
    kept: Kept<N>,
) -> Vec<Benchmark> {
    let mut fresh = 0;
    interleave(&context.progress, context.rounds(20), candidates, quantities, |_, invocation| {
        fresh += 1;
        let cache = context.scratch.join(format!("cold-{fresh}"));
        let run = application.start(context, &caching(invocation, &cache)?)?;
        fs::remove_dir_all(&cache)?;
        Ok(kept(&run))
    })
}

/// Every start with what earlier ones left in the caches.
pub(super) fn warm<const N: usize>(
    context: &Context,
    application: &Application,
    candidates: Vec<Candidate<Invocation>>,
    quantities: [Quantity; N],
    kept: Kept<N>,
) -> Vec<Benchmark> {
    let caches = context.scratch.join("warm").join(quantities[0].id);
    interleave(&context.progress, context.rounds(20), candidates, quantities, |subject, invocation| {
        let run = application.start(context, &caching(invocation, &caches.join(subject))?)?;
        Ok(kept(&run))
    })
}

/// With the caches that a runtime keeps without being asked in this folder.
fn caching(invocation: &Invocation, folder: &Path) -> Result<Invocation> {
    fs::create_dir_all(folder)?;
    Ok(invocation
        .clone()
        .env("XDG_CACHE_HOME", folder)
        .env("DENO_DIR", folder.join("deno"))
        .env("BUN_RUNTIME_TRANSPILER_CACHE_PATH", folder.join("bun")))
}

impl Application {
    /// A binary tree of modules, forty to a folder; each exports a class, a table and a function.
    pub(super) fn generate(folder: &Path, language: Language) -> Result<Self> {
        let extension = language.extension();
        let path = |index: usize| format!("part{}/m{index}.{extension}", index / 40);
        for index in 0..MODULES {
            let children: Vec<_> =
                [2 * index + 1, 2 * index + 2].into_iter().filter(|&child| child < MODULES).collect();
            let mut source = String::new();
            for child in &children {
                let name = format!("total as t{child}");
                writeln!(source, "{}", language.import(&name, &format!("../{}", path(*child))))?;
            }
            let terms: String = children.iter().map(|child| format!(" + t{child}()")).collect();
            source += &language.module().replace("INDEX", &index.to_string()).replace("TERMS", &terms);
            let file = folder.join(path(index));
            fs::create_dir_all(file.parent().expect("because it is in a folder"))?;
            fs::write(file, source)?;
        }
        if let Language::TypeScript = language {
            // The extension does not say it.
            fs::write(folder.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
        }
        let entry = folder.join(format!("main.{extension}"));
        let import = language.import("total", &format!("./{}", path(0)));
        fs::write(&entry, format!("{import}\nconsole.log(String(total()));\n"))?;
        // Every module adds its index.
        Ok(Self { entry, prints: format!("{}\n", MODULES * (MODULES - 1) / 2) })
    }

    fn start(&self, context: &Context, invocation: &Invocation) -> Result<Run> {
        let (run, output) = invocation.output(context.pinning, &context.scratch)?;
        ensure!(output == self.prints, "expected {:?} on stdout, found {output:?}", self.prints);
        Ok(run)
    }
}

impl Language {
    fn extension(self) -> &'static str {
        match self {
            Self::EsModules => "mjs",
            Self::TypeScript => "ts",
            Self::CommonJs => "cjs",
        }
    }

    /// What stands in each of the modules, below its imports.
    fn module(self) -> &'static str {
        match self {
            Self::EsModules => include_str!("../../../bench/modules/module.mjs.in"),
            Self::TypeScript => include_str!("../../../bench/modules/module.ts.in"),
            Self::CommonJs => include_str!("../../../bench/modules/module.cjs.in"),
        }
    }

    /// `name` may be `name as other`.
    fn import(self, name: &str, path: &str) -> String {
        match self {
            Self::EsModules | Self::TypeScript => format!("import {{ {name} }} from \"{path}\";"),
            Self::CommonJs => format!("const {{ {} }} = require(\"{path}\");", name.replace(" as ", ": ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_imported_once() {
        for language in [Language::EsModules, Language::TypeScript, Language::CommonJs] {
            let extension = language.extension();
            let dir = std::env::temp_dir().join(format!("krepis-xtask-{extension}-{}", std::process::id()));
            let application = Application::generate(&dir, language).unwrap();
            let mut imported = Vec::new();
            let mut queue = vec![application.entry];
            while let Some(file) = queue.pop() {
                let source = fs::read_to_string(&file).unwrap();
                let imports = source.lines().filter(|line| line.ends_with("\";") || line.ends_with("\");"));
                for line in imports.filter(|line| line.starts_with("import ") || line.contains("require(")) {
                    let specifier = line.split('"').nth(1).unwrap();
                    let path = fs::canonicalize(file.parent().unwrap().join(specifier)).unwrap();
                    imported.push(path.clone());
                    queue.push(path);
                }
            }
            fs::remove_dir_all(&dir).unwrap();
            imported.sort();
            imported.dedup();
            assert_eq!(imported.len(), MODULES, "{extension}");
        }
    }
}
