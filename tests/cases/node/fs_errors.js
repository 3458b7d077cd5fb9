// A table of calls that fail, in their three forms, and of arguments that are wrong.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "krepis-errors-"));
process.chdir(dir);
fs.writeFileSync("file", "text");
fs.mkdirSync("folder/inner", { recursive: true });
fs.symlinkSync("loop", "loop");
const clean = (text) => String(text).replaceAll(dir, "DIR").replace(/no\/x\w{6}/, "no/xXXXXXX");
const told = (error) => [error.name, error.code, error.errno, error.syscall, error.path && clean(error.path), error.dest && clean(error.dest), clean(error.message)].join("|");

const failing = [
  ["access", "no"], ["access", "file/below"], ["appendFile", "no/file", "x"], ["chmod", "no", 0o600], ["chown", "no", 0, 0], ["copyFile", "no", "to"], ["copyFile", "file", "no/to"],
  ["copyFile", "file", "file", fs.constants.COPYFILE_EXCL], ["copyFile", "folder", "to"], ["lchown", "no", 0, 0], ["link", "no", "to"], ["link", "file", "file"], ["lstat", "no"], ["lutimes", "no", 1, 1],
  ["mkdir", "folder"], ["mkdir", "no/inner"], ["mkdir", "file/inner", { recursive: true }], ["mkdir", "file", { recursive: true }], ["mkdtemp", "no/x"], ["open", "no"], ["open", "file", "wx"], ["open", "folder", "w"],
  ["open", "loop"], ["open", "a".repeat(300)], ["readFile", "no"], ["readFile", "folder"], ["readdir", "no"], ["readdir", "file"], ["readlink", "file"], ["readlink", "no"], ["realpath", "no"], ["realpath", "loop"],
  ["rename", "no", "to"], ["rename", "folder", "file"], ["rename", "folder", "folder/inner/x"], ["rm", "no"], ["rm", "folder"], ["rmdir", "folder"], ["rmdir", "file"], ["rmdir", "no"], ["stat", "no"], ["stat", "file/below"], ["stat", ""],
  ["statfs", "no"], ["symlink", "x", "file"], ["truncate", "no"], ["truncate", "folder"], ["unlink", "folder"], ["unlink", "no"], ["utimes", "no", 1, 1], ["writeFile", "folder", "x"], ["writeFile", "no/file", "x"],
  ["cp", "no", "to"], ["cp", "file", "folder"],
];
const onFiles = [["close", 9999], ["fchmod", 9999, 0o600], ["fchown", 9999, 0, 0], ["fdatasync", 9999], ["fstat", 9999], ["fsync", 9999], ["ftruncate", 9999], ["futimes", 9999, 1, 1], ["read", 9999, Buffer.alloc(1), 0, 1, 0], ["write", 9999, "x"], ["readv", 9999, [Buffer.alloc(1)]], ["writev", 9999, [Buffer.alloc(1)]]];

const B = Buffer.alloc(4);
const wrong = [
  ["access"], ["access", 5], ["access", "a\0b"], ["access", "file", "x"], ["access", "file", 8], ["appendFile", "file", 5], ["chmod", "file", "9"], ["chmod", "file", -1], ["chmod", "file", 2 ** 40], ["chown", "file", "x", 0],
  ["close", "x"], ["close", -1], ["close", 1.5], ["copyFile", "file", 5], ["copyFile", "file", "to", 9], ["cp", "file", "to", 5], ["cp", "file", "to", { recursive: 5 }], ["cp", "file", "to", { filter: 5 }],
  ["cp", "file", "to", { dereference: true, verbatimSymlinks: true }], ["fchmod", 1, undefined], ["futimes", 1, {}, 1], ["link", "file", {}], ["mkdir", "x", { recursive: 5 }], ["mkdir", "x", "zz"], ["mkdtemp", 5], ["open", "file", "zz"], ["open", "file", 1.5],
  ["open", "file", "r", "zz"], ["read", 0, "x"], ["read", 0, B, -1], ["read", 0, B, 0, 5], ["read", 0, B, 0, 1, "x"], ["read", 0, B, 0, 1, 2n ** 64n], ["read", 0, Buffer.alloc(0), 0, 1], ["readFile", "file", "zz"],
  ["readFile", "file", { signal: 5 }], ["readFile", "file", 5], ["readv", 0, 5], ["rename", "file"], ["rm", "file", { force: 5 }], ["rm", "file", { maxRetries: -1 }], ["rm", "file", 5],
  ["rmdir", "folder", { recursive: true }], ["symlink", "a", "b", "zz"], ["truncate", "file", "x"], ["utimes", "file", "x", 1], ["write", 1, 5], ["write", 1, B, 5], ["write", 1, B, 0, 5], ["write", 1, B, 0, -1], ["writeFile", "file", Symbol("x")],
  ["writeFile", "file", "x", { flush: 5 }], ["writeFile", "file", "x".repeat(40), "x".repeat(40)], ["writev", 1, [5]],
];

async function main() {
  for (const [name, ...args] of [...failing, ...onFiles]) {
    try { fs[`${name}Sync`](...args); console.log(name, "nothing"); } catch (error) { console.log(`${name}Sync`, told(error)); }
    await new Promise((resolve) => fs[name](...args, (error) => { console.log(name, told(error)); resolve(); }));
    if (fs.promises[name] === undefined) continue;
    await fs.promises[name](...args).then(() => console.log("nothing"), (error) => console.log(`promises.${name}`, told(error)));
  }
  for (const [name, ...args] of wrong) {
    try { fs[`${name}Sync`](...args); console.log(name, "nothing"); } catch (error) { console.log(`${name}Sync`, error.name, error.code, error.message); }
    if (fs.promises[name] === undefined) continue;
    await fs.promises[name](...args).then(() => console.log("nothing"), (error) => console.log(`promises.${name}`, error.name, error.code, error.message));
  }
  for (const name of ["readFile", "stat", "close", "writeFile"]) {
    try { fs[name]("file"); } catch (error) { console.log(name, error.code, error.message); }
  }
  const handle = await fs.promises.open("file");
  await handle.close();
  await handle.close();
  for (const name of ["read", "stat", "sync", "truncate", "chmod", "readFile"]) await handle[name](B).catch((error) => console.log(name, error.code, error.syscall, error.message));
  process.chdir("/");
  fs.rmSync(dir, { recursive: true });
}

main();
