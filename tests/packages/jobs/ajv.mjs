// ajv: imported
import { Ajv } from "ajv";
import { step } from "../lib/step.cjs";

step("validate", () => {
  const ajv = new Ajv();
  return [ajv.validate({ enum: [1, "a"] }, "a"), ajv.validate({ type: "null" }, 0), ajv.errorsText()];
});
