// node:punycode, node:sys, node:console, node:worker_threads (one thread).
process.removeAllListeners("warning");
process.noDeprecation = true;
const punycode = require("node:punycode");
for (const [text, code] of [["mañana", "maana-pta"], ["bücher", "bcher-kva"], ["☃-⌘", "--dqo34k"], ["他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"], ["3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"], ["", ""], ["abc", "abc-"], ["💩", "ls8h"]]) {
  console.log(punycode.encode(text), punycode.encode(text) === code, punycode.decode(code) === text);
}
console.log(punycode.toASCII("mañana.com"), punycode.toASCII("джумла@bücher.example"), punycode.toUnicode("xn--maana-pta.com"), punycode.toASCII("a。b"));
console.log(punycode.ucs2.decode("a💩"), punycode.ucs2.encode([0x61, 0x1f4a9]), punycode.version);
for (const bad of ["\x80", "a-!", "99999999"]) {
  try { console.log(punycode.decode(bad)); } catch (error) { console.log(error.name, error.message); }
}
console.log(require("node:sys") === require("node:util"));

const { Console } = require("node:console");
const { Writable } = require("node:stream");
const sink = (name) => new Writable({ write(chunk, _, done) { process.stdout.write(`${name}|${JSON.stringify(String(chunk))}\n`); done(); } });
const own = new Console({ stdout: sink("out"), stderr: sink("err"), groupIndentation: 4 });
own.log("a %d", 1, { b: 2 });
own.error(new Map([[1, 2]]));
own.group("group");
own.info("inside\nlines");
own.groupEnd();
own.warn("w");
own.assert(false, "no %s", "way");
own.assert(true);
own.count();
own.count("x");
own.countReset();
own.count();
own.countReset("none");
own.table([{ a: 1 }, { a: 2 }]);
own.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
own.timeEnd("no");
const { log } = own;
log("taken off");
console.log(own instanceof Console, console instanceof Console, console.Console === Console, require("console") === console);
new Console(sink("one")).error("both");
for (const bad of [() => new Console(), () => new Console({ stdout: sink("x"), colorMode: 1 }), () => Console(sink("called")).log("ok")]) {
  try { bad(); } catch (error) { console.log(error.code, error.message); }
}

const wt = require("node:worker_threads");
console.log(wt.isMainThread, wt.threadId, wt.parentPort, wt.workerData, wt.resourceLimits);
wt.setEnvironmentData("k", 1);
console.log(wt.getEnvironmentData("k"), wt.getEnvironmentData("none"));
const { port1, port2 } = new wt.MessageChannel();
port1.postMessage({ hello: [1, 2] });
port1.postMessage("two");
console.log(wt.receiveMessageOnPort(port2), wt.receiveMessageOnPort(port2), wt.receiveMessageOnPort(port2));
port2.once("message", (value) => {
  console.log("once", value);
  port2.on("message", (more) => {
    console.log("on", more);
    port1.close();
  });
  port1.postMessage("again");
});
port1.postMessage({ value: 1 });
