// Functions and classes.
function named() {}
named.property = { a: 1 };
class Base {
  static count = 1;
}
class Derived extends Base {}
console.log(() => {}, function () {}, named, async () => {}, function* gen() {}, async function* asyncGen() {});
console.log(Base, Derived, class {}, class extends Derived {}, [Base, Derived]);
console.log({ method() {}, get accessor() { return 1; }, async later() {}, [Symbol("s")]() {}, "a b"() {} });
console.log(Math.max, named.bind(null), Map, Object.setPrototypeOf(function bare() {}, null));
console.log({ deep: { deeper: { deepest: { f: named } } } });
