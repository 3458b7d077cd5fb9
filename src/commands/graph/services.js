// What `krepis graph --services` runs: loads a program, finds its container and draws it. Gives JSON:
// { picture, report } with the text of all problems or "", or { failure } in words.
async ({ file, format, name, title, colors }, load) => {
  const { Container } = await import("krepis:di");

  const formats = {
    text: (graph) => graph.toString({ colors }),
    dot: (graph) => graph.toDot(),
    mermaid: (graph) => graph.toMermaid(),
    json: (graph) => `${JSON.stringify(graph, null, 2)}\n`,
    html: (graph) => graph.toHtml(title),
  };
  const draw = (graph) => ({ picture: formats[format](graph), report: graph.report });

  // A container, or what holds one.
  const containerOf = (value) => {
    if (value instanceof Container) return value;
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
    return [value.services, value.container].find((inner) => inner instanceof Container);
  };

  const look = async () => {
    let exports;
    try {
      exports = await load(file);
    } catch (error) {
      // build() refused a container while the program was loading: that one is to be seen.
      if (error?.graph === undefined) throw error;
      return draw(error.graph);
    }
    const names = Object.keys(exports).sort((a, b) => (b === "default") - (a === "default"));
    if (name !== null && !names.includes(name)) {
      return { failure: `has no export ${name}; it exports ${names.join(", ") || "nothing"}` };
    }
    const found = new Map();
    for (const each of name === null ? names : [name]) {
      const container = containerOf(exports[each]);
      if (container !== undefined && !found.has(container)) found.set(container, each);
    }
    if (found.size === 0) {
      const what = name === null ? `exports ${names.join(", ") || "nothing"}` : `exports ${name}`;
      return { failure: `${what}, and no Container of krepis:di: export the program's, built or not` };
    }
    const [first] = found.values();
    if (found.size > 1 && first !== "default") {
      return { failure: `exports several containers: choose one with --export ${[...found.values()].join(" or --export ")}` };
    }
    const [container] = found.keys();
    return draw(container.graph({ async: true }));
  };
  return JSON.stringify(await look());
}
