// beforeExit comes again after work that its listeners started, and not before process.exit.
let rounds = 0;
process.on("beforeExit", (code) => {
  console.log("beforeExit", code);
  if (++rounds < 3) setTimeout(() => console.log("more work"), 1);
});
process.on("exit", () => console.log("exit"));
