// events.once, events.on, captureRejections.
import EventEmitter, { once, on, errorMonitor, getEventListeners } from "node:events";
const emitter = new EventEmitter();
setTimeout(() => emitter.emit("ready", 1, 2), 1);
console.log((await once(emitter, "ready")).join());
setTimeout(() => emitter.emit("error", new Error("failed")), 1);
await once(emitter, "ready").catch((error) => console.log("rejected:", error.message));
console.log(emitter.eventNames().length, typeof errorMonitor);

setTimeout(() => { for (const i of [1, 2, 3]) emitter.emit("item", i); }, 1);
for await (const [item] of on(emitter, "item")) {
  console.log("item", item);
  if (item === 3) break;
}
console.log(getEventListeners(emitter, "item").length, emitter.eventNames().length);
const ending = on(emitter, "item", { close: ["end"] });
emitter.emit("item", "last");
emitter.emit("end");
for await (const [item] of ending) console.log(item);

const capturing = new EventEmitter({ captureRejections: true });
capturing.on("work", async () => { throw new Error("in an async listener"); });
capturing.on("error", (error) => console.log("captured:", error.message));
capturing.emit("work");
await new Promise((resolve) => setTimeout(resolve, 1));
const special = new EventEmitter({ captureRejections: true });
special[Symbol.for("nodejs.rejection")] = (error, type, ...args) => console.log("special:", error.message, type, args.join());
special.on("work", async () => { throw new Error("again"); });
special.emit("work", 1, 2);
