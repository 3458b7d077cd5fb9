//! The loader: its options and what it remembers between modules.

use std::fmt::{self, Debug, Formatter};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::cache::CompileCache;
use crate::exports::ExportCache;
use crate::exports::Registry;
use crate::resolve::directory::Directories;
use crate::resolve::memo::Memo;
use crate::resolve::oxc::{Links, Slot};

/// What a [`Loader`] is told once.
#[derive(Clone, Debug, Default)]
pub struct LoaderOptions {
    /// What relative entries and modules without a file are resolved against. Absolute.
    pub cwd: PathBuf,
    /// The names of the built-in modules with their scheme: `node:fs`, `krepis:http`.
    pub builtins: &'static [&'static str],
    /// Conditions of `exports` and `imports` maps beside `krepis`, `node`, `import` or `require`, `module-sync` and
    /// `default`.
    pub conditions: Vec<String>,
    /// Where compiler options and path aliases come from.
    pub tsconfig: Tsconfig,
    /// Where compiled code is kept between processes; nowhere without it.
    pub cache: Option<Arc<CompileCache>>,
    /// Whether a file that is reached through a link is known by the link's path instead of its own.
    pub preserve_symlinks: bool,
    /// Directories in which `require` looks for packages last. `None` stands for the environment's `NODE_PATH`.
    pub node_path: Option<Vec<PathBuf>>,
    /// Whether somebody tells of every change, as [`Loader::set_watched`] says.
    pub watched: bool,
    /// Modules of the embedding program.
    pub registry: Option<Arc<Registry>>,
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

/// Finds modules and reads them. Threads share one: whoever asks first finds the answer for all.
///
/// Making one costs an allocation; the resolver behind bare specifiers is made when the first one is met.
pub struct Loader {
    pub(crate) options: LoaderOptions,
    /// Answers.
    pub(crate) memo: Memo,
    /// What the directories of the asking files hold.
    pub(crate) directories: Directories,
    pub(crate) resolvers: Slot,
    pub(crate) links: Arc<Links>,
    pub(crate) watched: AtomicBool,
    exports: ExportCache,
}

impl Loader {
    /// A loader that has read nothing yet.
    pub fn new(options: LoaderOptions) -> Self {
        Self {
            memo: Memo::new(),
            directories: Directories::default(),
            resolvers: Slot::default(),
            links: Arc::default(),
            watched: AtomicBool::new(options.watched),
            exports: ExportCache::default(),
            options,
        }
    }

    /// The exports of JSON files and constant modules that were asked for as data, as Lua does.
    pub fn exports(&self) -> &ExportCache {
        &self.exports
    }

    /// The options it was made with.
    pub fn options(&self) -> &LoaderOptions {
        &self.options
    }
}

impl Debug for Loader {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("options", &self.options).finish_non_exhaustive()
    }
}
