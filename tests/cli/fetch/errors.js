// Every failure is a TypeError that names what failed, with Node's code on its cause.
const origin = process.argv[2];

async function show(url, init) {
  try {
    const response = await fetch(url, init);
    console.log("no error", await response.text());
  } catch (error) {
    console.log(error.constructor.name, error.message.replaceAll(origin, "ORIGIN"), error.cause?.code);
  }
}

for (const path of ["/close", "/nonsense", "/bad-header", "/two-lengths", "/short", "/short-chunked"]) {
  await show(origin + path);
}
// Whether a reset or an end arrives is the network's affair.
const reset = await fetch(`${origin}/unread/reset`, { method: "POST", body: "unread" }).catch((error) => error);
console.log(reset.message.startsWith("fetch failed: the server "), reset.cause.code);
await show("http://127.0.0.1:1/path?query#fragment", { method: "PUT", body: "x" });
// A label that is too long, so that nobody on the network is asked.
await show(`http://${"long".repeat(16)}.invalid/`);
await show("/relative");
await show("http://user:password@127.0.0.1/");
await show(`${origin}/echo`, { body: "x" });
await show(`${origin}/echo`, { method: "TRACE" });
await show(`${origin}/echo`, { headers: { "x": "\x01" } });

async function caller() {
  await fetch("http://127.0.0.1:1/");
}
const { stack } = await caller().catch((error) => error);
console.log(stack.includes("caller"), stack.includes("kiren:"));
