// yup: casts, conditions, errors
import * as yup from "yup";
import { step } from "../lib/step.cjs";

const schema = yup.object({ name: yup.string().required(), age: yup.number().positive().integer().when("name", { is: "Ada", then: (s) => s.min(30) }), on: yup.date().default(() => new Date(0)) });
step("cast", () => schema.cast({ name: 7, age: "24" }));
step("errors", () => schema.validate({ name: "Ada", age: 2.5 }, { abortEarly: false }).catch((error) => [error.name, error.errors, error.inner.map((inner) => inner.path)]));
step("sync", () => schema.isValidSync({ name: "x", age: 1 }));
