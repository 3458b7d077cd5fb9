// typescript: imported
import ts from "typescript";
import { step } from "../lib/step.cjs";

step("scanner", () => {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, "let x: T<1> = `a${b}`;");
  const kinds = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) kinds.push(ts.SyntaxKind[kind]);
  return kinds.join(" ");
});
step("transformer", () => {
  const source = ts.createSourceFile("a.ts", "const a = 1 + 2;", ts.ScriptTarget.Latest);
  const fold = (context) => (node) => ts.visitNode(node, function visit(n) {
    return ts.isBinaryExpression(n) ? ts.factory.createNumericLiteral(3) : ts.visitEachChild(n, visit, context);
  });
  return ts.createPrinter().printFile(ts.transform(source, [fold]).transformed[0]);
});
