// The clock of the suites, the same on every runtime: it needs performance.now() and console.log, and nothing else.
//
// A program exports `figures`: functions that set up, given the options of `measure`, and return what is measured:
//
//   a function       to be called
//   { promised }     one whose promise is awaited
//   { batch }        one that does it as often as it is told and returns, or promises, the milliseconds that took
//   { sample }       one that returns or promises a value, in whatever the figure counts
//   { series }       values that it has taken by itself, with `samples`
//
// Prints one line of JSON: samples, of what is timed in nanoseconds a call, or an error.

const WARM_UP_MS = 200;

// What calls return goes through memory that outlives the loop: no call is without effect.
const kept = new Array(8).fill(undefined);

function batch(call, times) {
  const started = performance.now();
  for (let i = 0; i < times; i++) kept[i & 7] = call();
  return performance.now() - started;
}

async function batchPromised(call, times) {
  const started = performance.now();
  for (let i = 0; i < times; i++) kept[i & 7] = await call();
  return performance.now() - started;
}

/** `load` imports the program; a batch takes about `batchMs`. */
export async function measure(load, figure, options) {
  let result;
  try {
    const { figures } = await load();
    result = summary(await samples(await figures[figure](options), options));
  } catch (error) {
    result = { error: firstLine(error) };
  }
  console.log(JSON.stringify({ figure, ...result }));
}

/** What `measure` prints of a figure; `warmUpMs` is how long it is called before. */
export async function samples(work, { rounds, batchMs, warmUpMs = WARM_UP_MS }) {
  if (work.series) return work.series;
  const samples = [];
  if (work.sample) {
    for (let round = 0; round < rounds; round++) samples.push(await work.sample());
    return samples;
  }
  const time = timer(work);

  // Warming up finds out how many calls make a batch.
  let times = 1;
  let elapsed = 0;
  for (let all = 0; all < warmUpMs || elapsed < batchMs / 2; all += elapsed) {
    if (elapsed < batchMs / 2) times *= 2;
    elapsed = await time(times);
  }
  times = Math.max(1, Math.round((times * batchMs) / elapsed));

  for (let round = 0; round < rounds; round++) samples.push(((await time(times)) * 1e6) / times);
  return samples;
}

function timer(work) {
  if (work.batch) return work.batch;
  if (work.promised) return (times) => batchPromised(work.promised, times);
  return (times) => batch(work, times);
}

function summary(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { best: sorted[0], median, samples };
}

function firstLine(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split("\n", 1)[0];
}
