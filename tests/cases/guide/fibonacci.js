// A recursive function, timed with console.time.
function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

const lines = [];
const log = console.log;
console.log = (...args) => lines.push(args.join(" "));
console.time("fib");
const result = fibonacci(20);
console.timeEnd("fib");
console.log = log;

console.log(`fibonacci(20) = ${result}`);
console.log("timed once at most:", lines.length <= 1);
