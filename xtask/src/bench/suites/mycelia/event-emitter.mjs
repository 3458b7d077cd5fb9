// node:events. It has no queue: who emits calls the handlers.

import { EventEmitter } from "node:events";

import { BODIES, IDS, consume, messages } from "./messages.mjs";

export const figures = {
  send() {
    const emitter = new EventEmitter();
    emitter.on("rename", consume);
    return messages((count) => {
      for (let i = 0; i < count; i++) emitter.emit("rename", IDS[i], BODIES[i]);
    });
  },
};
