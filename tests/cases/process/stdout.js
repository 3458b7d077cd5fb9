// Writing: text, bytes, encodings, callbacks, the end.
const { stdout } = process;
stdout.write("text \u00e9 \ud83d\ude00\n");
stdout.write(new Uint8Array([98, 121, 116, 101, 115, 10]));
stdout.write("6865780a", "hex");
stdout.write("YmFzZTY0Cg==", "base64");
stdout.write("bGF0aW4x\n", "latin1");
console.log(stdout.write("returns ", () => console.log("callback")));
for (const [chunk, encoding] of [[5], [null], [{}], ["x", "nope"]]) {
  try {
    stdout.write(chunk, encoding);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
process.stderr.write("to stderr\n");
stdout.on("finish", () => process.stderr.write("finish\n"));
stdout.on("error", (error) => process.stderr.write(`${error.code}\n`));
setTimeout(() => {
  stdout.end("the end\n");
  console.log("console goes on", stdout.writable, stdout.writableEnded);
  stdout.write("x", (error) => process.stderr.write(`callback ${error.code}\n`));
}, 1);
