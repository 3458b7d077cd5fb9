// effect: generators, typed errors, retries, schedules, concurrency, schema
import { Data, Effect, Exit, Option, pipe, Schedule } from "effect";
import { step } from "../lib/step.cjs";

class Missing extends Data.TaggedError("Missing") {}
step("generators", () => Effect.runPromise(Effect.gen(function* () { const a = yield* Effect.succeed(20); const b = yield* Effect.promise(async () => 1); return a * 2 + b + 1; })));
step("errors", () => Effect.runPromise(Effect.fail(new Missing({ id: 7 })).pipe(Effect.catchTag("Missing", (error) => Effect.succeed(`missing ${error.id}`)))));
step("exit", async () => Exit.isFailure(await Effect.runPromiseExit(Effect.die(new Error("x")))));
step("retry", async () => { let n = 0; return [await Effect.runPromise(Effect.retry(Effect.suspend(() => (++n < 3 ? Effect.fail("no") : Effect.succeed(n))), Schedule.recurs(5))), n]; });
step("concurrency", () => Effect.runPromise(Effect.forEach([3, 1, 2], (n) => Effect.as(Effect.sleep(n), n * n), { concurrency: 2 })));
step("option", () => pipe(Option.some(2), Option.map((n) => n + 1), Option.getOrElse(() => 0)));
