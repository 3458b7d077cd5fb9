// Ticks, microtasks, timers and immediates in their order; timers of different delays by time.
console.log("start");
setTimeout(() => console.log("timeout 20"), 20);
setTimeout(() => console.log("timeout 10"), 10);
setTimeout((a, b) => console.log("timeout 1 with arguments", a, b), 1, "a", "b");
setTimeout(() => console.log("timeout 1, second"), 0);
process.nextTick((x) => console.log("tick", x), 1);
queueMicrotask(() => {
  console.log("microtask");
  process.nextTick(() => console.log("tick from a microtask"));
  queueMicrotask(() => console.log("microtask from a microtask"));
});
Promise.resolve().then(() => console.log("promise"));
process.nextTick(() => console.log("tick 2"));
console.log("end");
