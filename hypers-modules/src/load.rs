//! From a resolved module to its source and format.

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::cache::{CodeKey, CodeKind, CompilationKey, CompileCache};
use crate::compile::cjs::{CjsExports, cjs_exports, mentions_exports};
use crate::compile::sourcemap::SourceMap;
use crate::compile::syntax::{ModuleSyntax, parsed_syntax, syntax_at_a_glance};
use crate::compile::transpile::{TranspileOptions, Transpiled, transpile};
use crate::error::{LoadError, TranspileError};
use crate::exports::{Language, VirtualModule};
use crate::loader::Loader;
use crate::read::{clean_text, read, read_text};
use crate::resolve::package::{InvalidPackage, PackageType};
use crate::resolve::url::percent_decode;
use crate::resolve::{RequestKind, Resolution};

/// What a module is, and so how it is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// An ECMAScript module.
    Esm,
    /// A CommonJS module.
    CommonJs,
    /// JSON; the code is its text.
    Json,
    /// A WebAssembly binary.
    Wasm,
    /// `with { type: "text" }`.
    Text,
    /// `with { type: "bytes" }`.
    Bytes,
    /// A built-in, or a module of the registry that Rust makes; there is no code.
    Builtin,
    /// Lua.
    Lua,
}

/// `type` of an import's attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ImportType {
    /// There is none.
    #[default]
    Unspecified,
    /// `json`.
    Json,
    /// `text`.
    Text,
    /// `bytes`.
    Bytes,
}

impl ImportType {
    /// The attribute's value, where there is one.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Unspecified => None,
            Self::Json => Some("json"),
            Self::Text => Some("text"),
            Self::Bytes => Some("bytes"),
        }
    }

    /// Reads the value of the attribute.
    ///
    /// # Errors
    /// When there is no such type.
    pub fn parse(value: &str) -> Result<Self, LoadError> {
        match value {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            "bytes" => Ok(Self::Bytes),
            _ => Err(LoadError::AttributeUnsupported { value: value.to_owned() }),
        }
    }
}

/// A module's source, ready for the engine.
#[derive(Debug)]
pub struct Source {
    /// The module's URL.
    pub url: String,
    /// How to run it.
    pub format: Format,
    /// What to run.
    pub code: Code,
    /// From `code` to what the author wrote, where the two differ. A file that brings its own map has `None` here:
    /// see [`SourceMap::of_generated`].
    pub map: Option<SourceMap>,
    /// Under what the compile cache has the engine's own form of `code`. `None` for sources that are too small for
    /// that to pay, for what is not JavaScript, and for a loader without a cache.
    pub code_key: Option<CodeKey>,
}

impl Source {
    fn of_builtin(name: &str) -> Self {
        let code = Code::Text(String::new());
        Self { url: name.to_owned(), format: Format::Builtin, code, map: None, code_key: None }
    }
}

/// Text or bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// Text, without a byte order mark.
    Text(String),
    /// Bytes, of [`Format::Wasm`] and [`Format::Bytes`].
    Bytes(Vec<u8>),
}

impl Code {
    /// The text; empty for bytes.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Bytes(_) => "",
        }
    }

    /// The bytes, of text in UTF-8.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// What the name of a file says about it.
enum Kind {
    Script(Option<ModuleSyntax>),
    Compiled(Option<ModuleSyntax>),
    Json,
    Wasm,
    Lua,
}

impl Loader {
    /// Reads a module and makes it ready to run.
    ///
    /// Text is decoded as UTF-8; as in Node, bytes that are none become U+FFFD. A file that changes while it is read
    /// is read again. With a cache, long sources are compiled and looked through once for all processes.
    ///
    /// # Errors
    /// When it cannot be read, is of a format that is not known or not the one asked for, or does not compile.
    pub fn load(
        &self,
        resolution: &Resolution,
        attribute: ImportType,
        kind: RequestKind,
    ) -> Result<Source, LoadError> {
        match resolution {
            Resolution::Builtin(name) => Ok(Source::of_builtin(name)),
            Resolution::Data(url) => load_data(url, attribute),
            Resolution::Native(name) => Ok(Source::of_builtin(name)),
            Resolution::Virtual(name) => self.load_virtual(resolution, name, attribute),
            Resolution::File { path, .. } => self.load_file(resolution, path, attribute, kind),
        }
    }

    fn load_file(
        &self,
        resolution: &Resolution,
        path: &Path,
        attribute: ImportType,
        request: RequestKind,
    ) -> Result<Source, LoadError> {
        let done =
            |format, code| Ok(Source { url: resolution.url(), format, code, map: None, code_key: None });
        match attribute {
            ImportType::Text => return done(Format::Text, Code::Text(read_text(path)?)),
            ImportType::Bytes => return done(Format::Bytes, Code::Bytes(read(path)?)),
            ImportType::Json | ImportType::Unspecified => {}
        }
        let kind = self.kind(path, request)?;
        if attribute == ImportType::Json && !matches!(kind, Kind::Json) {
            return Err(LoadError::AttributeIncompatible { url: resolution.url(), requested: "json" });
        }
        match kind {
            Kind::Json if attribute != ImportType::Json && request == RequestKind::Import => {
                Err(LoadError::AttributeMissing { url: resolution.url(), expected: "json" })
            }
            Kind::Json => done(Format::Json, Code::Text(read_text(path)?)),
            Kind::Lua => done(Format::Lua, Code::Text(read_lua(path)?)),
            Kind::Wasm => done(Format::Wasm, Code::Bytes(read(path)?)),
            Kind::Script(syntax) => Ok(self.script(resolution, read_text(path)?, syntax)),
            Kind::Compiled(syntax) => {
                let compiler = self
                    .compiler_options(path)
                    .map_err(|reason| LoadError::InvalidTsconfig { path: path.to_path_buf(), reason })?;
                let options = TranspileOptions { compiler: (*compiler).clone(), syntax, keep_source: false };
                let (compiled, code_key) = self.compiled(&read_text(path)?, path, &options)?;
                Ok(Source {
                    url: resolution.url(),
                    format: compiled.syntax.into(),
                    code: Code::Text(compiled.code),
                    map: Some(compiled.map),
                    code_key,
                })
            }
        }
    }

    /// JavaScript as it was read. What its text says of its module system is found once, if it is long.
    fn script(&self, resolution: &Resolution, text: String, syntax: Option<ModuleSyntax>) -> Source {
        // The key serves both the text's facts and the engine's code.
        let key = self.key_from(&text, CompileCache::CODE_FROM.min(CompileCache::FACTS_FROM));
        let syntax = syntax.or_else(|| syntax_at_a_glance(&text)).unwrap_or_else(|| {
            match self.cache_for(&text, key.as_ref()) {
                Some((cache, key)) => cache.syntax_or(key, || parsed_syntax(&text)),
                None => parsed_syntax(&text),
            }
        });
        let code_key = key.map(|key| key.with_kind(syntax.into()));
        Source { url: resolution.url(), format: syntax.into(), code: Code::Text(text), map: None, code_key }
    }

    /// [`transpile`] through the cache, and the key of the engine's code.
    fn compiled(
        &self,
        source: &str,
        path: &Path,
        options: &TranspileOptions,
    ) -> Result<(Transpiled, Option<CodeKey>), TranspileError> {
        let cache = self.options.cache.as_deref().filter(|_| source.len() >= CompileCache::COMPILED_FROM);
        let keyed = cache.and_then(|cache| Some((cache, CompilationKey::new(source, path, options)?)));
        let Some((cache, key)) = keyed else { return Ok((transpile(source, path, options)?, None)) };
        let compiled = match cache.get_compiled(&key, path) {
            Some(compiled) => compiled,
            None => {
                let compiled = transpile(source, path, options)?;
                cache.put_compiled(&key, &compiled);
                compiled
            }
        };
        let pays = compiled.code.len() >= CompileCache::CODE_FROM;
        let code_key = pays.then(|| key.code_key(compiled.syntax.into()));
        Ok((compiled, code_key))
    }

    /// The names that a CommonJS source exports as far as its text tells: [`cjs_exports`], through the cache. `key`
    /// is the [`code_key`](Source::code_key) of the source that has this code.
    pub fn cjs_exports(&self, code: &str, key: Option<&CodeKey>) -> CjsExports {
        match self.cache_for(code, key).filter(|_| mentions_exports(code)) {
            Some((cache, key)) => cache.exports_or(key, || cjs_exports(code)),
            None => cjs_exports(code),
        }
    }

    /// The key of JavaScript that is long enough for one, where there is a cache.
    fn key_from(&self, text: &str, shortest: usize) -> Option<CodeKey> {
        let pays = self.options.cache.is_some() && text.len() >= shortest;
        pays.then(|| CodeKey::new(text.as_bytes(), CodeKind::Esm))
    }

    /// The cache for the facts of a text.
    fn cache_for<'a>(
        &'a self,
        text: &str,
        key: Option<&'a CodeKey>,
    ) -> Option<(&'a CompileCache, &'a CodeKey)> {
        let cache = self.options.cache.as_deref().filter(|_| text.len() >= CompileCache::FACTS_FROM)?;
        Some((cache, key?))
    }

    /// A source of the registry.
    fn load_virtual(
        &self,
        resolution: &Resolution,
        name: &str,
        attribute: ImportType,
    ) -> Result<Source, LoadError> {
        let url = resolution.url();
        let Some(module) = self.options.registry.as_ref().and_then(|registry| registry.source(name)) else {
            let source = Arc::new(io::ErrorKind::NotFound.into());
            return Err(LoadError::Read { path: url.into(), source });
        };
        let text = || Code::Text(module.source.to_string());
        let (format, code) = match (attribute, module.language) {
            (ImportType::Text, _) => (Format::Text, text()),
            (ImportType::Bytes, _) => (Format::Bytes, Code::Bytes(module.source.as_bytes().to_vec())),
            (_, Language::Json) => (Format::Json, text()),
            (ImportType::Json, _) => {
                return Err(LoadError::AttributeIncompatible { url, requested: "json" });
            }
            (_, Language::CommonJs) => (Format::CommonJs, text()),
            (_, Language::JavaScript) => (Format::Esm, text()),
            (_, Language::TypeScript | Language::Tsx) => return load_compiled(url, module),
        };
        Ok(Source { url, format, code, map: None, code_key: None })
    }

    /// The format by extension and `package.json`.
    fn kind(&self, path: &Path, request: RequestKind) -> Result<Kind, LoadError> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        Ok(match extension {
            "mjs" => Kind::Script(Some(ModuleSyntax::Esm)),
            "cjs" => Kind::Script(Some(ModuleSyntax::CommonJs)),
            "js" | "" => Kind::Script(self.declared_syntax(path)?),
            "mts" => Kind::Compiled(Some(ModuleSyntax::Esm)),
            // TypeScript calls its own `import` declarations CommonJS where it compiles them to `require`. What is
            // written as a module is run as one here.
            "cts" => Kind::Compiled(None),
            "ts" | "tsx" => Kind::Compiled(self.declared_module(path)?),
            "jsx" => Kind::Compiled(self.declared_syntax(path)?),
            "json" => Kind::Json,
            "lua" => Kind::Lua,
            "wasm" => Kind::Wasm,
            "node" => return Err(LoadError::NativeAddon { path: path.to_path_buf() }),
            // As in Node, `require` takes what it does not know for JavaScript.
            _ if request == RequestKind::Require => Kind::Script(self.declared_syntax(path)?),
            _ => {
                let extension = format!(".{extension}");
                return Err(LoadError::UnknownExtension { extension, path: path.to_path_buf() });
            }
        })
    }

    fn declared_syntax(&self, path: &Path) -> Result<Option<ModuleSyntax>, LoadError> {
        let declared = self.package_type(path).map_err(|InvalidPackage { manifest, place, reason }| {
            LoadError::InvalidPackage { manifest, place: Some(place), reason }
        })?;
        Ok(match declared {
            PackageType::Module => Some(ModuleSyntax::Esm),
            PackageType::CommonJs => Some(ModuleSyntax::CommonJs),
            PackageType::Unspecified => None,
        })
    }

    /// As [`declared_syntax`](Self::declared_syntax), for TypeScript that may be written as a module in a package
    /// of type `commonjs`.
    fn declared_module(&self, path: &Path) -> Result<Option<ModuleSyntax>, LoadError> {
        Ok(self.declared_syntax(path)?.filter(|syntax| *syntax == ModuleSyntax::Esm))
    }
}

impl From<ModuleSyntax> for Format {
    fn from(syntax: ModuleSyntax) -> Self {
        match syntax {
            ModuleSyntax::Esm => Self::Esm,
            ModuleSyntax::CommonJs => Self::CommonJs,
        }
    }
}

impl From<ModuleSyntax> for CodeKind {
    fn from(syntax: ModuleSyntax) -> Self {
        match syntax {
            ModuleSyntax::Esm => Self::Esm,
            ModuleSyntax::CommonJs => Self::CommonJs,
        }
    }
}

/// TypeScript of the registry.
fn load_compiled(url: String, module: &VirtualModule) -> Result<Source, LoadError> {
    let options = TranspileOptions {
        syntax: Some(ModuleSyntax::Esm),
        keep_source: true,
        ..TranspileOptions::default()
    };
    let compiled = transpile(&module.source, Path::new(&module.shown_name(&url)), &options)?;
    let code = Code::Text(compiled.code);
    Ok(Source { url, format: Format::Esm, code, map: Some(compiled.map), code_key: None })
}

/// Lua has another comment to turn a hashbang into.
fn read_lua(path: &Path) -> Result<String, LoadError> {
    let mut bytes = read(path)?;
    if bytes.starts_with(b"#!") {
        bytes[..2].copy_from_slice(b"--");
    }
    Ok(clean_text(bytes))
}

/// `data:text/javascript,…`, `data:application/json,…` and `data:application/wasm;base64,…`.
fn load_data(url: &str, attribute: ImportType) -> Result<Source, LoadError> {
    let invalid = |reason: &str| LoadError::DataUrl { reason: reason.to_owned() };
    let data = url.get(5..).unwrap_or("");
    let Some((media, payload)) = data.split_once(',') else {
        return Err(invalid("it has no comma before its payload"));
    };
    let payload = payload.split_once('#').map_or(payload, |(payload, _)| payload);
    let mut bytes = percent_decode(payload.as_bytes());
    let mut parameters = media.split(';').map(str::trim);
    let essence = parameters.next().unwrap_or("").to_ascii_lowercase();
    if parameters.next_back().is_some_and(|last| last.eq_ignore_ascii_case("base64")) {
        bytes = crate::compile::sourcemap::decode_base64(&bytes)
            .ok_or_else(|| invalid("its payload is not base64"))?;
    }
    let text = |bytes| Code::Text(clean_text(bytes));
    let (format, code) = match (attribute, essence.as_str()) {
        (ImportType::Text, _) => (Format::Text, text(bytes)),
        (ImportType::Bytes, _) => (Format::Bytes, Code::Bytes(bytes)),
        (ImportType::Json, "application/json") => (Format::Json, text(bytes)),
        (ImportType::Json, _) => {
            return Err(LoadError::AttributeIncompatible { url: url.to_owned(), requested: "json" });
        }
        (ImportType::Unspecified, "application/json") => {
            return Err(LoadError::AttributeMissing { url: url.to_owned(), expected: "json" });
        }
        (ImportType::Unspecified, "text/javascript" | "application/javascript") => (Format::Esm, text(bytes)),
        (ImportType::Unspecified, "application/wasm") => (Format::Wasm, Code::Bytes(bytes)),
        (ImportType::Unspecified, "text/typescript" | "application/typescript") => {
            let options = TranspileOptions {
                syntax: Some(ModuleSyntax::Esm),
                keep_source: true,
                ..TranspileOptions::default()
            };
            let compiled = transpile(&clean_text(bytes), Path::new("data.ts"), &options)?;
            let code = Code::Text(compiled.code);
            let map = Some(compiled.map);
            return Ok(Source { url: url.to_owned(), format: Format::Esm, code, map, code_key: None });
        }
        (ImportType::Unspecified, other) => {
            return Err(invalid(&format!("its media type \"{other}\" is no module")));
        }
    };
    Ok(Source { url: url.to_owned(), format, code, map: None, code_key: None })
}
