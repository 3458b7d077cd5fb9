// chokidar: tells of files that are there, come, change and go
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import chokidar from "chokidar";
import { step } from "../lib/step.cjs";

step("watch", async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "watch-"));
  fs.writeFileSync(path.join(root, "a.txt"), "1");
  const watcher = chokidar.watch(root, { ignored: (name) => name.endsWith(".log") });
  const heard = (event, name) => new Promise((resolve) => watcher.on(event, (found) => { if (path.basename(found) === name) resolve(console.log(event, name)); }));
  const added = heard("add", "a.txt");
  await new Promise((resolve) => watcher.on("ready", resolve));
  await added;
  for (const [event, name, act] of [["add", "b.txt", (file) => fs.writeFileSync(file, "1")], ["change", "b.txt", (file) => fs.writeFileSync(file, "22")], ["unlink", "b.txt", (file) => fs.rmSync(file)], ["addDir", "d", (file) => fs.mkdirSync(file)]]) {
    const told = heard(event, name);
    act(path.join(root, name));
    await told;
  }
  await watcher.close();
  fs.rmSync(root, { recursive: true });
});
