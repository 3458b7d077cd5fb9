// chalk: colours at every level, nesting, templates of its own
import chalk, { Chalk, chalkStderr, supportsColor } from "chalk";
import { step } from "../lib/step.cjs";

step("levels", () => [0, 1, 2, 3].map((level) => JSON.stringify(new Chalk({ level }).hex("#ff8800").bgBlue.bold("x"))));
step("nesting", () => {
  const { red, green, underline } = new Chalk({ level: 1 });
  return JSON.stringify([red(`a ${green("b")} c`), red.bold.underline("x\ny"), underline(red("a", "b"))]);
});
step("detection", () => [supportsColor, chalk.level, chalkStderr.level]);
step("visible", () => JSON.stringify([new Chalk({ level: 0 }).visible("x"), new Chalk({ level: 3 }).rgb(1, 2, 3).inverse("y")]));
