import { later } from "./lib/cycle_a.mjs";
import { early } from "./lib/cycle_b.mjs";
console.log(later(), early);
