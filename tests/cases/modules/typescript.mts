// TypeScript files import each other with and without the extension they will have.
import { typed } from "./lib/typed.ts";
import type { Nothing } from "./lib/types.ts";
import { helper } from "./lib/helper.js";
const nothing: Nothing = null;
console.log(typed, helper(2), nothing);
