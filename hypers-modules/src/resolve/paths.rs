//! Specifiers that are paths: relative, absolute, and `file:` URLs.

use std::borrow::Cow;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::ResolveError;
use crate::loader::Loader;
use crate::resolve::links::{self, Lost};
use crate::resolve::request::Request;
use crate::resolve::trace::{Trace, below, has_dots};
use crate::resolve::url::{decode_path, normalize, split_suffix};
use crate::resolve::{RequestKind, Resolution, suggest};

const TYPESCRIPT: [&str; 4] = ["ts", "tsx", "mts", "cts"];
/// What a path may leave out, in the order of trying, for TypeScript and for JavaScript that asks.
pub(crate) const FROM_TYPESCRIPT: [&str; 9] = ["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "jsx", "json"];
const FROM_JAVASCRIPT: [&str; 9] = ["js", "json", "mjs", "cjs", "jsx", "ts", "tsx", "mts", "cts"];

/// What is at a path.
enum Probe {
    /// A file, by its real path.
    File(PathBuf),
    Directory,
    Missing,
    Loop,
}

impl Loader {
    /// A path in an `import` is a part of a URL: escapes are decoded, query and fragment are kept.
    pub(crate) fn url_path(&self, request: &Request<'_>) -> Result<Resolution, ResolveError> {
        let (path, suffix) = split_suffix(request.specifier);
        let Some(path) = decode_path(path) else {
            return Err(request.invalid("it must not include encoded \"/\" or \"\\\" characters"));
        };
        // The dot that every relative specifier has is not taken out again.
        let short = path.strip_prefix("./").filter(|short| !short.starts_with('/')).unwrap_or(&path);
        // What is absolute replaces the directory.
        self.path(request, &below(&request.directory.path, &[short]), suffix)
    }

    /// A path that is complete but for what may be left out.
    pub(crate) fn path(
        &self,
        request: &Request<'_>,
        path: &Path,
        suffix: &str,
    ) -> Result<Resolution, ResolveError> {
        let path = if has_dots(path) { Cow::Owned(normalize(path)) } else { Cow::Borrowed(path) };
        let path = &*path;
        let is_directory = if ends_as_directory(request.specifier) {
            matches!(self.probe(path, &request.trace), Probe::Directory)
        } else {
            match self.probe(path, &request.trace) {
                Probe::File(file) => return Ok(found(file, suffix)),
                Probe::Loop => return Err(link_loop(path)),
                probe @ (Probe::Directory | Probe::Missing) => {
                    if let Some(file) = self.with_extension(request, path) {
                        return Ok(found(file, suffix));
                    }
                    matches!(probe, Probe::Directory)
                }
            }
        };
        if is_directory {
            return self.directory(request, path).map(|file| found(file, suffix));
        }
        Err(self.path_not_found(request, path))
    }

    /// The real path of what is a file.
    pub(crate) fn file(&self, path: &Path, trace: &Trace) -> Option<PathBuf> {
        match self.probe(path, trace) {
            Probe::File(file) => Some(file),
            Probe::Directory | Probe::Missing | Probe::Loop => None,
        }
    }

    fn probe(&self, path: &Path, trace: &Trace) -> Probe {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => {
                trace.missing(path);
                // A directory on the way may be a link to itself.
                let is_absent = error.kind() == ErrorKind::NotFound;
                let looped = !is_absent && links::follow(path, &Trace::default()) == Err(Lost::Loop);
                return if looped { Probe::Loop } else { Probe::Missing };
            }
        };
        trace.present(path);
        if metadata.is_symlink() {
            return match links::follow(path, trace) {
                Err(Lost::Loop) => Probe::Loop,
                Err(Lost::Missing) => Probe::Missing,
                Ok(real) => {
                    trace.present(real.clone());
                    match fs::metadata(&real) {
                        Ok(metadata) if metadata.is_dir() => Probe::Directory,
                        Ok(_) if self.options.preserve_symlinks => Probe::File(path.to_path_buf()),
                        Ok(_) => Probe::File(real),
                        Err(_) => Probe::Missing,
                    }
                }
            };
        }
        if metadata.is_dir() {
            return Probe::Directory;
        }
        // Devices and pipes may be run too: `krepis /dev/stdin`.
        Probe::File(self.real_path(path))
    }

    /// The real path of a file that is no link itself.
    pub(crate) fn real_path(&self, file: &Path) -> PathBuf {
        if self.options.preserve_symlinks {
            return file.to_path_buf();
        }
        let directory = self.directories.holder(file);
        let name = if directory.is_linked() { file.file_name() } else { None };
        name.map_or_else(|| file.to_path_buf(), |name| directory.real().path.join(name))
    }

    /// `.js` that is really `.ts`, and extensions that were left out. Between JavaScript files an `import` has to
    /// be complete, as in Node.
    fn with_extension(&self, request: &Request<'_>, path: &Path) -> Option<PathBuf> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let aliases: &[&str] = match extension {
            "js" => &["ts", "tsx"],
            "mjs" => &["mts"],
            "cjs" => &["cts"],
            "jsx" => &["tsx"],
            _ => &[],
        };
        let trace = &request.trace;
        let aliased = aliases.iter().find_map(|alias| self.file(&path.with_extension(alias), trace));
        aliased.or_else(|| {
            let order = if request.typescript { FROM_TYPESCRIPT } else { FROM_JAVASCRIPT };
            let may_be_left_out = |extension: &&&str| {
                request.kind == RequestKind::Require || request.typescript || TYPESCRIPT.contains(extension)
            };
            let mut extensions = order.iter().filter(may_be_left_out);
            extensions.find_map(|extension| self.file(&append(path, extension), trace))
        })
    }

    fn directory(&self, request: &Request<'_>, path: &Path) -> Result<PathBuf, ResolveError> {
        if request.kind == RequestKind::Require {
            return self.directory_of_commonjs(request, path);
        }
        let index = self.with_extension(request, &path.join("index"));
        index.ok_or_else(|| ResolveError::UnsupportedDirectory {
            specifier: request.specifier.to_owned(),
            referrer: None,
            suggestion: suggest::index(path, request.specifier, &request.trace),
        })
    }

    pub(crate) fn path_not_found(&self, request: &Request<'_>, path: &Path) -> ResolveError {
        let tried = request.tried();
        let suggestion = suggest::path(path, request.specifier, &request.trace);
        let specifier = request.specifier.to_owned();
        match request.kind {
            _ if request.entry => ResolveError::ModuleNotFound {
                specifier: path.display().to_string(),
                referrer: None,
                suggestion,
                tried,
            },
            RequestKind::Require => {
                ResolveError::RequireNotFound { specifier, referrer: String::new(), suggestion, tried }
            }
            RequestKind::Import => {
                ResolveError::ModuleNotFound { specifier, referrer: None, suggestion, tried }
            }
        }
    }
}

fn found(file: PathBuf, suffix: &str) -> Resolution {
    Resolution::File { path: Arc::from(file), suffix: suffix.to_owned() }
}

pub(crate) fn link_loop(path: &Path) -> ResolveError {
    ResolveError::LinkLoop { path: path.to_path_buf(), referrer: None }
}

fn ends_as_directory(specifier: &str) -> bool {
    let (path, _) = split_suffix(specifier);
    path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..") || matches!(path, "." | "..")
}

pub(crate) fn append(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}
