// acorn: parses, tokenizes, reports errors
import { parse, Parser, tokenizer } from "acorn";
import { step, thrown } from "../lib/step.cjs";

step("parse", () => JSON.stringify(parse("export const f = async ({ a = 1n, ...b }) => a?.[`x${b}`];", { ecmaVersion: "latest", sourceType: "module", locations: true }), (key, value) => (typeof value === "bigint" ? `${value}n` : value)));
step("tokens", () => [...tokenizer("a **= /b/v; // c", { ecmaVersion: 2024 })].map((token) => token.type.label));
step("extend", () => new (Parser.extend((Base) => class extends Base { raise(at, message) { throw new Error(`${message} at ${at}`); } }))({ ecmaVersion: 2020 }, "x").parse().body.length);
step("error", () => thrown(() => parse("let let", { ecmaVersion: 2020 })));
