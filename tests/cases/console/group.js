// Groups indent both streams, also lines inside of a message.
console.group("outer");
console.log("one\ntwo");
console.group();
console.log({ a: "x".repeat(40), b: "y".repeat(40) });
console.error("to stderr\nindented");
console.groupEnd();
console.groupCollapsed("inner", 1, { a: 1 });
console.table([{ a: 1 }]);
console.groupEnd();
console.groupEnd();
console.groupEnd();
console.log("not indented");
