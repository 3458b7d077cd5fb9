// zod: from TypeScript, with inferred types
import { z, type ZodError } from "zod";
import { step } from "../lib/step.cjs";

const Level = { Low: 1, High: 2 } as const;
const Config = z.object({ level: z.enum(Level), ports: z.tuple([z.number(), z.number()]).optional() });
type Config = z.infer<typeof Config>;
const show = (config: Config): string => `level ${config.level} ${config.ports?.join("-") ?? "none"}`;

step("parse", () => show(Config.parse({ level: 2, ports: [1, 2] }) satisfies Config));
step("error", () => (Config.safeParse({ level: 9 }).error as ZodError).issues.length);
