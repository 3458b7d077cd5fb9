import ts from "./node_modules/typescript/lib/typescript.js";
console.log(ts.version);
