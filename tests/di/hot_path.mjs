// Runs the container of krepis:di on Node.js, whose V8 can print optimised code: see docs/di-hot-path.md.
//
//   node --print-opt-code --print-opt-code-filter=warm tests/di/hot_path.mjs
import { readFileSync } from "node:fs";

const modules = {};
function load(name) {
  if (modules[name] === undefined) {
    const source = readFileSync(new URL(`../../kiren-runtime/src/js/${name}.js`, import.meta.url), "utf8");
    modules[name] = new Function("load", "native", source)(load, native);
  }
  return modules[name];
}

// What ext/di.rs and ext/services.rs do, for the graph below: all its services but the first are scoped, and none needs a later one.
function native() {
  return {
    check: (_texts, services) => {
      const count = services.length / 3;
      const order = Uint32Array.from({ length: count }, (_, at) => at);
      return [new Uint8Array(order.buffer), Uint8Array.from({ length: count }, (_, at) => (at === 0 ? 0 : 1))];
    },
    place: () => -1,
    list: () => [],
    compile: (source, names) => new Function(...names, source),
  };
}

const { Container } = load("krepis/di");

const Db = class {};
const Session = class {};
const Handler = class {
  static inject = [Session];
  constructor(session) {
    this.session = session;
  }
};
const others = Array.from({ length: 20 }, () => class {});

const container = new Container().singleton(Db).scoped(Session).scoped(Handler);
for (const other of others) container.scoped(other);
container.build();

const scope = container.createScope();
const warm = (scope) => scope.get(Handler);
const single = () => container.get(Db);

// The code of `get` sees many classes, as in any program, before it is compiled into `warm`.
for (let round = 0; round < 1000; round++) for (const other of others) scope.get(other);
for (let round = 0; round < 1_000_000; round++) {
  if (warm(scope) === undefined || single() === undefined) throw new Error("nothing was made");
}
