"use strict";
// krepis:context - the context of a request: who asks, how long they will wait, whether they have gone, which trace it belongs
// to, and what else has to be known on the way. It lives in memory that Rust and all isolates of the process read and write:
// see `krepis-context`, and docs/context-layout.md.
//
//   context.js    Context, a handle               region.js     the memory; creating and releasing
//   variables.js  Variable and Snapshot           fields.js     names, and finding fields
//   baggage.js    what goes with a request        reasons.js    why contexts are over
//   headers.js    headers in all their forms      listening.js  who waits for that
//   batch.js      many contexts at once           lost.js       handles that nobody disposes of
//   served.js     for the server, fetch, Rust     frame.js (two folders up): what asynchronous work carries along

const { Context, pool } = load("krepis/context/context");
const { Snapshot, Variable } = load("krepis/context/variables");

return { Context, Snapshot, Variable, pool };
