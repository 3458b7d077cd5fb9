// A source, a transform and a sink; back-pressure reaches the source; errors reach both ends.
const pulled = [];
const source = new ReadableStream({
  pull(controller) {
    pulled.push(pulled.length);
    controller.enqueue(pulled.length);
    if (pulled.length === 5) controller.close();
  },
}, { highWaterMark: 0 });
const doubled = source.pipeThrough(new TransformStream({
  transform(chunk, controller) {
    controller.enqueue(chunk * 2);
  },
  flush(controller) {
    controller.enqueue("end");
  },
}));
const got = [];
for await (const chunk of doubled) got.push(chunk);
console.log(got.join(" "), "from", pulled.length, "pulls");

const failing = new ReadableStream({
  pull() {
    throw new RangeError("source broke");
  },
});
const sink = new WritableStream({
  abort(reason) {
    console.log("sink aborted:", reason.message);
  },
});
try {
  await failing.pipeTo(sink);
} catch (error) {
  console.log("pipe rejected:", error.name, error.message);
}

const endless = new ReadableStream({
  pull(controller) {
    controller.enqueue("x");
  },
  cancel(reason) {
    console.log(`source cancelled: ${reason}`);
  },
});
for await (const chunk of endless) {
  console.log("first:", chunk);
  break;
}
const [left, right] = ReadableStream.from(["a", "b", "c"]).tee();
const all = async (stream) => (await Array.fromAsync(stream)).join("");
console.log(await all(left), await all(right));

try {
  new ReadableStream().getReader({ mode: "odd" });
} catch (error) {
  console.log(`${error}`);
}
const stream = new ReadableStream();
stream.getReader();
console.log(stream.locked, await stream.cancel().catch((error) => error.message));
