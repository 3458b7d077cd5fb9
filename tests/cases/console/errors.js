// Errors: the stacks are set by hand so that they are the same on every machine.
function make(type, message, options, properties) {
  const error = new type(message, options);
  error.stack = `${error.name}: ${message}\n    at work (app.js:1:2)\n    at main (app.js:9:1)`;
  return Object.assign(error, properties);
}
class ValidationError extends Error {}
class Timeout extends Error {}
class Named extends Error {
  get name() {
    return "CustomName";
  }
}
console.log(make(Error, "plain"));
console.log(make(TypeError, "typed"), make(ValidationError, "own class"));
console.log(make(Timeout, "class without Error in its name"), make(Named, "renamed"));
console.log(make(Error, "with properties", {}, { code: "ENOENT", errno: -2, detail: { path: "/x" } }));
console.log(make(Error, "outer", { cause: make(RangeError, "inner", { cause: "a string" }) }));
console.log({ nested: make(Error, "nested") });
console.log([make(Error, "in a list")]);
const many = make(AggregateError, "many");
const aggregate = new AggregateError([make(Error, "first"), make(TypeError, "second")], "several");
aggregate.stack = "AggregateError: several\n    at all (app.js:3:3)";
console.log(aggregate);
const bare = new Error("no frames");
bare.stack = "Error: no frames";
console.log(bare, { bare }, [bare]);
const self = make(Error, "circular");
self.self = self;
console.log(self);
const stackless = new Error("no stack");
stackless.stack = undefined;
console.log(stackless);
console.log(make(Error, "two\nlines"));
console.log({ deep: { deeper: { deepest: { error: make(Error, "far down", {}, { extra: 1 }) } } } });
