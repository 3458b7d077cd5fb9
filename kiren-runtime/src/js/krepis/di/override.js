"use strict";
// What override(), snapshot() and restore() of a container work with.

const { ServiceError } = load("krepis/di/errors");
const { UNMADE, throwErrors } = load("krepis/di/frames");
const { shown } = load("krepis/di/tokens");

/** The state of a plan before an override. */
class Level {
  constructor(plan, registrations) {
    this.plan = plan;
    this.registrations = registrations;
    this.blueprint = plan.blueprint;
    this.singles = plan.singles.length;
    this.scoped = plan.scopedCount;
    this.fresh = null;
  }

  /** Gives open scopes the slots that the override added. */
  extend() {
    const { scopedCount } = this.plan;
    eachScope(this.plan.root, ({ values }) => {
      while (values.length < scopedCount) values.push(UNMADE);
    });
  }

  /** Takes back what was added, and returns what the container made for it, to be disposed like a frame. */
  end(fresh) {
    const { plan } = this;
    const orphans = { made: [], madeCount: 0 };
    const { root } = plan;
    let kept = 0;
    for (let at = 0; at < root.madeCount; at += 2) {
      const node = root.made[at + 1];
      const [list, index] =
        fresh.has(node) || fresh.has(node.original)
          ? [orphans.made, (orphans.madeCount += 2) - 2]
          : [root.made, (kept += 2) - 2];
      list[index] = root.made[at];
      list[index + 1] = node;
    }
    root.madeCount = kept;
    root.made.length = kept;
    plan.singles.length = this.singles;
    trim(root, this.singles);
    plan.scopedCount = this.scoped;
    eachScope(root, (frame) => {
      frame.values.length = this.scoped;
      trim(frame, this.scoped);
    });
    plan.run(this.blueprint);
    return orphans;
  }
}

/** Forgets the slots from `end` on. */
function trim(frame, end) {
  let kept = 0;
  for (let at = 0; at < frame.usedCount; at++) if (frame.used[at] < end) frame.used[kept++] = frame.used[at];
  frame.usedCount = kept;
}

function eachScope(frame, visit) {
  for (let child = frame.newest; child !== null; child = child.older) {
    visit(child);
    eachScope(child, visit);
  }
}

/** An override that lasts until it is disposed. */
class Override {
  #restore;
  #restoreAsync;

  constructor(restore, restoreAsync) {
    this.#restore = restore;
    this.#restoreAsync = restoreAsync;
  }

  restore() {
    throwErrors(this.#restore());
  }

  [Symbol.dispose]() {
    this.restore();
  }

  async [Symbol.asyncDispose]() {
    throwErrors(await this.#restoreAsync());
  }
}

class Snapshot {
  #container;
  #depth;

  constructor(container, depth) {
    this.#container = container;
    this.#depth = depth;
  }

  static depth(snapshot, container) {
    if (
      typeof snapshot === "object" &&
      snapshot !== null &&
      #depth in snapshot &&
      snapshot.#container === container
    )
      return snapshot.#depth;
    throw new ServiceError(
      "ERR_DI_TOKEN",
      `restore() takes what snapshot() of this container returned, not ${shown(snapshot)}`,
    );
  }
}

return { Level, Override, Snapshot };
