//! Modules that no file holds: built-ins and native modules of the embedding program, and sources in memory.

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use crate::resolve::Resolution;
use crate::resolve::url::scheme;

use super::native::NativeModule;
use super::value::Object;

/// The modules that an embedding program adds, by name; shared by all its isolates.
///
/// ```
/// use hypers_modules::exports::{Language, NativeModule, Object, Registry};
///
/// let registry = Registry::builder()
///     .builtin("app:build", || Object::new().with("number", 7))
///     .native(NativeModule::new("app:math").function("add", |a: f64, b: f64| a + b))
///     .virtual_module("settings", "export const port: number = 8080;", Language::TypeScript)
///     .build()?;
/// assert_eq!(registry.exports("app:build").as_deref(), Some(&Object::new().with("number", 7)));
/// # Ok::<(), hypers_modules::exports::RegistryError>(())
/// ```
#[derive(Default)]
pub struct Registry {
    modules: HashMap<Arc<str>, Module>,
    /// In the order in which they were added.
    names: Vec<Arc<str>>,
}

enum Module {
    Builtin(Box<dyn Fn() -> Object + Send + Sync>),
    Native(NativeModule),
    Virtual(VirtualModule),
}

/// A module's source text in memory.
#[derive(Clone, Debug)]
pub struct VirtualModule {
    /// What was written.
    pub source: Arc<str>,
    /// In which language.
    pub language: Language,
}

impl VirtualModule {
    /// What stack traces call the source of a module with that URL: `virtual:settings.ts`, as the compiler goes by
    /// extensions. JavaScript is not compiled, and called by its URL.
    pub fn shown_name(&self, url: &str) -> String {
        match self.language {
            Language::TypeScript if !url.ends_with(".ts") => format!("{url}.ts"),
            Language::Tsx if !url.ends_with(".tsx") => format!("{url}.tsx"),
            _ => url.to_owned(),
        }
    }
}

/// The language of a source that has no file name to tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// An ECMAScript module.
    JavaScript,
    /// CommonJS.
    CommonJs,
    /// JSON.
    Json,
}

impl Language {
    /// By a file extension without its dot: `ts`, `tsx`, `js`, `mjs`, `cjs`, `json`.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "ts" | "mts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "js" | "mjs" => Self::JavaScript,
            "cjs" => Self::CommonJs,
            "json" => Self::Json,
            _ => return None,
        })
    }
}

/// The URL scheme of modules in memory.
pub(crate) const VIRTUAL: &str = "virtual:";

impl Registry {
    /// A registry to be filled.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// What a specifier names here: a full name, or `virtual:NAME`.
    pub fn resolve(&self, specifier: &str) -> Option<Resolution> {
        let name = specifier.strip_prefix(VIRTUAL).unwrap_or(specifier);
        match self.modules.get_key_value(name)? {
            (name, Module::Virtual(_)) => Some(Resolution::Virtual(Arc::clone(name))),
            (name, _) if name.len() == specifier.len() => Some(Resolution::Native(Arc::clone(name))),
            _ => None,
        }
    }

    /// The exports of a built-in or native module, for one engine: an engine asks once, when it loads the module.
    pub fn exports(&self, name: &str) -> Option<Arc<Object>> {
        match self.modules.get(name)? {
            Module::Builtin(make) => Some(Arc::new(make())),
            Module::Native(module) => Some(module.exports()),
            Module::Virtual(_) => None,
        }
    }

    /// The source of a module in memory.
    pub fn source(&self, name: &str) -> Option<&VirtualModule> {
        match self.modules.get(name)? {
            Module::Virtual(module) => Some(module),
            _ => None,
        }
    }

    /// All names, in the order in which they were added.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.names.iter()
    }

    /// Whether there are modules with that scheme: a specifier with it that names none of them is a mistake.
    pub fn has_scheme(&self, wanted: &str) -> bool {
        self.names.iter().any(|name| scheme(name).is_some_and(|known| known.eq_ignore_ascii_case(wanted)))
    }
}

impl Debug for Registry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.names).finish()
    }
}

/// Collects modules; [`build`](Self::build) checks their names.
#[derive(Default)]
pub struct RegistryBuilder {
    modules: Vec<(Arc<str>, Module)>,
}

impl RegistryBuilder {
    /// A module whose exports are made when an engine first loads it.
    #[must_use]
    pub fn builtin(
        mut self,
        name: impl Into<Arc<str>>,
        exports: impl Fn() -> Object + Send + Sync + 'static,
    ) -> Self {
        self.modules.push((name.into(), Module::Builtin(Box::new(exports))));
        self
    }

    /// A module written in Rust.
    #[must_use]
    pub fn native(mut self, module: NativeModule) -> Self {
        self.modules.push((Arc::clone(module.name()), Module::Native(module)));
        self
    }

    /// A source in memory. Its own relative specifiers are resolved against the working directory; its URL is
    /// `virtual:NAME`.
    #[must_use]
    pub fn virtual_module(
        mut self,
        name: impl Into<Arc<str>>,
        source: impl Into<Arc<str>>,
        language: Language,
    ) -> Self {
        let module = VirtualModule { source: source.into(), language };
        self.modules.push((name.into(), Module::Virtual(module)));
        self
    }

    /// The registry.
    ///
    /// # Errors
    /// A name that cannot be imported, is not free, or is there twice.
    pub fn build(self) -> Result<Arc<Registry>, RegistryError> {
        let mut registry = Registry::default();
        for (name, module) in self.modules {
            check(&name, &module)?;
            if registry.modules.insert(Arc::clone(&name), module).is_some() {
                return Err(RegistryError::Twice { name: name.to_string() });
            }
            registry.names.push(name);
        }
        Ok(Arc::new(registry))
    }
}

/// Schemes that mean something already.
const TAKEN: [&str; 9] = ["node", "krepis", "file", "data", "virtual", "http", "https", "blob", "npm"];

fn check(name: &str, module: &Module) -> Result<(), RegistryError> {
    let invalid = |reason| Err(RegistryError::Invalid { name: name.to_owned(), reason });
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return invalid("it is empty, or has spaces in it");
    }
    match scheme(name) {
        Some(taken) if TAKEN.iter().any(|known| known.eq_ignore_ascii_case(taken)) => {
            Err(RegistryError::Taken { name: name.to_owned(), scheme: taken.to_owned() })
        }
        Some(scheme) if scheme.len() + 1 == name.len() => invalid("nothing follows its scheme"),
        Some(_) => Ok(()),
        None if !matches!(module, Module::Virtual(_)) => {
            invalid("it needs a scheme, as in \"mycrate:thing\"")
        }
        None if name.starts_with(['.', '/', '#']) => {
            invalid("it would be taken for a path or a package import")
        }
        None => Ok(()),
    }
}

/// A module that cannot be added to a registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// A name that no specifier can be.
    #[error("cannot register a module as {name:?}: {reason}")]
    Invalid {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A name with a scheme of the runtime.
    #[error("cannot register a module as {name:?}: the scheme \"{scheme}:\" is the runtime's")]
    Taken {
        /// The name.
        name: String,
        /// The scheme without its colon.
        scheme: String,
    },
    /// Two modules of one name.
    #[error("two modules are registered as {name:?}")]
    Twice {
        /// The name.
        name: String,
    },
}
