// process.env: strings only, live, enumerable.
const { env } = process;
env.CASE_A = 1;
env.CASE_B = undefined;
env.CASE_C = null;
env["CASE D"] = { toString: () => "object" };
console.log(typeof env.CASE_A, env.CASE_A, env.CASE_B, env.CASE_C, env["CASE D"]);
console.log("CASE_A" in env, Object.keys(env).filter((name) => name.startsWith("CASE_") || name === "CASE D").join());
console.log(delete env.CASE_A, "CASE_A" in env, String(env.CASE_A), delete env.CASE_A);
console.log(JSON.stringify({ ...env }.CASE_B), Object.hasOwn(env, "CASE_B"), Object.hasOwn(env, "toString"));
for (const [what, change] of [
  ["symbol value", () => { env.X = Symbol("x"); }],
  ["accessor", () => Object.defineProperty(env, "X", { get: () => 1 })],
  ["not writable", () => Object.defineProperty(env, "X", { value: 1 })],
]) {
  try {
    change();
    console.log(what, "no error");
  } catch (error) {
    console.log(what, error.name, error.code);
  }
}
Object.defineProperty(env, "X", { value: 5, writable: true, enumerable: true, configurable: true });
console.log(env.X === "5");
env.TZ = "Asia/Tokyo";
console.log(new Date(0).getHours());
