//! From a specifier to the module it names.
//!
//! [`Loader::resolve`] asks the memo first. What it does not know is found by the rooms below, each of which notes
//! what it looked at: the import map, built-ins, paths, packages.

pub(crate) mod directory;
mod import_map;
mod installed;
mod links;
mod manifest;
mod mapped;
pub(crate) mod memo;
pub(crate) mod oxc;
pub(crate) mod package;
mod packages;
mod paths;
mod request;
mod state;
pub(crate) mod suggest;
mod trace;
mod tsconfig;
pub(crate) mod url;
#[cfg(feature = "watch")]
pub(crate) mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::ResolveError;
use crate::exports::VIRTUAL;
use crate::loader::Loader;
use crate::resolve::memo::{Answer, Key, Negative};
use crate::resolve::request::{Request, is_typescript, place, shortened};
use crate::resolve::trace::Seen;
use crate::resolve::url::{file_path, file_url, scheme, split_suffix, strip_scheme};

/// Who asks: it selects the conditions of `exports` maps, and what a path may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// `import` declarations and `import()`.
    Import,
    /// `require()`.
    Require,
}

/// The module that a specifier names. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// A built-in module, by its full name: `node:fs`.
    Builtin(&'static str),
    /// A file.
    File {
        /// Absolute, with links resolved.
        path: Arc<Path>,
        /// `?query#fragment`, or empty. Two files with different suffixes are different modules.
        suffix: String,
    },
    /// A `data:` URL.
    Data(String),
    /// A built-in or native module of the [`Registry`](crate::exports::Registry), by its name.
    Native(Arc<str>),
    /// A source of the registry, by its name.
    Virtual(Arc<str>),
}

impl Resolution {
    /// A file, without a query.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File { path: Arc::from(path.into()), suffix: String::new() }
    }

    /// The module's URL, which is its identity.
    pub fn url(&self) -> String {
        match self {
            Self::Builtin(name) => (*name).to_owned(),
            Self::File { path, suffix } => file_url(path) + suffix,
            Self::Data(url) => url.clone(),
            Self::Native(name) => name.to_string(),
            Self::Virtual(name) => format!("{VIRTUAL}{name}"),
        }
    }

    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            _ => None,
        }
    }
}

/// Built-ins that only answer to their full name, so that packages of these names stay reachable.
pub const SCHEME_ONLY: [&str; 5] =
    ["node:sea", "node:sqlite", "node:test", "node:test/reporters", "node:ffi"];

/// Longest specifier in bytes, but for `data:` URLs: the longest path of Linux.
const LONGEST: usize = 4_096;

impl Loader {
    /// Finds the module that `specifier` names in `referrer`: a `file:` URL, a path, or a directory with a slash at
    /// its end. Modules without a file (`[eval]`, `data:`) are resolved against the working directory.
    ///
    /// An answer is remembered until [`changed`](Self::changed) is told of a path that it depended on. That there
    /// is none is remembered as well; unless the loader is watched, the paths that were missing are looked at again
    /// before it is repeated, since a program may have written them.
    ///
    /// # Errors
    /// With Node's code, as [`ResolveError::code`] says.
    pub fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        kind: RequestKind,
    ) -> Result<Resolution, ResolveError> {
        let typescript = is_typescript(referrer);
        let mut key = Key { place: place(referrer), specifier, kind, typescript };
        let mut known = self.memo.get(&key);
        if matches!(known, Some(Answer::PerFile)) {
            key.place = referrer;
            known = self.memo.get(&key);
        }
        match known {
            Some(Answer::Found(resolution)) => return Ok(resolution),
            Some(Answer::Missing(negative)) if self.still_holds(&negative) => {
                return Err(negative.error.referred(Some(referrer)));
            }
            _ => {}
        }
        self.find(key, referrer).map_err(|error| error.referred(Some(referrer)))
    }

    /// Finds the program's entry: a path relative to the working directory, or a `file:` URL. Extensions and
    /// `index` files may be left out.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn resolve_entry(&self, entry: &str) -> Result<Resolution, ResolveError> {
        let file = self.options.cwd.join("[entry]");
        let mut request = Request::new(self, entry, file, RequestKind::Require, false);
        request.entry = true;
        if let Some(reason) = refused(entry) {
            return Err(request.invalid(reason));
        }
        match file_path(entry) {
            Some(path) => self.path(&request, &path, split_suffix(entry).1),
            None => self.path(&request, &self.options.cwd.join(entry), ""),
        }
    }

    /// `require.resolve(specifier, { paths })`: looks from each of `directories` in turn.
    ///
    /// # Errors
    /// That of the first directory, when no directory has an answer.
    pub fn resolve_from_paths(
        &self,
        specifier: &str,
        directories: &[PathBuf],
        referrer: &str,
    ) -> Result<Resolution, ResolveError> {
        let mut first = None;
        for directory in directories {
            let directory = format!("{}/", self.options.cwd.join(directory).display());
            match self.resolve(specifier, &directory, RequestKind::Require) {
                Ok(found) => return Ok(found),
                Err(error) => first = first.or(Some(error.referred(Some(referrer)))),
            }
        }
        Err(first.unwrap_or_else(|| self.missing_package(specifier, referrer, RequestKind::Require)))
    }

    /// Answers what the memo does not know, and tells it.
    fn find<'a>(&self, mut key: Key<'a>, referrer: &'a str) -> Result<Resolution, ResolveError> {
        let epoch = self.memo.epoch();
        let file = self.referring_file(referrer);
        let request = Request::new(self, key.specifier, file, key.kind, key.typescript);
        if let Some(reason) = refused(key.specifier) {
            return Err(request.invalid(reason));
        }
        if key.kind == RequestKind::Import && strip_scheme(key.specifier, "data").is_some() {
            // It is longer than it takes to resolve.
            return Ok(Resolution::Data(key.specifier.to_owned()));
        }
        let found = self.answer(&request, referrer);
        if request.per_file.get() {
            self.memo.insert(&key, Answer::PerFile, request.directory_dependencies(self), epoch);
            key.place = referrer;
        }
        let dependencies = request.dependencies(self);
        let answer = match &found {
            Ok(found) => Answer::Found(found.clone()),
            Err(error) => {
                let error = error.clone();
                Answer::Missing(Arc::new(Negative { error, dependencies: dependencies.clone() }))
            }
        };
        self.memo.insert(&key, answer, dependencies, epoch);
        found
    }

    fn answer(&self, request: &Request<'_>, referrer: &str) -> Result<Resolution, ResolveError> {
        if let Some(mapped) = self.mapped(request)? {
            return self.address(request, mapped);
        }
        let is_path = is_path(request.specifier);
        if !is_path && let Some(name) = self.builtin(request.specifier) {
            return Ok(Resolution::Builtin(name));
        }
        if let Some(found) =
            self.options.registry.as_ref().and_then(|registry| registry.resolve(request.specifier))
        {
            return Ok(found);
        }
        if is_path {
            if strip_scheme(referrer, "data").is_some() {
                return Err(request.invalid("a data: URL has no directory that a path could be relative to"));
            }
            let path = || request.directory.path.join(request.specifier);
            return match request.kind {
                RequestKind::Import => self.url_path(request),
                RequestKind::Require => self.path(request, &path(), ""),
            };
        }
        match scheme(request.specifier) {
            None => self.bare(request),
            Some(scheme) => self.absolute_url(request, scheme),
        }
    }

    fn absolute_url(&self, request: &Request<'_>, scheme: &str) -> Result<Resolution, ResolveError> {
        let specifier = request.specifier;
        match scheme.to_ascii_lowercase().as_str() {
            "node" | "krepis" => Err(ResolveError::UnknownBuiltin {
                specifier: specifier.to_owned(),
                referrer: None,
                suggestion: suggest::nearest(specifier, self.options.builtins.iter().copied())
                    .map(str::to_owned),
            }),
            "file" => match file_path(specifier) {
                Some(path) => self.path(request, &path, split_suffix(specifier).1),
                None => Err(request.invalid("a file: URL must name an absolute path on this machine")),
            },
            known if self.options.registry.as_ref().is_some_and(|registry| registry.has_scheme(known)) => {
                Err(self.unregistered(specifier))
            }
            // To `require` only the names of built-ins have one.
            _ if request.kind == RequestKind::Require => self.bare(request),
            // A path alias may look like a scheme.
            _ => self.bare(request).map_err(|_| ResolveError::UnsupportedScheme {
                specifier: shortened(specifier),
                scheme: scheme.to_owned(),
                referrer: None,
            }),
        }
    }

    /// The scheme is one of the registry's, the module is none.
    fn unregistered(&self, specifier: &str) -> ResolveError {
        let names = self.options.registry.iter().flat_map(|registry| registry.names());
        ResolveError::UnknownBuiltin {
            specifier: specifier.to_owned(),
            referrer: None,
            suggestion: suggest::nearest(specifier, names.map(|name| &**name)).map(str::to_owned),
        }
    }

    /// The built-in that a specifier names.
    fn builtin(&self, specifier: &str) -> Option<&'static str> {
        self.options.builtins.iter().copied().find(|name| {
            *name == specifier
                || name.strip_prefix("node:").is_some_and(|bare| bare == specifier)
                    && !SCHEME_ONLY.contains(name)
        })
    }

    /// Whether what was missing still is. Where changes are told, it is.
    fn still_holds(&self, negative: &Negative) -> bool {
        if self.is_watched() {
            return true;
        }
        let mut missing = negative.dependencies.iter().filter(|dependency| dependency.seen == Seen::Missing);
        let appeared = missing.find(|dependency| fs::symlink_metadata(&dependency.path).is_ok());
        if let Some(appeared) = appeared {
            self.changed(std::slice::from_ref(&appeared.path));
        }
        appeared.is_none()
    }
}

/// Why a specifier is none.
fn refused(specifier: &str) -> Option<&'static str> {
    if specifier.is_empty() {
        Some("it is empty")
    } else if specifier.len() > LONGEST && strip_scheme(specifier, "data").is_none() {
        Some("it is longer than 4096 bytes")
    } else if specifier.contains('\0') {
        Some("it contains a NUL")
    } else {
        None
    }
}

/// Whether a specifier is a path: it starts with `/`, `./` or `../`, or is `.` or `..`.
fn is_path(specifier: &str) -> bool {
    let rest = specifier.strip_prefix("..").or_else(|| specifier.strip_prefix('.')).unwrap_or(specifier);
    let dots = specifier.len() - rest.len();
    rest.starts_with('/') || (dots > 0 && rest.is_empty()) || Path::new(specifier).is_absolute()
}

/// `@scope/name` or `name` of a bare specifier.
fn package_name(specifier: &str) -> &str {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(at, _)| at);
    &specifier[..end]
}
