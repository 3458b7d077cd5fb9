// cheerio: parses, queries and transforms a page, XML, form data
import * as cheerio from "cheerio";
import { step } from "../lib/step.cjs";

const html = `<!doctype html><html><body><ul id=list><li class="a first">One<li class=b>Two <b>bold</b><li class=a data-n=3>Three</ul><form><input name=x value=1><select name=s><option>p<option selected>q</select></form></body></html>`;
step("query", () => {
  const $ = cheerio.load(html);
  console.log($("li").length, $("li.a:last").text(), $("li[data-n]").data("n"), $("#list > li:nth-child(2) b").text());
  return $("li").map((n, item) => `${n}:${$(item).text().trim()}`).get();
});
step("transform", () => {
  const $ = cheerio.load(html);
  $("li.b").attr("title", "\"two\" & more").addClass("new").removeClass("b").wrapInner("<em></em>");
  $("ul").append("<li>Four</li>").find("li:contains(One)").remove();
  return $.html("ul");
});
step("extract", () => cheerio.load(html).extract({ first: "li", all: [{ selector: "li", value: "class" }] }));
step("form", () => cheerio.load(html)("form").serialize());
step("xml", () => cheerio.load(`<a:r xmlns:a="x"><b/><c>&lt;1</c></a:r>`, { xml: true }).xml());
step("bytes", () => cheerio.loadBuffer(Buffer.from("<meta charset=latin1><p>caf\xe9", "latin1"))("p").text());
