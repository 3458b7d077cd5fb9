// ms: durations there and back
const ms = require("ms");
const { step, thrown } = require("../lib/step.cjs");

step("convert", () => [ms("2.5 hrs"), ms("-3 min"), ms(90061000), ms(90061000, { long: true }), ms("nonsense")]);
step("error", () => thrown(() => ms({})));
