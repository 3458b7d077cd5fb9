// webpack: bundles an application with a loader of one's own, runs the bundle, reports errors
const webpack = require("webpack");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { step } = require("../lib/step.cjs");

const app = path.join(__dirname, "../fixtures/app");
function bundle(config) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "webpack-"));
  const compiler = webpack({
    context: app, mode: "production", target: "node", entry: "./main.js", devtool: false, output: { path: out, filename: "[name].js", library: { type: "commonjs2" } },
    optimization: { minimize: false },
    plugins: [new webpack.NormalModuleReplacementPlugin(/^virtual:env$/, path.join(app, "env.js"))], ...config,
  });
  return new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : compiler.close(() => resolve({ stats, out })))));
}
step("bundle and run", async () => {
  const { stats, out } = await bundle({});
  if (stats.hasErrors()) throw new Error(stats.toJson({ all: false, errors: true }).errors[0].message);
  console.log(stats.toJson({ all: false, modules: true }).modules.map((module) => module.name).sort());
  console.log(fs.readdirSync(out).length, await require(path.join(out, "main.js")).main());
});
step("development", async () => {
  const { stats, out } = await bundle({ mode: "development", devtool: "source-map" });
  console.log(stats.compilation.errors.length, fs.existsSync(path.join(out, "main.js.map")));
});
step("minimize in threads", async () => {
  const { stats } = await bundle({ optimization: { minimize: true } });
  for (const { message } of stats.toJson({ all: false, errors: true }).errors) throw new Error(message.split("\n").slice(0, 2).join(": "));
});
step("errors", async () => {
  const { stats } = await bundle({ plugins: [], entry: ["./main.js", "./nowhere.js"] });
  return stats.toJson({ all: false, errors: true }).errors.map((error) => error.message.split("\n")[0]);
});
