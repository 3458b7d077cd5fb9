//! The loader: its options and what it remembers between modules.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use oxc_resolver::{
    ResolveOptions, Resolver, TsConfig, TsconfigDiscovery, TsconfigOptions, TsconfigReferences,
};

use crate::cache::CompileCache;
use crate::compile::transpile::{CompilerOptions, Jsx};
use crate::resolve::RequestKind;
use crate::resolve::package::PackageScopes;

/// What a [`Loader`] is told once.
#[derive(Clone, Debug, Default)]
pub struct LoaderOptions {
    /// What relative entries and modules without a file are resolved against. Absolute.
    pub cwd: PathBuf,
    /// The names of the built-in modules with their scheme: `node:fs`, `krepis:http`.
    pub builtins: &'static [&'static str],
    /// Conditions of `exports` and `imports` maps beside `krepis`, `node`, `import` or `require`, and `default`.
    pub conditions: Vec<String>,
    /// Where compiler options and path aliases come from.
    pub tsconfig: Tsconfig,
    /// Where compiled code is kept between processes; nowhere without it.
    pub cache: Option<Arc<CompileCache>>,
}

/// Where compiler options and path aliases come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tsconfig {
    /// The `tsconfig.json` nearest to each file.
    #[default]
    Nearest,
    /// One file for all.
    File(PathBuf),
    /// Nowhere.
    Off,
}

/// Finds modules and reads them. One per isolate: it is not shared between threads.
///
/// Making one costs an allocation; the resolver behind bare specifiers is made when the first one is met.
pub struct Loader {
    pub(crate) options: LoaderOptions,
    pub(crate) scopes: PackageScopes,
    resolvers: OnceCell<Resolvers>,
    real_directories: RefCell<HashMap<PathBuf, PathBuf>>,
    has_tsconfig: RefCell<HashMap<PathBuf, Option<PathBuf>>>,
    compilers: RefCell<HashMap<PathBuf, Rc<CompilerOptions>>>,
}

/// Two views on one cache.
struct Resolvers {
    import: Resolver,
    require: Resolver,
}

impl Loader {
    /// A loader that has read nothing yet.
    pub fn new(options: LoaderOptions) -> Self {
        Self {
            options,
            scopes: PackageScopes::default(),
            resolvers: OnceCell::new(),
            real_directories: RefCell::default(),
            has_tsconfig: RefCell::default(),
            compilers: RefCell::default(),
        }
    }

    /// The options it was made with.
    pub fn options(&self) -> &LoaderOptions {
        &self.options
    }

    /// Forgets what the file system looked like, for `--watch`.
    pub fn forget(&self) {
        self.scopes.clear();
        self.real_directories.borrow_mut().clear();
        self.has_tsconfig.borrow_mut().clear();
        self.compilers.borrow_mut().clear();
        if let Some(resolvers) = self.resolvers.get() {
            resolvers.import.clear_cache();
        }
    }

    pub(crate) fn resolver(&self, kind: RequestKind) -> &Resolver {
        let resolvers = self.resolvers.get_or_init(|| {
            let import = Resolver::new(self.resolve_options("import"));
            let require = import.clone_with_options(self.resolve_options("require"));
            Resolvers { import, require }
        });
        match kind {
            RequestKind::Import => &resolvers.import,
            RequestKind::Require => &resolvers.require,
        }
    }

    fn resolve_options(&self, kind: &str) -> ResolveOptions {
        let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut condition_names = strings(&["krepis", "node", kind, "default"]);
        condition_names.extend(self.options.conditions.iter().cloned());
        ResolveOptions {
            cwd: Some(self.options.cwd.clone()),
            condition_names,
            extensions: strings(&[".js", ".json", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".jsx"]),
            extension_alias: vec![
                (".js".into(), strings(&[".js", ".ts", ".tsx"])),
                (".mjs".into(), strings(&[".mjs", ".mts"])),
                (".cjs".into(), strings(&[".cjs", ".cts"])),
                (".jsx".into(), strings(&[".jsx", ".tsx"])),
            ],
            node_path: kind == "require",
            tsconfig: match &self.options.tsconfig {
                Tsconfig::Nearest => Some(TsconfigDiscovery::Auto),
                Tsconfig::File(path) => Some(TsconfigDiscovery::Manual(TsconfigOptions {
                    config_file: self.options.cwd.join(path),
                    references: TsconfigReferences::Auto,
                })),
                Tsconfig::Off => None,
            },
            ..ResolveOptions::default()
        }
    }

    /// The real path of a file whose directory may be a link; the file itself is none.
    pub(crate) fn real_path(&self, file: &Path) -> PathBuf {
        let (Some(directory), Some(name)) = (file.parent(), file.file_name()) else {
            return file.to_path_buf();
        };
        if let Some(real) = self.real_directories.borrow().get(directory) {
            return real.join(name);
        }
        let real = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_path_buf());
        let path = real.join(name);
        self.real_directories.borrow_mut().insert(directory.to_path_buf(), real);
        path
    }

    /// The compiler options for a file.
    ///
    /// # Errors
    /// When its `tsconfig.json` cannot be understood: the reason.
    pub(crate) fn compiler_options(&self, file: &Path) -> Result<Rc<CompilerOptions>, String> {
        let nearest = match &self.options.tsconfig {
            Tsconfig::Off => None,
            Tsconfig::File(path) => Some(self.options.cwd.join(path)),
            Tsconfig::Nearest => self.nearest_tsconfig(file),
        };
        let Some(nearest) = nearest else { return Ok(Rc::default()) };
        let directory = file.parent().unwrap_or(file);
        if let Some(known) = self.compilers.borrow().get(directory) {
            return Ok(Rc::clone(known));
        }
        let config = self.tsconfig(file, &nearest)?;
        let options = Rc::new(from_tsconfig(&config));
        self.compilers.borrow_mut().insert(directory.to_path_buf(), Rc::clone(&options));
        Ok(options)
    }

    /// The configuration that claims the file (project references considered), else simply the nearest one.
    fn tsconfig(&self, file: &Path, nearest: &Path) -> Result<Arc<TsConfig>, String> {
        let resolver = self.resolver(RequestKind::Import);
        match resolver.find_tsconfig(file) {
            Ok(Some(config)) => Ok(config),
            Ok(None) => resolver.resolve_tsconfig(nearest).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Whether there is a `tsconfig.json` at all is found without the resolver, so that most programs never make one.
    fn nearest_tsconfig(&self, file: &Path) -> Option<PathBuf> {
        let directory = file.parent()?;
        if let Some(known) = self.has_tsconfig.borrow().get(directory) {
            return known.clone();
        }
        if directory.components().any(|part| part.as_os_str() == "node_modules") {
            return None;
        }
        let found = directory.ancestors().map(|d| d.join("tsconfig.json")).find(|path| path.is_file());
        self.has_tsconfig.borrow_mut().insert(directory.to_path_buf(), found.clone());
        found
    }
}

impl Debug for Loader {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("options", &self.options).finish_non_exhaustive()
    }
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
