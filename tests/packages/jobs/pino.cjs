// pino: logs as JSON, children, serializers, redaction, a destination on disk
const pino = require("pino");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { step } = require("../lib/step.cjs");

const options = { base: null, timestamp: false };
function lines(run, more) {
  const seen = [];
  run(pino({ ...options, ...more }, { write: (line) => seen.push(line.trim()) }));
  return seen;
}
step("levels", () => lines((log) => { log.trace("no"); log.info({ a: 1 }, "hello %s %d %j", "x", 2, { b: 3 }); log.error("bad"); log.fatal({}); }));
step("children", () => lines((log) => log.child({ module: "db" }, { level: "debug" }).debug("query")));
step("errors", () => lines((log) => log.error(Object.assign(new TypeError("no"), { code: "E_X", stack: "stack" }))));
step("redaction", () => lines((log) => log.info({ user: { password: "x", name: "Ada" } }), { redact: ["user.password"], formatters: { level: (label) => ({ level: label }) } }));
step("file", () => {
  const file = path.join(os.tmpdir(), "pino.log");
  const out = pino.destination({ dest: file, sync: true });
  pino(options, out).info("on disk");
  out.flushSync();
  return fs.readFileSync(file, "utf8");
});
step("standard output", () => new Promise((resolve) => { const log = pino(options, pino.destination({ fd: 1, sync: true })); log.warn("direct"); resolve(); }));
