// immer: required
const { produce } = require("immer");
const { step } = require("../lib/step.cjs");

step("produce", () => produce({ a: [1] }, (draft) => { draft.a.push(2); }));
