// semver: ranges, ordering, increments, coercion
const semver = require("semver");
const { step, thrown } = require("../lib/step.cjs");

step("ranges", () => [semver.satisfies("1.2.3", "1.x || >=2.5.0 || 5.0.0 - 7.2.3"), semver.validRange("^1.2 <2"), semver.maxSatisfying(["1.2.3", "1.9.0", "2.0.0-rc.1"], "^1"), semver.minVersion(">1.0.0-beta <2").version, semver.subset("~1.2", "^1")]);
step("order", () => ["1.0.0", "1.0.0-alpha.10", "1.0.0-alpha.2", "0.9.9"].sort(semver.compare));
step("change", () => ["major", "prerelease", "premajor"].map((kind) => semver.inc("1.2.3-a.0", kind, "b")));
step("parse", () => [semver.coerce("v3.4 replaced"), semver.diff("1.0.0", "1.1.0-x"), semver.parse("1.2.3-a+b")]);
step("error", () => thrown(() => new semver.SemVer("no")));
