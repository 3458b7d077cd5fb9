// recast: changes a program and leaves the rest of its text alone
const recast = require("recast");
const { step } = require("../lib/step.cjs");

step("rewrite", () => {
  const ast = recast.parse("function  add(a,b){ // sum\n  return a+b }\n\nlet   untouched = [1,  2];");
  recast.visit(ast, { visitFunctionDeclaration(path) { const { id, params, body } = path.node; path.replace(recast.types.builders.functionDeclaration(id, params.reverse(), body)); return false; } });
  return recast.print(ast).code;
});
step("pretty", () => recast.prettyPrint(recast.parse("if(a)b();else{c()}"), { tabWidth: 2 }).code);
