// 100,000 timers of mixed delays fire once each.
const total = 100_000;
let fired = 0;
for (let i = 0; i < total; i++) {
  const delay = 1 + ((i * 7919) % 50);
  setTimeout(() => {
    fired++;
    if (fired === total) console.log("all fired:", fired);
  }, delay);
}
const cleared = [];
for (let i = 0; i < total; i++) cleared.push(setTimeout(() => console.log("never"), 10_000));
for (const timer of cleared) clearTimeout(timer);
process.on("exit", () => console.log("exit with", fired));
