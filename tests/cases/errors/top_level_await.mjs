console.log("before");
await Promise.reject(new Error("in a top-level await"));
console.log("never");
