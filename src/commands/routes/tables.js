// What `krepis routes` runs: loads a program and describes the tables that it exports. Gives JSON: { tables }, as
// describe() of krepis:mycelia has them, with names and with values in words; or { failure } in words.
async ({ file, name }, load) => {
  const { Kernel, Router } = await import("krepis:mycelia");

  const isTable = (value) => value instanceof Router || value instanceof Kernel;
  const isObject = (value) => value !== null && (typeof value === "object" || typeof value === "function");

  // [name, table] of a table, or of those that an object holds.
  const tablesOf = (name, value) => {
    if (isTable(value)) return [[name, value]];
    if (!isObject(value)) return [];
    const held = ["router", "routes", "kernel"].map((key) => [`${name}.${key}`, value[key]]);
    return held.filter(([, inner]) => isTable(inner));
  };

  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  const listOf = (items, most) => [...items.slice(0, most), ...(items.length > most ? ["…"] : [])].join(", ");

  // What a route leads to, in a few words.
  const inWords = (value, depth = 0) => {
    switch (typeof value) {
      case "undefined":
        return "";
      case "string":
        return cut(JSON.stringify(value), 60);
      case "function": {
        const isClass = /^class\b/.test(Function.prototype.toString.call(value));
        const { name } = value;
        if (typeof name !== "string" || name === "") return isClass ? "a class" : "a function";
        return cut(isClass ? `class ${name}` : `${name}()`, 60);
      }
      case "object": {
        if (value === null) return "null";
        if (Array.isArray(value)) {
          return depth > 0 ? "[…]" : cut(`[${listOf(value.slice(0, 4).map((item) => inWords(item, 1)), 3)}]`, 60);
        }
        const maker = Object.getPrototypeOf(value)?.constructor;
        if (typeof maker === "function" && maker !== Object && maker.name !== "") return cut(maker.name, 60);
        return cut(`{ ${listOf(Object.keys(value), 4)} }`, 60);
      }
      default:
        return String(value);
    }
  };

  const describe = (name, table) => {
    const description = table.describe();
    const routes = description.routes.map((route) => ({ ...route, value: inWords(route.value) }));
    return { ...description, name, routes };
  };

  // An export that is no table, for who expected one.
  const kindOf = (value) => {
    if (isObject(value) && typeof value !== "function") return `an object with ${listOf(Object.keys(value), 6) || "nothing"}`;
    return inWords(value) || "undefined";
  };

  const look = async () => {
    const exports = await load(file);
    // Of a CommonJS module, `module.exports` is the default export too.
    const names = Object.keys(exports).filter((each) => each !== "module.exports");
    names.sort((a, b) => (b === "default") - (a === "default"));
    if (name !== null && !names.includes(name)) {
      return { failure: `has no export ${name}; it exports ${names.join(", ") || "nothing"}` };
    }
    const chosen = name === null ? names : [name];
    // A table under two names is shown once.
    const found = new Map();
    for (const [name, table] of chosen.flatMap((each) => tablesOf(each, exports[each]))) {
      if (!found.has(table)) found.set(table, name);
    }
    if (found.size === 0) {
      const what = chosen.map((each) => `${each} (${kindOf(exports[each])})`).join(", ") || "nothing";
      return {
        failure: `exports ${what}, and no Router or Kernel of krepis:mycelia: export one, or an object that has one as \`router\`, \`routes\` or \`kernel\``,
      };
    }
    return { tables: [...found].map(([table, name]) => describe(name, table)) };
  };
  return JSON.stringify(await look());
}
