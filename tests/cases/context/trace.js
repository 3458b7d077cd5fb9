// Traces, headers, baggage: what comes in, and what goes out.
import assert from "node:assert/strict";
import { Context } from "krepis:context";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const HEADER = `00-${TRACE}-${SPAN}-01`;

// ---- the place in a trace ----
{
  using context = Context.create();
  assert.match(context.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
  assert.notEqual(context.traceId, "0".repeat(32));
  assert.notEqual(context.spanId, "0".repeat(16));
  assert.equal(context.traceparent, context.traceparent);
  assert.equal(context.traceparent, `00-${context.traceId}-${context.spanId}-${context.isSampled ? "03" : "02"}`);
  assert.equal(context.parentSpanId, undefined);
  assert.equal(context.tracestate, undefined);
  using twin = context.clone();
  using found = Context.find(context.id);
  assert.deepEqual([twin.traceparent, found.traceparent], [context.traceparent, context.traceparent]);
  using child = context.child();
  using sibling = context.child();
  for (const one of [child, sibling]) {
    assert.deepEqual([one.traceId, one.parentSpanId, one.isSampled], [context.traceId, context.spanId, context.isSampled]);
  }
  assert.equal(new Set([context, child, sibling].map((one) => one.spanId)).size, 3);
  // Asked below first: those above get their places.
  using other = Context.create();
  using below = other.child();
  using least = below.child();
  assert.equal(least.parentSpanId, below.spanId);
  assert.equal(below.parentSpanId, other.spanId);
  assert.equal(least.traceId, other.traceId);
  assert.notEqual(other.traceId, context.traceId);
  const all = Context.batch(200);
  assert.equal(new Set(all.map((one) => one.traceId)).size, 200);
  all.dispose();
}
{
  using context = Context.create({ traceparent: HEADER });
  assert.deepEqual([context.traceId, context.parentSpanId, context.isSampled], [TRACE, SPAN, true]);
  assert.notEqual(context.spanId, SPAN);
  using unsampled = Context.create({ traceparent: `00-${TRACE}-${SPAN}-00` });
  assert.equal(unsampled.isSampled, false);
  using child = context.child();
  assert.deepEqual([child.traceId, child.parentSpanId, child.isSampled], [TRACE, context.spanId, true]);
  using moved = context.child({ traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-00` });
  assert.deepEqual([moved.traceId, moved.parentSpanId, moved.isSampled], ["1".repeat(32), "2".repeat(16), false]);
}
for (const sampled of [true, false]) {
  using context = Context.create({ sampled });
  using child = context.child();
  using other = context.child({ sampled: !sampled });
  assert.deepEqual([context, child, other].map((one) => one.isSampled), [sampled, sampled, !sampled]);
  assert.equal(context.parentSpanId, undefined);
  for (const one of [child, other]) assert.deepEqual([one.traceId, one.parentSpanId], [context.traceId, context.spanId]);
  // What a traceparent says comes first.
  using continued = Context.create({ traceparent: HEADER, sampled });
  assert.deepEqual([continued.traceId, continued.isSampled], [TRACE, true]);
}
const valid = [HEADER, `01-${TRACE}-${SPAN}-00`, `cc-${TRACE}-${SPAN}-01-what-comes`, `00-${TRACE}-${SPAN}-ff`];
const wrong = [
  "", "x", `ff-${TRACE}-${SPAN}-01`, `00-${"0".repeat(32)}-${SPAN}-01`, `00-${TRACE}-${"0".repeat(16)}-01`, `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`, `00-${TRACE}-${SPAN}-1`, `00-${TRACE}-${SPAN}-01-`, `00-${TRACE}-${SPAN}-01x`, `0-${TRACE}-${SPAN}-01`,
  `00_${TRACE}_${SPAN}_01`, `00-${TRACE.slice(1)}-${SPAN}-01`, `00-${TRACE}g-${SPAN}-01`, `${HEADER}\n\n`, "\u20ac".repeat(20),
];
for (const header of valid) {
  using context = Context.create({ traceparent: header });
  using extracted = Context.from({ traceparent: header });
  assert.deepEqual([context.traceId, extracted.traceId, extracted.parentSpanId], [TRACE, TRACE, SPAN], header);
}
for (const header of wrong) {
  assert.throws(() => Context.create({ traceparent: header }), TypeError, header);
  // Of headers it is as if it were not there: a new trace.
  using context = Context.from({ traceparent: header, tracestate: "a=1" });
  assert.notEqual(context.traceId, TRACE, header);
  assert.deepEqual([context.parentSpanId, context.tracestate], [undefined, undefined], header);
}

// ---- headers in ----
const headers = {
  traceparent: HEADER, tracestate: "vendor=1,other=2", baggage: "user=ada,shop=a%20b;tier=1;new", "x-request-id": "id-7", "grpc-timeout": "2H",
  accept: "text/html",
};
const forms = {
  object: headers,
  "object without prototype": Object.assign(Object.create(null), headers),
  "upper case": Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])),
  "values in arrays": { ...headers, baggage: ["user=ada", "shop=a%20b;tier=1;new"], tracestate: ["vendor=1", "other=2"] },
  pairs: Object.entries(headers),
  Map: new Map(Object.entries(headers)),
  Headers: new Headers(headers),
  Request: new Request("http://localhost/", { headers }),
  Response: new Response("", { headers }),
  generator: (function* () {
    yield* Object.entries(headers);
  })(),
};
for (const [name, form] of Object.entries(forms)) {
  using context = Context.from(form);
  assert.deepEqual([context.traceId, context.parentSpanId, context.isSampled], [TRACE, SPAN, true], name);
  assert.equal(context.tracestate, "vendor=1,other=2", name);
  assert.deepEqual([...context.baggage], [["user", "ada"], ["shop", "a b"]], name);
  assert.deepEqual(context.baggage.properties("shop"), { tier: "1", new: true }, name);
  assert.equal(context.get("request.id"), "id-7", name);
  assert.ok(context.remaining > 3_600_000 && context.remaining <= 7_200_000, name);
  assert.equal(context.has("accept"), false);
}
for (const given of [undefined, null, "traceparent", 5, true]) assert.throws(() => Context.from(given), TypeError);
{
  // grpc-timeout: eight digits and a unit; what is not one is not there.
  const remaining = (timeout) => {
    using context = Context.from({ "grpc-timeout": timeout });
    return context.remaining;
  };
  for (const [timeout, most] of [["1H", 3.6e6], ["30M", 1.8e6], ["100S", 1e5], ["99999999m", 99_999_999], ["99999999u", 99_999.999]]) {
    assert.ok(remaining(timeout) <= most && remaining(timeout) > most / 2, timeout);
  }
  for (const timeout of ["0S", "0n", "1n"]) assert.equal(remaining(timeout), 0, timeout);
  for (const timeout of ["", "5", "S", "-1S", "1.5S", "123456789S", "5 S", "5s", "5D", "\u0665S"]) assert.equal(remaining(timeout), Infinity, timeout);
  using context = Context.create({ timeout: 60_000 });
  context.extract({ "grpc-timeout": "1H" });
  assert.ok(context.remaining <= 60_000, "a deadline only shrinks");
  using options = Context.from({ "grpc-timeout": "1H" }, { timeout: 1000, fields: { a: 1 } });
  assert.ok(options.remaining <= 1000 && options.get("a") === 1);
}

// ---- headers out ----
{
  using context = Context.from(headers);
  const expected = {
    traceparent: context.traceparent, tracestate: "vendor=1,other=2", baggage: headers.baggage, "x-request-id": "id-7",
  };
  const check = (made, name) => {
    const { "grpc-timeout": timeout, ...others } = made;
    assert.deepEqual(others, expected, name);
    assert.match(timeout, /^\d{1,8}[HMSmun]$/, name);
    using next = Context.from(made);
    assert.deepEqual([next.traceId, next.parentSpanId], [context.traceId, context.spanId], name);
    assert.ok(next.remaining <= 7_200_000 && next.remaining > 3_600_000, name);
  };
  check(Object.fromEntries(context.inject()), "by default");
  const given = new Headers({ traceparent: "x", accept: "text/html" });
  assert.equal(context.inject(given), given);
  assert.equal(given.get("accept"), "text/html");
  given.delete("accept");
  check(Object.fromEntries(given), "Headers");
  check(context.inject({}), "object");
  check(Object.fromEntries(context.inject(new Map())), "Map");
  check(Object.fromEntries(context.inject([["Traceparent", "x"]]).map(([name, value]) => [name.toLowerCase(), value])), "pairs");
  check(Object.fromEntries(context.inject(new Request("http://localhost/")).headers), "Request");
  using plain = Context.create();
  assert.deepEqual(Object.keys(plain.inject({})), ["traceparent"]);
  using child = context.child();
  assert.notEqual(child.inject({}).traceparent, context.traceparent);
  assert.equal(child.inject({}).baggage, headers.baggage);
}

// ---- baggage ----
{
  using context = Context.create();
  const { baggage } = context;
  assert.deepEqual([baggage.get("a"), baggage.has("a"), [...baggage], `${baggage}`, baggage.delete("a")], [undefined, false, [], "", false]);
  assert.equal(baggage.set("user", "ada").set("city", "K\u00f6ln, 5%; \"x\" \u20ac\\", { tier: 1, new: true, "a-b": "c d" }), baggage);
  console.log(`${baggage}`);
  console.log(baggage, JSON.stringify(baggage), baggage.properties("city"), baggage.properties("user"), baggage.properties("none"));
  assert.equal(context.baggage.get("city"), "K\u00f6ln, 5%; \"x\" \u20ac\\");
  baggage.set("user", "grace");
  assert.deepEqual([...baggage.entries()].map(([name]) => name).sort(), ["city", "user"]);
  using child = context.child();
  child.baggage.set("own", "1").delete("user");
  assert.deepEqual([...child.baggage].map(([name]) => name).sort(), ["city", "own"]);
  assert.deepEqual([...baggage].map(([name]) => name).sort(), ["city", "user"]);
  assert.equal(baggage.delete("city"), true);
  assert.equal(baggage.delete("user"), true);
  assert.deepEqual([...baggage], []);
  assert.equal(context.inject({}).baggage, undefined);
  baggage.set("__proto__", "x", { __proto__: null, ["__proto__"]: "y" });
  assert.deepEqual(Object.entries(baggage.properties("__proto__")), [["__proto__", "y"]]);
  assert.deepEqual(Object.entries(baggage.toJSON()), [["__proto__", "x"]]);
  baggage.delete("__proto__");
  // Values may be any text; names only tokens.
  for (const value of ["", " ", "=", ",", ";", "%", "%20", "a=b;c", "\t\n", "\u{1f600}", "\ud800"]) {
    assert.equal(context.baggage.set("any", value).get("any"), value.toWellFormed(), JSON.stringify(value));
    using next = Context.from(context.inject({}));
    assert.equal(next.baggage.get("any"), value.toWellFormed(), JSON.stringify(value));
  }
  assert.equal(baggage.set("number", 5).get("number"), "5");
  const throws = (call) => assert.throws(call, (error) => {
    console.log(`${error.name} ${error.code}: ${error.message}`);
    return true;
  });
  for (const name of ["", "a b", "a=b", "a,b", "\u20ac", "a;b", "a\n"]) throws(() => baggage.set(name, "x"));
  throws(() => baggage.set("a", "x", { "not a token": "x" }));
  throws(() => baggage.set("a", "x".repeat(8192)));
  baggage.delete("number");
  baggage.delete("any");
  throws(() => {
    for (let i = 0; ; i++) baggage.set(`m${i}`, i);
  });
  assert.equal([...baggage].length, 64);
  assert.ok(`${baggage}`.length <= 8192);
}
{
  // What comes in is cut to the limits.
  using many = Context.from({ baggage: Array.from({ length: 100 }, (_, i) => `m${i}=${i}`).join() });
  assert.deepEqual([...many.baggage].length, 64);
  using long = Context.from({ baggage: `a=1,b=${"x".repeat(9000)},c=3` });
  console.log([...long.baggage].map(([name]) => name));
  for (const header of ["", ",,,", "a", "=1", "a=1,,b=2", " a = 1 ;p , b=2", "a=%zz", "a=%ff", "a=1;;", "a=1;p=%41", "\u20ac=1", "a=1,a=2"]) {
    using context = Context.from({ baggage: header });
    const members = [...context.baggage].map(([name, value]) => [name, value, context.baggage.properties(name)]);
    console.log(`${JSON.stringify(header)} -> ${JSON.stringify(members)}`);
  }
}
