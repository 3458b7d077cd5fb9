// What is no function is an error; a delay may be anything.
for (const make of [setTimeout, setInterval, setImmediate, queueMicrotask, process.nextTick]) {
  for (const value of [undefined, "code"]) {
    try {
      make(value);
      console.log("no error");
    } catch (error) {
      console.log(error.name, error.code);
    }
  }
}
for (const delay of [undefined, null, NaN, -1, "5", {}, Infinity, 2 ** 31]) {
  setTimeout(() => {}, delay);
}
console.log(setTimeout.name, setTimeout(() => {}, 1).constructor.name);
