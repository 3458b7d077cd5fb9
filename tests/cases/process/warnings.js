// emitWarning prints once per code and fires an event each time.
process.on("warning", (warning) => console.log(warning.name, warning.message, warning.code, warning.detail));
process.emitWarning("plain");
process.emitWarning("typed", "CustomWarning", "C001");
process.emitWarning("typed again", "CustomWarning", "C001");
process.emitWarning("with detail", { type: "Other", code: "C002", detail: "the detail" });
process.emitWarning(Object.assign(new Error("made"), { name: "MadeWarning" }));
process.emitWarning("old", "DeprecationWarning", "DEP9999");
process.noDeprecation = true;
process.emitWarning("older", "DeprecationWarning", "DEP9998");
for (const args of [[5], ["x", 5], ["x", "T", 5]]) {
  try {
    process.emitWarning(...args);
  } catch (error) {
    console.log(error.code);
  }
}
