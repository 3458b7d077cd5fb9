// reportError goes where uncaught errors go.
process.on("uncaughtException", (error) => console.log("listener:", error.message));
reportError(new Error("reported"));
console.log("goes on");
