"use strict";
// ReadableStream.tee(): two branches over one reader. What both branches of a byte stream get is copied for the second.
// Spec: https://streams.spec.whatwg.org/#abstract-opdef-readablestreamtee

const { Deferred, markHandled, queueTask, then } = load("streams/base");
const {
  DefaultController,
  Readable,
  acquireByobReader,
  acquireReader,
  cancelReadable,
  readInto,
  releaseReader,
  startController,
} = load("streams/readable_state");

/// What a branch pulls from: its tee, told which branch asks.
class BranchSource {
  constructor(tee, index) {
    this.tee = tee;
    this.index = index;
    this.pulls = true;
  }

  pull() {
    this.tee.pull(this.index);
  }

  cancel(reason) {
    return this.tee.cancel(this.index, reason);
  }
}

/// State that both kinds of tee have: who has cancelled, and with what reason.
class Tee {
  constructor(stream, reader) {
    this.stream = stream;
    this.reader = reader;
    this.reading = false;
    this.cancelled = [false, false];
    this.reasons = [undefined, undefined];
    this.cancelResult = new Deferred();
    this.branches = [this.branch(0), this.branch(1)];
    for (const branch of this.branches) startController(branch.controller, undefined);
    this.watch(reader);
  }

  /// An error of the stream reaches both branches; a reader that was given up no longer counts.
  watch(reader) {
    then(reader.closed.promise, undefined, (reason) => {
      if (this.reader !== reader) return;
      this.branches[0].controller.error(reason);
      this.branches[1].controller.error(reason);
      this.settle();
    });
  }

  settle() {
    if (!this.cancelled[0] || !this.cancelled[1]) this.cancelResult.resolve(undefined);
  }

  cancel(index, reason) {
    this.cancelled[index] = true;
    this.reasons[index] = reason;
    if (this.cancelled[0] && this.cancelled[1]) {
      this.cancelResult.resolve(cancelReadable(this.stream, [this.reasons[0], this.reasons[1]]));
    }
    return this.cancelResult.promise;
  }

  fail() {
    this.reading = false;
  }
}

/// Also the request by which it reads.
class DefaultTee extends Tee {
  constructor(stream, clone) {
    super(stream, acquireReader(stream));
    this.clone = clone;
    this.readAgain = false;
  }

  branch(index) {
    const stream = new Readable();
    new DefaultController(stream, new BranchSource(this, index), 1, undefined);
    return stream;
  }

  pull() {
    if (this.reading) {
      this.readAgain = true;
      return;
    }
    this.reading = true;
    readInto(this.stream, this);
  }

  chunk(value) {
    // An enqueue of the source must not run the branches' readers within itself.
    queueTask(() => {
      this.readAgain = false;
      let second = value;
      if (this.clone !== undefined && !this.cancelled[1]) {
        try {
          second = this.clone(value);
        } catch (error) {
          this.branches[0].controller.error(error);
          this.branches[1].controller.error(error);
          this.cancelResult.resolve(cancelReadable(this.stream, error));
          return;
        }
      }
      if (!this.cancelled[0]) this.branches[0].controller.enqueue(value);
      if (!this.cancelled[1]) this.branches[1].controller.enqueue(second);
      this.reading = false;
      if (this.readAgain) this.pull();
    });
  }

  close() {
    this.reading = false;
    if (!this.cancelled[0]) this.branches[0].controller.close();
    if (!this.cancelled[1]) this.branches[1].controller.close();
    this.settle();
  }
}

function copyOf(view) {
  const { bufferOf, byteLengthOf, offsetOf, slice } = load("streams/buffers");
  const offset = offsetOf(view);
  return new Uint8Array(slice(bufferOf(view), offset, offset + byteLengthOf(view)));
}

/// Reads into the view of whichever branch asks, and so changes between a default and a BYOB reader.
class ByteTee extends Tee {
  constructor(stream) {
    super(stream, acquireReader(stream));
    this.again = [false, false];
    this.asking = 0;
  }

  branch(index) {
    const { ByteController } = load("streams/readable_byte");
    const stream = new Readable();
    new ByteController(stream, new BranchSource(this, index), 0, 0);
    return stream;
  }

  pull(index) {
    if (this.reading) {
      this.again[index] = true;
      return;
    }
    this.reading = true;
    const request = this.branches[index].controller.byobRequest();
    if (request === null) this.pullChunk();
    else this.pullView(request.view, index);
  }

  change(reader) {
    this.reader = reader;
    this.watch(reader);
  }

  pullChunk() {
    if (this.reader.byob) {
      const old = this.reader;
      this.reader = null;
      releaseReader(old);
      this.change(acquireReader(this.stream));
    }
    readInto(this.stream, this);
  }

  pullView(view, index) {
    if (!this.reader.byob) {
      const old = this.reader;
      this.reader = null;
      releaseReader(old);
      this.change(acquireByobReader(this.stream));
    }
    const { readByob } = load("streams/readable_byte");
    readByob(this.reader, view, 1, new ByteTeeViewRequest(this, index));
  }

  more() {
    this.reading = false;
    if (this.again[0]) this.pull(0);
    else if (this.again[1]) this.pull(1);
  }

  failBoth(error) {
    this.branches[0].controller.error(error);
    this.branches[1].controller.error(error);
    this.cancelResult.resolve(cancelReadable(this.stream, error));
  }

  chunk(value) {
    queueTask(() => {
      this.again[0] = false;
      this.again[1] = false;
      let second = value;
      if (!this.cancelled[0] && !this.cancelled[1]) {
        try {
          second = copyOf(value);
        } catch (error) {
          this.failBoth(error);
          return;
        }
      }
      if (!this.cancelled[0]) this.branches[0].controller.enqueue(value);
      if (!this.cancelled[1]) this.branches[1].controller.enqueue(second);
      this.more();
    });
  }

  close() {
    this.reading = false;
    for (let i = 0; i < 2; i++) {
      const { controller } = this.branches[i];
      if (!this.cancelled[i]) controller.close();
      if (controller.pending.length > 0) controller.respond(0);
    }
    this.settle();
  }
}

/// A read into the view of branch `index`; the other branch gets a copy.
class ByteTeeViewRequest {
  constructor(tee, index) {
    this.tee = tee;
    this.index = index;
  }

  chunk(view) {
    queueTask(() => {
      const { tee, index } = this;
      tee.again[0] = false;
      tee.again[1] = false;
      const mine = tee.branches[index].controller;
      const other = tee.branches[1 - index].controller;
      if (!tee.cancelled[1 - index]) {
        let copied;
        try {
          copied = copyOf(view);
        } catch (error) {
          tee.failBoth(error);
          return;
        }
        if (!tee.cancelled[index]) mine.respondWithNewView(view);
        other.enqueue(copied);
      } else if (!tee.cancelled[index]) {
        mine.respondWithNewView(view);
      }
      tee.more();
    });
  }

  close(view) {
    const { tee, index } = this;
    tee.reading = false;
    const mine = tee.branches[index].controller;
    const other = tee.branches[1 - index].controller;
    const mineCancelled = tee.cancelled[index];
    const otherCancelled = tee.cancelled[1 - index];
    if (!mineCancelled) mine.close();
    if (!otherCancelled) other.close();
    if (view !== undefined) {
      if (!mineCancelled) mine.respondWithNewView(view);
      if (!otherCancelled && other.pending.length > 0) other.respond(0);
    }
    tee.settle();
  }

  fail() {
    this.tee.reading = false;
  }
}

/// Two internal streams. `clone`, if given, makes the second branch's chunks (streams of arbitrary chunks only).
function tee(stream, clone) {
  const made = stream.controller.isByte ? new ByteTee(stream) : new DefaultTee(stream, clone);
  markHandled(made.cancelResult.promise);
  return made.branches;
}

return { tee };
