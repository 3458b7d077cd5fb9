// exitCode is checked, listeners see it and may change it; they run once.
for (const value of ["x", 1.5, true, {}, NaN]) {
  try {
    process.exitCode = value;
    console.log("no error");
  } catch (error) {
    console.log(error.code, error.message);
  }
}
process.exitCode = "3";
console.log(process.exitCode);
process.on("beforeExit", (code) => console.log("beforeExit", code));
process.on("exit", (code) => {
  console.log("exit", code, process.exitCode);
  process.exitCode = 4;
  setTimeout(() => console.log("too late"), 0);
});
process.on("exit", (code) => console.log("exit again", code, process.exitCode));
