// zod: the classic and the small interface, and a locale
const { z } = require("zod");
const mini = require("zod/mini");
const { step, thrown } = require("../lib/step.cjs");

step("parse", () => z.record(z.string(), z.bigint()).parse({ a: 1n }));
step("recursive", () => {
  const Tree = z.object({ value: z.number(), get children() { return z.array(Tree); } });
  console.log(JSON.stringify(Tree.parse({ value: 1, children: [{ value: 2, children: [] }] })));
  return thrown(() => Tree.parse({ value: 1, children: [{ value: "2" }] }));
});
step("mini", () => mini.safeParse(mini.object({ n: mini.number().check(mini.gte(5)) }), { n: 4 }).error.issues);
step("locale", () => {
  z.config(z.locales.de());
  return z.string().safeParse(7).error.issues[0].message;
});
