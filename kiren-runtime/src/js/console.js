"use strict";
let stdio;
const console = {
  log(...args) { (stdio ??= native("stdio")).write_stdout(args.join(" ") + "\n"); },
  error(...args) { (stdio ??= native("stdio")).write_stderr(args.join(" ") + "\n"); },
};
return { console };
