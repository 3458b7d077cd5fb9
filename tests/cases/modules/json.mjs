import data from "./lib/data.json" with { type: "json" };
import text from "./lib/text.txt" with { type: "text" };
console.log(data.name, data.list.length, text.trim());
const again = await import("./lib/data.json", { with: { type: "json" } });
console.log(again.default === data);
for (const [specifier, type] of [["./lib/data.json", "css"], ["./lib/broken.json", "json"], ["./json.mjs", "json"]]) {
  try {
    await import(specifier, { with: { type } });
    console.log("no error");
  } catch (error) {
    console.log(error.name, error.code, error.message.replaceAll(import.meta.dirname, "[dir]"));
  }
}
