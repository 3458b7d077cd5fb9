// ejs: templates, includes, errors with their line
const ejs = require("ejs");
const path = require("node:path");
const { step, thrown } = require("../lib/step.cjs");

step("render", () => ejs.render("<% for (const n of list) { -%>\n<li><%= n %>|<%- n %></li>\n<% } -%>", { list: ["<a>", "b"] }));
step("include", () => ejs.renderFile(path.join(__dirname, "../fixtures/page.ejs"), { title: "T", items: [1, 2] }));
step("async", () => ejs.render("<%= await later %>", { later: Promise.resolve(7) }, { async: true }));
step("error", () => thrown(() => ejs.render("a\n<%= nope.x %>", {})));
