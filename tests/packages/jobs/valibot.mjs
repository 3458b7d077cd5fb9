// valibot: pipelines, transforms, issues
import * as v from "valibot";
import { step } from "../lib/step.cjs";

const Schema = v.object({ email: v.pipe(v.string(), v.email("not an address")), at: v.pipe(v.string(), v.isoDate(), v.transform((text) => new Date(text))), kind: v.variant("t", [v.object({ t: v.literal("a"), n: v.number() })]) });
step("parse", () => v.parse(Schema, { email: "a@b.co", at: "2024-02-29", kind: { t: "a", n: 1 } }));
step("issues", () => v.flatten(v.safeParse(Schema, { email: "x", at: "y", kind: { t: "b" } }).issues));
