// Run by examples/modules.rs.
import { createRequire } from "node:module";
import core, { Counter, add, apply, counter, later, listen, live, parse, tell, total, version } from "shop:core";
import { number } from "shop:build";
import { port } from "settings";
import plugin, { greet } from "./plugin.lua";

const require = createRequire(import.meta.url);
const message = (run: () => unknown) => {
  try {
    return run();
  } catch (error) {
    return `${error}${error.code ? ` [${error.code}]` : ""}`;
  }
};

console.log(version, number, port, add(1, 2.5), total([1, 2, 3]));
console.log(require("shop:core") === core, require("settings").port, add.name, add.length);
console.log(message(() => add(1, "2")));
console.log(message(() => parse("x")));
console.log(apply((value) => ({ ...value, seen: true }), { list: [1, null, "x"], big: 2n ** 70n }));
console.log(message(() => apply(() => { throw new RangeError("from JavaScript"); }, 1)));
const loop: { a?: unknown } = {};
loop.a = { loop };
console.log(message(() => apply((x) => x, loop)));

class Steps extends Counter {
  twice() {
    return this.next() + this.next();
  }
}
const steps = new Steps(1);
console.log(steps.twice(), steps.next(10), steps.value, steps instanceof Counter, Counter.from("12"), Counter.length);
steps.value = 100;
console.log(steps.value, Object.keys(steps), counter(5) instanceof Counter, apply((x) => x, steps) === steps);
console.log(message(() => steps.during(() => steps.value)));
console.log(message(() => Counter(1)));
console.log(message(() => Counter.prototype.next.call({})));

listen((text) => console.log("heard", text));
tell("a message");
console.log(await later(21), await later(-1).catch((error) => String(error)));

console.log(greet("Ada"), Object.keys(plugin), require("./plugin.lua") === plugin);
console.log(plugin.map([1, 2, 3], (x) => x * x), plugin.settings, plugin.count(5));
console.log(message(() => plugin.fail()));
try {
  plugin.call(function thrower() { throw new TypeError("through Lua"); });
} catch (error) {
  console.log(error.stack.split("\n").map((line) => line.replace(/ \(?[^ ]*\//, " (").replace(/\)?$/, "")).slice(0, 4).join("\n"));
}

// An instance goes with its object.
for (let at = 0; at < 2e5; at++) counter(at);
console.log(live() < 2e5);
