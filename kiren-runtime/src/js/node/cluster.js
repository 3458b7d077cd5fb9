"use strict";
// node:cluster: one process, which is the primary one.

const { EventEmitter } = load("node/emitter");

return Object.assign(new EventEmitter(), load("node/absent").moduleOf("cluster", {
  isWorker: false, isMaster: true, isPrimary: true, workers: {}, settings: {}, SCHED_NONE: 1, SCHED_RR: 2,
  schedulingPolicy: 2,
}));
