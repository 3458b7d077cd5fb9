const origin = process.argv[2];
const all = await Promise.all([1, 2, 3, 4].map(async (id) => {
  const response = await fetch(`${origin}/path/${id}`, { headers: { connection: "keep-alive" } });
  return `${response.status} ${JSON.stringify(response.statusText)} ${response.headers.get("x-version")} ${await response.text()}`;
}));
console.log(all.join("\n"));

async function* pieces() {
  for (let i = 0; i < 20; i++) yield new Uint8Array(10_000);
}
const upload = await fetch(`${origin}/upload`, { method: "POST", body: pieces(), duplex: "half" });
console.log(await upload.text());
const bytes = await fetch(`${origin}/bytes`, { method: "PUT", body: new Uint8Array(1_000_000) });
console.log(await bytes.text());
