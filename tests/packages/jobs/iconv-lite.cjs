// iconv-lite: encodings there and back, as streams
const iconv = require("iconv-lite");
const { Readable } = require("node:stream");
const { step } = require("../lib/step.cjs");

step("encode", () => ["win1251", "shift_jis", "utf16-be", "gbk", "cp437"].map((name) => iconv.encode(name === "win1251" ? "Привет" : "é日", name).toString("hex")));
step("decode", () => [iconv.decode(Buffer.from([0x8f, 0xac, 0x93, 0xfa]), "sjis"), iconv.decode(Buffer.from("efbbbf41", "hex"), "utf8"), iconv.encodingExists("nope")]);
step("stream", async () => { let text = ""; for await (const part of Readable.from([Buffer.from([0xa4]), Buffer.from([0xa4, 0x41])]).pipe(iconv.decodeStream("euc-jp"))) text += part; return text; });
