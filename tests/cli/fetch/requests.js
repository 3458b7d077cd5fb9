// What a server sees of requests.
const origin = process.argv[2];

async function show(title, url, init) {
  const response = await fetch(url, init);
  const { method, target, headers, body } = await response.json();
  delete headers.host;
  console.log(title, method, target, JSON.stringify(headers), JSON.stringify(body));
}

const first = await (await fetch(`${origin}/echo`)).json();
console.log(first.headers.host === new URL(origin).host, first.headers["user-agent"].startsWith("Krepis/"));

const quiet = { "user-agent": "test", "accept-encoding": "none" };
await show("get", `${origin}/echo?a=1&b=%20#fragment`, { headers: quiet });
await show("own headers", `${origin}/echo`, { headers: { ...quiet, Accept: "a/b", "X-Many": "1", Referer: "r", Cookie: "c=1" } });
await show("range", `${origin}/echo`, { headers: { "user-agent": "test", range: "bytes=0-1" } });
await show("no-store", `${origin}/echo`, { headers: quiet, cache: "no-store" });
await show("no body", `${origin}/echo`, { method: "POST", headers: quiet });
await show("delete", `${origin}/echo`, { method: "delete", headers: quiet });
await show("own method", `${origin}/echo`, { method: "PURGE", headers: quiet });
await show("text", `${origin}/echo`, { method: "POST", body: "gr\u00fc\u00df dich", headers: quiet });
await show("wrong length", `${origin}/echo`, { method: "PUT", body: "abc", headers: { ...quiet, "content-length": "999" } });
await show("bytes", `${origin}/echo`, { method: "PATCH", body: new Uint8Array([97, 98]).subarray(1), headers: quiet });
await show("blob", `${origin}/echo`, { method: "POST", body: new Blob(["one", "two"], { type: "a/b" }), headers: quiet });
await show("parameters", `${origin}/echo`, { method: "POST", body: new URLSearchParams({ a: "1", b: "&" }), headers: quiet });
await show("request", new Request(`${origin}/echo`, { method: "POST", body: "from a request", headers: quiet }));
await show("overridden", new Request(`${origin}/echo`, { headers: quiet }), { method: "PUT", body: "later" });
await show("url", new URL(`${origin}/echo?url`), { headers: quiet });

const form = new FormData();
form.append("field", "value");
form.append("file", new File(["content"], "name.txt"));
const { headers, body } = await (await fetch(`${origin}/echo`, { method: "POST", body: form })).json();
const boundary = headers["content-type"].replace("multipart/form-data; boundary=", "");
console.log(body.split(boundary).length, body.includes('name="file"; filename="name.txt"'), body.length === +headers["content-length"]);

const head = await fetch(`${origin}/echo`, { method: "HEAD" });
console.log(head.status, head.headers.get("content-type"), head.body, JSON.stringify(await head.text()));
console.log(fetch.length, fetch.name, await fetch().catch((error) => `${error}`));
