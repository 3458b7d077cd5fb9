import { b, readA } from "./cycle_b.mjs";
export let a = "a";
export function later() { return `${a} ${b} ${readA()}`; }
