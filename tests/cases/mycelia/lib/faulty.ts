// A worker of workers-soak.ts: slow, failing, and now and then gone.

import type { Kernel } from "krepis:mycelia";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export default function (kernel: Kernel, { data }: { data: { crashes: boolean } }) {
  kernel.subsystem("work", { concurrency: 4, capacity: 64, overflow: "reject" });
  kernel.on("work://{kind}", async ({ params, body }) => {
    const seen = new Int32Array(body.seen);
    Atomics.add(seen, body.n, 1);
    if (params.kind === "slow") await pause(body.n % 4);
    if (params.kind === "bad") throw new RangeError(`bad ${body.n}`);
    if (params.kind === "crash" && data.crashes) process.exit(1);
    if (params.kind === "throw" && data.crashes) {
      setTimeout(() => {
        throw new Error("outside");
      });
      await pause(1000);
    }
    return body.n;
  });
}
