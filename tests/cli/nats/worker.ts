import type { Kernel } from "krepis:mycelia";

export default async function (kernel: Kernel, { worker, data }: { worker: number; data: { url: string } }) {
  kernel.subsystem("orders", { concurrency: 16 });
  kernel.on("orders://{id}/worker", async ({ body }) => {
    kernel.send("main://begun", worker);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { ...body, worker };
  });
  await kernel.mount("orders://", data.url);
}
