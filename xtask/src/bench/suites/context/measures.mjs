// What is measured of every kind of context: given functions that make one, let go of it, or have a whole request.

const BURST = 10_000;
// Creations that are timed together: reading the clock costs as much as one of them.
const GROUP = 10;

/** 10,000 alive at once; the nanoseconds that a `share` of all creations does not exceed. */
export function burst(create, release, share) {
  const alive = new Array(BURST).fill(undefined);
  const times = new Float64Array(BURST / GROUP);
  const sample = () => {
    for (let i = 0, group = 0; i < BURST; group++) {
      const started = performance.now();
      for (const end = i + GROUP; i < end; i++) alive[i] = create();
      times[group] = performance.now() - started;
    }
    for (let i = 0; i < BURST; i++) {
      release(alive[i]);
      alive[i] = undefined;
    }
    times.sort();
    return (times[Math.floor(times.length * share)] * 1e6) / GROUP;
  };
  for (let i = 0; i < 20; i++) sample();
  return { sample };
}

const WARM = 50_000;
const kept = new Array(8).fill(undefined);

/** So many requests; what they return goes through memory that outlives the loop. */
function repeat(request, times) {
  for (let i = 0; i < times; i++) kept[i & 7] = request();
}

/** Bytes of the JavaScript heap and what hangs on it, buffers included. */
function used() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collect() {
  if (typeof gc === "function") gc();
  else if (typeof Bun === "object") Bun.gc(true);
  else throw new Error("this runtime has no gc()");
}

/** Bytes that a request takes from the young generation: what it grows by while nothing is collected. */
export function garbage(request) {
  const REQUESTS = 256;
  const growth = (work) => {
    const grown = [];
    for (let i = 0; i < 101; i++) {
      const before = used();
      repeat(work, REQUESTS);
      const after = used();
      // Less than before: a collection came between.
      if (after >= before) grown.push(after - before);
    }
    return grown.sort((a, b) => a - b)[grown.length >> 1];
  };
  const nothing = () => 0;
  const object = () => ({ a: 1, b: 2 });
  for (const work of [request, nothing, object]) {
    repeat(work, WARM);
    growth(work);
  }
  if (growth(object) < 8 * REQUESTS) throw new Error("memoryUsage() here does not see what is not yet collected");
  return { sample: () => Math.max(0, growth(request) - growth(nothing)) / REQUESTS };
}

/** By how many bytes the heap is larger at most while so many requests come one after the other. */
export function peak(request, requests) {
  repeat(request, WARM);
  const sample = () => {
    collect();
    const before = used();
    let most = before;
    for (let block = 0; block < 1000; block++) {
      repeat(request, requests / 1000);
      most = Math.max(most, used());
    }
    return most - before;
  };
  return { sample };
}

/** By how many bytes it is larger after them, when all garbage is collected. */
export function growth(request, requests) {
  repeat(request, WARM);
  const sample = () => {
    collect();
    const before = used();
    repeat(request, requests);
    collect();
    return Math.max(0, used() - before);
  };
  return { sample };
}
