"use strict";
// The first script of a context, run once into the start-up snapshot. It defines `load` and `native`, through
// which all other internal modules are reached, hangs the globals on globalThis (most of them as getters that
// load their module at first use), and fills `host`, the object of functions that Rust calls.

const modules = { __proto__: null };
const groups = { __proto__: null };

function load(name) {
  return modules[name] ?? (modules[name] = host.compile(name)(load, native));
}

// The exports of a module that has been loaded already, else undefined.
load.loaded = (name) => modules[name];

function native(group) {
  return groups[group] ?? (groups[group] = host.native(group));
}

host.load = load;

const queue = load("task_queue");
host.runTicks = queue.runTicks;

const timers = load("timers");
host.runTimers = timers.runTimers;
host.runImmediates = timers.runImmediates;

host.reportUncaught = (error, kind) => load("report").reportUncaught(error, kind);
host.reportRejection = (promise, reason, frame) => load("report").reportRejection(promise, reason, frame);
host.reportHandled = (promise) => load("report").reportHandled(promise);
host.serveExports = async (evaluated, exports, options) => {
  await evaluated;
  load("krepis/http").serveDefault(exports, options);
};
host.startWorker = async (evaluated, exports) => {
  await evaluated;
  await load("krepis/mycelia/worker").start(exports);
};
host.hasSignalListener = (signal) => modules.process !== undefined && modules.process.hasSignalListener(signal);
host.emitSignal = (number) => load("process").emitSignal(number);
// Only a program that has loaded `process` can listen to its exit, or have set its exit code.
host.emitExit = (code) => modules.process === undefined ? code ?? 0 : modules.process.emitExit(code);
host.beforeExit = () => {
  if (modules.process !== undefined) modules.process.emitBeforeExit();
};
host.describeUncaught = (error) => load("report").describe(error);
host.feedWasm = (source, id) => load("wasm_streaming").feed(source, id);
host.formatStack = (error, sites) => load("stack").format(error, sites);

const cjs = load("cjs");
host.runCommonJs = cjs.runMain;
host.importLater = cjs.importLater;
host.requireForImport = cjs.requireForImport;
host.builtinExports = cjs.builtinExports;
host.resolveHooked = (specifier, parent, type) => load("node/module/hooks").resolveForImport(specifier, parent, type);
host.loadHooked = (url, format, type) => load("node/module/hooks").loadForImport(url, format, type);
host.preload = (specifier) => cjs.Module.createRequire(`${native("modules").cwd()}/`)(specifier);
host.wasmModule = (wasm, url) => load("wasm_module").moduleText(wasm, url);

load("globals").install(globalThis, load);
