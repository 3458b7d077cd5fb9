// Watching: a folder, a file and a tree, one step after the other, with what each watcher heard of it.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "krepis-watch-"));
const at = (...names) => path.join(dir, ...names);
const clean = (text) => String(text).replaceAll(dir, "DIR");

// Waits until a step was heard of by all who should, and a little longer for who should not.
let heard = new Set();
let enough = () => {};
const hear = (who) => (kind, name) => { heard.add(`${who} ${kind} ${name}`); enough(); };
async function step(title, run, ...expected) {
  heard = new Set();
  const { promise, resolve } = Promise.withResolvers();
  enough = () => expected.every((line) => heard.has(line)) && resolve();
  const limit = setTimeout(resolve, 5000);
  run();
  await promise;
  clearTimeout(limit);
  console.log(title, expected.filter((line) => heard.has(line)));
}

async function main() {
  fs.writeFileSync(at("f"), "");
  const folder = fs.watch(dir, hear("folder"));
  const file = fs.watch(at("f"), hear("file"));
  const tree = fs.watch(dir, { recursive: true }, hear("tree"));
  await step("write", () => fs.writeFileSync(at("f"), "x"), "folder change f", "file change f", "tree change f");
  await step("chmod", () => fs.chmodSync(at("f"), 0o600), "folder change f", "file change f", "tree change f");
  await step("rename", () => fs.renameSync(at("f"), at("g")), "folder rename g", "file rename f", "tree rename g");
  file.close();
  await step("folder", () => fs.mkdirSync(at("sub")), "folder rename sub", "tree rename sub");
  await step("below", () => fs.mkdirSync(at("sub", "a")), "tree rename sub/a");
  await step("deep", () => fs.linkSync(at("g"), at("sub", "a", "h")), "tree rename sub/a/h");
  await step("remove", () => fs.unlinkSync(at("sub", "a", "h")), "tree rename sub/a/h");
  folder.on("close", () => console.log("closed"));
  folder.close();
  folder.close();
  tree.close();

  try { fs.watch(at("no")); } catch (error) { console.log(error.code, error.errno, error.syscall, clean(error.path), clean(error.filename), clean(error.message)); }
  for (const options of [{ recursive: 5 }, { encoding: "zz" }, { signal: 5 }, { ignore: 123 }, { ignore: "" }, { ignore: [""] }]) {
    try { fs.watch(dir, options); } catch (error) { console.log(error.code, error.message.slice(0, 60)); }
  }
  const buffers = fs.watch(dir, "buffer", (kind, name) => hear("buffers")(kind, Buffer.isBuffer(name) ? `<${name}>` : name));
  await step("buffers", () => fs.mkdirSync(at("b")), "buffers rename <b>");
  buffers.close();
  const names = [];
  const picky = fs.watch(dir, { ignore: ["*.log", /^tmp/, (name) => name === "c"] }, (kind, name) => { names.push(name); hear("picky")(kind, name); });
  await step("ignored", () => { for (const name of ["a.log", "tmp1", "c", "ok"]) fs.mkdirSync(at(name)); }, "picky rename ok");
  console.log(names);
  picky.close();

  const stop = new AbortController();
  const events = fs.promises.watch(dir, { signal: stop.signal, maxQueue: 10 });
  const first = events.next();
  await new Promise(setImmediate);
  fs.mkdirSync(at("iterated"));
  console.log(await first);
  stop.abort();
  await events.next().catch((error) => console.log(error.name, error.code));
  console.log(await events.next());
  await fs.promises.watch(at("no")).next().catch((error) => console.log(error.code, clean(error.message)));

  // By looking again and again.
  fs.writeFileSync(at("polled"), "1");
  await new Promise((resolve) => {
    const watcher = fs.watchFile(at("polled"), { interval: 20 }, (now, before) => {
      console.log(now.size, before.size, now instanceof fs.Stats, watcher.constructor.name);
      if (now.size === 3) { fs.unlinkSync(at("polled")); return; }
      fs.unwatchFile(at("polled"));
      resolve();
    });
    setTimeout(() => fs.writeFileSync(at("polled"), "123"), 200);
  });
  await new Promise((resolve) => fs.watchFile(at("never"), { interval: 20, bigint: true }, (now, before) => {
    console.log(now.size, before.mtimeNs);
    fs.unwatchFile(at("never"));
    resolve();
  }));
  fs.watch(dir).unref();
  fs.watchFile(dir, { persistent: false }, () => {});
  process.on("exit", () => fs.rmSync(dir, { recursive: true }));
}

main();
