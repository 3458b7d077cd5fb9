import ts from "typescript";
console.log(ts.version);
