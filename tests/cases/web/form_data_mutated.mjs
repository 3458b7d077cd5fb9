// A multipart body that is cut, doubled, swapped and scribbled on: entries or a TypeError, never anything else.
const BOUNDARY = "----x'()+_,-./:=?y";
const BODY = [
  `--${BOUNDARY}`,
  'Content-Disposition: form-data; name="plain"',
  "",
  "value \u00e9",
  `--${BOUNDARY}`,
  'content-disposition: form-data; name="file%22"; filename="a %22b.txt"',
  "Content-Type: text/plain; charset=utf-8",
  "",
  "line\r\n--not the end\r\n",
  `--${BOUNDARY}`,
  'Content-Disposition: form-data; name=bare; filename=""',
  "",
  "",
  `--${BOUNDARY}--`,
  "",
].join("\r\n");

let state = 20_26;
/** Numbers that look random and are always the same. */
function random(below) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor(state / 2 ** 32 * below);
}

const PIECES = ["\r\n", "\r", "\n", "--", BOUNDARY, '"', ";", ":", "=", "name=", "\0", "\u00ff", "Content-Type:", "\r\n\r\n"];
const encoder = new TextEncoder();

function splice(bytes, from, to, middle) {
  const result = new Uint8Array(from + middle.length + bytes.length - to);
  result.set(bytes.subarray(0, from));
  result.set(middle, from);
  result.set(bytes.subarray(to), from + middle.length);
  return result;
}

function mutate(bytes) {
  const from = random(bytes.length + 1);
  const to = Math.min(bytes.length, from + random(40));
  switch (random(6)) {
    case 0: return bytes.subarray(0, from);
    case 1: return splice(bytes, from, to, new Uint8Array(0));
    case 2: return splice(bytes, from, from, bytes.slice(from, to));
    case 3: return splice(bytes, from, from, encoder.encode(PIECES[random(PIECES.length)]));
    case 4: return splice(bytes, from, to, Uint8Array.from({ length: random(8) }, () => random(256)));
    default: {
      const other = random(bytes.length + 1);
      return splice(bytes, from, to, bytes.slice(other, other + random(60)));
    }
  }
}

const TYPES = [
  `multipart/form-data; boundary="${BOUNDARY}"`,
  `Multipart/Form-Data;charset=utf-8; BOUNDARY="${BOUNDARY}"`,
  'multipart/form-data; boundary=""',
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
];

async function outcome(body, type) {
  try {
    const form = await new Response(body, { headers: { "content-type": type } }).formData();
    for (const [name, value] of form) {
      if (typeof name !== "string" || !name.isWellFormed()) return "a name that is no string";
      if (typeof value === "string" ? !value.isWellFormed() : !(value instanceof File)) return "a value of no form";
      if (value instanceof File && (await value.arrayBuffer()).byteLength !== value.size) return "a file of no size";
    }
    return "entries";
  } catch (error) {
    return error?.constructor === TypeError && error.message !== "" ? "TypeError" : `${error}`;
  }
}

const first = await new Response(BODY, { headers: { "content-type": TYPES[0] } }).formData();
for (const [name, value] of first) {
  console.log(JSON.stringify(name), typeof value === "string" ? value : [value.name, value.type, await value.text()]);
}
const counts = {};
for (let round = 0; round < 600; round++) {
  let body = encoder.encode(BODY);
  for (let steps = 1 + random(4); steps > 0; steps--) body = mutate(body);
  const type = TYPES[round % 3 === 0 ? random(TYPES.length) : 0];
  const found = await outcome(body, type);
  counts[found] = (counts[found] ?? 0) + 1;
}
console.log(Object.keys(counts).sort(), counts.entries > 0 && counts.TypeError > 0);
for (const type of TYPES) console.log(type.slice(0, 30), await outcome(encoder.encode(BODY), type));
