// What a program sees when it walks over the global object: operations and attributes, no classes.
console.log(Object.keys(globalThis).filter((name) => !name.startsWith("on")).sort().join(" "));
const shown = (name) => Object.getOwnPropertyDescriptor(globalThis, name).enumerable;
console.log(shown("fetch"), shown("URL"), shown("process"), shown("Buffer"), shown("console"));
fetch;
crypto;
URL;
console.log(shown("fetch"), shown("crypto"), shown("URL"));
const copy = { ...globalThis };
console.log(copy.global === globalThis, copy.structuredClone === structuredClone, copy.atob("eA=="));
