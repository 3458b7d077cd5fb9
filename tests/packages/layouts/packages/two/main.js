// An ES module, in the workspace: a new version of the same package, and a neighbour that requires this one.
import { name as neighbour } from "@layouts/one";
import { Chalk } from "chalk";
import ms from "ms";

export const name = "two";
export const report = () => new Chalk({ level: 0 }).red(`two beside ${neighbour}: ${ms(172800000, { long: true })}`);
export const self = import.meta.filename;
export const resolved = import.meta.resolve("ms");
