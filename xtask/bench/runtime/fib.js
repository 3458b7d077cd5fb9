function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

const start = performance.now();
const result = fib(35);
const elapsed = performance.now() - start;
if (result !== 9227465) throw new Error(`fib(35) is 9227465, found ${result}`);
console.log(String(elapsed));
