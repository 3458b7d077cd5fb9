//! Bare specifiers: packages, `#imports`, self-references and path aliases, by `oxc_resolver`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use oxc_resolver::{Resolution as Resolved, ResolveContext, ResolveError as Unresolved, TsConfig};

use crate::error::{ResolveError, Tried};
use crate::loader::Loader;
use crate::resolve::directory::{MANIFEST, NODE_MODULES, TSCONFIG};
use crate::resolve::links::{self, Lost};
use crate::resolve::paths::{FROM_TYPESCRIPT, link_loop};
use crate::resolve::request::Request;
use crate::resolve::trace::{Trace, below};
use crate::resolve::{RequestKind, Resolution, package_name, suggest, tsconfig};

impl Loader {
    pub(crate) fn bare(&self, request: &Request<'_>) -> Result<Resolution, ResolveError> {
        request.outlooks.borrow_mut().push(Arc::clone(&request.directory));
        let package = package_name(request.specifier);
        for directory in request.directory.ancestors().filter(|directory| directory.has_node_modules()) {
            // The resolver names a manifest only the first time that it reads it.
            request.trace.present(below(&directory.path, &[NODE_MODULES, package, MANIFEST]));
        }
        let config = self.aliases(request)?;
        if config.is_none()
            && let Some(found) = self.installed(request)
        {
            return Ok(found);
        }
        let found = self.ask(request, &request.directory.path, request.specifier, config.as_deref());
        match found {
            Ok(found) => Ok(Resolution::File { suffix: suffix(&found), path: found.into_path_buf().into() }),
            Err(error) => self.builtin_target(request, error),
        }
    }

    /// A directory that is required: its `main`, or its `index`.
    pub(crate) fn directory_of_commonjs(
        &self,
        request: &Request<'_>,
        path: &Path,
    ) -> Result<PathBuf, ResolveError> {
        request.trace.present(path.join(MANIFEST));
        match self.ask(request, path, ".", None) {
            Ok(found) => Ok(found.into_path_buf()),
            Err(Unresolved::NotFound(_)) => Err(self.path_not_found(request, path)),
            Err(error) => Err(self.unresolved(request, error)),
        }
    }

    /// The configuration whose path aliases hold for the asking file.
    fn aliases(&self, request: &Request<'_>) -> Result<Option<Arc<TsConfig>>, ResolveError> {
        let configs = self.tsconfigs(&request.directory);
        if !configs.aliases {
            return Ok(None);
        }
        if configs.by_file {
            request.per_file.set(true);
        }
        self.resolvers().config.find_tsconfig(&request.file).map_err(|error| self.unresolved(request, error))
    }

    fn ask(
        &self,
        request: &Request<'_>,
        directory: &Path,
        specifier: &str,
        config: Option<&TsConfig>,
    ) -> Result<Resolved, Unresolved> {
        loop {
            let resolvers = self.resolvers();
            let is_fresh = !resolvers.used.swap(true, Ordering::Relaxed);
            let mut context = ResolveContext::default();
            let resolver = resolvers.of(request.kind);
            let found = resolver.resolve_with_context(directory, specifier, config, &mut context);
            let missing = Missing::of(context.missing_dependencies.into_iter(), found.is_err());
            // What nobody watches may have come into being since the resolver looked.
            if found.is_err() && !missing.there.is_empty() && !is_fresh && !self.is_watched() {
                self.drop_resolvers();
                continue;
            }
            if let Ok(found) = &found
                && !self.options.preserve_symlinks
                && let Some(parent) = found.path().parent()
                && context.file_dependencies.contains(found.path())
            {
                // Its real path is the one that it was found by: no directory above it is a link.
                self.directories.get(parent).note_real();
            }
            self.note(request, context.file_dependencies.into_iter(), missing);
            return found;
        }
    }

    fn note(&self, request: &Request<'_>, present: impl Iterator<Item = PathBuf>, missing: Missing) {
        let trace = &request.trace;
        let mut directories: Vec<PathBuf> = Vec::new();
        let mut visit = |path: &Path| {
            if let Some(parent) = path.parent()
                && !directories.iter().any(|known| known.as_os_str() == parent.as_os_str())
            {
                directories.push(parent.to_path_buf());
            }
            if self.links.contains(path)
                && let Ok(real) = links::follow(path, trace)
            {
                trace.present(real);
            }
        };
        for path in present {
            visit(&path);
            if path.file_name().is_some_and(|name| name == MANIFEST)
                && let Some(parent) = path.parent()
            {
                self.directories.get(parent).note_manifest(true);
            }
            trace.present(path);
        }
        for path in missing.there {
            visit(&path);
            // A directory, which was asked for its main file.
            trace.present(path.join(MANIFEST));
            trace.present(path);
        }
        for path in missing.gone {
            if path.file_name().is_some_and(|name| name == MANIFEST)
                && let Some(parent) = path.parent()
            {
                self.directories.get(parent).note_manifest(false);
            }
            // Where packages are belongs to the directory's outlook.
            if path.file_name().is_some_and(|name| name != NODE_MODULES) {
                visit(&path);
            }
            trace.missing(path);
        }
        for directory in directories {
            self.note_manifests(&directory, trace);
        }
    }

    /// The manifests that say what a file is: `oxc_resolver` names them only the first time that it reads them. It looks
    /// for them also above `node_modules`.
    fn note_manifests(&self, directory: &Path, trace: &Trace) {
        for directory in self.directories.get(directory).ancestors() {
            let manifest = directory.path.join(MANIFEST);
            if directory.has_manifest() {
                trace.present(manifest);
                break;
            }
            trace.missing(manifest);
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
        let referrer = None;
        let field = if request.specifier.starts_with('#') { "imports" } else { "exports" };
        match error {
            // Of a package that has "imports" the resolver says what is not defined there.
            Unresolved::NotFound(_) if field == "imports" && !self.has_imports(request) => {
                self.import_not_defined(request)
            }
            Unresolved::NotFound(_)
            | Unresolved::ExtensionAlias(..)
            | Unresolved::MatchedAliasNotFound(..) => self.bare_not_found(request),
            Unresolved::PackagePathNotExported { subpath, package_json_path: manifest, .. } => {
                let suggestion = suggest::export(&manifest, &subpath, package_name(request.specifier));
                let conditions = self.conditions(request.kind).join(", ");
                ResolveError::NotExported { subpath, manifest, conditions, suggestion, referrer }
            }
            // So it calls what a pattern leads to as well, where there is no such file.
            Unresolved::PackageImportNotDefined(..) if self.has_import(request) => {
                self.bare_not_found(request)
            }
            Unresolved::PackageImportNotDefined(..) => self.import_not_defined(request),
            Unresolved::InvalidPackageTarget(..) if leads_astray(request.specifier) => {
                request.invalid("its subpath must not have empty, \".\", \"..\" or \"node_modules\" segments")
            }
            Unresolved::InvalidPackageTarget(target, _, manifest) => {
                ResolveError::InvalidTarget { target, field, manifest, referrer }
            }
            Unresolved::InvalidModuleSpecifier(specifier, _) => ResolveError::InvalidSpecifier {
                specifier,
                reason: match field {
                    "imports" => "it is not a valid name of the package's \"imports\"",
                    _ => "it is not a valid subpath of the package's \"exports\"",
                },
                referrer,
            },
            Unresolved::InvalidPackageConfig(manifest)
            | Unresolved::InvalidPackageConfigDefault(manifest)
            | Unresolved::InvalidPackageConfigDirectory(manifest) => ResolveError::InvalidPackage {
                manifest,
                place: None,
                reason: "its \"exports\" mixes paths and conditions".to_owned(),
                referrer,
            },
            Unresolved::Json(json) => invalid_manifest(&json.path, json.message),
            Unresolved::TsconfigNotFound(_)
            | Unresolved::TsconfigSelfReference(_)
            | Unresolved::TsconfigCircularExtend(_)
            | Unresolved::TsconfigLoadFailed { .. } => {
                ResolveError::InvalidTsconfig { reason: tsconfig::reason(&error), referrer }
            }
            other => match self.looping_link(request) {
                Some(path) => link_loop(&path),
                None => ResolveError::Other {
                    specifier: request.specifier.to_owned(),
                    reason: other.to_string(),
                    referrer,
                },
            },
        }
    }

    fn has_imports(&self, request: &Request<'_>) -> bool {
        let manifest = request.directory.manifest_directory().map(|found| found.path.join(MANIFEST));
        manifest.is_some_and(|manifest| suggest::has_field(&manifest, "imports"))
    }

    fn has_import(&self, request: &Request<'_>) -> bool {
        let manifest = request.directory.manifest_directory().map(|found| found.path.join(MANIFEST));
        manifest.is_some_and(|manifest| suggest::has_import(&manifest, request.specifier))
    }

    fn import_not_defined(&self, request: &Request<'_>) -> ResolveError {
        let manifest = request.directory.manifest_directory().map(|found| found.path.join(MANIFEST));
        let suggestion = manifest.as_deref().and_then(|path| suggest::import(path, request.specifier));
        let specifier = request.specifier.to_owned();
        ResolveError::ImportNotDefined { specifier, manifest, suggestion, referrer: None }
    }

    /// A link of the asked package that leads to itself.
    fn looping_link(&self, request: &Request<'_>) -> Option<PathBuf> {
        let package = package_name(request.specifier);
        let mut places = request.directory.ancestors().filter(|directory| directory.has_node_modules());
        places.find_map(|directory| {
            let path = directory.path.join(NODE_MODULES).join(package);
            (links::follow(&path, &request.trace) == Err(Lost::Loop)).then_some(path)
        })
    }

    fn bare_not_found(&self, request: &Request<'_>) -> ResolveError {
        if let Some(path) = self.looping_link(request) {
            return link_loop(&path);
        }
        let specifier = request.specifier.to_owned();
        let package = package_name(&specifier);
        let places = request.directory.ancestors().filter(|directory| directory.has_node_modules());
        let installed =
            places.map(|place| place.path.join(NODE_MODULES).join(package)).find(|path| path.is_dir());
        let tried = match &installed {
            None if !package.starts_with('#') => {
                let places = request.directory.ancestors().filter(|directory| directory.has_node_modules());
                Tried::new(places.map(|place| place.path.join(NODE_MODULES).join(package)).collect())
            }
            _ => request.tried(),
        };
        let suggestion = match &installed {
            Some(root) => {
                let subpath = specifier[package.len()..].trim_start_matches('/');
                suggest::path(&root.join(subpath), &specifier, &request.trace)
            }
            None => self
                .relative_suggestion(request)
                .or_else(|| suggest::package(&request.directory, &specifier, &request.trace))
                .or_else(|| {
                    let bare = self.options.builtins.iter().map(|name| name.trim_start_matches("node:"));
                    suggest::nearest(&specifier, bare).map(str::to_owned)
                }),
        };
        let referrer = None;
        match request.kind {
            RequestKind::Require => {
                ResolveError::RequireNotFound { specifier, referrer: String::new(), suggestion, tried }
            }
            RequestKind::Import if installed.is_some() || specifier.starts_with('#') => {
                ResolveError::ModuleNotFound { specifier, referrer, suggestion, tried }
            }
            RequestKind::Import => {
                ResolveError::PackageNotFound { package: package.to_owned(), referrer, suggestion, tried }
            }
        }
    }

    /// `./users.ts` for `users`.
    fn relative_suggestion(&self, request: &Request<'_>) -> Option<String> {
        let directory = &request.directory.path;
        let found = self.beside(request)?;
        let relative = found.strip_prefix(directory).ok()?;
        Some(format!("./{}", relative.to_str()?))
    }

    /// The package that is missing, as an error for those who looked for it themselves.
    pub(crate) fn missing_package(&self, specifier: &str, base: &str, kind: RequestKind) -> ResolveError {
        let request = Request::new(self, specifier, self.referring_file(base), kind, false);
        self.bare_not_found(&request).referred(Some(base))
    }
}

/// Paths that the resolver found missing: those that are, and those that are something else than it looked for.
struct Missing {
    gone: Vec<PathBuf>,
    there: Vec<PathBuf>,
}

impl Missing {
    /// Only a negative answer is worth a second look at each.
    fn of(paths: impl Iterator<Item = PathBuf>, look: bool) -> Self {
        let is_there = |path: &PathBuf| look && fs::symlink_metadata(path).is_ok();
        let (mut there, mut gone): (Vec<_>, Vec<_>) = paths.partition(is_there);
        // The resolver keeps them in a set: an error is to name them in the same order each time.
        there.sort();
        gone.sort();
        Self { gone, there }
    }
}

impl Request<'_> {
    /// What a message shows of the paths that were tried.
    pub(crate) fn tried(&self) -> Tried {
        let of_projects = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name != MANIFEST && name != TSCONFIG && name != NODE_MODULES)
        };
        let mut paths: Vec<PathBuf> = self.trace.tried().into_iter().filter(of_projects).collect();
        // Few files are called `a.ts.js`.
        paths.sort_by_key(|path| path.file_stem().is_some_and(|stem| has_code_extension(stem.as_ref())));
        Tried::new(paths)
    }
}

fn has_code_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| FROM_TYPESCRIPT.contains(&extension))
}

/// Whether what stands for a `*` of a pattern is no subpath.
fn leads_astray(specifier: &str) -> bool {
    let subpath = &specifier[package_name(specifier).len()..];
    subpath.split('/').skip(1).any(|part| matches!(part, "" | "." | ".." | NODE_MODULES))
}

fn suffix(found: &Resolved) -> String {
    [found.query(), found.fragment()].into_iter().flatten().collect()
}

/// A `package.json` that is no JSON, with the place: the resolver's own reader knows none.
fn invalid_manifest(manifest: &Path, reason: String) -> ResolveError {
    let bytes = fs::read(manifest).unwrap_or_default();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let (place, reason) = match serde_json::from_slice::<serde_json::Value>(bytes) {
        Err(error) => {
            let (place, reason) = crate::error::json_place(&error);
            (Some(place), reason)
        }
        Ok(_) => (None, reason),
    };
    ResolveError::InvalidPackage { manifest: manifest.to_path_buf(), place, reason, referrer: None }
}
