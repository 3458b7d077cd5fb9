// Objects that a program has marked are neither cloned nor moved.
import { isMarkedAsUntransferable, markAsUncloneable, markAsUntransferable } from "node:worker_threads";

class Handle {
  open = true;
}
const attempt = (run) => {
  try {
    return run();
  } catch (error) {
    return [error.name, error.message, error.code];
  }
};

const handle = new Handle();
console.log(structuredClone(handle));
console.log(markAsUncloneable(handle), markAsUncloneable(1), markAsUncloneable(null), markAsUncloneable());
for (const value of [handle, [handle], new Map([["a", { handle }]])]) console.log(attempt(() => structuredClone(value)));
const { port1 } = new MessageChannel();
console.log(attempt(() => port1.postMessage(handle)));
port1.close();
console.log(structuredClone(new Handle()));

// Buffers can be cloned all the same.
const buffer = new ArrayBuffer(2);
markAsUncloneable(buffer);
markAsUntransferable(buffer);
console.log(structuredClone(buffer).byteLength, isMarkedAsUntransferable(buffer), isMarkedAsUntransferable(handle), isMarkedAsUntransferable(1));
console.log(attempt(() => structuredClone(buffer, { transfer: [buffer] })), buffer.byteLength);
