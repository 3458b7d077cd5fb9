//! `tsconfig.json`: which one speaks for a file, its path aliases and its compiler options.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use oxc_resolver::{ResolveError as Unresolved, ResolverGeneric, TsConfig};

use crate::compile::transpile::{CompilerOptions, Jsx};
use crate::loader::{Loader, Tsconfig};
use crate::resolve::directory::{Directory, TSCONFIG};
use crate::resolve::oxc::Files;
use crate::resolve::trace::{Dependency, Seen};

/// What the configurations that may speak for the files of a directory have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tsconfigs {
    /// One of them changes what bare specifiers mean, or cannot be read.
    pub(crate) aliases: bool,
    /// They may tell files of one directory apart.
    pub(crate) by_file: bool,
    /// Every file that was looked at for them, what they extend and refer to included.
    pub(crate) dependencies: Vec<Dependency>,
}

impl Loader {
    pub(crate) fn tsconfigs(&self, directory: &Directory) -> Arc<Tsconfigs> {
        match &self.options.tsconfig {
            Tsconfig::Off => Arc::default(),
            Tsconfig::File(path) => {
                directory.tsconfigs(&self.memo, || self.read_tsconfig(&self.options.cwd.join(path)))
            }
            Tsconfig::Nearest if directory.in_node_modules => Arc::default(),
            Tsconfig::Nearest => {
                // From the top down: paths may be deeper than a stack.
                let mut unknown = Vec::new();
                let mut all = Arc::default();
                for above in directory.ancestors() {
                    if let Some(known) = above.known_tsconfigs() {
                        all = known;
                        break;
                    }
                    unknown.push(above);
                }
                for directory in unknown.into_iter().rev() {
                    all = directory.tsconfigs(&self.memo, || self.with_own(directory, (*all).clone()));
                }
                all
            }
        }
    }

    /// What the directory's own configuration adds to those above it.
    fn with_own(&self, directory: &Directory, mut all: Tsconfigs) -> Tsconfigs {
        let path = directory.path.join(TSCONFIG);
        if !directory.has_tsconfig() {
            all.dependencies.push(Dependency { path, seen: Seen::Missing });
            return all;
        }
        let own = self.read_tsconfig(&path);
        all.aliases |= own.aliases;
        all.by_file |= own.by_file;
        all.dependencies.extend(own.dependencies);
        all.dependencies.push(Dependency { path, seen: Seen::Present });
        all
    }

    /// Reads one with a resolver that has seen nothing, so that everything that it looks at is noted.
    fn read_tsconfig(&self, path: &Path) -> Tsconfigs {
        let probes: Arc<Mutex<Vec<Dependency>>> = Arc::default();
        let files = Files::noting(Arc::clone(&probes));
        let resolver = ResolverGeneric::new_with_file_system(files, self.tsconfig_options());
        let read = resolver.resolve_tsconfig(path);
        drop(resolver);
        let dependencies = std::mem::take(&mut *probes.lock().unwrap_or_else(PoisonError::into_inner));
        let (aliases, by_file) = match &read {
            Ok(config) => (has_aliases(config), has_aliases(config) && selects_files(config)),
            Err(_) => (true, false),
        };
        Tsconfigs { aliases, by_file, dependencies }
    }

    /// The compiler options for a file.
    ///
    /// # Errors
    /// When its `tsconfig.json` cannot be understood: the reason.
    pub(crate) fn compiler_options(&self, file: &Path) -> Result<Arc<CompilerOptions>, String> {
        let directory = self.directories.get(file.parent().unwrap_or(file));
        let nearest = match &self.options.tsconfig {
            Tsconfig::Off => None,
            Tsconfig::File(path) => Some(self.options.cwd.join(path)),
            Tsconfig::Nearest => nearest(&directory),
        };
        let Some(nearest) = nearest else { return Ok(Arc::default()) };
        directory.compiler(&self.memo, || {
            // Noted before it is used, so that a change drops the options.
            self.tsconfigs(&directory);
            Ok(Arc::new(from_tsconfig(&*self.tsconfig(file, &nearest)?)))
        })
    }

    /// The configuration that claims the file (project references considered), else simply the nearest one.
    fn tsconfig(&self, file: &Path, nearest: &Path) -> Result<Arc<TsConfig>, String> {
        let resolvers = self.resolvers();
        match resolvers.config.find_tsconfig(file) {
            Ok(Some(config)) => Ok(config),
            Ok(None) => resolvers.config.resolve_tsconfig(nearest).map_err(|error| reason(&error)),
            Err(error) => Err(reason(&error)),
        }
    }
}

/// What is wrong with a configuration, in words, with its place.
pub(crate) fn reason(error: &Unresolved) -> String {
    let Unresolved::TsconfigLoadFailed { path, source } = error else { return error.to_string() };
    match &**source {
        Unresolved::Json(json) => {
            let message = json.message.split(" at line ").next().unwrap_or_default();
            format!("{}:{}:{}: {message}", path.display(), json.line, json.column)
        }
        source => format!("{}: {}", path.display(), reason(source)),
    }
}

fn nearest(directory: &Directory) -> Option<PathBuf> {
    if directory.in_node_modules {
        return None;
    }
    let found = directory.ancestors().find(|directory| directory.has_tsconfig())?;
    Some(found.path.join(TSCONFIG))
}

fn has_aliases(config: &TsConfig) -> bool {
    let options = &config.compiler_options;
    options.paths.is_some()
        || options.base_url.is_some()
        || config.references_resolved.iter().any(|referred| has_aliases(referred))
}

fn selects_files(config: &TsConfig) -> bool {
    config.files.is_some()
        || config.include.is_some()
        || config.exclude.is_some()
        || !config.references_resolved.is_empty()
}

fn from_tsconfig(config: &TsConfig) -> CompilerOptions {
    let given = &config.compiler_options;
    CompilerOptions {
        experimental_decorators: given.experimental_decorators.unwrap_or(false),
        emit_decorator_metadata: given.emit_decorator_metadata.unwrap_or(false),
        strict_null_checks: given.strict_null_checks.or(given.strict).unwrap_or(false),
        use_define_for_class_fields: given
            .use_define_for_class_fields
            .unwrap_or_else(|| given.target.as_deref().is_none_or(defines_fields)),
        verbatim_module_syntax: given.verbatim_module_syntax.unwrap_or(false),
        jsx: match given.jsx.as_deref() {
            Some("react") => Jsx::Classic,
            Some("react-jsxdev") => Jsx::Development,
            _ => Jsx::Automatic,
        },
        jsx_factory: given.jsx_factory.clone(),
        jsx_fragment_factory: given.jsx_fragment_factory.clone(),
        jsx_import_source: given.jsx_import_source.clone(),
    }
}

/// Whether TypeScript defines class fields by default for a `target`: since ES2022.
fn defines_fields(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    match target.strip_prefix("es") {
        Some("next") | None => true,
        Some(year) => year.parse().is_ok_and(|year: u32| year >= 2022),
    }
}
