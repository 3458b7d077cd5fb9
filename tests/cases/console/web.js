// Objects of the web platform show what their accessors tell.
console.log(new URL("http://user:pw@example.com:81/a/b?c=d#e"));
console.log(new URLSearchParams("a=1&b=2"), new URLSearchParams());
console.log(new Headers({ "content-type": "text/plain", "x-id": "5" }), new Headers());
const form = new FormData();
form.append("name", "Ada");
console.log(form, new Blob(["abc"], { type: "text/plain" }), new AbortController());
console.log({ nested: { signal: AbortSignal.abort("why") } });
console.log(new TextEncoder(), new TextDecoder());
class Link extends URL {}
console.dir(new Link("http://example.com/"), { depth: -1 });
console.log({ [Symbol.toStringTag]: "URL" }, Object.create({ get [Symbol.toStringTag]() { return "Headers"; } }));
console.log(Object.assign(new Headers({ a: "b" }), { extra: 1 }));
