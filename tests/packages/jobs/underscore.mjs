// underscore: imported and chained
import _, { groupBy, template } from "underscore";
import { step } from "../lib/step.cjs";

step("chain", () => _.chain([3, 1, 2]).sortBy().map((n) => n * 2).value());
step("names", () => [groupBy([1.2, 1.8, 2.1], Math.floor), template("hi <%- name %>")({ name: "<x>" })]);
