//! What can go wrong, with the codes that Node gives it.

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::compile::frame::CodeFrame;
use crate::resolve::url::file_path;

/// A specifier that leads nowhere.
///
/// [`code`](Self::code) is the `code` property of the JavaScript error. The message names the specifier, the module
/// that asked for it and, when there is one, a near miss.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// No file answers to an `import` or to the entry's name.
    #[error("Cannot find module '{specifier}'{}{}{tried}", imported(.referrer), hint(.suggestion))]
    ModuleNotFound {
        /// As written.
        specifier: String,
        /// The importing module.
        referrer: Option<String>,
        /// A specifier that would have worked.
        suggestion: Option<String>,
        /// Where it was looked for.
        tried: Tried,
    },
    /// No package answers to a bare `import`.
    #[error("Cannot find package '{package}'{}{}{tried}", imported(.referrer), hint(.suggestion))]
    PackageNotFound {
        /// The package's name.
        package: String,
        /// The importing module.
        referrer: Option<String>,
        /// A specifier that would have worked.
        suggestion: Option<String>,
        /// Where it was looked for.
        tried: Tried,
    },
    /// Nothing answers to a `require`.
    #[error("Cannot find module '{specifier}'{}\nRequire stack:\n- {referrer}{tried}", hint(.suggestion))]
    RequireNotFound {
        /// As written.
        specifier: String,
        /// The requiring module.
        referrer: String,
        /// A specifier that would have worked.
        suggestion: Option<String>,
        /// Where it was looked for.
        tried: Tried,
    },
    /// An `import` of a directory.
    #[error("Directory import '{specifier}' is not supported resolving ES modules{}{}", imported(.referrer), hint(.suggestion))]
    UnsupportedDirectory {
        /// As written.
        specifier: String,
        /// The importing module.
        referrer: Option<String>,
        /// A specifier that would have worked.
        suggestion: Option<String>,
    },
    /// `node:nothing` or `krepis:nothing`.
    #[error("No such built-in module: {specifier}{}{}", imported(.referrer), hint(.suggestion))]
    UnknownBuiltin {
        /// As written.
        specifier: String,
        /// The importing module.
        referrer: Option<String>,
        /// A built-in of a similar name.
        suggestion: Option<String>,
    },
    /// A scheme that modules cannot be loaded from.
    #[error("Only URLs with a scheme in: file, data, node, and krepis are supported. Received protocol '{scheme}:' in '{specifier}'{}", imported(.referrer))]
    UnsupportedScheme {
        /// As written.
        specifier: String,
        /// The scheme without its colon.
        scheme: String,
        /// The importing module.
        referrer: Option<String>,
    },
    /// Not a specifier: empty, or with an encoded separator.
    #[error("Invalid module '{specifier}': {reason}{}", imported(.referrer))]
    InvalidSpecifier {
        /// As written.
        specifier: String,
        /// What is wrong with it.
        reason: &'static str,
        /// The importing module.
        referrer: Option<String>,
    },
    /// A package exists but does not export the path.
    #[error("{}{} (conditions: {conditions}){}", not_exported(.subpath, .manifest), imported(.referrer), hint(.suggestion))]
    NotExported {
        /// `.` or `./sub/path`.
        subpath: String,
        /// The `package.json`.
        manifest: PathBuf,
        /// The conditions that held, with commas.
        conditions: String,
        /// A specifier that would have worked.
        suggestion: Option<String>,
        /// The importing module.
        referrer: Option<String>,
    },
    /// `#name` that the package's `imports` does not define.
    #[error("Package import specifier \"{specifier}\" is not defined{}{}{}", in_package(.manifest), imported(.referrer), hint(.suggestion))]
    ImportNotDefined {
        /// As written.
        specifier: String,
        /// The nearest `package.json`, if there is one.
        manifest: Option<PathBuf>,
        /// A name that is defined.
        suggestion: Option<String>,
        /// The importing module.
        referrer: Option<String>,
    },
    /// An `exports` or `imports` target that points outside of the package or is no path.
    #[error("Invalid \"{field}\" target \"{target}\" in the package config {}{}", .manifest.display(), imported(.referrer))]
    InvalidTarget {
        /// The target.
        target: String,
        /// `exports` or `imports`.
        field: &'static str,
        /// The `package.json`.
        manifest: PathBuf,
        /// The importing module.
        referrer: Option<String>,
    },
    /// A `package.json` that cannot be understood.
    #[error("Invalid package config {}{}: {reason}{}", .manifest.display(), placed(*place), imported(.referrer))]
    InvalidPackage {
        /// The `package.json`.
        manifest: PathBuf,
        /// The line and column, counted from 1, where they are known.
        place: Option<(usize, usize)>,
        /// What is wrong with it.
        reason: String,
        /// The importing module.
        referrer: Option<String>,
    },
    /// A `tsconfig.json` that cannot be understood.
    #[error("Invalid tsconfig: {reason}{}", imported(.referrer))]
    InvalidTsconfig {
        /// What is wrong with it.
        reason: String,
        /// The importing module.
        referrer: Option<String>,
    },
    /// A `krepis.json` whose import map cannot be understood.
    #[error("Invalid import map {}:{line}:{column}: {reason}{}", .path.display(), imported(.referrer))]
    InvalidImportMap {
        /// The `krepis.json`.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong with it.
        reason: String,
        /// The importing module.
        referrer: Option<String>,
    },
    /// A specifier that an import map takes, but leads nowhere.
    #[error("Cannot find module '{specifier}': the import map {} blocks it: {reason}{}", .map.display(), imported(.referrer))]
    BlockedByImportMap {
        /// As written.
        specifier: String,
        /// The `krepis.json`.
        map: PathBuf,
        /// Why.
        reason: &'static str,
        /// The importing module.
        referrer: Option<String>,
    },
    /// Symbolic links that lead to each other.
    #[error("Too many symbolic links: {} leads to itself{}", .path.display(), imported(.referrer))]
    LinkLoop {
        /// The path that was looked at.
        path: PathBuf,
        /// The importing module.
        referrer: Option<String>,
    },
    /// Anything else that the resolver reports, such as a directory that may not be read.
    #[error("Cannot resolve '{specifier}': {reason}{}", imported(.referrer))]
    Other {
        /// As written.
        specifier: String,
        /// What the resolver reports.
        reason: String,
        /// The importing module.
        referrer: Option<String>,
    },
}

impl ResolveError {
    /// The value of the JavaScript error's `code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ModuleNotFound { .. } | Self::PackageNotFound { .. } => "ERR_MODULE_NOT_FOUND",
            Self::RequireNotFound { .. } => "MODULE_NOT_FOUND",
            Self::UnsupportedDirectory { .. } => "ERR_UNSUPPORTED_DIR_IMPORT",
            Self::UnknownBuiltin { .. } => "ERR_UNKNOWN_BUILTIN_MODULE",
            Self::UnsupportedScheme { .. } => "ERR_UNSUPPORTED_ESM_URL_SCHEME",
            Self::InvalidSpecifier { .. } => "ERR_INVALID_MODULE_SPECIFIER",
            Self::NotExported { .. } => "ERR_PACKAGE_PATH_NOT_EXPORTED",
            Self::ImportNotDefined { .. } => "ERR_PACKAGE_IMPORT_NOT_DEFINED",
            Self::InvalidTarget { .. } => "ERR_INVALID_PACKAGE_TARGET",
            Self::InvalidPackage { .. } => "ERR_INVALID_PACKAGE_CONFIG",
            Self::InvalidTsconfig { .. } => "ERR_INVALID_TSCONFIG",
            Self::InvalidImportMap { .. } => "ERR_INVALID_IMPORT_MAP",
            Self::BlockedByImportMap { .. } => "ERR_MODULE_NOT_FOUND",
            Self::LinkLoop { .. } => "ELOOP",
            Self::Other { .. } => "ERR_MODULE_RESOLUTION",
        }
    }

    /// The same error for another module that asks: a referrer as the loader is given it.
    pub(crate) fn referred(&self, by: Option<&str>) -> Self {
        let mut error = self.clone();
        match &mut error {
            Self::RequireNotFound { referrer, .. } => *referrer = by.map(shown).unwrap_or_default(),
            Self::ModuleNotFound { referrer, .. }
            | Self::PackageNotFound { referrer, .. }
            | Self::UnsupportedDirectory { referrer, .. }
            | Self::UnknownBuiltin { referrer, .. }
            | Self::UnsupportedScheme { referrer, .. }
            | Self::InvalidSpecifier { referrer, .. }
            | Self::NotExported { referrer, .. }
            | Self::ImportNotDefined { referrer, .. }
            | Self::InvalidTarget { referrer, .. }
            | Self::InvalidPackage { referrer, .. }
            | Self::InvalidTsconfig { referrer, .. }
            | Self::InvalidImportMap { referrer, .. }
            | Self::BlockedByImportMap { referrer, .. }
            | Self::LinkLoop { referrer, .. }
            | Self::Other { referrer, .. } => *referrer = by.map(shown),
        }
        error
    }

    /// Where it was looked for, at most [`Tried::SHOWN`] paths.
    pub fn tried(&self) -> &[PathBuf] {
        match self {
            Self::ModuleNotFound { tried, .. }
            | Self::PackageNotFound { tried, .. }
            | Self::RequireNotFound { tried, .. } => &tried.paths,
            _ => &[],
        }
    }
}

/// Paths that a module was looked for at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    paths: Vec<PathBuf>,
    more: usize,
}

impl Tried {
    /// How many paths are kept.
    pub const SHOWN: usize = 4;

    pub(crate) fn new(all: Vec<PathBuf>) -> Self {
        let mut paths: Vec<PathBuf> = Vec::new();
        for path in all {
            // They are few, and to compare paths as such takes much longer.
            if !paths.iter().any(|known| known.as_os_str() == path.as_os_str()) {
                paths.push(path);
            }
        }
        let more = paths.len().saturating_sub(Self::SHOWN);
        paths.truncate(Self::SHOWN);
        Self { paths, more }
    }
}

impl Display for Tried {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, path) in self.paths.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "\nTried: " } else { ", " }, path.display())?;
        }
        if self.more > 0 {
            write!(f, " and {} more", self.more)?;
        }
        Ok(())
    }
}

/// A module that was found but cannot be read as what it should be.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be read.
    #[error("Cannot read module '{}': {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// The file is larger than a string can be.
    #[error("Module '{}' is too large: {size} bytes, the limit is {limit}", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The largest size in bytes.
        limit: u64,
    },
    /// An extension that no format belongs to.
    #[error("Unknown file extension \"{extension}\" for {}: import it with {{ type: \"text\" }} or {{ type: \"bytes\" }}", .path.display())]
    UnknownExtension {
        /// With its dot.
        extension: String,
        /// The file.
        path: PathBuf,
    },
    /// A native addon.
    #[error("Native addons are not supported: {}", .path.display())]
    NativeAddon {
        /// The file.
        path: PathBuf,
    },
    /// A file that somebody writes to all the time.
    #[error("Cannot load module {}: it changes while it is read ({attempts} times)", .path.display())]
    Unstable {
        /// The file.
        path: PathBuf,
        /// How often it was read.
        attempts: u32,
    },
    /// An `import` of JSON that does not say so.
    #[error("Module \"{url}\" needs an import attribute of \"type: {expected}\"")]
    AttributeMissing {
        /// The module.
        url: String,
        /// The type that is needed.
        expected: &'static str,
    },
    /// An `import` that says it is JSON, of something else.
    #[error("Module \"{url}\" is not of type \"{requested}\"")]
    AttributeIncompatible {
        /// The module.
        url: String,
        /// The type that was asked for.
        requested: &'static str,
    },
    /// `with { type: "css" }`.
    #[error("Import attribute \"type\" with value \"{value}\" is not supported")]
    AttributeUnsupported {
        /// The value.
        value: String,
    },
    /// A `data:` URL without a payload, or of a media type that is no module.
    #[error("Cannot load module from data: URL: {reason}")]
    DataUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// A `package.json` that cannot be understood.
    #[error("Invalid package config {}{}: {reason}", .manifest.display(), placed(*place))]
    InvalidPackage {
        /// The `package.json`.
        manifest: PathBuf,
        /// The line and column, counted from 1, where they are known.
        place: Option<(usize, usize)>,
        /// What is wrong with it.
        reason: String,
    },
    /// A `tsconfig.json` that cannot be understood.
    #[error("Invalid tsconfig for {}: {reason}", .path.display())]
    InvalidTsconfig {
        /// The file that was to be compiled.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The source does not compile.
    #[error(transparent)]
    Transpile(#[from] TranspileError),
}

impl LoadError {
    /// The value of the JavaScript error's `code`. A syntax error is a `SyntaxError` and has none.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Read { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => "ERR_MODULE_NOT_FOUND",
                io::ErrorKind::PermissionDenied => "EACCES",
                io::ErrorKind::IsADirectory => "EISDIR",
                _ => "EIO",
            },
            Self::TooLarge { .. } => "ERR_FS_FILE_TOO_LARGE",
            Self::Unstable { .. } => "EBUSY",
            Self::UnknownExtension { .. } => "ERR_UNKNOWN_FILE_EXTENSION",
            Self::NativeAddon { .. } => "ERR_DLOPEN_FAILED",
            Self::AttributeMissing { .. } => "ERR_IMPORT_ATTRIBUTE_MISSING",
            Self::AttributeIncompatible { .. } => "ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE",
            Self::AttributeUnsupported { .. } => "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
            Self::DataUrl { .. } => "ERR_INVALID_URL",
            Self::InvalidPackage { .. } => "ERR_INVALID_PACKAGE_CONFIG",
            Self::InvalidTsconfig { .. } => "ERR_INVALID_TSCONFIG",
            Self::Transpile(_) => return None,
        })
    }
}

/// A TypeScript or JSX source that does not compile: every diagnostic, in the order of the source.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.summary())]
pub struct TranspileError {
    /// The file's name as it was given.
    pub file: String,
    /// The source, for code frames.
    pub source_text: Arc<str>,
    /// At least one.
    pub diagnostics: Vec<Diagnostic>,
}

/// One thing that is wrong with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The line, counted from 0.
    pub line: u32,
    /// The column in UTF-16 code units, counted from 0.
    pub column: u32,
    /// How many UTF-16 code units of the line are meant, at least 1.
    pub width: u32,
}

impl TranspileError {
    /// `file:line:column: message` for every diagnostic, each with its code frame.
    pub fn render(&self, color: bool) -> String {
        let mut text = String::new();
        for diagnostic in &self.diagnostics {
            let Diagnostic { message, help, line, column, width } = diagnostic;
            text += &format!("{}:{}:{}\n", self.file, line + 1, column + 1);
            text +=
                &CodeFrame::new(&self.source_text, *line, *column).underline(*width).color(color).to_string();
            text += &format!("SyntaxError: {message}\n");
            if let Some(help) = help {
                text += &format!("  help: {help}\n");
            }
        }
        text
    }

    fn summary(&self) -> String {
        let Some(first) = self.diagnostics.first() else { return format!("{} does not compile", self.file) };
        let more = match self.diagnostics.len() - 1 {
            0 => String::new(),
            1 => " (and 1 more error)".to_owned(),
            more => format!(" (and {more} more errors)"),
        };
        format!("{} ({}:{}:{}){more}", first.message, self.file, first.line + 1, first.column + 1)
    }
}

fn imported(referrer: &Option<String>) -> String {
    referrer.as_ref().map_or_else(String::new, |referrer| format!(" imported from {referrer}"))
}

fn hint(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |suggestion| format!("; did you mean \"{suggestion}\"?"))
}

fn not_exported(subpath: &str, manifest: &std::path::Path) -> String {
    match subpath {
        "." => format!("No \"exports\" main defined in {}", manifest.display()),
        _ => format!("Package subpath '{subpath}' is not defined by \"exports\" in {}", manifest.display()),
    }
}

fn in_package(manifest: &Option<PathBuf>) -> String {
    manifest.as_ref().map_or_else(String::new, |manifest| format!(" in package {}", manifest.display()))
}

fn placed(place: Option<(usize, usize)>) -> String {
    place.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"))
}

/// A referrer as people know it: a path where it is one.
fn shown(referrer: &str) -> String {
    file_path(referrer).map_or_else(|| referrer.to_owned(), |path| path.display().to_string())
}

/// Where a JSON text is wrong, and how, without the place.
pub(crate) fn json_place(error: &serde_json::Error) -> ((usize, usize), String) {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned();
    ((error.line(), error.column()), reason)
}
