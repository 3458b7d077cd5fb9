//! Why a module is there: the ways from the entry to it.

use krepis::modules::{ModuleGraph, nearest};
use serde_json::{Value, json};

use super::super::super::picture::words::{count, size, visible};
use super::{paint, place, written};

/// So many ways are told.
const MOST: usize = 10;
/// Of longer ways the middle is left out.
const LONGEST: usize = 24;

const DIM: &str = "2";
const BOLD: &str = "1";

/// The modules that a word means: a module's name or the end of it, a package's name (with `@version` or not), or a
/// built-in. Of a package those that others lead to.
///
/// # Errors
/// When there is none: with what may have been meant.
pub(super) fn find(graph: &ModuleGraph, word: &str) -> Result<Vec<usize>, String> {
    let word = word.strip_prefix("./").unwrap_or(word);
    let select = |matches: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..graph.modules.len()).filter(|module| matches(*module)).collect()
    };
    let name = |module: usize| graph.modules[module].name.as_str();
    let exact = select(&|module| name(module) == word || name(module).strip_prefix("node:") == Some(word));
    if !exact.is_empty() {
        return Ok(exact);
    }
    let in_package = select(&|module| {
        let Some(package) = graph.package_of(module).filter(|package| package.is_dependency) else {
            return false;
        };
        let is_named = word == package.name || word == format!("{}@{}", package.name, package.version);
        let is_outside = |import: &usize| {
            let from = graph.imports[*import].from;
            graph.modules[from].package != graph.modules[module].package
        };
        is_named && graph.modules[module].importers.iter().any(is_outside)
    });
    if !in_package.is_empty() {
        return Ok(in_package);
    }
    let ends = select(&|module| name(module).strip_suffix(word).is_some_and(|before| before.ends_with('/')));
    if !ends.is_empty() {
        return Ok(ends);
    }
    let files = graph.modules.iter().map(|module| module.name.as_str());
    let short = files.clone().filter_map(|name| name.rsplit('/').next());
    let packages = graph.packages.iter().map(|package| package.name.as_str());
    let hint = nearest(word, files.chain(short).chain(packages));
    let hint = hint.map_or_else(String::new, |hint| format!("; did you mean {}?", visible(hint)));
    Err(format!("{} has no module {}{hint}", visible(&graph.modules[0].name), visible(word)))
}

pub(super) fn text(graph: &ModuleGraph, modules: &[usize], colors: bool) -> String {
    let each: Vec<String> = modules.iter().map(|module| one(graph, *module, colors)).collect();
    each.join("\n")
}

fn one(graph: &ModuleGraph, number: usize, colors: bool) -> String {
    let module = &graph.modules[number];
    let mut about = vec![size(module.bytes)];
    if module.retained_bytes > module.bytes {
        about.push(format!("{} with what is there because of it", size(module.retained_bytes)));
    }
    if let Some(package) = graph.package_of(number).filter(|package| package.is_dependency) {
        about.push(format!("of {}@{}", visible(&package.name), visible(&package.version)));
    }
    let mut out = format!("{}: {}\n", paint(colors, BOLD, &visible(&module.name)), about.join(", "));
    if number == 0 {
        return out + "  the entry\n";
    }
    if let Some(dominator) = module.dominator.filter(|dominator| *dominator != 0) {
        out.push_str(&format!("  all ways lead through {}\n", visible(&graph.modules[dominator].name)));
    }
    let chains = graph.chains(number);
    for (index, chain) in chains.iter().take(MOST).enumerate() {
        out.push_str(&format!("  {}. {}\n", index + 1, visible(&graph.modules[0].name)));
        let cut = chain.len().saturating_sub(LONGEST);
        for (depth, import) in chain.iter().enumerate() {
            if cut > 0 && depth == LONGEST / 2 {
                out.push_str(&format!("     {}({} more)\n", "   ".repeat(depth), cut));
            }
            let is_hidden = cut > 0 && (LONGEST / 2..LONGEST / 2 + cut).contains(&depth);
            if is_hidden {
                continue;
            }
            let indent = "   ".repeat(if cut > 0 && depth >= LONGEST / 2 { depth - cut } else { depth });
            let name = visible(&graph.modules[graph.imports[*import].to].name);
            let how = format!("{}  {}", place(graph, *import), written(graph, *import));
            let later = if graph.imports[*import].site.lazy { ", later" } else { "" };
            out.push_str(&format!(
                "     {indent}└─ {name}  {}\n",
                paint(colors, DIM, &format!("{how}{later}"))
            ));
        }
    }
    if chains.len() > MOST {
        out.push_str(&format!("  and through {}\n", count(chains.len() - MOST, "other module")));
    }
    out
}

pub(super) fn json(graph: &ModuleGraph, modules: &[usize]) -> String {
    let found: Vec<Value> = modules
        .iter()
        .map(|number| {
            let module = &graph.modules[*number];
            let step = |import: &usize| {
                let import = &graph.imports[*import];
                json!({
                    "from": graph.modules[import.from].name,
                    "to": graph.modules[import.to].name,
                    "kind": import.site.kind.name(),
                    "specifier": import.site.specifier,
                    "line": import.site.line + 1,
                    "column": import.site.column + 1,
                    "lazy": import.site.lazy,
                })
            };
            let chains = graph.chains(*number);
            json!({
                "module": module.name,
                "bytes": module.bytes,
                "retainedBytes": module.retained_bytes,
                "chains": chains.iter().map(|chain| chain.iter().map(step).collect()).collect::<Vec<Vec<_>>>(),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "modules": found }))
}
