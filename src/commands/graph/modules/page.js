// The page of `krepis graph FILE`: an area for each module, who imports it, whom it imports, and the way to it.
// Names are only ever set as text.
(() => {
  const { modules, imports, packages, cycles, duplicates, problems } = JSON.parse(
    document.getElementById("data").textContent,
  );
  const [map, about, field, search] = ["map", "about", "field", "search"].map((id) => document.getElementById(id));

  const MOST = 200;
  const out = modules.map(() => []);
  const into = modules.map(() => []);
  imports.forEach((each, number) => {
    out[each.from].push(number);
    into[each.to].push(number);
  });
  const cyclesOf = modules.map(() => []);
  cycles.forEach((cycle, number) => cycle.members.forEach((module) => cyclesOf[module].push(number)));
  const isOnCycle = (module, atLoad) => cyclesOf[module].some((number) => cycles[number].atLoad === atLoad);

  const size = (bytes) => {
    if (bytes < 1000) return `${bytes} B`;
    let [value, unit] = [bytes / 1000, 0];
    for (; value >= 999.95 && unit < 3; unit++) value /= 1000;
    return `${value.toFixed(1)} ${["kB", "MB", "GB", "TB"][unit]}`;
  };
  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const titleOf = (number) => {
    if (number === null) return "";
    const { name, version } = packages[number];
    return version === "" ? name : `${name}@${version}`;
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // -- The picture: packages side by side, and in each its modules.

  // Cuts a rectangle into parts of given weights that are as square as they can be: rows are filled while their
  // worst side ratio gets better.
  const squarify = (items, x, y, width, height) => {
    const total = items.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0 || width <= 0 || height <= 0) return [];
    const scale = (width * height) / total;
    const areas = items.map((item) => ({ ...item, area: item.weight * scale })).sort((a, b) => b.area - a.area);
    const placed = [];
    const worst = (sum, smallest, largest, side) =>
      Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
    let at = 0;
    while (at < areas.length) {
      const side = Math.min(width, height);
      let [sum, end] = [areas[at].area, at + 1];
      while (end < areas.length) {
        const next = sum + areas[end].area;
        const now = worst(sum, areas[end - 1].area, areas[at].area, side);
        if (worst(next, areas[end].area, areas[at].area, side) > now) break;
        sum = next;
        end++;
      }
      const thickness = side === 0 ? 0 : sum / side;
      const isRow = width < height;
      let along = 0;
      for (const item of areas.slice(at, end)) {
        const length = thickness === 0 ? 0 : item.area / thickness;
        placed.push(
          isRow
            ? { ...item, x: x + along, y, width: length, height: thickness }
            : { ...item, x, y: y + along, width: thickness, height: length },
        );
        along += length;
      }
      if (isRow) [y, height] = [y + thickness, height - thickness];
      else [x, width] = [x + thickness, width - thickness];
      at = end;
    }
    return placed;
  };

  const groups = new Map();
  modules.forEach((module, number) => {
    if (module.kind === "builtin" || module.kind === "missing") return;
    if (!groups.has(module.package)) groups.set(module.package, []);
    groups.get(module.package).push(number);
  });
  const weightOf = (number) => Math.max(modules[number].bytes, 1);
  const cells = new Map();

  const put = (made, { x, y, width, height }) => {
    Object.assign(made.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  };
  const draw = () => {
    cells.clear();
    map.replaceChildren();
    const items = [...groups].map(([owner, members]) => ({
      owner,
      members,
      weight: members.reduce((sum, number) => sum + weightOf(number), 0),
    }));
    for (const box of squarify(items, 0, 0, map.clientWidth, map.clientHeight)) {
      if (box.width < 2 || box.height < 2) continue;
      const isOwn = box.owner === null || !packages[box.owner].dependency;
      const group = element("div", { className: isOwn ? "group own" : "group" });
      put(group, box);
      const hasTitle = box.width > 50 && box.height > 34;
      const top = hasTitle ? 17 : 0;
      if (hasTitle) {
        const title = `${titleOf(box.owner) || "modules"} ${size(box.weight)}`;
        group.append(element("div", { className: "title", textContent: title, title }));
      }
      const inner = box.members.map((number) => ({ number, weight: weightOf(number) }));
      for (const part of squarify(inner, 0, top, box.width - 2, box.height - top - 2)) {
        if (part.width < 1.5 || part.height < 1.5) continue;
        const { name, bytes } = modules[part.number];
        const cell = element("div", { className: "cell", title: `${name}\n${size(bytes)}` });
        if (part.width > 36 && part.height > 15) cell.textContent = name.split("/").at(-1);
        if (isOnCycle(part.number, false)) cell.classList.add("late");
        if (isOnCycle(part.number, true)) cell.classList.add("bad");
        cell.dataset.module = part.number;
        put(cell, part);
        cells.set(part.number, cell);
        group.append(cell);
      }
      map.append(group);
    }
    mark();
  };

  // -- The choice, and what is told about it.

  let chosen = null;
  const wayTo = (module) => {
    const way = [];
    for (let via = modules[module].via; via !== null; via = modules[imports[via].from].via) way.unshift(via);
    return way;
  };
  const mark = () => {
    for (const cell of cells.values()) cell.classList.remove("picked", "importer", "imported", "way");
    if (chosen === null) return;
    const add = (module, name) => cells.get(module)?.classList.add(name);
    wayTo(chosen).forEach((via) => add(imports[via].from, "way"));
    out[chosen].forEach((number) => add(imports[number].to, "imported"));
    into[chosen].forEach((number) => add(imports[number].from, "importer"));
    add(chosen, "picked");
  };
  const choose = (module) => {
    chosen = module;
    mark();
    tell();
    history.replaceState(null, "", module === null ? "#" : `#m${module}`);
  };

  const link = (module) =>
    element("button", { type: "button", textContent: modules[module].name, onclick: () => choose(module) });
  const list = (title, items, make) => {
    if (items.length === 0) return [];
    const shown = items.slice(0, MOST).map((item) => element("li", {}, ...make(item)));
    if (items.length > MOST) shown.push(element("li", { textContent: `and ${items.length - MOST} more` }));
    return [element("h3", { textContent: `${title} (${items.length})` }), element("ul", {}, ...shown)];
  };
  const how = ({ kind, lazy, line, column }) =>
    element("small", { textContent: ` ${line}:${column} ${kind}${lazy ? ", later" : ""}` });
  const cycleLine = (number) => {
    const { modules: path, atLoad, members } = cycles[number];
    const parts = [element("span", { className: atLoad ? "bad" : "late", textContent: atLoad ? "at load " : "later " })];
    [...path.slice(0, 12), ...(path.length > 12 ? [null] : []), path[0]].forEach((module, at) => {
      if (at > 0) parts.push(" \u2192 ");
      parts.push(module === null ? "\u2026" : link(module));
    });
    if (members.length > path.length) {
      parts.push(element("small", { textContent: ` among ${members.length} modules` }));
    }
    return parts;
  };
  const problemLine = ({ module, import: number, message, expected }) => [
    link(module),
    element("small", { textContent: number === null ? " " : ` ${imports[number].line}:${imports[number].column} ` }),
    element("span", { className: expected ? "late" : "bad", textContent: message }),
  ];

  const overview = () => {
    const bySize = (a, b) => b.retainedBytes - a.retainedBytes;
    const heavy = modules.map((module, number) => ({ ...module, number })).filter(({ depth }) => depth > 0);
    const dependencies = packages.map((each, number) => ({ ...each, number })).filter(({ dependency }) => dependency);
    return [
      element("h2", { textContent: "Overview" }),
      element("p", { textContent: "Choose a module to see who imports it, and why it is there." }),
      ...list("Problems", problems.filter(({ expected }) => !expected), problemLine),
      ...list("Cycles", cycles.map((_, number) => number), cycleLine),
      ...list("Packages", dependencies.sort((a, b) => b.bytes - a.bytes), ({ number, bytes, modules: many }) => [
        link(modules.findIndex((module) => module.package === number)),
        element("small", { textContent: ` ${titleOf(number)}, ${count(many, "module")}, ${size(bytes)}` }),
      ]),
      ...list("More than once", duplicates, (numbers) => [
        packages[numbers[0]].name,
        element("small", { textContent: ` ${numbers.map((number) => packages[number].version).join(", ")}` }),
      ]),
      ...list("What goes with a module", heavy.sort(bySize).slice(0, 20), ({ number, retainedBytes }) => [
        link(number),
        element("small", { textContent: ` ${size(retainedBytes)}` }),
      ]),
      ...list("Missing, and may be", problems.filter(({ expected }) => expected), problemLine),
    ];
  };
  const details = (number) => {
    const { name, package: owner, kind, format, bytes, codeBytes, retainedBytes, depth, problem, dominator } =
      modules[number];
    const facts = [
      ["Package", titleOf(owner)],
      ["Kind", format ?? kind],
      ["Size", codeBytes === bytes ? size(bytes) : `${size(bytes)}, ${size(codeBytes)} as JavaScript`],
      ["Goes with it", size(retainedBytes)],
      ["Depth", depth === 0 ? "the entry" : String(depth)],
      ["Problem", problem ?? ""],
    ].filter(([, text]) => text !== "");
    return [
      element("button", { type: "button", textContent: "\u2190 Overview", onclick: () => choose(null) }),
      element("h2", { textContent: name }),
      element(
        "dl",
        {},
        ...facts.flatMap(([term, text]) => [
          element("dt", { textContent: term }),
          element("dd", { textContent: text, className: term === "Problem" ? "bad" : "" }),
        ]),
      ),
      ...(dominator === null || dominator === 0
        ? []
        : [element("p", {}, "All ways to it lead through ", link(dominator), ".")]),
      ...list("Cycles", cyclesOf[number], cycleLine),
      ...list("The way from the entry", wayTo(number), (via) => [link(imports[via].from), how(imports[via])]),
      ...list("Imported by", into[number], (each) => [link(imports[each].from), how(imports[each])]),
      ...list("Imports", out[number], (each) => [
        link(imports[each].to),
        how(imports[each]),
        ...(imports[each].problem === null
          ? []
          : [element("span", { className: "bad", textContent: ` ${imports[each].problem}` })]),
      ]),
    ];
  };
  const tell = () => {
    about.replaceChildren(...(chosen === null ? overview() : details(chosen)));
    about.scrollTop = 0;
  };

  map.addEventListener("click", ({ target }) => {
    const cell = target.closest(".cell");
    choose(cell === null ? null : Number(cell.dataset.module));
  });

  // -- Hovering shows the neighbours of a module; the choice comes back after it.
  map.addEventListener("pointerover", ({ target }) => {
    const cell = target.closest(".cell");
    if (cell === null) return;
    const kept = chosen;
    chosen = Number(cell.dataset.module);
    mark();
    chosen = kept;
  });
  map.addEventListener("pointerleave", mark);

  // -- Search: what has all words lights up; Enter chooses the first.
  const texts = modules.map(({ name, package: owner }) => `${name} ${titleOf(owner)}`.toLowerCase());
  const matches = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    return modules.map((_, number) => number).filter((number) => words.every((word) => texts[number].includes(word)));
  };
  search.addEventListener("input", () => {
    const found = new Set(matches());
    map.classList.toggle("faded", search.value.trim() !== "");
    for (const [number, cell] of cells) cell.classList.toggle("found", found.has(number));
    if (search.value.trim() === "") return tell();
    about.replaceChildren(...list("Found", [...found], (number) => [link(number)]));
    if (found.size === 0) about.replaceChildren(element("p", { textContent: "Nothing has all of these words." }));
  });
  search.addEventListener("keydown", (event) => {
    const [first] = matches();
    if (event.key === "Enter" && first !== undefined) choose(first);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") {
      search.value = "";
      search.dispatchEvent(new Event("input"));
      choose(null);
    }
  });

  field.hidden = false;
  const asked = /^#m(\d+)$/.exec(location.hash);
  if (asked !== null && Number(asked[1]) < modules.length) chosen = Number(asked[1]);
  draw();
  tell();
  let waiting = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  });
})();
