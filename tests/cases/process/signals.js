// Signals that a program sends to itself; names and numbers that are none.
process.once("SIGUSR2", (name, number) => {
  console.log(name, typeof number, process.listenerCount("SIGUSR2"));
  clearInterval(alive);
});
const alive = setInterval(() => {}, 1000);
console.log(process.kill(process.pid, 0), process.kill(process.pid, "SIGUSR2"));
process.on("SIGNONE", () => {});
for (const [what, run] of [
  ["unknown name", () => process.kill(process.pid, "SIGNONE")],
  ["unknown number", () => process.kill(process.pid, 1000)],
  ["no process", () => process.kill(2 ** 30, 0)],
  ["not a number", () => process.kill("x", 0)],
  ["SIGKILL", () => process.on("SIGKILL", () => {})],
  ["SIGSTOP", () => process.on("SIGSTOP", () => {})],
]) {
  try {
    run();
    console.log(what, "no error");
  } catch (error) {
    console.log(what, error.name, error.code, error.message);
  }
}
console.log(process.listenerCount("SIGKILL"));
