// node:test/reporters: the same events as text in each form.
import { dot, junit, spec, tap } from "node:test/reporters";
import { Readable } from "node:stream";

const cause = new TypeError("boom & <bust>");
cause.stack = "TypeError: boom & <bust>\n    at file:///a.js:1:1";
const error = Object.assign(new Error("boom & <bust>"), { code: "ERR_TEST_FAILURE", failureType: "testCodeFailure", cause });
error.stack = "Error: boom & <bust>\n    at file:///a.js:1:1";
const subtests = Object.assign(new Error("1 subtest failed"), { code: "ERR_TEST_FAILURE", failureType: "subtestsFailed", cause: "1 subtest failed" });
subtests.stack = "Error: 1 subtest failed";
const event = (type, data) => ({ type: `test:${type}`, data: { nesting: 0, file: `${process.cwd()}/a.js`, line: 1, column: 2, ...data } });
const events = () => [
  event("start", { name: "one" }),
  event("pass", { name: "one", testNumber: 1, details: { duration_ms: 1.5, type: "test" } }),
  event("diagnostic", { message: "a # note", level: "info" }),
  event("start", { name: "suite", testNumber: 2 }),
  event("start", { name: "in\nner", nesting: 1 }),
  event("pass", { name: "in\nner", nesting: 1, testNumber: 1, details: { duration_ms: 2, type: "test" }, skip: true }),
  event("start", { name: "bad", nesting: 1 }),
  event("fail", { name: "bad", nesting: 1, testNumber: 2, details: { duration_ms: 3, type: "test", error } }),
  event("start", { name: "todo", nesting: 1 }),
  event("fail", { name: "todo", nesting: 1, testNumber: 3, details: { duration_ms: 3, type: "test", error }, todo: "some day" }),
  event("plan", { nesting: 1, count: 3 }),
  event("fail", { name: "suite", testNumber: 2, details: { duration_ms: 9, type: "suite", error: subtests } }),
  event("plan", { count: 2 }),
  event("diagnostic", { message: "tests 2", level: "info" }),
];
for (const [name, reporter] of Object.entries({ dot, tap, junit })) {
  let text = "";
  for await (const chunk of reporter(Readable.from(events()))) text += chunk;
  console.log(`--- ${name}\n${text.replaceAll(/hostname="[^"]*"/g, 'hostname="here"').replaceAll(/timestamp="[^"]*"/g, 'timestamp="now"').replaceAll(process.cwd(), "/dir")}`);
}
let text = "";
for await (const chunk of Readable.from(events()).pipe(new spec())) text += chunk;
console.log(`--- spec\n${text}`);
