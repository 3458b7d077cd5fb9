// express: an application with routes, and a server that answers
const express = require("express");
const { step } = require("../lib/step.cjs");

step("application", () => {
  const app = express();
  app.use(express.json());
  app.get("/users/:id", (request, response) => response.json({ id: request.params.id }));
  const router = express.Router();
  router.get("/x", () => {});
  app.use("/sub", router);
  return app.router.stack.map((layer) => layer.route?.path ?? layer.name);
});
step("server", async () => {
  const app = express().get("/hello/:name", (request, response) => response.send(`hello ${request.params.name}`));
  const server = await new Promise((resolve, reject) => { const listening = app.listen(0, (error) => (error ? reject(error) : resolve(listening))); });
  try {
    return await (await fetch(`http://127.0.0.1:${server.address().port}/hello/ada`)).text();
  } finally {
    server.close();
  }
});
