"use strict";
// v8.promiseHooks: functions that are told of every promise's making, reactions and settling.

const { checkFunction, invalidArgType } = load("node/errors");

const NAMES = ["init", "before", "after", "settled"];
const hooks = { init: [], before: [], after: [], settled: [] };

// V8 takes one function of each kind.
function update() {
  native("engine").set_promise_hooks(...NAMES.map((name) => {
    const list = hooks[name];
    if (list.length === 0) return undefined;
    return list.length === 1 ? list[0] : (promise, parent) => {
      for (const hook of list) hook(promise, parent);
    };
  }));
}

function add(name, hook, label = name) {
  checkFunction(hook, label);
  // V8 has no use for a method or an async function.
  const fn = (promise, parent) => {
    hook(promise, parent);
  };
  hooks[name] = [...hooks[name], fn];
  update();
  return () => {
    hooks[name] = hooks[name].filter((other) => other !== fn);
    update();
  };
}

function createHook(callbacks = {}) {
  if (callbacks === null || typeof callbacks !== "object") {
    throw invalidArgType("callbacks", "of type object", callbacks);
  }
  const stops = NAMES.filter((name) => callbacks[name] !== undefined)
    .map((name) => add(name, callbacks[name], `${name}Hook`));
  return () => {
    for (const stop of stops) stop();
  };
}

return {
  createHook,
  onAfter: (hook) => add("after", hook, "afterHook"),
  onBefore: (hook) => add("before", hook, "beforeHook"),
  onInit: (hook) => add("init", hook, "initHook"),
  onSettled: (hook) => add("settled", hook, "settledHook"),
};
