// process.exit in a listener of exit ends at once, with its code.
process.on("exit", (code) => {
  console.log("first", code);
  process.exit(5);
});
process.on("exit", () => console.log("never"));
setTimeout(() => process.exit(2), 1);
