// Byte streams: views that are filled, a least number of bytes, and what a close leaves behind.
const chunks = [[1, 2, 3], [4, 5], [6, 7, 8, 9]];
const make = () => {
  let next = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      if (next < chunks.length) {
        controller.enqueue(new Uint8Array(chunks[next++]));
      } else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
};
const reader = make().getReader({ mode: "byob" });
let view = new Uint8Array(8);
({ value: view } = await reader.read(view, { min: 5 }));
console.log("at least 5:", [...view].join(" "));
({ value: view } = await reader.read(new Uint16Array(view.buffer, 0, 2)));
console.log(view.constructor.name, view.length, "element(s)");
const rest = await reader.read(new Uint8Array(16));
console.log("rest:", [...rest.value].join(" "));
const end = await reader.read(new Uint8Array(16));
console.log("end:", end.done, end.value.byteLength);

const direct = new ReadableStream({
  type: "bytes",
  autoAllocateChunkSize: 4,
  pull(controller) {
    const { view } = controller.byobRequest;
    view.set([9, 8]);
    controller.byobRequest.respond(2);
  },
});
const { value } = await direct.getReader().read();
console.log("auto allocated:", [...value].join(" "), "of", value.buffer.byteLength);

const chunk = new Uint8Array([1, 2, 3]);
new ReadableStream({ type: "bytes", start: (controller) => controller.enqueue(chunk) });
console.log("enqueued chunks are taken over:", chunk.byteLength);
