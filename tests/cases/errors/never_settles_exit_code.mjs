// A code that the program has chosen stands, and nothing is said.
process.exitCode = 4;
await new Promise(() => {});
