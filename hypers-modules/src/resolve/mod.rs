//! From a specifier to the module it names.

pub(crate) mod package;
pub(crate) mod suggest;
pub(crate) mod url;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use oxc_resolver::ResolveError as Unresolved;

use crate::error::ResolveError;
use crate::loader::Loader;
use crate::resolve::url::{decode_path, file_path, file_url, normalize, scheme, split_suffix};

/// Who asks: it selects the conditions of `exports` maps, and what a path may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// `import` declarations and `import()`.
    Import,
    /// `require()`.
    Require,
}

/// The module that a specifier names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// A built-in module, by its full name: `node:fs`.
    Builtin(&'static str),
    /// A file.
    File {
        /// Absolute, with links resolved.
        path: PathBuf,
        /// `?query#fragment`, or empty. Two files with different suffixes are different modules.
        suffix: String,
    },
    /// A `data:` URL.
    Data(String),
}

impl Resolution {
    /// The module's URL, which is its identity.
    pub fn url(&self) -> String {
        match self {
            Self::Builtin(name) => (*name).to_owned(),
            Self::File { path, suffix } => file_url(path) + suffix,
            Self::Data(url) => url.clone(),
        }
    }

    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            Self::Builtin(_) | Self::Data(_) => None,
        }
    }
}

/// Built-ins that only answer to their full name, so that packages of these names stay reachable.
const SCHEME_ONLY: [&str; 5] = ["node:sea", "node:sqlite", "node:test", "node:test/reporters", "node:ffi"];

const TYPESCRIPT: [&str; 4] = ["ts", "tsx", "mts", "cts"];
/// What a path may leave out, in the order of trying, for TypeScript and for JavaScript that asks.
const FROM_TYPESCRIPT: [&str; 9] = ["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "jsx", "json"];
const FROM_JAVASCRIPT: [&str; 9] = ["js", "json", "mjs", "cjs", "jsx", "ts", "tsx", "mts", "cts"];

/// One question, as the functions below pass it on.
struct Request<'a> {
    specifier: &'a str,
    kind: RequestKind,
    /// As it is shown to people.
    referrer: Option<&'a str>,
    /// The asking file; of a module without one, a name in the working directory.
    file: PathBuf,
}

impl Loader {
    /// Finds the module that `specifier` names in `referrer`: a `file:` URL, a path, or a directory with a slash at
    /// its end. Modules without a file (`[eval]`, `data:`) are resolved against the working directory.
    ///
    /// # Errors
    /// With Node's code, as [`ResolveError::code`] says.
    pub fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        kind: RequestKind,
    ) -> Result<Resolution, ResolveError> {
        let request =
            Request { specifier, kind, referrer: Some(referrer), file: self.referring_file(referrer) };
        if specifier.is_empty() {
            return Err(request.invalid("it is empty"));
        }
        if let Some(name) = self.builtin(specifier) {
            return Ok(Resolution::Builtin(name));
        }
        if is_path(specifier) {
            if scheme(referrer).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data")) {
                return Err(request.invalid("a data: URL has no directory that a path could be relative to"));
            }
            let directory = request.file.parent().unwrap_or(&request.file);
            return match kind {
                RequestKind::Import => self.url_path(&request, directory, specifier),
                RequestKind::Require => self.path(&request, &directory.join(specifier), ""),
            };
        }
        match scheme(specifier) {
            None => self.bare(&request),
            Some(scheme) => self.absolute_url(&request, scheme),
        }
    }

    /// Finds the program's entry: a path relative to the working directory, or a `file:` URL. Extensions and
    /// `index` files may be left out.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn resolve_entry(&self, entry: &str) -> Result<Resolution, ResolveError> {
        let file = self.options.cwd.join("[entry]");
        let request = Request { specifier: entry, kind: RequestKind::Require, referrer: None, file };
        match file_path(entry) {
            Some(path) => self.path(&request, &path, split_suffix(entry).1),
            None => self.path(&request, &self.options.cwd.join(entry), ""),
        }
    }

    fn builtin(&self, specifier: &str) -> Option<&'static str> {
        self.options.builtins.iter().copied().find(|name| {
            *name == specifier
                || name.strip_prefix("node:").is_some_and(|bare| bare == specifier)
                    && !SCHEME_ONLY.contains(name)
        })
    }

    fn referring_file(&self, referrer: &str) -> PathBuf {
        let path = match file_path(referrer) {
            Some(path) => path,
            None if scheme(referrer).is_some() => return self.options.cwd.join("[module]"),
            None => self.options.cwd.join(referrer),
        };
        if referrer.is_empty() || referrer.ends_with('/') { path.join("[module]") } else { path }
    }

    fn absolute_url(&self, request: &Request<'_>, scheme: &str) -> Result<Resolution, ResolveError> {
        let specifier = request.specifier;
        match scheme.to_ascii_lowercase().as_str() {
            "node" | "krepis" => Err(ResolveError::UnknownBuiltin {
                specifier: specifier.to_owned(),
                referrer: request.shown_referrer(),
                suggestion: suggest::nearest(specifier, self.options.builtins.iter().copied())
                    .map(str::to_owned),
            }),
            "data" if request.kind == RequestKind::Import => Ok(Resolution::Data(specifier.to_owned())),
            "file" => match file_path(specifier) {
                Some(path) => self.path(request, &path, split_suffix(specifier).1),
                None => Err(request.invalid("a file: URL must name an absolute path on this machine")),
            },
            // A path alias may look like a scheme.
            _ => self.bare(request).map_err(|_| ResolveError::UnsupportedScheme {
                specifier: specifier.to_owned(),
                scheme: scheme.to_owned(),
                referrer: request.shown_referrer(),
            }),
        }
    }

    /// A path in an `import` is a part of a URL: escapes are decoded, query and fragment are kept.
    fn url_path(
        &self,
        request: &Request<'_>,
        directory: &Path,
        specifier: &str,
    ) -> Result<Resolution, ResolveError> {
        let (path, suffix) = split_suffix(specifier);
        let Some(path) = decode_path(path) else {
            return Err(request.invalid("it must not include encoded \"/\" or \"\\\" characters"));
        };
        self.path(request, &directory.join(&*path), suffix)
    }

    /// A path that is complete but for what may be left out.
    fn path(&self, request: &Request<'_>, path: &Path, suffix: &str) -> Result<Resolution, ResolveError> {
        let wants_directory = ends_as_directory(request.specifier);
        let path = normalize(path);
        if !wants_directory {
            if let Some(file) = self.file(&path) {
                return Ok(Resolution::File { path: file, suffix: suffix.to_owned() });
            }
            if let Some(file) = self.with_extension(request, &path) {
                return Ok(Resolution::File { path: file, suffix: suffix.to_owned() });
            }
        }
        if path.is_dir() {
            return self
                .directory(request, &path)
                .map(|path| Resolution::File { path, suffix: suffix.to_owned() });
        }
        Err(self.path_not_found(request, &path))
    }

    /// The real path of what is a file.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        let metadata = fs::symlink_metadata(path).ok()?;
        if metadata.is_symlink() {
            let real = fs::canonicalize(path).ok()?;
            return real.is_file().then_some(real);
        }
        // Devices and pipes may be run too: `krepis /dev/stdin`.
        (!metadata.is_dir()).then(|| self.real_path(path))
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
        let aliased = aliases.iter().find_map(|alias| self.file(&path.with_extension(alias)));
        aliased.or_else(|| {
            let from_typescript = is_typescript(&request.file);
            let order = if from_typescript { FROM_TYPESCRIPT } else { FROM_JAVASCRIPT };
            order
                .iter()
                .filter(|e| request.kind == RequestKind::Require || from_typescript || TYPESCRIPT.contains(e))
                .find_map(|extension| self.file(&append(path, extension)))
        })
    }

    fn directory(&self, request: &Request<'_>, path: &Path) -> Result<PathBuf, ResolveError> {
        if request.kind == RequestKind::Import {
            let index = self.with_extension(request, &path.join("index"));
            return index.ok_or_else(|| ResolveError::UnsupportedDirectory {
                specifier: request.specifier.to_owned(),
                referrer: request.shown_referrer(),
                suggestion: suggest::index(path, request.specifier),
            });
        }
        match self.resolver(RequestKind::Require).resolve(path, ".") {
            Ok(found) => Ok(found.into_path_buf()),
            Err(Unresolved::NotFound(_)) => Err(self.path_not_found(request, path)),
            Err(error) => Err(self.unresolved(request, error)),
        }
    }

    fn path_not_found(&self, request: &Request<'_>, path: &Path) -> ResolveError {
        let suggestion = suggest::path(path, request.specifier);
        let specifier = request.specifier.to_owned();
        match (request.kind, request.referrer) {
            (RequestKind::Require, Some(referrer)) => {
                ResolveError::RequireNotFound { specifier, referrer: shown(referrer), suggestion }
            }
            (_, None) => ResolveError::ModuleNotFound {
                specifier: path.display().to_string(),
                referrer: None,
                suggestion,
            },
            (RequestKind::Import, _) => {
                ResolveError::ModuleNotFound { specifier, referrer: request.shown_referrer(), suggestion }
            }
        }
    }

    /// Packages, `#imports`, self-references and path aliases.
    fn bare(&self, request: &Request<'_>) -> Result<Resolution, ResolveError> {
        match self.resolver(request.kind).resolve_file(&request.file, request.specifier) {
            Ok(found) => {
                let suffix = [found.query(), found.fragment()].into_iter().flatten().collect();
                Ok(Resolution::File { path: found.into_path_buf(), suffix })
            }
            Err(error) => self.builtin_target(request, error),
        }
    }

    /// `imports` and `exports` may name a built-in: `"#fs": "node:fs"`.
    fn builtin_target(&self, request: &Request<'_>, error: Unresolved) -> Result<Resolution, ResolveError> {
        if let Unresolved::NotFound(target) = &error
            && target != request.specifier
            && let Some(name) = self.builtin(target)
        {
            return Ok(Resolution::Builtin(name));
        }
        Err(self.unresolved(request, error))
    }

    fn unresolved(&self, request: &Request<'_>, error: Unresolved) -> ResolveError {
        let specifier = request.specifier.to_owned();
        let referrer = request.shown_referrer();
        match error {
            Unresolved::NotFound(_)
            | Unresolved::ExtensionAlias(..)
            | Unresolved::MatchedAliasNotFound(..) => self.bare_not_found(request),
            Unresolved::PackagePathNotExported { subpath, package_json_path, .. } => {
                ResolveError::NotExported { subpath, manifest: package_json_path, referrer }
            }
            Unresolved::PackageImportNotDefined(specifier, manifest) => {
                ResolveError::ImportNotDefined { specifier, manifest, referrer }
            }
            Unresolved::InvalidPackageTarget(target, _, manifest) => {
                ResolveError::InvalidTarget { target, manifest, referrer }
            }
            Unresolved::InvalidModuleSpecifier(specifier, _) => ResolveError::InvalidSpecifier {
                specifier,
                reason: "it is not a valid subpath of the package's \"exports\"",
                referrer,
            },
            Unresolved::InvalidPackageConfig(manifest)
            | Unresolved::InvalidPackageConfigDefault(manifest)
            | Unresolved::InvalidPackageConfigDirectory(manifest) => ResolveError::InvalidPackage {
                manifest,
                reason: "its \"exports\" mixes paths and conditions".to_owned(),
                referrer,
            },
            Unresolved::Json(json) => {
                ResolveError::InvalidPackage { manifest: json.path.clone(), reason: json.message, referrer }
            }
            Unresolved::TsconfigNotFound(_)
            | Unresolved::TsconfigSelfReference(_)
            | Unresolved::TsconfigCircularExtend(_)
            | Unresolved::TsconfigLoadFailed { .. } => {
                ResolveError::InvalidTsconfig { reason: error.to_string(), referrer }
            }
            other => ResolveError::Other { specifier, reason: other.to_string(), referrer },
        }
    }

    fn bare_not_found(&self, request: &Request<'_>) -> ResolveError {
        let package = package_name(request.specifier);
        let directory = request.file.parent().unwrap_or(&request.file);
        let installed =
            directory.ancestors().map(|d| d.join("node_modules").join(&*package)).find(|d| d.is_dir());
        let suggestion = match &installed {
            Some(root) => {
                let subpath = request.specifier[package.len()..].trim_start_matches('/');
                suggest::path(&root.join(subpath), request.specifier)
            }
            None => self.relative_suggestion(request, directory),
        };
        let specifier = request.specifier.to_owned();
        let referrer = request.shown_referrer();
        match request.kind {
            RequestKind::Require => ResolveError::RequireNotFound {
                specifier,
                referrer: referrer.unwrap_or_default(),
                suggestion,
            },
            RequestKind::Import if installed.is_some() || specifier.starts_with('#') => {
                ResolveError::ModuleNotFound { specifier, referrer, suggestion }
            }
            RequestKind::Import => {
                ResolveError::PackageNotFound { package: package.into_owned(), referrer, suggestion }
            }
        }
    }

    /// `users.ts` for `./users.ts`.
    fn relative_suggestion(&self, request: &Request<'_>, directory: &Path) -> Option<String> {
        let path = normalize(&directory.join(request.specifier));
        let found = match self.file(&path) {
            Some(_) => path,
            None => FROM_TYPESCRIPT.iter().map(|e| append(&path, e)).find(|path| path.is_file())?,
        };
        let relative = found.strip_prefix(directory).ok()?;
        Some(format!("./{}", relative.to_str()?))
    }
}

impl Request<'_> {
    fn shown_referrer(&self) -> Option<String> {
        self.referrer.map(shown)
    }

    fn invalid(&self, reason: &'static str) -> ResolveError {
        ResolveError::InvalidSpecifier {
            specifier: self.specifier.to_owned(),
            reason,
            referrer: self.shown_referrer(),
        }
    }
}

/// A referrer as people know it: a path where it is one.
fn shown(referrer: &str) -> String {
    file_path(referrer).map_or_else(|| referrer.to_owned(), |path| path.display().to_string())
}

/// Whether a specifier is a path: it starts with `/`, `./` or `../`, or is `.` or `..`.
fn is_path(specifier: &str) -> bool {
    let rest = specifier.strip_prefix("..").or_else(|| specifier.strip_prefix('.')).unwrap_or(specifier);
    let dots = specifier.len() - rest.len();
    rest.starts_with('/') || (dots > 0 && rest.is_empty()) || Path::new(specifier).is_absolute()
}

fn ends_as_directory(specifier: &str) -> bool {
    let (path, _) = split_suffix(specifier);
    path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..") || matches!(path, "." | "..")
}

fn is_typescript(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| TYPESCRIPT.contains(&e))
}

fn append(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

/// `@scope/name` or `name` of a bare specifier.
fn package_name(specifier: &str) -> Cow<'_, str> {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(at, _)| at);
    Cow::Borrowed(&specifier[..end])
}
