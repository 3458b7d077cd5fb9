"use strict";
// container.graph(): services, what they depend on and what is wrong, as data; and drawn by native("di").

const { OPTIONAL, ALL, LAZY } = load("krepis/di/dependencies");
const { LIFETIMES } = load("krepis/di/registrations");
const { analyse } = load("krepis/di/plan");

const NEEDS = ["one", "optional", "all", "lazy"];

function graphOf(blueprint, buildsAsync) {
  const { problems } = analyse(blueprint, buildsAsync);
  return new ServiceGraph(blueprint, problems);
}

class ServiceGraph {
  constructor(blueprint, problems) {
    this.nodes = blueprint.nodes.map((node) => ({
      id: node.index,
      name: node.name,
      lifetime: LIFETIMES[node.lifetime],
      async: node.isAsync,
      note: node.note,
      registeredAt: native("di").place_text(node.place),
    }));
    this.edges = blueprint.nodes.flatMap((node) => [...node.dependencies, ...node.discovered].flatMap((wire) =>
      wire.aimed.map((target) => ({ from: node.index, to: target.index, need: NEEDS[wire.need] }))));
    this.problems = problems.map(({ kind, nodes, text }) => ({ kind, nodes, message: text }));
  }

  toJSON() {
    return { nodes: this.nodes, edges: this.edges, problems: this.problems };
  }
}

return { graphOf };
