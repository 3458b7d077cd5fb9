// The three forms of node:fs, in a folder of their own.
const fs = require("node:fs");
const os = require("os");
const path = require("path");
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "krepis-fs-"));
const at = (...names) => path.join(dir, ...names);
const clean = (text) => String(text).replaceAll(dir, "DIR").replace(/[A-Za-z0-9]{6}'$/, "XXXXXX'");
const tell = (error) => console.log(error.name, error.code, typeof error.errno, error.syscall, clean(error.path), clean(error.dest), clean(error.message));
const attempt = (run) => { try { console.log(run()); } catch (error) { tell(error); } };

fs.writeFileSync(at("a.txt"), "hello");
fs.appendFileSync(at("a.txt"), " world");
console.log(fs.readFileSync(at("a.txt"), "utf8"), fs.readFileSync(at("a.txt")), fs.readFileSync(at("a.txt"), { encoding: "hex" }), fs.readFileSync(new URL(`file://${at("a.txt")}`), "latin1"), fs.readFileSync(Buffer.from(at("a.txt"))).length);
console.log(fs.existsSync(at("a.txt")), fs.existsSync(at("no")), fs.existsSync(5), fs.accessSync(at("a.txt"), fs.constants.R_OK));
const stats = fs.statSync(at("a.txt"));
console.log(stats.size, stats.isFile(), stats.isDirectory(), stats.isSymbolicLink(), (stats.mode & 0o777).toString(8), stats.mtime instanceof Date, Object.keys(stats).join(), stats.constructor.name, typeof fs.statSync(at("a.txt"), { bigint: true }).mtimeNs);
console.log(fs.statSync(at("no"), { throwIfNoEntry: false }), fs.lstatSync(at("no"), { throwIfNoEntry: false }));
console.log(clean(fs.mkdirSync(at("x", "y", "z"), { recursive: true })), fs.mkdirSync(at("x", "y"), { recursive: true }), fs.mkdirSync(at("empty")));
fs.writeFileSync(at("x", "y", "f.js"), "1");
fs.symlinkSync("a.txt", at("link"));
fs.linkSync(at("a.txt"), at("hard"));
console.log(fs.readdirSync(dir), fs.readdirSync(dir, { recursive: true }), fs.readdirSync(at("x"), "buffer"));
console.log(fs.readdirSync(dir, { withFileTypes: true }).map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry.isSymbolicLink(), clean(entry.parentPath)]), fs.readdirSync(at("x"), { withFileTypes: true })[0].constructor.name);
console.log(fs.readlinkSync(at("link")), clean(fs.realpathSync(at("link"))), fs.lstatSync(at("link")).isSymbolicLink(), clean(fs.realpathSync.native(at("x", "..", "a.txt"))));
fs.copyFileSync(at("a.txt"), at("b.txt"));
fs.renameSync(at("b.txt"), at("c.txt"));
fs.truncateSync(at("c.txt"), 4);
fs.chmodSync(at("c.txt"), 0o600);
fs.utimesSync(at("c.txt"), 1000, new Date(2000500));
console.log(fs.readFileSync(at("c.txt"), "utf8"), (fs.statSync(at("c.txt")).mode & 0o777).toString(8), fs.statSync(at("c.txt")).mtimeMs, fs.statSync(at("c.txt"), { bigint: true }).mtimeNs);
const fd = fs.openSync(at("d.bin"), "w+");
console.log(fs.writeSync(fd, "abcdef"), fs.writeSync(fd, Buffer.from("XYZ"), 1, 2, 0), fs.writeSync(fd, "!", 5));
const into = Buffer.alloc(4, ".");
console.log(fs.readSync(fd, into, 1, 2, 3), into.toString(), fs.readSync(fd, into, { position: 0 }), into.toString(), fs.fstatSync(fd).size, fs.readSync(fd, Buffer.alloc(2), 0, 2, 100));
console.log(fs.writevSync(fd, [Buffer.from("1"), Buffer.from("22")], 0), fs.readvSync(fd, [into.subarray(0, 2), into.subarray(2)], 0), into.toString());
fs.ftruncateSync(fd, 2); fs.fsyncSync(fd); fs.fdatasyncSync(fd); fs.fchmodSync(fd, 0o644); fs.futimesSync(fd, 1, 2); fs.closeSync(fd);
console.log(fs.readFileSync(at("d.bin"), "utf8"), fs.statSync(at("d.bin")).mtimeMs);
fs.cpSync(at("x"), at("copied"), { recursive: true });
console.log(fs.readdirSync(at("copied"), { recursive: true }));
fs.rmSync(at("copied"), { recursive: true }); fs.rmdirSync(at("empty")); fs.unlinkSync(at("hard")); fs.rmSync(at("nothing"), { force: true });
console.log(fs.readdirSync(dir));
const folder = fs.opendirSync(at("x"));
console.log(folder.readSync().name, folder.readSync(), folder.closeSync());

for (const run of [
  () => fs.readFileSync(at("no")), () => fs.readFileSync(dir), () => fs.readFileSync(dir, "utf8"), () => fs.openSync(at("no"), "r"), () => fs.writeFileSync(at("no", "x"), ""), () => fs.statSync(at("no")), () => fs.lstatSync(at("no")), () => fs.readdirSync(at("no")), () => fs.readdirSync(at("a.txt")), () => fs.mkdirSync(at("x")), () => fs.mkdirSync(at("q", "r")), () => fs.mkdirSync(at("a.txt", "r"), { recursive: true }), () => fs.mkdirSync(at("a.txt"), { recursive: true }), () => fs.rmdirSync(at("x")), () => fs.unlinkSync(at("x")), () => fs.renameSync(at("no"), at("no2")), () => fs.copyFileSync(at("no"), at("z")), () => fs.copyFileSync(at("a.txt"), at("c.txt"), fs.constants.COPYFILE_EXCL), () => fs.symlinkSync("a", at("link")), () => fs.linkSync(at("no"), at("z")), () => fs.readlinkSync(at("a.txt")), () => fs.realpathSync(at("no")), () => fs.accessSync(at("no")), () => fs.rmSync(at("no")), () => fs.rmSync(at("x")), () => fs.closeSync(9999), () => fs.fstatSync(9999), () => fs.truncateSync(at("no")), () => fs.chmodSync(at("no"), 0o600), () => fs.utimesSync(at("no"), 1, 1), () => fs.mkdtempSync(at("no", "x")), () => fs.openSync(at("a.txt"), "wx"), () => fs.readFileSync(), () => fs.readFileSync("a\0b"), () => fs.openSync(at("a.txt"), "zz"), () => fs.readFileSync(at("a.txt"), "nope"), () => fs.writeFileSync(at("e"), 5), () => fs.closeSync("x"), () => fs.closeSync(-1), () => fs.chmodSync(at("a.txt"), "9"), () => fs.mkdirSync(at("m"), { recursive: 1 }), () => fs.readSync(0, "x"), () => fs.readFile(at("a.txt")), () => fs.readFile(at("a.txt"), "utf8", 5), () => fs.utimesSync(at("a.txt"), {}, 1), () => fs.rmdirSync(at("x"), { recursive: true }), () => fs.writeSync(1, 5), () => fs.readFileSync(5.5),
]) attempt(run);

fs.readFile(at("a.txt"), "utf8", (error, text) => {
  console.log(error, text);
  fs.stat(at("no"), (error, stats) => {
    tell(error);
    console.log(stats);
    fs.writeFile(at("w"), "w", function (...args) {
      console.log(args.length, args[0]);
      fs.exists(at("w"), (yes) => {
        console.log(yes);
        fs.open(at("w"), (error, fd) => {
          fs.read(fd, Buffer.alloc(3), 0, 3, 0, (error, count, buffer) => {
            console.log(error, count, buffer);
            fs.close(fd, (error) => {
              console.log(error);
              later();
            });
          });
        });
      });
    });
  });
});

async function later() {
  const { promises } = fs;
  console.log(promises === require("fs/promises"), promises.constants === fs.constants);
  await promises.writeFile(at("p"), "promised");
  await promises.appendFile(at("p"), Buffer.from("!"));
  console.log(await promises.readFile(at("p"), "utf8"), (await promises.stat(at("p"))).size, await promises.readdir(at("x")), await promises.access(at("p")), clean(await promises.mkdir(at("n", "o"), { recursive: true })));
  await promises.readFile(at("no")).catch(tell);
  await promises.rename(at("no"), at("no2")).catch(tell);
  await promises.readFile(at("p"), { signal: AbortSignal.abort() }).catch((error) => console.log(error.name, error.code));
  const handle = await promises.open(at("h"), "w+");
  console.log(typeof handle.fd, await handle.write("0123456789"), (await handle.stat()).size);
  console.log(await handle.read(Buffer.alloc(3), 0, 3, 2), (await handle.read({ position: 0, buffer: Buffer.alloc(2) })).bytesRead);
  await handle.truncate(5); await handle.sync(); await handle.utimes(3, 4);
  await handle.close();
  console.log(handle.fd, await promises.readFile(at("h"), "utf8"));
  const other = await promises.open(at("h"));
  console.log(await other.readFile("utf8"), await other.readFile("utf8"));
  await other.close();
  await promises.writeFile(at("lines"), "one\ntwo\r\nthree");
  const file = await promises.open(at("lines"));
  for await (const line of file.readLines()) console.log(JSON.stringify(line));
  await promises.writeFile(at("pieces"), (async function* () { yield "a"; yield "b"; })());
  console.log(await promises.readFile(at("pieces"), "utf8"));
  for await (const entry of await promises.opendir(at("n"))) console.log(entry.name);
  const util = require("util");
  console.log(await util.promisify(fs.readFile)(at("p"), "utf8"), await util.promisify(fs.exists)(at("p")), Object.keys(await util.promisify(fs.read)(fs.openSync(at("p")), Buffer.alloc(1), 0, 1, 0)));
  const stream = fs.createReadStream(at("a.txt"), { encoding: "utf8", highWaterMark: 4, start: 1, end: 8 });
  for (const type of ["open", "ready", "end", "close"]) stream.on(type, (...args) => console.log(type, args.length));
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  console.log(chunks, stream.bytesRead, stream.fd, stream.destroyed);
  const output = fs.createWriteStream(at("s"));
  output.write("a"); output.write(Buffer.from("b"));
  await new Promise((resolve) => output.end("c", resolve));
  console.log(fs.readFileSync(at("s"), "utf8"), output.bytesWritten, clean(output.path), output.pending);
  await require("stream/promises").pipeline(fs.createReadStream(at("a.txt")), fs.createWriteStream(at("copy")));
  console.log(fs.readFileSync(at("copy"), "utf8"));
  fs.createReadStream(at("no")).on("error", (error) => {
    tell(error);
    fs.rmSync(dir, { recursive: true, force: true });
    console.log(fs.existsSync(dir));
  });
}
