// 'data' without an encoding, 'end', 'close'.
const { stdin } = process;
console.log(stdin.readableFlowing, stdin.isTTY, stdin.setRawMode);
let text = "";
stdin.on("data", (chunk) => {
  text += chunk;
  console.log(chunk instanceof Uint8Array);
});
stdin.on("end", () => console.log("end", JSON.stringify(text), stdin.readableEnded));
stdin.on("close", () => console.log("close"));
