//! The modules of a program and what each asks for, without running it.
//!
//! [`ModuleGraph::build`] follows the imports of an entry: what it finds has sizes, a way from the entry, what would
//! go if it went, its cycles, and what is wrong with it. [`CycleDetector`] answers a loader while it loads. Nothing
//! here recurses along a graph, so that no chain is too long.

mod build;
mod cycles;
mod detector;
mod dominators;
mod imports;
mod json;
mod packages;

use std::path::PathBuf;

use crate::load::Format;

pub use build::{GraphOptions, Progress};
pub use cycles::{components, shortest_cycle};
pub use detector::CycleDetector;
pub use dominators::{dominators, retained};
pub use imports::{ImportKind, ImportSite, imports};

/// The modules that a program is made of, found without running it.
///
/// Everything has a number, which is its place in a list here. The order is the same for the same files: modules
/// stand in the order in which they are met, level by level from the entry, which is module 0.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModuleGraph {
    /// The folder that names are relative to.
    pub root: PathBuf,
    /// At least the entry.
    pub modules: Vec<Module>,
    /// By importing module, then by place in its source.
    pub imports: Vec<Import>,
    /// In the order in which they are met.
    pub packages: Vec<Package>,
    /// The program's own first, of these those at load, of these the shorter ones.
    pub cycles: Vec<Cycle>,
}

/// A module of the graph.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Module {
    /// A path relative to the root, the name of a built-in, or what could not be found.
    pub name: String,
    /// The module's identity; of a missing one, the specifier or the path.
    pub url: String,
    /// What it is.
    pub kind: ModuleKind,
    /// How it is run, where it could be read.
    pub format: Option<Format>,
    /// The package that it belongs to.
    pub package: Option<usize>,
    /// The size of its file.
    pub bytes: u64,
    /// The size of the JavaScript that is run.
    pub code_bytes: u64,
    /// How many imports lead to it from the entry, on the shortest way.
    pub depth: usize,
    /// The last import of the shortest way from the entry.
    pub via: Option<usize>,
    /// The module without which this one would not be here; `None` for the entry.
    pub dominator: Option<usize>,
    /// The bytes that would go if it went: its own, and those of all that is only there because of it.
    pub retained_bytes: u64,
    /// Its imports.
    pub imports: Vec<usize>,
    /// The imports that lead to it.
    pub importers: Vec<usize>,
    /// Why it cannot be read or parsed.
    pub problem: Option<String>,
}

/// What a module of the graph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModuleKind {
    /// A file.
    File,
    /// A built-in.
    Builtin,
    /// A `data:` URL.
    Data,
    /// Nothing answers to the specifier.
    Missing,
}

/// One import of the graph.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Import {
    /// The importing module.
    pub from: usize,
    /// The imported module.
    pub to: usize,
    /// How, and where.
    pub site: ImportSite,
    /// Why it cannot work.
    pub problem: Option<String>,
}

/// A package whose modules are in the graph.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Package {
    /// `name` of its `package.json`.
    pub name: String,
    /// `version` of its `package.json`, or empty.
    pub version: String,
    /// Where it is.
    pub root: PathBuf,
    /// It is in a `node_modules`.
    pub is_dependency: bool,
    /// How many of its modules are in the graph.
    pub modules: usize,
    /// The size of their files.
    pub bytes: u64,
    /// The size of the JavaScript that is run.
    pub code_bytes: u64,
}

/// Modules that import each other in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cycle {
    /// The imports of a shortest circle: each leads to the module that has the next one, and the last to the first.
    pub imports: Vec<usize>,
    /// All of them happen while the modules load, so that one of the modules runs before what it imports has.
    pub at_load: bool,
    /// All modules that are on circles with these, the ones of this circle among them.
    pub members: Vec<usize>,
    /// All of its modules belong to packages in `node_modules`.
    pub in_dependencies: bool,
}

/// Something that is wrong with the program.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Problem<'a> {
    /// The module that it is about, or that has the import.
    pub module: usize,
    /// The import, if it is one that is wrong.
    pub import: Option<usize>,
    /// In words.
    pub message: &'a str,
    /// The program can run with it: the import is in a `try`, or in a function of a dependency.
    pub is_expected: bool,
}

impl ModuleGraph {
    /// The package that a module belongs to.
    pub fn package_of(&self, module: usize) -> Option<&Package> {
        Some(&self.packages[self.modules[module].package?])
    }

    /// Whether a module belongs to a package in `node_modules`.
    pub fn is_dependency(&self, module: usize) -> bool {
        self.package_of(module).is_some_and(|package| package.is_dependency)
    }

    /// The imports of the shortest way from the entry to a module.
    pub fn chain(&self, module: usize) -> Vec<usize> {
        let mut chain: Vec<usize> = std::iter::successors(self.modules[module].via, |import| {
            self.modules[self.imports[*import].from].via
        })
        .collect();
        chain.reverse();
        chain
    }

    /// The shortest way from the entry through each module that imports `module`, the shortest first. A way does not
    /// pass through `module` before its end.
    pub fn chains(&self, module: usize) -> Vec<Vec<usize>> {
        let mut seen = std::collections::HashSet::new();
        let importers =
            self.modules[module].importers.iter().filter(|import| seen.insert(self.imports[**import].from));
        let mut chains: Vec<Vec<usize>> = importers
            .map(|import| self.chain(self.imports[*import].from).into_iter().chain([*import]).collect())
            .filter(|chain: &Vec<usize>| !chain.iter().any(|import| self.imports[*import].from == module))
            .collect();
        chains.sort_by_key(Vec::len);
        chains
    }

    /// What is wrong, module by module.
    pub fn problems(&self) -> Vec<Problem<'_>> {
        let mut problems = Vec::new();
        for (number, module) in self.modules.iter().enumerate() {
            if let Some(message) = &module.problem {
                let is_expected = !module.importers.is_empty()
                    && module.importers.iter().all(|import| self.is_expected(*import));
                problems.push(Problem { module: number, import: None, message, is_expected });
            }
            for &import in &module.imports {
                if let Some(message) = &self.imports[import].problem {
                    let is_expected = self.is_expected(import);
                    problems.push(Problem { module: number, import: Some(import), message, is_expected });
                }
            }
        }
        problems
    }

    /// Packages that are there more than once, by name: their numbers.
    pub fn duplicates(&self) -> Vec<Vec<usize>> {
        let mut by_name = std::collections::BTreeMap::<&str, Vec<usize>>::new();
        for (number, package) in self.packages.iter().enumerate().filter(|(_, package)| package.is_dependency)
        {
            by_name.entry(&package.name).or_default().push(number);
        }
        let mut duplicates: Vec<_> = by_name.into_values().filter(|packages| packages.len() > 1).collect();
        for packages in &mut duplicates {
            packages.sort_by(|a, b| {
                let key = |number: &usize| (&self.packages[*number].version, &self.packages[*number].root);
                key(a).cmp(&key(b))
            });
        }
        duplicates
    }

    /// A detector that knows the imports that are evaluated at load, with the modules' numbers.
    pub fn detector(&self) -> CycleDetector {
        let mut detector = CycleDetector::new();
        for import in self.imports.iter().filter(|import| import.is_at_load()) {
            detector.add(import.from as u32, import.to as u32);
        }
        detector
    }

    fn is_expected(&self, import: usize) -> bool {
        let Import { from, site, .. } = &self.imports[import];
        site.optional || (site.lazy || !site.kind.evaluates()) && self.is_dependency(*from)
    }
}

impl Import {
    /// Whether the imported module is evaluated while the importing one is.
    pub fn is_at_load(&self) -> bool {
        self.site.kind.evaluates() && !self.site.lazy
    }
}

impl ModuleKind {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Builtin => "builtin",
            Self::Data => "data",
            Self::Missing => "missing",
        }
    }
}
