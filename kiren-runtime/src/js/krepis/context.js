"use strict";
// krepis:context - the context of a request: who asks, how long they will wait, whether they have gone, which trace it belongs
// to, and what else has to be known on the way. It lives in memory that Rust and all isolates of the process read and write:
// see `krepis-context`, and docs/context-layout.md.
//
//   context.js    Context, a handle               region.js     the memory; creating and releasing
//   variables.js  Variable and Snapshot           fields.js     finding and appending fields
//   baggage.js    what goes with a request        batch.js      many contexts at once
//   headers.js    headers in all their forms      frame.js (two folders up): what asynchronous work carries along

const { Context, pool } = load("krepis/context/context");
const { Snapshot, Variable } = load("krepis/context/variables");

return { Context, Snapshot, Variable, pool };
