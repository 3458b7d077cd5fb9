// The console gathers what it prints; what goes to the same descriptor through node:fs keeps its place.
import fs from "node:fs";

for (let n = 0; n < 3; n++) {
  console.log("console", n);
  fs.writeSync(1, `writeSync ${n}\n`);
}
console.log("before writeFileSync");
fs.writeFileSync(1, "writeFileSync\n");
process.stdout.write("stdout\n");
fs.writevSync(1, [Buffer.from("writev "), Buffer.from("sync\n")]);
console.log("before write");
fs.write(1, "write\n", () => console.log("written"));
