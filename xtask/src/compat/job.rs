//! The jobs: programs in `tests/packages/jobs` that say in their first line which packages they use, and what for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::program::Programs;
use super::transcript::{Verdict, compare_call, compare_steps};

pub(crate) struct Job {
    pub(crate) file: String,
    /// The first is what the job is about.
    pub(crate) packages: Vec<String>,
    pub(crate) version: String,
    pub(crate) does: String,
    pub(crate) form: Form,
}

pub(crate) enum Form {
    /// An ES module.
    Import,
    /// A CommonJS module.
    Require,
    /// A TypeScript module.
    TypeScript,
    /// The package's own program: a call for each line.
    Cli(Vec<String>),
}

impl Form {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Require => "require",
            Self::TypeScript => "import (TypeScript)",
            Self::Cli(_) => "program",
        }
    }
}

impl Job {
    fn read(path: &Path, folder: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)?;
        let mut lines = text.lines();
        let header = lines.next().unwrap_or_default();
        let header = header.strip_prefix("// ").or_else(|| header.strip_prefix("# "));
        let (packages, does) = header
            .and_then(|header| header.split_once(": "))
            .context("the first line has to be `// PACKAGE, ...: what it does`")?;
        let packages: Vec<_> = packages.split(", ").map(str::to_owned).collect();
        let form = match path.extension().and_then(|extension| extension.to_str()) {
            Some("mjs") => Form::Import,
            Some("cjs") => Form::Require,
            Some("ts") => Form::TypeScript,
            Some("cli") => {
                Form::Cli(lines.filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
            }
            _ => bail!("a job is .mjs, .cjs, .ts or .cli"),
        };
        let file = path.file_name().context("because files have names")?.to_string_lossy().into_owned();
        Ok(Self { file, version: version(&packages[0], folder)?, packages, does: does.to_owned(), form })
    }

    /// Runs it on both, and compares.
    pub(crate) fn run(&self, programs: &Programs, folder: &Path) -> Result<Verdict> {
        let Form::Cli(calls) = &self.form else {
            let (node, krepis) = programs.both(folder, &[format!("jobs/{}", self.file)])?;
            return compare_steps(&node, &krepis);
        };
        let mut failures = Vec::new();
        for call in calls {
            let mut args: Vec<_> = call.split_whitespace().map(str::to_owned).collect();
            args[0] = format!("node_modules/.bin/{}", args[0]);
            let (node, krepis) = programs.both(folder, &args)?;
            ensure!(!node.stdout.is_empty(), "`{call}` prints nothing on Node: {}", node.stderr);
            failures.extend(compare_call(&format!("`{call}`"), &node, &krepis));
        }
        Ok(Verdict { steps: calls.len(), failures })
    }
}

/// All jobs, in the order of their names.
pub(crate) fn read(folder: &Path) -> Result<Vec<Job>> {
    let mut paths =
        fs::read_dir(folder.join("jobs"))?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    paths
        .iter()
        .map(|path| {
            Job::read(path, folder).with_context(|| format!("cannot read the job {}", path.display()))
        })
        .collect()
}

/// Every package that is installed has a job.
pub(crate) fn cover(jobs: &[Job], folder: &Path) -> Result<()> {
    let used: BTreeSet<_> = jobs.iter().flat_map(|job| &job.packages).collect();
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("package.json"))?)?;
    let installed = manifest["dependencies"].as_object().context("package.json has no dependencies")?;
    let idle: Vec<_> = installed.keys().filter(|name| !used.contains(name)).map(String::as_str).collect();
    ensure!(idle.is_empty(), "no job in tests/packages/jobs uses {}", idle.join(", "));
    Ok(())
}

/// The version that is installed.
pub(crate) fn version(package: &str, folder: &Path) -> Result<String> {
    let path = folder.join("node_modules").join(package).join("package.json");
    let manifest =
        fs::read(&path).with_context(|| format!("{package} is not in tests/packages/package.json"))?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
    Ok(manifest["version"].as_str().context("a package without a version")?.to_owned())
}
