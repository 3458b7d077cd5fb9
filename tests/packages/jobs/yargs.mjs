// yargs: commands, types, help, failures
import yargs from "yargs";
import { hideBin, Parser } from "yargs/helpers";
import { step } from "../lib/step.cjs";

const cli = () => yargs().scriptName("tool").exitProcess(false).locale("en").wrap(80)
  .command("serve [port]", "start the server", (y) => y.positional("port", { type: "number", default: 80, describe: "where" }), (argv) => console.log("serving", argv.port, argv.v))
  .command("list <dir..>", "list folders", {}, (argv) => console.log(argv.dir))
  .option("v", { alias: "verbose", type: "count", describe: "say more" })
  .option("mode", { choices: ["fast", "slow"] })
  .strict().demandCommand(1);
const run = async (args) => {
  let failure;
  const argv = await cli().fail((message, error) => { failure = error?.message ?? message; }).parseAsync(args, {});
  return failure ?? argv;
};

step("command", () => run("serve 8080 -vv"));
step("several", () => run(["list", "a", "b", "--mode=fast"]));
step("help", async () => console.log(await cli().getHelp()));
step("failures", async () => {
  for (const args of ["", "serve --nope", "serve --mode=odd", "list"]) console.log(await run(args));
});
step("parser", () => Parser("--a.b=1 --no-c -xyz --list 1 2 --s text", { array: ["list"], number: ["list"], string: ["s"] }));
step("hideBin", () => hideBin(["node", "file", "--x"]));
