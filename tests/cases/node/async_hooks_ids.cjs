// node:async_hooks: createHook, ids and resources.
const { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId, executionAsyncResource, triggerAsyncId } = require("node:async_hooks");
const { EventEmitterAsyncResource } = require("node:events");
console.log(executionAsyncId(), triggerAsyncId(), typeof executionAsyncResource());
const names = new Map();
const log = [];
const destroyed = [];
const wanted = new Set(["Timeout", "Immediate", "TickObject", "MINE", "PROMISE", "EMITTER"]);
const nameOf = (id) => names.get(id) ?? (id === 1 ? "main" : "?");
const counts = {};
const hook = createHook({
  init(id, type, trigger, resource) {
    if (!wanted.has(type)) return;
    counts[type] = (counts[type] ?? 0) + 1;
    names.set(id, `${type}${counts[type]}`);
    log.push(`init ${nameOf(id)} by ${nameOf(trigger)} ${typeof resource}`);
  },
  before: (id) => names.has(id) && log.push(`before ${nameOf(id)} ${executionAsyncId() === id}`),
  after: (id) => names.has(id) && log.push(`after ${nameOf(id)}`),
  destroy: (id) => names.has(id) && !nameOf(id).startsWith("PROMISE") && destroyed.push(nameOf(id)),
  promiseResolve: (id) => names.has(id) && log.push(`resolve ${nameOf(id)}`),
});
console.log(hook.enable() === hook);
setTimeout(() => {
  log.push(`in ${nameOf(executionAsyncId())} by ${nameOf(triggerAsyncId())}`);
  setImmediate(() => {
    log.push(`in ${nameOf(executionAsyncId())} by ${nameOf(triggerAsyncId())}`);
    last();
  });
}, 1);
process.nextTick(() => log.push(`tick ${nameOf(executionAsyncId())}`));
const promise = new Promise((resolve) => resolve(1));
promise.then(() => log.push(`then ${nameOf(executionAsyncId())} by ${nameOf(triggerAsyncId())}`));
const mine = new AsyncResource("MINE");
log.push(mine.runInAsyncScope((a, b) => `${a}${b} ${executionAsyncId() === mine.asyncId()} ${executionAsyncResource() === mine} ${triggerAsyncId() === mine.triggerAsyncId()}`, null, 1, 2));
log.push(`back ${executionAsyncId()}`);
try { mine.runInAsyncScope(() => { throw new Error("out"); }); } catch (error) { log.push(`${error.message} ${executionAsyncId()}`); }
mine.emitDestroy();
function last() {
  hook.disable();
  setTimeout(() => {
    console.log(log.join("\n"));
    console.log(destroyed.filter((name) => /^(MINE|TickObject)1$/.test(name)).sort().join());
    const storage = new AsyncLocalStorage();
    const emitter = storage.run("store", () => new EventEmitterAsyncResource({ name: "EMITTER" }));
    emitter.on("x", function (value) {
      console.log(value, storage.getStore(), executionAsyncId() === emitter.asyncId, this === emitter, emitter.asyncResource.eventEmitter === emitter);
    });
    emitter.emit("x", 5);
    for (const act of [() => createHook({ init: 1 }), () => new AsyncResource("x", { triggerAsyncId: -5 }), () => new EventEmitterAsyncResource()]) {
      try { act(); console.log("fine"); } catch (error) { console.log(error.name, error.code, error.message); }
    }
  }, 5);
}
