// The place, the source and the stack of an uncaught error.
function outer() {
  inner({ deep: true });
}

function inner(options) {
  throw new TypeError(`not possible: ${options.deep}`);
}

console.log("before");
outer();
