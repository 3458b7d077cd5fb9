//! `package.json`: what its `"type"` says about a file's format, and where it is.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::ResolveError;
use crate::loader::Loader;
use crate::resolve::directory::{MANIFEST, NODE_MODULES};
pub(crate) use crate::resolve::manifest::InvalidPackage;
use crate::resolve::trace::clean;
use crate::resolve::url::{file_path, scheme};
use crate::resolve::{RequestKind, is_path, package_name};

/// What `"type"` of the nearest `package.json` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PackageType {
    Module,
    CommonJs,
    /// No `package.json`, or one without `"type"`.
    Unspecified,
}

impl Loader {
    /// What the `"type"` of the package that a file belongs to says.
    pub(crate) fn package_type(&self, file: &Path) -> Result<PackageType, InvalidPackage> {
        let Some(directory) = file.parent() else { return Ok(PackageType::Unspecified) };
        self.directories.get(directory).package_type()
    }

    /// The `node_modules` directories that a file in `directory` can see, nearest first, whether they are there or
    /// not: `module.paths`.
    pub fn node_modules_paths(&self, directory: &Path) -> Vec<PathBuf> {
        let directory = clean(directory, &self.options.cwd);
        let visible = directory.ancestors().filter(|path| !path.ends_with(NODE_MODULES));
        visible.map(|path| path.join(NODE_MODULES)).collect()
    }

    /// Node's `module.findPackageJSON`: the root manifest of the package that a bare `specifier` names, or the one
    /// nearest to the file that a path or URL names. `base` is a `file:` URL or a path.
    ///
    /// # Errors
    /// When there is no such package.
    pub fn find_package_json(&self, specifier: &str, base: &str) -> Result<Option<PathBuf>, ResolveError> {
        let asking = self.referring_file(base);
        let directory = asking.parent().unwrap_or(&asking);
        if is_path(specifier) || scheme(specifier).is_some() {
            let path = file_path(specifier).unwrap_or_else(|| directory.join(specifier));
            let path = clean(&path, &self.options.cwd);
            let start = if path.is_dir() {
                self.directories.get(&path)
            } else {
                self.directories.get(path.parent().unwrap_or(&path))
            };
            return Ok(start.manifest_directory().map(|found| found.path.join(MANIFEST)));
        }
        let name = package_name(specifier);
        let asking = self.directories.get(directory);
        if let Some(own) = asking.manifest_directory()
            && is_named(&own.path.join(MANIFEST), name)
        {
            return Ok(Some(own.path.join(MANIFEST)));
        }
        let mut places = self.node_modules_paths(directory).into_iter();
        match places.find(|place| place.join(name).join(MANIFEST).is_file()) {
            Some(place) => Ok(Some(place.join(name).join(MANIFEST))),
            None => Err(self.missing_package(specifier, base, RequestKind::Import)),
        }
    }
}

/// Whether a manifest has the name and `exports`, without which a package cannot refer to itself.
fn is_named(manifest: &Path, expected: &str) -> bool {
    #[derive(Deserialize)]
    struct Manifest {
        name: Option<String>,
        exports: Option<serde_json::Value>,
    }
    let Ok(bytes) = std::fs::read(manifest) else { return false };
    serde_json::from_slice::<Manifest>(&bytes)
        .is_ok_and(|parsed| parsed.exports.is_some() && parsed.name.as_deref() == Some(expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::LoaderOptions;

    #[test]
    fn the_nearest_manifest_decides() {
        let root = tempfile::tempdir().expect("a temp directory");
        for (path, text) in [
            ("package.json", r#"{"type":"module"}"#),
            ("cjs/package.json", "\u{feff}{\"type\":\"commonjs\",\"x\":[1]}"),
            ("none/package.json", "{}"),
            ("odd/package.json", r#"{"type":["module"]}"#),
            ("broken/package.json", "{\n x"),
        ] {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("writable");
            std::fs::write(path, text).expect("writable");
        }
        let loader = Loader::new(LoaderOptions::default());
        for (file, expected) in [
            ("a.js", PackageType::Module),
            ("src/deep/a.js", PackageType::Module),
            ("src/deep/b.js", PackageType::Module),
            ("cjs/a.js", PackageType::CommonJs),
            ("none/a.js", PackageType::Unspecified),
            ("odd/a.js", PackageType::Unspecified),
            ("node_modules/bare/a.js", PackageType::Unspecified),
        ] {
            assert_eq!(loader.package_type(&root.path().join(file)).expect("valid"), expected, "{file}");
        }
        let error = loader.package_type(&root.path().join("broken/a.js")).expect_err("not JSON");
        assert!(error.manifest.ends_with("broken/package.json"));
        assert_eq!(error.place, (2, 2));
    }
}
