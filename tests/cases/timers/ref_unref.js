// An unreferenced timer lets the program end; one that is referenced again keeps it.
setTimeout(() => console.log("unreferenced: never"), 100_000).unref();
setInterval(() => console.log("interval: never"), 100_000).unref();
const back = setTimeout(() => console.log("referenced again"), 2).unref();
console.log(back.hasRef());
back.ref();
console.log(back.hasRef());
const immediate = setImmediate(() => {});
console.log(immediate.hasRef(), immediate.unref().hasRef(), immediate.ref().hasRef());
process.on("exit", () => console.log("exit"));
