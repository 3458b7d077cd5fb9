// Random operations on a subsystem against a plain model of it: what is handled, in what order, what becomes of the rest, who
// is answered what, and all numbers after each step. What the model is made of is slow and obvious.
import { Kernel } from "krepis:mycelia";

let seed = 20261121;
const random = (n) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 10) % n;
const pick = (list) => list[random(list.length)];

const PRIORITIES = ["urgent", "high", "normal", "low"];
const HOUR = 3_600_000;
const ENDINGS = ["handled", "failed", "expired", "cancelled", "withdrawn", "dropped", "unhandled", "discarded", "lost"];

/** A subsystem without any of its speed. Messages are `{ n, rank, key, kind, place, ask, outcome }`. */
class Model {
  constructor(options) {
    Object.assign(this, options);
    this.status = "active";
    /** In order of arrival, or of release for delayed ones. */
    this.line = [];
    this.delayed = [];
    this.parked = [];
    this.following = [];
    this.senders = [];
    this.running = [];
    this.started = [];
    this.letters = [];
    this.numbers = Object.fromEntries([...ENDINGS, "accepted", "rejected", "restarts"].map((name) => [name, 0]));
    this.highWater = 0;
  }

  get waiting() {
    return this.line.length + this.delayed.length + this.parked.length + this.following.length;
  }

  count(name, by = 1) {
    this.numbers[name] += by;
  }

  settle(message, outcome) {
    if (message.outcome === "pending") message.outcome = outcome;
  }

  bury(message, reason) {
    this.settle(message, `ERR_MESSAGE_LOST ${reason}`);
    this.letters.push(`${message.n} ${reason}`);
  }

  /** What is told to the sender: undefined where the message was taken. */
  offer(message, isPatient) {
    if (this.status === "stopped") return this.refuse(message, "ERR_SUBSYSTEM_STOPPED");
    if (this.waiting >= this.capacity) {
      if (this.overflow === "wait" && isPatient) {
        if (this.senders.length >= this.capacity) return this.refuse(message, "ERR_QUEUE_FULL");
        this.senders.push(message);
        return undefined;
      }
      const oldest = this.overflow === "drop-oldest" ? this.oldest() : undefined;
      if (oldest === undefined) return this.refuse(message, "ERR_QUEUE_FULL");
      this.line.splice(this.line.indexOf(oldest), 1);
      this.count("dropped");
      this.bury(oldest, "dropped");
    }
    this.take(message);
    return undefined;
  }

  refuse(message, code) {
    this.count("rejected");
    this.settle(message, code);
    return code;
  }

  take(message) {
    this.count("accepted");
    (message.isDelayed ? this.delayed : this.line).push(message);
    this.highWater = Math.max(this.highWater, this.waiting);
    if (message.tellsWhenAdmitted) this.settle(message, "admitted");
  }

  oldest() {
    for (const rank of [3, 2, 1, 0]) {
      const found = this.line.find((message) => message.rank === rank);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  letSendersIn() {
    while (this.senders.length > 0 && this.waiting < this.capacity) this.take(this.senders.shift());
  }

  isBusy(key) {
    return this.concurrency > 1 && key !== undefined && this.running.some((message) => message.key === key);
  }

  /** A key is held by what is handled, and by what follows it. */
  isHeld(key) {
    return this.isBusy(key) || this.following.some((message) => message.key === key);
  }

  run() {
    while (this.status === "active" && this.running.length < this.concurrency) {
      const message = this.following.shift() ?? this.nextInLine();
      if (message === undefined) return;
      this.running.push(message);
      this.letSendersIn();
      if (message.isLate) {
        this.running.splice(this.running.indexOf(message), 1);
        this.count("expired");
        this.free(message.key);
        this.bury(message, "expired");
        continue;
      }
      this.started.push(message.n);
      message.onStart?.();
      if (message.kind === "reply") this.finish(message, true);
      if (message.kind === "throw") this.finish(message, false);
    }
  }

  nextInLine() {
    for (;;) {
      const message = [0, 1, 2, 3].map((rank) => this.line.find((one) => one.rank === rank)).find(Boolean);
      if (message === undefined) return undefined;
      this.line.splice(this.line.indexOf(message), 1);
      if (this.concurrency === 1 || message.key === undefined || !this.isHeld(message.key)) return message;
      this.parked.push(message);
    }
  }

  finish(message, isGood) {
    this.running.splice(this.running.indexOf(message), 1);
    if (isGood) {
      this.count("handled");
      this.settle(message, `reply ${message.n}`);
    } else {
      this.count("failed");
      this.settle(message, `failure ${message.n}`);
      this.letters.push(`${message.n} failed`);
    }
    this.free(message.key);
    if (!isGood && this.onError === "stop") this.stop();
  }

  free(key) {
    if (this.concurrency === 1 || key === undefined) return;
    const follower = this.parked.find((one) => one.key === key);
    if (follower === undefined) return;
    this.parked.splice(this.parked.indexOf(follower), 1);
    this.following.push(follower);
  }

  /** Takes a message out of wherever it waits; whether it did. */
  withdraw(message) {
    if (this.senders.includes(message)) {
      this.senders.splice(this.senders.indexOf(message), 1);
      return true;
    }
    for (const list of [this.line, this.delayed, this.parked, this.following]) {
      const at = list.indexOf(message);
      if (at < 0) continue;
      list.splice(at, 1);
      if (list === this.following) this.free(message.key);
      this.count("withdrawn");
      this.letSendersIn();
      return true;
    }
    return false;
  }

  stop() {
    this.status = "stopped";
    this.discard("discarded", "stopped", "ERR_SUBSYSTEM_STOPPED");
  }

  discard(ending, reason, code) {
    for (const message of this.senders.splice(0)) this.refuse(message, code);
    const byRank = [0, 1, 2, 3].flatMap((rank) => this.line.filter((message) => message.rank === rank));
    const all = [...this.following, ...this.parked, ...byRank, ...this.delayed];
    this.line = [];
    this.delayed = [];
    this.parked = [];
    this.following = [];
    for (const message of all) {
      this.count(ending);
      this.bury(message, reason);
    }
  }
}

const problems = [];
const totals = new Map();
let steps = 0;
let where = "";

function expect(what, actual, expected) {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted && problems.length < 5) problems.push(`${where}: ${what}: expected ${wanted}, found ${found}`);
}

async function settled() {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

async function trial(number, length) {
  const options = {
    capacity: pick([1, 2, 3, 8, 1000]),
    overflow: pick(["wait", "reject", "drop-oldest"]),
    concurrency: pick([1, 1, 2, 3, 8]),
  };
  const onError = pick(["resume", "resume", "stop"]);
  const model = new Model({ ...options, onError });
  const letters = [];
  const kernel = new Kernel({ deadLetters: 10, onDeadLetter: ({ body, reason }) => letters.push(`${body} ${reason}`) });
  const desk = kernel.subsystem("desk", { ...options, supervision: { onError } });

  const started = [];
  const all = new Map();
  let numbers = 0;
  const held = new Map();
  const handle = (message) => {
    const { body: n } = message;
    started.push(n);
    const planned = all.get(n);
    if (planned.child !== undefined) send(planned.child);
    if (planned.kind === "throw") throw `failure ${n}`;
    if (planned.kind === "reply") return `reply ${n}`;
    const deferred = Promise.withResolvers();
    held.set(n, deferred);
    return deferred.promise;
  };
  desk.on("{n}", handle);

  function plan(kinds = ["reply", "reply", "throw", "hold", "hold"]) {
    const n = ++numbers;
    const planned = { n, rank: 2, key: undefined, kind: pick(kinds), outcome: "none", actual: "none", isDelayed: false };
    if (random(3) === 0) planned.rank = random(4);
    if (random(2) === 0) planned.key = pick(["a", "b", "c"]);
    if (random(8) === 0) planned.isDelayed = true;
    all.set(n, planned);
    return planned;
  }

  function optionsOf({ rank, key, isDelayed, isLate }) {
    if (rank === 2 && key === undefined && !isDelayed && !isLate) return undefined;
    return { priority: PRIORITIES[rank], key, delay: isDelayed ? HOUR : 0, timeout: isLate ? 0 : undefined };
  }

  /** Sends in reality; the code of the refusal, or undefined. */
  function send(planned) {
    try {
      planned.id = kernel.send(`desk://${planned.n}`, planned.n, optionsOf(planned));
      return undefined;
    } catch (error) {
      return error.code;
    }
  }

  function watch(planned, promise) {
    planned.outcome = planned.actual = "pending";
    promise.then(
      (value) => (planned.actual = planned.tellsWhenAdmitted ? "admitted" : value),
      (error) => (planned.actual = error instanceof Error ? [error.code, error.reason].filter(Boolean).join(" ") : error),
    );
  }

  const operations = {
    send() {
      const planned = plan();
      if (random(8) === 0) planned.isLate = true;
      else if (random(4) === 0) {
        planned.child = plan(["reply", "hold"]);
        planned.onStart = () => model.offer(planned.child, false);
      }
      expect("what send says", send(planned), model.offer(planned, false));
    },
    sendAsync() {
      const planned = plan();
      if (random(8) === 0) planned.isLate = true;
      planned.tellsWhenAdmitted = true;
      watch(planned, kernel.sendAsync(`desk://${planned.n}`, planned.n, optionsOf(planned)));
      model.offer(planned, true);
    },
    ask() {
      const planned = plan();
      const given = optionsOf(planned);
      planned.controller = random(2) === 0 ? new AbortController() : undefined;
      const withSignal = planned.controller === undefined ? given : { ...given, signal: planned.controller.signal };
      watch(planned, kernel.ask(`desk://${planned.n}`, planned.n, withSignal));
      model.offer(planned, true);
    },
    batch() {
      const planned = Array.from({ length: 1 + random(4) }, () => Object.assign(plan(), { rank: 1, key: "b", isDelayed: false }));
      const bodies = planned.map(({ n }) => n);
      let expected;
      let accepted = 0;
      for (const one of planned) {
        if (expected !== undefined) model.refuse(one, expected);
        else if ((expected = model.offer(one, false)) === undefined) accepted++;
      }
      try {
        expect("how many of a batch", kernel.sendBatch("desk://batch", bodies, { priority: "high", key: "b" }), accepted);
        expect("what a batch says", undefined, expected);
      } catch (error) {
        expect("what a batch says", [error.code, error.accepted, error.rest], [expected, accepted, bodies.slice(accepted)]);
      }
    },
    finish() {
      const [message] = model.running.length === 0 ? [] : [pick(model.running)];
      if (message === undefined) return;
      const isGood = random(4) !== 0;
      const { resolve, reject } = held.get(message.n);
      if (isGood) resolve(`reply ${message.n}`);
      else reject(`failure ${message.n}`);
      model.finish(message, isGood);
    },
    cancel() {
      const sent = [...all.values()].filter(({ id }) => id !== undefined).slice(-20);
      if (sent.length === 0) return;
      const message = pick(sent);
      expect("what cancel says", kernel.cancel(message.id), model.withdraw(message));
    },
    abort() {
      const asked = [...all.values()].filter(({ controller, outcome }) => controller !== undefined && outcome === "pending");
      if (asked.length === 0) return;
      const message = pick(asked);
      message.controller.abort("gone");
      model.settle(message, "gone");
      model.withdraw(message);
    },
    pause() {
      desk.pause();
      if (model.status === "active") model.status = "paused";
    },
    resume() {
      desk.resume();
      if (model.status === "paused") model.status = "active";
    },
    stop() {
      desk.stop();
      model.stop();
    },
    replaceHandler() {
      desk.off("{n}");
      model.discard("unhandled", "no-handler", "ERR_NO_HANDLER");
      desk.on("{n}", handle);
    },
    restart() {
      desk.restart();
      model.status = "active";
      model.count("restarts");
    },
  };
  const weights = {
    send: 12, sendAsync: 4, ask: 8, batch: 2, finish: 14, cancel: 4, abort: 4, pause: 1, resume: 6, stop: 0.3, restart: 2, replaceHandler: 0.3,
  };
  const bag = Object.entries(weights).flatMap(([name, weight]) => Array.from({ length: weight * 10 }, () => name));

  async function compare() {
    await settled();
    model.run();
    expect("started", started, model.started);
    expect("dead letters", letters, model.letters);
    for (const one of all.values()) if (one.outcome !== "none") expect(`the end of ${one.n}`, one.actual, one.outcome);
    const stats = desk.stats();
    expect("numbers", Object.fromEntries(Object.keys(model.numbers).map((name) => [name, stats[name]])), model.numbers);
    expect("waiting", [stats.waiting, stats.running, stats.delayed], [model.waiting, model.running.length, model.delayed.length]);
    expect("status", stats.status, model.status);
    expect("the most that waited", stats.highWater, model.highWater);
    expect("the sum", ENDINGS.reduce((sum, name) => sum + stats[name], stats.present), stats.accepted);
    if (stats.waiting > options.capacity || stats.running > options.concurrency) expect("bounds", stats, options);
    started.length = model.started.length = letters.length = model.letters.length = 0;
    for (const [n, one] of all) {
      const isOver = one.outcome === "none" ? one.id === undefined || n < numbers - 60 : one.outcome !== "pending";
      const isHere = [model.line, model.delayed, model.parked, model.following, model.senders, model.running]
        .some((list) => list.some((message) => message === one || message.child === one));
      if (isOver && !isHere) all.delete(n);
    }
  }

  const says = `${options.capacity} ${options.overflow} ${options.concurrency} ${onError}`;
  for (let step = 0; step < length && problems.length === 0; ) {
    const together = 1 + random(4);
    const names = [];
    for (let i = 0; i < together; i++) {
      const name = pick(bag);
      // What finishes is known a little later than what is sent.
      if ((name === "finish" || name === "batch") && i > 0) break;
      names.push(name);
      where = `trial ${number} (${says}), step ${step}: ${names}`;
      operations[name]();
      steps++;
      step++;
      if (name === "finish") break;
    }
    await compare();
  }

  where = `trial ${number} (${says}), at the end`;
  kernel.shutdown();
  await settled();
  const stats = desk.stats();
  expect("present", stats.present, 0);
  expect("the sum", ENDINGS.reduce((sum, name) => sum + stats[name], 0), stats.accepted);
  for (const name of [...ENDINGS, "rejected"]) totals.set(name, (totals.get(name) ?? 0) + stats[name]);
  for (const one of all.values()) if (one.actual === "pending") expect(`the end of ${one.n}`, one.actual, "an end");
  const kept = kernel.stats().deadLetters;
  expect("dead letters that are kept", kept.kept, Math.min(10, kept.total));
  expect("dead letters", kept.total, kept.kept + kept.forgotten);
}

for (let number = 0; number < 100 && problems.length === 0; number++) await trial(number, 300);
console.log(problems.length === 0 ? `${steps >= 30_000 ? "30,000" : steps} steps as in the model` : problems.join("\n"));
console.log("often:", [...totals].filter(([, count]) => count > 100).map(([name]) => name).join(", "));
