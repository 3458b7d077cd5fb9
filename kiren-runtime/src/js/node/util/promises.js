"use strict";
// util.promisify and util.callbackify: between callbacks and promises.

const { checkFunction, coded } = load("node/errors");

const custom = Symbol.for("nodejs.util.promisify.custom");

// Under this symbol a function names the values that its callback gets, where they are more than one.
const names = Symbol("names of the callback's values");

function promisify(original) {
  checkFunction(original, "original");
  const own = original[custom];
  if (own !== undefined) {
    checkFunction(own, "util.promisify.custom");
    return Object.defineProperty(own, custom, { value: own, configurable: true });
  }
  const keys = original[names];
  function promisified(...args) {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [...args, (error, ...values) => {
        const isNamed = keys !== undefined && values.length > 1;
        if (error) reject(error);
        else resolve(isNamed ? Object.fromEntries(keys.map((key, i) => [key, values[i]])) : values[0]);
      }]);
    });
  }
  Object.setPrototypeOf(promisified, Object.getPrototypeOf(original));
  Object.defineProperty(promisified, custom, { value: promisified, configurable: true });
  return Object.defineProperties(promisified, Object.getOwnPropertyDescriptors(original));
}

promisify.custom = custom;

function callbackify(original) {
  checkFunction(original, "original");
  function callbackified(...args) {
    const callback = args.pop();
    checkFunction(callback, "last argument");
    const { nextTick } = load("task_queue");
    Reflect.apply(original, this, args).then(
      (value) => nextTick(() => Reflect.apply(callback, this, [null, value])),
      (reason) => nextTick(() => Reflect.apply(callback, this, [reason || falsyRejection(reason)])),
    );
  }
  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length?.value === "number") descriptors.length.value++;
  if (typeof descriptors.name?.value === "string") descriptors.name.value += "Callbackified";
  return Object.defineProperties(callbackified, descriptors);
}

// A callback's first argument must tell that something failed.
function falsyRejection(reason) {
  const error = coded(Error, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value");
  error.reason = reason;
  return error;
}

// Timers pass their value on: setTimeout(delay, value) as node:timers/promises has it.
for (const name of ["setTimeout", "setImmediate"]) {
  Object.defineProperty(load("timers")[name], custom, {
    get: () => load("node/timers_promises")[name],
    enumerable: true,
    configurable: true,
  });
}

return { callbackify, names, promisify };
