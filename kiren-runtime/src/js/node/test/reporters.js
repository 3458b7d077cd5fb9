"use strict";
// node:test/reporters: events of tests as text. Each reporter takes the events `{ type, data }` in turn.

const { missingFunction } = load("node/absent");

// A reporter is made of a function that gives text for each event.
function generatorOf(make) {
  return async function* (source) {
    const write = make();
    for await (const { type, data } of source) {
      const text = write(type, data);
      if (text) yield text;
    }
    const rest = write("end");
    if (rest) yield rest;
  };
}

function named(fn, name) {
  Object.defineProperty(fn, "name", { value: name, configurable: true });
  return fn;
}

const dot = named(generatorOf(() => load("node/test/reporter_dot").makeDot()), "dot");
const tap = named(generatorOf(() => load("node/test/reporter_tap").makeTap()), "tap");
const junit = named(generatorOf(() => load("node/test/reporter_junit").makeJunit()), "junit");

// A stream of objects in and text out; `new spec()` and `spec()` are the same.
function spec() {
  const { Transform } = load("node/stream");
  const write = load("node/test/reporter_spec").makeSpec(load("process").process.env.FORCE_COLOR !== undefined);
  return new Transform({
    writableObjectMode: true,
    transform({ data, type }, encoding, callback) {
      callback(null, write(type, data));
    },
    flush(callback) {
      callback(null, write("end"));
    },
  });
}

/** What a program's own tests are reported by: `(type, data)`. */
function programReporter() {
  const { process } = load("process");
  const colors = process.stdout.hasColors?.() ?? process.env.FORCE_COLOR !== undefined;
  const write = load("node/test/reporter_spec").makeSpec(colors);
  return (type, data) => {
    const text = write(type, data);
    if (text) process.stdout.write(text);
  };
}

const reporters = { dot, junit, lcov: missingFunction("test/reporters", "lcov"), spec, tap };
Object.defineProperty(reporters, "programReporter", { value: programReporter });

return reporters;
