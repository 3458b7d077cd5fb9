// winston: levels, formats, transports to a stream and to a file
const winston = require("winston");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { Writable } = require("node:stream");
const { step } = require("../lib/step.cjs");

const { combine, json, printf, splat, uncolorize, errors } = winston.format;
step("stream", async () => {
  const lines = [];
  const stream = new Writable({ write(chunk, encoding, done) { lines.push(String(chunk).trim()); done(); } });
  const log = winston.createLogger({ level: "debug", format: combine(errors(), splat(), json()), transports: [new winston.transports.Stream({ stream })] });
  log.info("hello %s", "ada", { more: 1 });
  log.silly("no");
  log.child({ part: "db" }).debug("query");
  log.error(new Error("bad"));
  await new Promise((resolve) => log.end(resolve) && log.on("finish", resolve));
  return lines;
});
step("console", () => void winston.createLogger({ format: combine(uncolorize(), printf(({ level, message }) => `${level}> ${message}`)), transports: [new winston.transports.Console()] }).warn("on the console"));
step("file", async () => {
  const filename = path.join(os.tmpdir(), "winston.log");
  const log = winston.createLogger({ transports: [new winston.transports.File({ filename })] });
  const done = new Promise((resolve) => log.transports[0].on("finish", resolve));
  log.info("on disk");
  log.end();
  await done;
  return fs.readFileSync(filename, "utf8");
});
