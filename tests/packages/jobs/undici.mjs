// undici: its own Headers, FormData and Request, a mock agent that answers without a network
import { FormData, Headers, MockAgent, Request, Response, fetch, request, setGlobalDispatcher } from "undici";
import { step } from "../lib/step.cjs";

step("headers", () => [...new Headers([["B", "2"], ["a", "1"], ["a", "3"]])]);
step("request", async () => { const form = new FormData(); form.set("a", "1"); return new Request("http://x/", { method: "POST", body: new URLSearchParams({ q: "1" }) }).text(); });
step("response", async () => Response.json({ a: 1 }).json());
step("mock agent", async () => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  setGlobalDispatcher(agent);
  agent.get("http://x").intercept({ path: "/a" }).reply(200, { n: 1 }, { headers: { "content-type": "application/json" } }).times(2);
  const { statusCode, body } = await request("http://x/a");
  return [statusCode, await body.json(), await (await fetch("http://x/a")).json()];
});
