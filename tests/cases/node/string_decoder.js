// Characters that are cut between chunks.
const { StringDecoder } = require("node:string_decoder");
const bytes = Buffer.from("a\u00e9\u20ac\u{1f600}z");
for (const encoding of ["utf8", "utf16le", "base64", "base64url", "hex", "latin1", "ascii"]) {
  const source = encoding === "utf16le" ? Buffer.from("a\u20ac\u{1f600}z", "utf16le") : bytes;
  for (let size = encoding === "utf16le" ? 2 : 1; size <= 4; size++) {
    const decoder = new StringDecoder(encoding);
    const parts = [];
    for (let at = 0; at < source.length; at += size) parts.push(decoder.write(source.subarray(at, at + size)));
    parts.push(decoder.end());
    console.log(encoding, size, JSON.stringify(parts));
  }
}
for (const list of [[[0xe2], [0x82]], [[0xf0, 0x9f], [0x41]], [[0xc3]], [[0xff, 0x61]], [[0xed, 0xa0], [0x80]], [[0xe0, 0x80]], [[0xf4, 0x90, 0x80]]]) {
  const decoder = new StringDecoder();
  console.log(JSON.stringify([...list.map((part) => decoder.write(Buffer.from(part))), decoder.end()]));
}
const decoder = new StringDecoder("UTF-8");
console.log(decoder.encoding, decoder.write("text"), decoder.write(Buffer.from([0xe2])), decoder.lastNeed, decoder.lastTotal, decoder.end(Buffer.from([0x82, 0xac])));
for (const run of [() => new StringDecoder("x"), () => new StringDecoder().write(5)]) try { run(); } catch (error) { console.log(error.code, error.message); }
