import { rate } from "./prices.ts";
export const port: number = 8000 + rate * 100;
