// Rejections that nobody handles are told in the frame in which they were made: what Node 26 prints for the same program.
import { AsyncLocalStorage } from "node:async_hooks";

const store = new AsyncLocalStorage();
const see = (what) => console.log(`${what}: ${store.getStore()}`);
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

process.on("unhandledRejection", (error) => {
  see(`unhandledRejection ${error.message}`);
  store.enterWith("left by the handler");
});
const rejected = store.run("at once", () => Promise.reject(new Error("at once")));
store.run("another", () => Promise.reject(new Error("another")));
await turn();
see("after");
store.run("handler", () => rejected.catch(() => see("catch")));
await turn();
store.run("later", async () => {
  await null;
  store.enterWith("entered");
  await null;
  throw new Error("later");
});
await turn();
const { promise, reject } = store.run("maker", () => Promise.withResolvers());
store.run("rejecter", () => reject(new Error("from another")));
await turn();
store.run("reaction", () => promise.finally(() => see("finally")));
await turn();
see("outside");
