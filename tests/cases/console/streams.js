// Which method writes to which stream; methods work without their object.
const { log, info, debug, warn, error, dir, dirxml } = console;
log("log");
info("info", { a: 1 });
debug("debug %d", 5);
dirxml([1], { b: 2 });
warn("warn");
error("error", { a: 1 });
error();
error(1, true, -0);
dir("dir");
console.log(String(console), Object.keys(console).length >= 19, console.log.length, console.log.name);
console.log(Object.getOwnPropertyDescriptor(console, "log").enumerable);
const replaced = console.log;
console.log = (...args) => replaced("replaced:", ...args);
console.log("x");
