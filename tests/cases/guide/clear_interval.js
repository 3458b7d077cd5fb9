// An interval that a timeout ends.
let ticks = 0;
const interval = setInterval(() => ticks++, 5);
setTimeout(() => {
  clearInterval(interval);
  const counted = ticks;
  console.log("ticked:", counted > 0);
  setTimeout(() => console.log("stopped:", ticks === counted), 20);
}, 40);
