// Plugins that can be changed while the program runs: krepis examples/plugins/main.ts
//
// With an argument, krepis examples/plugins/main.ts watch, it waits: edit a file in examples/plugins/installed, and only
// what the change touches is loaded anew. Plugins are CommonJS or Lua; they ask the host for its options by a name that
// no file has.
import { readdirSync, watch } from "node:fs";
import { registerHooks } from "node:module";
import { basename, extname, join } from "node:path";
import process from "node:process";
import { cache, loaded, preload, require, statistics } from "krepis:modules";

interface Plugin {
  run(text: string): string;
}

class Plugins {
  readonly #require: (specifier: string) => Plugin;
  /** Those that could not be loaded have a place too. */
  readonly #byFile = new Map<string, Plugin | undefined>();

  constructor(readonly folder: string) {
    this.#require = require.from(`${folder}/`);
    for (const name of readdirSync(folder).sort()) if (extname(name) !== "") this.load(join(folder, name));
  }

  load(file: string): void {
    this.#byFile.set(file, undefined);
    try {
      this.#byFile.set(file, this.#require(file));
    } catch (error: any) {
      console.log(`! ${basename(file)}: ${error.message.split("\n")[0]}`);
    }
  }

  /** Forgets a file and all that required it. Plugins among these, and those that failed, are loaded again and named. */
  changed(file: string): string[] {
    const gone = new Set(cache.delete(file, { dependents: true }));
    const touched = [...this.#byFile].filter(([plugin, known]) => gone.has(plugin) || known === undefined);
    for (const [plugin] of touched) this.load(plugin);
    return touched.map(([plugin]) => basename(plugin));
  }

  run(text: string): void {
    for (const [file, plugin] of this.#byFile) {
      if (plugin !== undefined) console.log(`${basename(file)}: ${plugin.run(text)}`);
    }
  }
}

// What plugins get for `host:options`: a module that is made here.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith("host:") ? { url: specifier, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === "host:options"
      ? { format: "json", source: JSON.stringify({ separator: " " }), shortCircuit: true }
      : next(url, context),
});

const plugins = new Plugins(join(import.meta.dirname, "installed"));
plugins.run("the way of one import");

// As if this file had changed: the plugin that required it is loaded again, the one in Lua is not.
const capital = join(plugins.folder, "lib/capital.cjs");
const before = require(capital);
console.log("again:", plugins.changed(capital), require(capital) !== before);

// What may be needed soon is read and compiled before somebody waits for it, and not run.
const { modules } = await preload("../fibonacci.ts", { from: import.meta.url });
console.log("ready:", modules, loaded().some((url) => url.endsWith("/fibonacci.ts")));

console.log("loaded by require:", statistics().modules.commonjs);

if (process.argv.includes("watch")) {
  const touched = new Set<string>();
  let timer: Timeout | undefined;
  watch(plugins.folder, { recursive: true }, (_: string, name: string) => {
    touched.add(join(plugins.folder, name));
    timer ??= setTimeout(() => {               // editors touch a file more than once
      const again = [...touched].flatMap((file) => plugins.changed(file));
      if (again.length > 0) plugins.run(`${again} again`);
      touched.clear();
      timer = undefined;
    }, 50);
  });
}
