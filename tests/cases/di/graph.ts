// container.graph(): data, drawings, and what build() refused.
import { Container, all, factory, keyed, lazy, optional, token } from "krepis:di";

const Clock = token("Clock");
class Db {}
class Cache { static inject = [Db]; }
class Plugin {}
class App { static inject = [keyed(Cache, "red"), lazy(Db), all(Plugin), optional(Clock)]; }

const container = new Container()
  .singleton(Db)
  .singleton(Cache, Cache, { key: "red" })
  .transient(Plugin)
  .transient(Plugin)
  .scoped(App)
  .decorate(Db, (inner) => inner);

const graph = container.graph();
for (const { origin, ...node } of graph.nodes) console.log(JSON.stringify(node), /graph\.ts:\d+:\d+$/.test(origin));
for (const edge of graph.edges) console.log(JSON.stringify(edge));
console.log(graph.unprovided, graph.problems, JSON.stringify(graph.report));
console.log(Object.keys(JSON.parse(JSON.stringify(graph))).join());

const plain = (text: string) => text.replace(/,? +at \S+graph\.ts:\d+:\d+/g, "");
console.log(plain(`${graph}`));
console.log(/\x1b\[34msingleton\x1b\[39m/.test(graph.toString({ colors: true })));
console.log(graph.toMermaid().split("\n").slice(0, 3).join("\n"));
console.log(graph.toDot().split("\n")[0], graph.toHtml("<A&B>").includes("<h1>&lt;A&amp;B&gt;</h1>"));

// A name is only ever text.
const odd = token('"</script>\n`');
const strange = new Container().singleton(odd, () => 1).graph();
console.log(strange.nodes[0].service === '"</script>\n`', strange.toHtml().split("</script>").length);

// What build() refuses can be seen.
class Session {}
class Keeper { static inject = [Session]; }
try {
  new Container().singleton(Keeper).scoped(Session).build();
} catch (error) {
  console.log(Object.keys(error).join(), error.graph.problems[0].kind, error.graph.report === error.message);
}

// In which way a container will be built is not known before.
class Late {}
const unbuilt = new Container().singleton(Late, async () => new Late()).singleton(Keeper, factory([Late], (late) => late));
console.log(unbuilt.graph().problems.map(({ kind }) => kind), unbuilt.graph({ async: true }).problems);
