// fp-ts: Either, Option, TaskEither, optics of records
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { step } from "../lib/step.cjs";

const half = (n) => (n % 2 === 0 ? E.right(n / 2) : E.left(`${n} is odd`));
step("either", () => [pipe(E.right(8), E.chain(half), E.chain(half), E.map((n) => n + 1)), pipe(half(3), E.getOrElse((why) => why))]);
step("option", () => pipe(O.fromNullable([1, 2].find((n) => n > 1)), O.map(String), O.match(() => "none", (text) => `some ${text}`)));
step("tasks", () => pipe(TE.tryCatch(() => Promise.reject(new Error("no")), (error) => error.message), TE.orElse((why) => TE.right(`${why}, but`)))());
