// What is measured of every system of messages, given functions that send, ask and wait.

/** So many are sent before they are handled. */
export const CHUNK = 1000;

/** Who a message is for, and what it says: an order is renamed. All of it is there before anything is timed. */
export const IDS = Array.from({ length: CHUNK }, (_, id) => String(id));
export const BODIES = Array.from({ length: CHUNK }, (_, number) => ({ name: "Potatoes", number }));

export function expect(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, found ${actual}`);
}

const handled = { messages: 0, sum: 0 };

/** What every handler does: it reads whom the message is for, and what it says. */
export function consume(id, body) {
  handled.messages++;
  handled.sum += id.length + body.number;
}

const FIRST_SUM = BODIES.reduce((sum, { number }) => sum + number, 0);

/**
 * Messages that are sent and handled: `send(count)` sends so many, `idle()`, if there is one, promises that all are handled.
 * That they are is looked at first, for the ids that are written in `texts`, and counted after each batch.
 */
export async function messages(send, idle, texts = IDS) {
  const before = handled.sum;
  send(CHUNK);
  await idle?.();
  expect(handled.sum - before, FIRST_SUM + texts.join("").length, "the sum of what was handled");
  return {
    async batch(times) {
      const all = handled.messages + times;
      const started = performance.now();
      for (let left = times; left > 0; left -= CHUNK) {
        send(Math.min(left, CHUNK));
        if (idle) await idle();
      }
      const elapsed = performance.now() - started;
      expect(handled.messages, all, "messages handled");
      return elapsed;
    },
  };
}

/** The time of sending alone: what was sent is handled while no clock runs. */
export function creations(send, idle) {
  return {
    async batch(times) {
      const all = handled.messages + times;
      let elapsed = 0;
      for (let left = times; left > 0; left -= CHUNK) {
        const started = performance.now();
        send(Math.min(left, CHUNK));
        elapsed += performance.now() - started;
        await idle();
      }
      expect(handled.messages, all, "messages handled");
      return elapsed;
    },
  };
}

/** One question after the other, each awaited; `answer(body)` is what the handler answers. */
export async function questions(ask) {
  expect(await ask(7), answer(BODIES[7]), "an answer");
  return {
    async batch(times) {
      let sum = 0;
      const started = performance.now();
      for (let i = 0; i < times; i++) sum += await ask(i % CHUNK);
      const elapsed = performance.now() - started;
      let expected = 0;
      for (let i = 0; i < times; i++) expected += answer(BODIES[i % CHUNK]);
      expect(sum, expected, "the sum of the answers");
      return elapsed;
    },
  };
}

export function answer(body) {
  return body.number + 1;
}

/**
 * Bytes by which the process is larger for each of `count` messages that wait; `fill(count)` sends them, and `empty()` has them
 * handled. Taken once: what is used again makes no process larger.
 */
export async function queued(fill, empty, count) {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = fill(count);
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  await empty(kept);
  return { sample: () => bytes };
}

function collect() {
  if (typeof gc === "function") gc();
  else if (typeof Bun === "object") Bun.gc(true);
  else throw new Error("this runtime has no gc()");
}
