"use strict";
// The controller of byte streams: a queue of byte ranges, and the views that readers gave to be filled.
// Spec: https://streams.spec.whatwg.org/#rbs-controller-abstract-ops

const { Ring } = load("streams/queue");
const {
  CLOSED,
  ERRORED,
  READABLE,
  cancelSource,
  closeReadable,
  errorReadable,
  pullIfNeeded,
  spent,
} = load("streams/readable_state");
const {
  bufferOf,
  byteLengthOf,
  constructorOf,
  copy,
  isDetached,
  lengthOf,
  offsetOf,
  sizeOf,
  slice,
  transfer,
} = load("streams/buffers");

// For whom a view is being filled.
const NOBODY = 0; // its reader was released
const DEFAULT = 1;
const BYOB = 2;

class ByteRange {
  constructor(buffer, offset, length) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
  }
}

class PullInto {
  constructor(buffer, offset, length, least, elementSize, View, reader) {
    this.buffer = buffer;
    this.bufferLength = sizeOf(buffer);
    this.offset = offset;
    this.length = length;
    this.filled = 0;
    this.least = least;
    this.elementSize = elementSize;
    this.View = View;
    this.reader = reader;
  }

  /// The view of what has been filled. The buffer leaves the stream with it.
  finish() {
    return new this.View(transfer(this.buffer), this.offset, this.filled / this.elementSize);
  }
}

class ByobRequest {
  constructor(controller, view) {
    this.controller = controller;
    this.view = view;
    this.object = null;
  }

  respond(count) {
    if (this.controller === null) throw new TypeError("This BYOB request was already answered or is no longer valid");
    if (isDetached(bufferOf(this.view))) throw new TypeError("The buffer of the BYOB request is detached");
    this.controller.respond(count);
  }

  respondWithNewView(view) {
    if (this.controller === null) throw new TypeError("This BYOB request was already answered or is no longer valid");
    if (isDetached(bufferOf(view))) throw new TypeError("The buffer of the given view is detached");
    this.controller.respondWithNewView(view);
  }
}

class ByteController {
  constructor(stream, source, highWaterMark, autoAllocate) {
    this.stream = stream;
    this.source = source;
    this.mark = highWaterMark;
    this.autoAllocate = autoAllocate; // 0: do not
    this.queue = new Ring();
    this.total = 0;
    this.pending = new Ring();
    this.request = null;
    this.started = false;
    this.closeRequested = false;
    this.pulling = false;
    this.pullAgain = false;
    this.onPulled = null;
    this.onFailed = null;
    stream.controller = this;
  }

  get isByte() {
    return true;
  }

  // ---- what a reader needs ----

  available() {
    return this.total > 0;
  }

  /// The next chunk of a queue that has one.
  take() {
    const range = this.queue.shift();
    this.total -= range.length;
    this.drained();
    return new Uint8Array(range.buffer, range.offset, range.length);
  }

  pull(request) {
    if (this.total > 0) {
      request.chunk(this.take());
      return;
    }
    if (this.autoAllocate > 0) {
      let buffer;
      try {
        buffer = new ArrayBuffer(this.autoAllocate);
      } catch (error) {
        request.fail(error);
        return;
      }
      this.pending.push(new PullInto(buffer, 0, this.autoAllocate, 1, 1, Uint8Array, DEFAULT));
    }
    this.stream.reader.requests.push(request);
    pullIfNeeded(this);
  }

  pullInto(view, min, request) {
    const Typed = constructorOf(view);
    const View = Typed ?? DataView;
    const elementSize = Typed === undefined ? 1 : Typed.BYTES_PER_ELEMENT;
    const offset = offsetOf(view);
    const length = byteLengthOf(view);
    let buffer;
    try {
      buffer = transfer(bufferOf(view));
    } catch (error) {
      request.fail(error);
      return;
    }
    const into = new PullInto(buffer, offset, length, min * elementSize, elementSize, View, BYOB);
    const { stream } = this;
    if (this.pending.length > 0) {
      this.pending.push(into);
      stream.reader.requests.push(request);
      return;
    }
    if (stream.state === CLOSED) {
      request.close(new View(buffer, offset, 0));
      return;
    }
    if (this.total > 0) {
      if (this.fill(into)) {
        const filled = into.finish();
        this.drained();
        request.chunk(filled);
        return;
      }
      if (this.closeRequested) {
        const error = new TypeError("The stream was closed with fewer bytes than the view's element size or min need");
        this.error(error);
        request.fail(error);
        return;
      }
    }
    this.pending.push(into);
    stream.reader.requests.push(request);
    pullIfNeeded(this);
  }

  cancel(reason) {
    this.clearPending();
    this.clearQueue();
    const result = cancelSource(this.source, reason);
    this.clear();
    return result;
  }

  release() {
    if (this.pending.length === 0) return;
    const first = this.pending.peek();
    first.reader = NOBODY;
    this.pending.clear();
    this.pending.push(first);
  }

  // ---- what a source needs ----

  desiredSize() {
    const { state } = this.stream;
    if (state === ERRORED) return null;
    if (state === CLOSED) return 0;
    return this.mark - this.total;
  }

  canEnqueue() {
    return !this.closeRequested && this.stream.state === READABLE;
  }

  wantsPull() {
    if (!this.started || this.closeRequested || this.stream.state !== READABLE) return false;
    const { reader } = this.stream;
    if (reader !== null && reader.requests.length > 0) return true;
    return this.mark - this.total > 0;
  }

  /// Takes the bytes of a view that somebody else owns.
  enqueue(view) {
    if (!this.canEnqueue()) return;
    const buffer = bufferOf(view);
    const offset = offsetOf(view);
    const length = byteLengthOf(view);
    if (isDetached(buffer)) throw new TypeError("The buffer of the chunk is detached");
    this.enqueueOwned(transfer(buffer), offset, length);
  }

  /// Takes bytes that are the stream's own already.
  enqueueOwned(buffer, offset, length) {
    const { stream } = this;
    if (this.pending.length > 0) {
      const first = this.pending.peek();
      if (isDetached(first.buffer)) {
        throw new TypeError("The buffer of the pending BYOB request is detached: it cannot be filled");
      }
      this.invalidateRequest();
      first.buffer = transfer(first.buffer);
      if (first.reader === NOBODY) this.requeue(first);
    }
    const { reader } = stream;
    if (reader === null) {
      this.push(buffer, offset, length);
    } else if (reader.byob) {
      this.push(buffer, offset, length);
      this.commitAll(this.fillPending());
    } else {
      while (reader.requests.length > 0 && this.total > 0) reader.requests.shift().chunk(this.take());
      if (reader.requests.length === 0) {
        this.push(buffer, offset, length);
      } else {
        if (this.pending.length > 0) this.pending.shift();
        reader.requests.shift().chunk(new Uint8Array(buffer, offset, length));
      }
    }
    pullIfNeeded(this);
  }

  close() {
    if (!this.canEnqueue()) return;
    if (this.total > 0) {
      this.closeRequested = true;
      return;
    }
    if (this.pending.length > 0) {
      const first = this.pending.peek();
      if (first.filled % first.elementSize !== 0) {
        const error = new TypeError("The stream was closed in the middle of an element of the reader's view");
        this.error(error);
        throw error;
      }
    }
    this.clear();
    closeReadable(this.stream);
  }

  error(reason) {
    if (this.stream.state !== READABLE) return;
    this.clearPending();
    this.clearQueue();
    this.clear();
    errorReadable(this.stream, reason);
  }

  byobRequest() {
    if (this.request === null && this.pending.length > 0) {
      const first = this.pending.peek();
      const view = new Uint8Array(first.buffer, first.offset + first.filled, first.length - first.filled);
      this.request = new ByobRequest(this, view);
    }
    return this.request;
  }

  respond(count) {
    const first = this.pending.peek();
    if (this.stream.state === CLOSED) {
      if (count !== 0) throw new TypeError("bytesWritten must be 0 once the stream is closed");
    } else {
      if (count === 0) throw new TypeError("bytesWritten must be greater than 0 while the stream is readable");
      if (first.filled + count > first.length) {
        throw new RangeError(`bytesWritten ${count} is more than the ${first.length - first.filled} bytes of the view`);
      }
    }
    first.buffer = transfer(first.buffer);
    this.answer(count);
  }

  respondWithNewView(view) {
    const first = this.pending.peek();
    const count = byteLengthOf(view);
    if (this.stream.state === CLOSED) {
      if (count !== 0) throw new TypeError("The view must be empty once the stream is closed");
    } else if (count === 0) {
      throw new TypeError("The view must not be empty while the stream is readable");
    }
    if (first.offset + first.filled !== offsetOf(view)) {
      throw new RangeError("The view must start where the view of the BYOB request starts");
    }
    const buffer = bufferOf(view);
    if (first.bufferLength !== sizeOf(buffer)) {
      throw new RangeError("The buffer of the view must be as long as that of the BYOB request");
    }
    if (first.filled + count > first.length) {
      throw new RangeError("The view must not reach beyond the view of the BYOB request");
    }
    first.buffer = transfer(buffer);
    this.answer(count);
  }

  // ---- within ----

  answer(count) {
    const first = this.pending.peek();
    this.invalidateRequest();
    if (this.stream.state === CLOSED) this.answerClosed(first);
    else this.answerReadable(count, first);
    pullIfNeeded(this);
  }

  answerClosed(first) {
    if (first.reader === NOBODY) this.pending.shift();
    const { reader } = this.stream;
    if (reader === null || !reader.byob) return;
    const done = [];
    while (done.length < reader.requests.length) done.push(this.pending.shift());
    this.commitAll(done);
  }

  answerReadable(count, into) {
    into.filled += count;
    if (into.reader === NOBODY) {
      this.requeue(into);
      this.commitAll(this.fillPending());
      return;
    }
    if (into.filled < into.least) return;
    this.pending.shift();
    const rest = into.filled % into.elementSize;
    if (rest > 0) {
      const end = into.offset + into.filled;
      this.pushCopy(into.buffer, end - rest, rest);
    }
    into.filled -= rest;
    const filled = this.fillPending();
    this.commit(into);
    this.commitAll(filled);
  }

  commitAll(list) {
    for (let i = 0; i < list.length; i++) this.commit(list[i]);
  }

  commit(into) {
    const { stream } = this;
    const view = into.finish();
    const request = stream.reader.requests.shift();
    if (stream.state === CLOSED) request.close(view);
    else request.chunk(view);
  }

  /// Fills the views in order while there are bytes; returns those that have enough.
  fillPending() {
    const filled = [];
    while (this.pending.length > 0 && this.total > 0) {
      const into = this.pending.peek();
      if (this.fill(into)) {
        this.pending.shift();
        filled.push(into);
      }
    }
    return filled;
  }

  /// Copies from the queue, whole elements only once the least is reached; true when the view has enough.
  fill(into) {
    const most = Math.min(this.total, into.length - into.filled);
    const reach = into.filled + most;
    const aligned = reach - (reach % into.elementSize);
    const enough = aligned >= into.least;
    let left = enough ? aligned - into.filled : most;
    while (left > 0) {
      const head = this.queue.peek();
      const count = Math.min(left, head.length);
      copy(into.buffer, into.offset + into.filled, head.buffer, head.offset, count);
      if (head.length === count) {
        this.queue.shift();
      } else {
        head.offset += count;
        head.length -= count;
      }
      this.total -= count;
      into.filled += count;
      left -= count;
    }
    return enough;
  }

  /// What a released reader's view already got goes back to the queue.
  requeue(into) {
    if (into.filled > 0) this.pushCopy(into.buffer, into.offset, into.filled);
    this.pending.shift();
  }

  push(buffer, offset, length) {
    this.queue.push(new ByteRange(buffer, offset, length));
    this.total += length;
  }

  pushCopy(buffer, offset, length) {
    let clone;
    try {
      clone = slice(buffer, offset, offset + length);
    } catch (error) {
      this.error(error);
      throw error;
    }
    this.push(clone, 0, length);
  }

  drained() {
    if (this.total === 0 && this.closeRequested) {
      this.clear();
      closeReadable(this.stream);
    } else {
      pullIfNeeded(this);
    }
  }

  invalidateRequest() {
    if (this.request === null) return;
    this.request.controller = null;
    this.request.view = null;
    this.request = null;
  }

  clearPending() {
    this.invalidateRequest();
    this.pending.clear();
  }

  clearQueue() {
    this.queue.clear();
    this.total = 0;
  }

  clear() {
    this.source = spent;
  }
}

/// One read through a BYOB reader, of a view that was checked.
function readByob(reader, view, min, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === ERRORED) request.fail(stream.error);
  else stream.controller.pullInto(view, min, request);
}

/// Checks the arguments of a BYOB read as far as they do not need the stream; returns what is wrong or undefined.
function refuseByobView(view, min) {
  if (byteLengthOf(view) === 0) return new TypeError("The view to read into must not be empty");
  const buffer = bufferOf(view);
  if (isDetached(buffer) || sizeOf(buffer) === 0) return new TypeError("The buffer of the view is detached or empty");
  if (min === 0) return new TypeError("min must be greater than 0");
  const length = lengthOf(view);
  if (min > length) return new RangeError(`min ${min} is more than the ${length} elements of the view`);
  return undefined;
}

return { ByteController, readByob, refuseByobView };
