// process: what few programs ask for; util's newer functions; buffer.transcode.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const util = require("node:util");
const { transcode } = require("node:buffer");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "env-"));
fs.writeFileSync(path.join(folder, ".env"), 'A_NEW=1\nQUOTED="a b"\nHOME=other\n# note\n');
process.loadEnvFile(path.join(folder, ".env"));
console.log(process.env.A_NEW, process.env.QUOTED, process.env.HOME !== "other");
try { process.loadEnvFile(path.join(folder, "none")); } catch (error) { console.log(error.code, error.syscall); }
fs.rmSync(folder, { recursive: true });
console.log(process.mainModule === module, process.mainModule === require.main, Array.isArray(process.execArgv), process.execArgv.length);
console.log(process.getBuiltinModule("fs") === fs, process.getBuiltinModule("node:path") === path, process.getBuiltinModule("nothing"));
console.log(typeof process.features.typescript, process.features.require_module, typeof process.report, process.allowedNodeEnvironmentFlags instanceof Set);
const held = globalThis.held = { name: "held" };
process.finalization.register(held, (object, event) => console.log("finalized", object.name, event));
const other = { name: "other" };
process.finalization.register(other, () => console.log("never"));
process.finalization.unregister(other);
const timer = setTimeout(() => console.log("never"), 1e6);
process.unref(timer);

const attempt = (act) => { try { console.log(act()); } catch (error) { console.log(error.name, error.code, error.message); } };
const mime = new util.MIMEType("Text/HTML; charset=UTF-8; q=\"a b\"");
console.log(String(mime), mime.type, mime.subtype, mime.essence, mime.params.get("charset"), mime.params.has("x"), [...mime.params]);
mime.params.set("new", "v;x");
mime.params.delete("q");
mime.type = "application";
mime.subtype = "json";
console.log(`${mime}`, JSON.stringify({ mime }), String(mime.params), [...mime.params.keys()].join(), [...mime.params.values()].join());
for (const bad of ["", "text", "text/", "/html", "te xt/html", "text/ht ml"]) attempt(() => new util.MIMEType(bad));
attempt(() => mime.params.set("a b", "c"));
attempt(() => mime.params.set("a", "\u0100"));
attempt(() => (mime.type = ""));
console.log(util.diff("12345678", "12!!5!7!"), util.diff(["a", "b"], ["a", "c"]), util.diff("same", "same"));
attempt(() => util.diff(1, "a"));
function where() { return util.getCallSites(2); }
const sites = where();
console.log(sites.length, sites[0].functionName, path.basename(sites[0].scriptName), sites[0].lineNumber, typeof sites[0].columnNumber);
attempt(() => util.getCallSites(0));
attempt(() => util.getCallSites("a"));
console.log(util.convertProcessSignalToExitCode("SIGTERM"));
const controller = util.transferableAbortController();
controller.abort();
console.log(controller.signal.aborted, util.transferableAbortSignal(AbortSignal.abort()).aborted);
console.log(transcode(Buffer.from("\u20ac\u00e4a"), "utf8", "latin1"), transcode(Buffer.from("\u20ac"), "utf8", "ascii"), transcode(Buffer.from("ab"), "latin1", "utf16le"), transcode(Buffer.from([0xe4]), "binary", "utf8"));
attempt(() => transcode(Buffer.from("a"), "utf8", "hex"));
attempt(() => transcode("a", "utf8", "latin1"));
