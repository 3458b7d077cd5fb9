// An error in a listener of exit is an uncaught one.
process.on("exit", () => {
  throw new Error("in exit");
});
