// structuredClone, MessageChannel, crypto, performance.
const cyclic = { list: [1n, new Date(0), /x/g, new Map([["k", new Set([1])]])], error: new RangeError("r") };
cyclic.self = cyclic;
const copy = structuredClone(cyclic);
console.log(copy !== cyclic, copy.self === copy, copy.list[3].get("k").has(1), copy.error instanceof RangeError);

const buffer = new ArrayBuffer(4);
const moved = structuredClone({ view: new Uint8Array(buffer, 1) }, { transfer: [buffer] });
console.log(buffer.byteLength, moved.view.length, moved.view.buffer.byteLength);

const file = structuredClone({ file: new File(["abc"], "f.txt", { type: "text/plain", lastModified: 7 }) }).file;
console.log(file instanceof File, file.name, file.type, file.lastModified, file.size);
const exception = structuredClone(new DOMException("m", "AbortError"));
console.log(exception instanceof DOMException, exception.name, exception.code);

for (const wrong of [() => {}, Symbol("s"), new Headers(), { port: new MessageChannel().port1 }, new WeakMap()]) {
  try {
    structuredClone(wrong);
    console.log("no error");
  } catch (error) {
    console.log(error.name, error instanceof DOMException);
  }
}

console.log(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
console.log(new Set(Array.from({ length: 1000 }, () => crypto.randomUUID())).size);
const random = new Uint32Array(64);
console.log(crypto.getRandomValues(random) === random, random.some((value) => value > 0));
for (const wrong of [() => crypto.getRandomValues(new Float32Array(1)), () => crypto.getRandomValues(new Uint8Array(65537))]) {
  try {
    wrong();
  } catch (error) {
    console.log(error.name);
  }
}

const mark = performance.mark("a", { startTime: 5, detail: { x: 1 } });
performance.mark("b", { startTime: 9 });
const measure = performance.measure("m", "a", "b");
console.log(mark.detail.x, measure.startTime, measure.duration, performance.getEntriesByType("measure").length);
performance.clearMarks("a");
console.log(performance.getEntries().map((entry) => entry.name).join(), performance.now() > 0);

const { port1, port2 } = new MessageChannel();
port2.onmessage = ({ data, ports }) => {
  console.log("message", data.n, ports.length);
  ports[0].postMessage("answer");
};
const second = new MessageChannel();
second.port1.onmessage = ({ data }) => {
  console.log(data);
  port1.close();
};
port2.addEventListener("close", () => console.log("closed"));
port1.postMessage({ n: 1 }, [second.port2]);
console.log("posted");
