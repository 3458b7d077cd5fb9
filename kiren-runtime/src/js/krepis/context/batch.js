"use strict";
// Many contexts at once, for who fans out: they are created without a call into Rust, their deadline is worked out once, and
// one call reads a field of all of them.

const { create } = load("krepis/context/region");
const { find, isText, keyOf, textPlace, valueOf } = load("krepis/context/fields");
const { Context, openHandle, placeOf } = load("krepis/context/context");
const engine = native("context");

/** An array of contexts; `using` ends them all. */
class ContextBatch extends Array {
  // What arrays make of this one are arrays.
  static get [Symbol.species]() {
    return Array;
  }

  /** The values of a field, in the contexts' order. */
  read(name) {
    const values = new Array(this.length);
    const key = keyOf(name);
    if (key === undefined) return Array.from(this, (context) => context.get(name));
    const places = [];
    const at = [];
    for (let i = 0; i < this.length; i++) {
      const entry = find(placeOf(this[i]), key);
      if (entry === 0) values[i] = undefined;
      else if (isText(entry)) {
        textPlace(entry, key, places, places.length);
        at.push(i);
      } else values[i] = valueOf(entry, key);
    }
    const texts = at.length > 0 ? engine.texts(Int32Array.from(places)) : [];
    for (let i = 0; i < at.length; i++) values[at[i]] = texts[i];
    return values;
  }

  /** Sets a field of each: of one value for all, or of an array of as many. */
  write(name, values) {
    if (Array.isArray(values) && values.length !== this.length) {
      throw new RangeError(`batch.write: expected ${this.length} values, found ${values.length}`);
    }
    for (let i = 0; i < this.length; i++) this[i].set(name, Array.isArray(values) ? values[i] : values);
    return this;
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
  const records = typeof fields === "number" ? null : Array.from(fields);
  const count = records === null ? fields : records.length;
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`Context.batch: expected a number of contexts, or an array of fields, found ${String(fields)}`);
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
