// The tables that every router is given, the paths that it is asked for, and the figures made of both.

const SMALL = [
  "/",
  "/about",
  "/login",
  "/logout",
  "/health",
  "/api/v1/status",
  "/search",
  "/users",
  "/me/settings",
  "/users/{id}",
  "/users/{id}/posts",
  "/users/{id}/posts/{post}",
  "/posts",
  "/posts/{post}",
  "/posts/{post}/comments",
  "/posts/{post}/comments/{comment}",
  "/tags/{tag}",
  "/orders",
  "/orders/{order}",
  "/orders/{order}/items/{item}",
  "/files/*path",
  "/static/*path",
];

const RESOURCES = [
  "accounts",
  "articles",
  "bookings",
  "branches",
  "carts",
  "comments",
  "contracts",
  "customers",
  "deployments",
  "employees",
  "invoices",
  "issues",
  "orders",
  "payments",
  "products",
  "projects",
  "reports",
  "sessions",
  "teams",
  "tickets",
];

// No text stands where a parameter could: RegExpRouter refuses such tables.
const ACTIONS = [
  "",
  "-search",
  "-export/csv",
  "/{id}",
  "/{id}/history",
  "/{id}/items",
  "/{id}/items/{item}",
  "/{id}/items/{item}/notes",
  "/{id}/items/{item}/notes/{note}",
  "/{id}/files/*path",
];

const LARGE = RESOURCES.flatMap((resource) => ACTIONS.map((action) => `/api/${resource}${action}`));

const TABLES = { 22: SMALL, 200: LARGE };

const VALUES = { id: "4711", post: "hello-world-2", comment: "17", tag: "routing", order: "2026-0815", item: "3", note: "9" };

/** A path for a pattern, another one for each number. */
function pathOf(pattern, number) {
  return pattern
    .replace(/\{(\w+)\}/g, (_, name) => VALUES[name] + number)
    .replace("*path", `css/theme-${number}/main.css`);
}

/** What a pattern captures. */
export function namesOf(pattern) {
  return Array.from(pattern.matchAll(/\{(\w+)\}|\*(\w+)/g), ([, name, wildcard]) => name ?? wildcard);
}

function kindOf(pattern) {
  if (pattern.includes("*")) return "wildcard";
  return ["static", "param"][namesOf(pattern).length] ?? "several";
}

const MISSES = {
  22: [
    "/nothing",
    "/users/{id}/likes",
    "/posts/{post}/comments/{comment}/3",
    "/abou",
    "/orders/{order}/items",
    "/api/v2/status",
    "/files",
    "/x/{id}/z",
  ],
  200: [
    "/nothing",
    "/api/accounts/{id}/2/3",
    "/api/article",
    "/api/carts/{id}/items/{item}/votes",
    "/api/projects/{id}/item",
    "/api/zebras/{id}",
    "/api",
    "/v1/api/teams/{id}/history",
  ],
};

/** So many paths that differ: no table of what was asked before can hold them. A power of two. */
const QUESTIONS = 4096;

/** Patterns and paths of a kind. The pattern is null where none takes the path. */
function questions(size, kind) {
  const hits = TABLES[size].map((pattern) => ({ pattern, written: pattern }));
  const misses = MISSES[size].map((written) => ({ pattern: null, written }));
  const ofKind = hits.filter(({ pattern }) => kindOf(pattern) === kind);
  const some = { miss: misses, mixed: [...hits, ...misses.slice(0, size / 11)], cut: hits }[kind] ?? ofKind;
  // The order of the table is not the one in which it is asked.
  return Array.from({ length: QUESTIONS }, (_, at) => {
    const { pattern, written } = some[(at * 7919) % some.length];
    return { pattern, path: pathOf(written, at) };
  });
}

const HOST = "http://localhost:8080";

/**
 * The figures of a router: `build(patterns)` makes a table in which a pattern leads to itself, and returns `find(path)`,
 * `patternOf(found)`, undefined or null for a miss, and `read(found, name)`. Every parameter is read where the kind has some;
 * `cut` takes each path out of a URL first.
 */
export function figuresOf(build) {
  return {
    "static-22": () => figure(build, 22, "static"),
    "static-200": () => figure(build, 200, "static"),
    "param-22": () => figure(build, 22, "param"),
    "param-200": () => figure(build, 200, "param"),
    "several-22": () => figure(build, 22, "several"),
    "several-200": () => figure(build, 200, "several"),
    "wildcard-22": () => figure(build, 22, "wildcard"),
    "wildcard-200": () => figure(build, 200, "wildcard"),
    "miss-22": () => figure(build, 22, "miss"),
    "miss-200": () => figure(build, 200, "miss"),
    "mixed-22": () => figure(build, 22, "mixed"),
    "mixed-200": () => figure(build, 200, "mixed"),
    "cut-22": () => figure(build, 22, "cut"),
    "cut-200": () => figure(build, 200, "cut"),
  };
}

/** How long a router is asked before anything is timed: where there is code for each part of a table, all is optimised then. */
const BEFORE_MS = { 22: 300, 200: 1500 };

function figure(build, size, kind) {
  const call = callOf(build(TABLES[size]), size, kind);
  const started = performance.now();
  while (performance.now() - started < BEFORE_MS[size]) for (let i = 0; i < QUESTIONS; i++) call();
  return call;
}

function callOf(router, size, kind) {
  const { find, read } = router;
  const asked = questions(size, kind);
  for (const { pattern, path } of [...questions(size, "mixed"), ...asked]) check(router, pattern, path);
  const paths = asked.map(({ path }) => path);
  let at = 0;
  if (kind === "cut") {
    const urls = paths.map((path) => HOST + path);
    return () => find(urls[at++ & (QUESTIONS - 1)].slice(HOST.length));
  }
  if (kind === "static" || kind === "miss" || kind === "mixed") return () => find(paths[at++ & (QUESTIONS - 1)]);
  const names = asked.map(({ pattern }) => namesOf(pattern));
  return () => {
    const found = find(paths[at & (QUESTIONS - 1)]);
    let length = 0;
    for (const name of names[at++ & (QUESTIONS - 1)]) length += read(found, name).length;
    return length;
  };
}

function check({ find, patternOf, read }, pattern, path) {
  const found = find(path);
  const actual = patternOf(found) ?? null;
  if (actual !== pattern) throw new Error(`${path}: expected ${pattern}, found ${actual}`);
  if (pattern === null) return;
  const written = namesOf(pattern).reduce(
    (text, name) => text.replace(`{${name}}`, read(found, name)).replace(`*${name}`, read(found, name)),
    pattern,
  );
  if (written !== path) throw new Error(`${path}: found ${written}`);
}

/** A pattern with `:id` for `{id}`, and `rest` for a wildcard. */
export function withColons(pattern, rest) {
  return pattern.replace(/\{(\w+)\}/g, ":$1").replace("*path", rest);
}
