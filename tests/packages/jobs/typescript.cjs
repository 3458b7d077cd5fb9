// typescript: compiles a project from disk, reports type errors, runs what it emitted, declarations, language service
const ts = require("typescript");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { step } = require("../lib/step.cjs");

const project = path.join(__dirname, "../fixtures/project");
const show = (diagnostics) => diagnostics.map((d) => `${d.file ? `${path.basename(d.file.fileName)}:${d.file.getLineAndCharacterOfPosition(d.start).line + 1} ` : ""}TS${d.code} ${ts.flattenDiagnosticMessageText(d.messageText, "\n")}`);

step("compile a project", () => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "tsc-"));
  const config = ts.getParsedCommandLineOfConfigFile(path.join(project, "tsconfig.json"), { outDir: out }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (d) => console.log(show([d])) });
  const program = ts.createProgram(config.fileNames, config.options);
  console.log(show(ts.getPreEmitDiagnostics(program)));
  const { emitSkipped } = program.emit();
  console.log(emitSkipped, fs.readdirSync(out).sort());
  console.log(fs.readFileSync(path.join(out, "shapes.js"), "utf8"), fs.readFileSync(path.join(out, "shapes.d.ts"), "utf8"));
  console.log(require(path.join(out, "main.js")).report);
  fs.rmSync(out, { recursive: true });
});
step("type errors", () => {
  const file = "bad.ts", text = `interface A { n: number }\nconst a: A = { n: "x" };\nfunction f(a: A): string { return a.m; }\nlet x = await f(a, 1);\nexport {};\n`;
  const options = { strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, noEmit: true };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, target) => (name === file ? ts.createSourceFile(name, text, target) : getSourceFile.call(host, name, target));
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  return ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => "/", getNewLine: () => "\n" });
});
step("transpile", () => ts.transpileModule(`enum E { A = 1, B }\nexport class C { constructor(private x: E) {} @dec m() {} }\ndeclare const dec: any;`, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, experimentalDecorators: true } }).outputText);
step("language service", () => {
  const text = "const point = { width: 1, height: 2 };\npoint.";
  const service = ts.createLanguageService({
    getScriptFileNames: () => ["a.ts"], getScriptVersion: () => "1", getScriptSnapshot: (name) => (name === "a.ts" ? ts.ScriptSnapshot.fromString(text) : undefined),
    getCurrentDirectory: () => "/", getCompilationSettings: () => ({ noLib: true }), getDefaultLibFileName: () => "lib.d.ts", fileExists: (name) => name === "a.ts", readFile: () => undefined,
  });
  return [service.getCompletionsAtPosition("a.ts", text.length, {}).entries.map((entry) => entry.name), service.getQuickInfoAtPosition("a.ts", 7).displayParts.map((part) => part.text).join("")];
});
