// zod: a nested schema with transforms, formatted errors, JSON Schema
import { z } from "zod";
import { step } from "../lib/step.cjs";

const Address = z.object({ street: z.string().min(3), zip: z.string().regex(/^\d{5}$/) });
const User = z.object({
  name: z.string().trim().min(1),
  email: z.email(),
  age: z.coerce.number().int().min(18),
  role: z.enum(["admin", "member"]).default("member"),
  tags: z.array(z.string()).max(3).transform((tags) => tags.map((tag) => tag.toUpperCase())),
  address: Address.optional(),
}).strict();
const Shape = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("circle"), radius: z.number().positive() }),
  z.object({ kind: z.literal("square"), side: z.number().positive() }),
]);

step("parse", () => User.parse({ name: " Ada ", email: "ada@example.com", age: "36", tags: ["x", "y"] }));
step("errors", () => {
  const bad = { name: "", email: "no", age: 3, tags: ["a", "b", "c", "d"], address: { street: "x", zip: "12" }, more: 1 };
  const result = User.safeParse(bad);
  console.log(result.success, z.prettifyError(result.error));
  console.log(JSON.stringify(z.treeifyError(result.error), null, 1));
});
step("union", () => [
  Shape.parse({ kind: "circle", radius: 2 }),
  Shape.safeParse({ kind: "line" }).error.issues,
]);
step("async refinement", async () => {
  const free = z.string().refine(async (name) => name !== "taken", { error: "is taken" });
  console.log(await free.parseAsync("free"));
  console.log((await free.safeParseAsync("taken")).error.issues);
});
step("json schema", () => JSON.stringify(z.toJSONSchema(Shape), null, 1));
