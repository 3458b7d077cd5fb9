// Custom inspect functions.
const custom = Symbol.for("nodejs.util.inspect.custom");
class Money {
  constructor(amount) {
    this.amount = amount;
  }
  [custom](depth, options, inspect) {
    return `Money<${inspect(this.amount, options)}, ${depth}>`;
  }
}
console.log(new Money(5), [new Money("x")], { a: { b: new Money({ c: { d: { e: 1 } } }) } });
console.log({ a: { [custom]: () => ({ replaced: { by: { an: { object: 1 } } } }) } });
console.log({ a: { [custom]: () => "two\nlines" } });
console.log({ [custom]() { return this; }, kept: 1 });
console.log({ [custom]: "not a function" });
console.log("%s %o", new Money(1), new Money(2));
