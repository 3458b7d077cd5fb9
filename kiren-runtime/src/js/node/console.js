"use strict";
// node:console: the global console, and Console for others.

const { console } = load("console");
const { missing } = load("node/absent");

return Object.assign(console, { Console: load("node/console/class").Console }, missing("console", "createTask"));
