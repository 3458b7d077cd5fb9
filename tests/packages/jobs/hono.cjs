// hono: required
const { Hono } = require("hono");
const { step } = require("../lib/step.cjs");

step("request", async () => {
  const app = new Hono().get("/:name", (c) => c.text(`hello ${c.req.param("name")}`));
  return (await app.fetch(new Request("http://localhost/ada"))).text();
});
