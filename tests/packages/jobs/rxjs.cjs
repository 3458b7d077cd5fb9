// rxjs: required
const { of, firstValueFrom } = require("rxjs");
const { map } = require("rxjs/operators");
const { step } = require("../lib/step.cjs");

step("map", () => firstValueFrom(of(20).pipe(map((n) => n + 1))));
