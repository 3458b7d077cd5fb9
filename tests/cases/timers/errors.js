// An error in a callback does not stop the others when somebody handles it.
process.on("uncaughtException", (error, origin) => console.log("caught", error.message, origin));
process.nextTick(() => { throw new Error("tick"); });
process.nextTick(() => console.log("next tick"));
queueMicrotask(() => { throw new Error("microtask"); });
queueMicrotask(() => console.log("next microtask"));
setImmediate(() => { throw new Error("immediate"); });
setImmediate(() => {
  console.log("next immediate");
  setTimeout(() => { throw new Error("one"); }, 1);
  setTimeout(() => console.log("two"), 1);
  const interval = setInterval(() => {
    clearInterval(interval);
    throw new Error("interval");
  }, 2);
});
