"use strict";
// Console of node:console: a console that writes to the streams it is given.

const { formatWithOptions } = load("format");
const { inspect } = load("inspect");
const { formatDuration, now } = load("console_methods");
const { coded, invalidArgType, invalidArgValue, outOfRange } = load("node/errors");
const { console: globalConsole } = load("console");

const MAX_INDENTATION = 1000;
const states = new WeakMap();

function checkStream(stream, name) {
  if (typeof stream?.write !== "function") {
    throw coded(TypeError, "ERR_CONSOLE_WRITABLE_STREAM", `Console expects a writable stream instance for ${name}`);
  }
}

function stateOf(options) {
  const { colorMode = "auto", groupIndentation = 2, ignoreErrors = true, inspectOptions, stdout } = options;
  const stderr = options.stderr ?? stdout;
  checkStream(stdout, "stdout");
  checkStream(stderr, "stderr");
  if (typeof colorMode !== "boolean" && colorMode !== "auto") {
    throw invalidArgValue("colorMode", colorMode, "must be one of: 'auto', true, false");
  }
  if (!Number.isInteger(groupIndentation)) {
    if (typeof groupIndentation !== "number") {
      throw invalidArgType("groupIndentation", "of type number", groupIndentation);
    }
    throw outOfRange("groupIndentation", "an integer", groupIndentation);
  }
  if (groupIndentation < 0 || groupIndentation > MAX_INDENTATION) {
    throw outOfRange("groupIndentation", `>= 0 && <= ${MAX_INDENTATION}`, groupIndentation);
  }
  if (inspectOptions !== undefined && (inspectOptions === null || typeof inspectOptions !== "object")) {
    throw invalidArgType("options.inspectOptions", "of type object", inspectOptions);
  }
  return {
    stdout, stderr, ignoreErrors, colorMode, inspectOptions, groupIndentation,
    indent: "", counts: new Map(), timers: new Map(),
  };
}

function inspectOptionsOf(state, stream) {
  const own = state.inspectOptions instanceof Map
    ? state.inspectOptions.get(stream) : state.inspectOptions;
  if (own !== undefined) return own;
  const { colorMode } = state;
  const colors = colorMode === "auto"
    ? Boolean(stream.isTTY && (typeof stream.getColorDepth !== "function" || stream.getColorDepth() > 2)) : colorMode;
  return { colors };
}

function write(state, stream, text) {
  const { indent } = state;
  if (indent !== "") text = indent + (text.includes("\n") ? text.replaceAll("\n", `\n${indent}`) : text);
  text += "\n";
  if (!state.ignoreErrors) {
    stream.write(text);
    return;
  }
  // An error of the stream is not the program's: nobody else need listen.
  const ignore = () => {};
  try {
    stream.once?.("error", ignore);
    stream.write(text);
  } catch (error) {
    if (error instanceof RangeError) throw error;
  } finally {
    stream.removeListener?.("error", ignore);
  }
}

function print(state, stream, args) {
  write(state, stream, formatWithOptions(inspectOptionsOf(state, stream), ...args));
}

function warn(message) {
  load("process").process.emitWarning(message);
}

// What each method does, given the console's state and the arguments.
const METHODS = {
  log: (state, ...args) => print(state, state.stdout, args),
  warn: (state, ...args) => print(state, state.stderr, args),
  dir(state, value, options) {
    write(state, state.stdout, inspect(value, {
      customInspect: false, ...inspectOptionsOf(state, state.stdout), ...options,
    }));
  },
  assert(state, condition, ...data) {
    if (condition) return;
    if (typeof data[0] === "string") data[0] = `Assertion failed: ${data[0]}`;
    else data.unshift("Assertion failed");
    print(state, state.stderr, data);
  },
  trace(state, ...data) {
    const message = formatWithOptions(inspectOptionsOf(state, state.stderr), ...data);
    const holder = { name: "Trace", message };
    Error.captureStackTrace(holder, METHODS.trace);
    write(state, state.stderr, holder.stack);
  },
  clear({ stdout }) {
    if (stdout.isTTY && load("process").process.env.TERM !== "dumb") stdout.write("\x1b[1;1H\x1b[0J");
  },
  count(state, label = "default") {
    const next = (state.counts.get(`${label}`) ?? 0) + 1;
    state.counts.set(`${label}`, next);
    print(state, state.stdout, [`${label}: ${next}`]);
  },
  countReset(state, label = "default") {
    if (!state.counts.delete(`${label}`)) warn(`Count for '${label}' does not exist`);
  },
  time(state, label = "default") {
    if (state.timers.has(`${label}`)) warn(`Label '${label}' already exists for console.time()`);
    else state.timers.set(`${label}`, now());
  },
  timeLog(state, label = "default", ...data) {
    elapsed(state, `${label}`, "timeLog", data);
  },
  timeEnd(state, label = "default") {
    if (elapsed(state, `${label}`, "timeEnd", [])) state.timers.delete(`${label}`);
  },
  group(state, ...data) {
    if (data.length > 0) print(state, state.stdout, data);
    state.indent += " ".repeat(state.groupIndentation);
  },
  groupEnd(state) {
    state.indent = state.indent.slice(0, -state.groupIndentation || undefined);
  },
  table(state, data, columns) {
    const { colors = false } = inspectOptionsOf(state, state.stdout);
    const text = load("table").renderTable(data, columns, colors);
    if (text === undefined) print(state, state.stdout, [data]);
    else write(state, state.stdout, text);
  },
  // Of a debugger, of which there is none.
  profile() {},
  profileEnd() {},
  timeStamp() {},
};
METHODS.debug = METHODS.info = METHODS.dirxml = METHODS.log;
METHODS.error = METHODS.warn;
METHODS.groupCollapsed = METHODS.group;

function elapsed(state, label, method, data) {
  const start = state.timers.get(label);
  if (start === undefined) {
    warn(`No such label '${label}' for console.${method}()`);
    return false;
  }
  print(state, state.stdout, [`${label}: ${formatDuration(now() - start)}`, ...data]);
  return true;
}

function Console(options, stderr, ignoreErrors) {
  if (!new.target) return new Console(options, stderr, ignoreErrors);
  if (options === undefined || options === null || typeof options.write === "function") {
    options = { stdout: options, stderr, ignoreErrors };
  }
  const state = stateOf(options);
  states.set(this, state);
  // The methods may be taken off, and replaced.
  for (const name of Object.keys(METHODS)) {
    const method = new.target.prototype[name] ?? METHODS[name];
    const own = method === Console.prototype[name] ? (...args) => METHODS[name](state, ...args) : method.bind(this);
    Object.defineProperty(own, "name", { value: name });
    Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
  }
}

for (const [name, method] of Object.entries(METHODS)) {
  const value = { [name](...args) { return method(states.get(this), ...args); } }[name];
  Object.defineProperty(Console.prototype, name, { value, writable: true, enumerable: true, configurable: true });
}

// The global console is one too.
Object.defineProperty(Console, Symbol.hasInstance, {
  value: (value) => value === globalConsole || (typeof value === "object" && value !== null && states.has(value)),
});

return { Console };
