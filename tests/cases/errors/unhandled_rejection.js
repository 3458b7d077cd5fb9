async function load() {
  await undefined;
  throw new Error("not loaded");
}
load();
process.on("exit", (code) => console.log("exit", code));
