// The tests in a browser without a window: serves the folder above to it and prints the outcome that the page sends.
//   node browser.js CHROMIUM

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PATIENCE = 60_000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

const root = fileURLToPath(new URL("..", import.meta.url));
// Goes with the folder, before the next run.
const profile = mkdtempSync(join(root, "profile-"));
let browser;

const server = createServer(async (request, response) => {
  if (request.method === "POST") {
    const parts = [];
    for await (const part of request) parts.push(part);
    response.end();
    finish(Buffer.concat(parts).toString(), 0);
    return;
  }
  const { pathname } = new URL(request.url, "http://localhost");
  try {
    const file = readFileSync(join(root, pathname));
    response.writeHead(200, { "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" }).end(file);
  } catch {
    response.writeHead(404).end();
  }
});

server.listen(0, "127.0.0.1", () => {
  const page = `http://127.0.0.1:${server.address().port}/test/page.html`;
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
  const quiet = ["--disable-background-networking", "--disable-component-update", `--user-data-dir=${profile}`];
  browser = spawn(process.argv[2], [...flags, ...quiet, page], { stdio: "ignore", detached: true });
  browser.on("error", (error) => finish(`cannot start ${process.argv[2]}: ${error.message}`, 1));
  browser.on("exit", (code) => finish(`the browser ended by itself with ${code}`, 1));
  setTimeout(() => finish(`the page has told nothing within ${PATIENCE / 1000} s`, 1), PATIENCE).unref();
});

let isFinished = false;

function finish(text, code) {
  if (isFinished) return;
  isFinished = true;
  (code === 0 ? console.log : console.error)(text);
  // A group of its own: the browser is several processes.
  if (browser?.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, "SIGKILL");
  process.exitCode = code;
  server.close();
  server.closeAllConnections();
}
