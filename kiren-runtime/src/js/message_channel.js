"use strict";
// MessageChannel and MessagePort: https://html.spec.whatwg.org/multipage/web-messaging.html#message-channels
//
// Both ends live in this isolate: a message is cloned when it is posted and delivered in a task of its own. Waiting
// messages of a started port keep the program alive; an idle port does not, since nothing can reach it any more.

const { DOMException } = load("dom_exception");
const { EventTarget, MessageEvent, Event, defineEventHandler, dispatch, trusted } = load("events");
const { clone, registerTransferable } = load("structured_clone");
const { describe, dictionary, illegalConstructor, required, sequence } = load("webidl");

const INTERNAL = Symbol("internal");

let assertTransferable, entangle, isPort, startPort, takeMessage, transferPort;

class MessagePort extends EventTarget {
  #other = null;
  #queue = []; // [data, ports]
  #started = false;
  #scheduled = false;
  #detached = false;
  // Messages may come from anywhere: they arrive in the frame in which the port was made.
  #frame = load.loaded("frame")?.current();

  constructor(token = undefined) {
    if (token !== INTERNAL) illegalConstructor();
    super();
  }

  postMessage(message, options = undefined) {
    const other = this.#other;
    required(1, arguments.length, "MessagePort.postMessage");
    const isList = options !== null && typeof options === "object" && options[Symbol.iterator] !== undefined;
    const given = isList ? options : dictionary(options, "MessagePort.postMessage, options")?.transfer;
    const transfer = given === undefined ? [] : sequence(given, "MessagePort.postMessage, transfer");
    if (transfer.includes(this)) {
      throw new DOMException("A port cannot be sent through itself", "DataCloneError");
    }
    // A message that takes the receiving port along can be received by nobody.
    const lost = other !== null && transfer.includes(other);
    const { moved, value } = clone(message, transfer);
    if (other === null || lost) return;
    other.#queue.push([value, moved.filter((object) => isPort(object))]);
    other.#schedule();
  }

  start() {
    this.#started = true;
    this.#schedule();
  }

  close() {
    const other = this.#other;
    this.#detached = true;
    this.#queue = [];
    if (other === null) return;
    this.#other = null;
    other.#other = null;
    load("timers").setImmediate(() => other.#dispatch(new Event("close")));
  }

  #schedule() {
    if (this.#scheduled || !this.#started || this.#queue.length === 0) return;
    this.#scheduled = true;
    load("timers").setImmediate(() => {
      this.#scheduled = false;
      if (this.#detached || this.#queue.length === 0) return;
      const [data, ports] = this.#queue.shift();
      this.#schedule();
      this.#dispatch(new MessageEvent("message", { data, ports }));
    });
  }

  #dispatch(event) {
    const frames = load.loaded("frame");
    if (frames === undefined) dispatch(this, trusted(event));
    else frames.inFrame(this.#frame, dispatch, undefined, [this, trusted(event)]);
  }

  static {
    isPort = (value) => typeof value === "object" && value !== null && #queue in value;
    startPort = (port) => port.start();
    // The next message that waits, at once: for node:worker_threads.
    takeMessage = (port) => port.#queue.length === 0 ? undefined : { message: port.#queue.shift()[0] };
    entangle = () => {
      const one = new MessagePort(INTERNAL);
      const two = new MessagePort(INTERNAL);
      one.#other = two;
      two.#other = one;
      return [one, two];
    };
    transferPort = (port) => {
      const moved = new MessagePort(INTERNAL);
      moved.#frame = port.#frame;
      moved.#other = port.#other;
      moved.#queue = port.#queue;
      if (port.#other !== null) port.#other.#other = moved;
      port.#other = null;
      port.#queue = [];
      port.#detached = true;
      return moved;
    };
    assertTransferable = (port) => {
      if (port.#detached) throw new DOMException("The MessagePort is closed or was transferred", "DataCloneError");
    };
  }
}

// Setting `onmessage` starts the port, adding a listener does not.
defineEventHandler(MessagePort.prototype, "message", (port, handler) => {
  if (handler !== null) startPort(port);
});
defineEventHandler(MessagePort.prototype, "messageerror");
defineEventHandler(MessagePort.prototype, "close");
describe(MessagePort);
registerTransferable(isPort, transferPort, assertTransferable);

class MessageChannel {
  #port1;
  #port2;

  constructor() {
    [this.#port1, this.#port2] = entangle();
  }

  get port1() {
    return this.#port1;
  }

  get port2() {
    return this.#port2;
  }
}

describe(MessageChannel);

return { MessageChannel, MessagePort, takeMessage };
