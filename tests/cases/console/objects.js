// Plain objects, classes, accessors, symbol keys, depth and cycles.
class Animal {
  constructor() {
    this.legs = 4;
  }
}
class Cat extends Animal {
  #secret = 1;
  name = "Tom";
  get age() {
    return 3;
  }
}
class Tagged {
  get [Symbol.toStringTag]() {
    return "Label";
  }
}
console.log({}, { a: 1, "b-c": 2, 3: "three", $x: 4, _y: 5, [Symbol("k")]: 6, "it's": 7 });
console.log(new Animal(), new Cat(), new Tagged(), new (class {})());
console.log(Object.create(null), Object.assign(Object.create(null), { a: 1 }), Object.create(Animal.prototype));
console.log(Object.create({}), Object.create(Object.create(null)));
console.log({ get a() { return 1; }, set b(_) {}, get c() { return 1; }, set c(_) {} });
console.log({ a: { b: { c: { d: 1 } } }, list: [[[[1]]]], map: new Map([["k", new Map([["l", new Map([[1, 2]])]])]]) });
const circular = { name: "root", child: { list: [] } };
circular.self = circular;
circular.child.parent = circular;
circular.child.list.push(circular.child);
console.log(circular);
const hidden = Object.defineProperty({ shown: 1 }, "hidden", { value: 2, enumerable: false });
console.log(hidden);
console.dir(hidden, { showHidden: true });
console.log({ undefined: undefined, null: null, nested: { function: () => {} } });
console.log({ [Symbol.toStringTag]: "Own" });
console.log(Math, JSON, globalThis === global);
console.log((function () { return arguments; })(1, "two"));
console.log({ "__proto__": null, a: 1 }, { ["__proto__"]: 1 });
