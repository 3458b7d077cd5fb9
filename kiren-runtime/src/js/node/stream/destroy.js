"use strict";
// How streams begin (_construct) and end (destroy), the same for both sides of one.

const { coded } = load("node/errors");
const { nextTick } = load("task_queue");

const constructed = Symbol("constructed");
const destroyedEarly = Symbol("destroyed before it was constructed");

// The sides that a stream has.
function sidesOf(stream) {
  const { _readableState: readable, _writableState: writable } = stream;
  if (readable && writable) return [readable, writable];
  return readable ? [readable] : writable ? [writable] : [];
}

function destroy(error, callback) {
  const sides = sidesOf(this);
  if (sides.some((side) => side.destroyed)) {
    if (typeof callback === "function") callback();
    return this;
  }
  noteError(sides, error);
  for (const side of sides) side.destroyed = true;
  if (sides.some((side) => !side.constructed)) {
    this.once(destroyedEarly, (later) => runDestroy(this, error ?? later, callback));
  } else {
    runDestroy(this, error, callback);
  }
  return this;
}

function noteError(sides, error) {
  if (!error) return;
  void error.stack; // Made now: the stack that is told is that of the error.
  for (const side of sides) side.errored ??= error;
}

function runDestroy(stream, error, callback) {
  let called = false;
  function done(error) {
    if (called) return;
    called = true;
    const sides = sidesOf(stream);
    noteError(sides, error);
    for (const side of sides) side.closed = true;
    if (typeof callback === "function") callback(error);
    nextTick(error ? emitErrorAndClose : emitClose, stream, error);
  }
  try {
    stream._destroy(error || null, done);
  } catch (thrown) {
    done(thrown);
  }
}

function emitErrorAndClose(stream, error) {
  emitError(stream, error);
  emitClose(stream);
}

function emitClose(stream) {
  const sides = sidesOf(stream);
  for (const side of sides) side.closeEmitted = true;
  if (sides.some((side) => side.emitClose)) stream.emit("close");
}

function emitError(stream, error) {
  const sides = sidesOf(stream);
  if (sides.some((side) => side.errorEmitted)) return;
  for (const side of sides) side.errorEmitted = true;
  stream.emit("error", error);
}

// An error ends a stream that destroys itself, and is only told by one that does not.
function errorOrDestroy(stream, error, inCall = false) {
  const sides = sidesOf(stream);
  if (sides.some((side) => side.destroyed)) return;
  if (sides.some((side) => side.autoDestroy)) {
    stream.destroy(error);
  } else if (error) {
    noteError(sides, error);
    if (inCall) nextTick(emitError, stream, error);
    else emitError(stream, error);
  }
}

// Takes back that a stream was destroyed: for sockets that connect again.
function undestroy() {
  const { _readableState: readable, _writableState: writable } = this;
  const fresh = { constructed: true, closed: false, closeEmitted: false, destroyed: false, errored: null, errorEmitted: false };
  if (readable) {
    Object.assign(readable, fresh, { reading: false, ended: readable.readable === false });
    readable.endEmitted = readable.ended;
  }
  if (writable) {
    const ended = writable.writable === false;
    Object.assign(writable, fresh, {
      finalCalled: false, prefinished: false, ended, ending: ended, finished: ended,
    });
  }
}

// Runs `_construct`, where a stream has one, before anything else is asked of it.
function construct(stream, callback) {
  if (typeof stream._construct !== "function") return;
  for (const side of sidesOf(stream)) side.constructed = false;
  stream.once(constructed, callback);
  if (stream.listenerCount(constructed) > 1) return; // The other side of a duplex has begun already.
  nextTick(runConstruct, stream);
}

function runConstruct(stream) {
  let called = false;
  function done(error) {
    if (called) {
      errorOrDestroy(stream, error ?? coded(Error, "ERR_MULTIPLE_CALLBACK", "Callback called multiple times"));
      return;
    }
    called = true;
    const sides = sidesOf(stream);
    for (const side of sides) side.constructed = true;
    if (sides.some((side) => side.destroyed)) stream.emit(destroyedEarly, error);
    else if (error) errorOrDestroy(stream, error, true);
    else stream.emit(constructed);
  }
  try {
    stream._construct((error) => nextTick(done, error));
  } catch (error) {
    nextTick(done, error);
  }
}

return { construct, destroy, errorOrDestroy, undestroy };
