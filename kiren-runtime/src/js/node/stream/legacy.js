"use strict";
// Stream: what all streams inherit from, with the pipe() of the oldest kind of stream.

const { EventEmitter } = load("node/emitter");

const { listenerCount, prependListener } = EventEmitter.prototype;

function Stream(options) {
  EventEmitter.call(this, options);
}

Object.setPrototypeOf(Stream.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Stream, EventEmitter);

Stream.prototype.pipe = function pipe(target, options) {
  const source = this;
  let ended = false;

  function onData(chunk) {
    if (target.writable && target.write(chunk) === false) source.pause?.();
  }

  function onDrain() {
    if (source.readable) source.resume?.();
  }

  function onEnd() {
    if (ended) return;
    ended = true;
    target.end();
  }

  function onClose() {
    if (ended) return;
    ended = true;
    if (typeof target.destroy === "function") target.destroy();
  }

  function onError(error) {
    cleanup();
    if (listenerCount.call(this, "error") === 0) this.emit("error", error);
  }

  function cleanup() {
    source.off("data", onData);
    target.off("drain", onDrain);
    source.off("end", onEnd);
    source.off("close", onClose);
    source.off("error", onError);
    target.off("error", onError);
    source.off("end", cleanup);
    source.off("close", cleanup);
    target.off("close", cleanup);
  }

  source.on("data", onData);
  target.on("drain", onDrain);
  if (!target._isStdio && options?.end !== false) {
    source.on("end", onEnd);
    source.on("close", onClose);
  }
  prependListener.call(source, "error", onError);
  prependListener.call(target, "error", onError);
  source.on("end", cleanup);
  source.on("close", cleanup);
  target.on("close", cleanup);
  target.emit("pipe", source);
  return target;
};

Stream.prototype.eventNames = function eventNames() {
  return EventEmitter.prototype.eventNames.call(this).filter((name) => this.listenerCount(name) > 0);
};

return { Stream };
