// Around handlers.
import { Kernel } from "krepis:mycelia";

const log = [];
const named = (name, isAsync = false) => {
  const step = (what) => (message, value) => {
    log.push(`${name} ${what}${value === undefined ? "" : ` ${value instanceof Error ? value.message : value}`}`);
    return isAsync ? Promise.resolve() : undefined;
  };
  return { before: step("before"), after: step("after"), error: step("error") };
};

async function run(what, kernel, address, body) {
  let outcome;
  try {
    outcome = await kernel.ask(address, body);
  } catch (error) {
    outcome = error;
  }
  console.log(`${what}: ${outcome instanceof Error ? `failed: ${outcome.message}` : outcome} [${log.splice(0).join(", ")}]`);
}

function setUp() {
  const kernel = new Kernel();
  kernel.on("h://good", ({ body }) => (log.push("handler"), body));
  kernel.on("h://bad", () => { throw new Error("of the handler"); });
  kernel.on("h://later/good", async ({ body }) => (log.push("handler"), body));
  kernel.on("h://later/bad", async () => { throw new Error("of the handler"); });
  kernel.on("other://good", ({ body }) => body);
  return kernel;
}

const addresses = ["h://good", "h://bad", "h://later/good", "h://later/bad", "other://good"];
for (const isAsync of [false, true]) {
  const kernel = setUp();
  kernel.intercept(named("first", isAsync)).intercept(named("second"));
  kernel.subsystem("h").intercept(named("inner", isAsync));
  for (const address of addresses) await run(`${isAsync ? "async" : "sync"} ${address}`, kernel, address, 1);
}

console.log("--- what they can change");
{
  const kernel = setUp();
  kernel.intercept({ after: (message, reply) => (typeof reply === "number" ? reply * 10 : undefined) });
  kernel.intercept({ error: (message, error) => (message.route.includes("later") ? `instead of ${error.message}` : undefined) });
  for (const address of addresses) await run(address, kernel, address, 2);
  await run("no number", kernel, "h://good", "text");
  await kernel.idle();
  console.log(kernel.subsystem("h").stats().failed, kernel.subsystem("h").stats().handled);
}
{
  const kernel = setUp();
  kernel.intercept({ error: (message, error) => { throw new Error(`wrapped: ${error.message}`, { cause: error }); } });
  kernel.subsystem("h").intercept({ before: ({ body }) => { if (body === "refused") throw new Error("not allowed"); } });
  await run("before refuses", kernel, "h://good", "refused");
  await run("before allows", kernel, "h://good", "fine");
  kernel.intercept({ after: async () => { throw new Error("of after"); } });
  await run("after fails", kernel, "h://good", 1);
}

console.log("--- for subscribers, and for subsystems that are made later");
{
  const kernel = new Kernel().intercept({ before: ({ address, subsystem }) => void log.push(`${subsystem} ${address}`) });
  kernel.subscribe("t://x", () => {});
  kernel.on("late://x", () => {});
  kernel.publish("t://x");
  kernel.send("late://x");
  kernel.subsystem("late").intercept({ before: () => void log.push("late") });
  await kernel.idle();
  console.log(log.splice(0));
}

console.log("--- an object with state, and methods of a class");
class Counting {
  #count = 0;
  before() { this.#count++; }
  get count() { return this.#count; }
}
{
  const kernel = setUp();
  const counting = new Counting();
  kernel.intercept(counting);
  for (const address of addresses) await kernel.ask(address).catch(() => {});
  console.log(counting.count);
}
