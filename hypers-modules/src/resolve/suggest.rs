//! What somebody may have meant.

use std::fs;
use std::path::{Path, PathBuf};

use crate::loader::Loader;
use crate::resolve::directory::{Directory, NODE_MODULES};
use crate::resolve::links;
use crate::resolve::paths::{FROM_TYPESCRIPT, append};
use crate::resolve::request::Request;
use crate::resolve::trace::Trace;
use crate::resolve::url::normalize;

/// Entries of a directory that are looked at, at most.
const ENTRIES: usize = 2_000;

/// The candidate that is closest to `word`, if it is close enough to be a slip of the pen.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).min(3);
    candidates
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// A specifier for the file beside `path` whose name is nearest: the same name with another extension, or a slip.
pub(crate) fn path(path: &Path, specifier: &str, trace: &Trace) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let mut entries = names(path.parent()?, trace);
    entries.retain(|entry| is_module(entry) && entry != name);
    let stem = if is_module(name) { stem(name) } else { name };
    let nearest = nearest(stem, entries.iter().map(|entry| self::stem(entry)))?;
    let found = entries.iter().find(|entry| self::stem(entry) == nearest)?;
    Some(replace_last(specifier, found))
}

/// A specifier for the index file of a directory.
pub(crate) fn index(directory: &Path, specifier: &str, trace: &Trace) -> Option<String> {
    let entries = names(directory, trace);
    let names = ["index.js", "index.mjs", "index.cjs", "index.jsx", "index.json"];
    let name = names.into_iter().find(|name| entries.iter().any(|entry| entry == name))?;
    Some(format!("{}/{name}", specifier.trim_end_matches('/')))
}

/// An installed package whose name is nearest, with the subpath that was asked for.
pub(crate) fn package(directory: &Directory, specifier: &str, trace: &Trace) -> Option<String> {
    let wanted = super::package_name(specifier);
    let scope = wanted.split_once('/').map(|(scope, _)| scope);
    let mut packages = Vec::new();
    for place in directory.ancestors().filter(|directory| directory.has_node_modules()) {
        let place = place.path.join(NODE_MODULES);
        let own = names(&place, trace).into_iter().filter(|name| !name.starts_with(['.', '@']));
        packages.extend(own);
        if let Some(scope) = scope {
            packages
                .extend(names(&place.join(scope), trace).into_iter().map(|name| format!("{scope}/{name}")));
        }
    }
    let found = nearest(wanted, packages.iter().map(String::as_str).filter(|name| *name != wanted))?;
    Some(format!("{found}{}", &specifier[wanted.len()..]))
}

/// The subpath that a package exports and that is nearest to the one that was asked for.
pub(crate) fn export(manifest: &Path, subpath: &str, package: &str) -> Option<String> {
    let keys = keys(manifest, "exports");
    let found = nearest(subpath, keys.iter().map(String::as_str).filter(|key| key.starts_with("./")))?;
    Some(format!("{package}{}", found.strip_prefix('.')?))
}

/// The name in a package's `imports` that is nearest to the one that was asked for.
pub(crate) fn import(manifest: &Path, specifier: &str) -> Option<String> {
    let keys = keys(manifest, "imports");
    nearest(specifier, keys.iter().map(String::as_str)).map(str::to_owned)
}

impl Loader {
    /// The file beside the asking one that a bare specifier may have meant.
    pub(crate) fn beside(&self, request: &Request<'_>) -> Option<PathBuf> {
        let path = normalize(&request.directory.path.join(request.specifier));
        if self.file(&path, &request.trace).is_some() {
            return Some(path);
        }
        let mut candidates = FROM_TYPESCRIPT.iter().map(|extension| append(&path, extension));
        candidates.find(|path| self.file(path, &request.trace).is_some())
    }
}

/// Whether a manifest has an object of that name.
pub(crate) fn has_field(manifest: &Path, field: &str) -> bool {
    read(manifest).get(field).is_some_and(serde_json::Value::is_object)
}

/// Whether a manifest's `imports` names a file for a specifier, be it there or not.
pub(crate) fn has_import(manifest: &Path, specifier: &str) -> bool {
    let manifest = read(manifest);
    let imports = manifest.get("imports").and_then(serde_json::Value::as_object);
    let names = |key: &str| match key.split_once('*') {
        Some((start, end)) => {
            specifier.len() >= key.len() && specifier.starts_with(start) && specifier.ends_with(end)
        }
        None => key == specifier,
    };
    imports.into_iter().flatten().any(|(key, target)| target.is_string() && names(key))
}

/// Without patterns, and without what is kept back by a `null`.
fn keys(manifest: &Path, field: &str) -> Vec<String> {
    let manifest = read(manifest);
    let object = manifest.get(field).and_then(serde_json::Value::as_object);
    let named = object.into_iter().flatten().filter(|(key, target)| !key.contains('*') && !target.is_null());
    named.map(|(key, _)| key.clone()).collect()
}

fn read(manifest: &Path) -> serde_json::Value {
    let bytes = fs::read(manifest).unwrap_or_default();
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).unwrap_or_default()
}

/// The names in a directory, sorted.
fn names(directory: &Path, trace: &Trace) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else {
        trace.missing(directory);
        return Vec::new();
    };
    trace.present(directory);
    trace.listed(directory);
    // Its files change under its own name, also where it was reached through a link.
    if let Ok(real) = links::follow(directory, trace)
        && real != directory
    {
        trace.listed(real);
    }
    let entries = entries.take(ENTRIES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

/// A file name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn is_module(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "ts" | "tsx" | "mts" | "cts" | "js" | "mjs" | "cjs" | "jsx" | "json" | "wasm")
}

fn replace_last(specifier: &str, name: &str) -> String {
    let specifier = specifier.trim_end_matches('/');
    match specifier.rsplit_once('/') {
        Some((directory, _)) => format!("{directory}/{name}"),
        None => name.to_owned(),
    }
}

/// Edits (insert, delete, replace, swap neighbours) between two words, without regard to case of ASCII letters.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().map(|c| c.to_ascii_lowercase()).collect();
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("users", "user", 1),
            ("users", "Users", 0),
            ("fs", "sf", 1),
            ("path", "http", 3),
            ("a", "abcdef", usize::MAX),
            ("\u{fc}ber", "uber", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn nearest_word() {
        let names = ["node:fs", "node:path", "krepis:http"];
        for (word, expected) in
            [("node:pth", Some("node:path")), ("krepis:htpp", Some("krepis:http")), ("node:zlib", None)]
        {
            assert_eq!(nearest(word, names.into_iter()), expected, "{word}");
        }
    }
}
