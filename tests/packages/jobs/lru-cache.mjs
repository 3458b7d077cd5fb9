// lru-cache: sizes, expiry, fetching once
import { LRUCache } from "lru-cache";
import { step, thrown } from "../lib/step.cjs";

step("eviction", () => { const gone = []; const cache = new LRUCache({ max: 2, dispose: (value, key, why) => gone.push([key, why]) }); cache.set("a", 1).set("b", 2); cache.get("a"); cache.set("c", 3); return [[...cache.keys()], gone]; });
step("sizes", () => { const cache = new LRUCache({ maxSize: 5, sizeCalculation: (value) => value.length }); cache.set(1, "abc").set(2, "de").set(3, "f"); return [cache.calculatedSize, [...cache.entries()]]; });
step("fetch", async () => { let calls = 0; const cache = new LRUCache({ max: 3, ttl: 1000, fetchMethod: async (key) => (calls++, `${key}!`) }); return [await Promise.all([cache.fetch("x"), cache.fetch("x")]), calls, cache.getRemainingTTL("x") > 0]; });
step("errors", () => thrown(() => new LRUCache({})));
