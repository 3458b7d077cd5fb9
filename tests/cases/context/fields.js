// Fields of contexts: every type at its borders, read in each way there is; names and texts of all lengths.
import assert from "node:assert/strict";
import { Context } from "krepis:context";

/** The value as `get` of the handle that set it, of a fresh handle and of a child, as `entries` and as JSON give it. */
function readings(name, value) {
  using context = Context.create();
  context.set(name, value);
  using other = context.clone();
  using child = context.child();
  using found = Context.find(context.id);
  const all = [context, other, child, found].map((handle) => handle.get(name));
  all.push(...[context, child].map((handle) => new Map(handle.entries()).get(name)));
  assert.ok(context.has(name) && child.has(name));
  for (const one of all) assert.deepEqual(one, all[0]);
  return { value: all[0], json: JSON.stringify(context.toJSON().fields[name]) };
}

for (const value of [
  0, -0, 1, -1, 0.5, -1.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, -(2 ** 32) - 1, 2 ** 53 - 1, -(2 ** 53) + 1,
  2 ** 53, 2 ** 63, 2 ** 64, 1e21, 1e300, 5e-324, Number.MAX_VALUE, NaN, Infinity, -Infinity,
  0n, 5n, -5n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), true, false, "", "text",
]) {
  const read = readings("field", value);
  // What fits in a number without loss is one, however it was set.
  const expected = typeof value === "bigint" && value >= -(2n ** 53n) + 1n && value < 2n ** 53n ? Number(value) : value;
  assert.ok(Object.is(read.value, expected), `${String(value)} was read as ${String(read.value)}`);
  console.log(typeof value, Object.is(value, -0) ? "-0" : String(value), "json:", read.json);
}
for (const value of [2n ** 63n, -(2n ** 63n) - 1n, undefined, null, {}, [], () => {}, Symbol("s"), new Date(0), new Map()]) {
  using context = Context.create({ fields: { field: "before" } });
  assert.throws(() => context.set("field", value), (error) => {
    console.log(`${error.name} ${error.code}: ${error.message}`);
    return true;
  });
  assert.equal(context.get("field"), "before");
}
for (const name of [undefined, null, 5, {}, Symbol("s")]) {
  using context = Context.create();
  for (const call of [() => context.set(name, 1), () => context.get(name), () => context.has(name), () => context.delete(name)]) {
    assert.throws(call, TypeError);
  }
}

// ---- texts of every length around words and what JavaScript writes by itself ----

const lengths = [...Array(100).keys(), 127, 128, 255, 256, 257, 1000, 4000];
for (const length of lengths) {
  for (const letter of ["x", "\0", "\x7f", "\x80", "\u00ff", "\u0100", "\u20ac", "\u{1f600}"]) {
    const ascii = "abcdefgh".repeat(500).slice(0, length);
    for (const text of [ascii, ascii + letter, letter + ascii, ascii.slice(0, 3) + letter + ascii]) {
      assert.equal(readings("text", text).value, text);
    }
  }
}
for (const text of ["\ud800", "a\udc00", "\ud83d\ude00", "\ude00\ud83d", "x".repeat(46) + "\ud83d", "x".repeat(47) + "\ud83d\ude00"]) {
  assert.equal(readings("text", text).value, text.toWellFormed());
}

// ---- names ----

const names = [
  "", "a", "ab", "abc", "abcd", "abcde", "abcdefgh", "abcdefghi", "traceparent", "user.id", "__proto__", "constructor", "toString",
  "\0", "\u20ac", "\u{1f600}", "name with spaces", "\"quoted\"\n", ...[255, 256, 257, 300, 3000].map((length) => "n".repeat(length)),
];
{
  using context = Context.create();
  names.forEach((name, i) => context.set(name, i));
  names.forEach((name, i) => assert.equal(context.get(name), i, JSON.stringify(name)));
  assert.deepEqual([...context.entries()], names.map((name, i) => [name, i]));
  assert.deepEqual([...context], [...context.entries()]);
  using child = context.child();
  names.forEach((name, i) => child.set(name, `${i}`));
  names.forEach((name, i) => assert.deepEqual([context.get(name), child.get(name)], [i, `${i}`]));
  for (const name of names) assert.equal(child.delete(name), true);
  for (const name of names) assert.deepEqual([child.get(name), child.has(name), context.has(name)], [undefined, false, true]);
}
// Names of one length with the same first and last four bytes have the same tag.
{
  using context = Context.create();
  const name = (i) => `head${String(i).padStart(3, "0")}tail`;
  for (let i = 0; i < 200; i++) context.set(name(i), i);
  using child = context.child({ fields: { [name(7)]: "own" } });
  for (let i = 0; i < 200; i++) assert.deepEqual([context.get(name(i)), child.get(name(i))], [i, i === 7 ? "own" : i]);
  assert.equal(context.has(name(200)), false);
  assert.equal([...child].length, 200);
}
// In UTF-8 there are no lone surrogates: such a name is the same as one with U+FFFD in its place.
{
  using parent = Context.create({ fields: { "a\ufffd": 1 } });
  using child = parent.child();
  assert.equal(child.get("a\ufffd"), 1);
  child.set("a\ud800", 2);
  assert.deepEqual(["a\ud800", "a\udfff", "a\ufffd"].map((name) => child.get(name)), [2, 2, 2]);
  assert.deepEqual([...child], [["a\ufffd", 2]]);
  assert.equal(child.delete("a\udbff"), true);
  assert.equal(child.get("a\ufffd"), undefined);
}
// More names than are remembered.
{
  using context = Context.create();
  const contexts = [context];
  for (let i = 0; i < 6000; i++) {
    if (i % 100 === 0) contexts.push(contexts[0].child());
    contexts.at(-1).set(`made up ${i}`, i);
    assert.equal(contexts.at(-1).get(`made up ${i}`), i);
  }
  for (let i = 0; i < 6000; i++) assert.equal(contexts[1 + Math.floor(i / 100)].get(`made up ${i}`), i);
  assert.equal(contexts[1].get("made up 100"), undefined);
  for (const one of contexts) one.dispose();
}

// ---- bytes ----

for (const length of [0, 1, 7, 8, 9, 48, 100, 1000, 4000]) {
  const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
  const read = readings("bytes", bytes);
  assert.ok(read.value instanceof Uint8Array);
  assert.deepEqual(read.value, bytes);
}
{
  const buffer = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer;
  const shared = new SharedArrayBuffer(4);
  new Uint8Array(shared).set([9, 8, 7]);
  const of = (value) => [...readings("bytes", value).value].join();
  console.log(of(buffer), of(new DataView(buffer, 2, 3)), of(new Uint16Array(buffer, 2, 1)), of(shared), of(new Uint8Array(shared, 1)));
  console.log(of(Buffer.from("text")), readings("bytes", Buffer.from("text")).json);
  using context = Context.create();
  const bytes = Uint8Array.of(1, 2, 3);
  context.set("bytes", bytes);
  bytes[0] = 9;
  const got = context.get("bytes");
  got[1] = 9;
  console.log("copies:", context.get("bytes"), got, context.get("bytes") === context.get("bytes"));
}
