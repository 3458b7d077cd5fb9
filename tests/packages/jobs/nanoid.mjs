// nanoid: length, alphabet, uniqueness, a generator of one's own
import { customAlphabet, customRandom, nanoid, urlAlphabet } from "nanoid";
import { nanoid as insecure } from "nanoid/non-secure";
import { step } from "../lib/step.cjs";

step("shape", () => [nanoid().length, nanoid(10).length, [...nanoid(500)].every((c) => urlAlphabet.includes(c))]);
step("unique", () => new Set(Array.from({ length: 2000 }, () => nanoid())).size);
step("alphabet", () => /^[abc]{40}$/.test(customAlphabet("abc", 40)()));
step("own randomness", () => {
  let seed = 7;
  return customRandom("0123456789abcdef", 12, (size) => new Uint8Array(size).map(() => (seed = (seed * 73 + 11) % 256)))();
});
step("non-secure", () => insecure(5).length);
