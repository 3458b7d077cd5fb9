"use strict";
// The inside of a TransformStream: a writable side whose chunks are transformed into a readable side.
// Spec: https://streams.spec.whatwg.org/#ts-abstract-ops
//
//   transformer { transform(chunk, transform), flush(transform), cancel(reason) }: each may return a promise.
// An internal transformer calls transform.enqueue(chunk), transform.error(reason) and transform.terminate().

const { Deferred, LazyPromise, apply, isObject, noop, rejected, resolved, then, wrapped } = load("streams/base");
const readable = load("streams/readable_state");
const writable = load("streams/writable_state");

/// Takes the place of a transformer that will not be called again.
const spent = { transform: noop, flush: noop, cancel: noop };

class Transform {
  constructor(writableMark, writableSize, readableMark, readableSize) {
    this.transformer = spent;
    this.object = null; // the TransformStream, once there is one
    this.finishing = null; // the promise of a flush or cancel that has begun
    this.backpressure = true;
    this.change = new LazyPromise(); // fulfils when backpressure changes
    this.onFailed = (reason) => {
      this.error(reason);
      throw reason;
    };
    this.readable = new readable.Readable();
    this.writable = new writable.Writable();
    new writable.Controller(this.writable, new TransformSink(this), writableMark, writableSize);
    new readable.DefaultController(this.readable, new TransformSource(this), readableMark, readableSize);
  }

  /// Lets both sides start once `startResult` has settled.
  start(startResult) {
    const started = resolved(startResult);
    this.writable.controller.start(started);
    readable.startController(this.readable.controller, started);
  }

  // ---- what a transformer calls ----

  enqueue(chunk) {
    const { controller } = this.readable;
    if (!controller.canEnqueue()) {
      throw new TypeError("The readable side of the transform is closed or errored and takes no more chunks");
    }
    try {
      controller.enqueue(chunk);
    } catch (error) {
      this.errorWritable(error);
      throw this.readable.error;
    }
    const backpressure = !controller.wantsPull();
    if (backpressure !== this.backpressure) this.setBackpressure(true);
  }

  error(reason) {
    this.readable.controller.error(reason);
    this.errorWritable(reason);
  }

  terminate() {
    this.readable.controller.close();
    this.errorWritable(new TypeError("The transform was terminated"));
  }

  // ---- within ----

  errorWritable(reason) {
    this.clear();
    this.writable.controller.errorIfNeeded(reason);
    this.unblockWrite();
  }

  unblockWrite() {
    if (this.backpressure) this.setBackpressure(false);
  }

  setBackpressure(backpressure) {
    this.change.resolve();
    this.change = new LazyPromise();
    this.backpressure = backpressure;
  }

  /// Transforms one chunk; undefined when the transformer is done with it already.
  perform(chunk) {
    let result;
    try {
      result = this.transformer.transform(chunk, this);
    } catch (error) {
      this.error(error);
      return rejected(error);
    }
    return isObject(result) ? then(resolved(result), undefined, this.onFailed) : undefined;
  }

  clear() {
    this.transformer = spent;
  }
}

/// The result of a transformer's method as a promise.
function called(method, transformer, argument) {
  try {
    return wrapped(apply(method, transformer, [argument]));
  } catch (error) {
    return rejected(error);
  }
}

class TransformSink {
  constructor(transform) {
    this.transform = transform;
  }

  write(chunk) {
    const { transform } = this;
    if (!transform.backpressure) return transform.perform(chunk);
    return then(transform.change.promise, () => {
      const { state, error } = transform.writable;
      if (state === writable.ERRORING) throw error;
      return transform.perform(chunk);
    });
  }

  abort(reason) {
    const { transform } = this;
    if (transform.finishing !== null) return transform.finishing;
    const finish = new Deferred();
    transform.finishing = finish.promise;
    const { transformer } = transform;
    const cancelled = called(transformer.cancel, transformer, reason);
    transform.clear();
    const side = transform.readable;
    then(
      cancelled,
      () => {
        if (side.state === readable.ERRORED) {
          finish.reject(side.error);
        } else {
          side.controller.error(reason);
          finish.resolve(undefined);
        }
      },
      (error) => {
        side.controller.error(error);
        finish.reject(error);
      },
    );
    return finish.promise;
  }

  close() {
    const { transform } = this;
    if (transform.finishing !== null) return transform.finishing;
    const finish = new Deferred();
    transform.finishing = finish.promise;
    const { transformer } = transform;
    const flushed = called(transformer.flush, transformer, transform);
    transform.clear();
    const side = transform.readable;
    then(
      flushed,
      () => {
        if (side.state === readable.ERRORED) {
          finish.reject(side.error);
        } else {
          side.controller.close();
          finish.resolve(undefined);
        }
      },
      (error) => {
        side.controller.error(error);
        finish.reject(error);
      },
    );
    return finish.promise;
  }
}

class TransformSource {
  constructor(transform) {
    this.transform = transform;
    this.pulls = true;
  }

  pull() {
    this.transform.setBackpressure(false);
    return this.transform.change.promise;
  }

  cancel(reason) {
    const { transform } = this;
    if (transform.finishing !== null) return transform.finishing;
    const finish = new Deferred();
    transform.finishing = finish.promise;
    const { transformer } = transform;
    const cancelled = called(transformer.cancel, transformer, reason);
    transform.clear();
    const side = transform.writable;
    then(
      cancelled,
      () => {
        if (side.state === writable.ERRORED) {
          finish.reject(side.error);
        } else {
          side.controller.errorIfNeeded(reason);
          transform.unblockWrite();
          finish.resolve(undefined);
        }
      },
      (error) => {
        side.controller.errorIfNeeded(error);
        transform.unblockWrite();
        finish.reject(error);
      },
    );
    return finish.promise;
  }
}

return { Transform };
