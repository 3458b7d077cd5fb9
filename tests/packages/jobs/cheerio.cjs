// cheerio: required
const cheerio = require("cheerio");
const { step } = require("../lib/step.cjs");

step("slim entry", () => require("cheerio/slim").load("<p>a<p>b")("p").length);
step("text", () => cheerio.load("<h1>Hi <i>you</i></h1>")("h1").text());
