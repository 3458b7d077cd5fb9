const f = (x) => `called with ${x}`; export { f as "module.exports" };
