// jsdom: a document, events, forms, scripts that run in the page
const { JSDOM, VirtualConsole } = require("jsdom");
const { step } = require("../lib/step.cjs");

step("document", () => {
  const { window: { document } } = new JSDOM("<!doctype html><p class=a>one<p>two");
  const b = document.createElement("b");
  b.textContent = "<three>";
  document.querySelector("p.a").append(b);
  return [document.body.innerHTML, document.querySelectorAll("p:nth-of-type(2)")[0].textContent];
});
step("events", () => {
  const { window } = new JSDOM("<form><input name=a value=1></form>");
  const seen = [];
  window.document.addEventListener("click", (event) => seen.push(event.type, event.target.name));
  window.document.querySelector("input").click();
  return [seen, new window.FormData(window.document.forms[0]).get("a")];
});
step("scripts", () => {
  const lines = [];
  const virtualConsole = new VirtualConsole();
  virtualConsole.on("log", (line) => lines.push(line));
  const { window } = new JSDOM("<script>var x = [1].concat(2); console.log(document.title + x.length); function f() { return this === window }</script><title>t</title>", { runScripts: "dangerously", virtualConsole });
  return [lines, window.x.length, window.f(), window.eval("typeof process")];
});
step("serialize", () => new JSDOM("<ul><li>a", { url: "https://example.com/x" }).serialize());
