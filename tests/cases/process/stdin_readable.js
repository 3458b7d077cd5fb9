// 'readable' with read(size).
const pieces = [];
process.stdin.setEncoding("utf8");
process.stdin.on("readable", () => {
  for (let piece; (piece = process.stdin.read(5)) !== null;) pieces.push(piece);
});
process.stdin.on("end", () => console.log(JSON.stringify(pieces)));
