// ajv, ajv-formats: compiles schemas to code, reports errors, formats, generates standalone code
const Ajv = require("ajv").default;
const Ajv2020 = require("ajv/dist/2020").default;
const addFormats = require("ajv-formats").default;
const standaloneCode = require("ajv/dist/standalone").default;
const { step, thrown } = require("../lib/step.cjs");

const schema = {
  $id: "https://example.com/order", type: "object", required: ["id", "lines"], additionalProperties: false,
  properties: {
    id: { type: "string", format: "uuid" }, at: { type: "string", format: "date-time" }, mail: { type: "string", format: "email" },
    lines: { type: "array", minItems: 1, items: { $ref: "#/$defs/line" } }, note: { type: "string", default: "none" },
  },
  $defs: { line: { type: "object", required: ["sku"], properties: { sku: { type: "string", pattern: "^[A-Z]{3}-\\d+$" }, count: { type: "integer", exclusiveMinimum: 0 } } } },
};
const ajv = addFormats(new Ajv({ allErrors: true, useDefaults: true }));
const validate = ajv.compile(schema);

step("valid", () => {
  const order = { id: "1b671a64-40d5-491e-99b0-da01ff1f3341", at: "2024-02-29T10:00:00Z", lines: [{ sku: "ABC-1", count: 2 }] };
  return [validate(order), order, validate.errors];
});
step("errors", () => {
  validate({ id: "x", at: "yesterday", mail: "@", lines: [{ sku: "abc" }, { count: 0 }], extra: 1 });
  console.log(ajv.errorsText(validate.errors, { separator: "\n" }));
  return validate.errors.map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params }));
});
step("strict mode", () => thrown(() => new Ajv().compile({ type: "object", unknownWord: 1 })));
step("2020-12", () => {
  const check = new Ajv2020().compile({ type: "array", prefixItems: [{ type: "number" }], items: false, minItems: 1 });
  return [check([1]), check([1, 2]), check.errors[0].message];
});
step("async", async () => {
  const own = new Ajv().addKeyword({ keyword: "exists", async: true, type: "number", validate: async (_, n) => n === 1 });
  const check = own.compile({ $async: true, type: "number", exists: true });
  console.log(await check(1));
  return check(2).catch((error) => error.errors);
});
step("standalone", () => {
  const small = new Ajv({ code: { source: true } });
  const code = standaloneCode(small, small.compile({ type: "string", maxLength: 3 }));
  const module = { exports: {} };
  new Function("module", "exports", "require", code)(module, module.exports, require);
  return [module.exports("abc"), module.exports("abcd")];
});
