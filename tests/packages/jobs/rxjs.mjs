// rxjs: operators, subjects, virtual time, real timers
import { BehaviorSubject, catchError, combineLatest, concatMap, debounceTime, EMPTY, from, interval, lastValueFrom, map, mergeMap, of, range, retry, scan, share, Subject, switchMap, take, throwError, timer, toArray, zip } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { step } from "../lib/step.cjs";

const all = (source) => lastValueFrom(source.pipe(toArray()));
step("operators", () => all(range(1, 10).pipe(map((n) => n * n), scan((sum, n) => sum + n, 0), mergeMap((n) => (n % 2 ? of(n, -n) : EMPTY)))));
step("async", () => all(from([3, 1, 2]).pipe(concatMap((n) => timer(n).pipe(map(() => n))))));
step("subjects", () => {
  const seen = [];
  const one = new BehaviorSubject(1), two = new Subject();
  const both = combineLatest([one, two]).pipe(share());
  both.subscribe((pair) => seen.push(pair));
  two.next("a"); one.next(2); two.complete(); one.next(3); one.complete();
  return seen;
});
step("errors", async () => {
  let tries = 0;
  const flaky = of(1).pipe(mergeMap(() => (++tries < 3 ? throwError(() => new Error(`try ${tries}`)) : of("done"))), retry(5));
  return [await lastValueFrom(flaky), tries, await lastValueFrom(throwError(() => new Error("x")).pipe(catchError((e) => of(e.message)))), await lastValueFrom(EMPTY).catch((e) => e.name)];
});
step("interval", () => all(interval(2).pipe(take(3), switchMap((n) => zip(of(n), of("z"))))));
step("marbles", () => new TestScheduler((actual, expected) => console.log(JSON.stringify(actual) === JSON.stringify(expected), actual.length)).run(({ cold, expectObservable }) => {
  expectObservable(cold("a-b---c|").pipe(debounceTime(2))).toBe("----b---(c|)");
}));
