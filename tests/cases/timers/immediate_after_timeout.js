// Inside an immediate, another immediate comes before a timeout that is not due; inside a timer too.
setImmediate(() => {
  setTimeout(() => console.log("2 timeout"), 30);
  setImmediate(() => console.log("1 immediate"));
});
