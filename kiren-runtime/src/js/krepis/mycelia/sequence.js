"use strict";
// Messages that are sent together: for each subsystem a chain of cells, put in line as a whole once all addresses were found.

const { KernelError } = load("krepis/mycelia/errors");
const { NORMAL, QUEUED } = load("krepis/mycelia/message");

const { get: currentFrame } = native("async_context");

let sequences = 0;

/** What of a sequence is for one subsystem of this isolate. */
class Chain {
  constructor(desk) {
    this.desk = desk;
    this.frame = currentFrame();
    this.first = null;
    this.last = null;
    this.length = 0;
  }

  add(found, address, body) {
    const cell = this.desk.pool.take();
    cell.flags = QUEUED | NORMAL;
    cell.route = found.value;
    cell.address = address;
    cell.params = found.params;
    cell.body = body;
    cell.frame = this.frame;
    const { last } = this;
    cell.previous = last;
    if (last === null) this.first = cell;
    else last.next = cell;
    this.last = cell;
    this.length++;
  }

  /** Puts it in line; what there is no room for is given to `refuse` as pairs, with the reason. How many were taken. */
  send(key, refuse) {
    const { desk } = this;
    if (desk.concurrency > 1) for (let cell = this.first; cell !== null; cell = cell.next) cell.key = key;
    if (desk.hasRoomFor(this.length)) {
      desk.putChainInLine(this);
      return this.length;
    }
    let taken = 0;
    for (let cell = this.first, next; cell !== null; cell = next) {
      next = cell.next;
      const refusal = desk.refusalAtLast();
      if (refusal !== null) {
        desk.rejected += this.length - taken;
        refuse(refusal, this.letGo(cell));
        return taken;
      }
      cell.next = cell.previous = null;
      desk.take(cell, 0);
      taken++;
    }
    return taken;
  }

  /** Lets cells go, from one on; what they had, as pairs. */
  letGo(cell = this.first) {
    const pairs = [];
    while (cell !== null) {
      const { next } = cell;
      pairs.push([cell.address, cell.body]);
      cell.next = cell.previous = null;
      this.desk.pool.release(cell);
      cell = next;
    }
    return pairs;
  }
}

/** What of a sequence goes by the bus. */
class Shipment {
  constructor(bus) {
    this.desk = bus;
    this.pairs = [];
  }

  add(found, address, body) {
    this.pairs.push([address, body]);
  }

  send(key, refuse) {
    const { pairs } = this;
    for (let at = 0; at < pairs.length; at++) {
      try {
        this.desk.send(pairs[at][0], pairs[at][1], undefined, key);
      } catch (error) {
        refuse(error, pairs.slice(at));
        return at;
      }
    }
    return pairs.length;
  }

  letGo() {}
}

class Sequence {
  constructor(bus) {
    this.bus = bus;
    this.parts = [];
    this.part = null;
  }

  /** `found` is null for what goes by the bus. */
  add(found, address, body) {
    const desk = found === null ? this.bus : found.value.desk;
    if (this.part === null || this.part.desk !== desk) this.part = this.partFor(desk);
    this.part.add(found, address, body);
  }

  partFor(desk) {
    let part = this.parts.find((one) => one.desk === desk);
    if (part === undefined) {
      part = desk === this.bus ? new Shipment(desk) : new Chain(desk);
      this.parts.push(part);
    }
    return part;
  }

  /** Nothing is sent. */
  letGo() {
    for (const part of this.parts) part.letGo();
  }

  /** How many messages were taken; an error if some were not. */
  send() {
    // A subsystem that handles several messages at once keeps the order of those with the same key.
    const key = `sequence ${++sequences}`;
    const rest = [];
    let reason;
    const refuse = (refusal, pairs) => {
      reason ??= refusal;
      rest.push(...pairs);
    };
    let accepted = 0;
    for (const part of this.parts) accepted += part.send(key, refuse);
    if (reason === undefined) return accepted;
    const message = `${reason.message} (${accepted} messages of the sequence were accepted, ${rest.length} were not)`;
    throw new KernelError(reason.code, message, { accepted, rest });
  }
}

return { Sequence };
