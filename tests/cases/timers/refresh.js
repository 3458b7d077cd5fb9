// refresh() starts the time again; it does nothing after it was cleared.
let fired = 0;
const timer = setTimeout(() => {
  fired++;
  console.log("fired", fired);
}, 40);
setTimeout(() => {
  console.log("refreshed", timer.refresh() === timer);
}, 20);
setTimeout(() => console.log("at 50:", fired), 50);
const cleared = setTimeout(() => console.log("cleared: never"), 1);
clearTimeout(cleared);
cleared.refresh();
