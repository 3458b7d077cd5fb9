export const rate = 0.2;

export function gross(net: number): number {
  if (typeof net !== "number") throw new TypeError(`no price: ${net}`);
  return net * (1 + rate);
}
