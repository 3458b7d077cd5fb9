// TextEncoder, TextDecoder, atob, btoa.
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
const encoder = new TextEncoder();
console.log(hex(encoder.encode("a\u{e9}\u{20ac}\u{1f600}\ud800")));
const into = new Uint8Array(5);
console.log(JSON.stringify(encoder.encodeInto("a\u{20ac}\u{1f600}", into)), hex(into));

console.log(JSON.stringify(new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff, 0xe2, 0x82]))));
console.log(new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf])).length);
const stream = new TextDecoder();
let text = "";
for (const byte of encoder.encode("\u{20ac}uro \u{1f600}")) text += stream.decode(Uint8Array.of(byte), { stream: true });
console.log(text + stream.decode());
console.log(new TextDecoder("shift_jis").decode(Uint8Array.of(0x93, 0xfa, 0x96, 0x7b)));
console.log(new TextDecoder("latin1").encoding, new TextDecoder(" UTF-16 ").encoding);
for (const wrong of [
  () => new TextDecoder("utf-7"),
  () => new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.of(0xff)),
  () => atob("a"),
  () => btoa("\u{20ac}"),
]) {
  try {
    wrong();
    console.log("no error");
  } catch (error) {
    console.log(`${error.name}: ${error.message}`);
  }
}
console.log(btoa("\xff\0a"), hex([...atob(" /w Bh\n")].map((char) => char.charCodeAt(0))));
console.log(btoa(""), JSON.stringify(atob("")));
