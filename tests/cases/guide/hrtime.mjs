// process.hrtime.bigint() around an await.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const before = process.hrtime.bigint();
await sleep(10);
const elapsed = process.hrtime.bigint() - before;
console.log(typeof elapsed, elapsed >= 9_000_000n);
