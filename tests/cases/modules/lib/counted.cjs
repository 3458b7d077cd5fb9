exports.load = ++globalThis.loads;
