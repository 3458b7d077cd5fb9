// nextTick: before promises, with arguments, and a storm of them does not starve what follows.
let ticks = 0;
process.nextTick(function again() {
  if (++ticks < 10_000) process.nextTick(again);
});
setTimeout(() => console.log("timer after", ticks, "ticks"), 0);
process.nextTick((...args) => console.log(args.join()), 1, 2, 3, 4);
