// What a program sees of responses.
const origin = process.argv[2];

async function show(path) {
  const response = await fetch(origin + path);
  const { status, statusText, ok, type, redirected, url } = response;
  console.log(path, status, statusText, ok, type, redirected, url.replace(origin, ""), JSON.stringify(await response.text()));
  return response;
}

await show("/informational");
await show("/http10");
await show("/missing#fragment");
const none = await show("/no-content");
console.log(none.body);
const strange = await show("/reason");
console.log(strange.headers.getSetCookie(), strange.headers.get("set-cookie"));
try {
  strange.headers.set("x", "y");
} catch (error) {
  console.log(`${error}`);
}

const json = await fetch(`${origin}/echo`);
const copy = json.clone();
console.log((await json.json()).target, (await copy.text()).length > 0, json.bodyUsed);
console.log(await json.text().catch((error) => `${error}`));
