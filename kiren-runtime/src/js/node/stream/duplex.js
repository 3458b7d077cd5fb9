"use strict";
// Duplex: both a Readable and a Writable, with a buffer for each side.

const { Stream } = load("node/stream/legacy");
const Readable = load("node/stream/readable");
const Writable = load("node/stream/writable");

function Duplex(options) {
  if (!(this instanceof Duplex)) return new Duplex(options);
  const given = options ?? {};
  Readable.begin.initialize(this, given, true);
  Writable.begin.initialize(this, given, true);
  this.allowHalfOpen = given.allowHalfOpen !== false;
  if (given.readable === false) {
    Object.assign(this._readableState, { readable: false, ended: true, endEmitted: true });
  }
  if (given.writable === false) {
    Object.assign(this._writableState, { writable: false, ending: true, ended: true, finished: true });
  }
  Stream.call(this, options);
  if (given.signal) load("node/stream/abort").addAbortSignal(given.signal, this);
  if (typeof this._construct === "function") {
    Readable.begin.begin(this);
    Writable.begin.begin(this);
  }
}

Object.setPrototypeOf(Duplex.prototype, Readable.prototype);
Object.setPrototypeOf(Duplex, Readable);

for (const key of Reflect.ownKeys(Writable.prototype)) {
  if (Object.hasOwn(Duplex.prototype, key) || key in Readable.prototype) continue;
  Object.defineProperty(Duplex.prototype, key, Object.getOwnPropertyDescriptor(Writable.prototype, key));
}

// Both sides have these: what the writable adds is done as well.
Duplex.prototype.destroy = Writable.prototype.destroy;

Object.defineProperty(Duplex.prototype, "destroyed", {
  get() {
    const { _readableState: readable, _writableState: writable } = this;
    return readable !== undefined && writable !== undefined && readable.destroyed && writable.destroyed;
  },
  set(value) {
    if (this._readableState && this._writableState) {
      this._readableState.destroyed = this._writableState.destroyed = value;
    }
  },
  configurable: true,
});

Duplex.from = function from(body) {
  return load("node/stream/from").duplexFrom(Duplex, body);
};

Duplex.fromWeb = function fromWeb(pair, options) {
  return load("node/stream/adapters").duplexFromWeb(pair, options);
};

Duplex.toWeb = function toWeb(duplex) {
  return load("node/stream/adapters").duplexToWeb(duplex);
};

return Duplex;
