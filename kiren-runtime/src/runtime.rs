//! An isolate with the runtime's globals in it, and the program that it runs.

#![allow(unsafe_code, reason = "V8's near-heap-limit callback hands back a raw pointer")]

use std::ffi::c_void;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use hypers_modules::exports::Registry;
use krepis_context::ContextPool;

use crate::contexts::{self, Contexts};
use crate::error::JsError;
use crate::event_loop;
use crate::modules;
use crate::natives;
use crate::realm::{Realm, Stop};
use crate::repl::Session;
use crate::snapshot::{CONTEXT, Parts};
use crate::{bootstrap, engine, sources};

/// How to make a [`Runtime`].
#[derive(Debug, Clone, Default)]
pub struct RuntimeOptions {
    /// The bytes of [`crate::snapshot::create`]; without them the bootstrap runs at start.
    pub snapshot: Option<&'static [u8]>,
    /// V8 flags such as `--max-lazy`; those of a process's first runtime count.
    pub v8_flags: Vec<String>,
    /// The JavaScript heap's limit in megabytes; V8 chooses one from the machine's memory without it.
    pub max_heap_mb: Option<usize>,
    /// How many request contexts can be alive at once in this process, 16,383 without it; 1 KiB of address
    /// space each. What the first runtime that makes one says counts.
    pub max_contexts: Option<u32>,
    /// `process.argv` from the third element on.
    pub args: Vec<String>,
    /// The folder that specifiers of the entry are relative to; the process's current one without it.
    pub cwd: Option<PathBuf>,
    /// Modules that are required before the entry, from [`cwd`](Self::cwd).
    pub preload: Vec<String>,
    /// Conditions of packages' `exports` and `imports` beside `krepis`, `node`, `import` or `require`, and `default`.
    pub conditions: Vec<String>,
    /// Whether a file that is reached through a link is known by the link's path instead of its own.
    pub preserve_symlinks: bool,
    /// Where compiled code is kept for the next run of a program; nowhere without it.
    /// [`CompileCache::default_folder`](hypers_modules::CompileCache::default_folder) is where `krepis` keeps it.
    pub compile_cache: Option<PathBuf>,
    /// Serve the entry's default export over HTTP.
    pub serve: Option<ServeOptions>,
    /// The I/O driver; the one that [`crate::io::select`] finds without it.
    pub driver: Option<crate::io::Driver>,
    /// Told of each file that the program loads as a module, before it is read.
    pub on_load: Option<LoadObserver>,
    /// Services of Rust that programs resolve from their containers.
    pub services: Option<crate::NativeServices>,
    /// A kernel that programs share with Rust.
    pub kernel: Option<crate::SharedKernel>,
    /// Modules of Rust and sources in memory that programs import.
    pub registry: Option<Arc<Registry>>,
    /// What limits modules in Lua.
    #[cfg(feature = "lua")]
    pub lua: hypers_modules::lua::LuaOptions,
    /// The embedder's version, shown as `process.versions.krepis`.
    pub version: &'static str,
}

/// Gets the path of each module file; see [`RuntimeOptions::on_load`].
#[derive(Clone)]
pub struct LoadObserver(Arc<dyn Fn(&Path) + Send + Sync>);

impl LoadObserver {
    /// Calls `observe` on the runtime's thread.
    pub fn new(observe: impl Fn(&Path) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    pub(crate) fn observe(&self, path: &Path) {
        (self.0)(path);
    }
}

impl std::fmt::Debug for LoadObserver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadObserver").finish_non_exhaustive()
    }
}

/// Where to serve the entry's default export: `{ fetch(request) {…} }`, or a function of a request.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Share the port with other runtimes of this machine.
    pub reuse_port: bool,
    /// Print the address once the server listens.
    pub announce: bool,
    /// Gets the port once it is bound.
    pub bound: Option<mpsc::Sender<u16>>,
}

/// What a program starts with.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A file: TypeScript, JSX or JavaScript, ES module or CommonJS; or a folder with an index or a `package.json`.
    File(PathBuf),
    /// Source text, as from standard input or `krepis eval`.
    Source {
        /// The text: TypeScript is understood.
        code: String,
        /// What stack traces call it.
        name: String,
    },
}

/// The exit code of a program that ends while a top-level await is still waiting, as in Node.
pub(crate) const UNSETTLED: i32 = 13;

/// One isolate, one event loop, one thread.
///
/// ```no_run
/// use kiren_runtime::{Entry, Runtime, RuntimeOptions};
/// let mut runtime = Runtime::new(RuntimeOptions::default())?;
/// let code = runtime.run(Entry::File("server.ts".into()))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Runtime {
    // Dropped in this order: tasks, the inspector and the realm's handles before the isolate they point into.
    pub(crate) event_loop: Option<crate::io::Runtime>,
    pub(crate) session: Option<Session>,
    pub(crate) realm: Rc<Realm>,
    heap_guard: Box<HeapGuard>,
    pub(crate) isolate: v8::OwnedIsolate,
    startup: Startup,
}

/// How long the steps of a runtime's start took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Startup {
    /// V8's flags, platform and tables: once per process.
    pub engine: Duration,
    /// The isolate, its heap read from the snapshot.
    pub isolate: Duration,
    /// The context, read from the snapshot.
    pub context: Duration,
    /// The runtime's own set-up.
    pub bootstrap: Duration,
    /// Resolving, loading, compiling and evaluating the entry, up to its first wait.
    pub entry: Duration,
}

impl Runtime {
    /// Makes the isolate and its globals.
    ///
    /// # Errors
    /// When [`RuntimeOptions::max_contexts`] is none that can be had; when the runtime's own JavaScript does not run, which a build
    /// without a snapshot shows only here.
    pub fn new(options: RuntimeOptions) -> Result<Self, JsError> {
        let start = Instant::now();
        if let Err(error) = contexts::pool_options(&options).bytes() {
            return Err(JsError::plain(format!("Error: max_contexts: {error}")));
        }
        engine::initialize(&options.v8_flags);
        let engine = start.elapsed();
        let options = Rc::new(options);
        let mut params = v8::CreateParams::default().external_references(sources::external_references());
        if let Some(snapshot) = options.snapshot {
            let wrong = || JsError::plain("Error: the snapshot was made by another version of kiren-runtime");
            let parts = Parts::of(snapshot).ok_or_else(wrong)?;
            sources::use_code(parts.code);
            params = params.snapshot_blob(v8::StartupData::from(parts.heap));
        }
        params = match options.max_heap_mb {
            Some(megabytes) => params.heap_limits(0, megabytes.max(8) << 20),
            None => params.heap_limits_from_system_memory(memory_bytes(), 0),
        };
        let mut isolate = v8::Isolate::new(params);
        let isolate_made = start.elapsed();
        isolate.set_microtasks_policy(v8::MicrotasksPolicy::Explicit);
        isolate.set_promise_reject_callback(promise_rejected);
        isolate.set_prepare_stack_trace_callback(prepare_stack_trace);
        isolate.set_wasm_streaming_callback(crate::ext::wasm::start);
        modules::install(&mut isolate);
        #[cfg(target_os = "linux")]
        crate::stack::use_whole(&isolate);
        let heap_guard = HeapGuard::install(&mut isolate, options.max_heap_mb.unwrap_or(0) << 20);

        let context_made;
        let realm = {
            v8::scope!(let scope, &mut isolate);
            let context = match options.snapshot {
                Some(_) => v8::Context::from_snapshot(scope, CONTEXT, v8::ContextOptions::default()),
                None => Some(v8::Context::new(scope, v8::ContextOptions::default())),
            };
            let context = context.ok_or_else(|| JsError::plain("the snapshot is not one of this version"))?;
            let scope = &mut v8::ContextScope::new(scope, context);
            context_made = start.elapsed();
            let host = match options.snapshot {
                Some(_) => scope.get_context_data_from_snapshot_once::<v8::Object>(0).ok(),
                None => boot_without_snapshot(scope)?,
            };
            let host = host.ok_or_else(|| JsError::plain("the snapshot is not one of this version"))?;
            bootstrap::install_compile(scope, host, false);
            natives::set_function(scope, host, "native", natives::native);
            Realm::new(scope, host, options, Arc::clone(&heap_guard.hit))
        };
        let startup = Startup {
            engine,
            isolate: isolate_made - engine,
            context: context_made - isolate_made,
            bootstrap: start.elapsed() - context_made,
            entry: Duration::ZERO,
        };
        Ok(Self { event_loop: None, session: None, realm, heap_guard, isolate, startup })
    }

    /// The contexts of this process: those that `krepis:context` makes, and that all runtimes share.
    pub fn contexts(&mut self) -> ContextPool {
        self.realm.enter(|scope| Contexts::of(scope).pool.clone())
    }

    /// What finds and reads the modules of programs here. A `Watcher` over it makes a runtime that lives long see files that
    /// change: what was found before is forgotten where a file that it depended on changed.
    #[must_use]
    pub fn loader(&self) -> &Arc<hypers_modules::Loader> {
        &self.realm.modules.loader
    }

    /// How long the steps of the start took.
    #[must_use]
    pub fn startup(&self) -> Startup {
        self.startup
    }

    /// Runs a program to its end, its event loop included, and returns its exit code.
    ///
    /// # Errors
    /// An exception or rejection that nobody handled, an entry that cannot be found or parsed, the heap's limit.
    pub fn run(&mut self, entry: Entry) -> Result<i32, JsError> {
        let start = Instant::now();
        let main = self.realm.enter(|scope| {
            let main = modules::run_main(&self.realm, scope, entry);
            self.realm.drain(scope);
            main
        });
        self.startup.entry = start.elapsed();
        modules::keep_code_later(&self.realm);
        event_loop::run(&self.realm);
        let stopped = self.realm.stop.borrow().is_some();
        let unfinished = self.realm.enter(|scope| modules::unfinished(scope, main).filter(|_| !stopped));
        self.finish(unfinished)
    }

    pub(crate) fn heap_is_used_up(&self) -> bool {
        self.heap_guard.hit.load(Ordering::Relaxed)
    }

    /// The most memory that the JavaScript heap may take.
    pub fn heap_limit_bytes(&mut self) -> usize {
        self.isolate.get_heap_statistics().heap_size_limit()
    }

    /// Fires `exit`, writes out what waits, and turns the way in which the program stopped into a result.
    pub(crate) fn finish(&mut self, unfinished: Option<JsError>) -> Result<i32, JsError> {
        self.isolate.cancel_terminate_execution();
        if self.heap_is_used_up() {
            self.realm.output.flush();
            return Err(JsError::plain(self.heap_guard.message()));
        }
        let stop = self.realm.stop.take();
        let code = match &stop {
            Some(Stop::Exit(code)) => Some(*code),
            Some(Stop::Uncaught(error)) => Some(error.exit_code()),
            None if unfinished.is_some() => Some(UNSETTLED),
            None => None,
        };
        let code = self.emit_exit(code);
        self.realm.output.flush();
        self.realm.enter(|scope| self.realm.modules.keep_code_now(scope));
        crate::ext::process::restore_terminal();
        self.isolate.cancel_terminate_execution();
        match (stop, self.realm.stop.take()) {
            (Some(Stop::Uncaught(error)), Some(Stop::Exit(code))) => Err(error.with_exit_code(code)),
            (Some(Stop::Uncaught(error)), _) => Err(error.with_exit_code(code)),
            (_, Some(Stop::Uncaught(error))) => Err(*error),
            (_, Some(Stop::Exit(code))) => Ok(code),
            (_, None) => {
                if let Some(warning) = unfinished.filter(|_| code == UNSETTLED) {
                    eprintln!("{warning}");
                }
                Ok(code)
            }
        }
    }

    /// Runs the listeners of `exit`, which may change the code.
    fn emit_exit(&self, code: Option<i32>) -> i32 {
        self.realm.enter(|scope| {
            let argument = match code {
                Some(code) => v8::Integer::new(scope, code).into(),
                None => v8::undefined(scope).into(),
            };
            let result = self.realm.call_host(scope, "emitExit", &[argument]);
            let changed = result.filter(|code| code.is_number()).and_then(|code| code.int32_value(scope));
            changed.or(code).unwrap_or(0)
        })
    }
}

fn boot_without_snapshot<'s>(
    scope: &mut v8::PinScope<'s, '_>,
) -> Result<Option<v8::Local<'s, v8::Object>>, JsError> {
    v8::tc_scope!(let attempt, scope);
    let host = bootstrap::run(attempt, false);
    match (host, attempt.exception()) {
        (None, Some(exception)) => Err(JsError::plain(exception.to_rust_string_lossy(attempt))),
        (host, _) => Ok(host),
    }
}

/// The memory that this process may use: the machine's, or its container's share of it (cgroup v2).
fn memory_bytes() -> u64 {
    // SAFETY: sysconf only reads.
    let (pages, page) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    let machine = u64::try_from(pages).unwrap_or(0).saturating_mul(u64::try_from(page).unwrap_or(0));
    let container =
        std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|max| max.trim().parse().ok());
    container.map_or(machine, |max: u64| max.min(machine))
}

unsafe extern "C" fn promise_rejected(message: v8::PromiseRejectMessage<'_>) {
    v8::callback_scope!(unsafe scope, &message);
    if let Some(realm) = scope.get_slot::<Rc<Realm>>().cloned() {
        realm.promise_rejected(scope, &message);
    }
}

/// `error.stack`, at its first use.
fn prepare_stack_trace<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    error: v8::Local<'s, v8::Value>,
    sites: v8::Local<'s, v8::Array>,
) -> v8::Local<'s, v8::Value> {
    let Some(realm) = scope.get_slot::<Rc<Realm>>().cloned() else { return v8::undefined(scope).into() };
    let undefined = v8::undefined(scope).into();
    let format = realm.host_function(scope, "formatStack");
    let text = format.and_then(|format| format.call(scope, undefined, &[error, sites.into()]));
    text.unwrap_or(undefined)
}

/// Ends a program that needs more heap than it may have, before V8 would abort the process.
struct HeapGuard {
    handle: v8::IsolateHandle,
    limit_bytes: std::sync::atomic::AtomicUsize,
    hit: Arc<AtomicBool>,
}

impl HeapGuard {
    /// Room for the program to unwind in once its limit is reached.
    const RESERVE_BYTES: usize = 64 << 20;

    /// `limit_bytes` is what the program was given, 0 where V8 chose.
    fn install(isolate: &mut v8::Isolate, limit_bytes: usize) -> Box<Self> {
        let guard = Box::new(Self {
            handle: isolate.thread_safe_handle(),
            limit_bytes: limit_bytes.into(),
            hit: Arc::new(AtomicBool::new(false)),
        });
        isolate.add_near_heap_limit_callback(near_heap_limit, std::ptr::from_ref(&*guard).cast_mut().cast());
        isolate.set_oom_error_handler(out_of_memory);
        guard
    }

    fn message(&self) -> String {
        let megabytes = self.limit_bytes.load(Ordering::Relaxed) >> 20;
        format!(
            "RangeError: out of memory: the JavaScript heap reached its limit of {megabytes} MB (raise it with --max-heap=MB)"
        )
    }
}

unsafe extern "C" fn near_heap_limit(data: *mut c_void, current: usize, initial: usize) -> usize {
    // SAFETY: `data` is the guard that `Runtime` owns and drops after the isolate's last collection.
    let guard = unsafe { &*data.cast::<HeapGuard>() };
    if guard.hit.swap(true, Ordering::Relaxed) {
        // Optimised code may run on without looking whether it should stop: V8 would abort next.
        eprintln!("Uncaught {}", guard.message());
        std::process::exit(1);
    }
    let _ = guard.limit_bytes.compare_exchange(0, initial, Ordering::Relaxed, Ordering::Relaxed);
    guard.handle.terminate_execution();
    current + HeapGuard::RESERVE_BYTES
}

unsafe extern "C" fn out_of_memory(_location: *const std::ffi::c_char, details: &v8::OomDetails) {
    let what = if details.is_heap_oom {
        "the JavaScript heap is full (raise its limit with --max-heap=MB)"
    } else {
        "the process cannot get more memory"
    };
    eprintln!("Uncaught RangeError: out of memory: {what}");
    std::process::exit(1);
}
