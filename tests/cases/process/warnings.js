// Warnings are printed by a listener, which programs may remove.
console.log(process.listenerCount("warning"));
process.on("warning", ({ name, message }) => console.log(name, message));
process.emitWarning("printed, and told");
setImmediate(() => {
  process.removeAllListeners("warning");
  process.on("warning", ({ message }) => console.log(message));
  process.emitWarning("only told");
});
