// pug: templates with mixins, inheritance and filters, compiled to functions
const pug = require("pug");
const { step, thrown } = require("../lib/step.cjs");

step("render", () => pug.render("doctype html\nmixin item(n)\n  li(class={ odd: n % 2 })&attributes(attributes)= `<${n}>`\nul\n  each n in list\n    +item(n)(data-n=n)\n  else\n    li none\n  if list.length > 1\n    p: b many #{list.length} !{'<i>'}", { list: [1, 2], pretty: true }));
step("client", () => new Function(`${pug.compileClient("p= text", { name: "t", compileDebug: false })}; return t({ text: '&' })`)());
step("error", () => thrown(() => pug.render("p(", { filename: "a.pug" })));
