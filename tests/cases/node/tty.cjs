// node:tty and the streams of process, where there is no terminal.
const tty = require("node:tty");
const stream = require("node:stream");
const { EventEmitter } = require("node:events");
console.log(Object.keys(tty).sort().join(), tty.isatty(0), tty.isatty(-1), tty.isatty("x"), tty.isatty(999));
console.log(process.stdout instanceof stream.Writable, process.stderr instanceof stream.Writable, process.stdin instanceof stream.Readable);
console.log(process.stdout instanceof EventEmitter, process.stdout instanceof stream, process.stdout instanceof stream.Readable && "pipe");
console.log(process.stdout instanceof tty.WriteStream, process.stdin instanceof tty.ReadStream);
for (const act of [() => new tty.WriteStream(-1), () => new tty.WriteStream("1"), () => new tty.ReadStream(-1)]) {
  try { act(); } catch (error) { console.log(error.name, error.code, error.message); }
}
const { getColorDepth, hasColors } = tty.WriteStream.prototype;
for (const env of [{ TERM: "xterm-256color" }, { TERM: "xterm" }, { TERM: "dumb" }, { COLORTERM: "truecolor" }, { NO_COLOR: "1", COLORTERM: "truecolor" }, { FORCE_COLOR: "3" }, { FORCE_COLOR: "0" }, { CI: "1", GITHUB_ACTIONS: "1" }, { TMUX: "x" }, {}]) {
  console.log(JSON.stringify(env), getColorDepth(env), hasColors.call({ getColorDepth }, env), hasColors.call({ getColorDepth }, 256, env));
}
console.log(process.stdout.writable, process.stdout.destroyed, process.stdout.closed, process.stdout.errored, process.stdout.writableCorked, process.stdout.writableObjectMode);
stream.Readable.from(["piped\n"]).pipe(process.stdout);
stream.pipeline(stream.Readable.from(["through a pipeline\n"]), process.stdout, (error) => console.log("done", error));
