import { a, b } from "./_exports.mjs";
console.log(a, b);
