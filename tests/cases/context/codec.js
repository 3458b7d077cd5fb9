// Contexts as bytes, and the layout from both sides: what JavaScript wrote in place is read by Rust (entries, encode), and what
// Rust wrote (long values, headers, decoded bytes) is read in place by JavaScript.
import assert from "node:assert/strict";
import { Context, pool } from "krepis:context";

const before = pool.statistics();
const formats = ["flatbuffers", "protobuf", "json"];

const short = {
  zero: 0, negative: -1, "31 bits": 2 ** 31 - 1, "32 bits": -(2 ** 31), "33 bits": 2 ** 32 + 1, safe: Number.MAX_SAFE_INTEGER,
  least: Number.MIN_SAFE_INTEGER, half: 0.5, minusZero: -0, infinity: -Infinity, tiny: 5e-324, yes: true, no: false, empty: "",
  one: "x", four: "abcd", seven: "abcdefg", eight: "abcdefgh", "forty-eight": "x".repeat(48), "": "the empty name", "user.id": "well-known",
};
const long = {
  big: 2n ** 62n, smallest: -(2n ** 63n), "forty-nine": "x".repeat(49), text: "\u20ac\u{1f600}".repeat(30), bytes: Uint8Array.of(0, 255, 128),
  none: new Uint8Array(), ["long name ".repeat(30)]: 1, "\u20ac": "name", large: "large ".repeat(500),
};

/** The context's fields as each side sees them. */
function views(context) {
  const byRust = [...context.entries()];
  using other = context.clone();
  using child = context.child();
  for (const handle of [context, other, child]) {
    for (const [name, value] of byRust) assert.deepEqual(handle.get(name), value, name);
    using below = handle.batch(2);
    for (const [name, value] of byRust) assert.deepEqual(below.read(name), [value, value], name);
  }
  return byRust;
}

// ---- what JavaScript wrote, what Rust wrote, in turn, into the slot and into pages ----

for (const all of [short, long, { ...short, ...long }, { ...long, ...short }, { padding: "x".repeat(700), ...short, ...long }]) {
  using context = Context.create({ fields: all });
  assert.deepEqual(views(context), Object.entries(all));
  for (const format of formats) {
    using decoded = Context.decode(context.encode(format), format);
    assert.deepEqual(views(decoded), Object.entries(all), format);
    // And on from there.
    decoded.set("after", 1).set("one", "y").delete("zero");
    assert.deepEqual([decoded.get("after"), decoded.get("one"), decoded.get("zero")], [1, "y", undefined]);
    assert.equal(decoded.get("\u20ac"), all["\u20ac"]);
  }
}
{
  // A decoded context has the fields of those above as its own.
  using parent = Context.create({ fields: { a: 1, b: 2 } });
  using child = parent.child({ fields: { b: "own", c: "long ".repeat(20) } });
  child.delete("a");
  for (const format of formats) {
    using decoded = Context.decode(child.encode(format), format);
    assert.deepEqual([...decoded], [["b", "own"], ["c", "long ".repeat(20)]]);
  }
}
{
  using context = Context.create({ fields: { own: "x" } });
  context.extract({
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=1,b=2", baggage: "k=v", "x-request-id": "id-1",
  });
  context.set("after", 5);
  assert.deepEqual(views(context).map(([name]) => name).sort(), ["after", "baggage", "own", "request.id", "tracestate"]);
  context.baggage.set("k2", "v2");
  assert.equal(context.get("baggage"), "k=v,k2=v2");
  views(context);
  for (const format of formats) {
    using decoded = Context.decode(context.encode(format), format);
    assert.deepEqual([...decoded], [...context]);
    assert.equal(decoded.traceId, context.traceId);
    assert.equal(decoded.isSampled, true);
    // Who decodes works below who encoded.
    assert.equal(decoded.parentSpanId, context.spanId);
    assert.notEqual(decoded.spanId, context.spanId);
    console.log(format, [...decoded.baggage].join(";"));
  }
}
{
  // Deadline and cause.
  using context = Context.create({ timeout: 1e8 });
  for (const format of formats) {
    using decoded = Context.decode(context.encode(format), format);
    assert.ok(Math.abs(decoded.remaining - context.remaining) < 60_000, `${decoded.remaining}`);
    assert.equal(decoded.cause, undefined);
  }
  context.cancel("overload");
  for (const format of formats) {
    using decoded = Context.decode(context.encode(format), format);
    console.log(format, "cause:", decoded.cause);
  }
}
{
  using context = Context.create({ fields: { a: 1, b: "text", c: Uint8Array.of(171, 205) } });
  const json = context.encode("json");
  console.log(typeof json, json.replace(/00-\w{32}-\w{16}-02/, "TRACEPARENT"));
  assert.ok(context.encode() instanceof Uint8Array);
  assert.deepEqual(context.encode(), context.encode("flatbuffers"));
  // Bytes may come in whichever form.
  const bytes = context.encode("protobuf");
  const padded = new Uint8Array(bytes.length + 8);
  padded.set(bytes, 4);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  for (const given of [
    bytes, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), new DataView(padded.buffer, 4, bytes.length), shared,
    Buffer.from(bytes), padded.subarray(4, 4 + bytes.length),
  ]) {
    using decoded = Context.decode(given, "protobuf");
    assert.deepEqual([...decoded], [...context]);
  }
  using byDefault = Context.decode(context.encode());
  using fromText = Context.decode(json);
  using fromBytes = Context.decode(new TextEncoder().encode(json), "json");
  for (const decoded of [byDefault, fromText, fromBytes]) assert.deepEqual([...decoded], [...context]);
}
{
  // Into bytes that there are.
  using context = Context.create({ fields: { ...short, ...long }, traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
  for (const format of ["flatbuffers", "protobuf"]) {
    const expected = context.encode(format);
    const bytes = new Uint8Array(expected.length + 20).fill(7);
    assert.equal(context.encodeInto(bytes.subarray(5), format), expected.length);
    assert.deepEqual(bytes.slice(5, 5 + expected.length), expected);
    assert.deepEqual([...bytes.slice(0, 5), ...bytes.slice(5 + expected.length)], Array(20).fill(7));
    assert.equal(context.encodeInto(new Uint8Array(expected.length), format), expected.length);
    for (const length of [0, 1, expected.length - 1]) {
      const small = new Uint8Array(new ArrayBuffer(expected.length + 8), 0, length);
      assert.throws(() => context.encodeInto(small, format), RangeError);
      assert.ok(new Uint8Array(small.buffer, length).every((byte) => byte === 0), "nothing is written behind them");
    }
  }
  for (const wrong of [undefined, null, "x", 5, {}, []]) assert.throws(() => context.encodeInto(wrong), TypeError);
  for (const format of ["json", "xml", null]) assert.throws(() => context.encodeInto(new Uint8Array(9999), format), TypeError);
  // Larger than what is encoded in one piece first.
  using large = Context.create();
  for (let i = 0; i < 4; i++) large.set(`large ${i}`, `${i}`.repeat(15_000));
  for (const format of formats) {
    using decoded = Context.decode(large.encode(format), format);
    assert.deepEqual([...decoded], [...large]);
  }
}

// ---- hostile bytes ----

function refused(given, format) {
  try {
    Context.decode(given, format).dispose();
  } catch (error) {
    assert.ok(error instanceof Error && typeof error.code === "string", String(error));
    return error;
  }
  return undefined;
}

let state = 4;
function random(below) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor(state / 65_536) % below;
}
const original = Context.create({ fields: { ...short, ...long }, traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
const counts = { refused: 0, taken: 0 };
for (const format of formats) {
  const text = original.encode(format);
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let length = 0; length < bytes.length; length += 1 + random(40)) {
    const error = refused(bytes.slice(0, length), format);
    // Protobuf that ends after a field is whole; what FlatBuffers have at the end may be a gap.
    if (format !== "protobuf" && length < bytes.length - 8) assert.equal(error?.code, "ERR_CONTEXT_MALFORMED", `${format} of ${length} bytes`);
  }
  for (let i = 0; i < 2000; i++) {
    const broken = bytes.slice();
    for (let flips = 1 + random(4); flips > 0; flips--) broken[random(broken.length)] = random(256);
    counts[refused(broken, format) === undefined ? "taken" : "refused"]++;
  }
  for (let i = 0; i < 500; i++) refused(Uint8Array.from({ length: random(200) }, () => random(256)), format);
}
assert.ok(counts.refused > 500 && counts.taken > 100, JSON.stringify(counts));
original.dispose();

const show = (given, format) => {
  const error = refused(given, format);
  console.log(error === undefined ? `${format ?? "by default"}: taken` : `${error.name} ${error.code}: ${error.message}`);
};
show("", "json");
show("null");
show("[]");
show("{}");
show('{"fields":{"a":{"$bytes":"xyz"}}}');
show('{"fields":{"a":[1]}}');
show('{"fields":{"a":null}}');
show('{"fields":5}');
show('{"unknown":5}');
show('{"traceparent":"x"}');
show('{"fields":{"a":1e999}}');
show('{"fields":{"a":18446744073709551615}}');
show(`{"fields":{"a":${"[".repeat(10_000)}`);
show(`{"fields":{"a":"${"x".repeat(20_000)}"}}`);
show(`{"fields":{${Array.from({ length: 5000 }, (_, i) => `"${i}":"${"x".repeat(20)}"`)}}}`);
show("\ud800", "json");
show(new Uint8Array(), "flatbuffers");
show(new Uint8Array(), "protobuf");
show(new Uint8Array(5_000_000), "flatbuffers");
show(new Uint8Array(5_000_000), "protobuf");
show(new Uint8Array(8).fill(255), "protobuf");
show(Uint8Array.of(75, 67, 84, 88), "flatbuffers");
for (const format of ["xml", "", "JSON", "__proto__", null, undefined, 5]) {
  using context = Context.create();
  try {
    context.encode(format);
    console.log("encode", format, "taken");
  } catch (error) {
    console.log(`${error.name} ${error.code}: ${error.message}`);
  }
  show(new Uint8Array(4), format);
}
for (const given of [5, null, undefined, {}, [1, 2], true]) assert.throws(() => Context.decode(given), TypeError);
const after = pool.statistics();
assert.equal(after.inUse, before.inUse);
assert.equal(after.pagesInUse, before.pagesInUse);
