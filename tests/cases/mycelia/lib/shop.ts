// A worker of workers.ts.

import type { Kernel } from "krepis:mycelia";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export default function (kernel: Kernel, { worker, data }: { worker: number; data: { factor: number } }) {
  kernel.subsystem("math", { concurrency: 4 });
  kernel.on("math://times/{n:int}", ({ params, body }) => [Number(params.n) * data.factor, body]);
  kernel.on("math://slow/{n}", async ({ body }) => {
    await pause(20);
    return { worker, n: body };
  });
  kernel.on("math://bad", () => {
    throw Object.assign(new RangeError("too bad"), { code: "E_BAD" });
  });
  kernel.on("math://odd", () => {
    throw { toString: () => "no error", call: () => 1 };
  });
  kernel.on("math://function", () => () => 1);
  kernel.on("math://late", () => pause(100));
  kernel.on("math://first", ({ body }) => new Uint8Array(body)[0]);
  kernel.on("math://count", ({ body }) => Atomics.add(new Uint8Array(body), 0, 1));
  kernel.on("math://by-main", ({ body }) => kernel.ask("main://log", `from a worker: ${body}`));
  kernel.on("math://trace", ({ context }) => context?.get("tenant.id"));
  kernel.on("math://deadline", ({ deadline }) => deadline !== undefined);

  // One after the other in each worker.
  kernel.on("line://{n}", async ({ body }) => {
    const log = new Int32Array(body.log);
    await pause(body.n % 3);
    log[Atomics.add(log, 0, 1) + 1] = body.n;
  });

  kernel.on("crash://exit", () => process.exit(7));
  kernel.on("crash://throw", () => {
    setTimeout(() => {
      throw new Error("thrown outside of a handler");
    });
    return new Promise(() => {});
  });
  kernel.on("crash://work", async ({ body }) => {
    await pause(5);
    return body;
  });
}
