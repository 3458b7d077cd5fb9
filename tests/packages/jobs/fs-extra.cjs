// fs-extra: trees of files copied, moved, emptied
const fs = require("fs-extra");
const os = require("node:os");
const path = require("node:path");
const { step } = require("../lib/step.cjs");

const root = fs.mkdtempSync(path.join(os.tmpdir(), "extra-"));
const at = (...parts) => path.join(root, ...parts);
step("write", async () => { await fs.outputFile(at("a/b/c.txt"), "text"); await fs.outputJson(at("a/d.json"), { n: 1 }, { spaces: 1 }); return fs.readJson(at("a/d.json")); });
step("copy", async () => { await fs.copy(at("a"), at("copy"), { filter: (name) => !name.endsWith(".json") }); return [fs.readdirSync(at("copy")), await fs.pathExists(at("copy/b/c.txt"))]; });
step("move", async () => { await fs.move(at("copy"), at("moved/deep")); return [fs.readFileSync(at("moved/deep/b/c.txt"), "utf8"), fs.existsSync(at("copy"))]; });
step("callbacks", () => new Promise((resolve, reject) => fs.ensureDir(at("x/y"), (error) => (error ? reject(error) : resolve(fs.statSync(at("x/y")).isDirectory())))));
step("links", async () => { await fs.ensureSymlink(at("a/d.json"), at("links/d")); await fs.ensureLink(at("a/d.json"), at("links/e")); return [fs.lstatSync(at("links/d")).isSymbolicLink(), fs.statSync(at("links/e")).nlink]; });
step("errors", () => fs.readJson(at("nope.json")).catch((error) => [error.code, error.syscall]));
step("remove", async () => { await fs.emptyDir(at("a")); console.log(fs.readdirSync(at("a"))); await fs.remove(root); return fs.existsSync(root); });
