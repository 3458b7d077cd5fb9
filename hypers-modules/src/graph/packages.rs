//! Which package a file belongs to.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Package;

/// The packages that have been met; every folder is looked at once.
#[derive(Default)]
pub(super) struct Packages {
    pub(super) found: Vec<Package>,
    by_root: HashMap<PathBuf, usize>,
    by_folder: HashMap<PathBuf, Option<usize>>,
}

#[derive(Default, Deserialize)]
struct Manifest {
    #[serde(default)]
    name: serde_json::Value,
    #[serde(default)]
    version: serde_json::Value,
}

impl Packages {
    /// The package of a file: that of the nearest `package.json` with a name. In a `node_modules`, a folder is a
    /// package also without one.
    pub(super) fn of(&mut self, file: &Path) -> Option<usize> {
        let folder = file.parent()?;
        if let Some(known) = self.by_folder.get(folder) {
            return *known;
        }
        let mut nameless = None;
        let mut package = None;
        for root in folder.ancestors() {
            let manifest = manifest(root);
            let installed = installed_name(root);
            let name = manifest.as_ref().and_then(|manifest| manifest.name.as_str()).map(str::to_owned);
            if let Some(name) = name.filter(|name| !name.is_empty()).or(installed) {
                let version = manifest.and_then(|manifest| Some(manifest.version.as_str()?.to_owned()));
                package = Some((root, name, version.unwrap_or_default()));
                break;
            }
            if manifest.is_some() && nameless.is_none() {
                nameless = Some(root);
            }
        }
        let package = package.or_else(|| {
            let root = nameless?;
            Some((root, root.file_name()?.to_string_lossy().into_owned(), String::new()))
        });
        let number = package.map(|(root, name, version)| self.number(root, name, version));
        self.by_folder.insert(folder.to_path_buf(), number);
        number
    }

    fn number(&mut self, root: &Path, name: String, version: String) -> usize {
        if let Some(known) = self.by_root.get(root) {
            return *known;
        }
        let is_dependency = root.components().any(|part| part.as_os_str() == "node_modules");
        self.found.push(Package {
            name,
            version,
            root: root.to_path_buf(),
            is_dependency,
            modules: 0,
            bytes: 0,
            code_bytes: 0,
        });
        self.by_root.insert(root.to_path_buf(), self.found.len() - 1);
        self.found.len() - 1
    }
}

fn manifest(folder: &Path) -> Option<Manifest> {
    let bytes = std::fs::read(folder.join("package.json")).ok()?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Some(serde_json::from_slice(bytes).unwrap_or_default())
}

/// `name` of `node_modules/name`, `@scope/name` of `node_modules/@scope/name`.
fn installed_name(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_str()?;
    let above = folder.parent()?;
    let above_name = above.file_name()?.to_str()?;
    if above_name == "node_modules" {
        return (!name.starts_with(['@', '.'])).then(|| name.to_owned());
    }
    let is_scoped = above_name.starts_with('@') && above.parent()?.file_name()? == "node_modules";
    is_scoped.then(|| format!("{above_name}/{name}"))
}
