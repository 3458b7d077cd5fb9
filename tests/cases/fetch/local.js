// URLs that need no server: data: and file:, and the option integrity.
const data = await fetch("data:text/plain;charset=utf-8;base64,aGVsbG8=");
console.log(data.status, data.headers.get("content-type"), await data.text());
const plain = await fetch("data:,%F0%9F%8D%89%20melon");
console.log(plain.headers.get("content-type"), await plain.text(), plain.url);

const file = await fetch(new URL(import.meta.url));
console.log(file.status, file.headers.get("content-type"), (await file.text()).split("\n")[0]);

const good = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
console.log(await (await fetch("data:,hello", { integrity: `sha256-AAAA ${good}` })).text());
console.log(await fetch("data:,hallo", { integrity: good }).catch((error) => `${error}`));
console.log(await fetch("data:,hello", { integrity: `${good} sha512-AAAA` }).catch((error) => `${error}`));

const show = (promise) => promise.then((response) => response.status, (error) => `${error} ${error.cause?.code}`).then(console.log);
await show(fetch("file:///no/such/file"));
await show(fetch("file:///"));
await show(fetch("file:///", { method: "POST" }));
await show(fetch("data:no comma"));
await show(fetch("data:;base64,="));
await show(fetch("ftp://example.com/"));
await show(fetch("/relative"));
await show(fetch("http://127.0.0.1:1/"));
await show(fetch("data:,x", { signal: AbortSignal.abort(new RangeError("mine")) }));

const head = await fetch(import.meta.url, { method: "HEAD" });
console.log(head.headers.get("content-length") > 0, head.body);
