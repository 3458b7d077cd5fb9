//! Import maps: `imports` and `scopes` of the `krepis.json` nearest to the asking file.
//!
//! The rules are the HTML standard's (<https://html.spec.whatwg.org/multipage/webappapis.html#import-maps>), with one
//! addition: an address may be the name of a package, which is then looked for from the map's directory. Where the
//! standard drops an entry with a warning, this is an error with its place: nobody reads warnings of a server.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{Error as _, MapAccess, Visitor};

use crate::error::json_place;
use crate::resolve::url::{decode_path, file_path, file_url, normalize, scheme, split_suffix, strip_scheme};

/// A map, its keys normalized and sorted so that the longest of those with a common start is first.
#[derive(Debug)]
pub(crate) struct ImportMap {
    pub(crate) path: PathBuf,
    imports: Addresses,
    scopes: Vec<(String, Addresses)>,
}

/// `None` for `null`.
type Addresses = Vec<(String, Option<Address>)>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    Url(String),
    Package(String),
}

/// A `krepis.json` that cannot be understood.
#[derive(Clone, Debug)]
pub(crate) struct InvalidImportMap {
    pub(crate) path: PathBuf,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) reason: String,
}

/// What a map says about a specifier.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mapped {
    /// An absolute URL.
    Url(String),
    /// A bare specifier, to be resolved from the map's directory.
    Package(String),
    /// The address is `null`.
    Blocked,
    /// What follows the key leads out of the address.
    Backtracks,
}

/// Reads the map of a file; `None` when there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<ImportMap>, InvalidImportMap> {
    let Ok(bytes) = fs::read(path) else { return Ok(None) };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let parsed: File = serde_json::from_slice(bytes).map_err(|error| {
        let ((line, column), reason) = json_place(&error);
        InvalidImportMap { path: path.to_path_buf(), line, column, reason }
    })?;
    let directory = path.parent().unwrap_or(path);
    let mut scopes: Vec<_> = parsed
        .scopes
        .0
        .into_iter()
        .map(|(prefix, entries)| {
            (as_url(&prefix, directory).unwrap_or(prefix), normalized(entries, directory))
        })
        .collect();
    scopes.sort_by(|(a, _), (b, _)| b.cmp(a));
    Ok(Some(ImportMap { path: path.to_path_buf(), imports: normalized(parsed.imports, directory), scopes }))
}

fn normalized(entries: Entries, directory: &Path) -> Addresses {
    let address = |text: String| match as_url(&text, directory) {
        Some(url) => Address::Url(url),
        None => Address::Package(text),
    };
    let mut normalized: Addresses = entries
        .0
        .into_iter()
        .map(|(key, target)| (as_url(&key, directory).unwrap_or(key), target.map(address)))
        .collect();
    normalized.sort_by(|(a, _), (b, _)| b.cmp(a));
    normalized
}

impl ImportMap {
    /// What the map says about `specifier` in a file, if anything.
    pub(crate) fn resolve(&self, specifier: &str, file: &Path) -> Option<Mapped> {
        let directory = file.parent().unwrap_or(file);
        let url = as_url(specifier, directory);
        let is_plain = url.as_ref().is_some_and(|url| strip_scheme(url, "file").is_none());
        let wanted = url.as_deref().unwrap_or(specifier);
        let base = file_url(file);
        let scopes = self.scopes.iter().filter(|(prefix, _)| {
            *prefix == base || prefix.ends_with('/') && base.starts_with(prefix.as_str())
        });
        let lists = scopes.map(|(_, entries)| entries).chain([&self.imports]);
        lists.into_iter().find_map(|entries| find(entries, wanted, is_plain))
    }

    /// Whether files of one directory may be told apart.
    pub(crate) fn names_files(&self) -> bool {
        self.scopes.iter().any(|(prefix, _)| !prefix.ends_with('/'))
    }
}

/// `is_plain`: an absolute URL whose path has no parts, such as `node:fs`, which only whole keys match.
fn find(entries: &[(String, Option<Address>)], wanted: &str, is_plain: bool) -> Option<Mapped> {
    entries.iter().find_map(|(key, address)| {
        let rest = wanted.strip_prefix(key.as_str())?;
        let is_prefix = key.ends_with('/') && !is_plain;
        if !rest.is_empty() && !is_prefix {
            return None;
        }
        Some(match address {
            None => Mapped::Blocked,
            Some(Address::Url(url)) if rest.is_empty() => Mapped::Url(url.clone()),
            Some(Address::Package(name)) if rest.is_empty() => Mapped::Package(name.clone()),
            Some(Address::Url(url)) => below(url, rest).map_or(Mapped::Backtracks, Mapped::Url),
            Some(Address::Package(_)) if rest.split('/').any(|part| part == "..") => Mapped::Backtracks,
            Some(Address::Package(name)) => Mapped::Package(format!("{name}{rest}")),
        })
    })
}

/// `rest` as a URL below `base`, which ends with a slash; `None` where it leads out of it.
fn below(base: &str, rest: &str) -> Option<String> {
    match file_path(base) {
        Some(directory) => as_url(&format!("./{rest}"), &directory).filter(|url| url.starts_with(base)),
        None => (!rest.split('/').any(|part| part == "..")).then(|| format!("{base}{rest}")),
    }
}

/// A specifier as an absolute URL; `None` for a bare one.
fn as_url(specifier: &str, directory: &Path) -> Option<String> {
    let is_path = ["/", "./", "../"].iter().any(|start| specifier.starts_with(start));
    let (path, suffix) = split_suffix(specifier);
    let file = if is_path {
        directory.join(&*decode_path(path)?)
    } else {
        match scheme(specifier) {
            Some(_) => match file_path(specifier) {
                Some(path) => path,
                None => return Some(specifier.to_owned()),
            },
            None => return None,
        }
    };
    let is_directory = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    let mut url = file_url(&normalize(&file));
    if is_directory && !url.ends_with('/') {
        url.push('/');
    }
    Some(url + suffix)
}

/// The parts of a `krepis.json` that are the import map. Others are other people's.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    imports: Entries,
    #[serde(default)]
    scopes: Scopes,
}

#[derive(Default)]
struct Entries(Vec<(String, Option<String>)>);

#[derive(Default)]
struct Scopes(Vec<(String, Entries)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from specifiers to addresses")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    let Target(target) = map.next_value()?;
                    if key.is_empty() {
                        return Err(A::Error::custom("a specifier must not be empty"));
                    }
                    if key.ends_with('/') && target.as_ref().is_some_and(|target| !target.ends_with('/')) {
                        let reason =
                            format!("the address of \"{key}\" must end with a slash as its specifier does");
                        return Err(A::Error::custom(reason));
                    }
                    entries.push((key, target));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Scopes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from paths to objects of specifiers and addresses")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scopes, A::Error> {
                let mut scopes = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    scopes.push(entry);
                }
                Ok(Scopes(scopes))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// An address or `null`.
struct Target(Option<String>);

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Target;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an address (a path that starts with ./, ../ or /, a URL or a package) or null")
            }

            fn visit_str<E: serde::de::Error>(self, address: &str) -> Result<Target, E> {
                if address.is_empty() {
                    return Err(E::custom("an address must not be empty"));
                }
                Ok(Target(Some(address.to_owned())))
            }

            fn visit_unit<E: serde::de::Error>(self) -> Result<Target, E> {
                Ok(Target(None))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &str) -> Result<ImportMap, InvalidImportMap> {
        let directory = tempfile::tempdir().expect("a temp directory");
        let path = directory.path().join("krepis.json");
        fs::write(&path, text).expect("writable");
        Ok(read(&path)?.expect("it is there"))
    }

    #[test]
    fn the_longest_key_wins_and_scopes_go_first() {
        let directory = tempfile::tempdir().expect("a temp directory");
        let root = directory.path();
        let text = r#"{
            "name": "not ours", "imports": {
                "a": "./src/a.ts", "a/": "./src/a/", "a/b/": "./other/", "a/no": null, "p": "react", "p/": "react/",
                "./src/x.ts": "./src/y.ts", "fs": "node:fs", "node:os": "./os.ts", "/abs.js": "./rel.js"
            },
            "scopes": { "./src/": { "a": "./scoped.ts" }, "./src/deep/one.ts": { "a": "./file.ts" }, "./src/deep/": { "q": null } }
        }"#;
        fs::write(root.join("krepis.json"), text).expect("writable");
        let map = read(&root.join("krepis.json")).expect("valid").expect("there");
        let url = |path: &str| Some(Mapped::Url(file_url(&root.join(path))));
        let package = |name: &str| Some(Mapped::Package(name.to_owned()));
        for (specifier, from, expected) in [
            ("a", "main.ts", url("src/a.ts")),
            ("a", "src/x.ts", url("scoped.ts")),
            ("a", "src/deep/one.ts", url("file.ts")),
            ("a", "src/deep/two.ts", url("scoped.ts")),
            ("q", "src/deep/two.ts", Some(Mapped::Blocked)),
            ("q", "src/two.ts", None),
            ("a/x.ts", "main.ts", url("src/a/x.ts")),
            ("a/b/x.ts?q", "main.ts", Some(Mapped::Url(file_url(&root.join("other/x.ts")) + "?q"))),
            ("a/no", "main.ts", Some(Mapped::Blocked)),
            ("a/../../x", "main.ts", Some(Mapped::Backtracks)),
            ("p", "main.ts", package("react")),
            ("p/jsx", "main.ts", package("react/jsx")),
            ("p/../x", "main.ts", Some(Mapped::Backtracks)),
            ("./x.ts", "src/main.ts", url("src/y.ts")),
            ("./x.ts", "main.ts", None),
            ("fs", "main.ts", Some(Mapped::Url("node:fs".into()))),
            ("node:os", "main.ts", url("os.ts")),
            ("node:os/x", "main.ts", None),
            ("/abs.js", "main.ts", url("rel.js")),
            ("b", "main.ts", None),
        ] {
            assert_eq!(map.resolve(specifier, &root.join(from)), expected, "{specifier} from {from}");
        }
        assert!(map.names_files());
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, line, column, reason) in [
            ("{\n  \"imports\": {\n    \"a\": 1\n", 3, 10, "invalid type: integer `1`, expected an address"),
            ("{\"imports\": []}", 1, 12, "invalid type: sequence, expected an object from specifiers"),
            ("{\"imports\": {\"a/\": \"./b\"}}", 1, 25, "the address of \"a/\" must end with a slash"),
            ("{\"imports\": {\"\": \"./b\"}}", 1, 23, "a specifier must not be empty"),
            ("{\"imports\": {\"a\": \"\"}}", 1, 20, "an address must not be empty"),
            (
                "{\"scopes\": {\"./\": 1}}",
                1,
                19,
                "invalid type: integer `1`, expected an object from specifiers",
            ),
            ("{", 1, 1, "EOF while parsing an object"),
        ] {
            let error = map(text).expect_err(text);
            assert!(error.reason.starts_with(reason), "{text}: {}", error.reason);
            assert_eq!((error.line, error.column), (line, column), "{text}: {}", error.reason);
        }
        assert!(map("{}").expect("valid").imports.is_empty());
    }
}
