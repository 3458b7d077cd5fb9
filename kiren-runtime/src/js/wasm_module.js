"use strict";
// The module that stands for a WebAssembly module's instance: it imports what that imports, and exports what that
// exports, as the ESM integration proposal has it. Globals are exported as their values.

const { Module } = WebAssembly;
const { imports: importsOf, exports: exportsOf } = Module;

function moduleText(wasm, url) {
  const specifiers = [...new Set(importsOf(wasm).map(({ module }) => module))];
  const lines = [`import source $wasm from ${JSON.stringify(url)};`];
  specifiers.forEach((specifier, at) => lines.push(`import * as $import${at} from ${JSON.stringify(specifier)};`));
  const imports = specifiers.map((specifier, at) => `[${JSON.stringify(specifier)}]: $import${at}`).join(", ");
  lines.push(`const { exports: $exports } = new WebAssembly.Instance($wasm, { __proto__: null, ${imports} });`);
  exportsOf(wasm).forEach(({ name, kind }, at) => {
    const value = `$exports[${JSON.stringify(name)}]`;
    lines.push(`const $export${at} = ${kind === "global" ? `${value}.value` : value};`);
    lines.push(`export { $export${at} as ${JSON.stringify(name)} };`);
  });
  return lines.join("\n");
}

return { moduleText };
