// import(): the same instance, failures as rejections, from functions and after awaits.
const [one, two] = await Promise.all([import("./lib/counter.mjs"), import("./lib/counter.mjs")]);
one.increment();
console.log(one === two, two.count);
for (const specifier of ["./lib/none.mjs", "no-such-package", "./lib/throws.mjs", "./lib/throws.mjs", "node:nope", "./lib/syntax.mjs"]) {
  try {
    await import(specifier);
    console.log("no error");
  } catch (error) {
    console.log(specifier, error.name, error.code ?? "", error.message.split("\n")[0].replaceAll(import.meta.dirname, "[dir]"));
  }
}
console.log(typeof (await import("node:events")).default, (await import("data:text/javascript,export default 5").catch((error) => error)).default);
import("./lib/counter.mjs").then(({ count }) => console.log("later", count));
console.log("first");
