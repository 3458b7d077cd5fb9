// Redirects: how far, with which method, body and headers.
const origin = process.argv[2];
const other = process.env.OTHER;
const plain = (text) => text.replaceAll(origin, "").replaceAll(other, "OTHER");

async function show(title, path, init) {
  try {
    const response = await fetch(origin + path, init);
    if (response.redirected) {
      const { method, headers, body } = await response.json();
      const kept = ["authorization", "cookie", "content-type", "content-length", "x-own"].filter((name) => name in headers);
      console.log(title, plain(response.url), method, JSON.stringify(body), kept.join());
    } else {
      console.log(title, response.status, plain(response.url), response.headers.get("location"), await response.text());
    }
  } catch (error) {
    console.log(title, plain(`${error}`));
  }
}

for (const status of [301, 302, 303, 307, 308]) {
  await show(status, `/redirect?status=${status}&left=2`, { method: "POST", body: "again" });
  await show(status, `/redirect?status=${status}`, { method: "PUT", body: "again" });
}
await show("300", "/redirect?status=300");
await show("most", "/redirect?left=19");
await show("too many", "/redirect?left=20");
await show("manual", "/redirect", { redirect: "manual" });
await show("error", "/redirect", { redirect: "error" });
await show("other scheme", "/redirect?to=ftp://example.com/");
await show("no URL", "/redirect?to=http://[bad");
await show("UTF-8", "/redirect?to=/echo?\u00e9");
const body = new ReadableStream({
  start(controller) {
    controller.enqueue(new TextEncoder().encode("once"));
    controller.close();
  },
});
await show("stream", "/redirect?status=307", { method: "POST", body, duplex: "half" });
const headers = { authorization: "secret", cookie: "a=1", "x-own": "yes" };
await show("same origin", "/redirect", { headers });
await show("other origin", `/redirect?to=${other}/echo`, { headers });
await show("credentials", `/redirect?to=${other.replace("//", "//user:password@")}/echo`);
