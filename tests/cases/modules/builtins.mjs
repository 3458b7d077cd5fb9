// Built-ins by both names, as namespace, default and named exports.
import EventEmitter, { once, EventEmitter as Named } from "node:events";
import bare from "events";
import process, { argv, nextTick, env } from "node:process";
console.log(EventEmitter === Named, EventEmitter === bare, once === EventEmitter.once);
console.log(process === globalThis.process, argv === process.argv, nextTick === process.nextTick, env === process.env);
