// Bodies that are made and read while they travel.
const origin = process.argv[2];
const encoder = new TextEncoder();

async function echoed(body, init) {
  const response = await fetch(`${origin}/echo`, { method: "POST", body, duplex: "half", ...init });
  const { headers, body: text } = await response.json();
  console.log(text, headers["transfer-encoding"], headers["content-length"]);
}

async function* words() {
  for (const word of ["iterate ", "me"]) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield encoder.encode(word);
  }
}

await echoed(words());
await echoed(new ReadableStream({ start(controller) { controller.close(); } }));
await echoed(ReadableStream.from(["known ", "length"]).pipeThrough(new TextEncoderStream()), { headers: { "content-length": "12" } });
await echoed((await fetch(`${origin}/drip`)).body);
await echoed((await fetch(`${origin}/zstd`)).body.pipeThrough(new TransformStream({
  transform(chunk, controller) {
    controller.enqueue(chunk.slice(0, 2));
    controller.terminate();
  },
})));

let text = "";
for await (const chunk of (await fetch(`${origin}/drip`)).body.pipeThrough(new TextDecoderStream())) text += chunk;
console.log(text);

// A server that answers and does not read: the source is not pulled any more, and cancelled when the server closes.
let pulls = 0;
const { promise: cancelled, resolve: stop } = Promise.withResolvers();
const endless = new ReadableStream({
  pull(controller) {
    pulls++;
    controller.enqueue(new Uint8Array(65536));
  },
  cancel() {
    stop("cancelled");
  },
});
const early = await fetch(`${origin}/unread/early`, { method: "POST", body: endless, duplex: "half" });
console.log(early.status, await early.text());
await fetch(`${origin}/release`);
console.log(await cancelled, pulls < 2000);

const init = { method: "POST", body: words() };
console.log(await fetch(`${origin}/echo`, init).catch((error) => `${error}`));
const failing = new ReadableStream({
  pull() {
    throw new RangeError("no more");
  },
});
const failed = await fetch(`${origin}/echo`, { method: "POST", body: failing, duplex: "half" }).catch((error) => error);
console.log(`${failed}`.replace(origin, ""), failed.cause.cause.name);
const wrong = await fetch(`${origin}/echo`, { method: "POST", body: ReadableStream.from(["text"]), duplex: "half" }).catch((error) => error);
console.log(`${wrong}`.replace(origin, ""));
