"use strict";
// ReadableStream.from(iterable): one chunk for each value of an async or a plain iterable.
// Spec: https://streams.spec.whatwg.org/#readable-stream-from-iterable

const { apply, describe, isObject, rejected, resolved, then } = load("streams/base");
const { createReadable } = load("streams/readable_state");

function methodOf(object, key) {
  const method = object[key];
  if (method === undefined || method === null) return undefined;
  if (typeof method !== "function") throw new TypeError(`${String(key)} of the iterable is not a function`);
  return method;
}

function iteratorFrom(iterable, method) {
  const iterator = apply(method, iterable, []);
  if (!isObject(iterator)) throw new TypeError(`The iterator must be an object, received ${describe(iterator)}`);
  return iterator;
}

function resultOf(result) {
  if (!isObject(result)) throw new TypeError(`The result of the iterator must be an object, received ${describe(result)}`);
  return result;
}

/// A source over the two methods of an iterator.
class IteratorSource {
  constructor(iterator) {
    this.iterator = iterator;
    this.nextMethod = iterator.next;
    this.pulls = true;
  }

  pull(controller) {
    return then(resolved(apply(this.nextMethod, this.iterator, [])), (result) => {
      if (resultOf(result).done) controller.close();
      else controller.enqueue(result.value);
    });
  }

  cancel(reason) {
    const method = methodOf(this.iterator, "return");
    if (method === undefined) return undefined;
    return then(resolved(apply(method, this.iterator, [reason])), (result) => {
      resultOf(result);
    });
  }
}

/// A plain iterator as ECMAScript's %AsyncFromSyncIterator% shows it: values that are promises are awaited, and one
/// that rejects closes the iterator.
class SyncIterator {
  constructor(iterator) {
    this.iterator = iterator;
    this.nextMethod = iterator.next;
  }

  next() {
    try {
      return this.settle(apply(this.nextMethod, this.iterator, []), true);
    } catch (error) {
      return rejected(error);
    }
  }

  return(reason) {
    try {
      const method = methodOf(this.iterator, "return");
      if (method === undefined) return resolved({ value: reason, done: true });
      return this.settle(apply(method, this.iterator, [reason]), false);
    } catch (error) {
      return rejected(error);
    }
  }

  settle(result, closeOnReject) {
    const done = Boolean(resultOf(result).done);
    const close = (error) => {
      if (!done && closeOnReject) {
        try {
          const method = methodOf(this.iterator, "return");
          if (method !== undefined) apply(method, this.iterator, []);
        } catch {
          // The rejection is what the reader is told.
        }
      }
      throw error;
    };
    const { value } = result;
    let promise;
    try {
      promise = resolved(value);
    } catch (error) {
      close(error);
    }
    return then(promise, (settled) => ({ value: settled, done }), close);
  }
}

function readableFrom(iterable) {
  if (iterable === undefined || iterable === null) {
    throw new TypeError(`ReadableStream.from needs an iterable, received ${describe(iterable)}`);
  }
  const asyncMethod = methodOf(iterable, Symbol.asyncIterator);
  let iterator;
  if (asyncMethod !== undefined) {
    iterator = iteratorFrom(iterable, asyncMethod);
  } else {
    const method = methodOf(iterable, Symbol.iterator);
    if (method === undefined) throw new TypeError(`ReadableStream.from needs an iterable, received ${describe(iterable)}`);
    iterator = new SyncIterator(iteratorFrom(iterable, method));
  }
  return createReadable(new IteratorSource(iterator), 0);
}

return { readableFrom };
