// 10,000 services: in one long chain, in a wide tree, and as one service.
import { Container, all, factory, token } from "krepis:di";

const count = 10_000;
const tokens = Array.from({ length: count }, (_, at) => token(`Service${at}`));

for (const lifetime of ["singleton", "scoped"]) {
  const chain = new Container();
  // Registered backwards: the order does not matter.
  for (let at = count - 1; at >= 0; at--) {
    chain[lifetime](tokens[at], factory(at === 0 ? [] : [tokens[at - 1]], (below) => ({ at, below })));
  }
  chain.build();
  for (let round = 0; round < 3; round++) {
    using scope = chain.createScope();
    let depth = 0;
    for (let one = scope.get(tokens[count - 1]); one !== undefined; one = one.below) depth++;
    console.log(lifetime, "chain of", depth);
  }
}

const tree = new Container();
tokens.forEach((token, at) => {
  const below = [2 * at + 1, 2 * at + 2].filter((index) => index < count).map((index) => tokens[index]);
  tree.scoped(token, factory(below, (...below) => 1 + below.reduce((sum, size) => sum + size, 0)));
});
tree.build();
for (let round = 0; round < 100; round++) {
  using scope = tree.createScope();
  const size = scope.get(tokens[0]);
  if (size !== count) console.log("wrong size", size);
}
console.log("a tree of", tree.createScope().get(tokens[0]));

const crowd = new Container();
for (let at = 0; at < count; at++) crowd.instance("member", at);
crowd.singleton("sum", factory([all("member")], (members) => members.reduce((sum, member) => sum + member, 0))).build();
console.log("a crowd of", crowd.getAll("member").length, "with sum", crowd.get("sum"));

const broken = new Container();
tokens.forEach((token, at) => broken.singleton(token, factory([tokens[(at + 1) % count]], () => 1)));
try {
  broken.build();
} catch (error) {
  console.log(error.code, error.problems.length, "problem with", error.problems[0].services.length, "services");
}
