// execa: runs a program
import { execa, execaSync } from "execa";
import { step } from "../lib/step.cjs";

step("run", async () => (await execa("echo", ["hello"])).stdout);
step("sync", () => execaSync("echo", ["hello"]).stdout);
step("fails", async () => (await execa("false", { reject: false })).exitCode);
