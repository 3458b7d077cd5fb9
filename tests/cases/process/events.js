// EventEmitter.
const EventEmitter = require("node:events");
const emitter = new EventEmitter();
const log = (name) => (...args) => console.log(name, args.join());
emitter.on("newListener", (type) => type !== "removeListener" && console.log("+", String(type)));
emitter.on("removeListener", (type) => console.log("-", String(type)));
const a = log("a");
emitter.on("x", a).on("x", log("b")).prependListener("x", log("first"));
emitter.once("x", log("once"));
console.log(emitter.emit("x", 1, 2, 3, 4), emitter.emit("x"), emitter.emit("none"));
emitter.off("x", a);
console.log(emitter.listenerCount("x"), emitter.eventNames().map(String).join(), emitter.listeners("x").length);
emitter.removeAllListeners("x");
console.log(emitter.emit("x"));

// Changes while emitting count from the next emit on.
const changing = new EventEmitter();
const late = () => console.log("late");
changing.on("e", () => { changing.on("e", late); changing.off("e", second); });
function second() { console.log("second"); }
changing.on("e", second);
changing.on("e", () => console.log("third"));
changing.emit("e");
console.log("--");
changing.emit("e");

// Errors.
for (const value of [new Error("an error"), "a string", undefined]) {
  try {
    new EventEmitter().emit("error", value);
  } catch (error) {
    console.log(error.message, error.code);
  }
}
const monitored = new EventEmitter();
monitored.on(EventEmitter.errorMonitor, (error) => console.log("monitor", error.message));
monitored.on("error", (error) => console.log("error", error.message));
monitored.emit("error", new Error("watched"));
try { emitter.on("x", 5); } catch (error) { console.log(error.code, error.message); }
try { emitter.setMaxListeners(-1); } catch (error) { console.log(error.code, error.message); }

// Inheritance without classes, and as a mixin.
function Old() { EventEmitter.call(this); }
Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
new Old().on("o", log("old")).emit("o", 1);
const mixed = Object.assign({}, EventEmitter.prototype);
mixed.on("m", log("mixed"));
mixed.emit("m", 2);
console.log(new EventEmitter().on("s", function () { console.log(this instanceof EventEmitter); }).emit("s"));

// A leak is announced once.
const leaky = new EventEmitter();
for (let i = 0; i < 12; i++) leaky.on("leak", () => {});
console.log(leaky.getMaxListeners(), EventEmitter.defaultMaxListeners, EventEmitter.listenerCount(leaky, "leak"));
