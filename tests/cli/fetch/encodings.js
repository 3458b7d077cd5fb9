// Content-Encoding: undone piece by piece.
const origin = process.argv[2];
const expected = "so it goes; ".repeat(50_000);

for (const path of ["/gzip", "/x-gzip", "/deflate", "/deflate-raw", "/br", "/zstd", "/stacked"]) {
  const response = await fetch(origin + path);
  const text = await response.text();
  console.log(path, response.headers.get("content-encoding"), response.headers.get("x-kept"), text === expected);
}
for (const path of ["/unknown-encoding", "/empty-gzip"]) {
  console.log(path, JSON.stringify(await (await fetch(origin + path)).text()));
}
for (const path of ["/corrupt", "/truncated"]) {
  const response = await fetch(origin + path);
  const error = await response.arrayBuffer().catch((error) => error);
  console.log(`${error}`.replace(origin, ""), error.cause.code);
}

// 256 MB of zeros in 256 KB: a reader that stops has paid for what it read.
const bomb = await fetch(`${origin}/bomb`);
let largest = 0;
let chunks = 0;
for await (const chunk of bomb.body) {
  largest = Math.max(largest, chunk.length);
  if (++chunks === 10) break;
}
console.log("bomb", chunks, largest <= 65536);

const reader = (await fetch(`${origin}/br`)).body.getReader({ mode: "byob" });
const { value } = await reader.read(new Uint8Array(10));
console.log(new TextDecoder().decode(value));
await reader.cancel();
