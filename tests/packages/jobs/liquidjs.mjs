// liquidjs, mustache: two more template languages
import { Liquid } from "liquidjs";
import Mustache from "mustache";
import { step } from "../lib/step.cjs";

step("liquid", () => new Liquid().parseAndRender("{% assign x = list | map: 'n' | join: '-' %}{{ x | upcase }} {% for i in (1..3) %}{{ forloop.index }}{% unless forloop.last %},{% endunless %}{% endfor %} {{ 'now' | append: '!' | escape }} {{ 0 | date: '%Y' }}", { list: [{ n: "a" }, { n: "b" }] }));
step("liquid errors", () => new Liquid({ strictFilters: true }).parseAndRender("a\n{{ x | nope }}").catch((error) => [error.name, error.message]));
step("mustache", () => Mustache.render("{{#list}}{{n}}{{^last}}, {{/last}}{{/list}}{{> p}} {{{raw}}}{{raw}}", { list: [{ n: 1 }, { n: 2, last: true }], raw: "<&>" }, { p: "[{{list.length}}]" }));
