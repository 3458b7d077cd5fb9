// Counters, timers and assertions: their words and streams.
console.count();
console.count();
console.count("label");
console.count(undefined);
console.count(5);
console.countReset();
console.count();
console.countReset("never counted");
console.timeEnd("never started");
console.timeLog("never started");
console.time("t");
console.time("t");
console.assert(true, "not shown");
console.assert(false);
console.assert(false, "message");
console.assert(false, "%s and %d", "text", 5);
console.assert(false, { a: 1 }, 2);
console.assert();
