"use strict";
// node:console: the global console, and Console for others.

const { console } = load("console");
const { missing } = load("node/absent");
const { Console } = load("node/console/class");

// Of a debugger, of which there is none.
const debugging = { profile() {}, profileEnd() {}, timeStamp() {} };

Object.defineProperty(console, "Console", { value: Console, writable: true, enumerable: true, configurable: true });

return Object.assign(console, debugging, missing("console", "context createTask"));
