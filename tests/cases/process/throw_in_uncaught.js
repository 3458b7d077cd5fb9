// An error in a listener of uncaughtException ends the program with code 7.
process.on("uncaughtException", () => {
  throw new Error("from the listener");
});
setTimeout(() => { throw new Error("first"); }, 1);
setTimeout(() => console.log("never"), 5);
