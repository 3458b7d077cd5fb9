// react, react-dom: server rendering to a string and to a web stream, hooks, suspense
import { createContext, createElement as h, Suspense, use, useContext, useId, useMemo, useReducer } from "react";
import { renderToReadableStream } from "react-dom/server.edge";
import { renderToStaticMarkup, renderToString } from "react-dom/server";
import { step } from "../lib/step.cjs";

const Who = createContext("nobody");
function App({ items }) {
  const [state] = useReducer((n) => n, items.length);
  const id = useId();
  return h("ul", { id, className: "a", "aria-label": "x & y" }, useMemo(() => items, [items]).map((item) => h("li", { key: item, style: { fontSize: 12 } }, item, " ", useContext(Who))), state);
}
step("string", () => renderToString(h(Who, { value: "ada" }, h(App, { items: ["<1>", "2"] }))));
step("static", () => renderToStaticMarkup(h("select", { defaultValue: "b" }, h("option", null, "a"), h("option", null, "b"))));
step("stream", async () => {
  const later = new Promise((resolve) => setTimeout(resolve, 2, "loaded"));
  const Later = () => h("b", null, use(later));
  const stream = await renderToReadableStream(h("html", null, h("body", null, h(Suspense, { fallback: h("i", null, "wait") }, h(Later)))));
  await stream.allReady;
  return new Response(stream).text();
});
step("errors", async () => { const seen = []; await renderToReadableStream(h(() => { throw new Error("boom"); }), { onError: (error) => { seen.push(error.message); } }).catch((error) => seen.push(error.message)); return seen; });
