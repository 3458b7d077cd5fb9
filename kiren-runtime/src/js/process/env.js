"use strict";
// process.env: the environment as it was when the program first looked, which a program changes for itself and
// for the processes it starts. Values are strings, whatever is assigned.

const { coded } = load("node/errors");

function makeEnvironment() {
  const host = native("process");
  const variables = {};
  const pairs = host.environment();
  for (let i = 0; i < pairs.length; i += 2) define(variables, pairs[i], pairs[i + 1]);

  return new Proxy(variables, {
    set(target, name, value) {
      if (typeof name === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      define(target, name, String(value));
      if (name === "TZ") host.set_time_zone(String(value));
      return true;
    },
    defineProperty(target, name, descriptor) {
      if (!("value" in descriptor)) {
        throw coded(TypeError, "ERR_INVALID_OBJECT_DEFINE_PROPERTY",
          "'process.env' does not accept an accessor(getter/setter) descriptor");
      }
      if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
        throw coded(TypeError, "ERR_INVALID_OBJECT_DEFINE_PROPERTY",
          "'process.env' only accepts a configurable, writable, and enumerable data descriptor");
      }
      return this.set(target, name, descriptor.value);
    },
  });
}

// Also for names such as __proto__.
function define(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

return { makeEnvironment };
