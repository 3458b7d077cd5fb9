// A queue that an interval works off in batches.
const queue = Array.from({ length: 10 }, (_, i) => i);
let batches = 0;
const timer = setInterval(() => {
  const batch = queue.splice(0, 4);
  console.log(`batch ${++batches}: ${batch}`);
  if (queue.length === 0) {
    clearInterval(timer);
    console.log("done");
  }
}, 1);
