"use strict";
// node:assert.

const { inspect } = load("inspect");
const { checkFunction, coded, invalidArgType, invalidArgValue } = load("node/errors");
const { AssertionError } = load("node/assert/error");

const equality = () => load("node/util/deep_equal");

// What an instance of Assert asks for.
const diffKind = Symbol("diff");
const skipsPrototypes = Symbol("skipPrototype");

// The message may be an error of the program's own, or a function that makes the text.
function fail(options) {
  let { message } = options;
  if (message instanceof Error) throw message;
  if (typeof message === "function") message = message(options.actual, options.expected);
  throw new AssertionError({ ...options, message });
}

function needsTwo(count) {
  if (count < 2) throw coded(TypeError, "ERR_MISSING_ARGS", 'The "actual" and "expected" arguments must be specified');
}

function checkTruth(from, count, value, message) {
  if (value) return;
  let generated = false;
  if (count === 0) {
    generated = true;
    message = "No value argument passed to `assert.ok()`";
  } else if (message === undefined || message === null) {
    generated = true;
    const text = load("node/assert/source").callText(from);
    message = `${inspect(value)} == true`;
    if (text !== undefined) message = `The expression evaluated to a falsy value:\n\n  ${text}\n`;
  } else if (message instanceof Error) {
    throw message;
  }
  const error = new AssertionError({ actual: value, expected: true, message, operator: "==", stackStartFn: from });
  error.generatedMessage = generated;
  throw error;
}

function assert(...args) {
  checkTruth(assert, args.length, ...args);
}

assert.ok = function ok(...args) {
  checkTruth(ok, args.length, ...args);
};

assert.fail = function fail(message) {
  if (message instanceof Error) throw message;
  const error = new AssertionError({ message: message ?? "Failed", operator: "fail", stackStartFn: fail });
  error.generatedMessage = message === undefined || message === null;
  throw error;
};

assert.AssertionError = AssertionError;

// --- equality ---

// [name, operator, whether it holds]
const COMPARISONS = [
  // eslint-disable-next-line eqeqeq
  ["equal", "==", (a, b) => a == b || (Number.isNaN(a) && Number.isNaN(b))],
  // eslint-disable-next-line eqeqeq
  ["notEqual", "!=", (a, b) => a != b && !(Number.isNaN(a) && Number.isNaN(b))],
  ["deepEqual", "deepEqual", (a, b) => equality().isDeepEqual(a, b)],
  ["notDeepEqual", "notDeepEqual", (a, b) => !equality().isDeepEqual(a, b)],
  ["deepStrictEqual", "deepStrictEqual", (a, b, skip) => equality().isDeepStrictEqual(a, b, skip)],
  ["notDeepStrictEqual", "notDeepStrictEqual", (a, b, skip) => !equality().isDeepStrictEqual(a, b, skip)],
  ["strictEqual", "strictEqual", Object.is],
  ["notStrictEqual", "notStrictEqual", (a, b) => !Object.is(a, b)],
  ["partialDeepStrictEqual", "partialDeepStrictEqual", (a, b) => equality().isPartiallyEqual(a, b)],
];

for (const [name, operator, holds] of COMPARISONS) {
  assert[name] = { [name](actual, expected, message) {
    needsTwo(arguments.length);
    if (holds(actual, expected, this?.[skipsPrototypes])) return;
    fail({ actual, expected, message, operator, diff: this?.[diffKind], stackStartFn: assert[name] });
  } }[name];
}

// --- errors that are expected ---

// What of an error is compared with an object that describes it; errors show the class by its name.
class Comparison {
  constructor(source, keys, actual) {
    for (const key of keys) {
      if (!(key in source)) continue;
      const isMatch = actual !== undefined && typeof actual[key] === "string" && native("types").is_reg_exp(source[key]) &&
        source[key].exec(actual[key]) !== null;
      this[key] = isMatch ? actual[key] : source[key];
    }
  }
}

function checkProperties(actual, expected, message, from) {
  const keys = Object.keys(expected);
  if (expected instanceof Error) keys.push("name", "message");
  else if (keys.length === 0) throw invalidArgValue("error", expected, "may not be an empty object");
  for (const key of keys) {
    const wanted = expected[key];
    if (typeof actual[key] === "string" && native("types").is_reg_exp(wanted) && wanted.exec(actual[key]) !== null) continue;
    if (key in actual && equality().isDeepStrictEqual(actual[key], wanted)) continue;
    if (message !== undefined) fail({ actual, expected, message, operator: from.name, stackStartFn: from });
    const error = new AssertionError({
      actual: new Comparison(actual, keys), expected: new Comparison(expected, keys, actual),
      operator: "deepStrictEqual", stackStartFn: from,
    });
    Object.assign(error, { actual, expected, operator: from.name });
    throw error;
  }
}

// Whether what was thrown is what was expected.
function checkThrown(actual, expected, message, from) {
  let generated = false;
  let throwError = false;
  if (typeof expected !== "function") {
    if (native("types").is_reg_exp(expected)) {
      const text = String(actual);
      if (expected.exec(text) !== null) return;
      if (!message) {
        generated = true;
        message = `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`;
      }
      throwError = true;
    } else if (typeof actual !== "object" || actual === null) {
      const error = new AssertionError({ actual, expected, message, operator: "deepStrictEqual", stackStartFn: from });
      error.operator = from.name;
      throw error;
    } else {
      checkProperties(actual, expected, message, from);
      return;
    }
  } else if (expected.prototype !== undefined && actual instanceof expected) {
    return;
  } else if (Error.isPrototypeOf(expected) || expected === Error) {
    if (!message) {
      generated = true;
      message = `The error is expected to be an instance of "${expected.name}". Received `;
      message += actual instanceof Error ? `"${actual.name}"` : `"${inspect(actual, { depth: -1 })}"`;
      if (actual?.message) message += `\n\nError message:\n\n${actual.message}`;
    }
    throwError = true;
  } else {
    const result = Reflect.apply(expected, {}, [actual]);
    if (result !== true) {
      if (!message) {
        generated = true;
        const name = expected.name ? `"${expected.name}" ` : "";
        message = `The ${name}validation function is expected to return "true". Received ${inspect(result)}`;
        if (actual instanceof Error) message += `\n\nCaught error:\n\n${actual}`;
      }
      throwError = true;
    }
  }
  if (!throwError) return;
  if (message instanceof Error) throw message;
  const error = new AssertionError({ actual, expected, message, operator: from.name, stackStartFn: from });
  error.generatedMessage = generated;
  throw error;
}

const NOTHING = Symbol("nothing was thrown");

function thrownBy(fn) {
  checkFunction(fn, "fn");
  try {
    fn();
  } catch (error) {
    return error;
  }
  return NOTHING;
}

async function rejectedBy(promiseFn) {
  let promise = promiseFn;
  if (typeof promiseFn === "function") {
    promise = promiseFn();
    if (!isPromise(promise)) {
      throw coded(TypeError, "ERR_INVALID_RETURN_VALUE",
        `Expected instance of Promise to be returned from the "promiseFn" function but got ${kindOf(promise)}.`);
    }
  } else if (!isPromise(promiseFn)) {
    throw invalidArgType("promiseFn", "of type function or an instance of Promise", promiseFn);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return NOTHING;
}

function isPromise(value) {
  return native("types").is_promise(value) ||
    (value !== null && typeof value === "object" && typeof value.then === "function" && typeof value.catch === "function");
}

function kindOf(value) {
  if (value !== null && typeof value === "object") return `an instance of ${value.constructor?.name ?? "Object"}`;
  return value === null || value === undefined ? `${value}` : `type ${typeof value}`;
}

const EXPECTED = "of type function or an instance of Error, RegExp, or Object";

function expectError(from, what, actual, expected, message) {
  if (typeof expected === "string") {
    if (message !== undefined) throw invalidArgType("error", EXPECTED, expected);
    if (actual !== NOTHING && (actual === expected || actual?.message === expected)) {
      const where = actual === expected ? `The error "${actual}"` : `The error message "${actual.message}"`;
      throw coded(TypeError, "ERR_AMBIGUOUS_ARGUMENT",
        `The "error/message" argument is ambiguous. ${where} is identical to the message.`);
    }
    message = expected;
    expected = undefined;
  } else if (expected !== undefined && typeof expected !== "object" && typeof expected !== "function") {
    throw invalidArgType("error", EXPECTED, expected);
  }
  if (actual === NOTHING) {
    const name = expected?.name ? ` (${expected.name})` : "";
    const tail = message ? `: ${message}` : ".";
    if (message instanceof Error) throw message;
    throw new AssertionError({
      actual: undefined, expected, operator: from.name, stackStartFn: from,
      message: `Missing expected ${what}${name}${tail}`,
    });
  }
  if (expected !== undefined && expected !== null) checkThrown(actual, expected, message, from);
}

function expectNoError(from, what, actual, expected, message) {
  if (actual === NOTHING) return;
  if (typeof expected === "string") {
    message = expected;
    expected = undefined;
  }
  const fits = !expected || (native("types").is_reg_exp(expected)
    ? expected.exec(String(actual)) !== null
    : (expected.prototype !== undefined && actual instanceof expected) ||
      (!Error.isPrototypeOf(expected) && Reflect.apply(expected, {}, [actual]) === true));
  if (!fits) throw actual;
  const tail = message ? `: ${message}` : ".";
  throw new AssertionError({
    actual, expected, operator: from.name,
    message: `Got unwanted ${what}${tail}\nActual message: "${actual?.message}"`, stackStartFn: from,
  });
}

assert.throws = function throws(fn, ...args) {
  expectError(throws, "exception", thrownBy(fn), ...args);
};

assert.doesNotThrow = function doesNotThrow(fn, ...args) {
  expectNoError(doesNotThrow, "exception", thrownBy(fn), ...args);
};

assert.rejects = async function rejects(promiseFn, ...args) {
  expectError(rejects, "rejection", await rejectedBy(promiseFn), ...args);
};

assert.doesNotReject = async function doesNotReject(promiseFn, ...args) {
  expectNoError(doesNotReject, "rejection", await rejectedBy(promiseFn), ...args);
};

assert.ifError = function ifError(error) {
  if (error === null || error === undefined) return;
  let message = "ifError got unwanted exception: ";
  if (typeof error === "object" && typeof error.message === "string") {
    message += error.message === "" && error.constructor ? error.constructor.name : error.message;
  } else {
    message += inspect(error);
  }
  throw new AssertionError({ actual: error, expected: null, operator: "ifError", message, stackStartFn: ifError });
};

// --- texts ---

function checkMatch(from, string, pattern, message, wanted) {
  if (!native("types").is_reg_exp(pattern)) throw invalidArgType("regexp", "an instance of RegExp", pattern);
  if (typeof string === "string" && (pattern.exec(string) !== null) === wanted) return;
  if (message instanceof Error) throw message;
  const generated = !message;
  if (generated) {
    const what = `The input ${wanted ? "did not match" : "was expected to not match"} the regular expression`;
    message = typeof string === "string"
      ? `${what} ${inspect(pattern)}. Input:\n\n${inspect(string)}\n`
      : `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})`;
  }
  const error = new AssertionError({ actual: string, expected: pattern, message, operator: from.name, stackStartFn: from });
  error.generatedMessage = generated;
  throw error;
}

assert.match = function match(string, pattern, message) {
  checkMatch(match, string, pattern, message, true);
};

assert.doesNotMatch = function doesNotMatch(string, pattern, message) {
  checkMatch(doesNotMatch, string, pattern, message, false);
};

// --- strict ---

assert.strict = Object.assign(function strict(...args) {
  checkTruth(strict, args.length, ...args);
}, assert, {
  equal: assert.strictEqual, deepEqual: assert.deepStrictEqual, notEqual: assert.notStrictEqual,
  notDeepEqual: assert.notDeepStrictEqual,
});
assert.strict.strict = assert.strict;

// --- assertions of one's own ---

// The same functions as methods; unless `strict` is false those of loose equality are strict.
function Assert(options) {
  if (new.target === undefined) {
    throw coded(TypeError, "ERR_CONSTRUCT_CALL_REQUIRED", "Class constructor Assert cannot be invoked without `new`");
  }
  const { diff = "simple", skipPrototype = false, strict = true } = options ?? {};
  if (diff !== "simple" && diff !== "full") {
    throw invalidArgValue("options.diff", diff, "must be one of: 'simple', 'full'");
  }
  Object.defineProperty(this, diffKind, { value: diff });
  Object.defineProperty(this, skipsPrototypes, { value: skipPrototype === true });
  this.AssertionError = AssertionError;
  if (!strict) return;
  for (const [name, exact] of STRICTER) this[name] = assert[exact];
}

const STRICTER = [
  ["equal", "strictEqual"], ["deepEqual", "deepStrictEqual"], ["notEqual", "notStrictEqual"],
  ["notDeepEqual", "notDeepStrictEqual"],
];

for (const name of Object.keys(assert)) {
  if (name !== "AssertionError" && name !== "strict") Assert.prototype[name] = assert[name];
}

assert.Assert = Assert;
assert.strict.Assert = Assert;

return assert;
