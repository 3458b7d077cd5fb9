const origin = process.argv[2];
const error = await fetch(origin).catch((error) => error);
console.log(error.message.replaceAll(/127\.0\.0\.1:\d+/g, "HOST"), error.cause.code);
