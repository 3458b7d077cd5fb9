// Every format there and back, and what is refused.
const through = async (bytes, transform) => {
  const writer = transform.writable.getWriter();
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const pieces = [];
  for await (const piece of transform.readable) pieces.push(...piece);
  return new Uint8Array(pieces);
};
const text = "the same words, ".repeat(20000);
const bytes = new TextEncoder().encode(text);
for (const format of ["gzip", "deflate", "deflate-raw", "brotli", "zstd"]) {
  const packed = await through(bytes, new CompressionStream(format));
  const back = await through(packed, new DecompressionStream(format));
  const cut = await through(packed.slice(0, -1), new DecompressionStream(format)).catch((error) => error);
  console.log(format, packed.length < bytes.length / 100, new TextDecoder().decode(back) === text, `${cut}`);
}
try {
  new CompressionStream("rar");
} catch (error) {
  console.log(`${error}`);
}
const junk = await through(new Uint8Array(32).fill(255), new DecompressionStream("gzip")).catch((error) => error);
console.log(junk.name);
const wrong = await through("text", new CompressionStream("gzip")).catch((error) => error);
console.log(`${wrong}`);
