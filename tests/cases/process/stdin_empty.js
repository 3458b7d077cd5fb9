// An empty input ends.
process.stdin.on("data", () => console.log("never")).on("end", () => console.log("end"));
