"use strict";
// krepis:mycelia - routes and messages. The rules are those of `mycelia-router`; docs/mycelia.md tells how they are used.
//
//   router.js         tables of programs              kernel.js         sending, asking, publishing
//   matcher.js        how they are asked              core.js           desks in line, and their turns
//   options.js        what programs may ask for       desk.js           a subsystem from the inside
//   errors.js         what can go wrong               message.js        messages, and their pool
//   stats.js          numbers                         topics.js         who subscribed to what
//   dead_letters.js   what nobody handled             supervision.js    what follows a failure
//   interceptors.js   around handlers                 subsystem.js      subsystems, as programs hold them
//   sequence.js       messages sent together          bus.js            other isolates, and Rust
//   workers.js        isolates on threads             worker.js         the beginning of one
//   mount.js          other processes, by NATS        frames.js         the sender's work, carried along

const { KernelError } = load("krepis/mycelia/errors");
const { Kernel } = load("krepis/mycelia/kernel");
const { Router } = load("krepis/mycelia/router");

return { Kernel, KernelError, Router };
