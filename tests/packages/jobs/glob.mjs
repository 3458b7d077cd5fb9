// glob: finds files, ignores, iterates
import { glob, globIterateSync, globSync, hasMagic } from "glob";
import path from "node:path";
import { step } from "../lib/step.cjs";

const cwd = path.join(import.meta.dirname, "../fixtures");
step("sync", () => globSync("**/*.js", { cwd, ignore: "**/dist/**" }).sort());
step("async", async () => (await glob(["project/*", "!(project|lint)/*.json"], { cwd, nodir: true })).sort());
step("iterate", () => [...globIterateSync("{app,lint}/m*.js", { cwd })].sort());
step("types", async () => (await glob("*", { cwd, withFileTypes: true })).map((entry) => `${entry.name}${entry.isDirectory() ? "/" : ""}`).sort());
step("magic", () => [hasMagic("a"), hasMagic("a?")]);
