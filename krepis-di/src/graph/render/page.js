"use strict";
// Moves through the picture: pan and zoom, search, what a service needs and who needs it, the problems.

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const svg = document.getElementById("picture");
  const view = document.getElementById("view");
  const nodes = [...document.querySelectorAll("#nodes > g")];
  const edges = [...document.querySelectorAll("#edges path")];
  const details = document.getElementById("details");
  const problems = [...document.querySelectorAll("#problems li")];
  const search = document.querySelector("#find input");
  const found = document.querySelector("#find p");
  const full = svg.viewBox.baseVal;
  const picture = { x: full.x, y: full.y, width: full.width, height: full.height };

  // For each node, the edges on either side of it.
  const needs = nodes.map(() => []);
  const needed = nodes.map(() => []);
  for (const path of edges) {
    const edge = { path, from: Number(path.dataset.from), to: Number(path.dataset.to), need: path.classList[0] };
    needs[edge.from].push(edge);
    needed[edge.to].push(edge);
  }
  const titles = nodes.map((node) => node.querySelector("title").textContent);
  const names = nodes.map((node, at) => (at < data.nodes.length ? data.nodes[at].name : titles[at].split("\n")[0]));
  const texts = titles.map((title, at) => `${names[at]}\n${title}`.toLowerCase());
  const boxes = nodes.map((node) => {
    const { e: x, f: y } = node.transform.baseVal.consolidate().matrix;
    const rect = node.querySelector("rect");
    return { x, y, width: rect.width.baseVal.value, height: rect.height.baseVal.value };
  });

  // -- Where one looks: a point of the picture at the left upper corner, and pixels for a unit.
  const place = { x: 0, y: 0, scale: 1 };
  const least = 0.02;
  const most = 3;
  let frame = 0;

  function show() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const { x, y, scale } = place;
      view.setAttribute("transform", `scale(${scale}) translate(${-x} ${-y})`);
      svg.classList.toggle("far", scale < 0.55);
    });
  }

  function look(area, closest) {
    const { width, height } = svg.getBoundingClientRect();
    const scale = Math.min(width / area.width, height / area.height, closest);
    place.scale = Math.max(least, scale);
    place.x = area.x + area.width / 2 - width / 2 / place.scale;
    place.y = area.y + area.height / 2 - height / 2 / place.scale;
    show();
  }

  const lookAtAll = () => look(picture, 1.25);

  function lookAt(list) {
    const some = [...list].map((at) => boxes[at]);
    if (some.length === 0) return;
    const margin = 80;
    const x = Math.min(...some.map((box) => box.x)) - margin;
    const y = Math.min(...some.map((box) => box.y)) - margin;
    const right = Math.max(...some.map((box) => box.x + box.width)) + margin;
    const bottom = Math.max(...some.map((box) => box.y + box.height)) + margin;
    look({ x, y, width: right - x, height: bottom - y }, 1.1);
  }

  function zoom(factor, clientX, clientY) {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const atX = clientX === undefined ? width / 2 : clientX - left;
    const atY = clientY === undefined ? height / 2 : clientY - top;
    const scale = Math.min(most, Math.max(least, place.scale * factor));
    place.x += atX / place.scale - atX / scale;
    place.y += atY / place.scale - atY / scale;
    place.scale = scale;
    show();
  }

  // -- What stands out: `chosen` stays until something else is, `pointed` is under the pointer.
  let chosen = null;
  let lit = [];

  // Everything that can be reached from a node in one direction, with the edges on the way.
  function reach(start, links, other) {
    const seen = new Set([start]);
    const paths = [];
    for (const at of seen) {
      for (const edge of links[at]) {
        paths.push(edge.path);
        seen.add(other(edge));
      }
    }
    return { seen, paths };
  }

  function around(at) {
    const below = reach(at, needs, (edge) => edge.to);
    const above = reach(at, needed, (edge) => edge.from);
    return { nodes: new Set([...below.seen, ...above.seen]), paths: [...below.paths, ...above.paths], self: at };
  }

  // The steps of a problem: the edges between what it names.
  function within(list) {
    const inside = new Set(list);
    const paths = list.flatMap((at) => needs[at]).filter((edge) => inside.has(edge.to));
    const bad = paths.filter((edge) => edge.path.classList.contains("bad"));
    return { nodes: inside, paths: bad.map((edge) => edge.path) };
  }

  function light(what) {
    for (const element of lit) element.classList.remove("on", "self");
    lit = [];
    svg.classList.toggle("focus", what !== null);
    if (what === null) return;
    lit = [...[...what.nodes].map((at) => nodes[at]), ...what.paths];
    for (const element of lit) element.classList.add("on");
    if (what.self !== undefined) nodes[what.self].classList.add("self");
  }

  const settle = () => light(chosen);

  function choose(what) {
    chosen = what;
    const self = what === null ? undefined : what.self;
    if (self === undefined) svg.classList.remove("only");
    for (const problem of problems) problem.classList.toggle("chosen", what !== null && what.problem === problem);
    describe(self);
    settle();
  }

  // -- The service that is chosen, in words. Names are only ever set as text.
  function element(name, text, ...children) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    made.append(...children);
    return made;
  }

  function list(title, links, other) {
    if (links.length === 0) return [];
    const rows = links.map((edge) => {
      const at = other(edge);
      const dot = element("i");
      dot.className = nodes[at].classList.item(0);
      const button = element("button", undefined, dot, element("span", names[at]));
      if (edge.need !== "one") button.append(element("small", edge.need));
      button.addEventListener("click", () => select(at, true));
      button.addEventListener("pointerenter", () => light(around(at)));
      button.addEventListener("pointerleave", settle);
      return element("li", undefined, button);
    });
    return [element("h4", `${title} (${links.length})`), element("ul", undefined, ...rows)];
  }

  function describe(at) {
    details.hidden = at === undefined;
    if (at === undefined) return;
    const node = data.nodes[at];
    const facts = element("dl");
    const fact = (name, value) => value && facts.append(element("dt", name), element("dd", value));
    if (node === undefined) {
      fact("state", nodes[at].classList.contains("bad") ? "missing: nothing provides it" : "not registered");
    } else {
      fact("lifetime", node.lifetime + (node.async ? ", async" : ""));
      fact("service", node.service !== node.name && node.service);
      fact("key", node.key);
      fact("is", [node.hidden && "decorated", node.note].filter(Boolean).join(", "));
      fact("registered", node.origin);
    }
    const only = element("input");
    only.type = "checkbox";
    only.checked = svg.classList.contains("only");
    only.addEventListener("change", () => {
      svg.classList.toggle("only", only.checked);
      if (only.checked) lookAt(chosen.nodes);
    });
    details.replaceChildren(
      element("h3", names[at]),
      facts,
      ...list("Depends on", needs[at], (edge) => edge.to),
      ...list("Needed by", needed[at], (edge) => edge.from),
      element("label", undefined, only, "Hide what is not connected"),
    );
  }

  function select(at, move) {
    choose(around(at));
    if (move) {
      const box = boxes[at];
      const { width, height } = svg.getBoundingClientRect();
      place.scale = Math.max(place.scale, 0.8);
      place.x = box.x + box.width / 2 - width / 2 / place.scale;
      place.y = box.y + box.height / 2 - height / 2 / place.scale;
      show();
    }
    document.querySelector("aside").scrollTop = 0;
  }

  for (const problem of problems) {
    const list = problem.dataset.nodes.split(" ").map(Number);
    const open = () => {
      choose({ ...within(list), problem });
      lookAt(list);
    };
    problem.addEventListener("click", open);
    problem.addEventListener("keydown", (event) => event.key === "Enter" && open());
    problem.addEventListener("pointerenter", () => light(within(list)));
    problem.addEventListener("pointerleave", settle);
  }

  // -- Search.
  let matches = [];
  let match = -1;

  function find() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    match = -1;
    matches = [];
    if (words.length > 0) {
      texts.forEach((text, at) => words.every((word) => text.includes(word)) && matches.push(at));
    }
    found.textContent = words.length === 0 ? "" : `${matches.length} found${matches.length > 0 ? ", Enter shows them" : ""}`;
    choose(words.length === 0 ? null : { nodes: new Set(matches), paths: [] });
  }

  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || matches.length === 0) return;
    match = (match + (event.shiftKey ? matches.length - 1 : 1)) % matches.length;
    found.textContent = `${match + 1} of ${matches.length}`;
    select(matches[match], true);
  });

  // -- Pointer and keys.
  const pointers = new Map();
  let moved = 0;

  const nodeOf = (event) => event.target.closest?.("#nodes > g");

  svg.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pointers.size === 1) moved = 0;
  });
  addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    if (pointers.size === 2) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const apart = (at) => Math.hypot(at.x - other.x, at.y - other.y);
      zoom(apart(now) / Math.max(1, apart(before)), (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (moved > 3) {
      document.body.classList.add("moving");
      place.x -= (now.x - before.x) / place.scale;
      place.y -= (now.y - before.y) / place.scale;
      show();
    }
    pointers.set(event.pointerId, now);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    addEventListener(type, (event) => {
      pointers.delete(event.pointerId);
      document.body.classList.remove("moving");
    });
  }
  svg.addEventListener("click", (event) => {
    if (moved > 3) return;
    const node = nodeOf(event);
    if (node) select(Number(node.dataset.at), false);
    else choose(null);
  });
  svg.addEventListener("pointerover", (event) => {
    const node = nodeOf(event);
    if (node && pointers.size === 0 && chosen === null) light(around(Number(node.dataset.at)));
  });
  svg.addEventListener("pointerout", (event) => nodeOf(event) && settle());
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    zoom(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX, event.clientY);
  }, { passive: false });

  const zooms = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: lookAtAll };
  document.getElementById("zoom").addEventListener("click", (event) => zooms[event.target.dataset.zoom]?.());
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      search.value = "";
      found.textContent = "";
      search.blur();
      choose(null);
    }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      search.focus();
      search.select();
    }
    ({ "+": zooms.in, "=": zooms.in, "-": zooms.out, 0: zooms.fit })[event.key]?.();
  });

  document.body.classList.add("script");
  document.getElementById("find").hidden = false;
  document.getElementById("zoom").hidden = false;
  svg.removeAttribute("viewBox");
  lookAtAll();
  // `page.html#Users` starts at a service.
  const start = names.indexOf(decodeURIComponent(location.hash.slice(1)));
  if (start >= 0) select(start, true);
  addEventListener("resize", () => chosen === null && lookAtAll());
})();
