// One connection serves what is asked one after the other; several serve what is asked at once.
const origin = process.argv[2];
const connection = (response) => response.headers.get("x-connection");

for (let i = 0; i < 3; i++) {
  const response = await fetch(`${origin}/echo`);
  await response.text();
  console.log(connection(response));
}
for (const path of ["/redirect?left=3", "/gzip", "/drip", "/no-content", "/echo"]) {
  const response = await fetch(origin + path);
  await response.bytes();
  if (path === "/echo") console.log(connection(response));
}
await fetch(`${origin}/echo`, { method: "HEAD" });
const post = await fetch(`${origin}/echo`, { method: "POST", body: "x" });
await post.text();
console.log(connection(post));

const many = await Promise.all(Array.from({ length: 4 }, async () => {
  const response = await fetch(`${origin}/echo`);
  await response.text();
  return connection(response);
}));
console.log(new Set(many).size);

// The server closes after its answer, though it did not say so: the next request goes out on another connection.
const stale = await fetch(`${origin}/stale`);
await stale.text();
const next = await fetch(`${origin}/echo`);
console.log(next.status, connection(next) !== connection(stale));
