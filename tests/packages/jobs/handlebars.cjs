// handlebars: templates, helpers, partials, precompiled code, errors
const Handlebars = require("handlebars");
const { step, thrown } = require("../lib/step.cjs");

step("template", () => Handlebars.compile("{{#each people as |p n|}}{{n}}:{{p.name}}{{#unless @last}}, {{/unless}}{{else}}none{{/each}} {{{raw}}} {{raw}}")({ people: [{ name: "Ada" }, { name: "<Bob>" }], raw: "<b>" }));
step("helpers", () => { const own = Handlebars.create(); own.registerHelper("shout", (text, { hash }) => text.toUpperCase() + hash.end); own.registerPartial("p", "[{{x}}]"); return own.compile("{{shout 'hi' end='!'}} {{> p x=3}}")({}); });
step("precompile", () => Handlebars.template(new Function(`return ${Handlebars.precompile("hi {{name}}")}`)())({ name: "there" }));
step("errors", () => [thrown(() => Handlebars.compile("{{#if}}")({})), thrown(() => Handlebars.compile("{{nope 1}}")({}))]);
