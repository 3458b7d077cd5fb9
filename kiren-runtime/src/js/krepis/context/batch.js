"use strict";
// Many contexts at once, for who fans out. They are created without a call into Rust, and below a context that has what they have in
// common; a field of all of them is read or set by one call.

const { create } = load("krepis/context/region");
const { Context, openHandle, placeOf, slotAndGeneration } = load("krepis/context/context");
const { inspect } = load("inspect");
const engine = native("context");

/** An array of contexts; `using` ends them all. */
class ContextBatch extends Array {
  // What arrays make of this one are arrays.
  static get [Symbol.species]() {
    return Array;
  }

  /** The values of a field, in the contexts' order. */
  read(name) {
    return engine.get_all(this.#handles(), String(name));
  }

  /** Sets a field of each: to one value, or to those of an array of as many. */
  write(name, values) {
    if (!Array.isArray(values)) values = new Array(this.length).fill(values);
    if (values.length !== this.length) {
      throw new RangeError(`batch.write: expected ${this.length} values, found ${values.length}`);
    }
    engine.set_all(this.#handles(), String(name), values);
    return this;
  }

  #handles() {
    const handles = new Int32Array(this.length * 2);
    for (let i = 0; i < this.length; i++) handles.set(slotAndGeneration(this[i]), i * 2);
    return handles;
  }

  /** Cancels them; how many were not over. */
  cancel(cause = "cancelled") {
    let cancelled = 0;
    for (const context of this) if (context.cancel(cause)) cancelled++;
    return cancelled;
  }

  dispose() {
    for (const context of this) context.dispose();
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}

/** Contexts below `parent`, if there is one: so many, or one for each object of fields. */
function createBatch(parent, fields, options = undefined) {
  const isIterable = typeof fields === "object" && typeof fields?.[Symbol.iterator] === "function";
  const records = isIterable ? Array.from(fields) : null;
  const count = records === null ? fields : records.length;
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`Context.batch: expected a number of contexts, or an array of fields, found ${inspect(fields)}`);
  }
  // The options are those of one context above all of them, which they keep alive.
  const own = options === undefined ? undefined : parent === undefined ? Context.create(options) : parent.child(options);
  const above = own ?? parent;
  const at = above === undefined ? 0 : placeOf(above);
  const batch = new ContextBatch();
  try {
    for (let i = 0; i < count; i++) {
      const context = openHandle(create(at));
      batch.push(context);
      if (records !== null) context.assign(records[i]);
    }
    return batch;
  } catch (error) {
    batch.dispose();
    throw error;
  } finally {
    own?.dispose();
  }
}

return { ContextBatch, createBatch };
