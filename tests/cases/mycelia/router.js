// The Router class: what there is besides matching, which routes.js has.
import { Router } from "krepis:mycelia";

function attempt(what, fn) {
  try {
    console.log(what, "->", fn());
  } catch (error) {
    console.log(`${what} -> ${error.name} ${error.code}\n${error.message}`);
  }
}

const router = new Router()
  .insert("/users", "all")
  .insert("/users/{id:int}", "one")
  .insert("/users/{name}", "named")
  .insert("/files/{name}.{ext}", "file")
  .insert("/files/*path", "any file")
  .insert("/posts/{id?}", "posts");

console.log(router.size, router.has("/users"), router.has("/user"), router.get("/users/{name}"), router.get("/nothing"));
console.log([...router]);
for (const path of ["/users", "/users/7", "/users/ada", "/files/a.tar.gz", "/files/a/b", "/posts", "/posts/3", "/", ""]) {
  console.log(path, router.at(path));
}
console.log(router.matchesAll("/users/7"));
console.log(router.matchesAll("/none"), router.at("/none"));
console.log(router.overlaps());
console.log(router.toString());

console.log("--- changes");
console.log(router.remove("/users/{id:int}"), router.remove("/users/{id:int}"), router.size, router.at("/users/7"));
router.insert("/users/{id:uint}", "one again");
console.log(router.at("/users/7"), Object.keys(router.at("/users/7").params));
const value = { any: "value" };
console.log(router.insert("/value", value).at("/value").value === value, router.insert("/undefined", undefined).at("/undefined"));
console.log(router.has("/undefined"), router.get("/undefined"));

console.log("--- merge");
const other = new Router().constraint("even", (text) => Number(text) % 2 === 0).insert("/even/{n:even}", "even").insert("/users/{id:uint}/posts", 1);
console.log(router.merge(other) === router, router.at("/even/4"), router.at("/even/5"), other.size);
other.insert("/late", 1);
console.log(router.at("/late"));
const conflicting = new Router().insert("/fine", 1).insert("/users/{other}", 2);
attempt("merge a conflict", () => router.merge(conflicting));
console.log("all or nothing:", router.has("/fine"), router.at("/fine"));

console.log("--- options");
console.log(new Router().options, Object.isFrozen(router.options));
const lenient = new Router({ ignoreCase: true, trailingSlash: "ignore", percentDecoding: true }).insert("/Über/{Name}", 1);
console.log(lenient.options, lenient.at("/%C3%9Cber/A%20B/"), lenient.at("/Über/X"));
console.log(new Router({ ignoreCase: true }).insert("/About", 1).at("/aBOUT"));

console.log("--- constraints and expressions");
const constrained = new Router()
  .constraint("short", (text) => text.length < 4)
  .insert("/c/{x:short}", "short")
  .insert("/c/{x:(long[0-9]+)}", "expression")
  .insert("/c/{x}", "anything");
for (const path of ["/c/abc", "/c/long12", "/c/longer"]) console.log(path, constrained.at(path).value);
const throwing = new Router().constraint("bad", () => { throw new RangeError("of the constraint"); }).insert("/{x:bad}", 1);
attempt("a constraint that throws", () => throwing.at("/a"));
const truthy = new Router().constraint("truthy", () => 1).insert("/{x:truthy}", 1);
console.log("only true counts:", truthy.at("/a"));

console.log("--- names that objects have");
const names = new Router().insert("/{__proto__}/{constructor}/{toString}/{hasOwnProperty}/{then}", "odd");
for (let often = 0; often < 100; often++) names.at("/a/b/c/d/e");
const { params } = names.at("/1/2/3/4/5");
console.log(Object.entries(params), Object.getPrototypeOf(params) === Object.prototype);
console.log(new Router().insert("/{a}/*", 1).at("/x/y/z"), Object.isFrozen(new Router().insert("/s", 1).at("/s").params));

console.log("--- what is wrong");
for (const pattern of ["users", "", "/{a", "/a}", "/{}", "/{a}{b}", "/{a:nothing}", "/*a/*b", "/a*", "/{a?}/b", "/{a}/{a}", "/{a:([}", "://x"]) {
  attempt(`insert ${JSON.stringify(pattern)}`, () => new Router().insert(pattern, 1).size);
}
attempt("insert twice", () => new Router().insert("/a/{b}", 1).insert("/a/{b}", 2));
attempt("insert the same path", () => new Router().insert("/a/{b}/c", 1).insert("/a/{other}/c", 2));
attempt("insert a number", () => new Router().insert(7, 1));
attempt("constraint twice", () => new Router().constraint("x", () => true).constraint("x", () => true));
attempt("constraint without function", () => new Router().constraint("x", "y"));
attempt("constraint that is built in", () => new Router().constraint("int", () => true));
attempt("merge an object", () => new Router().merge({}));
attempt("an unknown option", () => new Router({ ignorecase: true }));
attempt("a wrong option", () => new Router({ ignoreCase: "yes" }));
attempt("a wrong slash", () => new Router({ trailingSlash: true }));
attempt("no options", () => new Router(null));

console.log("--- many");
const many = new Router();
for (let n = 0; n < 1000; n++) many.insert(`/r${n}`, n).insert(`/r${n}/{id}`, n + 0.25).insert(`/r${n}/{id}/x/*rest`, n + 0.5);
let wrong = 0;
for (let round = 0; round < 2; round++) {
  for (let n = 0; n < 1000; n++) {
    if (many.at(`/r${n}`).value !== n) wrong++;
    const one = many.at(`/r${n}/k${n}`);
    if (one.value !== n + 0.25 || one.params.id !== `k${n}`) wrong++;
    const rest = many.at(`/r${n}/7/x/a/b`);
    if (rest.value !== n + 0.5 || rest.params.rest !== "a/b" || rest.params.id !== "7") wrong++;
    if (many.at(`/r${n}/7/y`) !== null) wrong++;
  }
  many.compile();
}
console.log(many.size, "routes,", wrong, "wrong");
