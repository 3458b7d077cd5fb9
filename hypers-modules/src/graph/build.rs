//! Following the imports of an entry.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::dominators::{dominators, retained};
use super::imports::{ImportKind, ImportSite};
use super::packages::Packages;
use super::{Import, Module, ModuleGraph, ModuleKind};
use crate::error::{Diagnostic, LoadError, ResolveError, TranspileError};
use crate::load::{Format, ImportType};
use crate::loader::Loader;
use crate::resolve::url::scheme;
use crate::resolve::{RequestKind, Resolution};

/// So many modules are read before what they import is met.
const BATCH: usize = 64;

/// How a graph is built.
#[derive(Clone, Debug)]
pub struct GraphOptions {
    /// Packages in `node_modules` are followed too; otherwise the first module of each is all that is seen.
    pub dependencies: bool,
}

impl Default for GraphOptions {
    fn default() -> Self {
        Self { dependencies: true }
    }
}

/// How far building has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Modules that have been met.
    pub found: usize,
    /// Modules that have been read.
    pub read: usize,
}

impl ModuleGraph {
    /// Follows all imports from `entry`, which is a path relative to the loader's working directory or a `file:` URL.
    ///
    /// What is missing or does not parse is a problem of the graph and does not stop it. `progress` is told after each
    /// module.
    ///
    /// # Errors
    /// When there is no such entry.
    pub fn build(
        loader: &Loader,
        entry: &str,
        options: &GraphOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, ResolveError> {
        let entry = loader.resolve_entry(entry)?;
        let mut builder = Builder::new(loader, options, &entry);
        builder.meet(Target::Found(entry), None, RequestKind::Import);
        let mut read = 0;
        while read < builder.queue.len() {
            let end = builder.queue.len().min(read + BATCH);
            for (number, found) in builder.read(read..end) {
                builder.enter(number, found);
                read += 1;
                progress(Progress { found: builder.queue.len(), read });
            }
        }
        Ok(builder.finish())
    }
}

/// What a specifier leads to.
enum Target {
    Found(Resolution),
    Missing { url: String, name: String },
}

struct Builder<'a> {
    loader: &'a Loader,
    options: &'a GraphOptions,
    root: PathBuf,
    modules: Vec<Module>,
    /// What is loaded of each module, and how.
    targets: Vec<Option<Request>>,
    imports: Vec<Import>,
    packages: Packages,
    /// By URL and attribute.
    numbers: HashMap<(String, ImportType), usize>,
    /// Modules to read, in the order in which they are met.
    queue: Vec<usize>,
}

#[derive(Clone)]
struct Request {
    resolution: Resolution,
    attribute: ImportType,
    kind: RequestKind,
    is_queued: bool,
}

/// A module that has been read, and where its imports lead.
struct Read {
    resolution: Resolution,
    format: Option<Format>,
    bytes: u64,
    code_bytes: u64,
    problem: Option<String>,
    imports: Vec<(ImportSite, Result<Resolution, ResolveError>)>,
}

impl Request {
    fn read(&self, loader: &Loader, is_followed: bool) -> Read {
        let Self { resolution, attribute, kind, .. } = self;
        let size =
            resolution.path().and_then(|path| std::fs::metadata(path).ok()).map(|metadata| metadata.len());
        let mut read = Read {
            resolution: resolution.clone(),
            format: None,
            bytes: size.unwrap_or(0),
            code_bytes: 0,
            problem: None,
            imports: Vec::new(),
        };
        let source = match loader.load(resolution, *attribute, *kind) {
            Ok(source) => source,
            Err(error) => {
                read.problem = Some(unreadable(&error));
                return read;
            }
        };
        read.format = Some(source.format);
        read.code_bytes = source.code.bytes().len() as u64;
        read.bytes = size.unwrap_or(read.code_bytes);
        if !is_followed {
            return read;
        }
        match source.scan() {
            Ok(sites) => {
                let resolve =
                    |site: ImportSite| (resolve(loader, resolution, &site)).map(|found| (site, found));
                read.imports = sites.into_iter().filter_map(resolve).collect();
            }
            Err(reason) => read.problem = Some(format!("it does not parse: {reason}")),
        }
        read
    }
}

/// `None` for a URL that is no path.
fn resolve(
    loader: &Loader,
    referrer: &Resolution,
    site: &ImportSite,
) -> Option<Result<Resolution, ResolveError>> {
    let mut specifier = Cow::Borrowed(site.specifier.as_str());
    if site.kind == ImportKind::Url {
        if scheme(&specifier).is_some() || specifier.starts_with('/') {
            return None;
        }
        if !specifier.starts_with('.') {
            specifier = Cow::Owned(format!("./{specifier}"));
        }
    }
    Some(loader.resolve(&specifier, &referrer.url(), request_kind(site.kind)))
}

fn request_kind(kind: ImportKind) -> RequestKind {
    match kind {
        ImportKind::Require | ImportKind::Resolve => RequestKind::Require,
        _ => RequestKind::Import,
    }
}

fn unreadable(error: &LoadError) -> String {
    let LoadError::Transpile(TranspileError { diagnostics, .. }) = error else { return error.to_string() };
    match diagnostics.first() {
        Some(Diagnostic { message, line, column, .. }) => {
            format!("it does not compile: {message} at {}:{}", line + 1, column + 1)
        }
        None => "it does not compile".to_owned(),
    }
}

impl<'a> Builder<'a> {
    fn new(loader: &'a Loader, options: &'a GraphOptions, entry: &Resolution) -> Self {
        let mut packages = Packages::default();
        let cwd = &loader.options().cwd;
        let file = entry.path().unwrap_or(cwd);
        let root = if file.starts_with(cwd) {
            cwd.clone()
        } else {
            let package = packages.of(file).map(|number| packages.found[number].root.clone());
            package.unwrap_or_else(|| file.parent().unwrap_or(file).to_path_buf())
        };
        Self {
            loader,
            options,
            root,
            modules: Vec::new(),
            targets: Vec::new(),
            imports: Vec::new(),
            packages,
            numbers: HashMap::new(),
            queue: Vec::new(),
        }
    }

    /// The number of a module, which is new or known.
    fn meet(&mut self, target: Target, site: Option<&ImportSite>, kind: RequestKind) -> usize {
        let attribute = match site.and_then(|site| site.attribute.as_deref()) {
            Some("text") => ImportType::Text,
            Some("bytes") => ImportType::Bytes,
            _ => ImportType::Unspecified,
        };
        let url = match &target {
            Target::Found(resolution) => resolution.url(),
            Target::Missing { url, .. } => url.clone(),
        };
        let is_run = site.is_none_or(|site| site.kind != ImportKind::Resolve);
        let number = match self.numbers.get(&(url.clone(), attribute)) {
            Some(number) => *number,
            None => self.add(target, url, attribute, kind),
        };
        if let Some(request) = self.targets[number].as_mut().filter(|request| is_run && !request.is_queued) {
            request.is_queued = true;
            self.queue.push(number);
        }
        number
    }

    fn add(&mut self, target: Target, url: String, attribute: ImportType, kind: RequestKind) -> usize {
        let number = self.modules.len();
        self.numbers.insert((url.clone(), attribute), number);
        let (module_kind, name, package) = match &target {
            Target::Missing { name, .. } => (ModuleKind::Missing, name.clone(), None),
            Target::Found(resolution) => match resolution {
                Resolution::Builtin(name) => (ModuleKind::Builtin, (*name).to_owned(), None),
                Resolution::File { path, suffix } => {
                    let name = format!("{}{suffix}", relative(&self.root, path));
                    (ModuleKind::File, name, self.packages.of(path))
                }
                Resolution::Data(url) => (ModuleKind::Data, shortened(url), None),
                Resolution::Native(name) => (ModuleKind::Builtin, name.to_string(), None),
                Resolution::Virtual(_) => (ModuleKind::Data, resolution.url(), None),
            },
        };
        let is_builtin = module_kind == ModuleKind::Builtin;
        self.modules.push(Module {
            name,
            url,
            kind: module_kind,
            format: is_builtin.then_some(Format::Builtin),
            package,
            bytes: 0,
            code_bytes: 0,
            depth: 0,
            via: None,
            dominator: None,
            retained_bytes: 0,
            imports: Vec::new(),
            importers: Vec::new(),
            problem: None,
        });
        self.targets.push(match target {
            // What only `import`s of JSON need is asked of each import.
            Target::Found(resolution) if !is_builtin => {
                let is_json =
                    resolution.path().is_some_and(|path| path.extension().is_some_and(|e| e == "json"));
                let kind = if is_json { RequestKind::Require } else { kind };
                Some(Request { resolution, attribute, kind, is_queued: false })
            }
            _ => None,
        });
        number
    }

    /// Reads a part of the queue, on several threads where that is worth it. The order is that of the queue.
    fn read(&self, part: Range<usize>) -> Vec<(usize, Read)> {
        let wanted: Vec<(usize, &Request)> = self.queue[part]
            .iter()
            .filter_map(|number| Some((*number, self.targets[*number].as_ref()?)))
            .collect();
        let (loader, dependencies) = (self.loader, self.options.dependencies);
        let one = |(number, request): &(usize, &Request)| {
            let package = self.modules[*number].package.map(|package| &self.packages.found[package]);
            let is_followed = dependencies || package.is_none_or(|package| !package.is_dependency);
            (*number, request.read(loader, is_followed))
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(wanted.len() / 4);
        if threads < 2 {
            return wanted.iter().map(one).collect();
        }
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(wanted.len())));
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(request) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let found = one(request);
                        done.lock().unwrap_or_else(PoisonError::into_inner).push(found);
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        let places: HashMap<usize, usize> =
            wanted.iter().enumerate().map(|(at, (number, _))| (*number, at)).collect();
        done.sort_unstable_by_key(|(number, _)| places[number]);
        done
    }

    /// Takes in what was read, and meets what it imports.
    fn enter(&mut self, number: usize, read: Read) {
        let Read { format, bytes, code_bytes, problem, imports, .. } = read;
        let module = &mut self.modules[number];
        (module.format, module.bytes, module.code_bytes, module.problem) =
            (format, bytes, code_bytes, problem);
        for (site, resolved) in imports {
            self.import(number, &read.resolution, site, resolved);
        }
    }

    fn import(
        &mut self,
        from: usize,
        referrer: &Resolution,
        site: ImportSite,
        resolved: Result<Resolution, ResolveError>,
    ) {
        if site.kind == ImportKind::Url {
            // What is no file beside the module is somebody else's business.
            return resolved.map_or((), |asset| self.asset(from, asset, site));
        }
        let (target, problem) = match resolved {
            Ok(resolution) => (Target::Found(resolution), None),
            Err(error) => (missing(referrer, &self.root, &site.specifier), Some(plain(&error, referrer))),
        };
        let to = self.meet(target, Some(&site), request_kind(site.kind));
        self.connect(from, to, site, problem);
    }

    /// A file that a URL names may be a worker's module, or anything.
    fn asset(&mut self, from: usize, resolution: Resolution, mut site: ImportSite) {
        let extension = resolution.path().and_then(Path::extension).and_then(|extension| extension.to_str());
        let is_script =
            matches!(extension, Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "tsx" | "jsx"));
        site.attribute = (!is_script).then(|| "bytes".to_owned());
        let to = self.meet(Target::Found(resolution), Some(&site), RequestKind::Import);
        site.attribute = None;
        self.connect(from, to, site, None);
    }

    fn connect(&mut self, from: usize, to: usize, site: ImportSite, problem: Option<String>) {
        let number = self.imports.len();
        self.modules[from].imports.push(number);
        self.modules[to].importers.push(number);
        self.imports.push(Import { from, to, site, problem });
    }

    fn finish(self) -> ModuleGraph {
        let Self { root, modules, imports, packages, .. } = self;
        let mut graph = ModuleGraph { root, modules, imports, packages: packages.found, cycles: Vec::new() };
        graph.check_attributes();
        graph.find_ways();
        graph.measure();
        graph.cycles = graph.find_cycles();
        graph
    }
}

impl ModuleGraph {
    /// An `import` of JSON has to say so, and only that of JSON may.
    fn check_attributes(&mut self) {
        for import in &mut self.imports {
            let Import { to, site, problem, .. } = import;
            let is_import = !matches!(site.kind, ImportKind::Require | ImportKind::Resolve | ImportKind::Url);
            let Some(format) = self.modules[*to].format.filter(|_| is_import && problem.is_none()) else {
                continue;
            };
            let url = || self.modules[*to].name.clone();
            let error = match (site.attribute.as_deref(), format) {
                (None, Format::Json) => LoadError::AttributeMissing { url: url(), expected: "json" },
                (Some("json"), format) if format != Format::Json => {
                    LoadError::AttributeIncompatible { url: url(), requested: "json" }
                }
                (Some(value), _) if ImportType::parse(value).is_err() => {
                    LoadError::AttributeUnsupported { value: value.to_owned() }
                }
                _ => continue,
            };
            *problem = Some(error.to_string());
        }
    }

    /// The shortest way from the entry to each module.
    fn find_ways(&mut self) {
        let mut seen = vec![false; self.modules.len()];
        let mut queue = VecDeque::from([0]);
        seen[0] = true;
        while let Some(from) = queue.pop_front() {
            let depth = self.modules[from].depth + 1;
            for import in self.modules[from].imports.clone() {
                let to = self.imports[import].to;
                if !std::mem::replace(&mut seen[to], true) {
                    (self.modules[to].via, self.modules[to].depth) = (Some(import), depth);
                    queue.push_back(to);
                }
            }
        }
    }

    /// Sizes of packages, and what would go with each module.
    fn measure(&mut self) {
        for module in &self.modules {
            if let Some(package) = module.package.map(|package| &mut self.packages[package]) {
                package.modules += 1;
                package.bytes += module.bytes;
                package.code_bytes += module.code_bytes;
            }
        }
        let successors: Vec<Vec<usize>> = self
            .modules
            .iter()
            .map(|module| module.imports.iter().map(|import| self.imports[*import].to).collect())
            .collect();
        let dominators = dominators(&successors);
        let bytes: Vec<u64> = self.modules.iter().map(|module| module.bytes).collect();
        let retained = retained(&dominators, &successors, &bytes);
        for (module, (dominator, retained)) in
            self.modules.iter_mut().zip(dominators.into_iter().zip(retained))
        {
            (module.dominator, module.retained_bytes) = (dominator, retained);
        }
    }
}

/// A path is missing as a path, so that all who ask for it ask for the same.
fn missing(referrer: &Resolution, root: &Path, specifier: &str) -> Target {
    let folder = referrer.path().and_then(Path::parent);
    let path = folder
        .filter(|_| specifier.starts_with('.'))
        .map(|folder| crate::resolve::url::normalize(&folder.join(specifier)));
    match path {
        Some(path) => {
            Target::Missing { name: relative(root, &path), url: crate::resolve::url::file_url(&path) }
        }
        None => Target::Missing { name: specifier.to_owned(), url: specifier.to_owned() },
    }
}

/// The message without the importing module, which stands beside it.
fn plain(error: &ResolveError, referrer: &Resolution) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let shown = referrer.path().map_or_else(|| referrer.url(), |path| path.display().to_string());
    line.replace(&format!(" imported from {shown}"), "")
}

/// A path as seen from the root, with slashes; what has nothing in common with it stays whole.
fn relative(root: &Path, path: &Path) -> String {
    let text = |path: &Path| {
        let parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        parts.collect::<Vec<_>>().join("/")
    };
    let mut up = String::new();
    for ancestor in root.ancestors() {
        if let Ok(rest) = path.strip_prefix(ancestor) {
            let is_top = !ancestor.components().any(|part| matches!(part, Component::Normal(_)));
            if is_top && !up.is_empty() {
                break;
            }
            return up + &text(rest);
        }
        up.push_str("../");
    }
    path.display().to_string()
}

/// The beginning of a `data:` URL.
fn shortened(url: &str) -> String {
    const MOST: usize = 48;
    if url.chars().count() <= MOST {
        return url.to_owned();
    }
    url.chars().take(MOST).chain(['…']).collect()
}
