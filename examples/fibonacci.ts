// krepis examples/fibonacci.ts [N]
import { argv, hrtime } from "node:process";

function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

const n = Number(argv[2] ?? 35);
console.time("fibonacci");
const start = hrtime.bigint();
console.log(`fibonacci(${n}) = ${fibonacci(n)}`);
console.log(`${(hrtime.bigint() - start) / 1_000_000n} ms`);
console.timeEnd("fibonacci");
