// Format directives.
class Point {
  constructor() {
    this.x = 1;
  }
}
class Text {
  toString() {
    return "own text";
  }
}
console.log("%s is %d years and %i days, %f", "Ada", 36.5, 12.9, "3.25abc");
console.log("%s %s %s %s %s %s", "a", 1, -0, 5n, true, null, undefined);
console.log("%s %s %s %s", Symbol("x"), { a: { b: 1 } }, [1, [2]], new Point());
console.log("%s %s %s", new Text(), new Date(0), () => 1);
console.log("%d %d %d %d %d", "42", 5n, Symbol("n"), {}, "");
console.log("%i %i %i %f %f", 42.9, "0x10", 7n, "1e3", Symbol("f"));
console.log("%j %j %j", { a: [1] }, "s", undefined);
const circular = {};
circular.self = circular;
console.log("%j", circular);
console.log("%o", { f() {}, list: [1] });
console.log("%O", { a: { b: { c: { d: 1 } } } });
console.log("%c styled %c plain", "color: red", "");
console.log("100%", 5, "%s");
console.log("%% %s %%", "x");
console.log("%%s", "x");
console.log("%s %s", "only one");
console.log("%x %s", "unknown");
console.log("%s", "more", { than: "needed" }, "args");
console.log(5, "%s", "first is no string");
console.log("%");
console.log("%s%s%s", 1, 2);
console.log("%s");
