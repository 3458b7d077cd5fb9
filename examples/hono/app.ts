// npm install, then: krepis serve app.ts
import { Hono } from "hono";
import { logger } from "hono/logger";

const app = new Hono();
const notes = new Map<string, string>();

app.use(logger());
app.get("/", (c) => c.text("Hello from Hono on Krepis\n"));
app.get("/notes/:id", (c) => {
  const note = notes.get(c.req.param("id"));
  return note === undefined ? c.json({ error: "no such note" }, 404) : c.json({ note });
});
app.put("/notes/:id", async (c) => {
  const { note } = await c.req.json<{ note: string }>();
  notes.set(c.req.param("id"), note);
  return c.json({ note }, 201);
});

export default app;
