// Clearing: before, inside callbacks, itself, twice, by number, and things that are no timers.
const never = setTimeout(() => console.log("never"), 1);
clearTimeout(never);
clearTimeout(never);
clearTimeout(undefined);
clearTimeout(null);
clearTimeout("x");
clearTimeout({});
clearInterval(123456);
clearImmediate(undefined);

const second = setTimeout(() => console.log("second: never"), 2);
setTimeout(() => {
  console.log("first clears second and third");
  clearTimeout(second);
  clearTimeout(third);
}, 1);
const third = setTimeout(() => console.log("third: never"), 1);

const byNumber = +setTimeout(() => console.log("by number: never"), 1);
console.log(typeof byNumber);
clearTimeout(byNumber);

// Each part starts the next one, so that the order does not depend on the machine's speed.
let count = 0;
const interval = setInterval(() => {
  console.log("interval", ++count);
  if (count < 3) return;
  clearInterval(interval);
  const self = setTimeout(() => {
    clearTimeout(self);
    console.log("cleared itself");
    immediates();
  }, 1);
}, 2);

function immediates() {
  setImmediate(() => {
    console.log("immediate clears the next");
    clearImmediate(next);
  });
  const next = setImmediate(() => console.log("next: never"));
}
