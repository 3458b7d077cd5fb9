// A timer never fires early.
const start = Date.now();
setTimeout(() => {
  const drift = Date.now() - start - 50;
  console.log("not early:", drift >= -1);
}, 50);
