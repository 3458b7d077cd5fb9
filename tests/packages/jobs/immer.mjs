// immer: drafts, patches, maps and sets, freezing
import { applyPatches, castDraft, createDraft, current, enableMapSet, enablePatches, finishDraft, immerable, isDraft, original, produce, produceWithPatches } from "immer";
import { step, thrown } from "../lib/step.cjs";

enableMapSet();
enablePatches();
const base = { user: { name: "Ada", tags: ["x"] }, map: new Map([["a", { n: 1 }]]), set: new Set([1]), left: { alone: true } };
step("produce", () => {
  const next = produce(base, (draft) => { draft.user.tags.push("y"); draft.map.get("a").n++; draft.set.add(2); });
  return [next, base.user.tags.length, next.left === base.left, Object.isFrozen(next.user.tags)];
});
step("patches", () => {
  const [next, patches, inverse] = produceWithPatches(base, (draft) => { draft.user.name = "Eve"; delete draft.left; draft.user.tags.unshift("z"); });
  console.log(patches, inverse);
  return JSON.stringify(applyPatches(next, inverse).user) === JSON.stringify(base.user);
});
step("classes", () => {
  class Point { [immerable] = true; constructor(x) { this.x = x; } }
  const moved = produce(new Point(1), (p) => { p.x = 5; });
  return [moved, moved instanceof Point];
});
step("drafts", () => {
  const draft = createDraft(base);
  draft.user.name = "Zed";
  return [isDraft(draft.user), original(draft.user).name, current(draft.user).name, castDraft(finishDraft(draft)).user.name];
});
step("errors", () => [thrown(() => produce(base, (d) => { d.user = {}; return {}; })), thrown(() => { produce(base, (d) => { d.user.name = "f"; }).user.name = "g"; })]);
