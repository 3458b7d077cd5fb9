// lodash: a data pipeline, chains, templates, deep operations
const _ = require("lodash");
const fp = require("lodash/fp");
const { step } = require("../lib/step.cjs");

const orders = _.range(12).map((n) => ({ id: n, who: ["ada", "bob", "eve"][n % 3], lines: [{ price: n * 3 }, { price: 7 }], at: { city: n % 2 ? "Oslo" : "Rome" } }));

step("pipeline", () => _.chain(orders)
  .groupBy("who")
  .mapValues((rows) => ({ total: _.sumBy(rows, (row) => _.sumBy(row.lines, "price")), cities: _.uniq(_.map(rows, "at.city")) }))
  .toPairs().orderBy(["1.total"], ["desc"]).value());
step("lazy", () => {
  let seen = 0;
  const found = _(_.range(1000)).map((n) => (seen++, n * n)).filter((n) => n % 2).take(3).value();
  return [found, seen];
});
step("deep", () => {
  const one = { a: [{ b: new Map([[1, new Set([2])]]) }], d: new Date(0), r: /x/g };
  const two = _.cloneDeep(one);
  return [_.isEqual(one, two), one.a === two.a, _.merge({ a: { x: [1] } }, { a: { x: [2, 3], y: null } }), _.set({}, "a[0].b", 1)];
});
step("template", () => _.template("<% _.each(people, p => { %><li><%- p %></li><% }) %>")({ people: ["<ada>", "bob"] }));
step("functions", () => [_.curry((a, b, c) => a + b + c)(1)(2)(3), _.words("fooBar-baz qux"), _.startCase("--foo-bar--"), _.memoize((x) => x * 2)(21)]);
step("fp", () => fp.flow(fp.filter((n) => n > 2), fp.map(fp.add(1)), fp.sum)([1, 2, 3, 4]));
step("debounce", async () => {
  const calls = [];
  const later = _.debounce((value) => calls.push(value), 5);
  later(1); later(2); later(3);
  later.flush();
  return calls;
});
