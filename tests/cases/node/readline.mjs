// node:readline: lines from streams, keys on a terminal, questions, cursor movement.
import readline from "node:readline";
import rlp from "node:readline/promises";
import { EventEmitter, once } from "node:events";
import { PassThrough, Readable, Writable } from "node:stream";

console.log(Object.keys(readline).sort().join());
console.log(Object.keys(rlp).sort().join());

// --- lines ---
for (const chunks of [["a\nb", "c\r\nd\r", "\ne"], ["x\u2028y\n\n"], [""], ["one\rtwo"]]) {
  const rl = readline.createInterface({ input: Readable.from(chunks.map((c) => Buffer.from(c))) });
  const lines = [];
  rl.on("line", (line) => lines.push(line));
  await once(rl, "close");
  console.log(JSON.stringify(lines), rl.terminal, rl.closed);
}
for await (const line of readline.createInterface({ input: Readable.from(["1\n2\n", "3"]), crlfDelay: Infinity })) console.log("line", line);

const cut = readline.createInterface({ input: Readable.from([Buffer.from([0x61, 0xc3]), Buffer.from([0xa4, 10])]) });
cut.on("line", (line) => console.log(line));
await once(cut, "close");

{
  const input = new PassThrough();
  const rl = readline.createInterface(input);
  const seen = [];
  for (const name of ["line", "pause", "resume", "close"]) rl.on(name, (x) => seen.push(x === undefined ? name : `${name} ${x}`));
  rl.pause();
  rl.pause();
  rl.resume();
  rl.write("typed\n");
  rl.close();
  rl.close();
  console.log(seen.join("; "), rl instanceof EventEmitter, rl instanceof readline.Interface, rl.history, rl.line, rl.cursor);
  for (const act of [() => rl.pause(), () => rl.resume(), () => rl.prompt(), () => rl.write("x"), () => rl.question("?", () => {})]) {
    try { act(); console.log("no error"); } catch (error) { console.log(error.code, error.message); }
  }
}

// --- a terminal ---
class Screen extends Writable {
  text = "";
  columns = 40;
  rows = 10;
  isTTY = true;
  _write(chunk, _, done) { this.text += chunk; done(); }
  take() { const text = this.text; this.text = ""; return JSON.stringify(text); }
}
function terminal(options) {
  const input = new PassThrough();
  const output = new Screen();
  const rl = readline.createInterface({ input, output, terminal: true, prompt: "> ", ...options });
  rl.on("line", (line) => console.log("line", JSON.stringify(line)));
  return { input, output, rl };
}
const keys = (rl, ...list) => {
  for (const [text, key] of list) rl.write(text, key);
};
{
  const { output, rl } = terminal();
  rl.prompt();
  console.log(output.take());
  keys(rl, ["hello world"], [null, { ctrl: true, name: "a" }], ["Oh "], [null, { ctrl: true, name: "e" }], ["!"]);
  console.log(output.take(), rl.line, rl.cursor, rl.getCursorPos());
  keys(rl, [null, { ctrl: true, name: "w" }], [null, { ctrl: true, name: "w" }]);
  console.log(JSON.stringify(rl.line), output.take());
  keys(rl, [null, { name: "left" }], [null, { name: "left" }], [null, { ctrl: true, name: "k" }]);
  console.log(JSON.stringify(rl.line), rl.cursor, output.take());
  keys(rl, [null, { ctrl: true, name: "u" }], [null, { ctrl: true, name: "y" }], ["  a b\tc"], [null, { meta: true, name: "b" }], [null, { name: "backspace" }], [null, { name: "delete" }]);
  console.log(JSON.stringify(rl.line), rl.cursor, output.take());
  keys(rl, [null, { name: "return" }]);
  keys(rl, ["second"], [null, { name: "return" }], ["second"], [null, { name: "return" }], ["sea"], [null, { name: "return" }]);
  output.take();
  console.log(rl.history);
  keys(rl, ["se"], [null, { name: "up" }]);
  console.log(rl.line, rl.cursor);
  keys(rl, [null, { name: "up" }]);
  console.log(rl.line);
  keys(rl, [null, { name: "up" }]);
  console.log(rl.line);
  keys(rl, [null, { name: "down" }], [null, { name: "down" }], [null, { name: "down" }]);
  console.log(rl.line);
  keys(rl, [null, { ctrl: true, name: "u" }]);
  keys(rl, ["a long line that does not fit in the forty columns"]);
  console.log(rl.getCursorPos(), output.take());
  keys(rl, [null, { name: "home" }], [null, { ctrl: true, name: "l" }]);
  console.log(output.take());
  keys(rl, ["pasted\nlines\r\nhere"]);
  console.log(rl.line, output.take());
  rl.on("close", () => console.log("closed"));
  keys(rl, [null, { ctrl: true, name: "u" }], [null, { ctrl: true, name: "k" }], [null, { ctrl: true, name: "d" }]);
}
{
  const { rl } = terminal();
  rl.once("SIGINT", () => console.log("SIGINT"));
  rl.on("close", () => console.log("closed by ctrl-c"));
  keys(rl, [null, { ctrl: true, name: "c" }]);
  keys(rl, [null, { ctrl: true, name: "c" }]);
}
{
  const { output, rl } = terminal({ history: ["old"], historySize: 2, removeHistoryDuplicates: true });
  rl.on("history", (history) => console.log("history", history.join()));
  for (const line of ["a", "b", "a", " ", "c"]) keys(rl, [line], [null, { name: "return" }]);
  rl.setPrompt("new> ");
  console.log(rl.getPrompt());
  output.take();
  rl.prompt(true);
  console.log(output.take());
  rl.close();
}
{
  const words = ["apple", "apricot", "banana"];
  const completer = (line) => [words.filter((word) => word.startsWith(line)), line];
  const { output, rl } = terminal({ completer });
  keys(rl, ["b"], ["\t", { name: "tab" }]);
  await new Promise(setImmediate);
  console.log(rl.line);
  keys(rl, [null, { ctrl: true, name: "u" }], ["a"], ["\t", { name: "tab" }]);
  await new Promise(setImmediate);
  console.log(rl.line);
  output.take();
  keys(rl, ["\t", { name: "tab" }]);
  await new Promise(setImmediate);
  console.log(output.take());
  rl.close();
}
{
  const completer = (line, callback) => callback(null, [["one", "only"], line]);
  const { rl } = terminal({ completer });
  keys(rl, ["o"], ["\t", { name: "tab" }]);
  console.log(rl.line);
  rl.close();
}

// --- keys ---
{
  const input = new PassThrough();
  readline.emitKeypressEvents(input);
  const seen = [];
  input.on("keypress", (text, key) => console.log(JSON.stringify(text), JSON.stringify(key)));
  for (const text of ["aB1 ", "\r\n\t\x7f", "\x01\x1a", "\x1b[A\x1bOB\x1b[1;5C", "\x1b[3~\x1b[5^\x1b[Z", "\x1b[15;2~\x1b[[A", "\x1bb\x1bB", "\u00e4\u{1f600}", "\x1b\x1b[D", "\x1b[99~", "\x00"]) {
    input.write(text);
    await new Promise(setImmediate);
  }
}

// --- questions ---
{
  const input = new PassThrough();
  const output = new Screen();
  const rl = readline.createInterface({ input, output, terminal: false });
  rl.question("name? ", (answer) => console.log("answer", answer));
  rl.on("line", (line) => console.log("line", line));
  input.write("Ada\nrest\n");
  await new Promise(setImmediate);
  console.log(output.take());
  const controller = new AbortController();
  rl.question("more? ", { signal: controller.signal }, () => console.log("never"));
  controller.abort();
  input.write("next\n");
  await new Promise(setImmediate);
  rl.close();
}
{
  const input = new PassThrough();
  const rl = rlp.createInterface({ input, output: new Screen(), terminal: false });
  const answer = rl.question("? ");
  input.write("42\n");
  console.log(await answer, rl instanceof rlp.Interface, rl instanceof readline.Interface);
  const controller = new AbortController();
  const aborted = rl.question("? ", { signal: controller.signal });
  controller.abort();
  await aborted.catch((error) => console.log(error.name, error.code, error.message));
  await rl.question("? ", { signal: AbortSignal.abort() }).catch((error) => console.log(error.name));
  rl.close();
  await rl.question("? ").catch((error) => console.log(error.code));
}

// --- the cursor ---
{
  const out = new Screen();
  readline.clearLine(out, -1);
  readline.clearLine(out, 0);
  readline.clearLine(out, 1);
  readline.clearScreenDown(out);
  readline.cursorTo(out, 4);
  readline.cursorTo(out, 4, 2);
  readline.moveCursor(out, -1, 2);
  readline.moveCursor(out, 0, 0);
  console.log(out.take(), readline.cursorTo(null, 1, 2), readline.clearLine(undefined, 1));
  for (const act of [() => readline.cursorTo(out, NaN), () => readline.cursorTo(out, "a", 1), () => readline.clearLine(out, 1, "x")]) {
    try { console.log(act()); } catch (error) { console.log(error.code, error.message); }
  }
  const rl = new rlp.Readline(out);
  await rl.clearLine(-1).moveCursor(1, 1).cursorTo(0, 0).clearScreenDown().commit();
  console.log(out.take());
  rl.clearLine(0).rollback();
  await rl.commit();
  console.log(out.take());
  try { rl.clearLine(3); } catch (error) { console.log(error.code, error.message); }
  try { new rlp.Readline({}); } catch (error) { console.log(error.code); }
}
for (const options of [{ input: null }, { input: {} }, { input: new PassThrough(), historySize: -1 }, { input: new PassThrough(), tabSize: 0 }, { input: new PassThrough(), completer: 1 }, { input: new PassThrough(), history: {} }]) {
  try { readline.createInterface(options); console.log("fine"); } catch (error) { console.log(error.name); }
}
{
  const controller = new AbortController();
  const rl = readline.createInterface({ input: new PassThrough(), signal: controller.signal });
  rl.on("close", () => console.log("closed by a signal"));
  controller.abort();
}
