// Many at once, what waits for somebody else, big files and files without a size.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "krepis-many-"));
const at = (name) => path.join(dir, name);

async function main() {
  for (let i = 0; i < 1000; i++) fs.writeFileSync(at(`f${i}`), `content ${i}`);
  const texts = await Promise.all(Array.from({ length: 1000 }, (_, i) => fs.promises.readFile(at(`f${i}`), "utf8")));
  console.log(texts.every((text, i) => text === `content ${i}`), texts.length);
  const counts = await Promise.all(Array.from({ length: 1000 }, (_, i) => new Promise((resolve) => fs.stat(at(`f${i}`), (error, stats) => resolve(stats.size)))));
  console.log(counts.reduce((sum, size) => sum + size, 0));

  // Files of /proc say that they are empty.
  console.log(fs.statSync("/proc/self/status").size, fs.readFileSync("/proc/self/status", "utf8").startsWith("Name:"), (await fs.promises.readFile("/proc/self/status")).length > 100);

  // Over 2 and 4 GB, without writing that much.
  const fd = fs.openSync(at("big"), "w+");
  fs.ftruncateSync(fd, 5 * 2 ** 30);
  fs.writeSync(fd, "end", 5 * 2 ** 30);
  const into = Buffer.alloc(3);
  console.log(fs.readSync(fd, into, 0, 3, 5 * 2 ** 30), into.toString(), fs.readSync(fd, into, 0, 3, BigInt(5 * 2 ** 30 + 1)), fs.fstatSync(fd).size);
  fs.closeSync(fd);
  try { fs.readFileSync(at("big")); } catch (error) { console.log(error.name, error.code, error.message); }
  await fs.promises.readFile(at("big")).catch((error) => console.log(error.name, error.code));
  const parts = [];
  for await (const part of fs.createReadStream(at("big"), { start: 5 * 2 ** 30 - 1 })) parts.push(part);
  console.log(Buffer.concat(parts));

  // A file is not closed under a read of its stream.
  const stream = fs.createReadStream(at("big"));
  stream.once("data", () => stream.destroy());
  await new Promise((resolve) => stream.once("close", resolve));
  console.log(stream.destroyed, stream.fd);
  const handle = await fs.promises.open(at("f1"));
  const reads = [handle.read(Buffer.alloc(4), 0, 4, 0), handle.read(Buffer.alloc(4), 0, 4, 4)];
  const closed = handle.close();
  console.log((await Promise.all(reads)).map(({ buffer }) => buffer.toString()), await closed, handle.fd);
  await handle.read(Buffer.alloc(1)).catch((error) => console.log(error.code, error.syscall, error.message));

  // Given up between two steps.
  const stop = new AbortController();
  const reading = fs.promises.readFile(at("f2"), { signal: stop.signal });
  stop.abort();
  await reading.catch((error) => console.log(error.name, error.code));
  fs.rmSync(dir, { recursive: true });
}

main();
