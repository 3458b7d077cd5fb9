// ora, boxen, figlet, picocolors: what terminals are decorated with
import boxen from "boxen";
import figlet from "figlet";
import ora from "ora";
import { PassThrough } from "node:stream";
import pc from "picocolors";
import { step } from "../lib/step.cjs";

step("ora", () => { const stream = new PassThrough(); const spinner = ora({ text: "working", stream, isEnabled: false, color: false }).start(); spinner.succeed("done"); return JSON.stringify(String(stream.read()).replace(/\x1b\[\d+m/g, "")); });
step("boxen", () => boxen("one\ntwo 日本", { padding: 1, borderStyle: "double", title: "t", width: 20 }));
step("figlet", async () => [figlet.textSync("Krepis", { font: "Small" }), (await figlet.text("x")).split("\n").length]);
step("picocolors", () => [pc.isColorSupported, JSON.stringify(pc.createColors(true).red(`a${pc.createColors(true).bold("b")}`))]);
