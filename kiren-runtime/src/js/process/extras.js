"use strict";
// What few programs ask `process` for.

const { checkFunction, invalidArgType } = load("node/errors");
const { missing } = load("node/absent");

// Variables of a .env file, where the environment has none of that name.
function loadEnvFile(path = ".env") {
  const { process } = load("process");
  const text = load("node/fs").readFileSync(path, "utf8");
  for (const [name, value] of Object.entries(load("node/util/env").parseEnv(text))) {
    if (process.env[name] === undefined) process.env[name] = value;
  }
}

function ref(object) {
  (object?.[Symbol.for("nodejs.ref")] ?? object?.[Symbol.for("node:ref")] ?? object?.ref)?.call(object);
}

function unref(object) {
  (object?.[Symbol.for("nodejs.unref")] ?? object?.[Symbol.for("node:unref")] ?? object?.unref)?.call(object);
}

function openStdin() {
  const { stdin } = load("process").process;
  stdin.resume();
  return stdin;
}

function _rawDebug(...args) {
  native("stdio").write_stderr(`${load("format").format(...args)}\n`);
}

// The CommonJS module that the program began with.
function mainModule() {
  return Object.values(load("cjs").Module._cache).find((module) => module.id === ".");
}

// --- finalization: functions that are called at the end for objects that are still there ---

const registered = new Map();

function addFinalizer(event, object, callback) {
  if (object === null || (typeof object !== "object" && typeof object !== "function")) {
    throw invalidArgType("obj", "of type object", object);
  }
  checkFunction(callback, "fn");
  const held = new WeakRef(object);
  const listener = () => {
    const alive = held.deref();
    if (alive !== undefined) callback(alive, event);
  };
  load("process").process.on(event, listener);
  registered.set(held, [event, listener]);
}

const finalization = {
  register: (object, callback) => addFinalizer("exit", object, callback),
  registerBeforeExit: (object, callback) => addFinalizer("beforeExit", object, callback),
  unregister(object) {
    for (const [held, [event, listener]] of registered) {
      if (held.deref() !== object) continue;
      load("process").process.off(event, listener);
      registered.delete(held);
    }
  },
};

const report = {
  ...missing("process.report", "writeReport getReport"),
  compact: false, directory: "", excludeEnv: false, excludeNetwork: false, filename: "",
  reportOnFatalError: false,
  reportOnSignal: false, reportOnUncaughtException: false, signal: "SIGUSR2",
};

return {
  ...missing("process",
    "binding _linkedBinding dlopen execve _getActiveRequests _getActiveHandles getActiveResourcesInfo " +
    "initgroups setgroups addUncaughtExceptionCaptureCallback setSourceMapsEnabled _debugProcess " +
    "_debugEnd _startProfilerIdleNotifier _stopProfilerIdleNotifier _kill _fatalException _tickCallback"),
  _rawDebug, allowedNodeEnvironmentFlags: new Set(), finalization, loadEnvFile, mainModule, openStdin, ref,
  report, unref,
};
