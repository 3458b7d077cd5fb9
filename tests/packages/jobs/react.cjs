// react, react-dom: required, streams to a Node stream
const { createElement: h, Suspense, lazy } = require("react");
const { renderToPipeableStream } = require("react-dom/server");
const { PassThrough } = require("node:stream");
const { text } = require("node:stream/consumers");
const { step } = require("../lib/step.cjs");

step("pipe", async () => {
  const Later = lazy(async () => ({ default: () => h("b", null, "there") }));
  const out = new PassThrough();
  const { pipe } = renderToPipeableStream(h("div", null, h(Suspense, { fallback: "wait" }, h(Later))), { onAllReady: () => pipe(out) });
  return text(out);
});
