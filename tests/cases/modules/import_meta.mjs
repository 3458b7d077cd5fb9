const meta = import.meta;
console.log(meta.url.startsWith("file:///"), meta.url.endsWith("/import_meta.mjs"));
console.log(meta.dirname.endsWith("/modules"), meta.filename === `${meta.dirname}/import_meta.mjs`, meta.main);
console.log(meta.resolve("./lib/x.mjs") === meta.url.replace("import_meta", "lib/x"), meta.resolve("node:events"));
console.log(meta.resolve("plain") === meta.url.replace("import_meta.mjs", "node_modules/plain/index.js"));
console.log((await import("./lib/not_main.mjs")).default);
