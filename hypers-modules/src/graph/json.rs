//! The graph for other programs.

use serde_json::{Value, json};

use super::{Cycle, Import, Module, ModuleGraph, Package};
use crate::load::Format;

impl ModuleGraph {
    /// The graph as JSON. Modules, imports and packages are named by their places in the lists.
    ///
    /// ```json
    /// { "version": 1, "root": "/srv/app", "entry": 0,
    ///   "modules": [{ "name", "url", "kind": "file | builtin | data | missing", "format", "package", "bytes",
    ///                 "codeBytes", "depth", "via", "dominator", "retainedBytes", "problem" }],
    ///   "imports": [{ "from", "to", "kind": "import | export | defer | source | dynamic | require | resolve | url",
    ///                 "specifier", "type", "line", "column", "lazy", "optional", "problem" }],
    ///   "packages": [{ "name", "version", "root", "dependency", "modules", "bytes", "codeBytes" }],
    ///   "cycles": [{ "modules", "imports", "atLoad", "members", "inDependencies" }],
    ///   "duplicates": [[0, 1]],
    ///   "problems": [{ "module", "import", "message", "expected" }],
    ///   "totals": { "modules", "files", "builtins", "missing", "bytes", "codeBytes" } }
    /// ```
    ///
    /// Lines and columns count from 1; what the compiler adds is at 1:1. A `format` is `esm`, `commonjs`, `json`,
    /// `wasm`, `text`, `bytes`, `builtin`, `lua`, or null where the module could not be read. `via` is the import that leads
    /// to the module on the shortest way from the entry. `package`, `via`, `dominator`, `type`, `problem` and the
    /// `import` of a problem are null where there is none. New fields may come; `version` changes when one goes.
    pub fn to_json(&self) -> Value {
        let duplicates = self.duplicates();
        let problems = self.problems().into_iter().map(|problem| {
            json!({
                "module": problem.module,
                "import": problem.import,
                "message": problem.message,
                "expected": problem.is_expected,
            })
        });
        json!({
            "version": 1,
            "root": self.root.to_string_lossy(),
            "entry": 0,
            "modules": self.modules.iter().map(module).collect::<Vec<_>>(),
            "imports": self.imports.iter().map(import).collect::<Vec<_>>(),
            "packages": self.packages.iter().map(package).collect::<Vec<_>>(),
            "cycles": self.cycles.iter().map(|cycle| self.cycle_json(cycle)).collect::<Vec<_>>(),
            "duplicates": duplicates,
            "problems": problems.collect::<Vec<_>>(),
            "totals": self.totals_json(),
        })
    }

    fn cycle_json(&self, cycle: &Cycle) -> Value {
        json!({
            "modules": cycle.imports.iter().map(|import| self.imports[*import].from).collect::<Vec<_>>(),
            "imports": cycle.imports,
            "atLoad": cycle.at_load,
            "members": cycle.members,
            "inDependencies": cycle.in_dependencies,
        })
    }

    fn totals_json(&self) -> Value {
        let count = |kind: &str| self.modules.iter().filter(|module| module.kind.name() == kind).count();
        let sum = |size: fn(&Module) -> u64| self.modules.iter().map(size).sum::<u64>();
        json!({
            "modules": self.modules.len(),
            "files": count("file"),
            "builtins": count("builtin"),
            "missing": count("missing"),
            "bytes": sum(|module| module.bytes),
            "codeBytes": sum(|module| module.code_bytes),
        })
    }
}

fn module(module: &Module) -> Value {
    json!({
        "name": module.name,
        "url": module.url,
        "kind": module.kind.name(),
        "format": module.format.map(format_name),
        "package": module.package,
        "bytes": module.bytes,
        "codeBytes": module.code_bytes,
        "depth": module.depth,
        "via": module.via,
        "dominator": module.dominator,
        "retainedBytes": module.retained_bytes,
        "problem": module.problem,
    })
}

fn import(import: &Import) -> Value {
    let Import { from, to, site, problem } = import;
    json!({
        "from": from,
        "to": to,
        "kind": site.kind.name(),
        "specifier": site.specifier,
        "type": site.attribute,
        "line": site.line + 1,
        "column": site.column + 1,
        "lazy": site.lazy,
        "optional": site.optional,
        "problem": problem,
    })
}

fn package(package: &Package) -> Value {
    json!({
        "name": package.name,
        "version": package.version,
        "root": package.root.to_string_lossy(),
        "dependency": package.is_dependency,
        "modules": package.modules,
        "bytes": package.bytes,
        "codeBytes": package.code_bytes,
    })
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Esm => "esm",
        Format::CommonJs => "commonjs",
        Format::Json => "json",
        Format::Wasm => "wasm",
        Format::Text => "text",
        Format::Bytes => "bytes",
        Format::Builtin => "builtin",
        Format::Lua => "lua",
    }
}
