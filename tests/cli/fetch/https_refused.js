const origin = process.argv[2];
const error = await fetch(origin).catch((error) => error);
console.log(error.message.replaceAll(origin, "ORIGIN"), error.cause.code);
