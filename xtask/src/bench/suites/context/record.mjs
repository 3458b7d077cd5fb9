// What every kind of context is given: the record of ten fields, the names of a hundred.

/** The one that is read by itself. */
export const ROUTE = "http.route";
/** The one that a child has of its own. */
export const ATTEMPT = "retry.attempt";

export const RECORD = [
  ["request.id", "7b1c9d00-55aa"],
  ["tenant.id", "acme"],
  ["user.id", "u-1234567"],
  ["http.request.method", "POST"],
  [ROUTE, "/orders/:id"],
  ["priority", 3],
  [ATTEMPT, 1],
  ["ratio", 0.25],
  ["cached", false],
  ["shop.cart", new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])],
];

/** `field-000` to `field-099`. */
export const HUNDRED = Array.from({ length: 100 }, (_, i) => `field-${String(i).padStart(3, "0")}`);

/** Throws unless `found` is what was set: what is timed afterwards does what it says. */
export function expect(found, expected, what) {
  if (!Object.is(found, expected)) throw new Error(`${what}: expected ${String(expected)}, found ${String(found)}`);
}
