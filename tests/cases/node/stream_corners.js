// Corners of node:stream that programs have come to depend on.
const { Readable, Writable, Duplex, PassThrough, Stream, pipeline, compose, finished } = require("stream");
const { inherits } = require("util");
const settled = () => new Promise((resolve) => setTimeout(resolve, 10));
(async () => {
  const text = new Readable({ encoding: "utf8", read() {} });
  text.push("abc"); text.push("def");
  console.log(text.read(), text.readableLength);
  const bytes = new Readable({ read() {} });
  bytes.push("abc"); bytes.push("def");
  console.log(String(bytes.read()), bytes.readableLength);

  const destroyed = new Readable({ read() {} });
  destroyed.on("data", (chunk) => console.log("data", String(chunk))).on("error", (error) => console.log(error.message)).on("end", () => console.log("never"));
  destroyed.push("still"); destroyed.push(null); destroyed.destroy(new Error("gone"));
  await settled();

  const written = [];
  const pair = Duplex.from({ readable: Readable.from(["r"]), writable: new Writable({ write(chunk, encoding, callback) { written.push(String(chunk)); callback(); } }) });
  pair.end("w");
  for await (const chunk of pair) console.log(String(chunk));
  console.log(written);

  const remote = new PassThrough();
  const local = new Duplex({ read() {}, write(chunk, encoding, callback) { callback(); } });
  pipeline(remote, local, remote, (error) => console.log(error.code));
  remote.end();
  await settled();

  const last = new PassThrough({ objectMode: true });
  pipeline(Readable.from(["x"]), last, (error) => console.log("done", error, last.listenerCount("error")));
  last.resume();
  await settled();

  for (const run of [() => Readable.from([]).map(1), () => Readable.from([]).map((x) => x, { concurrency: "x" }), () => finished(new PassThrough(), "x"), () => new Writable().setDefaultEncoding({}), () => pipeline([], () => {})]) {
    try { run(); } catch (error) { console.log(String(error)); }
  }

  function Old() { Writable.call(this, { objectMode: true }); }
  inherits(Old, Writable);
  Old.prototype._write = function (chunk, encoding, callback) { console.log("old", chunk); callback(); };
  const old = new Old(); old.listenerCount = undefined; old.prependListener = undefined;
  Readable.from([1, 2]).pipe(old);
  await settled();

  const plain = new Stream(); plain.writable = true; plain.write = (chunk) => (console.log("plain", String(chunk)), true); plain.end = () => console.log("plain end");
  Readable.from(["p"]).pipe(plain);
  await settled();

  const corked = new Writable({ highWaterMark: 1, write(chunk, encoding, callback) { console.log("write", String(chunk)); callback(); } });
  corked.cork(); corked.cork(); corked.write("1"); corked.uncork(); console.log(corked.writableLength); corked.write("2"); corked.end("3");
  await settled();
  const failing = new Writable({ write(chunk, encoding, callback) { setImmediate(callback, new Error("first")); } });
  failing.on("error", (error) => console.log("error", error.message));
  for (const name of ["a", "b"]) failing.write(name, (error) => console.log(name, error.message));
  failing.end((error) => console.log("end", error.message));
  await settled();
})();
