// Timers made in timers, down to a depth, and immediates in immediates.
const order = [];
function deeper(depth) {
  order.push(depth);
  if (depth < 5) setTimeout(deeper, 1, depth + 1);
  else console.log("timeouts:", order.join(" "));
}

let turns = 0;
setImmediate(function again() {
  if (++turns < 100) {
    setImmediate(again);
  } else {
    console.log("immediates:", turns);
    setTimeout(deeper, 1, 1);
  }
});
