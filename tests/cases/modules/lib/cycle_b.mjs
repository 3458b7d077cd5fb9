import { a } from "./cycle_a.mjs";
export const b = "b";
export let early;
try { early = a; } catch (error) { early = error.name; }
export function readA() { return a; }
