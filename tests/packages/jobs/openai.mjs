// openai: asks a server of one's own through fetch, streams an answer, reports errors
import OpenAI, { APIError } from "openai";
import { step } from "../lib/step.cjs";

const answers = (url, { body }) => {
  const { stream, model } = JSON.parse(body);
  if (model === "bad") return Response.json({ error: { message: "no such model", code: "x" } }, { status: 404 });
  if (!stream) return Response.json({ choices: [{ message: { content: "hello" } }] });
  const parts = ["he", "llo"].map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
  return new Response(new Blob([...parts, "data: [DONE]\n\n"]).stream(), { headers: { "content-type": "text/event-stream" } });
};
const client = new OpenAI({ apiKey: "k", baseURL: "http://x/v1", maxRetries: 0, fetch: async (url, init) => answers(url, init) });
const ask = (model, more) => client.chat.completions.create({ model, messages: [{ role: "user", content: "hi" }], ...more });
step("answer", async () => (await ask("m")).choices[0].message);
step("stream", async () => { const parts = []; for await (const part of await ask("m", { stream: true })) parts.push(part.choices[0].delta.content); return parts; });
step("errors", async () => { const error = await ask("bad").catch((e) => e); return [error instanceof APIError, error.status, error.message]; });
