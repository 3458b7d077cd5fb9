const origin = process.argv[2];
const response = await fetch(origin);
console.log(response.status, await response.text());
const all = await Promise.all([1, 2, 3].map(async () => (await fetch(origin)).text()));
console.log(all.join());
