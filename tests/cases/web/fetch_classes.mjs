// Headers, Request, Response, Blob, File, FormData.
const show = (value) => console.log(typeof value === "string" ? JSON.stringify(value) : value);

const headers = new Headers({ "X-B": " 2 ", accept: "text/html" });
headers.append("Accept", "*/*");
headers.append("Set-Cookie", "a=1");
headers.append("set-cookie", "b=2");
console.log([...headers].map((pair) => pair.join(": ")).join("\n"));
console.log(headers.getSetCookie().length, headers.has("X-b"), headers.get("none"));

const response = new Response("h\u{e9}", { status: 201, headers: { "x-a": "1" } });
console.log(response.status, response.ok, response.headers.get("content-type"), response.bodyUsed);
show(await response.text());
console.log(response.bodyUsed, response.body.locked);
await response.text().catch((error) => console.log(`${error.name}: ${error.message}`));
const original = Response.json({ a: [1] });
const clone = original.clone();
console.log(JSON.stringify(await original.json()), await clone.text(), clone.headers.get("content-type"));
console.log(Response.redirect("http://a/b", 307).headers.get("location"), Response.error().type);
console.log((await new Response(new Uint8Array([1, 2]).subarray(1)).bytes()).join(), new Response().body);

const reader = new Response("stream").body.getReader();
console.log(new TextDecoder().decode((await reader.read()).value), (await reader.read()).done);
async function* parts() {
  yield new TextEncoder().encode("one ");
  yield new TextEncoder().encode("two");
}
show(await new Response(ReadableStream.from(parts())).text());
show(await new Response(new Response("through").body).text());

const request = new Request("http://host/path?q#h", { method: "put", body: new URLSearchParams({ a: "b c" }) });
console.log(request.method, request.url, request.headers.get("content-type"));
const next = new Request(request, { headers: { "x-y": "z" } });
console.log(request.bodyUsed, next.method, next.headers.get("x-y"), await next.text());
const urlencoded = new Response(new URLSearchParams({ a: "b c" }));
console.log((await urlencoded.formData()).get("a"));

const form = new FormData();
form.append("text", "a\nb");
form.append("file", new File(["x", Uint8Array.of(121)], 'na"me.txt', { type: "text/plain", lastModified: 5 }));
form.append("blob", new Blob(["{}"], { type: "application/json" }));
const sent = await new Response(form).formData();
for (const [name, value] of sent) {
  console.log(name, typeof value === "string" ? JSON.stringify(value) : `${value.name} ${value.type} ${await value.text()}`);
}

const blob = new Blob(["hello", " ", "world"], { type: "Text/Plain" });
console.log(blob.size, blob.type, await blob.slice(-5, -1).text(), blob.slice(3, 1).size);
let streamed = 0;
for await (const chunk of blob.stream()) streamed += chunk.byteLength;
console.log(streamed, Object.prototype.toString.call(blob));

for (const wrong of [
  () => new Headers({ "a b": "c" }),
  () => new Headers([["a"]]),
  () => headers.set("a", "b\nc"),
  () => new Response("x", { status: 204 }),
  () => new Response("", { status: 99 }),
  () => new Request("/relative"),
  () => new Request("http://a", { body: "x" }),
  () => new Request("http://a", { method: "TRACE" }),
  () => Response.redirect("http://a", 200),
  () => Response.redirect("http://a").headers.set("a", "b"),
  () => form.append("a", "b", "c"),
]) {
  try {
    wrong();
    console.log("no error");
  } catch (error) {
    console.log(`${error.name}: ${error.message}`);
  }
}
await new Response("--x\r\nbroken", { headers: { "content-type": "multipart/form-data; boundary=x" } })
  .formData().catch((error) => console.log(`${error.name}: ${error.message}`));
