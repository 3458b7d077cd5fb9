// commander: sub-commands, options, help, errors
import { Argument, Command, Option } from "commander";
import { step } from "../lib/step.cjs";

function program() {
  const out = [];
  const cli = new Command("tool").version("1.2.3").description("a tool").exitOverride()
    .configureOutput({ writeOut: (text) => out.push(text), writeErr: (text) => out.push(text), getOutHelpWidth: () => 80 });
  cli.command("build").description("builds it").argument("<dir>", "where").argument("[more...]")
    .option("-o, --out <file>", "the output", "a.out").option("--no-cache", "without it")
    .addOption(new Option("-l, --level <n>", "how much").argParser(Number).env("TOOL_LEVEL").choices(["1", "2"]))
    .action((dir, more, options) => out.push(JSON.stringify({ dir, more, options })));
  cli.command("greet").addArgument(new Argument("<who>").choices(["ada", "bob"])).action(async (who) => { await null; out.push(`hello ${who}`); });
  return { cli, out };
}
async function run(...args) {
  const { cli, out } = program();
  cli.commands.forEach((command) => command.copyInheritedSettings(cli));
  try {
    await cli.parseAsync(args, { from: "user" });
  } catch (error) {
    out.push(`${error.name} ${error.code} ${error.exitCode}`);
  }
  console.log(out.join("\n"));
}

step("help", () => run("--help"));
step("help of a command", () => run("help", "build"));
step("arguments", () => run("build", "src", "a", "b", "--out", "x", "--no-cache", "-l", "2"));
step("async", () => run("greet", "ada"));
step("version", () => run("-V"));
step("errors", async () => {
  for (const args of [["bild"], ["build"], ["greet", "eve"], ["build", ".", "--nope"], ["build", ".", "--out"]]) await run(...args);
});
step("process.argv", () => new Command().argument("[x]").parse().args);
