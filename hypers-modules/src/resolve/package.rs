//! `package.json` lookups that decide a file's format.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What `"type"` of the nearest `package.json` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PackageType {
    Module,
    CommonJs,
    /// No `package.json`, or one without `"type"`.
    Unspecified,
}

/// Answers per directory, so that every directory is looked at once.
#[derive(Default)]
pub(crate) struct PackageScopes {
    types: RefCell<HashMap<PathBuf, PackageType>>,
}

impl PackageScopes {
    /// The type of the package that a file belongs to.
    ///
    /// # Errors
    /// When a `package.json` on the way is not JSON: its path and the reason.
    pub(crate) fn type_of(&self, file: &Path) -> Result<PackageType, (PathBuf, serde_json::Error)> {
        let Some(directory) = file.parent() else { return Ok(PackageType::Unspecified) };
        if let Some(known) = self.types.borrow().get(directory) {
            return Ok(*known);
        }
        let mut found = PackageType::Unspecified;
        let mut passed = Vec::new();
        for ancestor in directory.ancestors() {
            if let Some(known) = self.types.borrow().get(ancestor) {
                found = *known;
                break;
            }
            if ancestor.file_name().is_some_and(|name| name == "node_modules") {
                break;
            }
            passed.push(ancestor);
            if let Some(declared) = read_type(&ancestor.join("package.json"))? {
                found = declared;
                break;
            }
        }
        let mut types = self.types.borrow_mut();
        types.extend(passed.into_iter().map(|directory| (directory.to_path_buf(), found)));
        Ok(found)
    }

    pub(crate) fn clear(&self) {
        self.types.borrow_mut().clear();
    }
}

/// `None` when there is no such file.
fn read_type(manifest: &Path) -> Result<Option<PackageType>, (PathBuf, serde_json::Error)> {
    #[derive(Deserialize)]
    struct Manifest {
        #[serde(default, rename = "type")]
        kind: serde_json::Value,
    }
    let Ok(bytes) = std::fs::read(manifest) else { return Ok(None) };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let parsed: Manifest = serde_json::from_slice(bytes).map_err(|error| (manifest.to_path_buf(), error))?;
    Ok(Some(match parsed.kind.as_str() {
        Some("module") => PackageType::Module,
        Some("commonjs") => PackageType::CommonJs,
        _ => PackageType::Unspecified,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_manifest_decides() {
        let root = tempfile::tempdir().expect("a temp directory");
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("writable");
            std::fs::write(path, text).expect("writable");
        };
        write("package.json", r#"{"type":"module"}"#);
        write("src/deep/x", "");
        write("cjs/package.json", "\u{feff}{\"type\":\"commonjs\",\"x\":[1]}");
        write("none/package.json", "{}");
        write("odd/package.json", r#"{"type":["module"]}"#);
        write("node_modules/bare/x", "");
        write("broken/package.json", "{");
        let scopes = PackageScopes::default();
        for (file, expected) in [
            ("a.js", PackageType::Module),
            ("src/deep/a.js", PackageType::Module),
            ("src/deep/b.js", PackageType::Module),
            ("cjs/a.js", PackageType::CommonJs),
            ("none/a.js", PackageType::Unspecified),
            ("odd/a.js", PackageType::Unspecified),
            ("node_modules/bare/a.js", PackageType::Unspecified),
        ] {
            assert_eq!(scopes.type_of(&root.path().join(file)).expect("valid"), expected, "{file}");
        }
        let (path, _) = scopes.type_of(&root.path().join("broken/a.js")).expect_err("not JSON");
        assert!(path.ends_with("broken/package.json"));
    }
}
