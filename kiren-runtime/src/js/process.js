"use strict";
// `process`: the object, its life (exit, uncaught errors) and what the operating system says of it. Loaded when
// a program first names it; its parts are in process/*.

const { EventEmitter, listenersChanged } = load("node/emitter");
const { checkString, coded, invalidArgType, outOfRange, systemError } = load("node/errors");
const { nextTick } = load("task_queue");

// What packages compare against: the Node release whose interfaces are followed here.
const NODE_VERSION = "26.2.0";

const host = native("process");
const info = host.info();

let exiting = false;
let exitCode;
let captureCallback = null;
let title = "krepis";

// Node's `process` has a prototype of its own between itself and EventEmitter's.
function process() {}
Object.setPrototypeOf(process.prototype, EventEmitter.prototype);
Object.defineProperty(process.prototype, Symbol.toStringTag, { value: "process", configurable: true });
Object.defineProperty(process.prototype, listenersChanged, { value: signalListenersChanged });

const self = Object.create(process.prototype);
EventEmitter.init.call(self);

// --- what it was started with ---

const versions = Object.freeze({ node: NODE_VERSION, krepis: info.version, v8: info.v8 });
const release = { name: "node", lts: undefined };
const features = {
  inspector: false, debug: false, uv: false, ipv6: true, openssl_is_boringssl: false, tls_alpn: true,
  tls_sni: true, tls_ocsp: false, tls: true, cached_builtins: true, require_module: true, typescript: "transform",
};
// What process/extras.js has.
const RARE = [
  "_debugEnd", "_debugProcess", "_fatalException", "_getActiveHandles", "_getActiveRequests", "_kill", "_linkedBinding",
  "_rawDebug", "_startProfilerIdleNotifier", "_stopProfilerIdleNotifier", "_tickCallback",
  "addUncaughtExceptionCaptureCallback", "allowedNodeEnvironmentFlags", "binding", "dlopen", "execve", "finalization",
  "getActiveResourcesInfo", "initgroups", "loadEnvFile", "openStdin", "ref", "report", "setSourceMapsEnabled", "setgroups",
  "unref",
];
const config = Object.freeze({ target_defaults: Object.freeze({}), variables: Object.freeze({}) });

// --- the end ---

function checkExitCode(code) {
  if (code === undefined || code === null) return undefined;
  if (typeof code === "string" && code !== "" && Number.isInteger(Number(code))) return Number(code);
  if (typeof code !== "number") throw invalidArgType("code", "of type number", code);
  if (!Number.isInteger(code)) throw outOfRange("code", "an integer", code);
  return code;
}

function exit(code) {
  const checked = checkExitCode(code);
  if (checked !== undefined) exitCode = checked;
  if (!exiting) {
    exiting = true;
    self.emit("exit", exitCode ?? 0);
  }
  self.reallyExit(exitCode ?? 0);
}

function reallyExit(code) {
  host.exit(code);
  // V8 unwinds from here: nothing behind this call runs.
  for (;;);
}

// The host: the program is over. `code` is set when it did not end by itself.
function emitExit(code) {
  if (exiting) return exitCode ?? code;
  exiting = true;
  // A top-level await that never settles is 13, unless the program has chosen a code.
  if (code !== undefined && (code !== 13 || exitCode === undefined)) exitCode = code;
  self.emit("exit", exitCode ?? 0);
  return exitCode ?? 0;
}

function emitBeforeExit() {
  self.emit("beforeExit", exitCode ?? 0);
}

function abort() {
  host.abort();
}

// --- errors that nobody caught ---

function emitUncaught(error, kind) {
  if (kind === "unhandledRejection" && !isError(error)) error = rejectionError(error);
  self.emit("uncaughtExceptionMonitor", error, kind);
  if (captureCallback !== null) {
    captureCallback(error);
    return true;
  }
  return self.emit("uncaughtException", error, kind);
}

function isError(value) {
  return value instanceof Error || Error.isError(value);
}

function rejectionError(reason) {
  let shown;
  try {
    shown = typeof reason === "object" ? load("inspect").inspect(reason) : String(reason);
  } catch {
    shown = "a value that cannot be shown";
  }
  const error = coded(Error, "ERR_UNHANDLED_REJECTION",
    "This error originated either by throwing inside of an async function without a catch block, or by " +
      `rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${shown}".`);
  Object.defineProperty(error, "name", {
    value: "UnhandledPromiseRejection", writable: true, configurable: true,
  });
  return error;
}

function emitRejection(reason, promise) {
  return self.emit("unhandledRejection", reason, promise);
}

function emitRejectionHandled(promise) {
  self.emit("rejectionHandled", promise);
}

function setUncaughtExceptionCaptureCallback(callback) {
  if (callback === null) {
    captureCallback = null;
    return;
  }
  if (typeof callback !== "function") throw invalidArgType("fn", "of type function or null", callback);
  if (captureCallback !== null) {
    throw coded(Error, "ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET",
      "`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active");
  }
  captureCallback = callback;
}

function hasUncaughtExceptionCaptureCallback() {
  return captureCallback !== null;
}

// --- folders, signals, identity ---

function cwd() {
  return host.cwd();
}

function chdir(directory) {
  checkString(directory, "directory");
  const failure = host.chdir(directory);
  if (failure === undefined) return;
  const detail = `: ${failure.message}, chdir '${host.cwd()}' -> '${directory}'`;
  const error = systemError("chdir", failure, detail);
  error.message = `${failure.code}${detail}`;
  error.path = host.cwd();
  error.dest = directory;
  throw error;
}

function signalListenersChanged(type, count) {
  if (typeof type !== "string" || !type.startsWith("SIG")) return;
  load("process/signals").listenersChanged(self, type, count);
}

function emitSignal(number) {
  load("process/signals").emitSignal(self, number);
}

// For `krepis serve`, which drains on a signal that the program does not handle itself.
function hasSignalListener(name) {
  return self.listenerCount(name) > 0;
}

function kill(pid, signal) {
  return load("process/signals").kill(pid, signal);
}

function umask(mask) {
  if (mask === undefined) return host.umask();
  const number = typeof mask === "string" && /^[0-7]+$/.test(mask) ? Number.parseInt(mask, 8) : mask;
  if (typeof number === "string") {
    throw coded(TypeError, "ERR_INVALID_ARG_VALUE",
      `The argument 'mask' must be a 32-bit unsigned integer or an octal string. Received '${mask}'`);
  }
  if (typeof number !== "number") throw invalidArgType("mask", "of type number", mask);
  if (!Number.isInteger(number) || number < 0 || number > 0xffffffff) {
    throw outOfRange("mask", ">= 0 && <= 4294967295", mask);
  }
  return host.umask(number & 0o777);
}

function changeId(what, id, name) {
  if (typeof id === "string" && /^[0-9]+$/.test(id)) id = Number(id);
  if (typeof id === "string") {
    const known = host.find_id(what, id);
    const kind = what.endsWith("gid") ? "Group" : "User";
    if (known === undefined) {
      throw coded(Error, "ERR_UNKNOWN_CREDENTIAL", `${kind} identifier does not exist: ${id}`);
    }
    id = known;
  }
  if (typeof id !== "number") throw invalidArgType("id", "one of type number or string", id);
  if (!Number.isInteger(id) || id < 0 || id > 0xffffffff) throw outOfRange("id", ">= 0 && <= 4294967295", id);
  const failure = host.set_id(what, id);
  if (failure !== undefined) throw systemError(name, failure, `, ${failure.message}`);
}

const identity = {
  getuid() { return host.id("uid"); },
  geteuid() { return host.id("euid"); },
  getgid() { return host.id("gid"); },
  getegid() { return host.id("egid"); },
  getgroups() { return host.groups(); },
  setuid(id) { changeId("uid", id, "setuid"); },
  seteuid(id) { changeId("euid", id, "seteuid"); },
  setgid(id) { changeId("gid", id, "setgid"); },
  setegid(id) { changeId("egid", id, "setegid"); },
};

// --- warnings ---

function emitWarning(warning, type, code, constructor) {
  load("process/warning").emitWarning(self, warning, type, code, constructor, emitWarning);
}

// A listener like any other: programs remove it to see to warnings themselves.
self.on("warning", (warning) => load("process/warning").print(self, warning));

function getBuiltinModule(id) {
  checkString(id, "id");
  const name = id.startsWith("node:") || id.startsWith("krepis:") ? id : `node:${id}`;
  return native("modules").is_builtin(id) ? load("cjs").builtinExports(name) : undefined;
}

// --- the object ---

Object.assign(self, {
  title: undefined,
  version: `v${NODE_VERSION}`,
  versions,
  arch: info.arch,
  platform: info.platform,
  release,
  features,
  config,
  argv: info.main === undefined ? [info.execPath, ...info.args] : [info.execPath, info.main, ...info.args],
  argv0: info.argv0,
  execArgv: [],
  execPath: info.execPath,
  pid: info.pid,
  env: undefined,
  exitCode: undefined,
  stdin: undefined,
  stdout: undefined,
  stderr: undefined,
  ppid: undefined,
  debugPort: 9229,
  domain: null,
  sourceMapsEnabled: true,
  exit, reallyExit, abort, cwd, chdir, kill, umask, nextTick, emitWarning, getBuiltinModule,
  setUncaughtExceptionCaptureCallback, hasUncaughtExceptionCaptureCallback,
  ...load("process/usage"),
  ...identity,
});

accessor("exitCode", () => exitCode, (code) => {
  exitCode = checkExitCode(code);
});
accessor("title", () => title, (text) => {
  title = String(text);
  host.set_title(title);
});
accessor("ppid", () => host.id("ppid"));
for (const name of RARE) lazy(name, () => load("process/extras")[name]);
lazy("mainModule", () => load("process/extras").mainModule());
lazy("env", () => load("process/env").makeEnvironment());
lazy("stdin", () => load("process/stdin").openInput());
lazy("stdout", () => load("process/stdout").openOutput(1));
lazy("stderr", () => load("process/stdout").openOutput(2));

function accessor(name, get, set) {
  Object.defineProperty(self, name, { get, set, enumerable: true, configurable: true });
}

// Made at the first use, and may be assigned over.
function lazy(name, make) {
  const put = (value) =>
    Object.defineProperty(self, name, { value, writable: true, enumerable: true, configurable: true });
  accessor(name, () => {
    const value = make();
    put(value);
    return value;
  }, put);
}

return {
  process: self, emitBeforeExit, emitExit, emitRejection, emitRejectionHandled, emitSignal, emitUncaught,
  hasSignalListener,
};
