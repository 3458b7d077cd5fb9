// process.env: strings only, live, enumerable.
const { env } = process;
env.KREPIS_A = 1;
env.KREPIS_B = undefined;
env.KREPIS_C = null;
env["KREPIS D"] = { toString: () => "object" };
console.log(typeof env.KREPIS_A, env.KREPIS_A, env.KREPIS_B, env.KREPIS_C, env["KREPIS D"]);
console.log("KREPIS_A" in env, Object.keys(env).filter((name) => name.startsWith("KREPIS")).join());
console.log(delete env.KREPIS_A, "KREPIS_A" in env, String(env.KREPIS_A), delete env.KREPIS_A);
console.log(JSON.stringify({ ...env }.KREPIS_B), Object.hasOwn(env, "KREPIS_B"), Object.hasOwn(env, "toString"));
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
