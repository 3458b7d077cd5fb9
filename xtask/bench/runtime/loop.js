function count(rounds) {
  let bits = 0;
  let sum = 0;
  for (let i = 0; i < rounds; i++) {
    bits = (bits ^ i) + (i % 7);
    sum += i * 0.5;
  }
  return bits + sum;
}

const start = performance.now();
const result = count(10_000_000);
const elapsed = performance.now() - start;
if (!(result > 0)) throw new Error(`expected a positive number, found ${result}`);
console.log(String(elapsed));
