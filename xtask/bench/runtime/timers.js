const COUNT = 100_000;
let fired = 0;

const start = performance.now();
for (let i = 0; i < COUNT; i++) {
  setTimeout(() => {
    if (++fired === COUNT) console.log(String(performance.now() - start));
  }, i % 10);
}
