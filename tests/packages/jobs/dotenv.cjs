// dotenv: parses a file, fills process.env, expands nothing
const dotenv = require("dotenv");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { step } = require("../lib/step.cjs");

const text = `# comment\nNAME=Ada\nQUOTED="a\\nb # not a comment"\nSINGLE='a\\nb'\nEMPTY=\nexport EXPORTED=yes # comment\nMULTI="line 1\nline 2"\nJSON={"a":1}\n`;
step("parse", () => dotenv.parse(text));
step("config", () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "dotenv-"));
  const file = path.join(dir, ".env");
  fs.writeFileSync(file, text);
  process.env.NAME = "Bob";
  const { parsed } = dotenv.config({ path: file, quiet: true });
  console.log(parsed.NAME, process.env.NAME, JSON.stringify(process.env.MULTI));
  dotenv.config({ path: file, quiet: true, override: true });
  fs.rmSync(dir, { recursive: true });
  return process.env.NAME;
});
step("no file", () => dotenv.config({ path: "/nowhere/.env", quiet: true }).error.code);
