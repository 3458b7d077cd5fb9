// Ticks and microtasks run after each timer, not after all of them.
for (let i = 0; i < 3; i++) {
  setTimeout(() => {
    console.log("timer", i);
    Promise.resolve().then(() => console.log("  promise", i));
    process.nextTick(() => console.log("  tick", i));
  }, 1);
}
setTimeout(() => {
  for (let i = 0; i < 2; i++) {
    setImmediate(() => {
      console.log("immediate", i);
      queueMicrotask(() => console.log("  microtask", i));
    });
  }
}, 5);
