"use strict";
// node:console: the global console, and Console for others.

const { console } = load("console");
const { missing } = load("node/absent");

// Of a debugger, of which there is none.
const debugging = { profile() {}, profileEnd() {}, timeStamp() {} };

const { Console } = load("node/console/class");

return Object.assign(console, { Console }, debugging, missing("console", "context createTask"));
