"use strict";
// The beginning of a worker's isolate: its module exports a function of a kernel, which registers handlers.

const { Kernel, attach } = load("krepis/mycelia/kernel");

const { own } = native("bus");
const engine = native("workers");

async function start(exports) {
  const begin = typeof exports === "function" ? exports : exports?.default;
  if (typeof begin !== "function") {
    throw new TypeError("the module of a worker exports by default a function (kernel, { worker, data }) that registers handlers");
  }
  const [worker, text] = engine.seat();
  const { data, isHeard } = JSON.parse(text);
  // Where somebody listens to dead letters, failures are not printed here.
  const kernel = new Kernel(isHeard ? { onDeadLetter() {} } : {});
  const bus = attach(kernel, own());
  await begin(kernel, { worker, data });
  const claims = [];
  for (const desk of bus.core.desks.values()) {
    if (desk.routes.size === 0) continue;
    // What is mounted comes from there, also what others here send.
    if (!desk.isMounted) bus.offer(desk, true);
    claims.push({ name: desk.name, routes: [...desk.routes.keys()] });
  }
  if (claims.length === 0) throw new TypeError("the worker's module has registered no handler");
  engine.ready(JSON.stringify(claims));
}

return { start };
