// The page of `krepis routes`: search, what overlaps, and which route takes a path, by the matcher of the runtime.
// Patterns are only ever set as text.
(() => {
  const loaded = {};
  const load = (name) => (loaded[name] ??= modules[name](load));
  const { nodesOf, walk } = load("krepis/mycelia/walk");

  const [search, path, answer] = ["search", "path", "answer"].map((id) => document.getElementById(id));
  const items = [...document.querySelectorAll(".tree li")];
  const rowOf = (item) => item.querySelector(".row");

  // -- Search: what has all words stays, with what is above and below it.
  const texts = items.map((item) => rowOf(item).textContent.toLowerCase());
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = new Set();
    items.forEach((item, at) => {
      if (!words.every((word) => texts[at].includes(word))) return;
      for (let above = item; above !== null; above = above.parentElement.closest("li")) kept.add(above);
      for (const below of item.querySelectorAll("li")) kept.add(below);
    });
    for (const item of items) item.hidden = !kept.has(item);
  });

  // -- Overlaps: pointing at one side shows the other.
  const partners = new Map();
  const pair = (one, other) => partners.set(one, (partners.get(one) ?? new Set()).add(other));
  for (const item of document.querySelectorAll("aside li")) {
    const [first, second] = item.dataset.routes.split(" ").map((id) => document.getElementById(id));
    for (const [one, other] of [[item, first], [item, second], [first, item], [second, item], [first, second], [second, first]]) {
      pair(one, other);
    }
  }
  for (const [element, others] of partners) {
    const light = (on) => () => [...others].forEach((other) => other.classList.toggle("on", on));
    element.addEventListener("pointerenter", light(true));
    element.addEventListener("pointerleave", light(false));
  }
  const unfold = (row) => {
    for (let above = row; above !== null; above = above.parentElement?.closest("details")) above.open = true;
  };
  addEventListener("hashchange", () => {
    const row = document.getElementById(location.hash.slice(1));
    if (row?.classList.contains("row")) unfold(row);
  });

  // -- Which route takes a path. What only the program can decide is taken to hold.
  const asked = new Set();
  const define = (constraint) => () => {
    asked.add(constraint);
    return true;
  };
  const tables = JSON.parse(document.getElementById("data").textContent).map(({ name, plan, places }) => {
    const { options, routes } = plan;
    return { name, places, options, routes, statics: new Map(Object.entries(plan.statics)), nodes: nodesOf(plan, define) };
  });

  const element = (name, text, ...children) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    made.append(...children);
    return made;
  };

  const idOf = (table, route) => `t${tables.indexOf(table)}r${table.places[route]}`;

  const linkTo = (table, route) => {
    const link = element("a", table.routes[route].pattern);
    link.href = `#${idOf(table, route)}`;
    return element("code", undefined, link);
  };

  const answerOf = (table) => {
    asked.clear();
    const found = walk(table, path.value, false);
    const line = element("p");
    if (tables.length > 1) line.append(`${table.name}: `);
    if (found.length === 0) {
      line.append("no route takes it");
      return line;
    }
    const [{ route, params }, ...others] = found;
    const row = document.getElementById(idOf(table, route));
    row.classList.add("taken");
    unfold(row);
    line.append(linkTo(table, route));
    const taken = Object.entries(params).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    if (taken.length > 0) line.append(` with ${taken.join(", ")}`);
    others.forEach(({ route }, at) => line.append(at === 0 ? "; after it " : ", ", linkTo(table, route)));
    if (asked.size > 0) line.append(`; if ${[...asked].join(" and ")} holds, which only the program can tell`);
    return line;
  };

  path.addEventListener("input", () => {
    for (const row of document.querySelectorAll(".taken")) row.classList.remove("taken");
    answer.replaceChildren(...(path.value === "" ? [] : tables.map(answerOf)));
  });
  path.addEventListener("keydown", (event) => {
    if (event.key === "Enter") document.querySelector(".taken")?.scrollIntoView({ block: "center" });
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target === search || event.target === path) return;
    event.preventDefault();
    search.focus();
  });
  document.getElementById("fields").hidden = false;
})();
