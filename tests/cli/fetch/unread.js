// Responses whose body nobody reads: the program ends, and their connections with it.
const origin = process.argv[2];
const response = await fetch(`${origin}/hang-in-body`);
const stream = (await fetch(`${origin}/hang-in-body`)).body;
console.log(response.status, stream.locked);
