// Promises, proxies, dates, regular expressions, boxed primitives.
const rejected = Promise.reject(new Map([["why", 1]]));
rejected.catch(() => {});
console.log(Promise.resolve({ a: 1 }), rejected, new Promise(() => {}));
console.log(new Date(0), new Date(NaN), /a\/b/gi, Object.assign(/x/, { extra: 1 }));
console.log(new Number(-0), new String("abc"), new Boolean(false), Object(1n), Object(Symbol("x")));
console.log(Object.assign(new String("abc"), { extra: 1 }));
const proxy = new Proxy({ a: 1, b: { c: [1] } }, { get() { throw new Error("a trap ran"); } });
console.log(proxy, [proxy], new Proxy(function f() {}, {}), new Proxy([1, 2], {}));
console.dir(proxy, { showProxy: true });
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
console.log(revoked);
console.log(Object.setPrototypeOf(new Map([[1, 2]]), null), Object.setPrototypeOf(new Date(0), null));
console.log(new Intl.NumberFormat("en"));
