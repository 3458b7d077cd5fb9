console.log(require("./node_modules/typescript/lib/typescript.js").version);
