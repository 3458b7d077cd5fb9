// Whoever reads a name that is not there yet, in a cycle, is told.
process.on("warning", ({ message }) => console.log(message));
require("./lib/circular_a.cjs");
