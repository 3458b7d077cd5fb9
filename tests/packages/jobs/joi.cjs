// joi: schemas, references, messages
const Joi = require("joi");
const { step } = require("../lib/step.cjs");

const schema = Joi.object({ name: Joi.string().alphanum().min(3).required(), password: Joi.string().pattern(/^[a-z0-9]{3,30}$/), repeat: Joi.ref("password"), year: Joi.number().integer().min(1900).max(2013), email: Joi.string().email(), tags: Joi.array().items(Joi.string()).unique() }).with("name", "year");
step("valid", () => schema.validate({ name: "abc", year: "1994", tags: ["a"] }));
step("errors", () => schema.validate({ name: "a", year: 3000, repeat: "x", email: "@", tags: ["a", "a"], more: 1 }, { abortEarly: false }).error.details.map((detail) => [detail.type, detail.message]));
step("annotate", () => schema.validate({ name: "a" }).error.annotate(true));
step("async", () => Joi.string().external(async (value) => `${value}!`).validateAsync("hi"));
