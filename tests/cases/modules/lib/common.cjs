exports.named = "named";
Object.defineProperty(exports, "viaDefine", { enumerable: true, value: "defined" });
exports["with-dash"] = 1;
