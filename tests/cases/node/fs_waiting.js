// A read that waits for somebody else (here a terminal that nobody types at) holds up neither timers nor other files.
const fs = require("node:fs");
const fd = fs.openSync("/dev/ptmx", "r+");
const buffer = Buffer.alloc(16);
fs.read(fd, buffer, 0, 16, null, (error, count) => {
  console.log("read", error, buffer.toString("utf8", 0, count).trim());
  fs.closeSync(fd);
});
let ticks = 0;
const timer = setInterval(async () => {
  if (++ticks < 3) return;
  clearInterval(timer);
  const many = await Promise.all(Array.from({ length: 20 }, () => fs.promises.readFile(__filename, "utf8")));
  console.log("ticks", ticks, many.every((text) => text.startsWith("// A read")));
  fs.writeSync(fd, "typed\n");
}, 5);
